import { defineExperiment, type Headline, integer, type Row } from "../../../lib/experiment.ts";
import { hoursCompact } from "../../../lib/format/durations.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { checkHeadlines, checksDocument, checksTable } from "../../../lib/trace/checks.ts";
import { duplicatesFigure } from "./charts.ts";
import { type Audit, auditOf, type Breakdown, duplicateChecks, type ExactDuplicates, hoursOf } from "./duplicates.ts";
import { breakdownTable, groupsTable, reportText } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Tool calls counted twice",
  question: "Which tool calls does the pool hold more than once, and how much tool time is counted too often?",
  flags: {
    topGroups: integer({ min: 0, default: 200, says: "Most calls in the table of repeated calls" }),
  },
  async run({ db, options }) {
    const [exact] = await db.rows<ExactDuplicates>("exact.sql");
    const groups = await db.rows<Row>("groups.sql", { top_groups: options.topGroups });
    const audit = auditOf(await db.rows<Breakdown>("query.sql"), exact as ExactDuplicates, groups);
    const checks = duplicateChecks(audit);
    return {
      tables: [checksTable(checks), groupsTable(groups), breakdownTable(audit)],
      documents: [checksDocument(checks)],
      texts: [reportText(audit, checks)],
      figures: audit.all.extra_rows > 0 ? [duplicatesFigure(audit)] : [],
      headlines: [...checkHeadlines(checks), ...headlines(audit)],
      notes: notes(audit, options.topGroups),
    };
  },
});

function headlines({ all }: Audit): Headline[] {
  return [
    { label: "extra rows of tool calls", value: grouped(all.extra_rows) },
    { label: "tool time counted twice", value: hoursCompact(hoursOf(all.overcount_ms)) },
  ];
}

function notes({ all }: Audit, topGroups: number): string[] {
  if (all.raw_rows === 0) return ["There is nothing to show: this pool has no tool calls."];
  if (all.extra_rows === 0) return [`There is nothing to draw: each of the ${grouped(all.raw_rows)} rows is a call of its own.`];
  const cut =
    all.duplicate_groups > topGroups ? [`The table holds the first ${grouped(topGroups)} of ${grouped(all.duplicate_groups)} calls.`] : [];
  return [
    ...cut,
    "Copies in the files of sub-agents are found where the table of transcripts or the path of a session tells who started them; a sanitized trace alone tells neither.",
  ];
}
