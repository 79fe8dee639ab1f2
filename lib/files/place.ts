/** Turns failures to write (full disk, no permission) into one sentence that names the place and the flag for another one. */
import fs from "node:fs";
import path from "node:path";
import { codeOf, messageOf, UserError } from "./errors.ts";
import { makeFolder } from "./folder.ts";

/** No work that writes to this place can succeed. */
export class PlaceError extends UserError {}

const FULL = new Set(["ENOSPC", "EDQUOT"]);
const CLOSED = new Set(["EROFS", "EACCES", "EPERM"]);
const MACHINE = new Set(["EMFILE", "ENFILE", "ENAMETOOLONG"]);
/** Errors of the database engine, and those that come from other threads, have lost their codes. */
const FULL_WORDS = /no space left on device|disk quota exceeded/i;
const CLOSED_WORDS = /read-only file system|permission denied|operation not permitted/i;
const REFUSED_WORDS = /^IO Error/;
const MEMORY_WORDS = /^Out of Memory Error/;

/**
 * A full disk, or a folder that cannot be written to; null for any other failure.
 * @param folder other folders that cannot be written to are not meant
 * @param flag names another place
 */
export function placeProblem(error: unknown, folder: string, flag = "--out"): PlaceError | null {
  if (error instanceof UserError) return error instanceof PlaceError ? error : null;
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (isFull(cause)) return fullAt(folder, error, flag);
    if (isClosed(cause, folder)) return closedAt(folder, error, flag);
  }
  return null;
}

/** As `placeProblem`, and whatever else the machine or the database engine refuses: memory, open files, long names. */
export function machineProblem(error: unknown, folder: string, flag = "--out"): UserError | null {
  const place = placeProblem(error, folder, flag);
  if (place || error instanceof UserError) return place;
  const [message = ""] = messageOf(error).split("\nSQL:");
  if (MEMORY_WORDS.test(message)) return new UserError(`The database engine has too little memory. ${message}`, 1, { cause: error });
  const refused = MACHINE.has(codeOf(error) ?? "") || REFUSED_WORDS.test(message);
  return refused ? new UserError(`Can't write to ${folder}: ${message}`, 1, { cause: error }) : null;
}

/** For an error of a call that can only fail for want of space or permission. */
export function closedAt(folder: string, error: unknown, flag = "--out"): PlaceError {
  if (error instanceof PlaceError) return error;
  if (isFull(error)) return fullAt(folder, error, flag);
  const reason = refusalAt(folder) ?? codeOf(error) ?? messageOf(error);
  return new PlaceError(`Can't write to ${folder} (${reason}); give another path with ${flag}.`, 1, { cause: error });
}

/** Access for the owner alone. */
export const OWNER_ONLY_FOLDER = 0o700;
export const OWNER_ONLY_FILE = 0o600;

/**
 * Creates a folder that only its owner can look into, unless there is one.
 * @throws PlaceError when that is not possible
 */
export function makePrivateFolder(folder: string, flag: string): void {
  try {
    makeFolder(path.dirname(folder));
    makeFolder(folder, { mode: OWNER_ONLY_FOLDER });
  } catch (error) {
    throw closedAt(folder, error, flag);
  }
}

function fullAt(folder: string, error: unknown, flag: string): PlaceError {
  return new PlaceError(`No space is left on the disk that holds ${folder}; free some, or give another path with ${flag}.`, 1, {
    cause: error,
  });
}

function isFull(error: unknown): boolean {
  return FULL.has(codeOf(error) ?? "") || FULL_WORDS.test(messageOf(error));
}

function isClosed(error: Error, folder: string): boolean {
  const code = codeOf(error);
  const at = "path" in error && typeof error.path === "string" ? error.path : null;
  if (code !== undefined) return CLOSED.has(code) && at !== null && path.resolve(at).startsWith(path.resolve(folder));
  return CLOSED_WORDS.test(error.message) && error.message.includes(folder);
}

/**
 * Creates a folder that results go to.
 * @param flag names it on the command line
 * @throws UserError when a file is in its place or above it; PlaceError when nothing can be written there
 */
export function openFolder(folder: string, flag: string): void {
  checkFolder(folder, flag);
  try {
    makeFolder(folder);
  } catch (error) {
    throw closedAt(folder, error, flag);
  }
}

/** What can be checked of that without writing. */
export function checkFolder(folder: string, flag: string): void {
  const nearest = nearestTo(folder);
  if (!fs.statSync(nearest).isDirectory()) {
    const which = nearest === path.resolve(folder) ? "is a file" : `is below the file ${nearest}`;
    throw new UserError(`${flag} ${folder} ${which}; give a folder.`);
  }
  try {
    fs.accessSync(nearest, fs.constants.W_OK);
  } catch (error) {
    throw closedAt(folder, error, flag);
  }
}

/** The folder itself or the nearest one above it that exists. */
function nearestTo(folder: string): string {
  let nearest = path.resolve(folder);
  while (!fs.existsSync(nearest)) nearest = path.dirname(nearest);
  return nearest;
}

/** What the system has against the nearest folder there is: making several folders at once, it says only that they are missing. */
function refusalAt(folder: string): string | undefined {
  try {
    fs.accessSync(nearestTo(folder), fs.constants.W_OK);
    return undefined;
  } catch (error) {
    return codeOf(error);
  }
}
