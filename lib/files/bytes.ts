/** Bytes and the texts in them, with what Node and browsers both have. */

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder("utf-8", { ignoreBOM: true });

/** As UTF-8; half a surrogate pair becomes U+FFFD. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return ENCODER.encode(text);
}

/** Of UTF-8; what is not becomes U+FFFD. A byte order mark stays. */
export function textOf(bytes: Uint8Array): string {
  return DECODER.decode(bytes);
}

/** A few bytes that are ASCII where it matters what they are. */
export function asciiOf(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at] ?? 0);
  return text;
}

export function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
