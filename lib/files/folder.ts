import fs from "node:fs";
import path from "node:path";
import { codeOf } from "./errors.ts";

/** Creates a folder and those above it. The recursive mkdir of Node never returns below /proc. */
export function makeFolder(folder: string, { mode }: { readonly mode?: number } = {}): void {
  if (isFolder(folder)) return;
  const above = path.dirname(path.resolve(folder));
  if (!fs.existsSync(above)) makeFolder(above, mode === undefined ? {} : { mode });
  try {
    fs.mkdirSync(folder, mode === undefined ? {} : { mode });
  } catch (error) {
    if (codeOf(error) !== "EEXIST" || !isFolder(folder)) throw error;
  }
}

function isFolder(place: string): boolean {
  return fs.statSync(place, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
