/**
 * The sessions of a pool with all rows that their timelines are made of, some thousand steps at a time, so that memory stays bounded:
 * for pages and for exports.
 */
import fs from "node:fs";
import { query, type RowOf } from "../../experiment.ts";
import { groupBy } from "../../stats/group-by.ts";
import { TIMELINE_CALLS, TIMELINE_GAPS, TIMELINE_HELPERS, TIMELINE_STEPS, type TimelineRows } from "../../trace/timeline-rows.ts";
import type { Pool } from "../open/pool.ts";

const SESSIONS = query("sessions.sql", {
  session_id: "text",
  provider: "text",
  model: "text",
  project: "text?",
  title: "text?",
  is_helper: "boolean",
  first_us: "number?",
  part: "number",
});
export type SessionRow = RowOf<typeof SESSIONS>;

const PARTS = {
  steps: query("steps of sessions", { ...TIMELINE_STEPS, compaction: ["explicit", "input_drop", null] }),
  calls: query("calls of sessions", TIMELINE_CALLS),
  gaps: query("gaps of sessions", TIMELINE_GAPS),
  helpers: query("helpers of sessions", TIMELINE_HELPERS),
};

/** In the pool while it is read: the rows of `sessions.sql`. */
export const LISTED_SESSIONS = "memory.main.listed_sessions";

/** What is asked. */
export const SESSION_SQL = {
  sessions: fs.readFileSync(new URL(SESSIONS.file, import.meta.url), "utf8"),
  steps: `-- uses: timeline_steps, step_times, context_resets
    SELECT timeline_steps.*, CASE WHEN explicit_compaction THEN 'explicit' WHEN context_resets.round_pk IS NOT NULL THEN 'input_drop' END AS compaction
    FROM timeline_steps
    JOIN ${LISTED_SESSIONS} USING (session_id)
    JOIN (SELECT round_pk, explicit_compaction FROM step_times) USING (round_pk)
    LEFT JOIN context_resets USING (round_pk)
    WHERE part = $part
    ORDER BY session_id, position, timeline_steps.first_us NULLS LAST, round_pk`,
  calls: `-- uses: timeline_calls
    SELECT timeline_calls.* EXCLUDE (session_id)
    FROM timeline_calls
    JOIN ${LISTED_SESSIONS} USING (session_id)
    WHERE part = $part
    QUALIFY $calls_per_step IS NULL OR row_number() OVER (PARTITION BY round_pk ORDER BY tool_index) <= $calls_per_step
    ORDER BY round_pk, tool_index`,
  gaps: `-- uses: active_axis
    SELECT session_id, from_us, to_us, kind FROM active_axis JOIN ${LISTED_SESSIONS} USING (session_id) WHERE part = $part ORDER BY session_id, from_us`,
  helpers: `-- uses: timeline_helpers
    SELECT timeline_helpers.*
    FROM timeline_helpers
    JOIN ${LISTED_SESSIONS} AS callers ON callers.session_id = caller_session_id
    WHERE part = $part
    ORDER BY caller_session_id, from_us, timeline_helpers.session_id`,
};

export interface SessionReading {
  readonly stepsPerPart: number;
  /** Of a step with more calls, its first; null for all. */
  readonly callsPerStep: number | null;
  /** Id of the only session to read. */
  readonly only?: string;
}

export interface SessionPart {
  /** Names it in further queries, which join `LISTED_SESSIONS`. */
  readonly part: number;
  /** By time. */
  readonly sessions: readonly SessionRow[];
  /** Of these sessions. */
  readonly rows: Omit<TimelineRows, "costs" | "steps"> & { readonly steps: readonly RowOf<typeof PARTS.steps>[] };
}

/** Every session once, in parts that follow the time of the sessions. */
export async function* readSessions(pool: Pool, { stepsPerPart, callsPerStep, only }: SessionReading): AsyncGenerator<SessionPart> {
  const listed = SESSION_SQL.sessions.replaceAll("$steps_per_part", String(stepsPerPart));
  await pool.rows(`CREATE TABLE ${LISTED_SESSIONS} AS\n${listed}`);
  try {
    if (only !== undefined) await pool.rows(`DELETE FROM ${LISTED_SESSIONS} WHERE session_id <> $only`, { only });
    const rows = await pool.rows(`FROM ${LISTED_SESSIONS} ORDER BY part, first_us NULLS LAST, session_id`, {}, SESSIONS);
    for (const [part, sessions] of groupBy(rows, (row) => row.part)) {
      yield {
        part,
        sessions,
        rows: {
          steps: await pool.rows(SESSION_SQL.steps, { part }, PARTS.steps),
          calls: await pool.rows(SESSION_SQL.calls, { part, calls_per_step: callsPerStep }, PARTS.calls),
          gaps: await pool.rows(SESSION_SQL.gaps, { part }, PARTS.gaps),
          helpers: await pool.rows(SESSION_SQL.helpers, { part }, PARTS.helpers),
        },
      };
    }
  } finally {
    await pool.rows(`DROP TABLE IF EXISTS ${LISTED_SESSIONS}`);
  }
}
