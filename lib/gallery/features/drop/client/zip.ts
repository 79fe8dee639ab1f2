/** A ZIP file of texts, stored as they are: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, sections 4.3.7, 4.3.12 and 4.3.16. */

import { concat } from "../../../../sidecar/bytes.ts";
import { crc32 } from "../../../../sidecar/codec-browser.ts";

export interface ZippedText {
  /** With forward slashes. */
  readonly path: string;
  readonly text: string;
}

const VERSION = 20;
const UTF8_NAMES = 1 << 11;
/** January 1, 1980: the same texts give the same bytes. */
const DATE = (1 << 5) | 1;

export function zipped(files: readonly ZippedText[]): Uint8Array<ArrayBuffer> {
  const bodies: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const { path, text } of files) {
    const name = new TextEncoder().encode(path);
    const content = new TextEncoder().encode(text);
    const facts = factsOf(name, content);
    const body = concat([fields([4, 0x04034b50]), facts, name, content]);
    bodies.push(body);
    directory.push(concat([fields([4, 0x02014b50], [2, VERSION]), facts, fields([2, 0], [2, 0], [2, 0], [4, 0], [4, at]), name]));
    at += body.length;
  }
  const index = concat(directory);
  const end = fields([4, 0x06054b50], [2, 0], [2, 0], [2, files.length], [2, files.length], [4, index.length], [4, at], [2, 0]);
  return concat([...bodies, index, end]);
}

/** What the header of a file and its entry in the directory have in common. */
function factsOf(name: Uint8Array, content: Uint8Array): Uint8Array {
  return fields(
    [2, VERSION],
    [2, UTF8_NAMES],
    [2, 0],
    [2, 0],
    [2, DATE],
    [4, crc32(content)],
    [4, content.length],
    [4, content.length],
    [2, name.length],
    [2, 0],
  );
}

/** Numbers of 2 or 4 bytes, the lowest first. */
function fields(...values: readonly (readonly [bytes: 2 | 4, value: number])[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.reduce((sum, [bytes]) => sum + bytes, 0)));
  let at = 0;
  for (const [bytes, value] of values) {
    if (bytes === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += bytes;
  }
  return new Uint8Array(view.buffer);
}
