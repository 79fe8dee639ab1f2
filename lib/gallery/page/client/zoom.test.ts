import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AT_REST, kept, zoomed } from "./zoom.ts";

describe("zoomed", () => {
  it.each([
    ["from rest", AT_REST, 1.8, { x: 0, y: 0 }, { scale: 1.8, x: 0, y: 0 }],
    ["toward a point", AT_REST, 2, { x: 10, y: -4 }, { scale: 2, x: -10, y: 4 }],
    ["not beyond eight times", { scale: 6, x: 0, y: 0 }, 2, { x: 0, y: 0 }, { scale: 8, x: 0, y: 0 }],
    ["not below the size at rest", { scale: 1.2, x: 0, y: 0 }, 0.1, { x: 0, y: 0 }, { scale: 1, x: 0, y: 0 }],
  ])("%s", (_, view, factor, at, result) => expect(zoomed(view, factor, at)).toEqual(result));

  it("keeps what lies under the pointer there", () => {
    const place = fc.record({ x: fc.integer({ min: -500, max: 500 }), y: fc.integer({ min: -500, max: 500 }) });
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 8, noNaN: true }),
        place,
        place,
        fc.double({ min: 0.2, max: 5, noNaN: true }),
        (scale, offset, at, factor) => {
          const before = { scale, ...offset };
          const after = zoomed(before, factor, at);
          expect((at.x - after.x) / after.scale).toBeCloseTo((at.x - before.x) / before.scale, 6);
          expect((at.y - after.y) / after.scale).toBeCloseTo((at.y - before.y) / before.scale, 6);
        },
      ),
      { seed: 1 },
    );
  });
});

describe("kept", () => {
  const size = { width: 100, height: 50 };
  const box = { width: 200, height: 60 };
  it.each([
    ["centers what fits", { scale: 1, x: 30, y: -9 }, { scale: 1, x: 0, y: 0 }],
    ["lets move as far as there is more", { scale: 4, x: 90, y: -300 }, { scale: 4, x: 90, y: -70 }],
  ])("%s", (_, view, result) => expect(kept(view, size, box)).toEqual(result));
});
