import { defineExperiment, type Headline } from "../../../lib/experiment.ts";
import { durationCompact } from "../../../lib/format/durations.ts";
import { percent } from "../../../lib/format/numbers.ts";
import { type Misses, missesByGroup } from "./misses.ts";
import { readSteps } from "./steps.ts";
import { summaryTable } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Cache hits after pauses",
  question: "Do steps with a poor cache hit follow long pauses, as they would if caches were evicted by time?",
  flags: {
    "low-hit-ratio": { type: "number", default: 0.1, describe: "A hit is low when its ratio is below this" },
    "idle-seconds": { type: "number", min: 0, default: 300, describe: "A gap is long when it exceeds this many seconds" },
  },
  async run({ db, options }) {
    const steps = await readSteps(db);
    const groups = missesByGroup(steps, options);
    return {
      tables: [summaryTable(groups, options)],
      figures: [],
      headlines: headlines(groups),
      notes: steps.some(({ gapS }) => gapS !== null)
        ? []
        : ["There is nothing to draw: no step has both a hit ratio and a known gap before it."],
    };
  },
});

function headlines(groups: readonly Misses[]): Headline[] {
  const user = groups.find(({ scope, trigger }) => scope === "merged" && trigger === "user") as Misses;
  return [
    ...(user.low.longShare === null ? [] : [{ label: "Long waits before low hits", value: percent(user.low.longShare, 1) }]),
    ...(user.others.longShare === null ? [] : [{ label: "Long waits before other steps", value: percent(user.others.longShare, 1) }]),
    ...(user.low.medianS === null ? [] : [{ label: "Median wait before low hits", value: durationCompact(user.low.medianS) }]),
  ];
}
