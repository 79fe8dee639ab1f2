/** Rows of tool calls that repeat one another, as counted by the queries of this folder. */

import type { Row } from "../../../lib/experiment.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import type { Check } from "../../../lib/trace/checks.ts";

/** Rows of `query.sql`. Latencies in milliseconds. */
export interface Breakdown {
  readonly level: "all" | "provider" | "tool";
  readonly provider: string | null;
  readonly tool: string | null;
  readonly raw_rows: number;
  readonly raw_latency_ms: number;
  readonly duplicate_groups: number;
  readonly rows_in_groups: number;
  readonly extra_rows: number;
  readonly overcount_ms: number;
  readonly multi_session_groups: number;
  readonly subagent_groups: number;
  readonly subagent_extra_rows: number;
  readonly single_trace_key_groups: number;
}

/** The row of `exact.sql`. */
export interface ExactDuplicates {
  readonly duplicate_groups: number;
  readonly rows_in_groups: number;
  readonly extra_rows: number;
}

/** What the audit found. */
export interface Audit {
  readonly all: Breakdown;
  readonly providers: readonly Breakdown[];
  /** Of every provider, most overcounted first. */
  readonly tools: readonly Breakdown[];
  readonly exact: ExactDuplicates;
  /** Rows of `groups.sql`, most overcounted first. */
  readonly groups: readonly Row[];
}

const MS_PER_H = 3_600_000;

export function hoursOf(ms: number): number {
  return ms / MS_PER_H;
}

export function auditOf(breakdowns: readonly Breakdown[], exact: ExactDuplicates, groups: readonly Row[]): Audit {
  const at = (level: Breakdown["level"]) => breakdowns.filter((row) => row.level === level);
  return { all: at("all")[0] as Breakdown, providers: at("provider"), tools: at("tool"), exact, groups };
}

/** Duplicates are legal, since traces keep every row, so both checks warn only. */
export function duplicateChecks({ all, exact }: Audit): Check[] {
  return [
    {
      name: "exact_duplicate_tool_rows",
      title: "No row of a tool call equals another in trace key, position, name, id, times, sizes and latencies.",
      level: "warning",
      count: exact.extra_rows,
      of: all.raw_rows,
      ...(exact.extra_rows > 0 ? { detail: `${grouped(exact.duplicate_groups)} rows occur more than once` } : {}),
    },
    {
      name: "duplicate_physical_tool_rows",
      title: "No tool call of a session is held by more than one row.",
      level: "warning",
      count: all.extra_rows,
      of: all.raw_rows,
      ...(all.extra_rows > 0
        ? { detail: `${grouped(hoursOf(all.overcount_ms), 2)} hours of tool time are counted too often, see duplicate_tool_groups.csv` }
        : {}),
    },
  ];
}
