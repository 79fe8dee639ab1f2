/**
 * Checks one line of a trace, or of a companion file, byte by byte and finds the parts of it that go into the tables.
 *
 * The engine's own JSON reader accepts text after the object, passes over unknown keys without a word and reads
 * objects as text, so nothing reaches it that has not passed here. What passes is described as byte ranges of the line;
 * values are not decoded.
 */

import { bytesOf, textOf } from "../../../files/bytes.ts";
import { at } from "../../../stats/known.ts";
import type { CompanionTable } from "../../../trace/schema.ts";
import { BadLine } from "./bad-line.ts";
import { type AnyPlace, KeyTable, type Use } from "./keys.ts";

/** Records of one table found in a line, as ranges of whole members without the commas between ranges. */
export class Ranges {
  /** Start, end, start, end, … of all records. */
  readonly bounds: number[] = [];
  /** Where each record begins in `bounds`. */
  readonly records: number[] = [];

  clear(): void {
    this.bounds.length = 0;
    this.records.length = 0;
  }
}

/** A member whose value is not of the column's own type but may be read as it, such as `"12"` for an integer. */
export interface Conversion {
  readonly place: AnyPlace;
  readonly record: number;
  readonly name: string;
  readonly use: Use;
  readonly from: number;
  readonly to: number;
}

const QUOTE = 34;
const COMMA = 44;
const MINUS = 45;
const DOT = 46;
const ZERO = 48;
const NINE = 57;
const COLON = 58;
const OPEN_LIST = 91;
const BACKSLASH = 92;
const CLOSE_LIST = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

/** Whole numbers of up to 18 digits fit into 64 bits. */
const SAFE_DIGITS = 18;
/** As deep as Python's reader goes; deeper nesting would end the stack. */
const MAX_DEPTH = 900;

/** No step has as many; each takes some hundred bytes. */
const MAX_CONVERSIONS = 1_000_000;

const TRUE = bytesOf("true");
const FALSE = bytesOf("false");
const NULL = bytesOf("null");
/** Not JSON, but Python writes them, and only values that are dropped hold them. */
const NOT_A_NUMBER = bytesOf("NaN");
const INFINITY = bytesOf("Infinity");

/**
 * Scans line after line; what it found in the last one is in its fields until the next.
 * The bytes must hold a line feed after the line, which ends every loop.
 */
export class Scanner {
  readonly row = new Ranges();
  readonly events = new Ranges();
  readonly tools = new Ranges();
  readonly conversions: Conversion[] = [];
  /** Paths of unknown keys, once per occurrence. */
  readonly unknown: string[] = [];
  /** Timestamps that are not null, by place. */
  readonly timestamps: Record<AnyPlace, number> = {
    row: 0,
    timing_events: 0,
    tools: 0,
    sessions: 0,
    round_details: 0,
    session_events: 0,
    tool_inputs: 0,
  };

  private readonly rowKeys: KeyTable;
  private readonly eventKeys = new KeyTable("timing_events");
  private readonly toolKeys = new KeyTable("tools");
  private bytes: Uint8Array = new Uint8Array();
  private lineStart = 0;
  private lineEnd = 0;
  private objects = 0;
  private rowObject = 0;
  private brokenText = false;

  /** @param line what a line is: a row of a trace or a record of a companion file */
  constructor(line: "row" | CompanionTable = "row") {
    this.rowKeys = new KeyTable(line);
  }

  /** @throws BadLine */
  scan(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = bytes;
    this.lineStart = start;
    this.lineEnd = end;
    this.row.clear();
    this.events.clear();
    this.tools.clear();
    this.conversions.length = 0;
    this.unknown.length = 0;
    this.timestamps.timing_events = 0;
    this.timestamps.tools = 0;
    this.timestamps.sessions = 0;
    this.timestamps.session_events = 0;
    this.brokenText = false;
    const first = this.skipSpace(start);
    if (bytes[first] !== OPEN_OBJECT) this.refuseOther(first);
    this.rowObject = this.objects + 1;
    const after = this.skipSpace(this.readRecord(first, this.rowKeys, this.row));
    if (after < end) throw new BadLine("text after the object", this.at(after));
  }

  /** Whether the line has one of these documented keys, not within its lists. */
  hasOneOf(names: readonly string[]): boolean {
    return this.rowKeys.hadOneOf(names, this.rowObject);
  }

  private convert(conversion: Conversion): void {
    if (this.conversions.push(conversion) > MAX_CONVERSIONS)
      throw new BadLine("wrong type", `more than ${MAX_CONVERSIONS.toLocaleString("en-US")} of its values are not of the documented type`);
  }

  /** A line that is not an object is either another JSON value or not JSON at all. */
  private refuseOther(first: number): never {
    const after = this.skipSpace(this.skipValue(first, 0));
    if (after < this.lineEnd) throw new BadLine("not JSON", this.at(after));
    throw new BadLine("not an object", this.excerpt(first, after));
  }

  /** Reads an object as a record of `ranges`; returns the position after it. */
  private readRecord(open: number, keys: KeyTable, ranges: Ranges): number {
    const bytes = this.bytes;
    const record = ranges.records.push(ranges.bounds.length) - 1;
    const object = ++this.objects;
    let last = -1;
    let runStart = -1;
    let runEnd = -1;
    let i = this.skipSpace(open + 1);
    if (bytes[i] === CLOSE_OBJECT) return i + 1;
    for (;;) {
      if (bytes[i] !== QUOTE) this.refuse(i, "a key");
      const memberStart = i;
      let key = at(keys.follower, last + 1);
      i = this.matchKey(i + 1, at(keys.spellings, key));
      if (i < 0) {
        i = this.skipString(memberStart + 1);
        key = keys.find(bytes, memberStart + 1, i);
        keys.follower[last + 1] = key;
        i++;
      }
      last = key;
      const use = at(keys.uses, key);
      if (use !== "UNKNOWN") {
        if (keys.seenIn[key] === object) throw new BadLine("duplicate key", `\`${keys.paths[key]}\` occurs twice in one object`);
        keys.seenIn[key] = object;
      }
      i = this.skipSpace(i);
      if (bytes[i] !== COLON) this.refuse(i, "a colon");
      i = this.skipSpace(i + 1);
      const valueStart = i;
      i = this.readValue(i, use, keys, key);
      if (i > 0) {
        if (runStart < 0) runStart = memberStart;
        runEnd = i;
      } else {
        i = -i;
        if (runStart >= 0) ranges.bounds.push(runStart, runEnd);
        runStart = -1;
        if (isColumn(use)) this.convert({ place: keys.place, record, name: at(keys.names, key), use, from: valueStart, to: i });
      }
      i = this.skipSpace(i);
      if (bytes[i] === CLOSE_OBJECT) break;
      if (bytes[i] !== COMMA) this.refuse(i, "a comma or the end of the object");
      i = this.skipSpace(i + 1);
    }
    if (runStart >= 0) ranges.bounds.push(runStart, runEnd);
    return i + 1;
  }

  /** Position after the closing quote when the key at `i` is the expected one, else -1. */
  private matchKey(i: number, spelling: Uint8Array): number {
    const bytes = this.bytes;
    const length = spelling.length;
    if (bytes[i + length] !== QUOTE) return -1;
    for (let k = 0; k < length; k++) if (bytes[i + k] !== spelling[k]) return -1;
    return i + length + 1;
  }

  /** Position after the value; negative when the member is not copied as it is. */
  private readValue(i: number, use: Use, keys: KeyTable, key: number): number {
    const bytes = this.bytes;
    switch (use) {
      case "TIMESTAMP":
      case "VARCHAR":
        if (bytes[i] === QUOTE) {
          if (use === "TIMESTAMP") this.timestamps[keys.place]++;
          const after = this.skipString(i + 1) + 1;
          if (!this.brokenText) return after;
          this.brokenText = false;
          return -after;
        }
        break;
      case "BIGINT": {
        let end = i;
        if (bytes[end] === MINUS) end++;
        const digits = end;
        while (isDigit(bytes[end])) end++;
        const plain = end > digits && end - digits <= SAFE_DIGITS && (bytes[digits] !== ZERO || end - digits === 1);
        if (plain && bytes[end] !== DOT && bytes[end] !== 101 && bytes[end] !== 69) return end;
        break;
      }
      case "BOOLEAN":
        if (bytes[i] === TRUE[0]) return this.skipLiteral(i, TRUE);
        if (bytes[i] === FALSE[0]) return this.skipLiteral(i, FALSE);
        break;
      case "LIST":
        if (bytes[i] === OPEN_LIST) return -this.readList(i, keys.names[key] === "tools" ? "tools" : "timing_events");
        break;
      case "UNKNOWN":
        this.unknown.push(at(keys.paths, key));
        break;
    }
    if (bytes[i] === NULL[0]) return isColumn(use) ? this.skipLiteral(i, NULL) : -this.skipLiteral(i, NULL);
    const after = this.skipValue(i, 0);
    this.brokenText = false;
    if (use === "LIST") throw new BadLine("wrong type", `\`${keys.paths[key]}\` is ${this.excerpt(i, after)}, not a list`);
    if (use === "TIMESTAMP") this.timestamps[keys.place]++;
    return -after;
  }

  private readList(open: number, place: "timing_events" | "tools"): number {
    const bytes = this.bytes;
    const ranges = place === "tools" ? this.tools : this.events;
    const keys = place === "tools" ? this.toolKeys : this.eventKeys;
    let i = this.skipSpace(open + 1);
    if (bytes[i] === CLOSE_LIST) return i + 1;
    for (;;) {
      if (bytes[i] === OPEN_OBJECT) i = this.readRecord(i, keys, ranges);
      else {
        ranges.records.push(ranges.bounds.length);
        i = this.skipValue(i, 0);
      }
      i = this.skipSpace(i);
      if (bytes[i] === CLOSE_LIST) return i + 1;
      if (bytes[i] !== COMMA) this.refuse(i, "a comma or the end of the list");
      i = this.skipSpace(i + 1);
    }
  }

  private skipSpace(i: number): number {
    const bytes = this.bytes;
    while (bytes[i] === 32 || bytes[i] === 9 || bytes[i] === 13) i++;
    return i;
  }

  /** From the character after the opening quote to the closing quote. */
  private skipString(i: number): number {
    const bytes = this.bytes;
    for (;;) {
      const c = bytes[i] ?? 0;
      if (c === QUOTE) return i;
      if (c === BACKSLASH) i = this.skipEscape(i);
      else if (c < 32) this.refuse(i, "the end of a text");
      else i++;
    }
  }

  private skipEscape(i: number): number {
    const c = this.bytes[i + 1];
    if (c === 117) return this.skipUnicodeEscape(i);
    if (c === QUOTE || c === BACKSLASH || c === 47 || c === 98 || c === 102 || c === 110 || c === 114 || c === 116) return i + 2;
    return this.refuse(i + 1, "an escape");
  }

  /** JSON allows half a surrogate pair, but it is not text: noted, and refused where the text is kept. */
  private skipUnicodeEscape(i: number): number {
    const unit = this.hexAt(i + 2);
    if (unit < 0xd800 || unit > 0xdfff) return i + 6;
    const paired = unit < 0xdc00 && this.bytes[i + 6] === BACKSLASH && this.bytes[i + 7] === 117;
    const low = paired ? this.hexAt(i + 8) : 0;
    if (low >= 0xdc00 && low <= 0xdfff) return i + 12;
    this.brokenText = true;
    return i + 6;
  }

  private hexAt(i: number): number {
    let value = 0;
    for (let k = i; k < i + 4; k++) {
      const c = this.bytes[k] ?? 0;
      const digit = c >= ZERO && c <= NINE ? c - ZERO : (c | 32) >= 97 && (c | 32) <= 102 ? (c | 32) - 87 : -1;
      if (digit < 0) this.refuse(k, "four hexadecimal digits");
      value = value * 16 + digit;
    }
    return value;
  }

  private skipLiteral(i: number, literal: Uint8Array): number {
    for (let k = 0; k < literal.length; k++) if (this.bytes[i + k] !== literal[k]) this.refuse(i + k, "a value");
    return i + literal.length;
  }

  private skipDigits(i: number): number {
    const from = i;
    while (isDigit(this.bytes[i])) i++;
    return i > from ? i : this.refuse(i, "a digit");
  }

  private skipNumber(i: number): number {
    const bytes = this.bytes;
    if (bytes[i] === MINUS) i++;
    if (bytes[i] === INFINITY[0]) return this.skipLiteral(i, INFINITY);
    i = bytes[i] === ZERO ? i + 1 : this.skipDigits(i);
    if (bytes[i] === DOT) i = this.skipDigits(i + 1);
    if (bytes[i] === 101 || bytes[i] === 69) {
      i++;
      if (bytes[i] === MINUS || bytes[i] === 43) i++;
      i = this.skipDigits(i);
    }
    return i;
  }

  /** Any JSON value; returns the position after it. */
  private skipValue(i: number, depth: number): number {
    switch (this.bytes[i]) {
      case QUOTE:
        return this.skipString(i + 1) + 1;
      case OPEN_OBJECT:
      case OPEN_LIST:
        return this.skipContainer(i, depth + 1);
      case TRUE[0]:
        return this.skipLiteral(i, TRUE);
      case FALSE[0]:
        return this.skipLiteral(i, FALSE);
      case NULL[0]:
        return this.skipLiteral(i, NULL);
      case NOT_A_NUMBER[0]:
        return this.skipLiteral(i, NOT_A_NUMBER);
      case INFINITY[0]:
        return this.skipLiteral(i, INFINITY);
      default:
        return this.bytes[i] === MINUS || isDigit(this.bytes[i]) ? this.skipNumber(i) : this.refuse(i, "a value");
    }
  }

  private skipContainer(open: number, depth: number): number {
    if (depth > MAX_DEPTH) throw new BadLine("not JSON", `nested deeper than ${MAX_DEPTH} levels`);
    const bytes = this.bytes;
    const isObject = bytes[open] === OPEN_OBJECT;
    const close = isObject ? CLOSE_OBJECT : CLOSE_LIST;
    let i = this.skipSpace(open + 1);
    if (bytes[i] === close) return i + 1;
    for (;;) {
      if (isObject) i = this.skipKey(i);
      i = this.skipSpace(this.skipValue(i, depth));
      if (bytes[i] === close) return i + 1;
      if (bytes[i] !== COMMA) this.refuse(i, isObject ? "a comma or the end of the object" : "a comma or the end of the list");
      i = this.skipSpace(i + 1);
    }
  }

  private skipKey(i: number): number {
    if (this.bytes[i] !== QUOTE) this.refuse(i, "a key");
    i = this.skipSpace(this.skipString(i + 1) + 1);
    if (this.bytes[i] !== COLON) this.refuse(i, "a colon");
    return this.skipSpace(i + 1);
  }

  private refuse(i: number, expected: string): never {
    const atEnd = this.skipSpace(i) >= this.lineEnd;
    throw new BadLine(
      atEnd ? "cut off" : "not JSON",
      atEnd ? `the line ends where ${expected} is expected` : `${expected} expected ${this.at(i)}`,
    );
  }

  private at(i: number): string {
    return `at byte ${i - this.lineStart + 1}: ${this.excerpt(i, Math.min(this.lineEnd, i + 40))}`;
  }

  private excerpt(from: number, to: number): string {
    const text = textOf(this.bytes.subarray(from, Math.min(to, from + 60))).trimEnd();
    return to - from > 60 ? `${text}…` : text;
  }
}

function isColumn(use: Use): boolean {
  return use !== "LIST" && use !== "DROPPED" && use !== "UNKNOWN";
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE;
}
