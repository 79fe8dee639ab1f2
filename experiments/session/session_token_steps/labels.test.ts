import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { placeLabels } from "./labels.ts";

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
