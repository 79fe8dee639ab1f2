/** The context of one session, read from a pool. */
import fs from "node:fs";
import type { Pool } from "../../db/open/pool.ts";
import { type Query, query, type RowOf, type SqlParams } from "../../experiment.ts";
import { known } from "../../stats/known.ts";
import { CONTEXT_SOURCES, SOURCES } from "../../trace/context.ts";
import { chosenSession } from "../chosen-session.ts";
import type { Session } from "../usage.ts";

const STEPS = query("steps.sql", {
  step: "number",
  request_no: "number",
  model: "text",
  first_us: "number?",
  last_us: "number?",
  segment: "number",
  is_base: "boolean",
  is_replayed: "boolean",
  context_tokens: "number",
  delta_tokens: "number",
  freed_tokens: "number",
  driver: [...SOURCES, null],
  driver_tool: "text?",
  driver_tokens: "number",
  clipped: "boolean",
  ride_steps: "number",
  input_nano: "number?",
  rent_nano: "number?",
  growth_nano: "number?",
  one_read_nano: "number?",
  ...CONTEXT_SOURCES,
});
export type ContextStepRow = RowOf<typeof STEPS>;

const RESULTS = query("results.sql", {
  step: "number",
  tool: "text",
  is_error: "boolean?",
  ride_steps: "number",
  offered_tokens: "number",
  carried_tokens: "number",
  rent_nano: "number?",
  verb: "text?",
  target: "text?",
});
export type ResultRow = RowOf<typeof RESULTS>;

const ABOUT = query("about.sql", {
  chars_per_token: "number",
  pairs: "number",
  window_tokens: "number?",
  micro_compactions: "number",
  micro_tokens: "number",
});

export interface SessionContext {
  readonly sessionId: string;
  readonly provider: string;
  /** Null where no transcript says it. */
  readonly about: Session | null;
  readonly charsPerToken: number;
  /** From which these are measured; fewer than 30: the usual guess of 4. */
  readonly pairs: number;
  /** As logged. */
  readonly windowTokens: number | null;
  /** Logged compactions that only cleared tool results, and what they freed. */
  readonly microCompactions: number;
  readonly microFreedTokens: number;
  /** In order, at least one. */
  readonly steps: readonly ContextStepRow[];
  readonly results: readonly ResultRow[];
}

/**
 * @param word the id of a session, its beginning, or its name on a page; undefined for the latest one that is not a helper's
 * @returns null for a pool without sessions
 * @throws UserError when the word names no session, or several
 */
export async function readSessionContext(pool: Pool, word: string | undefined): Promise<SessionContext | null> {
  const chosen = await chosenSession(pool, word);
  if (chosen === null) return null;
  const { session_id, provider } = chosen;
  const [about] = await rows(pool, ABOUT, { session: session_id, provider });
  const { chars_per_token, pairs, window_tokens, micro_compactions, micro_tokens } = known(about);
  return {
    sessionId: session_id,
    provider,
    about: chosen.about,
    charsPerToken: chars_per_token,
    pairs,
    windowTokens: window_tokens,
    microCompactions: micro_compactions,
    microFreedTokens: micro_tokens,
    steps: await rows(pool, STEPS, { session: session_id }),
    results: await rows(pool, RESULTS, { session: session_id }),
  };
}

function rows<R>(pool: Pool, declared: Query<R>, params?: SqlParams): Promise<R[]> {
  return pool.rows(fs.readFileSync(new URL(declared.file, import.meta.url), "utf8"), params, declared);
}
