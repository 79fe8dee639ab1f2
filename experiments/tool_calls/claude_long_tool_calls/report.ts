/** The audit in words and as a two-column table. */
import { grouped, toFixedHalfEven } from "../../../lib/format/numbers.ts";
import { type Audit, type LongCall, tally, timeByTool } from "./audit.ts";

const MS_PER_HOUR = 3_600_000;

/** Counts over all tool calls of Claude. */
export interface Tallies {
  readonly scanned: number;
  readonly positive: number;
  readonly missing: number;
  readonly nonpositive: number;
  readonly internal: number;
  readonly wall_fallback: number;
  readonly first_internal: number | null;
  readonly first_wall: number | null;
  readonly first_missing: number | null;
  readonly repeated_calls: number;
  readonly repeated_positions: number;
  readonly mismatches: number;
  readonly internal_won: number;
}

/** A line of the summary: a count, or hours. */
export interface Finding {
  readonly finding: string;
  readonly value: number;
  readonly unit: "calls" | "keys" | "groups" | "rows" | "h";
}

export function findings(tallies: Tallies, audit: Audit): Finding[] {
  const repeated = audit.signatures.filter(({ calls }) => calls > 1);
  const hours = (ms: number) => ms / MS_PER_HOUR;
  return [
    { finding: "tool calls of Claude", value: tallies.scanned, unit: "calls" },
    { finding: "with a positive latency", value: tallies.positive, unit: "calls" },
    { finding: "without a latency", value: tallies.missing, unit: "calls" },
    { finding: "with a latency of zero or less", value: tallies.nonpositive, unit: "calls" },
    { finding: "long calls", value: audit.calls, unit: "calls" },
    { finding: "time of the long calls", value: hours(audit.totalMs), unit: "h" },
    { finding: "long: repeated (session, round, call id)", value: audit.repeatedCalls, unit: "keys" },
    { finding: "all: repeated (session, round, call id)", value: tallies.repeated_calls, unit: "keys" },
    { finding: "long: repeated (trace key, position, call id)", value: audit.repeatedPositions, unit: "keys" },
    { finding: "all: repeated (trace key, position, call id)", value: tallies.repeated_positions, unit: "keys" },
    { finding: "long calls recorded more than once", value: repeated.length, unit: "groups" },
    { finding: "their further records", value: repeated.reduce((sum, { calls }) => sum + calls - 1, 0), unit: "rows" },
    { finding: "of them in several sessions", value: repeated.filter(({ sessions }) => sessions > 1).length, unit: "groups" },
    { finding: "wall times that differ from the timestamps", value: tallies.mismatches, unit: "calls" },
    { finding: "long by wall time but not by the tool's own", value: tallies.internal_won, unit: "calls" },
    { finding: "long calls, each record once", value: audit.signatures.length, unit: "calls" },
    { finding: "their time", value: hours(audit.distinctMs), unit: "h" },
    { finding: "time of further records", value: hours(audit.totalMs - audit.distinctMs), unit: "h" },
    { finding: "long calls that wait for a person", value: audit.human.calls, unit: "calls" },
    { finding: "their time", value: hours(audit.human.totalMs), unit: "h" },
  ];
}

export function reportText(tallies: Tallies, audit: Audit, calls: readonly LongCall[], thresholdMs: number): string {
  const repeated = audit.signatures.filter((signature) => signature.calls > 1).sort((a, b) => b.calls - a.calls);
  return [
    "# Long tool calls of Claude",
    `Longer than ${grouped(thresholdMs)} ms.`,
    section(
      "Summary",
      findings(tallies, audit).map(({ finding, value, unit }) => `${finding}: ${unit === "h" ? hours(value) : grouped(value)}`),
    ),
    section("Source, all calls", sourceLines(tallies)),
    section("Source, long calls", counted(tally(calls, ({ source }) => source))),
    section("Tools", counted(tally(calls, ({ tool_name }) => tool_name)).slice(0, 20)),
    section(
      "Time by tool",
      timeByTool(calls)
        .slice(0, 12)
        .map(({ tool, calls: n, totalMs }) => `${tool}: ${hours(totalMs / MS_PER_HOUR)} over ${grouped(n)} calls`),
    ),
    section("Models", counted(tally(calls, ({ model }) => model ?? "<unknown-model>")).slice(0, 20)),
    section("Error", counted(tally(calls, ({ is_error }) => String(is_error)))),
    section("No time of the tool's own", counted(tally(calls, ({ internal_latency_ms }) => String(internal_latency_ms === null)))),
    section(
      "Recorded more than once",
      repeated.slice(0, 12).map(({ first, calls: n, sessions }) => `${n}x ${callText(first)} sessions=${sessions}`),
    ),
    section(
      "Longest",
      calls.slice(0, 12).map((call) => `${callText(call)} source=${call.source} error=${call.is_error} trace=${call.trace_key ?? ""}`),
    ),
    "Claude's records seldom hold a duration of the tool's own, so a long latency is usually the gap between the call and its result: work, a sleeping machine, a resumed session or an approval.",
  ].join("\n\n");
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

function counted(entries: readonly [string, number][]): string[] {
  return entries.map(([value, count]) => `${value}: ${grouped(count)}`);
}

function callText({ effective_latency_hours, tool_name, emitted_at, result_at }: LongCall): string {
  return `${hours(effective_latency_hours)} ${tool_name} emitted=${emitted_at ?? ""} result=${result_at ?? ""}`;
}

function hours(value: number): string {
  return `${toFixedHalfEven(value, 2)}h`;
}
