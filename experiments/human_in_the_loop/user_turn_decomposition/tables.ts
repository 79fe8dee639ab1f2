/** The decomposition as tables for machines and as one text for readers. */
import { type Column, type Table, type TextDocument, table } from "../../../lib/experiment.ts";
import { groupedTables } from "../../../lib/format/markdown.ts";
import { separated } from "../../../lib/format/numbers.ts";
import { quantileWeighted } from "../../../lib/stats/quantile.ts";
import { summaryColumns } from "../../../lib/stats/summary.ts";
import { type Decompositions, RESIDUAL_KINDS } from "./decompose.ts";

const SECONDS_PER_HOUR = 3600;

/** What is left of the requests of one provider, seconds; null over no requests. */
type ResidualSummary = ReturnType<typeof summarizeResiduals>[number];

/** Two rows for each provider, effective then wall. */
export function summarizeResiduals(decompositions: Decompositions) {
  return decompositions.flatMap(({ provider, kept, residual_s, residuals_s, negative }) =>
    RESIDUAL_KINDS.map((kind) => {
      const ascending = residuals_s[kind];
      return {
        provider,
        kind,
        n: kept,
        p25: quantileWeighted(ascending, 0.25),
        p50: quantileWeighted(ascending, 0.5),
        p90: quantileWeighted(ascending, 0.9),
        mean: kept === 0 ? null : residual_s[kind] / kept,
        negative: negative[kind],
      };
    }),
  );
}

const PROVIDER: Column<{ readonly provider: string }> = {
  of: ({ provider }) => provider,
  says: "`all`, or the provider of the step that opened the request (`<unknown-provider>` where it has none)",
};

export function totalsTable(decompositions: Decompositions): Table {
  return table(
    "user_turn_decomposition",
    decompositions,
    {
      provider: PROVIDER,
      response_trigger_rows: { of: ({ opened }) => opened, says: "Steps that opened a request", unit: "steps" },
      turns: { of: ({ kept }) => kept, says: "Requests that took some time: all sums are over these", unit: "requests" },
      e2e_s: { of: ({ response_s }) => response_s, says: "Sum of the response times", unit: "s" },
      generation_s: { says: "Sum of the generation times", unit: "s" },
      tool_effective_s: { of: ({ tool_s }) => tool_s.effective, says: "Sum of the effective tool latencies", unit: "s" },
      tool_wall_s: { of: ({ tool_s }) => tool_s.wall, says: "Sum of the wall tool latencies", unit: "s" },
      residual_effective_s: {
        of: ({ residual_s }) => residual_s.effective,
        says: "Response time minus generation minus effective tool latencies",
        unit: "s",
      },
      residual_wall_s: {
        of: ({ residual_s }) => residual_s.wall,
        says: "Response time minus generation minus wall tool latencies",
        unit: "s",
      },
      usage_gap_s: {
        of: ({ usageGap_s }) => usageGap_s,
        says: "Sum of the times from the last output to a later usage report; not part of the response time",
        unit: "s",
      },
      turns_with_usage_gap: { of: ({ withUsageGap }) => withUsageGap, says: "Requests with such a usage report", unit: "requests" },
      dropped_no_end: {
        of: ({ droppedWithoutEnd }) => droppedWithoutEnd,
        says: "Requests left out because they have no output; always 0, since only a step with output opens one",
        unit: "requests",
      },
      dropped_nonpositive: {
        of: ({ droppedNonpositive }) => droppedNonpositive,
        says: "Requests left out because they took no time",
        unit: "requests",
      },
    },
    {
      title: "Response time and its parts",
      caption: "One row for all requests and one per provider: numbers of requests, and sums over those that were kept.",
    },
  );
}

export function residualsTable(summaries: readonly ResidualSummary[]): Table {
  return table(
    "user_turn_residuals",
    summaries,
    {
      provider: PROVIDER,
      kind: { says: "Tool latencies that were subtracted: `effective` or `wall`" },
      n: { says: "Requests that took some time", unit: "requests" },
      ...summaryColumns(
        { p25_s: "p25", p50_s: "p50", p90_s: "p90", avg_s: "mean" },
        (summary: ResidualSummary) => summary,
        "of what is left of a request; empty if n is 0",
        "s",
      ),
      negative_turns: { of: ({ negative }) => negative, says: "Requests with less than nothing left", unit: "requests" },
    },
    {
      title: "Residual of each request",
      caption: "One row per provider and kind of tool latency: the response time that neither generation nor tools account for.",
    },
  );
}

/** Three tables, rounded for reading. */
export function analysisText(decompositions: Decompositions, summaries: readonly ResidualSummary[]): TextDocument {
  const tables = groupedTables([
    {
      title: "Totals by provider",
      table: {
        header: [
          "provider",
          "response-triggering user rows",
          "sampled turns",
          "e2e",
          "generation",
          "tool effective",
          "tool wall",
          "residual effective",
          "residual wall",
          "usage-report-after-output",
          "turns with usage gap",
        ],
        rows: decompositions.map((each) => [
          ...[each.provider, separated(each.opened), separated(each.kept)],
          ...[each.response_s, each.generation_s, each.tool_s.effective, each.tool_s.wall].map(hoursText),
          ...[each.residual_s.effective, each.residual_s.wall, each.usageGap_s].map(hoursText),
          separated(each.withUsageGap),
        ]),
      },
    },
    {
      title: "What is left of each turn",
      table: {
        header: ["provider", "residual kind", "p25", "p50", "p90", "avg", "negative turns"],
        align: ["left", "left", "right", "right", "right", "right", "right"],
        rows: summaries.map(({ provider, kind, p25, p50, p90, mean, negative }) => [
          ...[provider, kind],
          ...[p25, p50, p90, mean].map(secondsText),
          separated(negative),
        ]),
      },
    },
    {
      title: "Turns left out",
      table: {
        header: ["provider", "no response end", "nonpositive duration"],
        rows: decompositions.map(({ provider, droppedWithoutEnd, droppedNonpositive }) => [
          provider,
          separated(droppedWithoutEnd),
          separated(droppedNonpositive),
        ]),
      },
    },
  ]);
  return {
    name: "result_analysis.md",
    says: "both tables in hours and seconds, rounded for reading, and the requests that were left out",
    text: `${INTRODUCTION}\n\n${tables}`,
  };
}

const INTRODUCTION = [
  "# Response time of user turns, taken apart",
  "A turn runs from the user message that a step answers to the last output (reasoning, text or tool call) before the next such message of the session. Usage reports are counted apart and are not part of it.",
  "The residual is what subtraction leaves, response time - generation - tool latency, and names no cause: below zero, tools ran side by side or beyond the last output; above, time passed that nothing in the trace accounts for.",
].join("\n\n");

function hoursText(seconds: number): string {
  return `${separated(seconds / SECONDS_PER_HOUR, 1)}h`;
}

function secondsText(seconds: number | null): string {
  return seconds === null ? "" : `${separated(seconds, 1)}s`;
}
