/** Where the parts of a session are on its timeline: step by step, or by the clock without idle time. */
import { type ActiveAxis, activeAxis } from "../../../../trace/active-axis.ts";
import { helperRows } from "../../../../trace/helper-rows.ts";
import type { StepActivity } from "../../../../trace/step-activities.ts";
import { placeAmongSteps } from "../../../../trace/step-places.ts";
import type { Timeline, TimelineCall, TimelineHelper, TimelineStep } from "../../../../trace/timeline.ts";

export type Along = "steps" | "clock";

/** A stretch of the timeline, in units of the layout: a step each, or five active minutes each. */
export interface Extent {
  readonly from: number;
  readonly to: number;
}

/** Five minutes in which something happened. */
export interface Block extends Extent {
  /** Minutes since the session's first event. */
  readonly startMinutes: number;
}

/** Idle time that is left out. */
export interface Gap {
  readonly at: number;
  readonly minutes: number;
}

export interface ToolSpan extends Extent {
  readonly failed: boolean;
}

/** 0: steps before the first request. */
export interface RequestSpan extends Extent {
  readonly no: number;
}

export interface ActivitySpan extends Extent {
  readonly activity: StepActivity;
}

export interface HelperSpan extends Extent {
  readonly helper: TimelineHelper;
  /** From 0; null where there is none left. */
  readonly row: number | null;
}

export interface Layout {
  /** Units from the first to the last. */
  readonly length: number;
  /** Of each step; null where the clock has no place for it. */
  readonly steps: readonly (Extent | null)[];
  readonly blocks: readonly Block[];
  readonly gaps: readonly Gap[];
  readonly requests: readonly RequestSpan[];
  /** Of the steps that have a place. */
  readonly activities: readonly ActivitySpan[];
  readonly generation: readonly Extent[];
  readonly tools: readonly ToolSpan[];
  /** Waits for the human: in calls; by the clock also before messages. */
  readonly waits: readonly Extent[];
  readonly helpers: readonly HelperSpan[];
}

const BLOCK_MINUTES = 5;
const BLOCK_S = 60 * BLOCK_MINUTES;

export function layoutOf(timeline: Timeline, along: Along): Layout {
  const busy = timeline.steps.map(busyTime);
  const end = busy.reduce((latest, time) => Math.max(latest, time?.to ?? 0), 0);
  const start = busy.reduce((earliest, time) => Math.min(earliest, time?.from ?? 0), 0);
  const axis = activeAxis(
    start,
    end,
    timeline.gaps.filter(({ toS }) => toS <= end),
  );
  return along === "steps" ? layoutBySteps(timeline, busy, axis) : layoutByClock(timeline, busy, axis);
}

/** From the first time of a step to the end of its last tool. Null without a time. */
function busyTime(step: TimelineStep): Extent | null {
  const times = [step.startS, step.generationStartS].filter((time) => time !== null);
  if (step.generationStartS !== null && step.generationS !== null) times.push(step.generationStartS + step.generationS);
  for (const call of step.calls) if (call.startS !== null) times.push(call.startS, endOf(call, call.startS));
  return times.length === 0 ? null : { from: Math.min(...times), to: Math.max(...times) };
}

function endOf({ wallS, durationS }: TimelineCall, startS: number): number {
  return startS + (wallS ?? durationS ?? 0);
}

/** Each step is as wide as any other; what it does is drawn inside, as parts of its own time. */
function layoutBySteps(timeline: Timeline, busy: readonly (Extent | null)[], axis: ActiveAxis): Layout {
  const { steps } = timeline;
  const inside = (step: number, seconds: number) => {
    const time = busy[step];
    return time && time.to > time.from ? step + (seconds - time.from) / (time.to - time.from) : step;
  };
  const extents = steps.map((_, i) => ({ from: i, to: i + 1 }));
  const place = placeAmongSteps(steps);
  return {
    length: steps.length,
    steps: extents,
    blocks: blocksOfSteps(steps),
    gaps: axis.gaps.map(({ fromS, toS }) => ({ at: place(toS), minutes: Math.round((toS - fromS) / 60) })),
    ...partsOf(timeline, extents, inside, (seconds) => Math.min(steps.length, place(seconds))),
    // Between two steps there is no room for waits before messages.
    waits: callWaits(steps, inside),
  };
}

/** Stretches of steps by the block they begin in. Where clock and order of steps disagree, blocks overlap. */
function blocksOfSteps(steps: readonly TimelineStep[]): Block[] {
  const blocks = new Map<number, Block>();
  for (const [i, { startS }] of steps.entries()) {
    if (startS === null) continue;
    const startMinutes = Math.floor(startS / BLOCK_S) * BLOCK_MINUTES;
    blocks.set(startMinutes, { startMinutes, from: blocks.get(startMinutes)?.from ?? i, to: i + 1 });
  }
  return [...blocks.values()].sort((a, b) => a.startMinutes - b.startMinutes);
}

/** Five minutes are as wide as any other five; a gap in which nothing ran is short. */
function layoutByClock(timeline: Timeline, busy: readonly (Extent | null)[], axis: ActiveAxis): Layout {
  const { steps } = timeline;
  const place = (seconds: number) => Math.min(axis.lengthS, axis.at(seconds)) / BLOCK_S;
  const extents = busy.map((time) => (time ? { from: place(time.from), to: place(time.to) } : null));
  const inside = (_: number, seconds: number) => place(seconds);
  const waits = steps.flatMap(({ waitStartS, waitS }) =>
    waitStartS === null || waitS === null ? [] : [{ from: place(waitStartS), to: place(waitStartS + waitS) }],
  );
  return {
    length: axis.lengthS / BLOCK_S,
    steps: extents,
    blocks: extents.some((extent) => extent !== null) ? blocksOfClock(axis, place) : [],
    gaps: axis.gaps.map(({ at, fromS, toS }) => ({
      at: (at + axis.collapsedS / 2) / BLOCK_S,
      minutes: Math.round((toS - fromS) / 60),
    })),
    ...partsOf(timeline, extents, inside, place),
    waits: [...waits, ...callWaits(steps, inside)],
  };
}

/** Blocks of the clock, without those that are all inside a gap. */
function blocksOfClock({ gaps, lengthS }: ActiveAxis, place: (seconds: number) => number): Block[] {
  const blocks: Block[] = [];
  for (let block = 0, from = 0; from < lengthS / BLOCK_S; block++) {
    const skipped = gaps.find(({ fromS, toS }) => fromS <= block * BLOCK_S && toS >= (block + 1) * BLOCK_S);
    if (skipped) {
      block = Math.floor(skipped.toS / BLOCK_S) - 1;
      continue;
    }
    from = place((block + 1) * BLOCK_S);
    blocks.push({ startMinutes: block * BLOCK_MINUTES, from: place(block * BLOCK_S), to: from });
  }
  return blocks;
}

/** What happened when, where the times of it are known. */
function partsOf(
  { steps, helperSpans }: Timeline,
  extents: readonly (Extent | null)[],
  inside: (step: number, seconds: number) => number,
  place: (seconds: number) => number,
) {
  const helperExtent = ({ startS, endS }: TimelineHelper) => ({ from: place(startS), to: place(Math.max(startS, endS)) });
  const { rows } = helperRows(helperSpans, helperExtent);
  return {
    requests: requestsOf(steps, extents),
    activities: steps.flatMap(({ activity }, i) => {
      const extent = extents[i];
      return extent ? [{ ...extent, activity }] : [];
    }),
    generation: steps.flatMap(({ generationStartS: startS, generationS }, i) =>
      startS === null || generationS === null ? [] : [{ from: inside(i, startS), to: inside(i, startS + generationS) }],
    ),
    tools: steps.flatMap(({ calls }, i) =>
      calls.flatMap((call) => {
        const { startS, durationS, waitS, failed } = call;
        if (startS === null || (durationS === null && call.wallS === null)) return [];
        const [from, to] = waitS === null ? [startS, startS + (durationS ?? call.wallS ?? 0)] : [startS + waitS, endOf(call, startS)];
        return [{ from: inside(i, from), to: inside(i, to), failed: failed === true }];
      }),
    ),
    helpers: helperSpans.map((helper, i) => ({ ...helperExtent(helper), helper, row: rows[i] ?? null })),
  };
}

function requestsOf(steps: readonly TimelineStep[], extents: readonly (Extent | null)[]): RequestSpan[] {
  const spans = new Map<number, RequestSpan>();
  for (const [i, { request: no }] of steps.entries()) {
    const extent = extents[i];
    if (!extent) continue;
    const before = spans.get(no) ?? { no, ...extent };
    spans.set(no, { no, from: Math.min(before.from, extent.from), to: Math.max(before.to, extent.to) });
  }
  return [...spans.values()];
}

/** From the beginning of a call. */
function callWaits(steps: readonly TimelineStep[], inside: (step: number, seconds: number) => number): Extent[] {
  return steps.flatMap(({ calls }, i) =>
    calls.flatMap(({ startS, waitS }) =>
      startS === null || waitS === null ? [] : [{ from: inside(i, startS), to: inside(i, startS + waitS) }],
    ),
  );
}

/** The step at a place: the last that contains it, else the nearest. Null when no step has a place. */
export function stepAt(layout: Layout, at: number): number | null {
  let best: { step: number; distance: number } | null = null;
  for (const [step, extent] of layout.steps.entries()) {
    if (!extent) continue;
    const distance = Math.max(extent.from - at, at - extent.to, 0);
    if (!best || distance <= best.distance) best = { step, distance };
  }
  return best?.step ?? null;
}
