import { providerLabel } from "../../../lib/chart/palette.ts";
import { defineExperiment, type Headline, integer } from "../../../lib/experiment.ts";
import { percent } from "../../../lib/format/numbers.ts";
import { checkHeadlines, checksDocument, checksTable } from "../../../lib/trace/checks.ts";
import { AUDITED, checksOf, GAPS, measure, readPatterns, type Total, totalsOf } from "./audit.ts";
import { coverageFigure, patternsFigure } from "./charts.ts";
import { auditTables, auditText, ENDS, type ShownRequest } from "./tables.ts";

/** Of a request, which is all that the query has of it. */
const MOST_GAPS = 5;

export default defineExperiment(import.meta.url, {
  title: "Response time that nothing accounts for",
  question: "How much of the time that people wait for an answer is neither generation nor a running tool, and between which events?",
  empty: "No request in this pool has a response time above 0.",
  flags: { topTurns: integer({ min: 0, default: 25, says: "Number of requests to list, largest residual first" }) },
  async run({ db, options }) {
    const measured = await measure(db);
    const top = (await db.rows(AUDITED, { top: options.topTurns })).toSorted((a, b) => b.residual_wall_us - a.residual_wall_us);
    const requests = top.map(({ opening_round_pk }) => opening_round_pk).join(",");
    const ends = await db.rows(ENDS, { requests });
    const gaps = await db.sample(GAPS, { by: ["opening_round_pk"], key: "from_us", most: MOST_GAPS }, { requests });
    const longestFirst = gaps.toSorted((a, b) => b.gap_us - a.gap_us || a.from_us - b.from_us);
    const shown = top.flatMap((request): ShownRequest[] => {
      const own = ({ opening_round_pk }: { readonly opening_round_pk: number }) => opening_round_pk === request.opening_round_pk;
      return ends.filter(own).map(({ end_type, end_line }) => ({ ...request, end_type, end_line, gaps: longestFirst.filter(own) }));
    });
    const totals = totalsOf(measured);
    const patterns = await readPatterns(db);
    const checks = checksOf(measured);
    const audit = { totals, patterns, shown };
    const results = {
      tables: [checksTable(checks), ...auditTables(audit)],
      documents: [checksDocument(checks)],
      texts: [auditText(audit, checks)],
      headlines: [...headlines(totals), ...checkHeadlines(checks)],
    };
    const [, ...providers] = totals;
    const answered = providers.filter(({ requests }) => requests > 0);
    if (answered.length === 0) return results;
    const [first] = patterns;
    return {
      ...results,
      figures: [coverageFigure(answered), ...(first ? [patternsFigure(first, patterns)] : [])],
      notes: first ? [] : ["No figure of gaps was drawn: generation and tools cover every request from end to end."],
    };
  },
});

function headlines([, ...providers]: readonly Total[]): Headline[] {
  return providers
    .filter(({ requests }) => requests > 0)
    .map(({ provider, response_us, uncovered_us }) => ({
      label: `Response time unknown, ${providerLabel(provider, 24)}`,
      value: percent(uncovered_us / response_us, 1),
    }));
}
