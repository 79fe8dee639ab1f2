/** Waits by provider, and how many and how much of them are short. */
import { type QueryContext, query } from "../../../lib/experiment.ts";

export const WAITS = query("query.sql", { provider: "text", session_id: "text", seconds: "number", waits: "number", is_short: "number" });

/** About as long as a cached prompt is kept. */
export const CACHE_LIFETIME_S = 300;

export type ShareIntervals = Awaited<ReturnType<typeof shortIntervals>>;

/** Intervals of the share of waits that are shorter than a cached prompt is kept, by provider. */
export async function shortIntervals(db: QueryContext) {
  const found = await db.intervals(WAITS, { by: ["provider"], of: ["is_short"], whole: "waits", session: "session_id" });
  return new Map(found.map(({ group, interval }) => [group.provider, interval]));
}
