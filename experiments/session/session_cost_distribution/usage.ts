/** Tokens and list-price cost of agent steps, and their sums over requests and sessions. Column by column. */

import type { QueryContext } from "../../../lib/experiment.ts";
import { type Price, priceOf, stepCost } from "../../../lib/trace/prices.ts";
import { type Scope, scopeIncludes } from "../../../lib/trace/scopes.ts";

export const PARTS = ["append", "prefix", "output"] as const;
export type Part = (typeof PARTS)[number];
export const KINDS = ["tokens", "usd"] as const;
export type Kind = (typeof KINDS)[number];
export const GRANULARITIES = ["session", "request", "step"] as const;
export type Granularity = (typeof GRANULARITIES)[number];

/** One entry per unit: a step, a request or a session. */
export type Amounts = Readonly<Record<Kind, Readonly<Record<Part, Float64Array>>>>;

export interface ModelUsage {
  readonly model_key: number;
  readonly provider: string | null;
  readonly model: string | null;
  readonly steps: number;
}

/** The steps that have a price, in file order, and all requests in closing order, also those without such a step. */
export interface Usage {
  readonly steps: {
    readonly provider: readonly (string | null)[];
    /** 0 for none. */
    readonly sessionKey: Float64Array;
    readonly requestKey: Float64Array;
    readonly amounts: Amounts;
  };
  readonly requests: { readonly request_key: ArrayLike<number>; readonly provider: readonly (string | null)[] };
  readonly models: readonly ModelUsage[];
}

type StepColumns = Readonly<
  Record<
    "model_key" | "session_key" | "request_key" | "prefix_tokens" | "append_tokens" | "cache_write_tokens" | "output_tokens",
    ArrayLike<number>
  >
>;

export async function readUsage(db: QueryContext): Promise<Usage> {
  const models = await db.rows<ModelUsage>("models.sql");
  const requests = await db.columns<Usage["requests"] & Record<string, ArrayLike<unknown>>>("requests.sql");
  const steps = await db.columns<StepColumns & Record<string, ArrayLike<unknown>>>("query.sql");
  return { steps: pricedSteps(steps, models), requests, models };
}

export function isPriced({ provider, model }: ModelUsage): boolean {
  return priceOf(provider, model) !== null;
}

/**
 * The sums over each unit of a scope. A step counts for the scope of its own provider, alone and in sessions; a request
 * counts as a whole for that of the step that opened it. Sessions stand in the order of their first priced step.
 */
export function amountsPer(granularity: Granularity, { steps, requests }: Usage, scope: Scope): Amounts {
  const inScope = (providers: readonly (string | null)[]) => positions(providers.length, (i) => scopeIncludes(scope, providers[i] ?? null));
  if (granularity === "request") {
    const keys = inScope(requests.provider).map((i) => requests.request_key[i] as number);
    return sumsByKey(steps.amounts, steps.requestKey, keys);
  }
  const own = inScope(steps.provider);
  const amounts = mapAmounts((kind, part) => picked(steps.amounts[kind][part], own));
  if (granularity === "step") return amounts;
  const sessionKeys = picked(steps.sessionKey, own);
  return sumsByKey(
    amounts,
    sessionKeys,
    [...new Set(sessionKeys)].filter((key) => key !== 0),
  );
}

function pricedSteps(columns: StepColumns, models: readonly ModelUsage[]): Usage["steps"] {
  const prices = new Map(
    models.map((model) => [model.model_key, { provider: model.provider, price: priceOf(model.provider, model.model) }]),
  );
  const modelOf = (i: number) => prices.get(columns.model_key[i] as number);
  const priced = positions(columns.model_key.length, (i) => modelOf(i)?.price != null);
  const tokens = {
    append: picked(columns.append_tokens, priced),
    prefix: picked(columns.prefix_tokens, priced),
    output: picked(columns.output_tokens, priced),
  };
  const cacheWrite = picked(columns.cache_write_tokens, priced);
  const usd = { append: new Float64Array(priced.length), prefix: new Float64Array(priced.length), output: new Float64Array(priced.length) };
  for (let i = 0; i < priced.length; i++) {
    const cost = stepCost(
      { prefix: at(tokens.prefix, i), append: at(tokens.append, i), cacheWrite: at(cacheWrite, i), output: at(tokens.output, i) },
      modelOf(priced[i] as number)?.price as Price,
    );
    for (const part of PARTS) usd[part][i] = cost[part];
  }
  return {
    provider: priced.map((i) => modelOf(i)?.provider ?? null),
    sessionKey: picked(columns.session_key, priced),
    requestKey: picked(columns.request_key, priced),
    amounts: { tokens, usd },
  };
}

/** Sums for each of `keys`, added from the first unit to the last; units with other keys are left out. */
function sumsByKey(amounts: Amounts, keyOfUnit: Float64Array, keys: readonly number[]): Amounts {
  const places = new Map(keys.map((key, place) => [key, place]));
  const placeOfUnit = new Int32Array(keyOfUnit.length);
  for (let i = 0; i < keyOfUnit.length; i++) placeOfUnit[i] = places.get(at(keyOfUnit, i)) ?? -1;
  return mapAmounts((kind, part) => {
    const sums = new Float64Array(keys.length);
    const values = amounts[kind][part];
    for (let i = 0; i < values.length; i++) {
      const place = at(placeOfUnit, i);
      if (place >= 0) sums[place] = at(sums, place) + at(values, i);
    }
    return sums;
  });
}

function mapAmounts(column: (kind: Kind, part: Part) => Float64Array): Amounts {
  const parts = (kind: Kind) => ({ append: column(kind, "append"), prefix: column(kind, "prefix"), output: column(kind, "output") });
  return { tokens: parts("tokens"), usd: parts("usd") };
}

function positions(length: number, keep: (i: number) => boolean): number[] {
  const kept: number[] = [];
  for (let i = 0; i < length; i++) if (keep(i)) kept.push(i);
  return kept;
}

function picked(values: ArrayLike<number>, kept: readonly number[]): Float64Array {
  const result = new Float64Array(kept.length);
  for (let i = 0; i < kept.length; i++) result[i] = at(values, kept[i] as number);
  return result;
}

function at(values: ArrayLike<number>, i: number): number {
  return values[i] as number;
}
