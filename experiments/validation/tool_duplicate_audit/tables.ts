/** The audit as tables for machines and as a report for readers. */
import { providerTitle } from "../../../lib/chart/palette.ts";
import type { Row, Table, TextDocument } from "../../../lib/experiment.ts";
import { markdownTable } from "../../../lib/format/markdown.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { auditReport, type Check } from "../../../lib/trace/checks.ts";
import { displayToolName } from "../../../lib/trace/tools.ts";
import { type Audit, type Breakdown, hoursOf } from "./duplicates.ts";

const TOOLS_IN_REPORT = 20;
const GROUPS_IN_REPORT = 15;

export function groupsTable(groups: readonly Row[]): Table {
  return {
    name: "duplicate_tool_groups",
    title: "Tool calls that are held by several rows",
    caption:
      "One row per call, most overcounted latency first. Latencies in milliseconds and hours; line numbers are positions in the pool.",
    columns: [
      "provider",
      "base_session_id",
      "round_id",
      "tool_call_id",
      "tool_name",
      "emitted_at",
      "result_at",
      "input_chars",
      "result_chars",
      "latency_source",
      "latency_ms",
      "latency_hours",
      "raw_rows",
      "extra_rows",
      "overcount_latency_ms",
      "overcount_latency_hours",
      "session_count",
      "trace_key_count",
      "has_subagent_session",
      "sample_sessions",
      "sample_trace_keys",
      "sample_line_numbers",
    ],
    rows: groups,
  };
}

export function breakdownTable({ all, providers, tools }: Audit): Table {
  return {
    name: "duplicates_by_provider_and_tool",
    title: "Repeated tool calls by provider and tool",
    caption: "First everything, then each provider, then each tool of a provider, most overcounted first. Latencies in hours.",
    columns: [
      "level",
      "provider",
      "tool",
      "raw_rows",
      "duplicate_groups",
      "rows_in_groups",
      "extra_rows",
      "raw_latency_hours",
      "deduped_latency_hours",
      "overcount_latency_hours",
      "multi_session_groups",
      "subagent_groups",
      "subagent_extra_rows",
      "single_trace_key_groups",
    ],
    rows: [all, ...providers, ...tools].map(({ raw_latency_ms, overcount_ms, ...counts }) => ({
      ...counts,
      raw_latency_hours: hoursOf(raw_latency_ms),
      deduped_latency_hours: hoursOf(raw_latency_ms - overcount_ms),
      overcount_latency_hours: hoursOf(overcount_ms),
    })),
  };
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
    ["Extra rows", `${grouped(all.extra_rows)} (${percent(share(all.extra_rows, all.raw_rows), 2)} of the rows)`],
    ["Effective latency of all rows", hours(all.raw_latency_ms)],
    ["Effective latency of physical calls", hours(all.raw_latency_ms - all.overcount_ms)],
    ["Overcount", `${hours(all.overcount_ms)} (${percent(share(all.overcount_ms, all.raw_latency_ms), 2)})`],
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

function groupsText(groups: readonly Row[]): string {
  return markdownTable({
    header: ["Tool", "Call", "Rows", "Sessions", "Trace keys", "Latency", "Overcount", "Lines"],
    align: ["left", "left", "right", "right", "right", "right", "right", "left"],
    rows: groups.map((group) => [
      `${providerTitle(String(group.provider))}: ${displayToolName(String(group.tool_name ?? "<unknown-tool>"))}`,
      String(group.tool_call_id ?? ""),
      grouped(Number(group.raw_rows)),
      grouped(Number(group.session_count)),
      grouped(Number(group.trace_key_count)),
      hours(Number(group.latency_ms)),
      hours(Number(group.overcount_latency_ms)),
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

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
