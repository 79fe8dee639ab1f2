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

/** The same for figures: where all tools are rare, each keeps its name. */
export function collapseRareOfMany<T extends ToolGroup>(groups: readonly T[], minCalls: number, addUp: (rare: readonly T[]) => T): T[] {
  return groups.some(({ calls }) => calls >= minCalls) ? collapseRare(groups, minCalls, addUp) : [...groups];
}

/** The tools of an MCP server are one tool in figures: `mcp__github__get_issue` is `mcp: github`; other names stay as they are. */
export function toolOrServer(tool: string): string {
  if (!tool.startsWith("mcp_")) return tool;
  const [, server] = tool.split("__");
  return server ? `mcp: ${server}` : "mcp";
}

export function otherTools(minCalls: number): string {
  return `Other (<${minCalls} calls/tool)`;
}

/** A call as a query lists it, with what identifies its step. */
interface LoggedCall {
  readonly tool_name: string;
  readonly tool_call_id: string | null;
  readonly tool_index: number | null;
  readonly emitted_at: string | null;
  readonly result_at: string | null;
  readonly is_error: boolean | null;
  readonly input_chars: number | null;
  readonly result_chars: number | null;
  readonly model: string | null;
  readonly session_id: string | null;
  readonly round_index: number | null;
  readonly trace_key: string | null;
}

/** Columns of a listed call, to be put in the order of the table. Empty where the trace has no value. */
export const CALL_COLUMNS = {
  tool_name: { of: (call) => call.tool_name, says: "Tool as logged; `<unknown-tool>` when missing" },
  tool_call_id: { of: (call) => call.tool_call_id, says: "Id of the call as logged" },
  tool_index: { of: (call) => call.tool_index, says: "Number of the call in its step" },
  emitted_at: { of: (call) => call.emitted_at, says: "Time of the call, UTC" },
  result_at: { of: (call) => call.result_at, says: "Time of the result, UTC" },
  is_error: { of: (call) => call.is_error, says: "Whether the call is marked as an error" },
  input_chars: { of: (call) => call.input_chars, says: "Size of the input", unit: "characters" },
  result_chars: { of: (call) => call.result_chars, says: "Size of the result", unit: "characters" },
  model: { of: (call) => call.model, says: "Model of the step" },
  session_id: { of: (call) => call.session_id, says: "Session of the step" },
  round_index: { of: (call) => call.round_index, says: "Number of the step in its session" },
  trace_key: { of: (call) => call.trace_key, says: "Key of the step in the trace" },
} satisfies Record<string, Column<LoggedCall>>;

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
