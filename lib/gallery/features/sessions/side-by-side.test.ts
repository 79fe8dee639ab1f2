import { describe, expect, it } from "vitest";
import { timelineCall, timelineOf } from "../../../testing/timelines.ts";
import { chosenNames, METRICS, metricText, sideOf, timesText } from "./side-by-side.ts";

describe("the sessions of an address", () => {
  const names = ["claude-1", "claude-2", "codex-3"];
  it.each([
    ["?a=codex-3&b=claude-1", ["codex-3", "claude-1"]],
    ["?a=claude-2&b=claude-2", ["claude-2", "claude-2"]],
    ["?a=claude-1&b=claude-2&c=codex-3&d=claude-1", ["claude-1", "claude-2", "codex-3", "claude-1"]],
    ["?a=claude-2", ["claude-2", "claude-1"]],
    ["?a=gone&b=codex-3&c=", ["codex-3", "claude-1"]],
    ["", ["claude-1", "claude-2"]],
  ])("%j", (search, expected) => expect(chosenNames(search, names)).toEqual(expected));
});

it("a session is its requests over active time, and its numbers", () => {
  const side = sideOf(
    "a",
    timelineOf(
      [
        {
          request: 1,
          startS: 0,
          activity: "run",
          costUsd: 1,
          prefixTokens: 30,
          appendTokens: 10,
          calls: [timelineCall(1, 5, { failed: true })],
        },
        { request: 1, startS: 6, generationStartS: 6, generationS: 4, costUsd: null },
        { request: 2, startS: 1006, costUsd: 2 },
      ],
      {
        durationS: 1006,
        gaps: [{ fromS: 10, toS: 1006, kind: "silent" }],
        cost: { sessions: 1, pricedSteps: 2, usd: 3, usdMost: 3, prices: null },
      },
    ),
  );
  expect(side.requests.map(({ request, steps }) => [request, steps.map(({ fromS, toS }) => [fromS, toS])])).toEqual([
    [
      1,
      [
        [0, 5],
        [6, 10],
      ],
    ],
    [2, [[40, 40]]],
  ]);
  expect(Object.fromEntries(METRICS.map((metric) => [metric.title, metricText(metric, side)]))).toMatchObject({
    Requests: "2",
    Steps: "3",
    "Tool calls": "1",
    "Failed calls": "1",
    Cost: "$3.00",
    "Active time": "40.0 s",
    "Input from the cache": "75.0%",
    "Largest context": "40",
  });
});

it("numbers are compared with those of the first session", () => {
  const side = (steps: number) => sideOf("a", timelineOf(Array.from({ length: steps }, () => ({}))));
  const times = Object.fromEntries(METRICS.map((metric) => [metric.title, timesText(metric, side(2), side(3))]));
  expect(times).toMatchObject({ Steps: "1.50x", Cost: "–", "Tool calls": "–" });
});
