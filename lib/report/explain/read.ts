/** What a session did, read from a pool. */
import fs from "node:fs";
import type { Pool } from "../../db/open/pool.ts";
import { listOf, type Query, query, type RowOf } from "../../experiment.ts";
import { known } from "../../stats/known.ts";
import { STEP_ACTIVITIES } from "../../trace/step-activities.ts";
import { type ChosenSession, chosenSession } from "../chosen-session.ts";

const TOTALS = query("totals.sql", {
  steps: "number",
  outside_steps: "number",
  replayed_steps: "number",
  unpriced_steps: "number",
  final_steps: "number",
  calls: "number",
  outside_calls: "number",
  models: listOf<string>(),
  first_us: "number?",
  last_us: "number?",
  input_tokens: "number",
  cached_tokens: "number",
  output_tokens: "number",
  cost_nano: "number",
  outside_nano: "number",
  read_nano: "number",
  write_nano: "number",
  fresh_nano: "number",
  output_nano: "number",
  peak_tokens: "number",
  resets: "number",
});
export type Totals = RowOf<typeof TOTALS>;

const REQUESTS = query("requests.sql", {
  request_no: "number",
  messages: "number",
  message_chars: "number",
  start_us: "number?",
  end_us: "number?",
  steps: "number",
  calls: "number",
  errors: "number",
  unknown_calls: "number",
  rework_loops: "number",
  has_edit: "boolean",
  human_us: "number",
  tokens: "number",
  cost_nano: "number",
  unpriced_steps: "number",
  repair_steps: "number",
  repair_tokens: "number",
  repair_nano: "number",
});
export type SessionRequest = RowOf<typeof REQUESTS>;

const PHASES = query("phases.sql", {
  request_no: "number",
  phase: "number",
  activity: STEP_ACTIVITIES,
  first_step: "number",
  steps: "number",
  calls: "number",
  errors: "number",
  from_us: "number?",
  to_us: "number?",
  human_us: "number",
  tokens: "number",
  cost_nano: "number",
  repair_steps: "number",
});
export type SessionPhase = RowOf<typeof PHASES>;

const TOOLS = query("tools.sql", {
  tool: "text",
  calls: "number",
  errors: "number",
  unknown: "number",
  tests: "number?",
  targets: "number?",
});
export type SessionTool = RowOf<typeof TOOLS>;

const FAILURES = query("failures.sql", {
  kind: ["error", "denied", "poll"],
  request_no: "number",
  tool: "text",
  first_step: "number",
  failures: "number",
  outcome: ["recovered", "switched", "ended", "asked", "interrupted", "open"],
  unknown_later: "boolean",
  steps_to_recovery: "number?",
  to_recovery_us: "number?",
  repair_steps: "number",
  repair_nano: "number",
});
export type Failure = RowOf<typeof FAILURES>;

const INTERVALS = query("intervals.sql", {
  kind: ["generation", "tool", "human"],
  tool: "text?",
  step: "number",
  from_us: "number",
  to_us: "number",
});
export type BusyInterval = RowOf<typeof INTERVALS>;

const HELPERS = query("helpers.sql", { helpers: "number", steps: "number", cost_nano: "number?" });
const LABELS = query("labels.sql", { key: "text", value: "text" });

export interface SessionStory extends ChosenSession {
  readonly totals: Totals;
  /** In order, like phases and failures. */
  readonly requests: readonly SessionRequest[];
  readonly phases: readonly SessionPhase[];
  readonly tools: readonly SessionTool[];
  readonly failures: readonly Failure[];
  readonly intervals: readonly BusyInterval[];
  readonly helpers: RowOf<typeof HELPERS>;
  readonly labels: readonly RowOf<typeof LABELS>[];
}

/**
 * @param word as `chosenSession` takes it
 * @returns null for a pool without sessions
 * @throws UserError when the word names no session, or several
 */
export async function readSessionStory(pool: Pool, word: string | undefined): Promise<SessionStory | null> {
  const session = await chosenSession(pool, word);
  if (session === null) return null;
  const rows = <R>(declared: Query<R>): Promise<R[]> =>
    pool.rows(fs.readFileSync(new URL(declared.file, import.meta.url), "utf8"), { session: session.session_id }, declared);
  const [[totals], requests, phases, tools, failures, intervals, [helpers], labels] = await Promise.all([
    rows(TOTALS),
    rows(REQUESTS),
    rows(PHASES),
    rows(TOOLS),
    rows(FAILURES),
    rows(INTERVALS),
    rows(HELPERS),
    rows(LABELS),
  ]);
  return { ...session, totals: known(totals), requests, phases, tools, failures, intervals, helpers: known(helpers), labels };
}
