/** Which trace files a list of paths and globs names, and their companion files. */
import fs from "node:fs";
import path from "node:path";
import { globSync } from "tinyglobby";
import { UserError } from "../../../files/errors.ts";
import { STDIN } from "../../../files/stdio.ts";
import { detailsFileOf, eventsFileOf, inputsFileOf, sessionsFileOf } from "../../../trace/companions.ts";
import { filesIn, readManifest } from "../parquet/manifest.ts";

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
 * when it looks like a glob; a folder is an export: the files that its manifest lists or, without one, the Parquet files in it.
 * A file that is named twice, be it by a link, is read once, at its first place: its steps
 * happened once. Companion files of another file in the list are not traces and are left out.
 * @throws UserError when a path or glob names no file
 */
export function resolveInputs(inputs: readonly string[]): TraceFile[] {
  if (inputs.length === 0) throw new UserError("No trace was given. Name at least one file, glob or - for standard input.");
  const files = inputs.flatMap(expand);
  const companions = new Set(files.flatMap(({ path }) => Object.values(FILE_OF).map((fileOf) => fileOf(path))));
  return distinct(files.filter((file) => !companions.has(file.path)));
}

const FILE_OF = { sessions: sessionsFileOf, details: detailsFileOf, events: eventsFileOf, inputs: inputsFileOf };

/** Companion files that were found; null where there is none. */
export type Companions = { readonly trace: TraceFile } & Readonly<Record<keyof typeof FILE_OF, TraceFile | null>>;

/** Next to the trace as it is named or, when that is a link, next to the file it leads to. Standard input has none. */
export function companionsOf(trace: TraceFile): Companions {
  return {
    trace,
    sessions: findNextTo(trace, FILE_OF.sessions),
    details: findNextTo(trace, FILE_OF.details),
    events: findNextTo(trace, FILE_OF.events),
    inputs: findNextTo(trace, FILE_OF.inputs),
  };
}

/** Sessions files of all traces, each once. */
export function sessionsFiles(companions: readonly Companions[]): TraceFile[] {
  return distinct(companions.flatMap(({ sessions }) => sessions ?? []));
}

/** Events files of all traces, each once. */
export function eventsFiles(companions: readonly Companions[]): TraceFile[] {
  return distinct(companions.flatMap(({ events }) => events ?? []));
}

/** All companion files, each once, in the order in which they are read. */
export function companionFiles(companions: readonly Companions[]): TraceFile[] {
  const ofRows = (["details", "inputs"] as const).flatMap((kind) => companions.flatMap(({ [kind]: file }) => file ?? []));
  return distinct([...sessionsFiles(companions), ...eventsFiles(companions), ...ofRows]);
}

function findNextTo(trace: TraceFile, nameOf: (trace: string) => string): TraceFile | null {
  if (trace.path === STDIN) return null;
  const place = [trace.name, fs.realpathSync(trace.path)].map(nameOf).find((name) => fs.existsSync(name));
  return place === undefined ? null : describe(place);
}

function distinct(files: readonly TraceFile[]): TraceFile[] {
  const byIdentity = new Map<string, TraceFile>();
  for (const file of files) {
    const identity = file.path === STDIN ? STDIN : fs.realpathSync(file.path);
    if (!byIdentity.has(identity)) byIdentity.set(identity, file);
  }
  return [...byIdentity.values()];
}

function expand(input: string): TraceFile[] {
  if (input === STDIN) return [{ name: STDIN, path: STDIN, size: null }];
  if (fs.existsSync(input)) return fs.statSync(input).isDirectory() ? filesInFolder(input) : [describe(input)];
  const matches = globSync(input, { expandDirectories: false }).sort();
  if (matches.length === 0) throw new UserError(`No trace file matches ${input}. Check the path; relative ones start at ${process.cwd()}.`);
  return matches.map(describe);
}

function filesInFolder(folder: string): TraceFile[] {
  const manifest = readManifest(folder);
  if (manifest && manifest.format !== "parquet")
    throw new UserError(`${folder} is an export as ${manifest.format}, which is not read. Export the pool with --format parquet.`);
  const names = manifest ? filesIn(manifest) : globSync("**/*.parquet", { cwd: folder }).sort();
  if (names.length === 0)
    throw new UserError(
      `${folder} is a folder without Parquet files. Name the traces in it, for example "${path.join(folder, "*.jsonl*")}".`,
    );
  const missing = names.find((name) => !fs.existsSync(path.join(folder, name)));
  if (missing !== undefined)
    throw new UserError(`${path.join(folder, missing)} is missing: the manifest of ${folder} lists it. Copy or export the folder again.`);
  return names.map((name) => describe(path.join(folder, name)));
}

function describe(name: string): TraceFile {
  const stat = fs.statSync(name);
  return { name, path: path.resolve(name), size: stat.isFile() ? stat.size : null };
}
