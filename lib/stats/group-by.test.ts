import { expect, it } from "vitest";
import { groupBy } from "./group-by.ts";

it("keeps the order of keys and of items", () => {
  expect([...groupBy([5, 2, 3, 8], (value) => value % 2)]).toEqual([
    [1, [5, 3]],
    [0, [2, 8]],
  ]);
});
