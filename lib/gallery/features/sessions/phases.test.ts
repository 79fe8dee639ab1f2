import { expect, it } from "vitest";
import { timelineOf } from "../../../testing/timelines.ts";
import type { TimelineStep } from "../../../trace/timeline.ts";
import { phasesOf } from "./phases.ts";

const step = (activity: TimelineStep["activity"], costUsd: number | null) => ({ activity, costUsd });

it.each([
  [[], []],
  [[step("edit", null)], [{ activity: "edit", first: 7, steps: 1, usd: null }]],
  [
    [step("explore", 0.5), step("explore", null), step("edit", null), step("edit", 0.25), step("explore", 1)],
    [
      { activity: "explore", first: 7, steps: 2, usd: 0.5 },
      { activity: "edit", first: 9, steps: 2, usd: 0.25 },
      { activity: "explore", first: 11, steps: 1, usd: 1 },
    ],
  ],
])("phases of %j", (steps, phases) => {
  expect(phasesOf(timelineOf(steps).steps.map((own, i) => ({ ...own, index: 7 + i })))).toEqual(phases);
});
