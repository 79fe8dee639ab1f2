import fs from "node:fs";
import { codeOf } from "./errors.ts";

/** The text of a file; null when there is no such file. */
export function readText(file: string): string | null {
  try {
    return fs.readFileSync(file, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  }
}

/** Bytes of an open file; fewer than asked for only at the end of the file. */
export function readAt(handle: number, position: number, length: number, buffer: Buffer = Buffer.allocUnsafe(length)): Buffer {
  let filled = 0;
  while (filled < length) {
    const count = fs.readSync(handle, buffer, filled, length - filled, position + filled);
    if (count === 0) break;
    filled += count;
  }
  return buffer.subarray(0, filled);
}

/** The first bytes of a file, all of them if it has fewer. */
export function readHead(file: string, length: number): Buffer {
  const handle = fs.openSync(file, "r");
  try {
    return readAt(handle, 0, length);
  } finally {
    fs.closeSync(handle);
  }
}
