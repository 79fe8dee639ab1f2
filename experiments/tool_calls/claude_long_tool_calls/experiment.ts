import { defineExperiment, type Headline, number } from "../../../lib/experiment.ts";
import { hoursCompact, MS_PER_H } from "../../../lib/format/durations.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { at } from "../../../lib/stats/known.ts";
import { longestFigure } from "./charts.ts";
import { AUDIT, type Audit, CALLS, COUNTS, HUMAN_TOOLS, REPEATED, TALLIES } from "./measure.ts";
import { callTable, findingTable, MOST_LISTED, report } from "./tables.ts";

const MOST_DRAWN = 25;

export default defineExperiment(import.meta.url, {
  title: "Long tool calls of Claude",
  question:
    "Which tool calls of Claude take more than an hour, and how many of them are waits for a person, missing timing or repeated records?",
  empty: "No tool call of Claude in this pool took longer than the threshold.",
  flags: { thresholdMs: number({ min: 0, default: MS_PER_H, says: "Minimum latency of a long call in ms, itself not included" }) },
  async run({ db, options: { thresholdMs } }) {
    const threshold = { threshold_ms: thresholdMs };
    const longest = await db.rows(CALLS, { ...threshold, most: MOST_DRAWN });
    const tallies = at(await db.rows(TALLIES, threshold), 0);
    const audit = at(await db.rows(AUDIT, { ...threshold, human: JSON.stringify(HUMAN_TOOLS) }), 0);
    const counts = await db.rows(COUNTS, threshold);
    const repeated = await db.rows(REPEATED, { ...threshold, most: MOST_LISTED });
    const results = {
      tables: [callTable(thresholdMs), findingTable(tallies, audit)],
      texts: [report(tallies, audit, { counts, repeated, longest }, thresholdMs)],
      headlines: headlines(audit),
    };
    return longest.length > 0 ? { ...results, figures: [longestFigure(longest, audit, thresholdMs)] } : results;
  },
});

function headlines(audit: Audit): Headline[] {
  return [
    { label: "Calls over the threshold", value: grouped(audit.calls) },
    { label: "Time in calls over the threshold", value: hoursCompact(audit.total_ms / MS_PER_H) },
    { label: "Calls that wait for a person", value: grouped(audit.human_calls) },
  ];
}
