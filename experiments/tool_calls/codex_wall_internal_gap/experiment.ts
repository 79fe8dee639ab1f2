import { defineExperiment, type Headline, integer } from "../../../lib/experiment.ts";
import { durationCompact, hoursCompact } from "../../../lib/format/durations.ts";
import { percent } from "../../../lib/format/numbers.ts";
import { at } from "../../../lib/stats/known.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { sumsOf } from "../../../lib/stats/sum.ts";
import { bucketFigure, gapFigure } from "./charts.ts";
import { byCategory, EXAMPLES, readBuckets, readCoverage, readGaps, readHuman, type Summary } from "./measure.ts";
import {
  analysis,
  bucketTable,
  categoryTable,
  coverageTable,
  exampleTable,
  gapTable,
  hours,
  humanTable,
  seconds,
  summaryTable,
  summaryText,
} from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Codex: wall time and time reported by the runner",
  question: "How much of the wall time of Codex tool calls is outside the time that the runner reports, and in which tools?",
  empty: "No Codex tool call in this pool has both a wall time and a time reported by the runner.",
  flags: { topGapExamples: integer({ min: 0, default: 50, says: "Number of calls with the largest gaps to list" }) },
  async run({ db, options }) {
    const coverage = await readCoverage(db);
    const { gaps, summary } = await readGaps(db);
    const human = await readHuman(db);
    const buckets = await readBuckets(db);
    const categories = byCategory(coverage, gaps);
    const results = {
      tables: [
        coverageTable(coverage),
        gapTable(gaps),
        humanTable(human),
        categoryTable(categories),
        bucketTable(buckets),
        exampleTable(await db.rows(EXAMPLES, { limit: options.topGapExamples })),
        summaryTable(summary),
      ],
      texts: [summaryText(summary), analysis(coverage, gaps, categories, buckets, human)],
      headlines: headlines(summary),
    };
    if (gaps.length === 0) return results;
    const byLength = bucketFigure(buckets);
    const { calls } = sumsOf(coverage, ["calls"]);
    return { ...results, figures: [gapFigure(gaps, calls), ...(byLength ? [byLength] : [])] };
  },
});

/** @param summary all calls first */
function headlines(summary: readonly Summary[]): Headline[] {
  const all = at(summary, 0);
  const exec = summary.find(({ tool }) => tool === "exec_command");
  const share = percent(ratio(all.gap_h, all.wall_h));
  return [
    {
      label: "Time outside the runner's",
      value: `${hoursCompact(all.gap_h)} (${share})`,
      published: { label: "Residual (E2E − internal)", value: `${hours(all.gap_h)} (${share})` },
    },
    {
      label: "Of that, exec_command",
      value: hoursCompact(exec?.gap_h ?? 0),
      published: { label: "Top tool residual", value: hours(exec?.gap_h ?? 0) },
    },
    {
      label: "Median per call",
      value: durationCompact(all.p50 ?? 0),
      published: { label: "Median residual", value: seconds(all.p50 ?? 0, 2) },
    },
  ];
}
