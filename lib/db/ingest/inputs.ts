/** Which trace files a list of paths and globs names. */
import fs from "node:fs";
import path from "node:path";
import { globSync } from "tinyglobby";
import { UserError } from "../../errors.ts";

export const STDIN = "-";

export interface TraceFile {
  /** As named on the command line (or as matched by a glob): how messages call it. */
  readonly name: string;
  /** Absolute path; `-` for standard input. */
  readonly path: string;
  /** Size on disk in bytes; null when it is not a regular file. */
  readonly size: number | null;
}

/**
 * The files in the order of the arguments, those of one glob sorted by name. A path that exists is taken as it is, even
 * when it looks like a glob. A file that is named twice, be it by a link, is read once, at its first place: its steps
 * happened once.
 * @throws UserError when a path or glob names no file
 */
export function resolveInputs(inputs: readonly string[]): TraceFile[] {
  if (inputs.length === 0) throw new UserError("No trace was given. Name at least one file, glob or - for standard input.");
  const files = new Map<string, TraceFile>();
  for (const file of inputs.flatMap(expand)) {
    const identity = file.path === STDIN ? STDIN : fs.realpathSync(file.path);
    if (!files.has(identity)) files.set(identity, file);
  }
  return [...files.values()];
}

function expand(input: string): TraceFile[] {
  if (input === STDIN) return [{ name: STDIN, path: STDIN, size: null }];
  if (fs.existsSync(input)) return [describe(input)];
  const matches = globSync(input, { expandDirectories: false }).sort();
  if (matches.length === 0) throw new UserError(`No trace file matches ${input}. Check the path; relative ones start at ${process.cwd()}.`);
  return matches.map(describe);
}

function describe(name: string): TraceFile {
  const stat = fs.statSync(name);
  if (stat.isDirectory()) throw new UserError(`${name} is a folder. Name the files in it, for example "${path.join(name, "*.jsonl*")}".`);
  return { name, path: path.resolve(name), size: stat.isFile() ? stat.size : null };
}
