/** Which database a run reads, and whether it has to be built first. */
import fs from "node:fs";
import path from "node:path";
import { glob } from "tinyglobby";
import { type BuildReport, buildDatabase, formatBuildReport } from "../db/build.ts";
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
  readonly say: (line: string) => void;
}

/**
 * Path of the database to read: `--db` as it is; a trace given with `--input` (by default the bundled sample) built
 * into `--db` or `<out>/<stem>.duckdb`, unless that is already newer than the trace.
 */
export async function resolveDatabase(request: DatabaseRequest): Promise<string> {
  if (request.db !== undefined && request.inputs.length === 0) return request.db;
  const inputs = request.inputs.length > 0 ? request.inputs : [SAMPLE];
  const db = request.db ?? path.join(request.out, `${stemOf(inputs[0] as string)}.duckdb`);
  if (fs.existsSync(db) && (await isCurrent(db, inputs, request.db !== undefined))) return db;
  await build(inputs, db, request);
  return db;
}

export async function build(
  inputs: readonly string[],
  db: string,
  options: { skipBadLines: boolean; release?: boolean; say: (line: string) => void },
): Promise<BuildReport> {
  fs.mkdirSync(path.dirname(path.resolve(db)), { recursive: true });
  options.say(`building ${db} from ${inputs.join(", ")}`);
  building = new AbortController();
  try {
    const report = await buildDatabase({
      inputs,
      db,
      skipBadLines: options.skipBadLines,
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
async function isCurrent(db: string, inputs: readonly string[], named: boolean): Promise<boolean> {
  if (inputs.includes("-")) return false;
  const files = [...new Set((await Promise.all(inputs.map(expand))).flat())]; // a file named twice is read once
  const pool = await Pool.open(db);
  const [source] = await pool.rows<{ path: string | null }>("SELECT path FROM trace_source").finally(() => pool.close());
  const same = source?.path === files.join("\n");
  if (!same && named)
    throw new UserError(
      `${db} was built from ${source?.path?.replaceAll("\n", ", ") ?? "another trace"}; leave out --input to use it as it is, or replace it with build-db.`,
    );
  return same && files.every((file) => fs.statSync(file).mtimeMs <= fs.statSync(db).mtimeMs);
}

async function expand(input: string): Promise<string[]> {
  if (fs.existsSync(input)) return [path.resolve(input)];
  return (await glob(input, { absolute: true, expandDirectories: false })).map((file) => path.resolve(file)).sort();
}

function stemOf(input: string): string {
  if (input === "-") return "stdin";
  const stem = path
    .basename(input)
    .replace(/\.(gz|zst)$/, "")
    .replace(/\.jsonl$/, "")
    .replace(/[^A-Za-z0-9_.-]+/g, "_");
  return stem || "trace";
}
