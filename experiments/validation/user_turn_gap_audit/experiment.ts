import { defineExperiment, type Headline, integer } from "../../../lib/experiment.ts";
import { percent } from "../../../lib/format/numbers.ts";
import { checkHeadlines, checksDocument, checksTable } from "../../../lib/trace/checks.ts";
import { auditRequests, checksOf, type Gap, largestResiduals, patternsOf, type RequestTime, type Total, totalsOf } from "./audit.ts";
import { coverageFigure, patternsFigure } from "./charts.ts";
import { auditTables, auditText } from "./tables.ts";

interface RequestEnd {
  readonly opening_round_pk: number;
  readonly end_type: string;
  readonly end_line: number;
}

export default defineExperiment(import.meta.url, {
  title: "What is not known of the response time",
  question: "How much of the time that people wait for an answer is neither generation nor a running tool, and where does it lie?",
  flags: {
    topTurns: integer({ min: 0, default: 25, says: "Requests with the most time left over to list" }),
  },
  async run({ db, options }) {
    const requests = await db.rows<RequestTime>("query.sql");
    const gaps = await db.rows<Gap>("gaps.sql");
    const audited = auditRequests(requests);
    const top = largestResiduals(audited, options.topTurns);
    const ends = await db.rows<RequestEnd>("ends.sql", { requests: top.map(({ opening_round_pk }) => opening_round_pk).join(",") });
    const endOf = new Map(ends.map((end) => [end.opening_round_pk, end]));
    const shown = top.map((request) => ({
      ...request,
      ...(endOf.get(request.opening_round_pk) as RequestEnd),
      gaps: gaps.filter(({ opening_round_pk }) => opening_round_pk === request.opening_round_pk),
    }));
    const totals = totalsOf(requests, audited);
    const patterns = patternsOf(gaps, audited);
    const checks = checksOf(requests, audited);
    const audit = { totals, patterns, shown };
    const figures = audited.length > 0 ? [coverageFigure(totals), ...(patterns.length > 0 ? [patternsFigure(patterns)] : [])] : [];
    return {
      tables: [checksTable(checks), ...auditTables(audit)],
      documents: [checksDocument(checks)],
      texts: [auditText(audit, checks)],
      figures,
      headlines: [...headlines(totals[0] as Total), ...checkHeadlines(checks)],
      notes: notes(audited.length, patterns.length),
    };
  },
});

function headlines({ requests, response_us, uncovered_us, overlap_us }: Total): Headline[] {
  if (requests === 0) return [];
  return [
    { label: "of the response time uncovered", value: percent(uncovered_us / response_us, 1) },
    { label: "counted more than once", value: percent(overlap_us / response_us, 1) },
  ];
}

function notes(requests: number, patterns: number): string[] {
  if (requests === 0) return ["There is nothing to show: no message of this pool got an output that came after it."];
  return patterns === 0 ? ["There is no figure of gaps: generation and tools cover every request from end to end."] : [];
}
