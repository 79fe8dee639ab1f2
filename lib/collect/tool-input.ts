/** What a tool call is about, from its input. Private: it names files, addresses and commands. */
import { bytesOf } from "../files/bytes.ts";
import { sha256 } from "../files/hash.ts";
import { asText, encode, isObject, type Json, parseJson } from "../trace/exact-json.ts";
import { TOOLS } from "../trace/known-names.ts";
import type { Tool } from "./row.ts";

export interface ToolInput {
  readonly toolIndex: number;
  /** SHA-256 of the input as the row has it; not keyed yet. */
  readonly sha256: string;
  /** The first line of what the call is about: a path, an address, a pattern or a command. */
  readonly target: string | null;
  readonly verb: Verb | null;
}

export type Verb = "read" | "list" | "search" | "edit" | "fetch" | "agent" | "plan" | "test" | "build" | "git" | "install" | "run";

const TARGET_CHARS = 300;
/** In the order in which they are looked for. */
const TARGET_KEYS = ["file_path", "notebook_path", "url", "query", "pattern", "path", "skill", "subagent_type", "task_name", "description"];
const COMMAND_KEYS = ["command", "cmd"];
const PATCHED_FILE = /^\*\*\* (?:Update|Add|Delete) File: (.+)$/m;

export function toolInputOf({ tool_index: toolIndex, tool_name: name, input }: Tool): ToolInput {
  const text = typeof input === "string" ? input : encode(input);
  const value = typeof input === "string" && input.startsWith("{") ? (parseJson(bytesOf(input)) ?? input) : input;
  const command = isObject(value) ? commandOf(value) : null;
  const target = command ?? targetOf(value);
  return { toolIndex, sha256: sha256(text), target: target === null ? null : shortened(target), verb: verbOf(name, command) };
}

/** The script that a shell gets, without what calls the shell. */
function commandOf(input: { readonly [key: string]: Json }): string | null {
  const given = COMMAND_KEYS.map((key) => input[key]).find((value) => value !== undefined);
  if (!Array.isArray(given)) return asText(given) ?? null;
  const words = given.flatMap((word) => asText(word) ?? []);
  return (/^-\w*c$/.test(words.at(1) ?? "") ? words.at(2) : words.join(" ")) ?? null;
}

function targetOf(input: Json): string | null {
  if (typeof input === "string") return PATCHED_FILE.exec(input)?.[1] ?? null;
  if (!isObject(input)) return null;
  return TARGET_KEYS.map((key) => asText(input[key])).find((text) => text !== undefined && text !== "") ?? null;
}

/** Half a surrogate pair is not text for the database. */
function shortened(text: string): string {
  const [line = ""] = text.trim().split("\n", 1);
  return line.slice(0, TARGET_CHARS).replaceAll(/\p{Surrogate}/gu, "\ufffd");
}

/** What comes before the program: other folders, variables, programs that only start others. */
const BEFORE_PROGRAM =
  /^(?:cd\s+[^&;|]+(?:&&|;)\s*|[A-Za-z_]\w*=\S*\s+|(?:sudo|time|nohup|env|command|exec|npx|bunx)\s+|timeout\s+\S+\s+|(?:uv|poetry)\s+run\s+)+/;

/** The first that fits. */
const PROGRAMS: readonly (readonly [Verb, RegExp])[] = [
  [
    "test",
    /^(?:(?:npm|pnpm|yarn|bun) (?:run )?test|vitest|jest|pytest|python3? -m (?:pytest|unittest)|(?:cargo|go|dotnet|mvn|make) test|ctest|rspec)\b/,
  ],
  [
    "build",
    /^(?:(?:npm|pnpm|yarn|bun) run build|tsc|make|cmake|ninja|(?:cargo|go|docker|dotnet|vite) build|cargo check|mvn|gradle|webpack)\b/,
  ],
  ["install", /^(?:(?:npm|pnpm|yarn|bun) (?:i|install|ci|add)|pip3? install|(?:apt|apt-get|brew) install|cargo add|uv (?:add|sync|pip))\b/],
  ["git", /^(?:git|gh)\b/],
  ["search", /^(?:rg|grep|egrep|fgrep|ag|fd|find|which)\b/],
  ["edit", /^(?:sed -i|cp|mv|rm|mkdir|touch|chmod|ln|tee)\b/],
  ["read", /^(?:cat|head|tail|less|sed|nl|jq|awk)\b/],
  ["list", /^(?:ls|tree|pwd|du|wc|stat)\b/],
  ["fetch", /^(?:curl|wget)\b/],
];

const VERB_OF_TOOL: ReadonlyMap<string, Verb> = new Map<string, Verb>([
  ...TOOLS.execute.map((name): [string, Verb] => [name, "run"]),
  ...TOOLS.write.map((name): [string, Verb] => [name, "edit"]),
  ...TOOLS.read.map((name): [string, Verb] => [name, "read"]),
  ...TOOLS.agent.map((name): [string, Verb] => [name, "agent"]),
  ...TOOLS.plan.map((name): [string, Verb] => [name, "plan"]),
  ["LS", "list"],
  ["Grep", "search"],
  ["Glob", "search"],
  ["WebFetch", "fetch"],
  ["WebSearch", "search"],
  ["web_search", "search"],
]);

function verbOf(name: string | null, command: string | null): Verb | null {
  if (command === null) return VERB_OF_TOOL.get(name ?? "") ?? null;
  const program = command.trim().replace(BEFORE_PROGRAM, "");
  return PROGRAMS.find(([, pattern]) => pattern.test(program))?.[0] ?? "run";
}
