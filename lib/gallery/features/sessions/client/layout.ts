/** Where the steps of a session are on its timeline: one after the other, or by the clock with idle time left out. */
import { at } from "../../../../stats/known.ts";
import type { Timeline, TimelineStep } from "../../../../trace/timeline.ts";

export type Along = "steps" | "clock";

/** A stretch of the timeline, in units of the layout: a step each, or five minutes each. */
export interface Extent {
  readonly from: number;
  readonly to: number;
}

/** Five minutes in which something happened. */
export interface Block extends Extent {
  /** Minutes since the session's first event. */
  readonly startMinutes: number;
}

/** Whole blocks without anything between two that have something. */
export interface Gap {
  readonly at: number;
  readonly minutes: number;
}

export interface ToolSpan extends Extent {
  readonly failed: boolean;
}

export interface Layout {
  /** Units from the first to the last. */
  readonly length: number;
  /** Of each step; null where the clock has no place for it. */
  readonly steps: readonly (Extent | null)[];
  readonly blocks: readonly Block[];
  readonly gaps: readonly Gap[];
  readonly generation: readonly Extent[];
  readonly tools: readonly ToolSpan[];
  /** Waits for the human; only by the clock. */
  readonly waits: readonly Extent[];
}

const BLOCK_MINUTES = 5;
const BLOCK_S = 60 * BLOCK_MINUTES;
/** Room of idle time that is folded away, in blocks. */
const FOLD = 0.25;

export function layoutOf(timeline: Timeline, along: Along): Layout {
  return along === "steps" ? layoutBySteps(timeline) : layoutByClock(timeline);
}

/** From the first time of a step to the end of its last tool. Null without a time. */
function busyTime(step: TimelineStep): Extent | null {
  const times = [step.startS, step.generationStartS].filter((time) => time !== null);
  if (step.generationStartS !== null && step.generationS !== null) times.push(step.generationStartS + step.generationS);
  for (const { startS, durationS } of step.calls) if (startS !== null) times.push(startS, startS + (durationS ?? 0));
  return times.length === 0 ? null : { from: Math.min(...times), to: Math.max(...times) };
}

/** Each step is as wide as any other; what it does is drawn inside, as parts of its own time. */
function layoutBySteps({ steps }: Timeline): Layout {
  const busy = steps.map(busyTime);
  const inside = (step: number, seconds: number) => {
    const time = busy[step];
    return time && time.to > time.from ? step + (seconds - time.from) / (time.to - time.from) : step;
  };
  const blocks = blocksOfSteps(steps);
  return {
    length: steps.length,
    steps: steps.map((_, i) => ({ from: i, to: i + 1 })),
    blocks,
    gaps: gapsBetween(blocks),
    ...activitiesOf(steps, inside),
    // Between two steps there is no room for them.
    waits: [],
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

/** Five minutes are as wide as any other five; those without a beginning or an end of anything are folded away. */
function layoutByClock({ steps }: Timeline): Layout {
  const busy = steps.map(busyTime);
  const busyBlocks = new Set(busy.flatMap((time) => (time ? [Math.floor(time.from / BLOCK_S), Math.floor(time.to / BLOCK_S)] : [])));
  for (const { startS, durationS } of steps.flatMap((step) => step.calls))
    if (startS !== null) for (const time of [startS, startS + (durationS ?? 0)]) busyBlocks.add(Math.floor(time / BLOCK_S));
  let at = 0;
  let before: number | null = null;
  const blocks = [...busyBlocks]
    .sort((a, b) => a - b)
    .map((block): Block => {
      if (before !== null && block > before + 1) at += FOLD;
      const placed = { startMinutes: block * BLOCK_MINUTES, from: at, to: at + 1 };
      before = block;
      at += 1;
      return placed;
    });
  const place = (_: number, seconds: number) => placeByClock(blocks, seconds);
  return {
    length: at,
    steps: busy.map((time) => (time ? { from: placeByClock(blocks, time.from), to: placeByClock(blocks, time.to) } : null)),
    blocks,
    gaps: gapsBetween(blocks),
    ...activitiesOf(steps, place),
  };
}

/** A time in a fold is placed in its middle. */
function placeByClock(blocks: readonly Block[], seconds: number): number {
  const next = blocks.findIndex((block) => block.startMinutes * 60 > seconds);
  const block = blocks.at(next < 0 ? -1 : next - 1);
  if (!block || next === 0) return 0;
  const within = (seconds - block.startMinutes * 60) / BLOCK_S;
  return within <= 1 ? block.from + within : block.to + (next < 0 ? 0 : FOLD / 2);
}

/** What happened when, where the times of it are known. */
function activitiesOf(steps: readonly TimelineStep[], place: (step: number, seconds: number) => number) {
  const spans = (step: number, startS: number | null, durationS: number | null): Extent[] =>
    startS === null || durationS === null ? [] : [{ from: place(step, startS), to: place(step, startS + durationS) }];
  return {
    generation: steps.flatMap(({ generationStartS, generationS }, i) => spans(i, generationStartS, generationS)),
    tools: steps.flatMap(({ calls }, i) =>
      calls.flatMap(({ startS, durationS, failed }) => spans(i, startS, durationS).map((span) => ({ ...span, failed: failed === true }))),
    ),
    waits: steps.flatMap(({ waitStartS, waitS }, i) => spans(i, waitStartS, waitS)),
  };
}

function gapsBetween(blocks: readonly Block[]): Gap[] {
  return blocks.slice(1).flatMap((block, i) => {
    const before = at(blocks, i);
    const minutes = block.startMinutes - before.startMinutes - BLOCK_MINUTES;
    return minutes > 0 ? { at: (before.to + block.from) / 2, minutes } : [];
  });
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
