/** What is wrong with the place that results go to, told in one sentence: every further experiment would fail alike. */
import fs from "node:fs";
import path from "node:path";
import { codeOf, UserError } from "./errors.ts";

export class PlaceError extends UserError {}

const FULL = new Set(["ENOSPC", "EDQUOT"]);
const CLOSED = new Set(["EROFS", "EACCES", "EPERM"]);
/** In the words of the database, which has no codes. */
const FULL_WORDS = /no space left on device|disk quota exceeded/i;

/** A full disk, or a folder that can't be written to; null for any other failure. */
export function placeProblem(error: unknown, folder: string): PlaceError | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof PlaceError) return cause;
    const { code, path: at } = cause as NodeJS.ErrnoException;
    if ((code !== undefined && FULL.has(code)) || FULL_WORDS.test(cause.message)) return fullAt(folder, error);
    if (code !== undefined && CLOSED.has(code) && at?.startsWith(folder)) return closedAt(folder, error);
  }
  return null;
}

/** @param flag names another place */
export function closedAt(folder: string, error: unknown, flag = "--out"): PlaceError {
  if (FULL.has(codeOf(error) ?? "")) return fullAt(folder, error);
  return new PlaceError(`Can't write to ${folder} (${refusalAt(folder) ?? codeOf(error)}); give another folder with ${flag}.`, 1, {
    cause: error,
  });
}

function fullAt(folder: string, error: unknown): PlaceError {
  return new PlaceError(`No space is left on the disk that holds ${folder}; free some, or give another folder with --out.`, 1, {
    cause: error,
  });
}

/** What the system has against the nearest folder there is: making several folders at once, it says only that they are missing. */
function refusalAt(folder: string): string | undefined {
  let nearest = path.resolve(folder);
  while (!fs.existsSync(nearest)) nearest = path.dirname(nearest);
  try {
    fs.accessSync(nearest, fs.constants.W_OK);
    return undefined;
  } catch (error) {
    return codeOf(error);
  }
}
