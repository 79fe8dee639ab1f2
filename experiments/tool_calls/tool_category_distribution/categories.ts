/** What each tool is for. Names are matched whole and case-sensitively; a name that nobody has put anywhere is `other`. */

const EXECUTE = [
  "Bash",
  "BashOutput",
  "KillBash",
  "KillShell",
  "exec",
  "exec_command",
  "write_stdin",
  "shell_command",
  "shell",
  "send_input",
  "mcp__ide__executeCode",
];
const WRITE = ["Edit", "Write", "MultiEdit", "NotebookEdit", "apply_patch"];
const READ = [
  "Read",
  "Grep",
  "Glob",
  "LS",
  "view_image",
  "SendUserFile",
  "mcp__filesystem__list_directory",
  "mcp__filesystem__directory_tree",
];
const AGENT = [
  "TaskCreate",
  "TaskOutput",
  "TaskStop",
  "TaskList",
  "TaskGet",
  "Task",
  "Agent",
  "wait_agent",
  "spawn_agent",
  "close_agent",
  "resume_agent",
];
const WEB = [
  "WebFetch",
  "WebSearch",
  "ToolSearch",
  "Skill",
  "mcp__sequential-thinking__sequentialthinking",
  "list_mcp_resources",
  "list_mcp_resource_templates",
  "read_mcp_resource",
  "mcp__ide__getDiagnostics",
  "LSP",
  "_search_branches",
  ...["fetch", "search", "create-database", "create-pages", "create-view"].map((verb) => `mcp__claude_ai_Notion__notion-${verb}`),
  ...[
    "fetch",
    "get_repo",
    "search_commits",
    "create_branch",
    "create_file",
    "get_user_login",
    "list_repositories",
    "search_repositories",
    "search_branches",
    "download_user_content",
    "fetch_commit",
    "compare_commits",
  ].map((verb) => `mcp__codex_apps__github_${verb}`),
];
const PLAN = ["TaskUpdate", "TodoWrite", "EnterPlanMode", "ExitPlanMode", "update_plan", "create_goal", "update_goal", "StructuredOutput"];

export interface Category {
  readonly key: string;
  readonly label: string;
  readonly color: string;
  /** Names of its tools; none for the category that takes the rest. */
  readonly tools: readonly string[];
}

/** By what a call does. Planning tools belong to `other`. */
export const FUNCTION_CATEGORIES: readonly Category[] = [
  { key: "execute_command", label: "Execute command", color: "#2440B5", tools: EXECUTE },
  { key: "file_write_edit", label: "File write/edit", color: "#F59E0B", tools: WRITE },
  { key: "file_read_search_inspect", label: "File read/search", color: "#60A5FA", tools: READ },
  { key: "agent_task", label: "Agent/task", color: "#10B981", tools: AGENT },
  { key: "web_remote_lookup", label: "Web/remote/lookup", color: "#8B5CF6", tools: WEB },
  { key: "other", label: "Other", color: "#94A3B8", tools: [] },
];

/** The same with planning tools by themselves. */
export const PLANNING_CATEGORIES: readonly Category[] = [
  { key: "shell_command", label: "Shell / command", color: "#0B6B43", tools: EXECUTE },
  { key: "file_edit_patch", label: "File edit / patch", color: "#4E8F43", tools: WRITE },
  { key: "file_read_search", label: "File read / search", color: "#87B960", tools: READ },
  { key: "planning_control", label: "Planning", color: "#B6D7A8", tools: PLAN },
  { key: "agent_task", label: "Agent / task", color: "#CFE5C7", tools: AGENT },
  { key: "web_lookup", label: "Web / lookup", color: "#DDEDD8", tools: WEB },
  { key: "other", label: "Other", color: "#B8B9BD", tools: [] },
];

/** The key of a tool's category. */
export function categoryOf(tool: string, categories: readonly Category[]): string {
  return (categories.find(({ tools }) => tools.includes(tool)) ?? (categories.at(-1) as Category)).key;
}

export interface LatencyRange {
  readonly key: string;
  readonly label: string;
  readonly color: string;
  readonly minMs: number;
  /** Exclusive; null for the last. */
  readonly maxMs: number | null;
}

/** In the order of the bins of `tail.sql`. */
export const LATENCY_RANGES: readonly LatencyRange[] = [
  { key: "lt_1s", label: "<1s", color: "#0B6B43", minMs: 0, maxMs: 1000 },
  { key: "1_10s", label: "1-10s", color: "#4E8F43", minMs: 1000, maxMs: 10_000 },
  { key: "10s_1m", label: "10s-1m", color: "#87B960", minMs: 10_000, maxMs: 60_000 },
  { key: "gt_1m", label: ">1m", color: "#CFE5C7", minMs: 60_000, maxMs: null },
];
