/** What the experiments about tools share: flags, columns of latency, names for display and the rule that combines rare tools. */
import { type Column, type Flags, integer } from "../experiment.ts";
import { MS_PER_H, MS_PER_S } from "../format/durations.ts";

export const TOOL_FLAGS = {
  topTools: integer({ min: 1, default: 30, says: "Maximum number of tools per provider in a figure" }),
  minToolCallsForPlot: integer({ min: 0, default: 20, says: "Minimum number of calls of a tool that a figure shows by name" }),
} as const satisfies Flags;

/** Calls of one tool, or of several under one name, by one provider. */
export interface ToolGroup {
  readonly tool: string;
  readonly calls: number;
  /** Position of its first call in the pool: earlier tools win ties. */
  readonly first_seen: number;
}

const MAX_NAME = 34;
const KEPT_OF_LONG_NAME = 31;

/** A tool's name for axes and tables: above 34 characters its first 31 and three dots. */
export function displayToolName(name: string): string {
  const characters = [...name];
  return characters.length > MAX_NAME ? `${characters.slice(0, KEPT_OF_LONG_NAME).join("")}...` : name;
}

/**
 * The tools of one provider with those below `minCalls` combined as `Other (<N calls/tool)`, which loses every tie.
 * When `minCalls` is 1 or less, or no tool is rare, the list stays as it is.
 * @param addUp combines one or more groups; its name and first position are set here
 */
export function collapseRare<T extends ToolGroup>(groups: readonly T[], minCalls: number, addUp: (rare: readonly T[]) => T): T[] {
  const rare = minCalls > 1 ? groups.filter((group) => group.calls < minCalls) : [];
  if (rare.length === 0) return [...groups];
  const other = { ...addUp(rare), tool: otherTools(minCalls), first_seen: Number.MAX_SAFE_INTEGER };
  return [...groups.filter((group) => group.calls >= minCalls), other];
}

export function otherTools(minCalls: number): string {
  return `Other (<${minCalls} calls/tool)`;
}

export function providerColumn<R>(of: (row: R) => string): Column<R> {
  return { of, says: "`claude`, `codex` or another; `<unknown-provider>` when missing" };
}

/** Columns for a summed latency in ms, s and hours. */
export function totalLatencyColumns<R>(ms: (row: R) => number) {
  return {
    total_latency_ms: { of: ms, says: "Summed latency", unit: "ms" },
    total_latency_s: { of: (row) => ms(row) / MS_PER_S, says: "Summed latency", unit: "s" },
    total_latency_hours: { of: (row) => ms(row) / MS_PER_H, says: "Summed latency", unit: "h" },
  } satisfies Record<string, Column<R>>;
}
