/** Which columns of which questions an experiment reports, too: both must say the same of any pool. */
import type { Pool } from "../../db/open/pool.ts";
import type { Cell, Row } from "../../experiment.ts";
import { loadExperiments } from "../../run/discover.ts";
import { at, known } from "../../stats/known.ts";
import { agrees } from "../../testing/agreement.ts";
import { runOn } from "../../testing/run-on.ts";
import { loadQuestions } from "./load.ts";
import type { ParameterValues } from "./question.ts";
import { runQuestion } from "./run.ts";

export interface Agreement {
  readonly question: string;
  /** `<experiment>#<table>` */
  readonly table: string;
  /** Columns of the question that name a row, by those of the table; rows of the table with equal names are added up. */
  readonly by: Readonly<Record<string, string>>;
  /** Columns of the question by those of the table, with the factor from the table's unit. */
  readonly same: Readonly<Record<string, string | readonly [string, number]>>;
  /** Rows of the table that take part: those that have these values. */
  readonly where?: Readonly<Record<string, readonly string[]>>;
  readonly parameters?: ParameterValues;
  /** The table has only some of the question's rows. */
  readonly isPart?: true;
}

const BY_PROVIDER = { provider: "provider" };
const BY_GROUP = { provider: "group" };
const OF_PROVIDERS = { group: ["claude", "codex"] };

export const AGREEMENTS: readonly Agreement[] = [
  {
    question: "tokens/total",
    table: "trace_facts/volume_over_time#volume_by_day",
    by: BY_PROVIDER,
    same: { steps: "steps", input_tokens: "input_tokens", output_tokens: "output_tokens" },
    // The table has only steps with a time.
    parameters: { since: "0001-01-01" },
  },
  {
    question: "tokens/by_day",
    table: "trace_facts/volume_over_time#volume_by_day",
    by: { day: "date" },
    same: { steps: "steps", input_tokens: "input_tokens", output_tokens: "output_tokens" },
    isPart: true,
  },
  {
    question: "tools/by_day",
    table: "trace_facts/volume_over_time#volume_by_day",
    by: { day: "date" },
    same: { calls: "tool_calls" },
    isPart: true,
  },
  {
    question: "sessions/by_day",
    table: "trace_facts/volume_over_time#volume_by_day",
    by: { day: "date" },
    same: { sessions: "sessions_started" },
    isPart: true,
  },
  {
    question: "tokens/by_model",
    table: "trace_facts/cost_over_time#cost_by_model",
    by: { provider: "provider", model: "model" },
    same: { steps: "steps" },
  },
  {
    question: "tokens/output_per_step",
    table: "llm_generation/output_tokens#output_tokens_summary",
    by: BY_GROUP,
    where: OF_PROVIDERS,
    same: { steps: "count", mean_tokens: "mean", p50_tokens: "p50", p90_tokens: "p90", p99_tokens: "p99", max_tokens: "max" },
  },
  {
    question: "cost/total",
    table: "trace_facts/cost_over_time#cost_by_model",
    by: BY_PROVIDER,
    same: { cost_usd: "usd", steps: "steps", unpriced_steps: "unpriced_steps" },
  },
  {
    question: "cost/by_model",
    table: "trace_facts/cost_over_time#cost_by_model",
    by: { provider: "provider", model: "model" },
    same: { cost_usd: "usd", steps: "steps", unpriced_steps: "unpriced_steps" },
  },
  {
    question: "cost/by_project",
    table: "trace_facts/cost_over_time#cost_by_model",
    by: { project: "project" },
    same: { cost_usd: "usd", steps: "steps" },
  },
  {
    question: "cost/by_component",
    table: "trace_facts/cost_over_time#cost_by_model",
    by: BY_PROVIDER,
    same: {
      new_input_usd: "fresh_usd",
      cache_reads_usd: "cache_read_usd",
      cache_writes_5m_usd: "cache_write_5m_usd",
      cache_writes_1h_usd: "cache_write_1h_usd",
      output_usd: "output_usd",
      cost_usd: "usd",
    },
  },
  {
    question: "cost/range",
    table: "trace_facts/cost_over_time#cost_by_model",
    by: BY_PROVIDER,
    same: { low_usd: "usd", high_usd: "usd_hi" },
  },
  {
    question: "cost/helpers",
    table: "session/subagent_attribution#subagent_coverage",
    by: BY_PROVIDER,
    same: { helpers: "helpers", helpers_usd: "helpers_usd", all_sessions_usd: "total_usd" },
    isPart: true,
  },
  {
    question: "cost/helper_types",
    table: "session/subagent_attribution#subagent_types",
    by: { helper_type: "agent_type", model: "model" },
    same: { helpers: "helpers", cost_usd: "cost_usd", p50_steps: "p50_steps" },
  },
  {
    question: "cost/by_tool",
    table: "tool_calls/tool_output_bloat#tool_output_summary",
    by: { tool: "tool" },
    where: { scope: ["claude", "codex"] },
    same: { results: "results", cost_usd: "rent_usd", carried_tokens: "carried_tokens" },
    isPart: true,
  },
  {
    question: "cost/repair",
    table: "session/request_phases#request_summary",
    by: BY_PROVIDER,
    where: { model: ["all"], provider: ["claude", "codex"] },
    same: {
      requests: "requests",
      with_errors_requests: "with_error",
      cost_usd: "cost_usd",
      repair_usd: "repair_usd",
      repair_share: "repair_share",
    },
  },
  {
    question: "cost/per_request",
    table: "session/request_phases#request_summary",
    by: BY_PROVIDER,
    where: { model: ["all"], provider: ["claude", "codex"] },
    same: { p50_usd: "p50_cost_usd", p90_usd: "p90_cost_usd" },
  },
  {
    question: "cache/miss_causes",
    table: "prefix_cache/cost_anatomy#re_prefill_causes",
    by: { provider: "provider", cause: "cause" },
    same: { steps: "steps", lost_tokens: "tokens", extra_usd: "usd" },
  },
  {
    question: "cache/kept",
    table: "prefix_cache/human_idle_cache_counterfactual#human_idle_cache_counterfactual_summary",
    by: { provider: "scope" },
    where: { scope: ["claude", "codex"] },
    same: { returning_steps: "user_rounds_with_predecessor", moved_tokens: "append_reduction_tokens" },
  },
  {
    question: "context/growth_per_step",
    table: "session/total_input_growth#total_input_growth_summary",
    by: { provider: "scope", trigger: "trigger" },
    where: { scope: ["claude", "codex"], trigger: ["user", "tool_result"] },
    same: {
      steps: "rounds",
      mean_tokens: "avg_raw_delta",
      p50_tokens: "median_raw_delta",
      p90_tokens: "p90_raw_delta",
      shrinking_steps: "negative",
    },
  },
  {
    question: "context/sizes",
    table: "session/context_occupancy#occupancy_summary",
    by: { provider: "provider", model: "model" },
    same: { steps: "steps", p50_tokens: "p50_context_tokens", max_tokens: "max_context_tokens" },
    isPart: true,
  },
  {
    question: "time/request_response",
    table: "human_in_the_loop/user_turn_response_time#user_turn_response_time_summary",
    by: BY_GROUP,
    where: OF_PROVIDERS,
    same: {
      requests: "count",
      mean_s: "mean_seconds",
      p50_s: "p50_seconds",
      p90_s: "p90_seconds",
      p99_s: "p99_seconds",
      max_s: "max_seconds",
    },
  },
  {
    question: "time/human_waits",
    table: "human_in_the_loop/human_input_wait#human_input_wait_summary",
    by: BY_GROUP,
    where: OF_PROVIDERS,
    same: { messages: "count", p50_s: "p50_seconds", p90_s: "p90_seconds", p99_s: "p99_seconds" },
  },
  {
    question: "time/approvals",
    table: "human_in_the_loop/interruptions#approval_waits",
    by: { tool: "tool" },
    same: { waiting_calls: "waits", total_hours: "hours" },
    isPart: true,
  },
  {
    question: "tools/calls",
    table: "tool_calls/tool_call_counts#tool_call_counts_every_tool",
    by: { provider: "provider", tool: "tool_name" },
    same: { calls: "calls", errors: "error_calls" },
    isPart: true,
  },
  {
    question: "tools/waits",
    table: "tool_calls/tool_latency_distribution#tool_latency_summary",
    by: { tool: "tool_name" },
    same: { calls: "latency_count", p50_s: ["p50_ms", 1e-3], p90_s: ["p90_ms", 1e-3], p99_s: ["p99_ms", 1e-3], max_s: ["max_ms", 1e-3] },
    isPart: true,
  },
  {
    question: "tools/recovery",
    table: "tool_calls/error_recovery#error_outcomes",
    by: { tool: "tool" },
    where: { kind: ["failed"], provider: ["claude", "codex"] },
    same: { episodes: "episodes" },
    isPart: true,
  },
  {
    question: "tools/repeats",
    table: "tool_calls/retry_waste#retry_summary",
    by: { tool: "tool", repetition: "class" },
    where: { provider: ["claude", "codex"] },
    same: { calls: "calls", errors: "failed_again" },
    isPart: true,
  },
  {
    question: "quality/unpriced_models",
    table: "prefix_cache/human_idle_cache_counterfactual#unpriced_models",
    by: { provider: "provider", model: "model" },
    same: { steps: "rounds", input_tokens: "input_tokens", output_tokens: "output_tokens" },
  },
];

/** What a question and an experiment say differently of a pool; `rows` are those that both have. */
export async function disagreements(
  pool: Pool,
  agreement: Agreement,
): Promise<{ readonly rows: number; readonly problems: readonly string[] }> {
  const { by, same, isPart } = agreement;
  const [ours, theirs] = [await answeredBy(pool, agreement), await tabulatedBy(pool, agreement)];
  const shared = [...theirs.keys()].filter((key) => ours.has(key));
  const unshared = isPart ? [] : [...ours.keys(), ...theirs.keys()].filter((key) => !shared.includes(key));
  const different = shared.flatMap((key) =>
    Object.keys(same).flatMap((column) => {
      const [asked, tabulated] = [known(ours.get(key))[column], known(theirs.get(key))[column]];
      return agrees(tabulated, asked) ? [] : [`${key} ${column}: ${asked}, in the table ${tabulated}`];
    }),
  );
  return { rows: shared.length, problems: [...unshared.map((key) => `${Object.keys(by)} ${key} is in one of the two`), ...different] };
}

type Amounts = Readonly<Record<string, Cell>>;

async function answeredBy(pool: Pool, { question: id, by, same, parameters }: Agreement): Promise<ReadonlyMap<string, Amounts>> {
  const question = known((await loadQuestions()).find((each) => each.id === id));
  const all = question.parameters.some((each) => each.name === "top") ? { top: 1_000_000 } : {};
  const { rows } = await runQuestion(pool, question, { ...all, ...parameters });
  const amounts = (row: Row) => Object.fromEntries(Object.keys(same).map((column) => [column, row[column] ?? 0]));
  return new Map(rows.map((row) => [keyOf(row, Object.keys(by)), amounts(row)]));
}

async function tabulatedBy(pool: Pool, { table, by, same, where = {} }: Agreement): Promise<ReadonlyMap<string, Amounts>> {
  const sums = new Map<string, Record<string, number>>();
  for (const row of await rowsOf(pool, table)) {
    if (!Object.entries(where).every(([column, values]) => values.includes(String(row[column])))) continue;
    const key = keyOf(row, Object.values(by));
    const sum = sums.get(key) ?? {};
    for (const [column, source] of Object.entries(same)) {
      const [from, factor] = typeof source === "string" ? ([source, 1] as const) : source;
      sum[column] = (sum[column] ?? 0) + Number(row[from] ?? 0) * factor;
    }
    sums.set(key, sum);
  }
  return sums;
}

async function rowsOf(pool: Pool, table: string): Promise<readonly Row[]> {
  const [id = "", name] = table.split("#");
  const { tables } = await runOn(at(await loadExperiments([id]), 0), pool);
  const { rows } = known(tables.find((each) => each.name === name));
  if ("query" in rows) throw new Error(`the rows of ${table} are streamed`);
  return rows;
}

/** Names of what is unknown differ. */
function keyOf(row: Row, columns: readonly string[]): string {
  return columns.map((column) => String(row[column] ?? "").replace(/^<unknown-.*>$/, "")).join(" ");
}
