/** Which database a run reads, and whether it has to be built first. */
import fs from "node:fs";
import path from "node:path";
import { type BuildReport, buildDatabase, formatBuildReport } from "../db/build.ts";
import { companionFiles, companionsOf, resolveInputs, STDIN, type TraceFile } from "../db/ingest/inputs.ts";
import { Pool } from "../db/open.ts";
import { UserError } from "../errors.ts";
import { PROJECT_FOLDER } from "./discover.ts";

const SAMPLE = path.join(PROJECT_FOLDER, "data", "sample.jsonl.gz");

/** The build under way, so that an interrupt can end it. */
let building: AbortController | null = null;

/** Ends the build under way, which then removes what it has written; false when there is none. */
export function abortBuild(): boolean {
  building?.abort();
  return building !== null;
}

export interface DatabaseRequest {
  readonly db: string | undefined;
  readonly inputs: readonly string[];
  readonly out: string;
  readonly skipBadLines: boolean;
  /** Read the files that stand beside a trace; by default they are read. */
  readonly companions?: boolean;
  readonly say: (line: string) => void;
}

/**
 * Path of the database to read: `--db` as it is; a trace given with `--input` (by default the bundled sample) built
 * into `--db` or `<out>/<stem>.duckdb`, unless that is already newer than the trace and the files beside it.
 */
export async function resolveDatabase(request: DatabaseRequest): Promise<string> {
  if (request.db !== undefined && request.inputs.length === 0) return request.db;
  const inputs = request.inputs.length > 0 ? request.inputs : [SAMPLE];
  const db = request.db ?? path.join(request.out, `${stemOf(inputs[0] as string)}.duckdb`);
  if (fs.existsSync(db) && (await isCurrent(db, request, inputs))) return db;
  await build(inputs, db, request);
  return db;
}

export async function build(
  inputs: readonly string[],
  db: string,
  options: { skipBadLines: boolean; companions?: boolean; release?: boolean; say: (line: string) => void },
): Promise<BuildReport> {
  fs.mkdirSync(path.dirname(path.resolve(db)), { recursive: true });
  options.say(`building ${db} from ${inputs.join(", ")}`);
  building = new AbortController();
  try {
    const report = await buildDatabase({
      inputs,
      db,
      skipBadLines: options.skipBadLines,
      companions: options.companions ?? true,
      release: options.release ?? false,
      signal: building.signal,
    });
    for (const line of formatBuildReport(report)) options.say(line);
    return report;
  } finally {
    building = null;
  }
}

/** @throws UserError when a database named on the command line holds another trace, which nobody asked to replace */
async function isCurrent(db: string, { db: named, companions = true }: DatabaseRequest, inputs: readonly string[]): Promise<boolean> {
  if (inputs.includes(STDIN)) return false;
  const traces = resolveInputs(inputs);
  const beside = companions ? companionFiles(traces.map(companionsOf)) : [];
  const built = await sourcesOf(db);
  const same = built.trace === pathsOf(traces).join("\n");
  if (!same && named !== undefined)
    throw new UserError(
      `${db} was built from ${built.trace?.replaceAll("\n", ", ") ?? "another trace"}; leave out --input to use it as it is, or replace it with build-db.`,
    );
  const builtAt = fs.statSync(db).mtimeMs;
  return (
    same &&
    built.companions.join("\n") === pathsOf(beside).join("\n") &&
    [...traces, ...beside].every((file) => fs.statSync(file.path).mtimeMs <= builtAt)
  );
}

async function sourcesOf(db: string): Promise<{ trace: string | null; companions: string[] }> {
  const pool = await Pool.open(db);
  try {
    const [source] = await pool.rows<{ path: string | null }>("SELECT path FROM trace_source");
    const companions = await pool.rows<{ path: string }>("SELECT path FROM companion_source");
    return { trace: source?.path ?? null, companions: companions.map((companion) => companion.path) };
  } finally {
    pool.close();
  }
}

function pathsOf(files: readonly TraceFile[]): string[] {
  return files.map((file) => file.path);
}

function stemOf(input: string): string {
  if (input === STDIN) return "stdin";
  const stem = path
    .basename(input)
    .replace(/\.(gz|zst)$/, "")
    .replace(/\.jsonl$/, "")
    .replace(/[^A-Za-z0-9_.-]+/g, "_");
  return stem || "trace";
}
