import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { timelineCall, timelineOf } from "../../../../testing/timelines.ts";
import type { TimelineStep } from "../../../../trace/timeline.ts";
import { layoutOf, stepAt } from "./layout.ts";

const timeline = (...steps: Partial<TimelineStep>[]) => timelineOf(steps);
const tool = (startS: number, durationS: number, failed = false) => timelineCall(startS, startS + durationS, { failed });
/** 0 to 100 s, then nothing for an hour, then a message after a wait. */
const SESSION = timeline(
  { startS: 0, generationStartS: 0, generationS: 50, calls: [tool(50, 50, true)] },
  { startS: 200 },
  { startS: 3900, waitStartS: 200, waitS: 3700, generationStartS: 3900, generationS: 10 },
  {},
);

describe("along the steps", () => {
  const layout = layoutOf(SESSION, "steps");
  it("gives every step the same room", () => {
    expect(layout.length).toBe(4);
    expect(layout.steps[3]).toEqual({ from: 3, to: 4 });
  });
  it("draws what a step does as parts of its own time", () => {
    expect(layout.generation).toEqual([
      { from: 0, to: 0.5 },
      { from: 2, to: 3 },
    ]);
    expect(layout.tools).toEqual([{ from: 0.5, to: 1, failed: true }]);
  });
  it("joins steps into blocks of five minutes, and says how long nothing happened between them", () => {
    expect(layout.blocks).toEqual([
      { startMinutes: 0, from: 0, to: 2 },
      { startMinutes: 65, from: 2, to: 3 },
    ]);
    expect(layout.gaps).toEqual([{ at: 2, minutes: 60 }]);
  });
});

describe("along the clock", () => {
  const layout = layoutOf(SESSION, "clock");
  it("folds idle time away", () => {
    expect(layout.length).toBe(2.25);
    expect(layout.gaps).toEqual([{ at: 1.125, minutes: 60 }]);
    expect(layout.steps).toEqual([
      { from: 0, to: 100 / 300 },
      { from: 200 / 300, to: 200 / 300 },
      { from: 1.25, to: 1.25 + 10 / 300 },
      null,
    ]);
    expect(layout.waits).toEqual([{ from: 200 / 300, to: 1.25 }]);
  });
  it("has no place for a session without times", () => {
    expect(layoutOf(timeline({}, {}), "clock")).toMatchObject({ length: 0, steps: [null, null], blocks: [] });
  });
});

const seconds = fc.integer({ min: 0, max: 20_000 });
const anyStep = fc.record({
  startS: fc.option(seconds),
  generationStartS: fc.option(seconds),
  generationS: fc.integer({ min: 0, max: 4000 }),
  calls: fc.array(
    fc.tuple(seconds, seconds).map(([startS, durationS]) => tool(startS, durationS)),
    { maxLength: 3 },
  ),
});

it.each(["steps", "clock"] as const)("keeps everything within the layout along the %s", (along) => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 12 }), (steps) => {
      const layout = layoutOf(timeline(...steps), along);
      const extents = [...layout.steps, ...layout.generation, ...layout.tools, ...layout.blocks].filter((extent) => extent !== null);
      expect(extents.filter(({ from, to }) => !(from >= 0 && to >= from && to <= layout.length + 1e-9))).toEqual([]);
    }),
  );
});

it.each([
  [0.5, 0],
  [2.5, 2],
  [99, 3],
  [-1, 0],
])("at %d is step %d", (at, step) => expect(stepAt(layoutOf(SESSION, "steps"), at)).toBe(step));
