/** The trace that a run makes of its caller's own transcripts, private or fit to be published. */
import path from "node:path";
import { UserError } from "../files/errors.ts";
import { keepOutOfGit } from "../files/gitignore.ts";
import { say } from "../files/say.ts";
import type { ValuesOf } from "./options.ts";
import { discoveryOf, type discoveryOptions } from "./shared-options.ts";

export interface OwnHistory extends ValuesOf<typeof discoveryOptions> {
  readonly out: string;
  readonly jobs: number;
  readonly resume: boolean;
  /** Draw what may be published. */
  readonly sanitized: boolean;
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
  const { out, jobs, resume, sanitized } = values;
  if (!sanitized) keepOutOfGit({ folder: out, flag: "--out", names: [...PRIVATE_RESULTS, ...categories] });
  const { trace, report } = await collectForRun({ ...discoveryOf(values), out, jobs, resume, say });
  for (const line of reportLines(report, reportFileOf(trace))) say(line);
  return sanitized ? sanitizedTrace(trace, path.join(out, "sanitized", path.basename(trace))) : trace;
}

/** Returns `output`. */
async function sanitizedTrace(input: string, output: string): Promise<string> {
  const [{ sanitizeTrace }, { leftSentence, findingText }, { readOrMakeKey }, { Pseudonyms }] = await Promise.all([
    import("../sanitize/sanitize.ts"),
    import("../sanitize/problems.ts"),
    import("../collect/key.ts"),
    import("../trace/pseudonym.ts"),
  ]);
  const pseudonyms = new Pseudonyms(readOrMakeKey(path.join(`${input}.state`, "publish-key"), say));
  const request = { input, output, pseudonyms, kept: new Set<string>(), coarseTimes: false, stdout: process.stdout };
  const { findings, left, rows, tools } = await sanitizeTrace(request);
  if (findings.length > 0)
    throw new UserError(
      `The sanitized trace does not pass its check, so nothing is drawn: ${findings.slice(0, MAX_SENTENCES).map(findingText).join("; ")}. Please report this: it is a fault of this program.`,
      1,
    );
  say(
    `Sanitized ${rows.toLocaleString("en-US")} steps and ${tools.toLocaleString("en-US")} tool calls. Removed: paths, working folders, inputs of tools, titles of sessions, sizes of transcripts. Pseudonyms: ids, users, projects, branches, and names of tools and models that are not everyone's.`,
  );
  for (const problem of left.slice(0, MAX_SENTENCES)) say(leftSentence(problem));
  return output;
}

/** What to do with the results. */
export function sayWhoMaySee({ isPrivate, out, sanitized }: { isPrivate: boolean; out: string; sanitized: boolean }): void {
  if (isPrivate)
    say("Private: do not publish. The pages name projects and sessions; --collect --sanitized makes pages that may be published.");
  else if (sanitized)
    say(
      `${path.join(out, "gallery")} may be published; it still shows times, token counts and sizes, by which who has the transcripts can find them. Keep ${path.join(out, "collected")} to yourself.`,
    );
}
