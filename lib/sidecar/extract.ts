/**
 * Unpacks a sidecar into a folder. Keys and texts come from strangers: nothing is written outside the folder, through a
 * link, or over a file that is there already; what is written is data and never run.
 */
import fs from "node:fs";
import path from "node:path";
import { Draft } from "../files/atomic.ts";
import { codeOf, UserError } from "../files/errors.ts";
import { makeFolder } from "../files/folder.ts";
import { placeProblem } from "../files/place.ts";
import type { ExtractedFile } from "./plan.ts";

/**
 * Writes the files below `folder`, which is made if need be, and returns their paths. Each appears whole or not at all.
 * @throws UserError when a file exists (without `force`), or when a link or something that is not a folder is in the way; the
 * first is found before anything is written
 */
export function writeExtraction(folder: string, files: readonly ExtractedFile[], { force }: { force: boolean }): string[] {
  if (!force) refuseExisting(folder, files);
  try {
    const root = realFolder(folder);
    return files.map((file) => {
      const folders = file.path.split("/").slice(0, -1);
      const parent = folders.reduce((place, name) => realFolder(path.join(place, name), place), root);
      writeWhole(path.join(parent, path.basename(file.path)), file.text, { force });
      return path.join(folder, file.path);
    });
  } catch (error) {
    throw placeProblem(error, path.resolve(folder), "-o") ?? error;
  }
}

/**
 * Writes a file that appears whole or not at all.
 * @throws UserError when the file exists (unless `force`) or is a link or another thing than a plain file
 */
export function writeWhole(target: string, content: string | Uint8Array, { force }: { force: boolean }): void {
  const present = fs.lstatSync(target, { throwIfNoEntry: false });
  if (present && !present.isFile())
    throw new UserError(`${target} is not a plain file and is left alone; remove it or choose another place.`, 1);
  if (present && !force) throw exists(target);
  const draft = new Draft(target, { flag: "-o" });
  try {
    // Exclusive: fails on anything that is there, also on a link that points nowhere.
    fs.writeFileSync(draft.path, content, { flag: "wx", flush: true });
    if (force) draft.publish();
    else moveToFreePlace(draft.path, target);
  } finally {
    draft.discard();
  }
}

/** A rename would replace what another program wrote there in the meantime; a hard link fails instead. */
function moveToFreePlace(partial: string, target: string): void {
  try {
    fs.linkSync(partial, target);
  } catch (error) {
    const code = codeOf(error);
    if (code === "EEXIST") throw exists(target);
    if (code !== "EPERM" && code !== "ENOTSUP" && code !== "ENOSYS") throw error;
    // This file system has no hard links.
    fs.copyFileSync(partial, target, fs.constants.COPYFILE_EXCL);
  }
}

function refuseExisting(folder: string, files: readonly ExtractedFile[]): void {
  const present = files.map((file) => path.join(folder, file.path)).filter((file) => fs.lstatSync(file, { throwIfNoEntry: false }));
  if (present[0] !== undefined) throw exists(present[0], present.length - 1);
}

function exists(file: string, others = 0): UserError {
  const which = others > 0 ? `${file} and ${others} more exist` : `${file} exists`;
  return new UserError(`${which} already; choose another place with -o, or add --force to overwrite.`, 1);
}

/** Makes the folder and returns its real path, which must be directly below `root` if given. A link in its place is refused. */
function realFolder(folder: string, root?: string): string {
  makeFolder(root === undefined ? path.dirname(path.resolve(folder)) : root);
  if (!fs.lstatSync(folder, { throwIfNoEntry: false })) fs.mkdirSync(folder);
  if (!fs.lstatSync(folder).isDirectory())
    throw new UserError(`${folder} is a link or not a folder; remove it or choose another one with -o.`, 1);
  const real = fs.realpathSync(folder);
  if (root !== undefined && path.dirname(real) !== root)
    throw new UserError(`${folder} leads out of ${root}; nothing is written there.`, 1);
  return real;
}
