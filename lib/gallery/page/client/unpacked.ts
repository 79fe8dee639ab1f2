/** Reads what the gallery keeps packed with gzip or zstd. */
import { concat, textOf } from "../../../files/bytes.ts";
import { packingOf, unpack } from "../../../files/unpack.ts";

/** The content of bytes that may be packed. @throws Error for damaged input */
export async function unpacked(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const packing = packingOf(bytes, "");
  if (packing === "plain") return bytes;
  const parts: Uint8Array[] = [];
  for await (const part of unpack(onePiece(bytes), packing)) parts.push(part);
  return concat(parts);
}

async function* onePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/**
 * A file that may be packed. Some hosts serve packed files with a `Content-Encoding`, and then the browser has unpacked them.
 * @throws Error also on pages opened from disk, which may not read files and would say so on the console
 */
export async function fetched(address: string): Promise<Uint8Array<ArrayBuffer>> {
  if (location.protocol === "file:") throw new Error("pages opened from disk may not read files");
  const response = await fetch(address);
  if (!response.ok) throw new Error(`The server returned ${response.status} for ${address}.`);
  return unpacked(new Uint8Array(await response.arrayBuffer()));
}

/** The same as text. */
export async function fetchedText(address: string): Promise<string> {
  return textOf(await fetched(address));
}

/** What `packedJson` packed into a script. */
export async function unpackedJson<Value>(base64: string): Promise<Value> {
  const packed = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return JSON.parse(textOf(await unpacked(packed)));
}
