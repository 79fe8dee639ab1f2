/** The candidates table and the JSON report: rated sessions as rows with the published columns. */
import { type Column, type JsonDocument, type Row, type Table, table } from "../../../lib/experiment.ts";
import { fileStem, shortId } from "../../../lib/trace/sessions.ts";
import type { Metrics } from "./metrics.ts";
import type { SessionWindow } from "./plan.ts";
import type { RatedSession } from "./selection.ts";

interface Listed {
  readonly session: RatedSession;
  readonly selected: boolean;
}

const COLUMNS: Readonly<Record<string, Column<Listed>>> = {
  selected: { of: ({ selected }) => selected, says: "Whether this run draws the session" },
  session_id: { of: ({ session }) => session.id, says: "Id of the session" },
  short_id: { of: ({ session }) => shortId(session.id), says: "Prefix of the id and ten hex digits of its SHA-1, as in file names" },
  provider: { of: ({ session }) => session.provider, says: "Provider of most steps" },
  model: { of: ({ session }) => session.model, says: "Model of most steps" },
  rounds: metric("rounds", "Steps of the session", "steps"),
  user_input_rounds: metric("user_input_rounds", "Steps with a user message", "steps"),
  tool_result_rounds: metric("tool_result_rounds", "Steps with a tool result, which may have a user message, too", "steps"),
  tool_calls: metric("tool_calls", "Tool calls of all steps", "calls"),
  total_prefix_tokens: metric("total_prefix_tokens", "Sum of cached prefix", "tokens"),
  total_append_tokens: metric("total_append_tokens", "Sum of new input", "tokens"),
  total_input_tokens: metric("total_input_tokens", "Sum of prefix and append", "tokens"),
  total_output_tokens: metric("total_output_tokens", "Sum of output; only of final counts, empty without any", "tokens"),
  aggregate_cache_hit_ratio: metric("aggregate_cache_hit_ratio", "Summed prefix as a share of summed input; empty without input", "share"),
  average_inference_seconds: metric("average_inference_seconds", "Mean inference time; empty if no step has one", "s"),
  inference_rounds: metric("inference_rounds", "Steps with an inference time", "steps"),
  compaction_count: metric("compaction_count", "Compactions", "compactions"),
  input_drop_compaction_count: metric("input_drop_compaction_count", "Compactions inferred from a drop of the input", "compactions"),
  explicit_compaction_count: metric("explicit_compaction_count", "Compactions that the trace reports", "compactions"),
  average_output_tokens: metric("average_output_tokens", "Mean output per step with a final count", "tokens"),
  average_prefix_tokens: metric("average_prefix_tokens", "Mean prefix per step", "tokens"),
  average_append_tokens: metric("average_append_tokens", "Mean append per step", "tokens"),
  max_prefix_tokens: metric("max_prefix_tokens", "Largest prefix of a step", "tokens"),
  max_append_tokens: metric("max_append_tokens", "Largest append of a step", "tokens"),
  max_total_input_tokens: metric("max_total_input_tokens", "Largest total input of a step", "tokens"),
  score: { of: ({ session }) => session.score, says: "Balanced score", unit: "points" },
  context_score: { of: ({ session }) => session.contextScore, says: "Context score", unit: "points" },
};

function metric(name: keyof Metrics, says: string, unit: string): Column<Listed> {
  return { of: ({ session }) => session.metrics[name], says, unit };
}

/** @param candidates in the order of the table; `selected` those that this run draws */
export function candidatesTable(candidates: readonly RatedSession[], selected: ReadonlySet<RatedSession>): Table {
  const rows = candidates.map((session) => ({ session, selected: selected.has(session) }));
  return table("session_token_steps_candidates", rows, COLUMNS, {
    title: "Candidate sessions",
    caption: "One row per session that passes the filters, best balanced score first.",
  });
}

/** What each drawn session and its window add up to, in the order of selection. */
export function selectedSessions(windows: readonly SessionWindow[]): JsonDocument {
  return {
    name: "selected_session_token_steps.json",
    says: "the drawn sessions in order: the columns of the table, the file of the figure, and the same sums of the window that it shows",
    // `bad_json` is kept for readers of the published file: a built pool has no bad lines.
    value: { bad_json: 0, selected_sessions: windows.map(selectedSession) },
  };
}

/** File name of the figure of a session, without extension. */
export function figureName(session: RatedSession): string {
  return `${fileStem(session.id)}_token_steps`;
}

function sessionRow(listed: Listed): Row {
  return Object.fromEntries(Object.entries(COLUMNS).map(([name, { of }]) => [name, of(listed)]));
}

function selectedSession({ session, start, steps, metrics }: SessionWindow): object {
  return sortedKeys({
    ...sessionRow({ session, selected: true }),
    plot: `${figureName(session)}.png`,
    window_start_step: start + 1,
    window_end_step: start + steps.length,
    window_rounds: metrics.rounds,
    window_user_input_rounds: metrics.user_input_rounds,
    window_max_total_input_tokens: metrics.max_total_input_tokens,
    window_compaction_count: metrics.compaction_count,
    window_metrics: sortedKeys(metrics),
  });
}

function sortedKeys(value: object): object {
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
