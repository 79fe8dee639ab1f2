/** Reads what the gallery keeps packed with gzip. */
import { gunzipSync } from "fflate";

/** What gzip has packed. Browsers of before 2023 have no way of their own. @throws Error for damaged input */
export async function unpacked(packed: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  if (typeof DecompressionStream === "undefined") return gunzipSync(packed);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/**
 * A file that may be packed. Some hosts serve `.gz` as a compression of the way, and then browsers have unpacked it.
 * @throws Error also on pages opened from disk, which may not read files and would say so on the console
 */
export async function fetched(address: string): Promise<Uint8Array<ArrayBuffer>> {
  if (location.protocol === "file:") throw new Error("pages opened from disk may not read files");
  const response = await fetch(address);
  if (!response.ok) throw new Error(`The server returned ${response.status} for ${address}.`);
  const arrived = new Uint8Array(await response.arrayBuffer());
  return isPacked(arrived) ? unpacked(arrived) : arrived;
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

function isPacked([first, second]: Uint8Array): boolean {
  return first === 0x1f && second === 0x8b;
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
