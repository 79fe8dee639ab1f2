/** Makes a trace and its companion files fit to share: pseudonyms, then the gate, then and only then files. */
import fs from "node:fs";
import path from "node:path";
import { UserError } from "../files/errors.ts";
import { placeProblem } from "../files/place.ts";
import { STDIN, STDOUT } from "../files/stdio.ts";
import { detailsFileOf, sessionsFileOf } from "../trace/companions.ts";
import type { JsonObject } from "../trace/exact-json.ts";
import type { Pseudonyms } from "../trace/pseudonym.ts";
import { sanitizeDetails, sanitizeSession } from "./companions.ts";
import { Gate, type LocatedFinding } from "./gate.ts";
import { HeldRows } from "./held-rows.ts";
import { collectNames } from "./names.ts";
import { type NumberedRow, readRows } from "./read.ts";
import { rebuiltTraceKey, sanitizeRow } from "./row.ts";

export interface Outcome {
  readonly rows: number;
  readonly tools: number;
  /** Empty when all is clean. */
  readonly findings: readonly LocatedFinding[];
  /** Findings beyond those listed. */
  readonly omitted: number;
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
  /** Reviewed fields, such as `tools[].tool_name`. */
  readonly allow: readonly string[];
  readonly stdout: NodeJS.WritableStream;
}

/**
 * Rows keep their order and number. Output that exists is replaced, as a whole; where something private is left, nothing is.
 *
 * @throws UserError for a line that is not a JSON object, and for companion files that do not belong to the trace
 */
export async function sanitizeTrace({ input, output, pseudonyms, allow, stdout }: SanitizeRequest): Promise<Outcome> {
  const gate = new Gate(allow);
  const names = new Set<string>();
  const outputs = new Map<string, HeldRows>();
  const rowsFor = (file: string) => {
    const rows = new HeldRows(file === STDOUT ? null : file);
    outputs.set(file, rows);
    return rows;
  };
  try {
    const count = await sanitizeRows({ input, output, pseudonyms, gate, names, rowsFor });
    const findings = gate.findings(names);
    if (findings.length > 0) return { ...count, findings, omitted: gate.omitted, written: [], removed: [] };
    if (output === STDOUT) await outputs.get(STDOUT)?.copyTo(stdout);
    else await publishAll([...outputs.values()]);
    return { ...count, findings, omitted: 0, written: [...outputs.keys()], removed: output === STDOUT ? [] : removeStale(output, outputs) };
  } catch (error) {
    throw output === STDOUT ? error : (placeProblem(error, path.dirname(path.resolve(output)), "--output") ?? error);
  } finally {
    for (const rows of outputs.values()) rows.discard();
  }
}

async function publishAll(outputs: readonly HeldRows[]): Promise<void> {
  for (const rows of outputs) await rows.finish();
  for (const rows of outputs) rows.publish();
}

interface Work extends Pick<SanitizeRequest, "input" | "output" | "pseudonyms"> {
  readonly gate: Gate;
  readonly names: Set<string>;
  readonly rowsFor: (file: string) => HeldRows;
}

async function sanitizeRows(work: Work): Promise<{ rows: number; tools: number }> {
  const { input, output, pseudonyms, gate, names } = work;
  const held = work.rowsFor(output);
  const details = openDetails(work);
  let rows = 0;
  let tools = 0;
  for await (const batch of readRows(input))
    for (const { row, line, spell } of batch) {
      collectNames(row, names);
      const clean = located(input, line, () => sanitizeRow(row, pseudonyms));
      gate.add(clean, input, line);
      held.writeLine(spell(clean));
      if (details) await details.next(row, clean, line);
      rows++;
      tools += Array.isArray(row.tools) ? row.tools.length : 0;
    }
  await details?.end(rows);
  await sanitizeSessions(work);
  return { rows, tools };
}

function located<T>(file: string, line: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof UserError ? new UserError(`${file}:${line} ${error.message}`, 1, { cause: error }) : error;
  }
}

async function sanitizeSessions({ input, output, pseudonyms, gate, names, rowsFor }: Work): Promise<void> {
  const file = companion(sessionsFileOf, input, output);
  if (file === null) return;
  const held = rowsFor(sessionsFileOf(output));
  for await (const batch of readRows(file))
    for (const { row, line, spell } of batch) {
      collectNames(row, names);
      const clean = located(file, line, () => sanitizeSession(row, pseudonyms));
      gate.add(clean, file, line);
      held.writeLine(spell(clean));
    }
}

/** Takes the details in step with the rows. */
function openDetails({ input, output, pseudonyms, gate, rowsFor }: Work) {
  const file = companion(detailsFileOf, input, output);
  if (file === null) return null;
  const held = rowsFor(detailsFileOf(output));
  const lines = oneByOne(readRows(file));
  const mismatch = (what: string) => new UserError(`${what}. ${file} belongs to another trace; collect both again or remove it.`, 1);
  return {
    async next(row: JsonObject, clean: JsonObject, line: number): Promise<void> {
      const { value: details } = await lines.next();
      if (!details) throw mismatch(`${file} ends before ${input}:${line}`);
      if (details.row.trace_key !== traceKeyOf(row))
        throw mismatch(`${file}:${details.line} and ${input}:${line} have different trace keys`);
      const cleanDetails = located(file, details.line, () => sanitizeDetails(details.row, row, traceKeyOf(clean) ?? "", pseudonyms));
      gate.add(cleanDetails, file, details.line);
      held.writeLine(details.spell(cleanDetails));
    },
    async end(rows: number): Promise<void> {
      if ((await lines.next()).value) throw mismatch(`${file} has more lines than ${input} has rows, ${rows}`);
    },
  };
}

async function* oneByOne(batches: AsyncIterable<NumberedRow[]>): AsyncGenerator<NumberedRow, undefined> {
  for await (const batch of batches) yield* batch;
}

function traceKeyOf(row: JsonObject): string | null {
  return typeof row.trace_key === "string" ? row.trace_key : rebuiltTraceKey(row);
}

/** A companion file of the input, if there is one and the output can have the same. */
function companion(fileOf: (trace: string) => string, input: string, output: string): string | null {
  return input !== STDIN && output !== STDOUT && fs.existsSync(fileOf(input)) ? fileOf(input) : null;
}

function removeStale(output: string, written: ReadonlyMap<string, unknown>): string[] {
  const stale = [sessionsFileOf(output), detailsFileOf(output)].filter((file) => !written.has(file) && fs.existsSync(file));
  for (const file of stale) fs.rmSync(file);
  return stale;
}

/** The gate alone, over a trace and its companion files. */
export async function checkTrace({ input, allow }: Pick<SanitizeRequest, "input" | "allow">): Promise<Outcome> {
  const gate = new Gate(allow);
  const names = new Set<string>();
  const companions = input === STDIN ? [] : [sessionsFileOf(input), detailsFileOf(input)].filter((file) => fs.existsSync(file));
  let rows = 0;
  let tools = 0;
  for (const file of [input, ...companions])
    for await (const batch of readRows(file))
      for (const { row, line } of batch) {
        collectNames(row, names);
        gate.add(row, file, line);
        if (file !== input) continue;
        rows++;
        tools += Array.isArray(row.tools) ? row.tools.length : 0;
      }
  return { rows, tools, findings: gate.findings(names), omitted: gate.omitted, written: [], removed: [] };
}
