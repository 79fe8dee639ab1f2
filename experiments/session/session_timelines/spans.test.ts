import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { timelineCall, timelineOf } from "../../../lib/testing/timelines.ts";
import { type Span, splitOf } from "../../../lib/trace/spans.ts";
import type { Timeline, TimelineStep } from "../../../lib/trace/timeline.ts";
import { cutLong, spansOf, strokesOf } from "./spans.ts";

const generation = (from: number, to: number) => ({ generationStartS: from, generationS: to - from });
const wait = (from: number, to: number) => ({ waitStartS: from, waitS: to - from });
const tool = (from: number, to: number) => ({ calls: [timelineCall(from, to)] });

function timeline(durationS: number | null, steps: readonly Partial<TimelineStep>[], stepCount = steps.length): Timeline {
  return timelineOf(steps, { stepCount, durationS, start: durationS === null ? null : "2026-01-01T00:00:00.000Z" });
}

const short = (spans: readonly Span[]) => spans.map(({ activity, from, to }) => `${activity ?? "-"} ${from}-${to}`);

describe("spansOf", () => {
  it.each<[string, Timeline, string[]]>([
    ["nothing known", timeline(null, [{}]), []],
    ["no time passed", timeline(0, [{ startS: 0 }]), []],
    ["nothing accounted for", timeline(5, [{ startS: 0 }]), ["- 0-5"]],
    [
      "one after the other",
      timeline(9, [{ ...generation(0, 2), ...tool(2, 4) }, wait(5, 9)]),
      ["generation 0-2", "tool 2-4", "- 4-5", "human 5-9"],
    ],
    [
      "generation comes first, then tools, then waits",
      timeline(10, [generation(2, 4), tool(3, 6), wait(0, 10)]),
      ["human 0-2", "generation 2-4", "tool 4-6", "human 6-10"],
    ],
    ["tools in parallel count once", timeline(6, [tool(0, 4), tool(1, 6)]), ["tool 0-6"]],
    ["neighbors of a kind are one", timeline(6, [generation(0, 3), generation(3, 6)]), ["generation 0-6"]],
    ["claims end with the session", timeline(3, [tool(1, 9), generation(-2, 1)]), ["generation 0-1", "tool 1-3"]],
    ["a cut session ends with what is known of it", timeline(100, [{ startS: 1 }, tool(2, 5)], 7), ["- 0-2", "tool 2-5"]],
  ])("%s", (_, given, expected) => expect(short(spansOf(given))).toEqual(expected));

  it("fills the session without gaps and overlaps", () => {
    const moment = fc.integer({ min: -5, max: 60 });
    const span = fc.tuple(moment, fc.integer({ min: 1, max: 30 }), fc.constantFrom(generation, wait, tool));
    fc.assert(
      fc.property(fc.array(span, { maxLength: 30 }), fc.integer({ min: 0, max: 50 }), (given, duration) => {
        const spans = spansOf(
          timeline(
            duration,
            given.map(([from, length, make]) => make(from, from + length)),
          ),
        );
        expect(spans[0]?.from ?? 0).toBe(0);
        expect(spans.at(-1)?.to ?? 0).toBe(duration);
        for (const [i, { from, to, activity }] of spans.entries()) {
          expect(to).toBeGreaterThan(from);
          if (i > 0) expect(from).toBe(spans[i - 1]?.to);
          if (i > 0) expect(activity).not.toBe(spans[i - 1]?.activity);
        }
        const { human, generation: generated, tool: tools, other, total } = splitOf(spans);
        expect(human + generated + tools + other).toBe(total);
      }),
    );
  });
});

const SPANS: readonly Span[] = [
  { activity: "generation", from: 0, to: 2 },
  { activity: "human", from: 2, to: 102 },
  { activity: "tool", from: 102, to: 106 },
];

it("cuts what is long and moves the rest up", () => {
  expect(cutLong(SPANS, 10).map(({ left, right, cut }) => [left, right, cut])).toEqual([
    [0, 2, false],
    [2, 12, true],
    [12, 16, false],
  ]);
});

describe("strokesOf", () => {
  it("stacks shares, and joins equal stacks", () => {
    expect(strokesOf(cutLong(SPANS, 10), 4)).toEqual([
      { activity: "generation", left: 0, right: 4, low: 0, high: 0.5 },
      { activity: "human", left: 0, right: 4, low: 0.5, high: 1 },
      { activity: "human", left: 4, right: 12, low: 0, high: 1 },
      { activity: "tool", left: 12, right: 16, low: 0, high: 1 },
    ]);
  });

  it("covers every moment up to the top", () => {
    const spans = fc.array(fc.tuple(fc.constantFrom("generation", "tool", "human", null), fc.integer({ min: 1, max: 9 })), {
      minLength: 1,
    });
    fc.assert(
      fc.property(spans, fc.integer({ min: 1, max: 7 }), (given, width) => {
        let from = 0;
        const drawn = given.map(([activity, length]) => {
          const span = { activity, from, to: from + length, left: from, right: from + length, cut: false };
          from += length;
          return span;
        });
        const area = strokesOf(drawn, width).reduce((sum, stroke) => sum + (stroke.right - stroke.left) * (stroke.high - stroke.low), 0);
        expect(area).toBeCloseTo(from, 6);
      }),
    );
  });
});
