import fc from "fast-check";
import { expect, it } from "vitest";
import { groupBy } from "./group-by.ts";
import { positionsBy } from "./positions-by.ts";

it("has the groups of groupBy, in their order", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -3, max: 3 })), (keys) => {
      const groups = positionsBy(keys.length, (i) => keys[i] ?? 0);
      const expected = groupBy(keys.keys(), (i) => keys[i]);
      expect(groups.map((group) => [...group])).toEqual([...expected.values()]);
    }),
  );
});
