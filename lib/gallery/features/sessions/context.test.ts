import { expect, it } from "vitest";
import { timelineOf } from "../../../testing/timelines.ts";
import { partsOf } from "../../../trace/context.ts";
import { contextData, grownBy, liveContexts } from "./context.ts";

const NONE = { ...partsOf(() => 0), segment: 0, clears_results: false };
const ROWS = [
  { ...NONE, place: 0, session_base: 100 },
  { ...NONE, place: 1, tool_result: 49.6, prior_output: 50.4 },
  { ...NONE, place: 2, clears_results: true },
  { ...NONE, place: 3, segment: 1, after_reset: 40 },
];
const { steps } = timelineOf([
  { appendTokens: 100 },
  { prefixTokens: 100, appendTokens: 100 },
  { prefixTokens: 160 },
  { prefixTokens: 40 },
]);
const tokensOf = (live: ReturnType<typeof liveContexts>) =>
  live.map((parts) => parts && [parts.session_base, parts.after_reset, parts.tool_result, parts.prior_output]);

it("has whole tokens, resets, and what was cleared, from which follows what is in each context", () => {
  const data = contextData(ROWS);
  expect(data).toEqual({
    order: null,
    resets: [3],
    clears: [2],
    tokens: { session_base: [100, 0, 0, 0], after_reset: [0, 0, 0, 40], tool_result: [0, 50, 0, 0], prior_output: [0, 50, 0, 0] },
  });
  expect(grownBy(data)).toContainEqual({ source: "tool_result", tokens: 50 });
  expect(tokensOf(liveContexts(data, steps))).toEqual([
    [100, 0, 0, 0],
    [100, 0, 50, 50],
    [100, 0, 10, 50],
    [0, 40, 0, 0],
  ]);
});

it("keeps the order of steps where that of the timeline is another, which may have more steps", () => {
  const data = contextData(ROWS.slice(0, 2).map((row) => ({ ...row, place: 1 - row.place })));
  expect(data.order).toEqual([1, 0]);
  const turned = [1, 0, 2].flatMap((i) => steps[i] ?? []);
  expect(tokensOf(liveContexts(data, turned))).toEqual([[100, 0, 50, 50], [100, 0, 0, 0], null]);
});
