/** Keeps private files out of repositories. */
import fs from "node:fs";
import path from "node:path";
import { makeFolder } from "./folder.ts";
import { closedAt } from "./place.ts";
import { readText } from "./read.ts";

const FILE = ".gitignore";
const EVERYTHING = "*";

export interface PrivateFolder {
  readonly folder: string;
  /** Names the folder on the command line. */
  readonly flag: string;
  /** Private files and folders in it. Default: everything. */
  readonly names?: readonly string[];
}

/**
 * Makes git ignore what is private: everything in a folder that holds nothing else, else the names. Lines are added to a `.gitignore` that
 * is there. Creates the folder.
 *
 * @returns whether a file that was there was changed
 * @throws PlaceError when that is not possible
 */
export function keepOutOfGit({ folder, flag, names = [] }: PrivateFolder): boolean {
  const file = path.join(folder, FILE);
  try {
    makeFolder(folder);
    const text = readText(file);
    const lines = (text ?? "").split(/\r?\n/);
    const wanted = names.length === 0 || (text === null && holdsOnly(folder, names)) ? [EVERYTHING] : names.map(lineFor);
    const missing = lines.includes(EVERYTHING) ? [] : wanted.filter((line) => !lines.includes(line));
    if (missing.length === 0) return false;
    const end = text === null || text === "" || text.endsWith("\n") ? "" : "\n";
    fs.appendFileSync(file, `${end}${missing.join("\n")}\n`);
    return text !== null;
  } catch (error) {
    throw closedAt(folder, error, flag);
  }
}

function holdsOnly(folder: string, names: readonly string[]): boolean {
  return fs.readdirSync(folder).every((entry) => names.includes(entry) || (entry.startsWith(".") && entry.endsWith(".partial")));
}

/** Of this folder alone; characters that mean something in a pattern mean themselves. */
function lineFor(name: string): string {
  return `/${name.replaceAll(/[\\*?[\]# ]/g, "\\$&")}`;
}
