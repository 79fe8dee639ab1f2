/** Which files a database was built from, without their paths, so that it can be passed on. */
import fs from "node:fs";
import path from "node:path";
import { sha256 } from "../../files/hash.ts";
import { readAt } from "../../files/read.ts";
import { STDIN } from "../../files/stdio.ts";
import type { TraceFile } from "./ingest/inputs.ts";

/** Enough to see that it is another file; a change in between shows in the time of the file. */
const COMPARED_BYTES = 64 * 1024;

/** What a database calls a file that it was built from. */
export function storedName(file: TraceFile): string {
  return file.path === STDIN ? STDIN : path.basename(file.path);
}

/** Equal for files of the same names, sizes, beginnings and ends; null when one cannot be read twice. */
export function identityOf(files: readonly TraceFile[]): string | null {
  const parts: unknown[] = [];
  for (const file of files) {
    if (file.size === null) return null;
    parts.push([storedName(file), file.size, endsOf(file.path, file.size)]);
  }
  return sha256(JSON.stringify(parts));
}

function endsOf(file: string, size: number): string {
  const handle = fs.openSync(file, "r");
  try {
    const head = readAt(handle, 0, COMPARED_BYTES);
    const tail = readAt(handle, Math.max(0, size - COMPARED_BYTES), COMPARED_BYTES);
    return sha256(Buffer.concat([head, tail]));
  } finally {
    fs.closeSync(handle);
  }
}
