/** A ZIP file of texts. */
import { strToU8, zipSync } from "fflate";

interface ZippedText {
  /** With forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** The earliest date that the format has: the same texts give the same bytes. */
const DATE = new Date(1980, 0, 1);

export function zipped(files: readonly ZippedText[]): Uint8Array<ArrayBuffer> {
  return zipSync(Object.fromEntries(files.map(({ path, text }) => [path, strToU8(text)])), { mtime: DATE });
}
