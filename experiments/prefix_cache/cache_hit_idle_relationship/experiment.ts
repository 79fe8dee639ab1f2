import { choice, defineExperiment, type Headline, number } from "../../../lib/experiment.ts";
import { durationCompact } from "../../../lib/format/durations.ts";
import { percent } from "../../../lib/format/numbers.ts";
import { known } from "../../../lib/stats/known.ts";
import { TRIGGERS, type Trigger } from "../../../lib/trace/triggers.ts";
import { scatterFigure } from "./charts.ts";
import { lowIntervals, type Misses, readMisses, readPoints } from "./misses.ts";
import { summaryTable } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Cache hits after pauses",
  question: "Do steps with a low cache hit follow long pauses, as they would if caches were evicted by time?",
  empty: "No step in this pool has both a hit ratio and a known gap before it.",
  flags: {
    lowHitRatio: number({ min: 0, max: 1, default: 0.1, says: "Hit ratio below which a hit is low" }),
    idleSeconds: number({ min: 0, default: 300, says: "Seconds above which a gap is long" }),
    trigger: choice(TRIGGERS, { default: "all", says: "Steps to draw, by what begins them" }),
  },
  async run({ db, options }) {
    const groups = await readMisses(db, options);
    const drawn = (["user", "tool_result"] as const)
      .filter((trigger) => options.trigger === "all" || options.trigger === trigger)
      .map((trigger) => ({ trigger, misses: mergedOf(groups, trigger) }))
      .filter(({ misses }) => misses.all.steps > 0);
    const points = drawn.length === 0 ? [] : await readPoints(db, options, mergedOf(groups, "all").byProvider.length);
    const intervals = await lowIntervals(db, options);
    const figures = drawn.map(({ trigger, misses }) => scatterFigure(trigger, points, misses, options, intervals));
    const results = { tables: [summaryTable(groups, options)], headlines: headlines(mergedOf(groups, "user")) };
    return figures.length > 0 ? { ...results, figures } : results;
  },
});

function mergedOf(groups: readonly Misses[], wanted: Trigger): Misses {
  return known(groups.find(({ scope, trigger }) => scope === "merged" && trigger === wanted));
}

/** Of waits for the user. */
function headlines({ low, others }: Misses): Headline[] {
  return [
    ...(low.longShare === null ? [] : [{ label: "Long waits before low hits", value: percent(low.longShare, 1) }]),
    ...(others.longShare === null ? [] : [{ label: "Long waits before other steps", value: percent(others.longShare, 1) }]),
    ...(low.medianS === null ? [] : [{ label: "Median wait before low hits", value: durationCompact(low.medianS) }]),
  ];
}
