import { defineExperiment, type Headline, integer } from "../../../lib/experiment.ts";
import { hoursCompact } from "../../../lib/format/durations.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { checkHeadlines, checksDocument, checksTable } from "../../../lib/trace/checks.ts";
import { duplicatesFigure } from "./charts.ts";
import { type Audit, auditOf, BREAKDOWNS, duplicateChecks, EXACT, GROUPS, hoursOf } from "./duplicates.ts";
import { breakdownTable, groupsTable, reportText } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Tool calls counted twice",
  question: "Which tool calls does the pool hold more than once, and how much tool time is counted too often?",
  empty: "No tool call in this pool is recorded more than once.",
  flags: { topGroups: integer({ min: 0, default: 200, says: "Maximum number of calls in duplicate_tool_groups.csv" }) },
  async run({ db, options }) {
    const groups = await db.rows(GROUPS, { top_groups: options.topGroups });
    const audit = auditOf(await db.rows(BREAKDOWNS), await db.rows(EXACT), groups);
    const checks = duplicateChecks(audit);
    const results = {
      tables: [checksTable(checks), groupsTable(groups), breakdownTable(audit)],
      documents: [checksDocument(checks)],
      texts: [reportText(audit, checks)],
      headlines: [...checkHeadlines(checks), ...headlines(audit)],
    };
    return audit.all.extra_rows > 0 ? { ...results, figures: [duplicatesFigure(audit)], notes: notes(audit, options.topGroups) } : results;
  },
});

function headlines({ all }: Audit): Headline[] {
  return [
    { label: "Extra rows of tool calls", value: grouped(all.extra_rows) },
    { label: "Tool time counted twice", value: hoursCompact(hoursOf(all.overcount_ms)) },
  ];
}

function notes({ all }: Audit, topGroups: number): string[] {
  const cut =
    all.duplicate_groups > topGroups
      ? [`The table lists the first ${grouped(topGroups)} of ${grouped(all.duplicate_groups)} repeated calls.`]
      : [];
  return [
    ...cut,
    "Copies in the files of sub-agents are found only if the table of transcripts or the path of a session says who started them. A sanitized trace alone says neither.",
  ];
}
