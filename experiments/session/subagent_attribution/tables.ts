/** The tables. */
import { streamedTable, type Table, table } from "../../../lib/experiment.ts";
import { groupBy } from "../../../lib/stats/group-by.ts";
import { known } from "../../../lib/stats/known.ts";
import { quantileNumpy } from "../../../lib/stats/quantile.ts";
import { NOTHING, PROVIDER_COLUMN } from "../../../lib/trace/scopes.ts";
import { type Coverage, type Delegation, TIER_DOWN, type TypeDistribution } from "./measure.ts";

export function tablesOf(delegation: Delegation): Table[] {
  return [helpersTable(delegation), typesTable(delegation.types), treesTable(), coverageTable(delegation.coverage)];
}

function helpersTable({ params }: Delegation): Table {
  return streamedTable(
    "subagents",
    { query: "subagents.sql", params },
    {
      root_session: { says: "Session at the root of its tree, which isn't a helper itself" },
      parent_session: { says: "Session that started it" },
      session: { says: "The helper" },
      depth: { says: "Steps down from the root" },
      link_basis: {
        says:
          "How its parent is known: `declared` (the transcript names parent and call), `parent` (it names the parent), `path` (the id of the session " +
          "names it), `nested` (it starts around one call that no other session fits), `orphan` (the parent isn't in the pool)",
      },
      call_basis: { says: "How the call that started it is known: `declared` or `nested`; empty when it isn't" },
      agent_type: { says: "Type of the helper; empty when unknown" },
      provider: { says: PROVIDER_COLUMN.says },
      model: { says: "Model of most of its steps" },
      steps: { says: "Its own steps, without history of the parent that its transcript repeats", unit: "steps" },
      unpriced_steps: { says: "Those without a price", unit: "steps" },
      calls: { says: "Its tool calls", unit: "calls" },
      errors: { says: "Those that failed", unit: "calls" },
      first_context_tokens: { says: "Context of its first step: what it was sent with", unit: "tokens" },
      peak_context_tokens: { says: "Its largest context", unit: "tokens" },
      input_billed_tokens: {
        says: "Context of all its steps added up: a text counts again in each step. TokenJam takes this sum for the size of the context",
        unit: "tokens",
      },
      output_tokens: { says: "Output as logged, reasoning included", unit: "tokens" },
      cost_usd: { says: "Cost at list prices; empty when no step has a price", unit: "USD" },
      wall_s: { says: "From its first to its last event", unit: "s" },
      generation_s: { says: "Generation time of its steps", unit: "s" },
      prompt_chars: { says: "Characters of the call that started it; empty when the call isn't known", unit: "chars" },
      returned_chars: {
        says:
          "Characters of that call's result. Empty without the call, for Codex (the call returns an id; answers come from wait_agent), and for a " +
          "helper in the background, whose call had a result before the helper was done",
        unit: "chars",
      },
      leverage: {
        says: "Estimate: input_billed_tokens by the tokens of the result, from the characters of a token that `chars_per_token` measures",
      },
      rent_saved_usd: {
        says:
          "Estimate: what its context grew by, less the returned tokens, at the parent's rent at the step of the call, less cost_usd. " +
          "Negative: it cost more than reading the same in the parent would have",
        unit: "USD",
      },
      one_tier_down_usd: {
        says: `Claude's opus, fable and mythos only: the same tokens at the published rates of ${TIER_DOWN}; a difference in price, not a saving`,
        unit: "USD",
      },
      flags: { says: "`heavy_brief`, `big_read_small_answer`, `costlier_than_inline`, `premium_light`, `failed`, separated by `;`" },
      flagged_usd: { says: "cost_usd of a helper with a flag, else empty", unit: "USD" },
      tokenjam_flags: { says: "What TokenJam would flag: `over_powered`, `over_provisioned`" },
    },
    { title: "Helpers", caption: "One row per helper, the most expensive first. Flags are shapes to look at, not verdicts." },
  );
}

function typesTable(types: readonly TypeDistribution[]): Table {
  const groups = [...groupBy(types, ({ group }) => `${group.agent_type ?? ""}\0${group.model}`).values()].map((distributions) => {
    const of = (column: TypeDistribution["column"]) => distributions.find((each) => each.column === column) ?? NOTHING;
    return { group: known(distributions[0]).group, of };
  });
  type Group = (typeof groups)[number];
  const quantile = (column: TypeDistribution["column"], q: number) => (group: Group) => quantileNumpy(group.of(column).ascending, q);
  return table(
    "subagent_types",
    groups.toSorted((a, b) => b.of("cost_usd").sum - a.of("cost_usd").sum),
    {
      agent_type: { of: ({ group }) => group.agent_type, says: "Type of the helpers; empty when unknown" },
      model: { of: ({ group }) => group.model, says: "Model of most of a helper's steps" },
      helpers: { of: ({ of }) => of("steps").n, says: "Helpers", unit: "sessions" },
      cost_usd: { of: ({ of }) => of("cost_usd").sum, says: "Their cost", unit: "USD" },
      p50_usd: { of: quantile("cost_usd", 0.5), says: "Median cost", unit: "USD" },
      p90_usd: { of: quantile("cost_usd", 0.9), says: "90th percentile of the cost", unit: "USD" },
      p50_steps: { of: quantile("steps", 0.5), says: "Median of the steps", unit: "steps" },
      p50_leverage: { of: quantile("leverage", 0.5), says: "Median leverage, of those with a known result" },
      flagged: { of: ({ of }) => of("flagged_usd").n, says: "Helpers with a flag and a cost", unit: "sessions" },
      flagged_usd: { of: ({ of }) => of("flagged_usd").sum, says: "Cost of these", unit: "USD" },
    },
    { title: "Helpers by type", caption: "One row per type and model, the most expensive first." },
  );
}

function treesTable(): Table {
  return streamedTable(
    "subagent_sessions",
    { query: "trees.sql", params: { most: null } },
    {
      root_session: { says: "Session that isn't a helper and started some, or has a call that starts one" },
      provider: { says: PROVIDER_COLUMN.says },
      steps: { says: "Its own steps; 0 when only its helpers are in the pool", unit: "steps" },
      helpers: { says: "Helpers below it, at any depth", unit: "sessions" },
      max_depth: { says: "Depth of the deepest" },
      self_usd: { says: "Cost of its own steps", unit: "USD" },
      helpers_usd: { says: "Cost of the helpers", unit: "USD" },
      helpers_share: { says: "Share of the helpers in the cost of both; empty when the session isn't in the pool", unit: "share" },
      self_tokens: { says: "Context of its own steps added up", unit: "tokens" },
      helpers_tokens: { says: "The same of the helpers", unit: "tokens" },
      unpriced_steps: { says: "Steps of both without a price", unit: "steps" },
      max_parallel: { says: "Helpers that were running at once, at most", unit: "sessions" },
      spawn_calls: { says: "Calls of the tree that start helpers", unit: "calls" },
      unlinked_spawns: { says: "Those that no helper in the pool is known for", unit: "calls" },
      returned_chars: { says: "Results of calls that started helpers, and of Codex's wait_agent", unit: "chars" },
    },
    { title: "Sessions with helpers", caption: "One row per session at the root of a tree, the most expensive tree first." },
  );
}

function coverageTable(coverage: readonly Coverage[]): Table {
  const found = coverage.filter(({ spawn_calls, helpers }) => spawn_calls + helpers > 0);
  const helpers = (says: string) => ({ says, unit: "sessions" });
  return table(
    "subagent_coverage",
    found,
    {
      provider: PROVIDER_COLUMN,
      spawn_calls: { says: "Calls that start helpers: Task, Agent and spawn_agent", unit: "calls" },
      spawn_sessions: { says: "Sessions with such a call", unit: "sessions" },
      linked_calls: { says: "Calls that a helper is known for", unit: "calls" },
      spawn_wall_s: { of: ({ spawn_wall_ms }) => spawn_wall_ms / 1e3, says: "Wall time of the calls", unit: "s" },
      helpers: helpers("Helpers in the pool"),
      declared: helpers("Those whose parent and call are named"),
      parent: helpers("Those whose parent is named"),
      path: helpers("Those whose session id names the parent"),
      nested: helpers("Those found by the times of a call"),
      orphan: helpers("Those whose parent isn't in the pool"),
      balanced: helpers("Those whose balance is known"),
      helpers_usd: { of: ({ cost_nano }) => cost_nano / 1e9, says: "Cost of the helpers", unit: "USD" },
      total_usd: { of: ({ total_nano }) => total_nano / 1e9, says: "Cost of all steps of named sessions", unit: "USD" },
    },
    { title: "How many helpers are known", caption: "One row per provider with calls that start helpers, or helpers." },
  );
}
