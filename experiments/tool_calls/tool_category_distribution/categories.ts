/** What each tool is for. Whole names are compared, including upper and lower case; a name that is in no list is `other`. */
import { at } from "../../../lib/stats/known.ts";
import { TOOLS } from "../../../lib/trace/known-names.ts";

export interface Category {
  readonly key: string;
  readonly label: string;
  /** Names of its tools; empty for the category of the rest, which is the last. */
  readonly tools: readonly string[];
}

/** By what a call does. Planning tools belong to `other`. */
export const FUNCTION_CATEGORIES: readonly Category[] = [
  { key: "execute_command", label: "Execute command", tools: TOOLS.execute },
  { key: "file_write_edit", label: "File write/edit", tools: TOOLS.write },
  { key: "file_read_search_inspect", label: "File read/search", tools: TOOLS.read },
  { key: "agent_task", label: "Agent/task", tools: TOOLS.agent },
  { key: "web_remote_lookup", label: "Web/remote/lookup", tools: TOOLS.web },
  { key: "other", label: "Other", tools: [] },
];

/** The same with planning tools as a category of their own. */
export const PLANNING_CATEGORIES: readonly Category[] = [
  { key: "shell_command", label: "Shell / command", tools: TOOLS.execute },
  { key: "file_edit_patch", label: "File edit / patch", tools: TOOLS.write },
  { key: "file_read_search", label: "File read / search", tools: TOOLS.read },
  { key: "planning_control", label: "Planning", tools: TOOLS.plan },
  { key: "agent_task", label: "Agent / task", tools: TOOLS.agent },
  { key: "web_lookup", label: "Web / lookup", tools: TOOLS.web },
  { key: "other", label: "Other", tools: [] },
];

/** The key of a tool's category. */
export function categoryOf(tool: string, categories: readonly Category[]): string {
  return (categories.find(({ tools }) => tools.includes(tool)) ?? at(categories, -1)).key;
}

/** In the order of the bins of `tail.sql`; the end is not included. The colors are those of the published table. */
export const LATENCY_RANGES = [
  { key: "lt_1s", label: "<1s", color: "#0B6B43", minMs: 0, maxMs: 1000 },
  { key: "1_10s", label: "1-10s", color: "#4E8F43", minMs: 1000, maxMs: 10_000 },
  { key: "10s_1m", label: "10s-1m", color: "#87B960", minMs: 10_000, maxMs: 60_000 },
  { key: "gt_1m", label: ">1m", color: "#CFE5C7", minMs: 60_000, maxMs: null },
];
