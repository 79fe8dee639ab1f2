import { UserError } from "../files/errors.ts";
import { readText } from "../files/read.ts";

/**
 * Names that may be seen in a published trace: one a line; blank lines and lines that begin with `#` are passed over.
 * @param file none when undefined
 * @throws UserError when there is no such file
 */
export function readKeptNames(file: string | undefined): ReadonlySet<string> {
  const text = file === undefined ? "" : readText(file);
  if (text === null) throw new UserError(`--keep-names ${file}: file not found. Give a text file with one name per line.`);
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  return new Set(lines.filter((line) => line !== "" && !line.startsWith("#")));
}
