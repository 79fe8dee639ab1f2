/** Repeated calls and what they cost, for everything together, each provider and each tool. */
import { providerOrder } from "../../../lib/chart/palette.ts";
import { flag, integer, noneOf, type QueryContext, query, type RowOf } from "../../../lib/experiment.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { sumOf, sumsOf } from "../../../lib/stats/sum.ts";
import { ALL } from "../../../lib/trace/groups.ts";

export const CLASSES = ["identical_after_error", "altered_after_error", "redundant", "recheck"] as const;
export type Class = (typeof CLASSES)[number];
/** A check after an edit is not waste. */
const REPEATS: readonly Class[] = ["identical_after_error", "altered_after_error", "redundant"];
const BASES = ["hash", "size"] as const;

export const FLAGS = {
  minInputChars: integer({ min: 0, default: 16, says: "Shortest input that counts as the same for having the same length" }),
  streak: integer({ min: 2, default: 3, says: "Calls that fail one after the other and make a streak" }),
  peers: flag({ default: true, says: "Count the pool under the rules of other tools, too" }),
} as const;

/** Of other tools. */
export const RULES = [
  "burn retry loop",
  "burn failure run",
  "TokenJam retry",
  "TokenJam retry, before its fix",
  "TokenJam retry alert",
  "agent-strace repeated command",
  "agent-strace tool loop",
] as const;

const COUNTS = query("counts.sql", {
  provider: "text",
  tool: "text",
  class: [...CLASSES, "new"],
  basis: BASES,
  calls: "number",
  failed_again: "number",
  unknown_before: "number",
});
const TOTALS = query("totals.sql", { provider: "text", tool: "text", calls: "number", failed: "number" });
const STEPS = query("steps.sql", {
  provider: "text",
  tool: "text",
  class: CLASSES,
  basis: BASES,
  steps: "number",
  unpriced: "number",
  tokens: "number",
  nano: "number",
});
/** In the order of the columns of the table `retry_calls`. */
const REPETITIONS = query("repetitions.sql", {
  provider: "text",
  session_id: "text",
  request_no: "number",
  step: "number",
  call_no: "number",
  tool: "text",
  class: CLASSES,
  basis: BASES,
  previous_call_no: "number",
  previous_status: "text",
  failed_again: "boolean",
  only_repetitions: "boolean",
  result_tokens: "number",
  size_usd: "number?",
});
const CHANCE = query("chance.sql", { provider: "text", tool: "text", pairs: "number", equal_pairs: "number" });
const RUNS = query("runs.sql", { provider: "text", length: "number", runs: "number", same_input: "number" });
const STREAKS = query("streaks.sql", {
  provider: "text",
  session_id: "text",
  request_no: "number",
  kind: ["loop", "failure_run"],
  length: "number",
  tools: "text",
  first_step: "number",
  last_step: "number",
  steps: "number",
  first_call_no: "number",
  last_call_no: "number",
  existence_usd: "number?",
  cost_of_touched_steps_usd: "number?",
});
const TIMELINE = query("timeline.sql", {
  call_no: "number",
  step: "number",
  tool: "text",
  is_error: "boolean?",
  class: [...CLASSES, "new"],
  usd: "number?",
  tokens: "number",
});
const PEERS = query("peers.sql", { rule: RULES, hits: "number", steps: "number", unpriced: "number", nano: "number" });
const VERBS = query("verbs.sql", {
  provider: "text",
  verb: "text",
  calls: "number",
  failed: "number",
  identical_after_error: "number",
  altered_after_error: "number",
  redundant: "number",
  recheck: "number",
  redundant_targets: "number",
});

export type Streak = RowOf<typeof STREAKS>;
export type TimelineCall = RowOf<typeof TIMELINE>;
export type Verb = RowOf<typeof VERBS>;
export type Run = RowOf<typeof RUNS>;

/** Calls of one class, or of several together. */
export interface Repeats {
  readonly calls: number;
  readonly failedAgain: number;
  readonly unknownBefore: number;
  /** `hash`, `size`, or both. */
  readonly bases: readonly string[];
  /** Steps that have no calls but repetitions. */
  readonly existence: { readonly steps: number; readonly unpriced: number; readonly tokens: number; readonly usd: number };
  /** What other repetitions and the failed results before them left in the context. */
  readonly size: { readonly tokens: number; readonly usd: number };
}

/** Calls of a provider or all of them, and of a tool or all of them. */
export interface Group {
  readonly provider: string;
  /** Null: of any tool. */
  readonly tool: string | null;
  readonly calls: number;
  readonly failed: number;
  readonly byClass: Readonly<Record<Class, Repeats>>;
  /** Those that are known to be repetitions: after an error, and redundant by hash. */
  readonly certain: Repeats;
  /** The same and what is redundant by size: at most so much. */
  readonly bound: Repeats;
  /** Known repetitions that need not have been made: identical after an error, and redundant by hash. */
  readonly avoidable: Repeats;
  /** Share of pairs of calls of a tool in different sessions whose inputs have the same length; null without pairs. */
  readonly chance: number | null;
}

export interface Peer {
  readonly rule: string;
  readonly hits: number;
  readonly steps: number;
  readonly unpriced: number;
  readonly usd: number;
}

export interface Waste {
  /** Everything, then each provider. */
  readonly scopes: readonly Group[];
  /** Each tool of each provider, most calls first. */
  readonly tools: readonly Group[];
  readonly runs: readonly Run[];
  /** The streak whose steps cost the most, and calls around it. */
  readonly worst: { readonly streak: Streak; readonly calls: readonly TimelineCall[] } | null;
  readonly peers: readonly Peer[] | null;
  readonly verbs: readonly Verb[];
  readonly params: { readonly min: number; readonly streak: number };
}

export interface Options {
  readonly minInputChars: number;
  readonly streak: number;
  readonly peers: boolean;
}

export async function readWaste(db: QueryContext, options: Options): Promise<Waste> {
  const min = options.minInputChars;
  const streakParams = { streak: options.streak, min, most: 1 };
  const [counts, totals, steps, sizes, chance, runs, [streak], verbs, peers] = await Promise.all([
    db.rows(COUNTS, { min }),
    db.rows(TOTALS),
    db.rows(STEPS, { min }),
    db.distributions(
      REPETITIONS,
      { by: ["provider", "tool", "class", "basis"], of: ["result_tokens", "size_usd"], quantiles: [] },
      { min },
    ),
    db.rows(CHANCE, { min }),
    db.rows(RUNS),
    db.rows(STREAKS, streakParams),
    db.rows(VERBS),
    options.peers ? db.rows(PEERS) : null,
  ]);
  type Member = { readonly provider: string; readonly tool: string; readonly class: Class | "new"; readonly basis: string };
  const repeatsOf = (
    isOf: (row: { readonly provider: string; readonly tool: string }) => boolean,
    isIn: (row: Member) => boolean,
  ): Repeats => {
    const own = counts.filter((row) => isOf(row) && isIn(row));
    const ownSteps = steps.filter((row) => isOf(row) && isIn(row));
    const ownSizes = sizes.filter(({ group }) => isOf(group) && isIn(group));
    const sumOfColumn = (column: string) =>
      sumOf(
        ownSizes.filter((row) => row.column === column),
        ({ sum }) => sum,
      );
    const sums = sumsOf(ownSteps, ["steps", "unpriced", "tokens", "nano"]);
    return {
      calls: sumOf(own, (row) => row.calls),
      failedAgain: sumOf(own, (row) => row.failed_again),
      unknownBefore: sumOf(own, (row) => row.unknown_before),
      bases: [...new Set(own.map(({ basis }) => basis))].sort(),
      existence: { steps: sums.steps, unpriced: sums.unpriced, tokens: sums.tokens, usd: sums.nano / 1e9 },
      size: { tokens: sumOfColumn("result_tokens"), usd: sumOfColumn("size_usd") },
    };
  };
  const groupOf = (provider: string, tool: string | null): Group => {
    const isOf = (row: { readonly provider: string; readonly tool: string }) =>
      (provider === ALL || row.provider === provider) && (tool === null || row.tool === tool);
    const of = (name: Class) => repeatsOf(isOf, (row) => row.class === name);
    const pairs = sumsOf(chance.filter(isOf), ["pairs", "equal_pairs"]);
    return {
      provider,
      tool,
      ...sumsOf(totals.filter(isOf), ["calls", "failed"]),
      byClass: {
        identical_after_error: of("identical_after_error"),
        altered_after_error: of("altered_after_error"),
        redundant: of("redundant"),
        recheck: of("recheck"),
      },
      certain: repeatsOf(isOf, isCertain),
      bound: repeatsOf(isOf, (row) => REPEATS.some((name) => name === row.class)),
      avoidable: repeatsOf(isOf, (row) => isCertain(row) && row.class !== "altered_after_error"),
      chance: ratio(pairs.equal_pairs, pairs.pairs),
    };
  };
  const providers = providerOrder(totals.map(({ provider }) => provider));
  return {
    scopes: [ALL, ...providers].map((provider) => groupOf(provider, null)),
    tools: totals.map(({ provider, tool }) => groupOf(provider, tool)).sort((a, b) => b.calls - a.calls),
    runs,
    worst: streak ? { streak, calls: await callsAround(db, streak, min) } : null,
    peers: peers && RULES.map((rule) => peerOf(rule, peers)),
    verbs,
    params: { min, streak: options.streak },
  };
}

function peerOf(rule: (typeof RULES)[number], found: readonly RowOf<typeof PEERS>[]): Peer {
  const { hits, steps, unpriced, nano } = found.find((row) => row.rule === rule) ?? noneOf(PEERS);
  return { rule, hits, steps, unpriced, usd: nano / 1e9 };
}

function isCertain({ class: name, basis }: { readonly class: Class | "new"; readonly basis: string }): boolean {
  return name === "identical_after_error" || name === "altered_after_error" || (name === "redundant" && basis === "hash");
}

const CALLS_AROUND = 8;
const MOST_CALLS = 60;

function callsAround(db: QueryContext, { session_id, first_call_no, last_call_no }: Streak, min: number): Promise<TimelineCall[]> {
  const from = first_call_no - CALLS_AROUND;
  return db.rows(TIMELINE, { session: session_id, from, to: last_call_no + CALLS_AROUND, min, most: MOST_CALLS });
}
