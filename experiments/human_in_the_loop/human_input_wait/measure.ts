/** Waits by provider, and how many and how much of them are short. */
import { query } from "../../../lib/experiment.ts";

export const WAITS = query("query.sql", { provider: "text", session_id: "text", seconds: "number", one: "number", is_short: "number" });

/** About as long as a cached prompt is kept. */
export const CACHE_LIFETIME_S = 300;
