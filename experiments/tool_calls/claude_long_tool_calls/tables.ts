/** The long calls, and the audit as a table and in words. */
import { streamedTable, type Table, type TextDocument, table } from "../../../lib/experiment.ts";
import { MS_PER_H } from "../../../lib/format/durations.ts";
import { grouped, toFixedHalfEven } from "../../../lib/format/numbers.ts";
import { CALL_COLUMNS } from "../../../lib/trace/tools.ts";
import { type Audit, CALLS, type Count, type LongCall, type Repeated, type Tallies } from "./measure.ts";

/** Calls that the report lists one by one. */
export const MOST_LISTED = 12;

/** Its columns are those of the query. */
export function callTable(thresholdMs: number): Table {
  return streamedTable(
    "claude_gt1h_tool_calls",
    { query: CALLS.file, params: { threshold_ms: thresholdMs, most: Number.MAX_SAFE_INTEGER } },
    {
      line_no: { says: "Number of the call's step in the pool" },
      trace_key: info(CALL_COLUMNS.trace_key),
      session_id: info(CALL_COLUMNS.session_id),
      round_id: { says: "Id of the step as logged" },
      round_index: info(CALL_COLUMNS.round_index),
      model: info(CALL_COLUMNS.model),
      tool_index: info(CALL_COLUMNS.tool_index),
      tool_name: info(CALL_COLUMNS.tool_name),
      tool_call_id: info(CALL_COLUMNS.tool_call_id),
      source: { says: "Origin of the latency: `internal` (reported by the tool) or `wall_fallback` (call to result)" },
      effective_latency_ms: { says: "Latency", unit: "ms" },
      effective_latency_hours: { says: "Latency", unit: "h" },
      wall_latency_ms: { says: "Time between call and result as logged", unit: "ms" },
      wall_latency_hours: { says: "Time between call and result as logged", unit: "h" },
      computed_wall_latency_ms: { says: "`result_at` minus `emitted_at`", unit: "ms" },
      internal_latency_ms: { says: "Latency that the tool reported", unit: "ms" },
      internal_latency_hours: { says: "Latency that the tool reported", unit: "h" },
      emitted_at: info(CALL_COLUMNS.emitted_at),
      result_at: info(CALL_COLUMNS.result_at),
      tool_result_delay_hours: { says: "`result_at` minus `emitted_at`", unit: "h" },
      is_error: info(CALL_COLUMNS.is_error),
      input_chars: info(CALL_COLUMNS.input_chars),
      result_chars: info(CALL_COLUMNS.result_chars),
      input_preview: { says: "Always empty: a database has no tool input" },
    },
    {
      title: "The long calls",
      caption: "One row per call over the threshold, longest first; ties in file order. Values that the trace lacks are empty.",
    },
  );
}

function info({ says, unit }: { readonly says: string; readonly unit?: string }) {
  return { says, ...(unit === undefined ? {} : { unit }) };
}

export function findingTable(tallies: Tallies, audit: Audit): Table {
  return table(
    "claude_long_tool_calls_summary",
    findings(tallies, audit),
    {
      finding: { says: "What is counted or added up" },
      value: { says: "The count or sum, in the unit that the column `unit` names" },
      unit: { says: "Unit of the value: `h` for hours, otherwise what is counted" },
    },
    { title: "Summary", caption: "Counts over all tool calls of Claude and over the long ones." },
  );
}

/** A line of the summary: a count, or hours. */
export interface Finding {
  readonly finding: string;
  readonly value: number;
  readonly unit: "calls" | "keys" | "groups" | "rows" | "h";
}

function findings(tallies: Tallies, audit: Audit): Finding[] {
  return [
    { finding: "tool calls of Claude", value: tallies.scanned, unit: "calls" },
    { finding: "with a positive latency", value: tallies.positive, unit: "calls" },
    { finding: "without a latency", value: tallies.missing, unit: "calls" },
    { finding: "with a latency of zero or less", value: tallies.nonpositive, unit: "calls" },
    { finding: "long calls", value: audit.calls, unit: "calls" },
    { finding: "time of the long calls", value: hours(audit.total_ms), unit: "h" },
    { finding: "long: repeated (session, round, call id)", value: audit.repeated_calls, unit: "keys" },
    { finding: "all: repeated (session, round, call id)", value: tallies.repeated_calls, unit: "keys" },
    { finding: "long: repeated (trace key, position, call id)", value: audit.repeated_positions, unit: "keys" },
    { finding: "all: repeated (trace key, position, call id)", value: tallies.repeated_positions, unit: "keys" },
    { finding: "long calls recorded more than once", value: audit.repeated_groups, unit: "groups" },
    { finding: "their further records", value: audit.further_records, unit: "rows" },
    { finding: "of them in several sessions", value: audit.groups_in_sessions, unit: "groups" },
    { finding: "wall times that differ from the timestamps", value: tallies.mismatches, unit: "calls" },
    { finding: "long by wall time but not by the tool's own", value: tallies.internal_won, unit: "calls" },
    { finding: "long calls, each record once", value: audit.distinct_calls, unit: "calls" },
    { finding: "their time", value: hours(audit.distinct_ms), unit: "h" },
    { finding: "time of further records", value: hours(audit.total_ms - audit.distinct_ms), unit: "h" },
    { finding: "long calls that wait for a person", value: audit.human_calls, unit: "calls" },
    { finding: "their time", value: hours(audit.human_ms), unit: "h" },
  ];
}

interface Lists {
  readonly counts: readonly Count[];
  readonly repeated: readonly Repeated[];
  readonly longest: readonly LongCall[];
}

export function report(tallies: Tallies, audit: Audit, { counts, repeated, longest }: Lists, thresholdMs: number): TextDocument {
  const ofKind = (kind: Count["kind"]) => counts.filter((count) => count.kind === kind);
  const byTime = ofKind("tool").sort((a, b) => b.total_ms - a.total_ms || a.first_seen - b.first_seen);
  const paragraphs = [
    "# Long tool calls of Claude",
    `Longer than ${grouped(thresholdMs)} ms.`,
    section(
      "Summary",
      findings(tallies, audit).map(({ finding, value, unit }) => `${finding}: ${unit === "h" ? hoursText(value) : grouped(value)}`),
    ),
    section("Source, all calls", sourceLines(tallies)),
    section("Source, long calls", counted(ofKind("source"))),
    section("Tools", counted(ofKind("tool")).slice(0, 20)),
    section(
      "Time by tool",
      byTime.slice(0, 12).map(({ value, calls, total_ms }) => `${value}: ${hoursText(hours(total_ms))} over ${grouped(calls)} calls`),
    ),
    section("Models", counted(ofKind("model")).slice(0, 20)),
    section("Error", counted(ofKind("error"))),
    section("No time of the tool's own", counted(ofKind("own"))),
    section(
      "Recorded more than once",
      repeated.map((call) => `${call.times}x ${callText(call)} sessions=${call.sessions}`),
    ),
    section(
      "Longest",
      longest
        .slice(0, MOST_LISTED)
        .map((call) => `${callText(call)} source=${call.source} error=${call.is_error} trace=${call.trace_key ?? ""}`),
    ),
    "Claude's records seldom hold a duration of the tool's own, so a long latency is usually the gap between the call and its result: work, a sleeping machine, a resumed session or an approval.",
  ];
  const says = "the summary, counts by source, tool and model, and the longest calls";
  return { name: "result_analysis.md", says, text: paragraphs.join("\n\n") };
}

function section(heading: string, lines: readonly string[]): string {
  return `## ${heading}\n\n${lines.length > 0 ? lines.map((line) => `- ${line.replace(/\s+/g, " ")}`).join("\n") : "- none"}`;
}

function sourceLines({ internal, wall_fallback, missing, first_internal, first_wall, first_missing }: Tallies): string[] {
  const sources = [
    { name: "internal", count: internal, first: first_internal },
    { name: "wall_fallback", count: wall_fallback, first: first_wall },
    { name: "missing", count: missing, first: first_missing },
  ];
  const present = sources.filter(({ count }) => count > 0).sort((a, b) => b.count - a.count || (a.first ?? 0) - (b.first ?? 0));
  return present.map(({ name, count }) => `${name}: ${grouped(count)}`);
}

function counted(entries: readonly Count[]): string[] {
  return entries.map(({ value, calls }) => `${value}: ${grouped(calls)}`);
}

function callText({ effective_latency_ms, tool_name, emitted_at, result_at }: Omit<Repeated, "times" | "sessions">): string {
  return `${hoursText(hours(effective_latency_ms))} ${tool_name} emitted=${emitted_at ?? ""} result=${result_at ?? ""}`;
}

function hours(ms: number): number {
  return ms / MS_PER_H;
}

function hoursText(value: number): string {
  return `${toFixedHalfEven(value, 2)}h`;
}
