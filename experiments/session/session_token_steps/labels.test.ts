import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { steps } from "./fixtures.ts";
import { allElapsedLabels, compactionLabels, elapsedLabels, gapLabels, placeLabels, plainStepLabels, stepLabels } from "./labels.ts";
import type { Block } from "./timeline.ts";

const extents = (text: string) =>
  text
    .split(" ")
    .filter(Boolean)
    .map((pair) => ({ from: Number(pair.split("-")[0]), to: Number(pair.split("-")[1]) }));
const placed = (text: string, lanes?: number) =>
  placeLabels(extents(text), lanes)
    .map(({ from, to, lane }) => `${from}-${to}@${lane}`)
    .join(" ");

describe("placeLabels", () => {
  it.each([
    ["apart", "0-2 2-4 9-10", 1, "0-2@0 2-4@0 9-10@0"],
    ["a later label gives way", "5-8 0-6 7-9 1-2", 1, "5-8@0 1-2@0"],
    ["to the next lane if there is one", "0-4 1-5 2-6 8-9", 2, "0-4@0 1-5@1 8-9@0"],
    ["none", "", 1, ""],
  ])("%s", (_rule, labels, lanes, expected) => {
    expect(placed(labels, lanes)).toBe(expected);
  });

  it("never lets two labels of a lane overlap, and leaves out only what fits nowhere", () => {
    const label = fc.tuple(fc.nat(50), fc.integer({ min: 1, max: 9 })).map(([from, width]) => ({ from, to: from + width }));
    fc.assert(
      fc.property(fc.array(label), fc.integer({ min: 1, max: 3 }), (labels, lanes) => {
        const kept = placeLabels(labels, lanes);
        const clash = (a: (typeof kept)[0], b: (typeof kept)[0]) => a !== b && a.lane === b.lane && a.from < b.to && b.from < a.to;
        expect(kept.some((a) => kept.some((b) => clash(a, b)))).toBe(false);
        const missing = labels.filter((l) => !kept.some((k) => k.from === l.from && k.to === l.to));
        for (const { from, to } of missing)
          expect(new Set(kept.filter((k) => k.from < to && from < k.to).map((k) => k.lane)).size).toBe(lanes);
      }),
    );
  });
});

/** Labels of an axis with `perStep` pixels a step, as `U1/1 10 …` in axis order. */
const labelsOf = (make: typeof stepLabels, triggers: string, perStep: number) =>
  make({ steps: triggers.length, width: triggers.length * perStep }, steps(triggers))
    .toSorted((a, b) => a.step - b.step)
    .map(({ lines }) => lines.join("/"))
    .join(" ");

describe("stepLabels", () => {
  it.each([
    ["first, last and every twentieth step", ".".repeat(25), 40, "1 20 25"],
    ["steps with a user message", "u...u..", 40, "U1/1 U2/5 7"],
    ["a user message beats a twentieth step", "..................u......", 12, "1 U1/19 25"],
    ["the last step beats a user message", ".........u.", 12, "1 11"],
    ["an earlier user message beats a later one", "....uuu.......", 12, "1 U1/5 14"],
    ["all user messages that have room", "uuuuuu", 40, "U1/1 U2/2 U3/3 U4/4 U5/5 U6/6"],
    ["a single step", "u", 900, "U1/1"],
  ])("%s", (_rule, triggers, perStep, expected) => {
    expect(labelsOf(stepLabels, triggers, perStep)).toBe(expected);
  });
});

describe("plainStepLabels", () => {
  it("names the first step of each run of user messages", () => {
    expect(labelsOf(plainStepLabels, "uu..uuu....b.", 60)).toBe("1/User 5/User 12/User 13");
  });
});

const axis = { steps: 100, width: 2000 };
const block = (startMinutes: number, firstIndex: number): Block => ({ startMinutes, firstIndex, lastIndex: firstIndex });
const texts = (labels: readonly { text: string; lane: number }[]) => labels.map(({ text, lane }) => `${text}@${lane}`).join(" ");

describe("labels of the timeline", () => {
  const blocks = [block(0, 0), block(5, 20), block(30, 40), block(60, 41), block(90, 98)];

  it("shows the time every half hour where there is room", () => {
    expect(texts(elapsedLabels(axis, blocks))).toBe("0m@0 30m@0 1h30m@0");
  });

  it("shows the time of every block in a paper", () => {
    expect(texts(allElapsedLabels(axis, blocks))).toBe("0m@0 5m@0 30m@0 1h30m@0");
  });

  it("shows the longest gaps where there is room", () => {
    const dense = [block(0, 0), block(10, 1), block(80, 2), block(100, 3), block(400, 4), block(420, 5)];
    expect(texts(gapLabels(axis, dense))).toBe("+4h55m@0 +5m@0");
  });

  it("keeps labels within the axis", () => {
    for (const label of elapsedLabels(axis, [block(0, 0), block(1050, 99)])) {
      expect(label.from).toBeGreaterThanOrEqual(0);
      expect(label.to).toBeLessThanOrEqual(axis.width);
    }
  });
});

describe("compactionLabels", () => {
  it("numbers compactions and uses a second row for neighbors", () => {
    const compactions = [10, 11, 12, 50].map((index) => ({ index, kind: "explicit" }) as const);
    expect(texts(compactionLabels({ steps: 100, width: 1000 }, compactions))).toBe("C1@0 C2@1 C4@0");
  });
});
