/** The account of the time as tables for machines and as one report for readers. */

import type { Table, TextDocument } from "../../../lib/experiment.ts";
import { durationCompact } from "../../../lib/format/durations.ts";
import { markdownTable } from "../../../lib/format/markdown.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { auditReport, type Check } from "../../../lib/trace/checks.ts";
import type { AuditedRequest, Gap, Pattern, Total } from "./audit.ts";

const US_PER_S = 1e6;
const US_PER_H = 3600 * US_PER_S;
const TOP_PATTERNS = 20;
const GAPS_SHOWN = 3;

/** One of the requests with the largest residual, what ended it, and its longest gaps, longest first. */
export interface ShownRequest extends AuditedRequest {
  readonly end_type: string;
  readonly end_line: number;
  readonly gaps: readonly Gap[];
}

export interface Audit {
  readonly totals: readonly Total[];
  readonly patterns: readonly Pattern[];
  readonly shown: readonly ShownRequest[];
}

export function auditTables({ totals, patterns, shown }: Audit): Table[] {
  const seconds = (us: number) => us / US_PER_S;
  return [
    {
      name: "request_time_account",
      title: "Where the response time is accounted for",
      caption: "One row for all requests and one per provider; hours, added up over requests that took some time.",
      columns: [
        "provider",
        "turns",
        "e2e_h",
        "generation_h",
        "tool_wall_sum_h",
        "tool_effective_h",
        "covered_union_h",
        "uncovered_h",
        "overlap_h",
        "residual_wall_h",
        "residual_effective_h",
        "usage_report_lag_h",
        "turns_with_usage_report_lag",
        "dropped_no_end",
        "dropped_nonpositive",
      ],
      rows: totals.map((total) => ({
        provider: total.provider,
        turns: total.requests,
        e2e_h: total.response_us / US_PER_H,
        generation_h: total.generation_us / US_PER_H,
        tool_wall_sum_h: total.tool_wall_us / US_PER_H,
        tool_effective_h: total.effective_us / US_PER_H,
        covered_union_h: total.covered_us / US_PER_H,
        uncovered_h: total.uncovered_us / US_PER_H,
        overlap_h: total.overlap_us / US_PER_H,
        residual_wall_h: total.residual_wall_us / US_PER_H,
        residual_effective_h: total.residual_effective_us / US_PER_H,
        usage_report_lag_h: total.usage_lag_us / US_PER_H,
        turns_with_usage_report_lag: total.withUsageLag,
        dropped_no_end: total.dropped_no_end,
        dropped_nonpositive: total.dropped_nonpositive,
      })),
    },
    {
      name: "gap_patterns",
      title: "Between which events nothing is known",
      caption: "One row per provider and kind of the events on either side, by summed time: the five longest gaps of each request.",
      columns: ["provider", "kind_before", "kind_after", "gaps", "seconds"],
      rows: patterns.map(({ provider, before, after, gaps, gap_us }) => ({
        provider,
        kind_before: before,
        kind_after: after,
        gaps,
        seconds: seconds(gap_us),
      })),
    },
    {
      name: "largest_residuals",
      title: "Requests with the most time left over",
      caption: "One row per request, by response time - generation - waits for tools. `line` counts steps of the trace from 1.",
      columns: [
        "provider",
        "session_id",
        "line",
        "end_line",
        "end_type",
        "rows",
        "tool_calls",
        "e2e_s",
        "generation_s",
        "tool_wall_s",
        "tool_effective_s",
        "covered_s",
        "uncovered_s",
        "overlap_s",
        "residual_wall_s",
        "residual_effective_s",
      ],
      rows: shown.map((request) => ({
        provider: request.provider,
        session_id: request.session_id,
        line: request.line,
        end_line: request.end_line,
        end_type: request.end_type,
        rows: request.steps,
        tool_calls: request.tool_calls,
        e2e_s: seconds(request.response_us),
        generation_s: seconds(request.generation_us),
        tool_wall_s: seconds(request.tool_wall_us),
        tool_effective_s: seconds(request.effective_us),
        covered_s: seconds(request.covered_us),
        uncovered_s: seconds(request.uncovered_us),
        overlap_s: seconds(request.overlap_us),
        residual_wall_s: seconds(request.residual_wall_us),
        residual_effective_s: seconds(request.residual_effective_us),
      })),
    },
    {
      name: "largest_gaps",
      title: "The gaps of these requests",
      caption: "Up to five per request, longest first, with the events on either side and when the gap begins.",
      columns: ["line", "rank", "from_s", "gap_s", "before", "after"],
      rows: shown.flatMap(({ line, gaps }) =>
        gaps.map(({ from_us, gap_us, before, after }, i) => ({
          line,
          rank: i + 1,
          from_s: seconds(from_us),
          gap_s: seconds(gap_us),
          before,
          after,
        })),
      ),
    },
  ];
}

export function auditText({ totals, patterns, shown }: Audit, checks: readonly Check[]): TextDocument {
  const hours = (us: number) => grouped(us / US_PER_H, 1);
  const s = (us: number) => grouped(us / US_PER_S, 1);
  const table = (header: string[], rows: string[][], lefts: number) =>
    rows.length === 0 ? "There are none." : markdownTable({ header, align: header.map((_, i) => (i < lefts ? "left" : "right")), rows });
  return auditReport(
    [
      "# What is not known of the response time",
      "Generation spans and waits for tools are cut to the request and laid over one another. What they leave bare is uncovered; what they hold beyond the time that they cover was counted more than once. What subtraction leaves (the wall residual) is the one minus the other.",
      "## Hours by provider",
      table(
        ["provider", "turns", "e2e", "generation", "tool wall", "covered", "uncovered", "overlap", "residual wall", "residual effective"],
        totals.map((total) => [
          total.provider,
          grouped(total.requests),
          ...[total.response_us, total.generation_us, total.tool_wall_us, total.covered_us, total.uncovered_us].map(hours),
          ...[total.overlap_us, total.residual_wall_us, total.residual_effective_us].map(hours),
        ]),
        1,
      ),
      "The effective residual subtracts what tools reported where they did, also of tools that ran on beyond the request.",
      "## Usage reports after the last output of their step, and requests left out",
      table(
        ["provider", "lag in hours", "turns with a lag", "left out: no end", "left out: took no time"],
        totals.map((total) => [
          total.provider,
          hours(total.usage_lag_us),
          ...[total.withUsageLag, total.dropped_no_end, total.dropped_nonpositive].map((count) => grouped(count)),
        ]),
        1,
      ),
      `## Events around the gaps (the first ${TOP_PATTERNS} by summed time)`,
      table(
        ["provider", "before", "after", "gaps", "seconds"],
        patterns
          .slice(0, TOP_PATTERNS)
          .map(({ provider, before, after, gaps, gap_us }) => [provider, before, after, grouped(gaps), s(gap_us)]),
        3,
      ),
      `## Requests with the most time left over (the first ${shown.length})`,
      table(
        [
          "provider",
          "session",
          "lines",
          "ends with",
          "longest gaps",
          "rows",
          "calls",
          "e2e s",
          "generation s",
          "tool wall s",
          "residual wall s",
          "residual effective s",
        ],
        shown.map((request) => [
          request.provider,
          request.session_id,
          `${request.line}-${request.end_line}`,
          request.end_type,
          request.gaps.slice(0, GAPS_SHOWN).map(gapText).join("; "),
          grouped(request.steps),
          grouped(request.tool_calls),
          ...[request.response_us, request.generation_us, request.tool_wall_us].map(s),
          ...[request.residual_wall_us, request.residual_effective_us].map(s),
        ]),
        5,
      ),
    ],
    checks,
  );
}

function gapText({ gap_us, before, after }: Gap): string {
  return `${durationCompact(gap_us / US_PER_S)} from ${before} to ${after}`;
}
