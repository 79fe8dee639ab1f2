/** Keyed pseudonyms: the same key, kind and value give the same pseudonym, in any order and on any machine. */
import { createHmac } from "node:crypto";

const BASE62 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/** Bytes from here on are passed over, so that every symbol is equally likely. */
const BASE62_BYTES = Math.floor(256 / BASE62.length) * BASE62.length;
/** Digests that are kept at hand; a trace uses an id in steps that are close to each other. */
const MAX_RECENT = 50_000;

export class Pseudonyms {
  private recent = new Map<string, Buffer>();
  private older = new Map<string, Buffer>();

  /** @param key secret bytes; who has them can test guesses, so it stays with the owner of the traces */
  constructor(private readonly key: Uint8Array) {}

  /**
   * Lower-case hex digits. Values of different kinds have unrelated pseudonyms.
   * A keyed function cannot draw again when two values meet, so ask for 16 digits or more: of a million values two meet
   * once in 37 million keys then.
   */
  hex(kind: string, value: string, digits: number): string {
    let hex = "";
    for (let block = 0; hex.length < digits; block++) hex += this.digest(kind, value, block).toString("hex");
    return hex.slice(0, digits);
  }

  /** As 8-4-4-4-12 hex digits, without the version bits of a real UUID. */
  uuid(kind: string, value: string): string {
    const hex = this.hex(kind, value, 32);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  }

  /** Letters and digits; 11 hold about as much as 16 hex digits. */
  base62(kind: string, value: string, length: number): string {
    let text = "";
    for (let block = 0; text.length < length; block++)
      for (const byte of this.digest(kind, value, block)) if (byte < BASE62_BYTES) text += BASE62[byte % BASE62.length];
    return text.slice(0, length);
  }

  private digest(kind: string, value: string, block: number): Buffer {
    const name = block === 0 ? `${kind}\0${value}` : `${kind}#${block}\0${value}`;
    let digest = this.recent.get(name);
    if (digest) return digest;
    digest = this.older.get(name) ?? createHmac("sha256", this.key).update(name).digest();
    if (this.recent.size >= MAX_RECENT) {
      this.older = this.recent;
      this.recent = new Map();
    }
    this.recent.set(name, digest);
    return digest;
  }
}
