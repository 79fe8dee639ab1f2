/** From the chosen sessions and the pool to their timelines. */
import { type QueryContext, query, type RowOf } from "../../../lib/experiment.ts";
import { priceCoverage } from "../../../lib/format/price-coverage.ts";
import { groupBy } from "../../../lib/stats/group-by.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { type ChosenSession, fileStem, sessionHashes } from "../../../lib/trace/sessions.ts";
import type { Timeline, TimelineCall, TimelineCost, TimelineStep } from "../../../lib/trace/timeline.ts";

const STEPS = query("query.sql", {
  session_id: "text",
  round_pk: "number",
  position: "number",
  prefix_tokens: "number",
  append_tokens: "number",
  output_tokens: "number?",
  reasoning_tokens: "number?",
  first_us: "number?",
  last_us: "number?",
  generation_start_us: "number?",
  generation_us: "number?",
  has_user_message: "boolean",
  wait_end_us: "number?",
  wait_us: "number?",
  tool_calls: "number",
  cost_nano: "number?",
});
type StepRow = RowOf<typeof STEPS>;
const CALLS = query("calls.sql", {
  round_pk: "number",
  tool_index: "number",
  tool_name: "text?",
  emitted_us: "number?",
  duration_us: "number?",
  is_error: "boolean?",
});
type CallRow = RowOf<typeof CALLS>;
const COSTS = query("costs.sql", {
  session_id: "text",
  paid_id: "text",
  basis: ["listed", "family", "override", null],
  steps: "number",
  tokens: "number",
  cost_nano: "number",
  high_nano: "number",
});
type CostRow = RowOf<typeof COSTS>;

const NANO = 1e9;

/** What keeps a timeline small. */
export interface Limits {
  /** Maximum number of steps: of a longer session, its first. */
  readonly steps: number;
  /** Maximum number of calls of a step, its first. */
  readonly callsPerStep: number;
}

/** A longer tool name is cut. */
const TOOL_NAME_CHARACTERS = 80;
const UNNAMED_TOOL = "(unnamed)";

/** One timeline per session, in the order given. */
export async function readTimelines(db: QueryContext, sessions: readonly ChosenSession[], limits: Limits): Promise<Timeline[]> {
  if (sessions.length === 0) return [];
  const hashes = sessionHashes(sessions.map(({ id }) => id));
  const [steps, calls, costs] = await Promise.all([
    db.rows(STEPS, { sessions: hashes }),
    db.rows(CALLS, { sessions: hashes, calls_per_step: limits.callsPerStep }),
    db.rows(COSTS, { sessions: hashes }),
  ]);
  const stepsOf = groupBy(steps, (step) => step.session_id);
  const callsOf = groupBy(calls, (call) => call.round_pk);
  const costsOf = groupBy(costs, (cost) => cost.session_id);
  return sessions.map((session) => ({
    ...timelineOf(session, stepsOf.get(session.id) ?? [], callsOf, limits),
    cost: costOf((costsOf.get(session.id) ?? []).filter(({ paid_id }) => paid_id === session.id)),
    helpers: costOf((costsOf.get(session.id) ?? []).filter(({ paid_id }) => paid_id !== session.id)),
  }));
}

function costOf(rows: readonly CostRow[]): TimelineCost {
  return {
    sessions: new Set(rows.map(({ paid_id }) => paid_id)).size,
    pricedSteps: sumOf(
      rows.filter(({ basis }) => basis !== null),
      ({ steps }) => steps,
    ),
    usd: sumOf(rows, ({ cost_nano }) => cost_nano) / NANO,
    usdMost: sumOf(rows, ({ high_nano }) => high_nano) / NANO,
    prices: priceCoverage(rows.map((row) => ({ ...row, usd: row.cost_nano / NANO }))),
  };
}

function timelineOf(
  session: ChosenSession,
  steps: readonly StepRow[],
  callsOf: ReadonlyMap<number, readonly CallRow[]>,
  limits: Limits,
): Omit<Timeline, "cost" | "helpers"> {
  const firstUs = steps.reduce((earliest, { first_us }) => Math.min(earliest, first_us ?? earliest), Number.POSITIVE_INFINITY);
  const lastUs = steps.reduce((latest, { last_us }) => Math.max(latest, last_us ?? latest), Number.NEGATIVE_INFINITY);
  const timed = Number.isFinite(firstUs);
  const compactions = new Map(session.compactions.map(({ index, kind }) => [index, kind]));
  const since = (us: number | null) => (us === null ? null : secondsOf(us - firstUs));
  return {
    name: fileStem(session.id),
    sessionId: session.id,
    provider: session.provider,
    model: session.model,
    stepCount: steps.length,
    start: timed ? new Date(firstUs / 1000).toISOString() : null,
    durationS: timed ? secondsOf(lastUs - firstUs) : null,
    steps: steps.slice(0, limits.steps).map(
      (step, i): TimelineStep => ({
        startS: since(step.first_us),
        prefixTokens: step.prefix_tokens,
        appendTokens: step.append_tokens,
        outputTokens: step.output_tokens,
        reasoningTokens: step.reasoning_tokens,
        generationStartS: since(step.generation_start_us),
        generationS: secondsOf(step.generation_us),
        user: step.has_user_message,
        waitStartS: step.wait_us === null || step.wait_end_us === null ? null : since(step.wait_end_us - step.wait_us),
        waitS: secondsOf(step.wait_us),
        compaction: compactions.get(i) ?? null,
        costUsd: step.cost_nano === null ? null : step.cost_nano / NANO,
        callCount: step.tool_calls,
        calls: (callsOf.get(step.round_pk) ?? []).map(
          (call): TimelineCall => ({
            tool: toolName(call.tool_name),
            startS: timed ? since(call.emitted_us) : null,
            durationS: secondsOf(call.duration_us),
            failed: call.is_error,
          }),
        ),
      }),
    ),
  };
}

function secondsOf(us: number): number;
function secondsOf(us: number | null): number | null;
function secondsOf(us: number | null): number | null {
  return us === null ? null : Math.round(us / 1e3) / 1e3;
}

function toolName(name: string | null): string {
  if (name === null || name === "") return UNNAMED_TOOL;
  const characters = [...name];
  return characters.length > TOOL_NAME_CHARACTERS ? `${characters.slice(0, TOOL_NAME_CHARACTERS - 1).join("")}…` : name;
}
