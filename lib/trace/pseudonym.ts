/** Keyed pseudonyms: the same key, kind and value give the same pseudonym, in any order and on any machine. */
import { keyedSha256 } from "../files/hash.ts";

/** Pseudonyms of one kind that are kept in memory: a trace uses an id in steps that are close to each other. */
const MAX_RECENT = 10_000;

export class Pseudonyms {
  private readonly hash: (text: string) => string;
  private readonly memories = new Map<string, Memory>();

  /** @param key secret bytes; who has them can test guesses, so it stays with the owner of the traces */
  constructor(key: Uint8Array) {
    this.hash = keyedSha256(key);
  }

  /**
   * Lower-case hex digits. Values of different kinds have unrelated pseudonyms.
   * A keyed function cannot draw again when two values meet, so ask for 16 digits or more: of a million values the chance that two
   * meet is 1 in 37 million.
   */
  hex(kind: string, value: string, digits: number): string {
    let hex = "";
    for (let block = 0; hex.length < digits; block++) hex += this.hash(block === 0 ? `${kind}\0${value}` : `${kind}#${block}\0${value}`);
    return hex.slice(0, digits);
  }

  /** As 8-4-4-4-12 hex digits, without the version bits of a real UUID. */
  uuid(kind: string, value: string): string {
    const hex = this.hex(kind, value, 32);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  }

  /** What `make` returned for the value recently, or returns now; it must depend only on value, kind and key. */
  remembered(kind: string, value: string, make: () => string): string {
    let memory = this.memories.get(kind);
    if (!memory) {
      memory = new Memory();
      this.memories.set(kind, memory);
    }
    return memory.get(value, make);
  }
}

/** The pseudonyms used last, in two generations. */
class Memory {
  private recent = new Map<string, string>();
  private older = new Map<string, string>();

  get(value: string, make: () => string): string {
    const known = this.recent.get(value);
    if (known !== undefined) return known;
    const pseudonym = this.older.get(value) ?? make();
    if (this.recent.size >= MAX_RECENT) {
      this.older = this.recent;
      this.recent = new Map();
    }
    this.recent.set(value, pseudonym);
    return pseudonym;
  }
}
