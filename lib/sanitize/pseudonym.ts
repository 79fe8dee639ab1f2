/** Keyed pseudonyms: the same key, kind and value give the same pseudonym, in any order and on any machine. */
import { createHmac } from "node:crypto";

export class Pseudonyms {
  private readonly known = new Map<string, Buffer>();

  /** @param key secret bytes; who has them can test guesses, so it stays with the owner of the traces */
  constructor(private readonly key: Uint8Array) {}

  /** Lower-case hex digits (at most 64). Values of different kinds have unrelated pseudonyms. */
  hex(kind: string, value: string, digits: number): string {
    return this.digest(kind, value).toString("hex").slice(0, digits);
  }

  private digest(kind: string, value: string): Buffer {
    const name = `${kind}\0${value}`;
    let digest = this.known.get(name);
    if (!digest) {
      digest = createHmac("sha256", this.key).update(name).digest();
      this.known.set(name, digest);
    }
    return digest;
  }
}
