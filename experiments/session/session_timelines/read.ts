/** From the chosen sessions and the pool to their timelines. */
import { type QueryContext, query } from "../../../lib/experiment.ts";
import { type ChosenSession, sessionHashes } from "../../../lib/trace/sessions.ts";
import type { Timeline } from "../../../lib/trace/timeline.ts";
import {
  type Limits,
  TIMELINE_CALLS,
  TIMELINE_COSTS,
  TIMELINE_GAPS,
  TIMELINE_HELPERS,
  TIMELINE_STEPS,
  timelinesOf,
} from "../../../lib/trace/timeline-rows.ts";

const STEPS = query("query.sql", TIMELINE_STEPS);
const CALLS = query("calls.sql", TIMELINE_CALLS);
const COSTS = query("costs.sql", TIMELINE_COSTS);
const GAPS = query("gaps.sql", TIMELINE_GAPS);
const HELPERS = query("helpers.sql", TIMELINE_HELPERS);

/** One timeline per session, in the order given. */
export async function readTimelines(db: QueryContext, sessions: readonly ChosenSession[], limits: Limits): Promise<Timeline[]> {
  if (sessions.length === 0) return [];
  const hashes = sessionHashes(sessions.map(({ id }) => id));
  const [steps, calls, costs, gaps, helpers] = await Promise.all([
    db.rows(STEPS, { sessions: hashes }),
    db.rows(CALLS, { sessions: hashes, calls_per_step: limits.callsPerStep }),
    db.rows(COSTS, { sessions: hashes }),
    db.rows(GAPS, { sessions: hashes }),
    db.rows(HELPERS, { sessions: hashes }),
  ]);
  return timelinesOf(sessions, { steps, calls, costs, gaps, helpers }, limits);
}
