/** Files that appear whole or not at all. */
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import type { FileRecord } from "../artifacts/artifacts.ts";
import { partialName, removeLeftovers } from "../db/build/ingest/target.ts";

/** Writes beside the target, syncs and renames; removes what a process that was killed left there. */
export function writeAtomically(file: string, content: string | Uint8Array): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  removeLeftovers(path.dirname(file), path.basename(file));
  const partial = path.join(path.dirname(file), partialName(path.basename(file)));
  try {
    writeSynced(partial, content);
    fs.renameSync(partial, file);
  } catch (error) {
    fs.rmSync(partial, { force: true });
    throw error;
  }
}

export function writeSynced(file: string, content: string | Uint8Array): void {
  const handle = fs.openSync(file, "w");
  try {
    fs.writeFileSync(handle, content);
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}

/** Waits until a file that was written is on the disk, while other work goes on. */
export async function syncFile(file: string): Promise<void> {
  const handle = await fs.promises.open(file, "r+");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const HASHED_AT_ONCE = 1 << 20;

/** SHA-256 of a file, streamed. */
export async function sha256OfFile(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(fs.createReadStream(file, { highWaterMark: HASHED_AT_ONCE }), hash);
  return hash.digest("hex");
}

export function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** Name, size and hash of a file. */
export async function recordOf(folder: string, file: string): Promise<FileRecord> {
  const full = path.join(folder, file);
  return { file, bytes: fs.statSync(full).size, sha256: await sha256OfFile(full) };
}

/** Indented JSON with a final newline; `NaN` and infinities become `null`. */
export function jsonText(value: unknown, replacer?: (key: string, value: unknown) => unknown): string {
  return `${JSON.stringify(value, replacer, 2)}\n`;
}
