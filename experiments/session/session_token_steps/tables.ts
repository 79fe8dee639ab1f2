/** The candidates table and the JSON report: rated sessions as rows with the published columns. */
import type { JsonDocument, Row, Table } from "../../../lib/experiment.ts";
import { fileStem, shortId } from "./identity.ts";
import type { SessionWindow } from "./plan.ts";
import type { RatedSession } from "./selection.ts";

const COLUMNS = [
  "selected",
  "session_id",
  "short_id",
  "provider",
  "model",
  "rounds",
  "user_input_rounds",
  "tool_result_rounds",
  "tool_calls",
  "total_prefix_tokens",
  "total_append_tokens",
  "total_input_tokens",
  "total_output_tokens",
  "aggregate_cache_hit_ratio",
  "average_inference_seconds",
  "inference_rounds",
  "compaction_count",
  "input_drop_compaction_count",
  "explicit_compaction_count",
  "average_output_tokens",
  "average_prefix_tokens",
  "average_append_tokens",
  "max_prefix_tokens",
  "max_append_tokens",
  "max_total_input_tokens",
  "score",
  "context_score",
] as const;

/** @param candidates in the order of the table; `selected` those that this run draws */
export function candidatesTable(candidates: readonly RatedSession[], selected: ReadonlySet<RatedSession>): Table {
  return {
    name: "session_token_steps_candidates",
    title: "Candidate sessions",
    caption: "One row per session that passes the filters, best balanced score first. Averages are per step; times are in seconds.",
    columns: COLUMNS,
    rows: candidates.map((session) => sessionRow(session, selected.has(session))),
  };
}

/** What each drawn session and its window add up to, in the order of selection. */
export function selectedSessions(windows: readonly SessionWindow[]): JsonDocument {
  // `bad_json` is kept for readers of the published file: a built pool has no bad lines.
  return { name: "selected_session_token_steps.json", value: { bad_json: 0, selected_sessions: windows.map(selectedSession) } };
}

/** File name of the figure of a session, without extension. */
export function figureName(session: RatedSession): string {
  return `${fileStem(session.id)}_token_steps`;
}

function sessionRow(session: RatedSession, selected: boolean): Row {
  const { id, provider, model, metrics, score, contextScore } = session;
  return { selected, session_id: id, short_id: shortId(id), provider, model, ...metrics, score, context_score: contextScore };
}

function selectedSession({ session, start, steps, metrics }: SessionWindow): object {
  return sortedKeys({
    ...sessionRow(session, true),
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
