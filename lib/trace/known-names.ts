/** Names of tools and models that are the same for everybody, so that a published trace may hold them. Others may name a company or a project. */
import { familyOf, PRICED_MODELS } from "./prices/published.ts";

/** Built-in tools of Claude Code and Codex by what they do, and those of connectors that are the same for all of their users. */
export const TOOLS = {
  execute: [
    ...["Bash", "BashOutput", "KillBash", "KillShell", "PowerShell", "exec", "exec_command", "write_stdin", "shell_command", "shell"],
    ...["local_shell", "unified_exec", "container.exec", "send_input", "mcp__ide__executeCode"],
  ],
  write: ["Edit", "Write", "MultiEdit", "NotebookEdit", "apply_patch"],
  read: [
    ...["Read", "Grep", "Glob", "LS", "view_image", "SendUserFile"],
    ...["mcp__filesystem__list_directory", "mcp__filesystem__directory_tree"],
  ],
  agent: [
    ...["TaskCreate", "TaskOutput", "TaskStop", "TaskList", "TaskGet", "Task", "Agent"],
    ...["wait_agent", "spawn_agent", "close_agent", "resume_agent"],
  ],
  web: [
    ...["WebFetch", "WebSearch", "ToolSearch", "tool_search", "Skill", "mcp__sequential-thinking__sequentialthinking"],
    ...["list_mcp_resources", "list_mcp_resource_templates", "read_mcp_resource", "mcp__ide__getDiagnostics", "LSP", "_search_branches"],
    ...["fetch", "search", "create-database", "create-pages", "create-view"].map((verb) => `mcp__claude_ai_Notion__notion-${verb}`),
    ...[
      ...["fetch", "get_repo", "search_commits", "create_branch", "create_file", "get_user_login", "list_repositories"],
      ...["search_repositories", "search_branches", "download_user_content", "fetch_commit", "compare_commits"],
    ].map((verb) => `mcp__codex_apps__github_${verb}`),
  ],
  plan: ["TaskUpdate", "TodoWrite", "EnterPlanMode", "ExitPlanMode", "update_plan", "create_goal", "update_goal", "StructuredOutput"],
} as const satisfies Record<string, readonly string[]>;

const OTHER_TOOLS = [
  ...["AskUserQuestion", "NotebookRead", "TodoRead", "SlashCommand", "Monitor", "PushNotification", "Workflow", "SendMessage"],
  ...[
    "EnterWorktree",
    "ExitWorktree",
    "ListMcpResourcesTool",
    "ReadMcpResourceTool",
    "request_user_input",
    "web_search",
    "web_fetch",
    "code_execution",
  ],
  ...["image_generation", "wait", "load_workspace_dependencies", "get_goal"],
];

const KNOWN_TOOLS: ReadonlySet<string> = new Set([...Object.values(TOOLS).flat(), ...OTHER_TOOLS]);

export function isKnownTool(name: string): boolean {
  return KNOWN_TOOLS.has(name);
}

const DATE = "20\\d\\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01])";
/** Families, versions and dates of the models that Anthropic and OpenAI list. */
const LISTED_MODEL = new RegExp(
  `^(?:${[
    `claude-(?:opus|sonnet|haiku)-\\d(?:-\\d)?(?:-${DATE})?`,
    `claude-3(?:-[57])?-(?:opus|sonnet|haiku)(?:-${DATE}|-latest)?`,
    "gpt-(?:4o|4\\.1|5(?:\\.\\d)?)(?:-(?:codex|mini|nano|pro|max|spark|sol|terra))*",
    "o[134](?:-mini|-pro)?",
    "codex-mini-latest|codex-auto-review|<synthetic>",
  ].join("|")})$`,
);

export function isKnownModel(name: string): boolean {
  return LISTED_MODEL.test(name) || PRICED_MODELS.has(name);
}

/** What a model is called in front of its pseudonym: who makes it and the family that it is priced by, where the name says so. */
export function modelKind(name: string): string {
  const maker = /^(?:claude|gpt|codex)(?=-)/.exec(name)?.[0] ?? "model";
  const family = familyOf(name);
  if (family === null) return maker;
  return family.startsWith(maker) ? family : `${maker}-${family}`;
}
