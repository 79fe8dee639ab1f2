/** A ZIP file of texts. */
import { strToU8, zipSync } from "fflate";

/** The earliest date that the format has: the same texts give the same bytes. */
const DATE = new Date(1980, 0, 1);

/** @param files with forward slashes in their paths */
export function zipped(files: readonly { readonly path: string; readonly text: string }[]): Uint8Array<ArrayBuffer> {
  return zipSync(Object.fromEntries(files.map(({ path, text }) => [path, strToU8(text)])), { mtime: DATE });
}
