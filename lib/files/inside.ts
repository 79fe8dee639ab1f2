/**
 * Names that come from outside (JSON, manifests, sidecars, databases) as paths below a folder. They never lead out of it, neither
 * by `..` nor through links: what is below a folder that a stranger sent may point anywhere.
 */
import fs from "node:fs";
import path from "node:path";
import { codeOf, UserError } from "./errors.ts";
import { printable } from "./printable.ts";

const LONGEST_NAME = 255;

/** Whether a value can be the name of one file or folder: no separator, not `.` or `..`, nothing that can't be seen. */
export function isSegment(name: unknown): name is string {
  if (typeof name !== "string" || name === "" || name === "." || name === "..") return false;
  return name.length <= LONGEST_NAME && !/[/\\]/.test(name) && printable(name) === name;
}

/** Whether a value can be a path of such names, separated by `/`. */
export function isPathBelow(name: unknown): name is string {
  return typeof name === "string" && name.split("/").every(isSegment);
}

/**
 * Path of what a name means below a folder, whether it is there or not. The folder itself may be a link: whoever calls named it.
 * @throws UserError when the name would lead out of the folder, or a link is on the way or at its end
 */
export function inside(folder: string, name: string): string {
  if (!isPathBelow(name))
    throw new UserError(
      `${folder} names ${JSON.stringify(printable(name))}, which is not the name of a file in that folder. Don't use it.`,
      1,
    );
  let place = folder;
  for (const segment of name.split("/")) {
    place = path.join(place, segment);
    if (entryAt(place)?.isSymbolicLink())
      throw new UserError(`${place} is a link, and links below ${folder} are not followed. Remove it, or put the file itself there.`, 1);
  }
  return place;
}

/** Whether the names are files of the folder as they should be: no links, pipes or folders. Missing ones count as files. */
export function areFilesOf(folder: string, names: readonly unknown[]): boolean {
  return names.every((name) => isSegment(name) && (entryAt(path.join(folder, name))?.isFile() ?? true));
}

/** What is at a place, without following it; undefined when there is nothing, as below a file. */
function entryAt(place: string): fs.Stats | undefined {
  try {
    return fs.lstatSync(place, { throwIfNoEntry: false });
  } catch (error) {
    if (codeOf(error) === "ENOTDIR") return undefined;
    throw error;
  }
}

/** A pipe would wait forever without it, and a link would be followed. */
const AS_IT_IS = fs.constants.O_RDONLY | (fs.constants.O_NOFOLLOW ?? 0) | (fs.constants.O_NONBLOCK ?? 0);

/**
 * The text of a file below a folder; null when there is none.
 * @throws UserError as `inside` does, and when it is not a file
 */
export function readInside(folder: string, name: string): string | null {
  const place = inside(folder, name);
  const handle = opened(place);
  if (handle === null) return null;
  try {
    if (!fs.fstatSync(handle).isFile()) throw new UserError(`${place} is not a file. Remove it.`, 1);
    return fs.readFileSync(handle, "utf8");
  } finally {
    fs.closeSync(handle);
  }
}

function opened(place: string): number | null {
  try {
    return fs.openSync(place, AS_IT_IS);
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return null;
    throw error;
  }
}
