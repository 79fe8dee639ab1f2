/** The time account as tables and as a report. */
import { type Column, query, type Table, type TextDocument, table } from "../../../lib/experiment.ts";
import { markdownTable } from "../../../lib/format/markdown.ts";
import { separated } from "../../../lib/format/numbers.ts";
import { durationShort } from "../../../lib/format/published.ts";
import { auditReport, type Check } from "../../../lib/trace/checks.ts";
import type { AuditedRequest, Gap, Pattern, Total } from "./audit.ts";

const US_PER_S = 1e6;
const US_PER_H = 3600 * US_PER_S;
const TOP_PATTERNS = 20;
const GAPS_SHOWN = 3;

export const ENDS = query("ends.sql", { opening_round_pk: "number", end_type: ["reasoning", "text", "tool_call"], end_line: "number" });

/** One of the requests with the largest residual, its end, and its longest gaps, longest first. */
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
  return [accountTable(totals), patternsTable(patterns), residualsTable(shown), gapsTable(shown)];
}

const PROVIDER = {
  of: ({ provider }: { readonly provider: string }) => provider,
  says: "Provider of the step that opens the request; `<unknown-provider>` when missing",
};

function hours<R>(of: (row: R) => number, says: string): Column<R> {
  return { of: (row) => of(row) / US_PER_H, says, unit: "h" };
}

function seconds<R>(of: (row: R) => number, says: string): Column<R> {
  return { of: (row) => of(row) / US_PER_S, says, unit: "s" };
}

function accountTable(totals: readonly Total[]): Table {
  return table(
    "request_time_account",
    totals,
    {
      provider: { ...PROVIDER, says: `${PROVIDER.says}; \`all\` for all requests` },
      turns: { of: (total) => total.requests, says: "Requests with a response time above 0", unit: "requests" },
      e2e_h: hours((total) => total.response_us, "Response times"),
      generation_h: hours((total) => total.generation_us, "Generation spans, cut to the request"),
      tool_wall_sum_h: hours((total) => total.tool_wall_us, "Waits for tools from call to result, cut to the request"),
      tool_effective_h: hours((total) => total.effective_us, "Durations that tools reported, else their wall time, not cut to the request"),
      covered_union_h: hours((total) => total.covered_us, "Time during which generation or a tool was in progress"),
      uncovered_h: hours((total) => total.uncovered_us, "Time during which neither was"),
      overlap_h: hours(
        (total) => total.overlap_us,
        "Generation and waits beyond the time that they cover: what was counted more than once",
      ),
      residual_wall_h: hours((total) => total.residual_wall_us, "Response time - generation - waits for tools"),
      residual_effective_h: hours((total) => total.residual_effective_us, "Response time - generation - effective tool time"),
      usage_report_lag_h: hours((total) => total.usage_lag_us, "Time from the last output of a step to its later usage report"),
      turns_with_usage_report_lag: { of: (total) => total.withUsageLag, says: "Requests with such a usage report", unit: "requests" },
      dropped_no_end: { says: "Requests left out because they have no output", unit: "requests" },
      dropped_nonpositive: { says: "Requests left out because their response time is 0", unit: "requests" },
    },
    {
      title: "Time account of the requests",
      caption: "One row for all requests and one per provider: hours, summed over the requests with a response time above 0.",
    },
  );
}

function patternsTable(patterns: readonly Pattern[]): Table {
  return table(
    "gap_patterns",
    patterns,
    {
      provider: PROVIDER,
      kind_before: { of: ({ before }) => before, says: "Type of the last event at or before the gap" },
      kind_after: { of: ({ after }) => after, says: "Type of the first event at or after its end" },
      gaps: { says: "Gaps", unit: "gaps" },
      seconds: seconds(({ gap_us }) => gap_us, "Their summed length"),
    },
    {
      title: "Events around the gaps",
      caption: "One row per provider and type of the events on either side, by summed time: the five longest gaps of each request.",
    },
  );
}

function residualsTable(shown: readonly ShownRequest[]): Table {
  return table(
    "largest_residuals",
    shown,
    {
      provider: PROVIDER,
      session_id: { says: "Session" },
      line: { says: "Position in the trace of the step that opens the request, from 1" },
      end_line: { says: "Position in the trace of the step with the last output, from 1" },
      end_type: { says: "Type of the last output" },
      rows: { of: (request) => request.steps, says: "Steps", unit: "steps" },
      tool_calls: { says: "Tool calls", unit: "calls" },
      e2e_s: seconds((request) => request.response_us, "Response time"),
      generation_s: seconds((request) => request.generation_us, "Generation spans, cut to the request"),
      tool_wall_s: seconds((request) => request.tool_wall_us, "Waits for tools from call to result, cut to the request"),
      tool_effective_s: seconds((request) => request.effective_us, "Durations that tools reported, else their wall time, not cut"),
      covered_s: seconds((request) => request.covered_us, "Time during which generation or a tool was in progress"),
      uncovered_s: seconds((request) => request.uncovered_us, "Time during which neither was"),
      overlap_s: seconds((request) => request.overlap_us, "Time that was counted more than once"),
      residual_wall_s: seconds((request) => request.residual_wall_us, "Response time - generation - waits for tools"),
      residual_effective_s: seconds((request) => request.residual_effective_us, "Response time - generation - effective tool time"),
    },
    { title: "Requests with the largest residual", caption: "One row per request, largest wall residual first." },
  );
}

function gapsTable(shown: readonly ShownRequest[]): Table {
  return table(
    "largest_gaps",
    shown.flatMap(({ line, gaps }) => gaps.map((gap, i) => ({ ...gap, line, rank: i + 1 }))),
    {
      line: { says: "Position in the trace of the step that opens the request, from 1" },
      rank: { says: "1 for the longest gap of the request" },
      from_s: seconds(({ from_us }) => from_us, "From the start of the request to the gap"),
      gap_s: seconds(({ gap_us }) => gap_us, "Length of the gap"),
      before: { says: "Last event at or before the gap, as `type` or `type:tool`" },
      after: { says: "First event at or after its end" },
    },
    { title: "Gaps of these requests", caption: "Up to five gaps per request, longest first." },
  );
}

export function auditText({ totals, patterns, shown }: Audit, checks: readonly Check[]): TextDocument {
  const inHours = (us: number) => separated(us / US_PER_H, 1);
  const inSeconds = (us: number) => separated(us / US_PER_S, 1);
  const markdown = (header: string[], rows: string[][], lefts: number) =>
    rows.length === 0 ? "There are none." : markdownTable({ header, align: header.map((_, i) => (i < lefts ? "left" : "right")), rows });
  return auditReport(
    [
      "# What is not known of the response time",
      "Generation spans and waits for tools are cut to the request and laid over one another. What they leave bare is uncovered; what they hold beyond the time that they cover was counted more than once. What subtraction leaves (the wall residual) is the one minus the other.",
      "## Hours by provider",
      markdown(
        ["provider", "turns", "e2e", "generation", "tool wall", "covered", "uncovered", "overlap", "residual wall", "residual effective"],
        totals.map((total) => [
          total.provider,
          separated(total.requests),
          ...[total.response_us, total.generation_us, total.tool_wall_us, total.covered_us, total.uncovered_us].map(inHours),
          ...[total.overlap_us, total.residual_wall_us, total.residual_effective_us].map(inHours),
        ]),
        1,
      ),
      "The effective residual subtracts what tools reported where they did, also of tools that ran on beyond the request.",
      "## Usage reports after the last output of their step, and requests left out",
      markdown(
        ["provider", "lag in hours", "turns with a lag", "left out: no end", "left out: took no time"],
        totals.map((total) => [
          total.provider,
          inHours(total.usage_lag_us),
          ...[total.withUsageLag, total.dropped_no_end, total.dropped_nonpositive].map((count) => separated(count)),
        ]),
        1,
      ),
      `## Events around the gaps (the first ${TOP_PATTERNS} by summed time)`,
      markdown(
        ["provider", "before", "after", "gaps", "seconds"],
        patterns
          .slice(0, TOP_PATTERNS)
          .map(({ provider, before, after, gaps, gap_us }) => [provider, before, after, separated(gaps), inSeconds(gap_us)]),
        3,
      ),
      `## Requests with the most time left over (the first ${shown.length})`,
      markdown(
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
          separated(request.steps),
          separated(request.tool_calls),
          ...[request.response_us, request.generation_us, request.tool_wall_us].map(inSeconds),
          ...[request.residual_wall_us, request.residual_effective_us].map(inSeconds),
        ]),
        5,
      ),
    ],
    checks,
  );
}

function gapText({ gap_us, before, after }: Gap): string {
  return `${durationShort(gap_us / US_PER_S)} from ${before} to ${after}`;
}
