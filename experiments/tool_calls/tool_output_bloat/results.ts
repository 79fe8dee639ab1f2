/** What results of tool calls cost while they are in the context, from what the queries count. */
import { withNamed } from "../../../lib/chart/with-named.ts";
import {
  choice,
  type Distribution,
  integer,
  list,
  numberColumns,
  type OptionsOf,
  type QueryContext,
  query,
  type RowOf,
} from "../../../lib/experiment.ts";
import { UserError } from "../../../lib/files/errors.ts";
import { groupBy } from "../../../lib/stats/group-by.ts";
import { at } from "../../../lib/stats/known.ts";
import { quantileNumpy } from "../../../lib/stats/quantile.ts";
import { sumsOf } from "../../../lib/stats/sum.ts";
import { NO_STATISTICS, type Summary, summaryOf } from "../../../lib/stats/summary.ts";
import { type Concentration, readConcentration } from "./concentration.ts";

const CAPS = [1_000, 2_000, 5_000, 10_000, 15_000] as const;

export const FLAGS = {
  floor: integer({ default: 15_000, min: 1, says: "Tokens from which a result can be oversized" }),
  caps: list(integer({ min: 1, says: "Caps on the size of a result to price, in tokens; repeatable" }), { default: CAPS }),
  top: integer({ default: 100, min: 1, says: "Most expensive results to list" }),
  by: choice(["tool", "server", "target"], {
    default: "tool",
    says: "What results are grouped by: tool, MCP server, or what the call is about, which only own traces know and which is private",
  }),
} as const;
export type Options = OptionsOf<typeof FLAGS>;

const RESULTS = query("results.sql", {
  call_key: "text",
  provider: "text",
  name: "text?",
  carried_tokens: "number",
  ride_steps: "number",
  char_tokens: "number",
});
export type SampledResult = RowOf<typeof RESULTS>;

const GROUPS = query("groups.sql", {
  provider: "text",
  is_named: "boolean",
  name: "text?",
  results: "number",
  errors: "number",
  into_reset: "number",
  oversized: "number",
  unpriced: "number",
  offered_micro: "number",
  carried_micro: "number",
  priced_micro: "number",
  read_micro: "number",
  cost_pico: "number",
  error_micro: "number",
  error_pico: "number",
});
const SUMS = numberColumns(GROUPS);
export type Sums = Readonly<Record<(typeof SUMS)[number], number>>;

const TOP = query("top.sql", {
  provider: "text",
  session_id: "text",
  step: "number",
  call_no: "number",
  tool: "text",
  is_error: "boolean?",
  chars: "number",
  offered_tokens: "number",
  carried_tokens: "number",
  ride_steps: "number",
  rent_usd: "number?",
  ended_by: ["reset", "micro_compact", "session_end"],
  target: "text?",
  call_round_pk: "number",
  tool_index: "number",
});
export type TopResult = RowOf<typeof TOP>;

const BILL = query("bill.sql", { provider: "text", steps: "number", unpriced_steps: "number", input_nano: "number" });
const CAPPED = query("caps.sql", { provider: "text", cap_tokens: "number", results: "number", micro: "number", saved_pico: "number" });
const OVERSIZED = query("oversized.sql", {
  provider: "text",
  at_4: "number",
  measured: "number",
  carried: "number",
  oversized: "number",
  burn_results: "number",
  burn_nano: "number",
});

/** Results of a tool, server or target, or of several. */
export interface Group {
  readonly provider: string;
  /** Null: what the call is about is unknown. */
  readonly name: string | null;
  /** False: all names beyond the most expensive ones. */
  readonly isNamed: boolean;
  readonly sums: Sums;
  /** Of the tokens of each result; null where they are not known one by one. */
  readonly tokens: Summary<null>;
  readonly p50Ride: number | null;
}

/** All results of a provider, or of all. */
export interface Total {
  /** Null: all providers. */
  readonly provider: string | null;
  readonly sums: Sums;
  readonly tokens: Summary<null>;
  readonly p50Ride: number | null;
  /** Billed input of all steps with a price, nano-dollars. */
  readonly inputNano: number;
  readonly steps: number;
  readonly unpricedSteps: number;
}

export interface Cap {
  readonly provider: string;
  readonly capTokens: number;
  readonly results: number;
  readonly tokens: number;
  readonly savedUsd: number;
  readonly inputUsd: number;
}

export interface Oversized extends Omit<RowOf<typeof OVERSIZED>, "burn_nano"> {
  readonly threshold: number;
  readonly burnThreshold: number;
  readonly burnUsd: number;
}

export interface Bloat {
  /** The most expensive first. */
  readonly groups: readonly Group[];
  readonly all: Total;
  readonly providers: readonly Total[];
  readonly caps: readonly Cap[];
  readonly oversized: readonly Oversized[];
  readonly concentration: readonly Concentration[];
  /** The most expensive one; null without any. */
  readonly top: TopResult | null;
  /** All results, or as many as can be drawn, `top` among them. */
  readonly sample: readonly SampledResult[];
}

const MOST_NAMES = 200;
const MOST_DRAWN = 4_000;
/** Results from which on burn takes their 95th percentile for a threshold. */
const FEWEST_SIZED = 20;

/** @throws UserError for groups by target in a pool that has no inputs of calls */
export async function readBloat(db: QueryContext, { by, caps, floor }: Options): Promise<Bloat> {
  const named = { by };
  const of = ["carried_tokens", "ride_steps"] as const;
  const byProvider = await db.distributions(RESULTS, { by: ["provider"], of: [...of, "char_tokens"] }, named);
  const thresholds = thresholdsOf(byProvider, floor);
  const groups = await db.rows(GROUPS, { ...named, thresholds: JSON.stringify(thresholds), most: MOST_NAMES });
  if (by === "target" && groups.length > 0 && groups.every(({ name }) => name === null))
    throw new UserError("--by is target, but this pool doesn't know what its calls are about; give tool or server.");
  const byName = await db.distributions(RESULTS, { by: ["provider", "name"], of }, named);
  const bill = await db.rows(BILL);
  const total = (provider: string | null, distributions: readonly Distribution<object, string>[]): Total => {
    const isOf = (each: { readonly provider: string }) => provider === null || each.provider === provider;
    const billed = sumsOf(bill.filter(isOf), ["steps", "unpriced_steps", "input_nano"]);
    return {
      provider,
      sums: sumsOf(groups.filter(isOf), SUMS),
      ...statisticsOf(distributions),
      inputNano: billed.input_nano,
      steps: billed.steps,
      unpricedSteps: billed.unpriced_steps,
    };
  };
  const [top = null] = await db.rows(TOP, { top: 1, by });
  const providers = [...groupBy(byProvider, ({ group }) => group.provider)].map(([provider, own]) => total(provider, own));
  return {
    groups: groups
      .map(({ provider, name, is_named, ...sums }) => ({
        provider,
        name,
        isNamed: is_named,
        sums,
        ...statisticsOf(is_named ? byName.filter(({ group }) => group.provider === provider && group.name === name) : []),
      }))
      .sort(
        (a, b) =>
          Number(b.isNamed) - Number(a.isNamed) || b.sums.cost_pico - a.sums.cost_pico || b.sums.carried_micro - a.sums.carried_micro,
      ),
    all: total(null, await db.distributions(RESULTS, { by: [], of }, named)),
    providers,
    caps: await readCaps(db, providers, caps),
    oversized: await readOversized(db, thresholds, floor),
    concentration: await readConcentration(db),
    top,
    sample: withTop(await db.sample(RESULTS, { by: [], key: "call_key", most: MOST_DRAWN }, named), top, by),
  };
}

/** With the most expensive result, which the figure names. */
export function withTop(sample: readonly SampledResult[], top: TopResult | null, by: Options["by"]): SampledResult[] {
  if (top === null) return [...sample];
  const { call_round_pk, tool_index, provider, carried_tokens, ride_steps, chars } = top;
  const call_key = `${call_round_pk} ${tool_index}`;
  const named = { call_key, provider, name: nameOf(top, by), carried_tokens, ride_steps, char_tokens: Math.ceil(chars / 4) };
  return withNamed(sample, [named], (result) => result.call_key);
}

/** As in `results.sql`. */
function nameOf({ tool, target }: TopResult, by: Options["by"]): string | null {
  if (by === "target") return target;
  if (by === "tool") return tool;
  return tool.startsWith("mcp__") ? (tool.split("__")[1] ?? "") : "built-in";
}

function statisticsOf(distributions: readonly Distribution<object, string>[]): Pick<Group, "tokens" | "p50Ride"> {
  const tokens = distributions.find(({ column }) => column === "carried_tokens");
  const rides = distributions.find(({ column }) => column === "ride_steps");
  return { tokens: tokens ? summaryOf(tokens, null) : NO_STATISTICS, p50Ride: rides ? quantileNumpy(rides.ascending, 0.5) : null };
}

interface Threshold {
  readonly provider: string;
  readonly threshold: number;
  readonly burn_threshold: number;
}

function thresholdsOf(byProvider: readonly Distribution<{ readonly provider: string }, string>[], floor: number): Threshold[] {
  return [...groupBy(byProvider, ({ group }) => group.provider)].map(([provider, own]) => {
    const values = (column: string) => own.find((each) => each.column === column)?.ascending ?? [];
    return {
      provider,
      threshold: Math.max(floor, quantileNumpy(values("carried_tokens"), 0.95) ?? 0),
      burn_threshold: Math.max(floor, nearestRank95(values("char_tokens"))),
    };
  });
}

function nearestRank95(ascending: ArrayLike<number>): number {
  return ascending.length < FEWEST_SIZED ? 0 : at(ascending, Math.ceil(0.95 * ascending.length) - 1);
}

async function readCaps(db: QueryContext, providers: readonly Total[], caps: readonly number[]): Promise<Cap[]> {
  const ascending = [...new Set(caps)].sort((a, b) => a - b);
  const rows = await db.rows(CAPPED, { caps: JSON.stringify(ascending) });
  return providers.flatMap(({ provider, inputNano }) =>
    ascending.map((capTokens) => {
      const row = rows.find((each) => each.provider === provider && each.cap_tokens === capTokens);
      return {
        provider: provider ?? "",
        capTokens,
        results: row?.results ?? 0,
        tokens: (row?.micro ?? 0) / 1e6,
        savedUsd: (row?.saved_pico ?? 0) / 1e12,
        inputUsd: inputNano / 1e9,
      };
    }),
  );
}

async function readOversized(db: QueryContext, thresholds: readonly Threshold[], floor: number): Promise<Oversized[]> {
  const rows = await db.rows(OVERSIZED, { floor, thresholds: JSON.stringify(thresholds) });
  return thresholds.map(({ provider, threshold, burn_threshold }) => {
    const { burn_nano = 0, ...row } = rows.find((each) => each.provider === provider) ?? {
      at_4: 0,
      measured: 0,
      carried: 0,
      oversized: 0,
      burn_results: 0,
    };
    return { ...row, provider, threshold, burnThreshold: burn_threshold, burnUsd: burn_nano / 1e9 };
  });
}
