/** From rows of the relations `timeline_steps`, `timeline_calls`, `timeline_costs`, `active_axis` and `timeline_helpers` to timelines. */
import type { query, RowOf } from "../experiment.ts";
import { priceCoverage } from "../format/price-coverage.ts";
import { groupBy } from "../stats/group-by.ts";
import { sumOf } from "../stats/sum.ts";
import { type ChosenSession, fileStem, shortId } from "./sessions.ts";
import { STEP_ACTIVITIES, TOOL_ACTIVITIES } from "./step-activities.ts";
import type { Timeline, TimelineCall, TimelineCost, TimelineHelper, TimelineStep } from "./timeline.ts";
import { listedWindow } from "./windows.ts";

type RowWith<C extends Parameters<typeof query>[1]> = RowOf<ReturnType<typeof query<C>>>;

export const TIMELINE_STEPS = {
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
  request_no: "number",
  activity: STEP_ACTIVITIES,
  logged_window_tokens: "number?",
} as const;
type StepRow = RowWith<typeof TIMELINE_STEPS>;
export const TIMELINE_CALLS = {
  round_pk: "number",
  tool_index: "number",
  tool_name: "text?",
  activity: [...TOOL_ACTIVITIES, null],
  emitted_us: "number?",
  duration_us: "number?",
  wall_us: "number?",
  wait_us: "number?",
  is_error: "boolean?",
  starts_helper: "boolean",
  result_chars: "number?",
  retry: ["hash", "size", null],
} as const;
type CallRow = RowWith<typeof TIMELINE_CALLS>;
export const TIMELINE_COSTS = {
  session_id: "text",
  paid_id: "text",
  basis: ["listed", "family", "override", null],
  steps: "number",
  tokens: "number",
  cost_nano: "number",
  high_nano: "number",
} as const;
type CostRow = RowWith<typeof TIMELINE_COSTS>;
export const TIMELINE_GAPS = { session_id: "text", from_us: "number", to_us: "number", kind: ["running", "human", "silent"] } as const;
type GapRow = RowWith<typeof TIMELINE_GAPS>;
export const TIMELINE_HELPERS = {
  session_id: "text",
  parent_session_id: "text",
  caller_session_id: "text",
  link_basis: ["declared", "parent", "path", "nested", "orphan"],
  agent_type: "text?",
  steps: "number",
  returned_chars: "number?",
  call_round_pk: "number?",
  call_tool_index: "number?",
  from_us: "number",
  to_us: "number",
  cost_nano: "number?",
} as const;
type HelperRow = RowWith<typeof TIMELINE_HELPERS>;

const NANO = 1e9;
const MICRO = 1e6;

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

/** What is known of some sessions: steps in the order in which they were taken, calls in that of their steps. */
export interface TimelineRows {
  readonly steps: readonly StepRow[];
  /** At most as many of a step as `Limits` says. */
  readonly calls: readonly CallRow[];
  readonly costs: readonly CostRow[];
  readonly gaps: readonly GapRow[];
  readonly helpers: readonly HelperRow[];
}

/** One timeline per session, in the order given. */
export function timelinesOf(
  sessions: readonly ChosenSession[],
  { steps, calls, costs, gaps, helpers }: TimelineRows,
  limits: Limits,
): Timeline[] {
  const stepsOf = groupBy(steps, (step) => step.session_id);
  const callsOf = groupBy(calls, (call) => call.round_pk);
  const costsOf = groupBy(costs, (cost) => cost.session_id);
  const gapsOf = groupBy(gaps, (gap) => gap.session_id);
  const helpersOf = groupBy(helpers, (helper) => helper.caller_session_id);
  return sessions.map((session) => {
    const paid = costsOf.get(session.id) ?? [];
    const clock = clockOf(stepsOf.get(session.id) ?? []);
    return {
      ...timelineOf(session, clock, callsOf, limits),
      cost: costOf(paid.filter(({ paid_id }) => paid_id === session.id)),
      helpers: costOf(paid.filter(({ paid_id }) => paid_id !== session.id)),
      gaps: (gapsOf.get(session.id) ?? []).map(({ from_us, to_us, kind }) => ({
        fromS: (from_us - clock.firstUs) / MICRO,
        toS: (to_us - clock.firstUs) / MICRO,
        kind,
      })),
      helperSpans: helperSpans(clock, callsOf, helpersOf.get(session.id) ?? []),
    };
  });
}

/** The steps of a session, and when it began and ended; these are infinite without times. */
interface Clock {
  readonly steps: readonly StepRow[];
  readonly firstUs: number;
  readonly lastUs: number;
  readonly isTimed: boolean;
}

function clockOf(steps: readonly StepRow[]): Clock {
  const firstUs = steps.reduce((earliest, { first_us }) => Math.min(earliest, first_us ?? earliest), Number.POSITIVE_INFINITY);
  const lastUs = steps.reduce((latest, { last_us }) => Math.max(latest, last_us ?? latest), Number.NEGATIVE_INFINITY);
  return { steps, firstUs, lastUs, isTimed: Number.isFinite(firstUs) };
}

/** Helpers with steps, and calls that start a helper but of which nothing else is known. By start, each after the one that started it. */
function helperSpans(
  { steps, firstUs, isTimed }: Clock,
  callsOf: ReadonlyMap<number, readonly CallRow[]>,
  helpers: readonly HelperRow[],
): TimelineHelper[] {
  if (!isTimed) return [];
  const since = (us: number) => secondsOf(us - firstUs);
  const stepOf = new Map(steps.map(({ round_pk }, i) => [round_pk, i]));
  const known = new Set(helpers.map(({ call_round_pk, call_tool_index }) => `${call_round_pk} ${call_tool_index}`));
  const found = helpers.map((helper) => ({
    session: helper.session_id,
    startedBy: helper.parent_session_id,
    name: shortId(helper.session_id),
    type: helper.agent_type,
    basis: helper.link_basis,
    step: stepOf.get(helper.call_round_pk ?? Number.NaN) ?? null,
    startS: since(helper.from_us),
    endS: since(helper.to_us),
    steps: helper.steps,
    costUsd: helper.cost_nano === null ? null : helper.cost_nano / NANO,
    returnedChars: helper.returned_chars,
  }));
  const unknown = steps.flatMap(({ round_pk }, step) =>
    (callsOf.get(round_pk) ?? []).flatMap((call) =>
      call.starts_helper && call.emitted_us !== null && call.wall_us !== null && !known.has(`${round_pk} ${call.tool_index}`)
        ? [
            {
              session: null,
              startedBy: null,
              name: null,
              type: null,
              basis: "call" as const,
              step,
              startS: since(call.emitted_us),
              endS: since(call.emitted_us + call.wall_us),
              steps: null,
              costUsd: null,
              returnedChars: call.result_chars,
            },
          ]
        : [],
    ),
  );
  const ordered = [...found, ...unknown].sort((a, b) => a.startS - b.startS);
  return ordered.map(({ session: _, startedBy, ...helper }) => {
    const parent = startedBy === null ? -1 : ordered.findIndex(({ session }) => session === startedBy);
    return { ...helper, parent: parent < 0 ? null : parent };
  });
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
  { steps, firstUs, lastUs, isTimed }: Clock,
  callsOf: ReadonlyMap<number, readonly CallRow[]>,
  limits: Limits,
): Omit<Timeline, "cost" | "helpers" | "gaps" | "helperSpans"> {
  const compactions = new Map(session.compactions.map(({ index, kind }) => [index, kind]));
  const since = (us: number | null) => (us === null ? null : secondsOf(us - firstUs));
  return {
    name: fileStem(session.id),
    sessionId: session.id,
    provider: session.provider,
    model: session.model,
    stepCount: steps.length,
    ...windowOf(session, steps),
    start: isTimed ? new Date(firstUs / 1000).toISOString() : null,
    durationS: isTimed ? secondsOf(lastUs - firstUs) : null,
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
        request: step.request_no,
        activity: step.activity,
        waitStartS: step.wait_us === null || step.wait_end_us === null ? null : since(step.wait_end_us - step.wait_us),
        waitS: secondsOf(step.wait_us),
        compaction: compactions.get(i) ?? null,
        costUsd: step.cost_nano === null ? null : step.cost_nano / NANO,
        callCount: step.tool_calls,
        calls: (callsOf.get(step.round_pk) ?? []).map(
          (call): TimelineCall => ({
            tool: toolName(call.tool_name),
            activity: call.activity ?? "other",
            startS: isTimed ? since(call.emitted_us) : null,
            durationS: secondsOf(call.duration_us),
            wallS: secondsOf(call.wall_us),
            waitS: secondsOf(call.wait_us),
            failed: call.is_error,
            retry: call.retry,
          }),
        ),
      }),
    ),
  };
}

/** As its transcripts say, else that of its model. */
function windowOf({ provider, model }: ChosenSession, steps: readonly StepRow[]): Pick<Timeline, "windowTokens" | "windowBasis"> {
  const logged = steps.flatMap(({ logged_window_tokens }) => logged_window_tokens ?? []);
  if (logged.length > 0) return { windowTokens: Math.max(...logged), windowBasis: "logged" };
  const listed = listedWindow(provider, model);
  return { windowTokens: listed, windowBasis: listed === null ? null : "listed" };
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
