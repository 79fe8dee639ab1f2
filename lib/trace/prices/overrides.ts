/**
 * Rates of the user's own, e.g. from a contract, for `--prices FILE`:
 *
 *     {
 *       "exact": {
 *         "claude:claude-opus-4-6": { "outputPerM": 20, "source": "contract of May 2026", "from": "2026-05-01" },
 *         "codex:gpt-reserve": { "inputPerM": 2, "cachedInputPerM": 0.2, "outputPerM": 12, "source": "mail from sales" }
 *       }
 *     }
 *
 * The keys are those of `data/pricing.json`, provider and model as the trace spells them. Rates are USD per million tokens; those that are
 * left out stay as listed. `from` and `to` are days in UTC, `to` the first one on which the rate is over; a list of rows is one row per time.
 * A given rate holds at all context lengths, for the standard service unless `service` names another.
 */
import { UserError } from "../../files/errors.ts";
import { isObject } from "../../files/json.ts";
import { microDollars, type PricedAs, type PriceList, type Rate, type TokenRates } from "./rate.ts";
import { SERVICES, type Service, serviceOf } from "./service.ts";

/** Rows by `provider:model`. */
export type PriceOverrides = ReadonlyMap<string, readonly PriceOverride[]>;

export interface PriceOverride {
  /** Says file and row, for messages. */
  readonly place: string;
  readonly source: string;
  readonly service: Service;
  readonly from: string | null;
  readonly to: string | null;
  /** Only the rates that were given. */
  readonly tokens: Partial<TokenRates>;
}

const RATE_KEYS = {
  inputPerM: "input",
  cachedInputPerM: "cacheRead",
  cacheWrite5mInputPerM: "cacheWrite5m",
  cacheWrite1hInputPerM: "cacheWrite1h",
  outputPerM: "output",
} as const satisfies Record<string, keyof TokenRates>;
const OTHER_KEYS = ["source", "service", "from", "to"];
const ROW_KEYS = [...Object.keys(RATE_KEYS), ...OTHER_KEYS];

/**
 * Reads the text of a file of rates.
 * @param file its name, for messages
 * @throws UserError that names file, row, key, value and the fix
 */
export function parsePriceOverrides(text: string, file: string): PriceOverrides {
  const content = parsed(text, file);
  if (!isObject(content) || !isObject(content.exact))
    throw new UserError(`${file} has no object "exact"; write { "exact": { "claude:MODEL": { "inputPerM": 5, "source": "…" } } }.`);
  const other = Object.keys(content).find((key) => key !== "exact" && key !== "as_of");
  if (other !== undefined) throw new UserError(`${file} has the key ${shown(other)}; name each model under "exact" and remove the key.`);
  return new Map(Object.entries(content.exact).map(([key, rows]) => [key, rowsOf(key, rows, file)]));
}

function parsed(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UserError(`${file} is not JSON (${error instanceof Error ? error.message : error}); correct it there.`, 2, { cause: error });
  }
}

function rowsOf(key: string, rows: unknown, file: string): PriceOverride[] {
  if (!/^[^:]+:.+$/.test(key)) throw new UserError(`${file}: row ${shown(key)} is not "provider:model", such as "claude:claude-opus-4-6".`);
  return [rows].flat().map((row, i) => rowOf(row, key, `${file}: row ${shown(key)}${Array.isArray(rows) ? ` (${i + 1})` : ""}`));
}

function rowOf(row: unknown, key: string, place: string): PriceOverride {
  if (!isObject(row)) throw new UserError(`${place} is ${shown(row)}; write an object such as { "inputPerM": 5, "source": "…" }.`);
  const unknown = Object.keys(row).find((key) => !ROW_KEYS.includes(key));
  if (unknown !== undefined) throw new UserError(`${place} has the key ${shown(unknown)}; use ${ROW_KEYS.join(", ")}.`);
  const { source, service = "standard" } = row;
  if (typeof source !== "string" || source.trim() === "")
    throw new UserError(`${place} has source ${shown(source)}; write where the rate comes from.`);
  if (!SERVICES.some((name) => name === service))
    throw new UserError(`${place} has service ${shown(service)}; use ${SERVICES.join(", ")}.`);
  const [from, to] = [dayOf(row, "from", place), dayOf(row, "to", place)];
  if (from !== null && to !== null && from >= to)
    throw new UserError(`${place} has to ${shown(to)}, which is not after from ${shown(from)}; "to" is the first day without the rate.`);
  const [provider = ""] = key.split(":", 1);
  return { place, source, service: serviceOf({ provider, serviceTier: String(service) }), from, to, tokens: ratesIn(row, place) };
}

function ratesIn(row: Record<string, unknown>, place: string): Partial<TokenRates> {
  const given = Object.entries(RATE_KEYS).filter(([key]) => key in row);
  if (given.length === 0) throw new UserError(`${place} has no rate; give at least one of ${Object.keys(RATE_KEYS).join(", ")}.`);
  return Object.fromEntries(given.map(([key, kind]) => [kind, rateIn(row[key], key, place)]));
}

function rateIn(value: unknown, key: string, place: string): number {
  if (typeof value !== "number" || value < 0 || value > MOST)
    throw new UserError(`${place} has ${key} ${shown(value)}; write USD per million tokens as a number from 0 to ${MOST}.`);
  try {
    return microDollars(value);
  } catch (error) {
    throw new UserError(`${place} has ${key} ${value}; round it to six decimals.`, 2, { cause: error });
  }
}

/** USD per million tokens; keeps costs of a step within 64 bits. */
const MOST = 10_000;

function dayOf(row: Record<string, unknown>, key: string, place: string): string | null {
  const value = row[key];
  if (value === undefined) return null;
  const time = typeof value === "string" && /^\d{4}-\d\d-\d\d$/.test(value) ? Date.parse(value) : Number.NaN;
  if (typeof value === "string" && !Number.isNaN(time) && new Date(time).toISOString().startsWith(value)) return value;
  throw new UserError(`${place} has ${key} ${shown(value)}; write a day such as "2026-08-21".`);
}

function shown(value: unknown): string {
  return JSON.stringify(value) ?? "missing";
}

/**
 * A price list with the rates of the user in place of its own.
 * @throws UserError when called for a model without listed rates whose row doesn't give those for input and output
 */
export function withOverrides(prices: PriceList, overrides: PriceOverrides): PriceList {
  return (step) => {
    const rows = overrides.get(`${step.provider ?? ""}:${step.model ?? ""}`) ?? [];
    const service = serviceOf(step);
    return rows.filter((row) => row.service === service).reduce<readonly Rate[]>((rates, row) => replaced(rates, row, step), prices(step));
  };
}

/** Rates outside the time of the row stay; those inside get its rates. */
function replaced(rates: readonly Rate[], row: PriceOverride, { model }: PricedAs): Rate[] {
  const inside = rates.flatMap((rate) => within(rate, row.from, row.to));
  const changed = inside.length > 0 ? inside.map((rate) => overridden(rate, row)) : [wholeRate(row, model ?? "")];
  const outside = rates.flatMap((rate) => [
    ...(row.from === null ? [] : within(rate, null, row.from)),
    ...(row.to === null ? [] : within(rate, row.to, null)),
  ]);
  return [...outside, ...changed].sort((a, b) => ((a.from ?? "") < (b.from ?? "") ? -1 : 1));
}

/** The part of a rate's time that is in a span; none when they don't meet. */
function within(rate: Rate, from: string | null, to: string | null): Rate[] {
  const start =
    [rate.from, from]
      .filter((day) => day !== null)
      .sort()
      .at(-1) ?? null;
  const end =
    [rate.to, to]
      .filter((day) => day !== null)
      .sort()
      .at(0) ?? null;
  return start !== null && end !== null && start >= end ? [] : [{ ...rate, from: start, to: end }];
}

function overridden(rate: Rate, { tokens, source }: PriceOverride): Rate {
  const isWhole = Object.keys(tokens).length === Object.keys(RATE_KEYS).length;
  return {
    ...rate,
    basis: "override",
    source: isWhole ? source : `${source}; the rest: ${rate.source}`,
    tokens: { ...rate.tokens, ...tokens },
    longContext: rate.longContext.map((tier) => ({ ...tier, tokens: { ...tier.tokens, ...tokens } })),
    mostInput: isWhole ? null : rate.mostInput,
  };
}

function wholeRate({ place, source, from, to, tokens }: PriceOverride, model: string): Rate {
  const { input, output } = tokens;
  if (input === undefined || output === undefined)
    throw new UserError(`${place} has no ${input === undefined ? "inputPerM" : "outputPerM"}, and no list has one for this model; add it.`);
  const cacheWrite5m = tokens.cacheWrite5m ?? input;
  return {
    model,
    basis: "override",
    source,
    asOf: null,
    from,
    to,
    tokens: {
      input,
      cacheRead: tokens.cacheRead ?? input,
      cacheWrite5m,
      cacheWrite1h: tokens.cacheWrite1h ?? cacheWrite5m,
      output,
    },
    longContext: [],
    mostInput: null,
  };
}
