/** What the gallery keeps packed, because few hosts pack files on the way. Same content, same bytes. */
import { gunzipSync, gzipSync } from "node:zlib";

/** Smaller files stay as they are, for whoever reads them with other programs. */
const PACKED_FROM_BYTES = 10_000;
/** Only linked, where pictures are also shown. */
const ROWS_AND_SPECS = /\.(csv|json)$/;

/** The usual 6 takes half as long again for a hundredth of the bytes. */
export const GZIP_LEVEL = 5;

/** The name that a file has in the gallery: with `.gz` at its end where it is packed. */
export function packedName({ file, bytes }: { readonly file: string; readonly bytes: number }): string {
  return ROWS_AND_SPECS.test(file) && bytes >= PACKED_FROM_BYTES ? `${file}.gz` : file;
}

/** A value for a script that pages load, as text of base64; `unpackedJson` reads it there. */
export function packedJson(value: unknown): string {
  return gzipSync(JSON.stringify(value), { level: GZIP_LEVEL }).toString("base64");
}

/** The values that a script holds packed, as JSON. */
export function packedTexts(script: string): string[] {
  return [...script.matchAll(/"(H4sI[\w+/]+=*)"/g)].map(([, base64 = ""]) => gunzipSync(Buffer.from(base64, "base64")).toString());
}
