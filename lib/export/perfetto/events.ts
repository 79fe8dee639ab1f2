/**
 * A session as events of the Trace Event format, which ui.perfetto.dev and chrome://tracing open: a process with lanes for requests,
 * the model, tools, waits for a person, idle time and helpers, and counters of the context and the cost.
 */
import type { ExportedCall, ExportedSession, ExportedStep } from "../sessions/read.ts";
import { type Interval, inLanes } from "./lanes.ts";

type Args = Readonly<Record<string, string | number | boolean>>;

/** Times and durations in microseconds. */
export interface TraceEvent {
  readonly ph: "M" | "X" | "i" | "C";
  readonly name: string;
  readonly pid: number;
  readonly tid?: number;
  readonly ts?: number;
  readonly dur?: number;
  readonly cat?: string;
  /** Of an instant: its lane alone. */
  readonly s?: "t";
  /** One of the viewers' own names of colors. */
  readonly cname?: string;
  readonly args?: Args;
}

interface Slice extends Interval {
  readonly name: string;
  readonly color?: string;
  readonly args: Args;
}

interface Kind {
  readonly title: string;
  readonly category: string;
  readonly color: string;
}

/** In the order of a session map. Further lanes of a kind follow its first. */
const KINDS = {
  requests: { title: "Requests", category: "request", color: "thread_state_runnable" },
  model: { title: "Model", category: "model", color: "thread_state_running" },
  tools: { title: "Tools", category: "tool", color: "rail_response" },
  waits: { title: "Waits for a person", category: "wait", color: "yellow" },
  idle: { title: "Idle", category: "idle", color: "grey" },
  helpers: { title: "Helpers", category: "helper", color: "rail_animation" },
} as const satisfies Record<string, Kind>;
const ERROR_COLOR = "terrible";
/** Ids of the lanes of a kind begin at its place times this. */
const LANES_OF_A_KIND = 10_000;
const NANO = 1e9;

/** @param pid number of the session within the file, from 1 */
export function traceEvents(session: ExportedSession, pid: number): TraceEvent[] {
  const slices: Record<keyof typeof KINDS, Slice[]> = {
    requests: requestSlices(session),
    model: session.steps.flatMap(generationSlice),
    tools: session.steps.flatMap((step) => step.calls.flatMap(callSlice)),
    waits: session.waits.map(({ from_us, to_us, tool }) => ({ ...span(from_us, to_us), name: tool ?? "message", args: {} })),
    idle: session.gaps
      .filter(({ kind }) => kind !== "running")
      .map(({ from_us, to_us, kind }) => ({ ...span(from_us, to_us), name: kind, args: {} })),
    helpers: session.helpers.map((helper) => ({ ...span(helper.from_us, helper.to_us), name: helper.name, args: helperArgs(helper) })),
  };
  const kinds = Object.entries(KINDS).map(([name, kind], place) => ({ name, kind, first: (place + 1) * LANES_OF_A_KIND }));
  const { first: modelLane } = kinds.find(({ name }) => name === "model") ?? { first: 0 };
  return [
    { ph: "M", name: "process_name", pid, args: { name: `${session.name}${session.isHelper ? " (helper)" : ""}` } },
    { ph: "M", name: "process_sort_index", pid, args: { sort_index: pid } },
    ...kinds.flatMap(({ name, kind, first }) => laneEvents(slices[name as keyof typeof KINDS], kind, pid, first)),
    ...session.steps.flatMap((step) => compactionEvents(step, pid, modelLane)),
    ...counterEvents(session, pid),
  ];
}

function span(fromUs: number, toUs: number): Interval {
  return { fromUs, toUs };
}

function laneEvents(slices: readonly Slice[], kind: Kind, pid: number, first: number): TraceEvent[] {
  const placed = inLanes(slices);
  const lanes = [...new Set(placed.map(({ lane }) => lane))].sort((a, b) => a - b);
  return [
    ...lanes.flatMap((lane): TraceEvent[] => {
      const tid = first + lane;
      const name = lane === 0 ? kind.title : `${kind.title} ${lane + 1}`;
      return [
        { ph: "M", name: "thread_name", pid, tid, args: { name } },
        { ph: "M", name: "thread_sort_index", pid, tid, args: { sort_index: tid } },
      ];
    }),
    ...placed.map(({ lane, interval: { fromUs, toUs, name, color, args } }): TraceEvent => {
      const where = { pid, tid: first + lane, ts: fromUs, dur: toUs - fromUs };
      return { ph: "X", name, cat: kind.category, ...where, cname: color ?? kind.color, args };
    }),
  ];
}

function requestSlices({ requests }: ExportedSession): Slice[] {
  return requests.flatMap((request) => {
    const { request_no, start_us, end_us, steps, calls, errors, input_tokens, output_tokens, cost_nano, unpriced_steps } = request;
    if (start_us === null || end_us === null || end_us < start_us) return [];
    const args = { steps, calls, errors, input_tokens, output_tokens, cost_usd: cost_nano / NANO, unpriced_steps };
    return [{ ...span(start_us, end_us), name: `Request ${request_no}`, args }];
  });
}

function generationSlice(step: ExportedStep): Slice[] {
  const { generation_start_us, generation_us, model } = step;
  if (generation_start_us === null || generation_us === null) return [];
  return [{ ...span(generation_start_us, generation_start_us + generation_us), name: model, args: stepArgs(step) }];
}

function stepArgs({
  no,
  request_no,
  model,
  activity,
  prefix_tokens,
  append_tokens,
  output_tokens,
  reasoning_tokens,
  cost_nano,
}: ExportedStep): Args {
  return {
    ...{ step: no, request: request_no, model, activity, cached_tokens: prefix_tokens, new_tokens: append_tokens },
    ...known("output_tokens", output_tokens),
    ...known("reasoning_tokens", reasoning_tokens),
    ...known("cost_usd", cost_nano === null ? null : cost_nano / NANO),
  };
}

function callSlice(call: ExportedCall): Slice[] {
  const { emitted_us, wall_us, tool, is_error } = call;
  if (emitted_us === null || wall_us === null) return [];
  const color = is_error === true ? { color: ERROR_COLOR } : {};
  return [{ ...span(emitted_us, emitted_us + wall_us), name: tool, ...color, args: callArgs(call) }];
}

function callArgs({ activity, is_error, duration_us, wait_us, result_chars, retry }: ExportedCall): Args {
  return {
    ...known("activity", activity),
    ...known("error", is_error),
    ...known("tool_ms", duration_us === null ? null : duration_us / 1000),
    ...known("wait_ms", wait_us === null ? null : wait_us / 1000),
    ...known("result_chars", result_chars),
    ...(retry === null ? {} : { retry: true }),
  };
}

function helperArgs({ steps, cost_nano, returned_chars, link_basis }: ExportedSession["helpers"][number]): Args {
  return {
    steps,
    link_basis,
    ...known("cost_usd", cost_nano === null ? null : cost_nano / NANO),
    ...known("returned_chars", returned_chars),
  };
}

function known(name: string, value: string | number | boolean | null): Args {
  return value === null ? {} : { [name]: value };
}

function compactionEvents({ compaction, first_us, no }: ExportedStep, pid: number, tid: number): TraceEvent[] {
  if (compaction === null || first_us === null) return [];
  return [
    { ph: "i", s: "t", name: "Context compacted", cat: "context", pid, tid, ts: first_us, args: { step: no, known_from: compaction } },
  ];
}

/** At the first event of each step with a time. The cost is that of all steps so far, in their order. */
function counterEvents({ steps }: ExportedSession, pid: number): TraceEvent[] {
  let nano = 0;
  return steps.flatMap(({ first_us: ts, prefix_tokens, append_tokens, cost_nano }): TraceEvent[] => {
    nano += cost_nano ?? 0;
    if (ts === null) return [];
    return [
      { ph: "C", name: "Context tokens", pid, ts, args: { tokens: prefix_tokens + append_tokens } },
      { ph: "C", name: "Cumulative cost", pid, ts, args: { usd: nano / NANO } },
    ];
  });
}
