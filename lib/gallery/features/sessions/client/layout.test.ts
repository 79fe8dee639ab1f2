import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { timelineCall, timelineOf } from "../../../../testing/timelines.ts";
import type { TimelineStep } from "../../../../trace/timeline.ts";
import { layoutOf, stepAt } from "./layout.ts";

const timeline = (...steps: Partial<TimelineStep>[]) => timelineOf(steps);
const tool = (startS: number, durationS: number, failed = false) => timelineCall(startS, startS + durationS, { failed });
/** 0 to 100 s, then nothing for an hour, then a message after a wait and an approval. */
const SESSION = timelineOf(
  [
    { startS: 0, generationStartS: 0, generationS: 50, activity: "run", calls: [tool(50, 50, true)] },
    { startS: 200 },
    {
      startS: 3900,
      request: 2,
      activity: "edit",
      waitStartS: 200,
      waitS: 3700,
      generationStartS: 3900,
      generationS: 10,
      calls: [{ ...tool(3910, 40), waitS: 30 }],
    },
    { request: 2 },
  ],
  { gaps: [{ fromS: 200, toS: 3900, kind: "human" }] },
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
      { from: 2, to: 2.2 },
    ]);
    expect(layout.tools).toEqual([
      { from: 0.5, to: 1, failed: true },
      { from: 2.8, to: 3, failed: false },
    ]);
    expect(layout.waits).toEqual([{ from: 2.2, to: 2.8 }]);
  });
  it("joins steps into blocks of five minutes and requests, and says how long nothing happened before a step", () => {
    expect(layout.blocks).toEqual([
      { startMinutes: 0, from: 0, to: 2 },
      { startMinutes: 65, from: 2, to: 3 },
    ]);
    expect(layout.gaps).toEqual([{ at: 2, minutes: 62 }]);
    expect(layout.requests).toEqual([
      { no: 1, from: 0, to: 2 },
      { no: 2, from: 2, to: 4 },
    ]);
    expect(layout.activities.map(({ activity }) => activity)).toEqual(["run", "answer", "edit", "answer"]);
  });
});

describe("along the clock", () => {
  const layout = layoutOf(SESSION, "clock");
  it("leaves out idle time", () => {
    expect(layout.length).toBe(280 / 300);
    expect(layout.gaps).toEqual([{ at: 215 / 300, minutes: 62 }]);
    expect(layout.steps).toEqual([
      { from: 0, to: 100 / 300 },
      { from: 200 / 300, to: 200 / 300 },
      { from: 230 / 300, to: 280 / 300 },
      null,
    ]);
    expect(layout.waits).toEqual([
      { from: 200 / 300, to: 230 / 300 },
      { from: 240 / 300, to: 270 / 300 },
    ]);
    expect(layout.blocks.map(({ startMinutes }) => startMinutes)).toEqual([0, 65]);
  });
  it("keeps time in which something ran", () => {
    const gaps = [{ fromS: 100, toS: 1000, kind: "running" as const }];
    expect(layoutOf(timelineOf([{ startS: 0, calls: [tool(100, 900)] }], { gaps }), "clock")).toMatchObject({
      length: 1000 / 300,
      gaps: [],
    });
  });
  it("has helpers below the one that started them", () => {
    const helper = { name: "h", type: null, basis: "path" as const, step: 0, steps: 1, costUsd: null, returnedChars: null };
    const helperSpans = [
      { ...helper, parent: null, startS: 10, endS: 90 },
      { ...helper, parent: 0, startS: 20, endS: 60 },
    ];
    const { helpers } = layoutOf(timelineOf([{ startS: 0, calls: [tool(0, 100)] }], { helperSpans }), "clock");
    expect(helpers.map(({ from, to, row }) => [from * 300, to * 300, row])).toEqual([
      [10, 90, 0],
      [20, 60, 1],
    ]);
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
const anyGaps = fc
  .uniqueArray(seconds, { maxLength: 8 })
  .map((moments) => moments.sort((a, b) => a - b))
  .map((moments) => moments.flatMap((toS, i) => (i % 2 === 1 ? [{ fromS: moments[i - 1] ?? 0, toS, kind: "silent" as const }] : [])));

it.each(["steps", "clock"] as const)("keeps everything within the layout along the %s", (along) => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 12 }), anyGaps, (steps, gaps) => {
      const layout = layoutOf(timelineOf(steps, { gaps }), along);
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
