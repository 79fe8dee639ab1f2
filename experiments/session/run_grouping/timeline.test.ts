import fc from "fast-check";
import { expect, it } from "vitest";
import { activeTime, unionOf } from "./timeline.ts";

const stretch = (from: number, to: number) => ({ from_us: from * 1e6, to_us: to * 1e6 });

it.each([
  [0, 0],
  [5, 5],
  [10, 10],
  [15, 10],
  [20, 10],
  [25, 15],
  [99, 20],
])("%d s is %d active seconds", (at, active) => {
  expect(activeTime([stretch(20, 30), stretch(0, 5), stretch(4, 10)])(at * 1e6)).toBe(active);
});

it("the union covers what the stretches cover", () => {
  const stretches = fc.array(fc.tuple(fc.nat(30), fc.nat(10)).map(([from, length]) => ({ from_us: from, to_us: from + length })));
  fc.assert(
    fc.property(stretches, (given) => {
      const covered = (list: typeof given, moment: number) => list.some(({ from_us, to_us }) => from_us <= moment && moment < to_us);
      for (let moment = 0; moment < 40; moment++) expect(covered(unionOf(given), moment)).toBe(covered(given, moment));
    }),
  );
});
