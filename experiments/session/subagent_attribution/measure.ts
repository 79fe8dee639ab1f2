/** What is read of the pool. */
import { type Distribution, numberColumns, type QueryContext, query, type RowOf, type SqlParams } from "../../../lib/experiment.ts";
import { sumsOf } from "../../../lib/stats/sum.ts";
import { priceOf } from "../../../lib/trace/prices/published.ts";
import { microDollars } from "../../../lib/trace/prices/rate.ts";
import { sessionHashes } from "../../../lib/trace/sessions.ts";

export const HELPERS = query("subagents.sql", {
  root_session: "text",
  parent_session: "text",
  session: "text",
  depth: "number",
  link_basis: ["declared", "parent", "path", "nested", "orphan"],
  call_basis: ["declared", "nested", null],
  agent_type: "text?",
  provider: "text",
  model: "text",
  steps: "number",
  unpriced_steps: "number",
  calls: "number",
  errors: "number",
  first_context_tokens: "number",
  peak_context_tokens: "number",
  input_billed_tokens: "number",
  output_tokens: "number",
  cost_usd: "number?",
  wall_s: "number?",
  generation_s: "number",
  prompt_chars: "number?",
  returned_chars: "number?",
  leverage: "number?",
  rent_saved_usd: "number?",
  one_tier_down_usd: "number?",
  flags: "text?",
  flagged_usd: "number?",
  tokenjam_flags: "text?",
});
export type Helper = RowOf<typeof HELPERS>;

const LARGEST = query("largest.sql", {
  session_id: "text",
  parent_session_id: "text",
  agent_type: "text?",
  provider: "text",
  model: "text",
  depth: "number",
  steps: "number",
  peak_context_tokens: "number",
  output_tokens: "number",
  context_tokens: "number",
  cost_nano: "number",
  leverage: "number?",
});
export type LargeHelper = RowOf<typeof LARGEST>;

export const TREES = query("trees.sql", {
  root_session: "text",
  provider: "text",
  steps: "number",
  helpers: "number",
  max_depth: "number",
  self_usd: "number?",
  helpers_usd: "number?",
  helpers_share: "number?",
  self_tokens: "number",
  helpers_tokens: "number",
  unpriced_steps: "number",
  max_parallel: "number",
  spawn_calls: "number",
  unlinked_spawns: "number",
  returned_chars: "number",
});
export type Tree = RowOf<typeof TREES>;

const TREE_TYPES = query("tree_types.sql", {
  root_session: "text",
  agent_type: "text?",
  helpers: "number",
  cost_nano: "number",
  context_tokens: "number",
});
export type TreeType = RowOf<typeof TREE_TYPES>;

const COVERAGE = query("coverage.sql", {
  provider: "text",
  spawn_calls: "number",
  spawn_sessions: "number",
  linked_calls: "number",
  spawn_wall_ms: "number",
  helpers: "number",
  declared: "number",
  parent: "number",
  path: "number",
  nested: "number",
  orphan: "number",
  balanced: "number",
  cost_nano: "number",
  total_nano: "number",
});
export type Coverage = RowOf<typeof COVERAGE>;

export interface Options {
  readonly minUsd: number;
  readonly contextHeavy: number;
  readonly smallOutput: number;
  readonly maxRows: number;
}

/** In the figure of all of them. */
export const MOST_TREES = 20;
/** Of all these trees. */
const MOST_TREE_TYPES = 100;
const MOST_DOTS = 1_500;
const MOST_NAMED = 5;

type TypeColumn = "steps" | "cost_usd" | "leverage" | "rent_saved_usd" | "flagged_usd";
export type TypeDistribution = Distribution<Pick<Helper, "agent_type" | "model">, TypeColumn>;

export interface Delegation {
  readonly params: SqlParams;
  readonly coverage: readonly Coverage[];
  readonly all: Omit<Coverage, "provider">;
  readonly types: readonly TypeDistribution[];
  /** The most expensive trees that have helpers and a cost. */
  readonly trees: readonly Tree[];
  readonly treeTypes: readonly TreeType[];
  /** By the type of helper: all, or as many as can be drawn. */
  readonly sample: readonly Helper[];
  readonly largest: readonly LargeHelper[];
  /** Of the first tree: the most expensive helpers. */
  readonly ofFirstTree: readonly LargeHelper[];
}

export async function readDelegation(db: QueryContext, options: Options): Promise<Delegation> {
  const params = { heavy: options.contextHeavy, small: options.smallOutput, min_nano: options.minUsd * 1e9, ...tierDownRates() };
  const coverage = await db.rows(COVERAGE);
  const trees = (await db.rows(TREES, { most: MOST_TREES })).filter((tree) => tree.helpers > 0 && costOf(tree) > 0);
  const [first] = trees;
  const sessions = sessionHashes(trees.map(({ root_session }) => root_session));
  return {
    params,
    coverage,
    all: sumsOf(coverage, numberColumns(COVERAGE)),
    types: await db.distributions(
      HELPERS,
      { by: ["agent_type", "model"], of: ["steps", "cost_usd", "leverage", "rent_saved_usd", "flagged_usd"] },
      params,
    ),
    trees,
    treeTypes: await db.rows(TREE_TYPES, { sessions, most: MOST_TREE_TYPES }),
    sample: await db.sample(HELPERS, { by: ["provider"], key: "session", most: MOST_DOTS }, params),
    largest: await db.rows(LARGEST, { root: null, most: MOST_NAMED }),
    ofFirstTree: first ? await db.rows(LARGEST, { root: first.root_session, most: options.maxRows }) : [],
  };
}

/** Dollars. */
export function costOf({ self_usd, helpers_usd }: Pick<Tree, "self_usd" | "helpers_usd">): number {
  return (self_usd ?? 0) + (helpers_usd ?? 0);
}

export const TIER_DOWN = "claude-sonnet-4-6";

/** Rates of the family below the premium ones in the published table; writes for an hour cost twice the input. */
function tierDownRates() {
  const price = priceOf("claude", TIER_DOWN);
  if (price === null) throw new Error(`the price table lacks ${TIER_DOWN}`);
  const { inputPerM, cachedInputPerM, cacheWrite5mInputPerM = inputPerM, outputPerM } = price;
  return {
    input_rate: microDollars(inputPerM),
    cache_read_rate: microDollars(cachedInputPerM),
    cache_write_5m_rate: microDollars(cacheWrite5mInputPerM),
    cache_write_1h_rate: microDollars(2 * inputPerM),
    output_rate: microDollars(outputPerM),
  };
}
