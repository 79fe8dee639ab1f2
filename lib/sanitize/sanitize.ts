/** Makes a trace and its companion files fit to share: built from the schema, read back by the gate, then and only then files. */
import fs from "node:fs";
import path from "node:path";
import { UserError } from "../files/errors.ts";
import { placeProblem } from "../files/place.ts";
import { readText } from "../files/read.ts";
import { STDIN, STDOUT } from "../files/stdio.ts";
import { detailsFileOf, eventsFileOf, inputsFileOf, namesFileOf, sessionsFileOf } from "../trace/companions.ts";
import type { JsonObject } from "../trace/exact-json.ts";
import type { Pseudonyms } from "../trace/pseudonym.ts";
import type { Place } from "./fields.ts";
import type { Rules } from "./forms.ts";
import { HeldRows } from "./held-rows.ts";
import { learnNames, learnWords } from "./names.ts";
import { type Problem, Problems } from "./problems.ts";
import { type Changes, type Checked, type CheckedRows, checkRows, publishedRows } from "./publish.ts";
import { readRows } from "./read.ts";
import { publishDetails, publishEvent, publishSession, traceKeyOf } from "./row.ts";
import { coarseClock, exactClock } from "./times.ts";

export interface Outcome extends Checked {
  /** Keys and values that the schema has no place for; they are not in the output. */
  readonly left: readonly Problem[];
  readonly changes: Changes;
  /** Files that were written, `-` for standard output; none when there are findings. */
  readonly written: readonly string[];
  /** Companion files of an earlier output, whose rows no longer exist. */
  readonly removed: readonly string[];
}

export interface SanitizeRequest {
  /** A path, or `-` for standard input. */
  readonly input: string;
  /** A path, or `-` for standard output, which gets the rows alone. */
  readonly output: string;
  readonly pseudonyms: Pseudonyms;
  /** Names of tools, servers, models and providers that may be seen. */
  readonly kept: ReadonlySet<string>;
  /** Move the times of each session, and cut them to seconds. */
  readonly coarseTimes: boolean;
  readonly stdout: NodeJS.WritableStream;
}

/**
 * Rows keep their order and number. Output that exists is replaced, as a whole; where something private is left, nothing is.
 *
 * @throws UserError for a line that is not a JSON object, and for companion files that do not belong to the trace
 */
export async function sanitizeTrace(request: SanitizeRequest): Promise<Outcome> {
  const { output, kept, stdout } = request;
  const work = new Work(request);
  try {
    await publishRows(work);
    await publishLists(work);
    const checked = await checkRows(work.sealed(), work.names, kept);
    const isClean = checked.findings.length === 0;
    if (isClean) await work.publish(stdout);
    const written = isClean ? work.files() : [];
    return {
      ...checked,
      left: work.left.list(),
      changes: work.left,
      written,
      removed: isClean && output !== STDOUT ? removeStale(output, written) : [],
    };
  } catch (error) {
    throw output === STDOUT ? error : (placeProblem(error, path.dirname(path.resolve(output)), "--output") ?? error);
  } finally {
    work.discard();
  }
}

/** What a run has and makes. */
class Work {
  readonly input: string;
  readonly output: string;
  readonly rules: Rules;
  readonly left = new Problems();
  readonly names: Set<string>;
  private readonly held = new Map<string, { rows: HeldRows; place: Place }>();

  constructor({ input, output, pseudonyms, kept, coarseTimes }: SanitizeRequest) {
    this.input = input;
    this.output = output;
    this.rules = { pseudonyms, kept, clock: coarseTimes ? coarseClock(pseudonyms) : exactClock, coarse: coarseTimes };
    this.names = collectedNames(input);
  }

  /** Takes the lines of a file that is to be written. */
  open(file: string, place: Place): HeldRows {
    const rows = new HeldRows(file === STDOUT ? null : file);
    this.held.set(file, { rows, place });
    return rows;
  }

  /** Drafts of all files. */
  sealed(): CheckedRows[] {
    return [...this.held].map(([name, { rows, place }]) => ({ name, rows: readRows(rows.seal()), place }));
  }

  files(): string[] {
    return [...this.held.keys()];
  }

  async publish(stdout: NodeJS.WritableStream): Promise<void> {
    const all = [...this.held.values()].map(({ rows }) => rows);
    if (this.output === STDOUT) for (const rows of all) await rows.copyTo(stdout);
    else {
      for (const rows of all) await rows.finish();
      for (const rows of all) rows.publish();
    }
  }

  discard(): void {
    for (const { rows } of this.held.values()) rows.discard();
  }
}

/** Names that the collector has seen and rows don't show, such as branches. */
function collectedNames(input: string): Set<string> {
  const names = new Set<string>();
  const text = input === STDIN ? null : readText(namesFileOf(input));
  for (const line of text?.split("\n") ?? []) learnWords(line, names);
  return names;
}

async function publishRows(work: Work): Promise<void> {
  const { input, output } = work;
  const held = work.open(output, "row");
  const details = openDetails(work);
  let rows = 0;
  for await (const { row, clean, text, line } of publishedRows(readRows(input), input, work)) {
    held.writeLine(text);
    if (details) await details.next(row, clean, line);
    rows++;
  }
  await details?.end(rows);
}

/** Sessions and events: lists that are not in step with the rows. */
async function publishLists(work: Work): Promise<void> {
  const { input, output, rules, left, names } = work;
  for (const { place, fileOf, publish } of LISTS) {
    const file = companion(fileOf, input, output);
    if (file === null) continue;
    const held = work.open(fileOf(output), place);
    for await (const { row, line } of readRows(file)) {
      learnNames(row, names);
      left.at(file, line);
      held.writeLine(JSON.stringify(publish(row, rules, left)));
    }
  }
}

const LISTS = [
  { place: "sessions", fileOf: sessionsFileOf, publish: publishSession },
  { place: "events", fileOf: eventsFileOf, publish: publishEvent },
] as const;

/** Takes the details in step with the rows. */
function openDetails(work: Work) {
  const { input, output, rules, left } = work;
  const file = companion(detailsFileOf, input, output);
  if (file === null) return null;
  const held = work.open(detailsFileOf(output), "details");
  const lines = readRows(file);
  const mismatch = (what: string) => new UserError(`${what}. ${file} belongs to another trace; collect both again or remove it.`, 1);
  return {
    async next(row: JsonObject, clean: JsonObject, line: number): Promise<void> {
      const { value: details } = await lines.next();
      if (!details) throw mismatch(`${file} ends before ${input}:${line}`);
      if (details.row.trace_key !== (row.trace_key ?? traceKeyOf(row)))
        throw mismatch(`${file}:${details.line} and ${input}:${line} have different trace keys`);
      left.at(file, details.line);
      held.writeLine(JSON.stringify(publishDetails(details.row, row, clean, rules, left)));
    },
    async end(rows: number): Promise<void> {
      if ((await lines.next()).value) throw mismatch(`${file} has more lines than ${input} has rows, ${rows}`);
    },
  };
}

/** A companion file of the input, if there is one and the output can have the same. */
function companion(fileOf: (trace: string) => string, input: string, output: string): string | null {
  return input !== STDIN && output !== STDOUT && fs.existsSync(fileOf(input)) ? fileOf(input) : null;
}

function removeStale(output: string, written: readonly string[]): string[] {
  const stale = [...COMPANIONS.map(({ fileOf }) => fileOf(output)), inputsFileOf(output)].filter(
    (file) => !written.includes(file) && fs.existsSync(file),
  );
  for (const file of stale) fs.rmSync(file);
  return stale;
}

/** The inputs file is private: a published trace has none. */
const COMPANIONS = [...LISTS, { place: "details", fileOf: detailsFileOf }] as const;

/**
 * The gate alone, over a trace and its companion files.
 * @throws UserError when inputs of tools are next to the trace
 */
export async function checkTrace({ input, kept }: Pick<SanitizeRequest, "input" | "kept">): Promise<Checked> {
  if (input !== STDIN && fs.existsSync(inputsFileOf(input)))
    throw new UserError(
      `${inputsFileOf(input)} is private: it names what tools were called with. Remove it, or sanitize into another folder.`,
      1,
    );
  const trace: CheckedRows = { name: input, rows: readRows(input), place: "row" };
  const companions = input === STDIN ? [] : COMPANIONS.map(({ fileOf, place }) => ({ name: fileOf(input), place }));
  const present = companions.filter(({ name }) => fs.existsSync(name)).map((file): CheckedRows => ({ ...file, rows: readRows(file.name) }));
  return checkRows([trace, ...present], collectedNames(input), kept);
}
