import fc from "fast-check";
import { expect, it } from "vitest";
import { jensenShannon } from "./divergence.ts";

const counts = fc.dictionary(fc.constantFrom("a", "b", "c", "d", "e"), fc.nat(50)).map((record) => new Map(Object.entries(record)));
const of = (...values: number[]) => new Map(values.map((value, i) => [i, value]));

it.each([
  ["equal shares", of(1, 2), of(10, 20), 0],
  ["nothing in common", of(3, 0), of(0, 5), 1],
  ["shares of 0.6, 0.4 and 0.2, 0.8", of(6, 4), of(2, 8), 0.1245112498],
  ["an empty one", of(), of(1), null],
])("%s", (_, a, b, expected) => {
  const found = jensenShannon(a, b);
  if (expected === null) expect(found).toBeNull();
  else expect(found).toBeCloseTo(expected, 10);
});

it("is between 0 and 1, and the same in both directions and in any order", () =>
  fc.assert(
    fc.property(counts, counts, (a, b) => {
      const divergence = jensenShannon(a, b);
      const mirrored = jensenShannon(new Map([...b].reverse()), new Map([...a].reverse()));
      if (divergence === null) return mirrored === null;
      return divergence >= 0 && divergence <= 1 && Math.abs(divergence - (mirrored ?? Number.NaN)) < 1e-12;
    }),
  ));
