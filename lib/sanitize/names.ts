/** Names of people, as home folders and accounts contain them, and where they are looked for. */
import type { JsonObject } from "../trace/exact-json.ts";
import { kindOfKey } from "./keys.ts";

/** Accounts that identify nobody, and are words of event types and tools as well. */
const GENERIC = new Set([
  "admin",
  "administrator",
  "agent",
  "app",
  "build",
  "ci",
  "claude",
  "codespace",
  "codex",
  "coder",
  "default",
  "dev",
  "developer",
  "docker",
  "ec2-user",
  "guest",
  "home",
  "node",
  "nobody",
  "public",
  "root",
  "runner",
  "sandbox",
  "shared",
  "test",
  "ubuntu",
  "user",
  "users",
  "vscode",
  "work",
  "workspace",
]);

const PSEUDONYM = /^user_[0-9a-f]{8,}$/;
const NO_LETTER = /^\P{L}*$/u;
const HOME_IN_PATH = /(?:^|[\s"'=:])(?:\/(?:home|Users)\/|[A-Za-z]:[\\/]Users[\\/])([^/\\\s"']+)/g;

/** Adds the names that a row contains before it is sanitized. Lower case. */
export function collectNames(row: JsonObject, names: Set<string>): void {
  for (const key of Object.keys(row)) {
    const value = row[key];
    if (typeof value !== "string") continue;
    const kind = kindOfKey(key);
    if (kind === "user") addName(value, names);
    else if (key === "home") addName(baseName(value), names);
    else if (kind === "sensitive") for (const [, name = ""] of value.matchAll(HOME_IN_PATH)) addName(name, names);
  }
}

function baseName(home: string): string {
  return home.split(/[/\\]/).filter(Boolean).at(-1) ?? "";
}

function addName(name: string, names: Set<string>): void {
  const lower = name.toLowerCase();
  if (lower.length > 1 && !NO_LETTER.test(lower) && !GENERIC.has(lower) && !PSEUDONYM.test(lower)) names.add(lower);
}

/** Whole values that are the same for everybody. */
const KNOWN_VALUES = new Set(
  `claude codex .claude .claude.back .codex user_message tool_result reasoning text tool_call usage_report
  user.message user.content.tool_result assistant.content.thinking assistant.content.text assistant.content.tool_use
  event_msg.user_message event_msg.exec_command_end event_msg.patch_apply_end event_msg.token_count
  response_item.function_call response_item.function_call_output response_item.custom_tool_call
  response_item.custom_tool_call_output response_item.message response_item.reasoning
  agent askuserquestion bash bashoutput edit enterplanmode exitplanmode glob grep killshell ls lsp monitor multiedit notebookedit
  notebookread read skill slashcommand task taskcreate taskget tasklist taskoutput taskstop taskupdate todoread todowrite toolsearch
  webfetch websearch write
  apply_patch close_agent exec_command list_mcp_resources list_mcp_resource_templates load_workspace_dependencies local_shell
  read_mcp_resource request_user_input resume_agent send_input shell shell_command spawn_agent update_plan view_image wait_agent
  web_search write_stdin main sub-agent fork resume standard priority flex fast slow`.split(/\s+/),
);

/** Words of model ids, which are names of people too. */
const MODEL_WORDS = new Set("claude opus sonnet haiku gpt codex max mini nano pro auto review fast spark turbo preview latest".split(" "));

/** Whether a string of the field holds the name as a word of its own; `name` in lower case. */
export function holdsName(field: string, text: string, name: string): boolean {
  const lower = text.toLowerCase();
  if (KNOWN_VALUES.has(lower) || (field === "model" && MODEL_WORDS.has(name))) return false;
  for (let at = lower.indexOf(name); at >= 0; at = lower.indexOf(name, at + 1))
    if (!isWordCharacter(lower[at - 1]) && !isWordCharacter(lower[at + name.length])) return true;
  return false;
}

/** `_` parts words, as in `mcp__server__tool`. */
function isWordCharacter(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}]/u.test(character);
}
