/** Writes the requests of a pool as a workload for benchmarks of model servers: token counts, times and shared blocks, no text. */
import fs from "node:fs";
import path from "node:path";
import { Pool } from "../../db/open/pool.ts";
import { UserError } from "../../files/errors.ts";
import { sha256OfFile } from "../../files/hash.ts";
import { isObject, jsonText } from "../../files/json.ts";
import { machineProblem } from "../../files/place.ts";
import { Writer } from "../../files/writer.ts";
import type { ReplayFormat } from "../formats.ts";
import { ExportTarget } from "../target.ts";
import { cardText, configText, type DescribedFile } from "./card.ts";
import { writeConversations } from "./conversations.ts";
import { writeMooncake } from "./mooncake.ts";
import { type Choice, type Chosen, choose, type LeftOut, requestsOf } from "./requests.ts";
import { Tally } from "./tally.ts";

export interface ReplayOptions extends Choice {
  /** The database file. */
  readonly db: string;
  /** The folder to write; an earlier export is replaced when the new one is whole. */
  readonly out: string;
  readonly format: ReplayFormat;
  /** Tokens. */
  readonly blockSize: number;
  /** Under which the pool may be passed on, for the card. */
  readonly license: string;
  readonly threads?: number;
  /** Of the engine, e.g. `1GB`; what does not fit is moved to a folder next to the output. */
  readonly memoryLimit?: string;
}

export interface ReplayReport {
  readonly tally: Tally;
  readonly leftOut: LeftOut;
  readonly files: number;
  readonly bytes: number;
}

const MANIFEST = "manifest.json";
const KIND = "trace-atlas replay";

/** @throws UserError for places that the caller can fix, and when no request is left; nothing is left behind */
export async function exportReplay(options: ReplayOptions): Promise<ReplayReport> {
  const target = ExportTarget.prepare(options.out, filesOfReplay);
  try {
    const { fingerprint, accounting, tally, chosen, data } = await writeRequests(options, target);
    if (tally.requests === 0) throw new UserError(noRequests(options, chosen.leftOut), 1);
    const files: DescribedFile[] = [];
    for (const file of data) files.push(await described(target, file));
    fs.writeFileSync(target.place("README.md"), cardText({ ...options, fingerprint, accounting, tally, leftOut: chosen.leftOut, files }));
    const all = [...files, await described(target, "README.md")];
    fs.writeFileSync(target.place(MANIFEST), jsonText({ kind: KIND, format: options.format, fingerprint, files: all }));
    await target.publish([...all.map(({ file }) => file), MANIFEST]);
    return { tally, leftOut: chosen.leftOut, files: data.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
  } catch (error) {
    target.discard();
    throw machineProblem(error, path.dirname(path.resolve(options.out))) ?? error;
  }
}

async function writeRequests(options: ReplayOptions, target: ExportTarget) {
  const { threads, memoryLimit } = options;
  const pool = await Pool.open(options.db, {
    tempDirectory: target.spill,
    ...(threads === undefined ? {} : { threads }),
    ...(memoryLimit === undefined ? {} : { memoryLimit }),
  });
  try {
    const chosen = await choose(pool, options);
    const tally = new Tally();
    const data = await writeData(pool, chosen, options, target, tally);
    const { fingerprint } = await pool.summary();
    return { fingerprint, accounting: pool.accounting, tally, chosen, data };
  } finally {
    pool.close();
  }
}

/** @returns the files */
async function writeData(pool: Pool, chosen: Chosen, options: ReplayOptions, target: ExportTarget, tally: Tally): Promise<string[]> {
  const { format, blockSize, model } = options;
  if (format !== "mooncake") {
    const requests = requestsOf(pool, "conversation", chosen, model);
    const files = await writeConversations(requests, blockSize, (file) => target.place(file), tally);
    if (format === "aiperf") return files;
    fs.writeFileSync(target.place("config.yml"), configText(blockSize));
    return [...files, "config.yml"];
  }
  const writer = new Writer(target.place("trace.jsonl"));
  try {
    await writeMooncake(requestsOf(pool, "time", chosen, model), blockSize, writer, tally);
  } finally {
    writer.close();
  }
  return ["trace.jsonl"];
}

async function described(target: ExportTarget, file: string): Promise<DescribedFile> {
  const place = path.join(target.partial, file);
  return { file, bytes: fs.statSync(place).size, sha256: await sha256OfFile(place) };
}

/** Of an earlier export in a folder. */
function filesOfReplay(folder: string): string[] {
  const place = path.join(folder, MANIFEST);
  if (!fs.existsSync(place)) return [];
  const manifest: unknown = JSON.parse(fs.readFileSync(place, "utf8"));
  if (!isObject(manifest) || manifest.kind !== KIND || !Array.isArray(manifest.files)) return [];
  return [MANIFEST, ...manifest.files.map(({ file }: DescribedFile) => file)];
}

function noRequests({ db, model, sinceMs, format }: ReplayOptions, leftOut: LeftOut): string {
  const steps = Object.values(leftOut).reduce((sum, count) => sum + count, 0);
  if (steps === 0) return `${db} has no steps, so there is nothing to export as ${format}.`;
  const flags = [model === undefined ? [] : "--model", sinceMs === undefined ? [] : "--since"].flat().join(" and ");
  return flags === ""
    ? `None of the ${steps} steps of ${db} has the times and token counts that ${format} needs.`
    : `None of the ${steps} steps of ${db} is left. Give another ${flags}.`;
}
