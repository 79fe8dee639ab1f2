/** The audit as tables for machines and as a report for readers. */

import { providerTitle } from "../../../lib/chart/palette.ts";
import { type Column, type Table, type TextDocument, table } from "../../../lib/experiment.ts";
import { markdownTable } from "../../../lib/format/markdown.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { sharePercent } from "../../../lib/format/published.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { auditReport, type Check } from "../../../lib/trace/checks.ts";
import { PROVIDER_COLUMN } from "../../../lib/trace/scopes.ts";
import { displayToolName } from "../../../lib/trace/tools.ts";
import { type Audit, type Breakdown, type DuplicateCall, hoursOf } from "./duplicates.ts";

const TOOLS_IN_REPORT = 20;
const GROUPS_IN_REPORT = 15;

export function groupsTable(groups: readonly DuplicateCall[]): Table {
  return table(
    "duplicate_tool_groups",
    groups,
    {
      provider: PROVIDER_COLUMN,
      base_session_id: { says: "Session of the call; for a Claude sub-agent the session that started it" },
      round_id: { says: "Id of the step" },
      tool_call_id: { says: "Id of the call" },
      tool_name: { says: "Tool" },
      emitted_at: { says: "Time of the call, UTC" },
      result_at: { says: "Time of the result, UTC; empty when there is none" },
      input_chars: { says: "Size of the tool's input", unit: "characters" },
      result_chars: { says: "Size of the tool's result", unit: "characters" },
      latency_source: {
        says: "Where the latency comes from: `internal` (reported by the tool), `wall_fallback` (result minus call) or `missing`",
      },
      latency_ms: { says: "Effective latency of one row; 0 when missing", unit: "ms" },
      latency_hours: { says: "The same in hours", unit: "h" },
      raw_rows: { says: "Rows of the call", unit: "rows" },
      extra_rows: { says: "Rows beyond the first", unit: "rows" },
      overcount_latency_ms: { says: "Effective latency of the extra rows", unit: "ms" },
      overcount_latency_hours: { says: "The same in hours", unit: "h" },
      session_count: { says: "Different sessions of the rows", unit: "sessions" },
      trace_key_count: { says: "Different trace keys of the rows", unit: "trace keys" },
      has_subagent_session: { says: "Whether a row is in the file of a sub-agent" },
      sample_sessions: { says: "Up to eight of the sessions, separated by `;`" },
      sample_trace_keys: { says: "Up to eight of the trace keys, separated by `;`" },
      sample_line_numbers: { says: "Positions in the pool of up to eight steps with a row, separated by `;`" },
    },
    {
      title: "Tool calls that are held by several rows",
      caption: "One row per call that at least two rows record, most overcounted latency first.",
    },
  );
}

export function breakdownTable({ all, providers, tools }: Audit): Table {
  return table(
    "duplicates_by_provider_and_tool",
    [all, ...providers, ...tools],
    {
      level: { says: "`all`, `provider` or `tool`: what the row adds up" },
      provider: { says: "Provider; empty for `all`, `<unknown-provider>` when missing" },
      tool: { says: "Tool; empty for `all` and `provider`, `<unknown-tool>` when missing" },
      raw_rows: { says: "Rows of tool calls", unit: "rows" },
      duplicate_groups: { says: "Calls that at least two rows record", unit: "calls" },
      rows_in_groups: { says: "Rows of these calls", unit: "rows" },
      extra_rows: { says: "Rows beyond the first of each call", unit: "rows" },
      raw_latency_hours: hoursColumn(({ raw_latency_ms }) => raw_latency_ms, "Effective latency of all rows"),
      deduped_latency_hours: hoursColumn(
        ({ raw_latency_ms, overcount_ms }) => raw_latency_ms - overcount_ms,
        "Effective latency with each call counted once",
      ),
      overcount_latency_hours: hoursColumn(({ overcount_ms }) => overcount_ms, "Effective latency of the extra rows"),
      multi_session_groups: { says: "Repeated calls with rows in more than one session", unit: "calls" },
      subagent_groups: { says: "Repeated calls with a row in the file of a sub-agent", unit: "calls" },
      subagent_extra_rows: { says: "Extra rows of these calls", unit: "rows" },
      single_trace_key_groups: { says: "Repeated calls whose rows share one trace key", unit: "calls" },
    },
    {
      title: "Repeated tool calls by provider and tool",
      caption: "First everything, then each provider, then each tool of a provider, most overcounted first.",
    },
  );
}

function hoursColumn(ms: (row: Breakdown) => number, says: string): Column<Breakdown> {
  return { of: (row) => hoursOf(ms(row)), says, unit: "h" };
}

export function reportText(audit: Audit, checks: readonly Check[]): TextDocument {
  const { providers, tools, groups } = audit;
  const repeated = tools.filter(({ extra_rows }) => extra_rows > 0).slice(0, TOOLS_IN_REPORT);
  return auditReport(
    [
      "# Tool calls that are counted more than once",
      definitions(),
      "## Sums",
      sums(audit),
      "## By provider",
      breakdownText("Provider", providers, ({ provider }) => providerTitle(provider ?? "")),
      "## By tool",
      repeated.length > 0 ? breakdownText("Tool", repeated, toolTitle) : "No tool call is held by more than one row.",
      ...(groups.length > 0 ? ["## Most overcounted calls", groupsText(groups.slice(0, GROUPS_IN_REPORT))] : []),
    ],
    checks,
  );
}

function definitions(): string {
  return [
    "- **Exact duplicate**: a row whose trace key, position, tool, call id, both times, both sizes and both latencies equal those of an earlier row.",
    "- **Physical call**: rows of one provider and base session that agree in step id, call id, tool, both times, both sizes, effective latency and its source. The base session of a Claude sub-agent is the session that started it.",
    "- **Extra rows** are those beyond the first of a call; **overcount** is their effective latency. A missing latency counts 0.",
  ].join("\n");
}

function sums({ all, exact }: Audit): string {
  const lines: [string, string][] = [
    ["Rows of tool calls", grouped(all.raw_rows)],
    ["Exact duplicates", `${grouped(exact.duplicate_groups)} groups, ${grouped(exact.extra_rows)} extra rows`],
    ["Physical calls with several rows", `${grouped(all.duplicate_groups)} groups of ${grouped(all.rows_in_groups)} rows`],
    ["Extra rows", `${grouped(all.extra_rows)} (${sharePercent(ratio(all.extra_rows, all.raw_rows), 2)} of the rows)`],
    ["Effective latency of all rows", hours(all.raw_latency_ms)],
    ["Effective latency of physical calls", hours(all.raw_latency_ms - all.overcount_ms)],
    ["Overcount", `${hours(all.overcount_ms)} (${sharePercent(ratio(all.overcount_ms, all.raw_latency_ms), 2)})`],
    ["Groups in several sessions", grouped(all.multi_session_groups)],
    ["Groups with a sub-agent's row", `${grouped(all.subagent_groups)}, ${grouped(all.subagent_extra_rows)} extra rows`],
    ["Groups of one trace key", grouped(all.single_trace_key_groups)],
  ];
  return lines.map(([name, value]) => `- ${name}: ${value}`).join("\n");
}

function breakdownText(heading: string, rows: readonly Breakdown[], title: (row: Breakdown) => string): string {
  return markdownTable({
    header: [heading, "Rows", "Groups", "Extra rows", "Latency", "Overcount"],
    rows: rows.map((row) => [
      title(row),
      grouped(row.raw_rows),
      grouped(row.duplicate_groups),
      grouped(row.extra_rows),
      hours(row.raw_latency_ms),
      hours(row.overcount_ms),
    ]),
  });
}

function groupsText(groups: readonly DuplicateCall[]): string {
  return markdownTable({
    header: ["Tool", "Call", "Rows", "Sessions", "Trace keys", "Latency", "Overcount", "Lines"],
    align: ["left", "left", "right", "right", "right", "right", "right", "left"],
    rows: groups.map((group) => [
      `${providerTitle(group.provider)}: ${displayToolName(group.tool_name ?? "<unknown-tool>")}`,
      group.tool_call_id ?? "",
      grouped(group.raw_rows),
      grouped(group.session_count),
      grouped(group.trace_key_count),
      hours(group.latency_ms),
      hours(group.overcount_latency_ms),
      String(group.sample_line_numbers).replaceAll(";", ", "),
    ]),
  });
}

export function toolTitle({ provider, tool }: Breakdown): string {
  return `${providerTitle(provider ?? "")}: ${displayToolName(tool ?? "")}`;
}

function hours(ms: number): string {
  return `${grouped(hoursOf(ms), 2)} h`;
}
