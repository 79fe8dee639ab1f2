/** A file of an export, written piece by piece. */
import fs from "node:fs";
import path from "node:path";
import { Draft } from "../files/atomic.ts";
import { UserError } from "../files/errors.ts";
import { machineProblem } from "../files/place.ts";

/**
 * Writes a file that appears when it is complete and replaces an earlier one. @returns its bytes
 * @throws UserError for a place that can't be written
 */
export async function writeWhole(file: string, fill: (write: (text: string) => void) => Promise<void>): Promise<number> {
  if (fs.statSync(file, { throwIfNoEntry: false })?.isDirectory() || file.endsWith(path.sep))
    throw new UserError(`${file} is a folder. Give a file for the export with --out.`);
  const target = path.resolve(file);
  const draft = new Draft(target);
  try {
    const writer = draft.open();
    try {
      await fill((text) => void writer.write(text));
      writer.close();
    } finally {
      writer.abandon();
    }
    draft.publish();
    return writer.written;
  } catch (error) {
    throw machineProblem(error, path.dirname(target)) ?? error;
  } finally {
    draft.discard();
  }
}
