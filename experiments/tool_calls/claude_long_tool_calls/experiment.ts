import { defineExperiment, type Headline, number } from "../../../lib/experiment.ts";
import { hoursCompact, MS_PER_H } from "../../../lib/format/durations.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { at } from "../../../lib/stats/known.ts";
import { longestFigure } from "./charts.ts";
import { type Audit, auditOf, CALLS, TALLIES } from "./measure.ts";
import { callTable, findingTable, report } from "./tables.ts";

const MOST_DRAWN = 25;

export default defineExperiment(import.meta.url, {
  title: "Long tool calls of Claude",
  question:
    "Which tool calls of Claude take more than an hour, and how many of them are waits for a person, missing timing or repeated records?",
  empty: "No tool call of Claude in this pool took longer than the threshold.",
  flags: { thresholdMs: number({ min: 0, default: MS_PER_H, says: "Minimum latency of a long call in ms, itself not included" }) },
  async run({ db, options: { thresholdMs } }) {
    const calls = await db.rows(CALLS, { threshold_ms: thresholdMs });
    const tallies = at(await db.rows(TALLIES, { threshold_ms: thresholdMs }), 0);
    const audit = auditOf(calls);
    const results = {
      tables: [callTable(calls), findingTable(tallies, audit)],
      texts: [report(tallies, audit, calls, thresholdMs)],
      headlines: headlines(audit),
    };
    return calls.length > 0 ? { ...results, figures: [longestFigure(calls.slice(0, MOST_DRAWN), audit, thresholdMs)] } : results;
  },
});

function headlines(audit: Audit): Headline[] {
  return [
    { label: "calls over the threshold", value: grouped(audit.calls) },
    { label: "their time", value: hoursCompact(audit.totalMs / MS_PER_H) },
    { label: "of tools that ask a person", value: grouped(audit.human.calls) },
  ];
}
