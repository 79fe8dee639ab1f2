import { expect, it } from "vitest";
import { helperRows } from "./helper-rows.ts";
import type { TimelineHelper } from "./timeline.ts";

const helper = (startS: number, endS: number, parent: number | null = null): TimelineHelper => ({
  name: "h",
  type: null,
  basis: "declared",
  parent,
  step: null,
  startS,
  endS,
  steps: 1,
  costUsd: null,
  returnedChars: null,
});
it.each([
  ["one after the other share a row", [helper(0, 5), helper(5, 9)], [0, 0], 0],
  ["at once they don't", [helper(0, 5), helper(4, 9), helper(6, 7)], [0, 1, 0], 0],
  ["a helper of a helper is below it", [helper(0, 9), helper(1, 2, 0), helper(3, 4, 1)], [0, 1, 2], 0],
  [
    "what is beyond the eighth is counted, with its helpers",
    [...Array(9).fill(helper(0, 9)), helper(1, 2, 8)],
    [0, 1, 2, 3, 4, 5, 6, 7, null, null],
    2,
  ],
])("%s", (_, helpers, rows, hidden) => {
  expect(helperRows(helpers, ({ startS, endS }) => ({ from: startS, to: endS }))).toEqual({ rows, hidden });
});
