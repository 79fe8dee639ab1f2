/** The decomposition as tables for machines and as one text for readers. */
import type { Table, TextDocument } from "../../../lib/experiment.ts";
import { groupedTables } from "../../../lib/format/markdown.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { quantileWeighted, sorted } from "../../../lib/stats/quantile.ts";
import { type Decomposition, RESIDUAL_KINDS, type ResidualKind } from "./decompose.ts";

const SECONDS_PER_HOUR = 3600;

/** What is left of the requests of one provider, seconds; null over no requests. */
export interface ResidualSummary {
  readonly provider: string;
  readonly kind: ResidualKind;
  readonly n: number;
  readonly p25: number | null;
  readonly p50: number | null;
  readonly p90: number | null;
  readonly avg: number | null;
  readonly negative: number;
}

/** Two rows for each provider, effective then wall. */
export function summarizeResiduals(decompositions: readonly Decomposition[]): ResidualSummary[] {
  return decompositions.flatMap(({ provider, kept, residual_s, residuals_s }) =>
    RESIDUAL_KINDS.map((kind) => {
      const ascending = sorted(residuals_s[kind]);
      return {
        provider,
        kind,
        n: kept,
        p25: quantileWeighted(ascending, 0.25),
        p50: quantileWeighted(ascending, 0.5),
        p90: quantileWeighted(ascending, 0.9),
        avg: kept === 0 ? null : residual_s[kind] / kept,
        negative: ascending.filter((value) => value < 0).length,
      };
    }),
  );
}

export function totalsTable(decompositions: readonly Decomposition[]): Table {
  return {
    name: "user_turn_decomposition",
    title: "Response time and its parts",
    caption: "One row for all requests and one per provider: numbers of requests, and sums in seconds over those that were kept.",
    columns: [
      "provider",
      "response_trigger_rows",
      "turns",
      "e2e_s",
      "generation_s",
      "tool_effective_s",
      "tool_wall_s",
      "residual_effective_s",
      "residual_wall_s",
      "usage_gap_s",
      "turns_with_usage_gap",
      "dropped_no_end",
      "dropped_nonpositive",
    ],
    rows: decompositions.map((each) => ({
      provider: each.provider,
      response_trigger_rows: each.opened,
      turns: each.kept,
      e2e_s: each.response_s,
      generation_s: each.generation_s,
      tool_effective_s: each.tool_s.effective,
      tool_wall_s: each.tool_s.wall,
      residual_effective_s: each.residual_s.effective,
      residual_wall_s: each.residual_s.wall,
      usage_gap_s: each.usageGap_s,
      turns_with_usage_gap: each.withUsageGap,
      dropped_no_end: each.droppedWithoutEnd,
      dropped_nonpositive: each.droppedNonpositive,
    })),
  };
}

export function residualsTable(summaries: readonly ResidualSummary[]): Table {
  return {
    name: "user_turn_residuals",
    title: "What is left of each request",
    caption:
      "One row per provider and kind of tool latency: the response time that neither generation nor tools account for, in seconds per request.",
    columns: ["provider", "kind", "n", "p25_s", "p50_s", "p90_s", "avg_s", "negative_turns"],
    rows: summaries.map(({ provider, kind, n, p25, p50, p90, avg, negative }) => ({
      provider,
      kind,
      n,
      p25_s: p25,
      p50_s: p50,
      p90_s: p90,
      avg_s: avg,
      negative_turns: negative,
    })),
  };
}

/** Three tables, rounded for reading. */
export function analysisText(decompositions: readonly Decomposition[], summaries: readonly ResidualSummary[]): TextDocument {
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
          ...[each.provider, grouped(each.opened), grouped(each.kept)],
          ...[each.response_s, each.generation_s, each.tool_s.effective, each.tool_s.wall].map(hoursText),
          ...[each.residual_s.effective, each.residual_s.wall, each.usageGap_s].map(hoursText),
          grouped(each.withUsageGap),
        ]),
      },
    },
    {
      title: "What is left of each turn",
      table: {
        header: ["provider", "residual kind", "p25", "p50", "p90", "avg", "negative turns"],
        align: ["left", "left", "right", "right", "right", "right", "right"],
        rows: summaries.map(({ provider, kind, p25, p50, p90, avg, negative }) => [
          ...[provider, kind],
          ...[p25, p50, p90, avg].map(secondsText),
          grouped(negative),
        ]),
      },
    },
    {
      title: "Turns left out",
      table: {
        header: ["provider", "no response end", "nonpositive duration"],
        rows: decompositions.map(({ provider, droppedWithoutEnd, droppedNonpositive }) => [
          provider,
          grouped(droppedWithoutEnd),
          grouped(droppedNonpositive),
        ]),
      },
    },
  ]);
  return { name: "result_analysis.md", text: `${INTRODUCTION}\n\n${tables}` };
}

const INTRODUCTION = [
  "# Response time of user turns, taken apart",
  "A turn runs from the user message that a step answers to the last output (reasoning, text or tool call) before the next such message of the session. Usage reports are counted apart and are not part of it.",
  "The residual is what subtraction leaves, response time - generation - tool latency, and names no cause: below zero, tools ran side by side or beyond the last output; above, time passed that nothing in the trace accounts for.",
].join("\n\n");

function hoursText(seconds: number): string {
  return `${grouped(seconds / SECONDS_PER_HOUR, 1)}h`;
}

function secondsText(seconds: number | null): string {
  return seconds === null ? "" : `${grouped(seconds, 1)}s`;
}
