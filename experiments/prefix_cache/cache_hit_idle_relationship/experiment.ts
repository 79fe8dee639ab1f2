import { choice, defineExperiment, type Headline, number } from "../../../lib/experiment.ts";
import { durationCompact } from "../../../lib/format/durations.ts";
import { percent } from "../../../lib/format/numbers.ts";
import { TRIGGERS, type Trigger } from "../../../lib/trace/triggers.ts";
import { scatterFigure } from "./charts.ts";
import { type Misses, missesByGroup } from "./misses.ts";
import { readSteps } from "./steps.ts";
import { summaryTable } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Cache hits after pauses",
  question: "Do steps with a poor cache hit follow long pauses, as they would if caches were evicted by time?",
  flags: {
    lowHitRatio: number({ min: 0, max: 1, default: 0.1, says: "A hit is low when its ratio is below this" }),
    idleSeconds: number({ min: 0, default: 300, says: "A gap is long when it exceeds this many seconds" }),
    trigger: choice(TRIGGERS, { default: "all", says: "Which steps to draw" }),
  },
  async run({ db, options }) {
    const steps = await readSteps(db);
    const groups = missesByGroup(steps, options);
    const wanted = (["user", "tool_result"] as const).filter((trigger) => options.trigger === "all" || options.trigger === trigger);
    const drawn = wanted.filter((trigger) => groupOf(groups, trigger).all.steps > 0);
    return {
      tables: [summaryTable(groups, options)],
      figures: drawn.map((trigger) => scatterFigure(trigger, steps, groupOf(groups, trigger), options)),
      headlines: headlines(groupOf(groups, "user")),
      notes:
        drawn.length > 0 ? [] : ["There is nothing to draw: no step of the kind asked for has both a hit ratio and a known gap before it."],
    };
  },
});

function groupOf(groups: readonly Misses[], wanted: Trigger): Misses {
  return groups.find(({ scope, trigger }) => scope === "merged" && trigger === wanted) as Misses;
}

/** Of waits for the user. */
function headlines({ low, others }: Misses): Headline[] {
  return [
    ...(low.longShare === null ? [] : [{ label: "Long waits before low hits", value: percent(low.longShare, 1) }]),
    ...(others.longShare === null ? [] : [{ label: "Long waits before other steps", value: percent(others.longShare, 1) }]),
    ...(low.medianS === null ? [] : [{ label: "Median wait before low hits", value: durationCompact(low.medianS) }]),
  ];
}
