/** The keys that a trace or a companion file may have, and those that it has in addition. */
import { bytesOf, textOf } from "../../../files/bytes.ts";
import { at } from "../../../stats/known.ts";
import {
  COMPANION_KEYS,
  type Columns,
  type ColumnType,
  type CompanionTable,
  ROUND_COLUMNS,
  TIMING_EVENT_COLUMNS,
  TOOL_CALL_COLUMNS,
} from "../../../trace/schema.ts";

/** Where a key of a trace occurs: in the row itself or in an element of one of its two lists. */
export type Place = "row" | "timing_events" | "tools";

/** The same for all files that are read; a line of a companion file is one record without lists. */
export type AnyPlace = Place | CompanionTable;

/** What a key's value is used for: a column of that type, a list of records, or nothing. */
export type Use = ColumnType | "LIST" | "DROPPED" | "UNKNOWN";

/** Position within the list is not in the line: it is counted. */
const { event_index: _, ...EVENT_KEYS } = TIMING_EVENT_COLUMNS;

const PLACES: Readonly<Record<AnyPlace, Readonly<Record<string, Use>>>> = {
  row: { ...ROUND_COLUMNS, timing_events: "LIST", tools: "LIST" },
  timing_events: EVENT_KEYS,
  // The raw input of a tool is not kept: it is private and as large as everything else together.
  tools: { ...TOOL_CALL_COLUMNS, input: "DROPPED" },
  ...COMPANION_KEYS,
};

/** Columns that are read from a place, in table order. */
export function columnsAt(place: AnyPlace): Columns {
  return Object.fromEntries(
    Object.entries(PLACES[place]).filter((entry): entry is [string, ColumnType] => entry[1] !== "LIST" && entry[1] !== "DROPPED"),
  );
}

/** How messages and reports call a key: `model`, `timing_events.source`. */
export function pathOf(place: AnyPlace, name: string): string {
  return place === "row" ? name : `${place}.${name}`;
}

/** More names and longer ones are counted together, so that a map used as an object fills no memory and costs no time. */
const MAX_UNKNOWN_NAMES = 100;
const MAX_NAME_BYTES = 1000;
export const OTHER_NAMES = "(other keys)";
const BUCKETS = 256;

/** The keys of one place by number. Unknown keys get numbers as they appear. */
export class KeyTable {
  readonly place: AnyPlace;
  readonly names: string[] = [];
  /** How messages and reports call them. */
  readonly paths: string[] = [];
  readonly uses: Use[] = [];
  readonly spellings: Uint8Array[] = [];
  /** The last object in which a key was seen, to find duplicates. */
  readonly seenIn: number[] = [];
  /** Which key followed last time: keys come in few orders, so that is usually right. */
  readonly follower: number[] = [0];
  private readonly buckets: number[][] = Array.from({ length: BUCKETS }, () => []);
  private readonly numbers = new Map<string, number>();
  private readonly known: number;

  constructor(place: AnyPlace) {
    this.place = place;
    for (const [name, use] of Object.entries(PLACES[place])) this.add(name, use);
    this.known = this.names.length;
  }

  /** Number of the key spelled by `bytes[from..to)`, which may contain escapes. */
  find(bytes: Uint8Array, from: number, to: number): number {
    for (const key of at(this.buckets, bucketOf(bytes, from, to))) if (isSpelled(at(this.spellings, key), bytes, from, to)) return key;
    return this.findByName(to - from > MAX_NAME_BYTES ? OTHER_NAMES : nameOf(bytes, from, to));
  }

  /** Whether the object had one of the names. */
  hadOneOf(names: readonly string[], object: number): boolean {
    return names.some((name) => this.seenIn[this.numbers.get(name) ?? -1] === object);
  }

  private findByName(name: string): number {
    const number = this.numbers.get(name);
    if (number !== undefined) return number;
    const isFull = name !== OTHER_NAMES && this.names.length - this.known >= MAX_UNKNOWN_NAMES;
    return isFull ? this.findByName(OTHER_NAMES) : this.add(name, "UNKNOWN");
  }

  private add(name: string, use: Use): number {
    const number = this.names.push(name) - 1;
    const spelling = bytesOf(name);
    this.paths.push(pathOf(this.place, name));
    this.uses.push(use);
    this.spellings.push(spelling);
    this.seenIn.push(0);
    this.follower.push(0);
    this.numbers.set(name, number);
    at(this.buckets, bucketOf(spelling, 0, spelling.length)).push(number);
    return number;
  }
}

function bucketOf(bytes: Uint8Array, from: number, to: number): number {
  return to === from ? 0 : ((to - from) * 37 + at(bytes, from) * 7 + at(bytes, to - 1)) & (BUCKETS - 1);
}

function isSpelled(spelling: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  if (spelling.length !== to - from) return false;
  for (let i = 0; i < spelling.length; i++) if (spelling[i] !== bytes[from + i]) return false;
  return true;
}

function nameOf(bytes: Uint8Array, from: number, to: number): string {
  const text = textOf(bytes.subarray(from, to));
  if (!text.includes("\\")) return text;
  const spelled: string = JSON.parse(`"${text}"`);
  return spelled;
}
