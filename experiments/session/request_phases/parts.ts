/** What the phases of an activity add up to in a group of requests. */
import { sumsOf } from "../../../lib/stats/sum.ts";
import type { StepActivity } from "../../../lib/trace/step-activities.ts";
import type { Group } from "./measure.ts";

export function partsOf({ activities }: Pick<Group, "activities">, activity: StepActivity) {
  return sumsOf(
    activities.filter((row) => row.activity === activity),
    ["phases", "steps", "calls", "errors", "tokens", "nano", "lasting_us", "human_us"],
  );
}
