/** What followed failed calls, for everything together, each provider and each tool. */
import { providerOrder } from "../../../lib/chart/palette.ts";
import { integer, type QueryContext, query, type RowOf } from "../../../lib/experiment.ts";
import { known } from "../../../lib/stats/known.ts";
import { quantileNumpy } from "../../../lib/stats/quantile.ts";
import { sumOf, sumsOf } from "../../../lib/stats/sum.ts";
import { ALL } from "../../../lib/trace/groups.ts";
import { type SurvivalPoint, survivalCurve } from "./survival.ts";

/** What an episode is counted as. */
export const KINDS = ["error", "denied", "poll", "empty search"] as const;
export type Kind = (typeof KINDS)[number];
/** `failed`: all that are marked as an error. */
export type Part = Kind | "failed";
const FAILED: ReadonlySet<Kind> = new Set<Kind>(["error", "denied", "poll"]);

export const OUTCOMES = ["recovered", "switched", "asked", "interrupted", "ended", "open"] as const;
type Outcome = (typeof OUTCOMES)[number];

export const MOVES = ["same tool, same input", "same tool, altered", "read", "edit", "run", "other", "none", "user", "end"] as const;
type Move = (typeof MOVES)[number];

export const FLAGS = {
  minEpisodes: integer({ min: 1, default: 10, says: "Minimum number of episodes of a tool that figures show" }),
  horizonSteps: integer({ min: 1, default: 40, says: "Steps that recovery curves follow an episode" }),
} as const;

const CALLS = query("calls.sql", {
  provider: "text",
  tool: "text",
  calls: "number",
  errors: "number",
  unknown: "number",
  searches: "number",
  empty_searches: "number",
});
const EPISODES = query("outcomes.sql", {
  kind: KINDS,
  provider: "text",
  tool: "text",
  outcome: OUTCOMES,
  next_move: MOVES,
  episodes: "number",
  failures: "number",
  unknown_later: "number",
  edits: "number",
  repair_steps: "number",
  repair_tokens: "number",
  repair_nano: "number",
  unpriced_repair_steps: "number",
});
const LENGTHS = query("lengths.sql", {
  kind: KINDS,
  provider: "text",
  tool: "text",
  steps: "number",
  recovered: "boolean",
  episodes: "number",
});
const TIMES = query("times.sql", {
  provider: "text",
  tool: "text",
  kind: KINDS,
  part: ["failed", "empty search"],
  steps: "number",
  seconds: "number?",
  agent_seconds: "number?",
});
const TOUCHED = query("touched.sql", { provider: "text", tool: "text?", requests: "number", nano: "number" });
const BILL = query("bill.sql", { provider: "text", steps: "number", tokens: "number", nano: "number" });

type Episodes = RowOf<typeof EPISODES>;

/** Episodes of a kind, of a provider or all of them, and of a tool or all of them. */
export interface Group {
  readonly provider: string;
  /** Null: of any tool. */
  readonly tool: string | null;
  readonly part: Part;
  /** That could have failed in this way. */
  readonly calls: number;
  readonly failures: number;
  /** Calls whose status is not known. */
  readonly unknown: number;
  readonly episodes: number;
  readonly by: Readonly<Record<Outcome, number>>;
  readonly moves: readonly { readonly move: Move; readonly episodes: number; readonly recovered: number }[];
  /** Not recovered, but followed by a call of the tool whose status is unknown. */
  readonly unknownLater: number;
  /** With an edit before they ended. */
  readonly edits: number;
  readonly repair: { readonly steps: number; readonly tokens: number; readonly nano: number; readonly unpriced: number };
  /** Requests in which a call failed, whole; null for what is not counted by requests. */
  readonly touched: { readonly requests: number; readonly nano: number } | null;
  readonly curve: readonly SurvivalPoint[];
  /** Medians over recovered episodes; null without any. */
  readonly p50: { readonly steps: number | null; readonly seconds: number | null; readonly agent: number | null };
}

export interface Bill {
  readonly tokens: number;
  readonly nano: number;
}

export interface Recovery {
  /** Everything and each provider, by part. */
  readonly scopes: readonly Group[];
  /** Each tool of each provider that failed: most episodes first. */
  readonly tools: readonly Group[];
  readonly bill: Bill;
}

export async function readRecovery(db: QueryContext, horizon: number): Promise<Recovery> {
  const [calls, episodes, lengths, touched, bill, medians] = await Promise.all([
    db.rows(CALLS),
    db.rows(EPISODES),
    db.rows(LENGTHS, { horizon }),
    db.rows(TOUCHED),
    db.rows(BILL),
    readMedians(db),
  ]);
  const groupOf = (provider: string, tool: string | null, part: Part): Group => {
    const isOf = (row: { readonly provider: string; readonly tool: string }) =>
      (provider === ALL || row.provider === provider) && (tool === null || row.tool === tool);
    const isPart = ({ kind }: { readonly kind: Kind }) => (part === "failed" ? FAILED.has(kind) : kind === part);
    const own = episodes.filter((row) => isOf(row) && isPart(row));
    const ownCalls = calls.filter(isOf);
    const isSearch = part === "empty search";
    const requests = touched.filter((row) => (provider === ALL || row.provider === provider) && row.tool === tool);
    return {
      provider,
      tool,
      part,
      calls: sumOf(ownCalls, (row) => (isSearch ? row.searches : row.calls)),
      unknown: sumOf(ownCalls, (row) => (isSearch ? 0 : row.unknown)),
      ...countsOf(own),
      touched: part === "failed" ? sumsOf(requests, ["requests", "nano"]) : null,
      curve: survivalCurve(lengths.filter((row) => isOf(row) && isPart(row))),
      p50: medians(provider, tool, part),
    };
  };
  const providers = providerOrder(calls.map((row) => row.provider));
  const parts = [...new Set<Part>(["failed", ...KINDS.filter((kind) => episodes.some((row) => row.kind === kind))])];
  const tools = calls.flatMap(({ provider, tool }) => [groupOf(provider, tool, "failed"), groupOf(provider, tool, "empty search")]);
  return {
    scopes: [ALL, ...providers].flatMap((provider) => parts.map((part) => groupOf(provider, null, part))),
    tools: tools.filter((group) => group.episodes > 0).sort((a, b) => b.episodes - a.episodes),
    bill: sumsOf(bill, ["tokens", "nano"]),
  };
}

function countsOf(rows: readonly Episodes[]) {
  const count = (of: (row: Episodes) => boolean) => sumOf(rows.filter(of), (row) => row.episodes);
  const sums = sumsOf(rows, [
    "episodes",
    "failures",
    "unknown_later",
    "edits",
    "repair_steps",
    "repair_tokens",
    "repair_nano",
    "unpriced_repair_steps",
  ]);
  const by = (outcome: Outcome) => count((row) => row.outcome === outcome);
  return {
    episodes: sums.episodes,
    failures: sums.failures,
    unknownLater: sums.unknown_later,
    edits: sums.edits,
    by: {
      recovered: by("recovered"),
      switched: by("switched"),
      asked: by("asked"),
      interrupted: by("interrupted"),
      ended: by("ended"),
      open: by("open"),
    },
    moves: MOVES.map((move) => ({
      move,
      episodes: count((row) => row.next_move === move),
      recovered: count((row) => row.next_move === move && row.outcome === "recovered"),
    })).filter((row) => row.episodes > 0),
    repair: { steps: sums.repair_steps, tokens: sums.repair_tokens, nano: sums.repair_nano, unpriced: sums.unpriced_repair_steps },
  };
}

const MEDIANS = { of: ["steps", "seconds", "agent_seconds"], quantiles: [0.5] } as const;

async function readMedians(db: QueryContext): Promise<(provider: string, tool: string | null, part: Part) => Group["p50"]> {
  const found = (
    await Promise.all([
      db.distributions(TIMES, { ...MEDIANS, by: ["part"] }),
      db.distributions(TIMES, { ...MEDIANS, by: ["kind"] }),
      db.distributions(TIMES, { ...MEDIANS, by: ["provider", "part"] }),
      db.distributions(TIMES, { ...MEDIANS, by: ["provider", "kind"] }),
      db.distributions(TIMES, { ...MEDIANS, by: ["provider", "tool", "part"] }),
    ])
  ).flat();
  const keyOf = (provider: string, tool: string | null, part: Part, column: string) => JSON.stringify([provider, tool, part, column]);
  const medians = new Map(
    found.map(({ group, column, ascending }) => {
      const provider = "provider" in group ? group.provider : ALL;
      const tool = "tool" in group ? group.tool : null;
      const part = "part" in group ? group.part : group.kind;
      return [keyOf(provider, tool, part, column), quantileNumpy(ascending, 0.5)] as const;
    }),
  );
  return (provider, tool, part) => {
    const of = (column: string) => medians.get(keyOf(provider, tool, part, column)) ?? null;
    return { steps: of("steps"), seconds: of("seconds"), agent: of("agent_seconds") };
  };
}

/** All failed calls together. */
export function everything({ scopes }: Recovery): Group {
  return known(scopes.find(({ provider, part }) => provider === ALL && part === "failed"));
}

/** The same part of each provider that has some. */
export function byProvider({ scopes }: Recovery, part: Part): Group[] {
  return scopes.filter((group) => group.provider !== ALL && group.part === part && group.episodes > 0);
}
