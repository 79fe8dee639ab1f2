/** What goes into the workload: its sessions, what they add up to, and both tables. */
import { query, type RowOf, type SqlParams, streamedTable, type Table, table } from "../../../lib/experiment.ts";
import { toFixedHalfEven } from "../../../lib/format/numbers.ts";
import { sumInOrder } from "../../../lib/stats/sum.ts";

export const SESSIONS = query("sessions.sql", {
  session_id: "text",
  first_seq: "number",
  provider: "text",
  steps: "number",
  steps_without_tokens: "number",
  shrinks: "boolean",
  wait_ms: "number",
  calls: "number",
  missing: "number",
  invalid: "number",
});
export type Session = RowOf<typeof SESSIONS>;
/** One row. */
export const UNNAMED = query("unnamed.sql", { steps: "number", unnamed: "number" });

export interface EmittedSession extends Session {
  readonly arrivalMs: number;
}

export type Summary = Readonly<ReturnType<typeof summarize>>;

export function summarize(pool: RowOf<typeof UNNAMED>, sessions: readonly Session[], emitted: readonly EmittedSession[]) {
  const total = (value: (session: Session) => number) => sumInOrder(emitted.map(value));
  const [missing, invalid] = [total((session) => session.missing), total((session) => session.invalid)];
  return {
    ...pool,
    sessions: sessions.length,
    stepsWithoutTokens: sumInOrder(sessions.map((session) => session.steps_without_tokens)),
    emittedSessions: emitted.length,
    emittedSteps: total((session) => session.steps),
    shrinkingSessions: total((session) => Number(session.shrinks)),
    waitS: total((session) => session.wait_ms) / 1000,
    /** Tool latencies. */
    used: total((session) => session.calls) - missing - invalid,
    missing,
    invalid,
    lastArrivalS: (emitted.at(-1)?.arrivalMs ?? 0) / 1000,
  };
}

/** Share of the steps that belong to the longest `part` of the sessions, at least one session. */
export function shareOfLongest(steps: readonly number[], part: number): number {
  const descending = steps.toSorted((a, b) => b - a);
  const longest = descending.slice(0, Math.max(1, Math.round(descending.length * part)));
  return sumInOrder(longest) / sumInOrder(steps);
}

/** The file grows with the pool, so its rows are streamed. */
export function workloadTable(emitted: readonly EmittedSession[], source: SqlParams): Table {
  const sessions = emitted.map(({ session_id, arrivalMs }) => ({ session_id, arrival_time: toFixedHalfEven(arrivalMs, 6) }));
  return streamedTable(
    "coding_trace",
    { query: "export.sql", params: { ...source, emitted: JSON.stringify(sessions) } },
    {
      id: { says: "Session, from 0 in order of arrival", type: "number" },
      input_len: { says: "New input tokens of the step, at least 1", unit: "tokens", type: "number" },
      output_len: { says: "Output tokens of the step, at least 1", unit: "tokens", type: "number" },
      arrival_time: { says: "When the session arrives (made up), the same on each of its rows", unit: "ms", type: "number" },
      round_idx: { says: "Step of the session, from 0", type: "number" },
      tool_wait_after_ms: { says: "Wait for the tools of the step; 0 after the last step", unit: "ms", type: "number" },
      prefix_len: { says: "Cached input tokens of the step", unit: "tokens", type: "number" },
    },
    { title: "Workload", caption: "One row per step, in order of session and step." },
  );
}

export function summaryTable(summary: Summary): Table {
  const values: [key: string, value: number][] = [
    ["input_steps", summary.steps],
    ["sessions_seen", summary.sessions],
    ["sessions_emitted", summary.emittedSessions],
    ["steps_emitted", summary.emittedSteps],
    ["steps_without_session", summary.unnamed],
    ["steps_without_tokens", summary.stepsWithoutTokens],
    ["sessions_with_shrinking_context", summary.shrinkingSessions],
    ["total_tool_wait_s", summary.waitS],
    ["tool_latencies_used", summary.used],
    ["tool_latencies_missing", summary.missing],
    ["tool_latencies_invalid", summary.invalid],
    ["last_arrival_s", summary.lastArrivalS],
  ];
  return table(
    "export_summary",
    values,
    {
      key: { of: ([key]) => key, says: "What is counted; names that end in `_s` are seconds" },
      value: { of: ([, value]) => value, says: "The number", unit: "count or s" },
    },
    {
      title: "What went into the workload",
      caption: "Tool latencies are those of all steps but the last of a session: the workload does not wait after the last step.",
    },
  );
}
