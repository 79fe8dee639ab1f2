/** The trace that a run makes of its caller's own transcripts, private or fit to be published. */
import path from "node:path";
import { UserError } from "../files/errors.ts";
import { keepOutOfGit } from "../files/gitignore.ts";
import { say } from "../files/say.ts";
import { counted } from "../format/counts.ts";
import type { Changes } from "../sanitize/publish.ts";
import type { ValuesOf } from "./options.ts";
import { discoveryOf, type discoveryOptions } from "./shared-options.ts";

export interface OwnHistory extends ValuesOf<typeof discoveryOptions> {
  readonly out: string;
  readonly jobs: number;
  readonly resume: boolean;
  /** Draw what may be published. */
  readonly sanitized: boolean;
  /** How that is made. */
  readonly sanitizing?: Sanitizing;
}

export interface Sanitizing {
  /** File of names that may be seen. */
  readonly keepNames?: string | undefined;
  readonly coarseTimes: boolean;
}

/** What a run leaves in its folder. */
const PRIVATE_RESULTS = ["collected", "gallery", "logs", "run.json", "explore.duckdb", "explore.json", "sessions", "rounds.duckdb"];
/** Kinds of what was left out that are printed. */
const MAX_SENTENCES = 10;

/**
 * Collects and returns the trace to read.
 * @param categories folders of results
 * @throws UserError when a sanitized trace would still hold what is private
 */
export async function ownHistory(values: OwnHistory, categories: readonly string[]): Promise<string> {
  const [{ collectForRun, reportFileOf }, { reportLines }] = await Promise.all([
    import("../collect/collect.ts"),
    import("../collect/report.ts"),
  ]);
  const { out, jobs, resume, sanitized, sanitizing = { coarseTimes: false } } = values;
  if (!sanitized) keepOutOfGit({ folder: out, flag: "--out", names: [...PRIVATE_RESULTS, ...categories] });
  const { trace, report } = await collectForRun({ ...discoveryOf(values), out, jobs, resume, say });
  for (const line of reportLines(report, reportFileOf(trace))) say(line);
  return sanitized ? sanitizedTrace(trace, sanitizedFor(out, trace), sanitizing) : trace;
}

/** Where a run puts what may be published of a trace. */
export function sanitizedFor(out: string, trace: string): string {
  return path.join(out, "sanitized", path.basename(trace));
}

/** Returns `output`. */
async function sanitizedTrace(input: string, output: string, { keepNames, coarseTimes }: Sanitizing): Promise<string> {
  const [{ sanitizeTrace }, { readKeptNames }, { leftSentence, findingText }, { readOrMakeKey }, { Pseudonyms }] = await Promise.all([
    import("../sanitize/sanitize.ts"),
    import("../sanitize/kept-names.ts"),
    import("../sanitize/problems.ts"),
    import("../collect/key.ts"),
    import("../trace/pseudonym.ts"),
  ]);
  const pseudonyms = new Pseudonyms(readOrMakeKey(path.join(`${input}.state`, "publish-key"), say));
  const request = { input, output, pseudonyms, kept: readKeptNames(keepNames), coarseTimes, stdout: process.stdout };
  const { findings, left, rows, tools, changes } = await sanitizeTrace(request);
  if (findings.length > 0)
    throw new UserError(
      `The sanitized trace does not pass its check, so nothing is drawn: ${findings.slice(0, MAX_SENTENCES).map(findingText).join("; ")}. Please report this: it is a fault of this program.`,
      1,
    );
  say(`Sanitized ${counted(rows, "step")} and ${counted(tools, "tool call")}; the result passes the check for what is private.`);
  for (const line of changeLines(changes)) say(line);
  for (const problem of left.slice(0, MAX_SENTENCES)) say(leftSentence(problem));
  return output;
}

/** What fields hold, in words; those without a word go by their names. */
const KINDS: Readonly<Record<string, string>> = {
  session_file: "paths of transcripts",
  cwd: "working folders",
  home: "home folders",
  title: "titles of sessions",
  byte_count: "sizes of transcripts",
  record_count: "sizes of transcripts",
  session_id: "ids of sessions",
  parent_session_id: "ids of sessions",
  first_holder_session_id: "ids of sessions",
  round_id: "ids of steps",
  turn_id: "ids of requests",
  trace_key: "ids of steps",
  transcript_id: "ids of transcripts",
  response_id: "ids of responses",
  request_id: "ids of responses",
  advisor_of: "ids of responses",
  tool_call_id: "ids of tool calls",
  parent_tool_call_id: "ids of tool calls",
  tool_call_ids: "ids of tool calls",
  agent_type: "kinds of sub-agents",
  "tools[].tool_call_id": "ids of tool calls",
  "timing_events[].tool_call_id": "ids of tool calls",
  "tools[].input": "inputs of tools",
  "tools[].tool_name": "names of tools",
  "timing_events[].tool_name": "names of tools",
  model: "names of models",
  project: "projects",
  user: "users",
  cwd_pseudonym: "working folders",
  git_branch_pseudonym: "branches",
};

/** What was removed and what was replaced: kinds with the number of values, the most frequent first. */
function changeLines({ removed, replaced }: Changes): string[] {
  return [
    `Removed: ${kindsOf(removed) || "nothing"}.`,
    `Replaced by pseudonyms${[...replaced.keys()].some(isTime) ? " or moved" : ""}: ${kindsOf(replaced) || "nothing"}.`,
  ];
}

function kindsOf(fields: ReadonlyMap<string, number>): string {
  const counts = new Map<string, number>();
  for (const [field, count] of fields) {
    const kind = KINDS[field] ?? (isTime(field) ? "times" : field);
    counts.set(kind, (counts.get(kind) ?? 0) + count);
  }
  const sorted = [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return sorted.map(([kind, count]) => `${kind} (${count.toLocaleString("en-US")})`).join(", ");
}

function isTime(field: string): boolean {
  return /(_at|timestamp)$/.test(field);
}

/** What to do with the results. */
export function sayWhoMaySee(results: { isPrivate: boolean; out: string; sanitized: boolean; gallery?: string | undefined }): void {
  const { isPrivate, out, sanitized, gallery = path.join(out, "gallery") } = results;
  if (isPrivate)
    say("Private: do not publish. The pages name projects and sessions; --collect --sanitized makes pages that may be published.");
  else if (sanitized)
    say(
      `${gallery} may be published; it still shows times, token counts and sizes, by which who has the transcripts can find them. Keep ${path.join(out, "collected")} to yourself.`,
    );
}
