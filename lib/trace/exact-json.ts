/**
 * JSON of transcripts, parsed so that sizes and digits survive. As lenient as the agents' own tools: `NaN` and `Infinity` are numbers,
 * bytes that are not UTF-8 become U+FFFD, the last of two equal keys wins, `__proto__` is a key like any other.
 *
 * The ingest of traces has a scanner of its own (`db/build/ingest/scan.ts`): it checks lines against the schema and copies ranges of
 * bytes without making values, several times as fast, and refuses what this parser takes.
 */

import { asciiOf, concat, textOf } from "../files/bytes.ts";

/** A number that JavaScript would spell differently from the reference (Python): `1.0`, `1e-05`, `NaN`, integers beyond 2^53. */
export class RawNumber {
  readonly text: string;

  /** @param text as the reference spells it, which need not be how the line did */
  constructor(text: string) {
    this.text = text;
  }
}

/** A string too long to be kept; only its sizes are known. */
export class LongString {
  /** Unicode code points. */
  readonly chars: number;
  /** Code points of its JSON spelling, quotes included. */
  readonly jsonChars: number;

  constructor(chars: number, jsonChars: number) {
    this.chars = chars;
    this.jsonChars = jsonChars;
  }
}

export type Json = null | boolean | number | string | RawNumber | LongString | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

/** Records nested deeper are rejected: no agent writes them, and recursion must end. */
const DEPTH_LIMIT = 900;

/** Integers of so many digits may exceed 2^53. */
const SAFE_DIGITS = 16;

/** Python, too, refuses longer integers. */
const INTEGER_DIGITS_LIMIT = 4300;

const HUGE_STRING_BYTES = 1 << 20;

/**
 * The value of a line, or undefined when it is not JSON. Strings are whole: lines that might not fit into one string
 * (V8 ends at 512 MB) belong to `HugeRecordParser`.
 */
export function parseJson(line: Uint8Array): Json | undefined {
  return (isPlain(line) ? parseNatively(line) : undefined) ?? parseExactly(line);
}

/** Only of plain lines the right value; undefined also where a literal is not strictly JSON. */
function parseNatively(line: Uint8Array): Json | undefined {
  try {
    return JSON.parse(textOf(line));
  } catch {
    return undefined;
  }
}

/** One byte at a time: several times as slow as `JSON.parse`. Exported for tests. */
export function parseExactly(line: Uint8Array): Json | undefined {
  const parser = new RecordParser(Number.POSITIVE_INFINITY);
  parser.push(line);
  return parser.end();
}

/**
 * Whether `JSON.parse` gives the right value if the line is JSON: each number is spelled as JavaScript spells it, no key looks
 * like an array index, and nothing is too deep.
 */
function isPlain(line: Uint8Array): boolean {
  let depth = 0;
  for (let at = 0; at < line.length; at++) {
    const byte = line[at] ?? 0;
    if (byte === QUOTE) {
      const start = at + 1;
      at = closingQuote(line, start);
      if (mayBeIndex(line, start, at)) return false;
    } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
      if (++depth > DEPTH_LIMIT) return false;
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
      depth--;
    } else if (isDigit(byte) || byte === MINUS) {
      const start = at;
      while (isScalarByte(line[at + 1] ?? 0)) at++;
      if (!isPlainNumber(line, start, at + 1)) return false;
    }
  }
  return true;
}

/** The length of the line where there is none. Most strings are short, most bytes are in long ones. */
function closingQuote(line: Uint8Array, start: number): number {
  const near = Math.min(line.length, start + SHORT_STRING_BYTES);
  for (let at = start; at < near; at++) {
    const byte = line[at];
    if (byte === QUOTE) return at;
    if (byte === BACKSLASH) at++;
  }
  let from = start;
  for (;;) {
    const quote = line.indexOf(QUOTE, from);
    if (quote === -1) return line.length;
    if (!isEscaped(line, from, quote)) return quote;
    from = quote + 1;
  }
}

const SHORT_STRING_BYTES = 32;

/** After an odd number of backslashes. */
function isEscaped(bytes: Uint8Array, from: number, at: number): boolean {
  let start = at;
  while (start > from && bytes[start - 1] === BACKSLASH) start--;
  return (at - start) % 2 === 1;
}

/** A key of digits, which objects would not keep at its place, in any spelling. */
function mayBeIndex(line: Uint8Array, start: number, end: number): boolean {
  const first = line[start] ?? 0;
  const next = line[end + 1] ?? 0;
  const mayBe = (isDigit(first) || first === BACKSLASH) && (next === COLON || next <= SPACE);
  return mayBe && /^[\d\\u]+$/.test(asciiOf(line, start, end));
}

function isPlainNumber(line: Uint8Array, start: number, end: number): boolean {
  if (end - start < SAFE_DIGITS && isAllDigits(line, start, end)) return true;
  const text = asciiOf(line, start, end);
  const value = Number(text);
  return String(value) === text && (Number.isSafeInteger(value) || pythonFloat(value) === text);
}

type State = "value" | "value or ]" | "key" | "key or }" | ":" | ", or end" | "end" | "bad";

type Container = { readonly array: Json[] } | ObjectContainer;

interface ObjectContainer {
  readonly object: JsonObject;
  key: string;
  /** Keys in order of appearance, from the first on that looks like an array index. */
  order: string[] | null;
}

/** Parses one record from chunks of bytes cut anywhere. */
class RecordParser {
  private readonly stringLimit: number;
  private state: State = "value";
  private readonly stack: Container[] = [];
  private result: Json | undefined;
  /** An unfinished number or literal, at the end of a chunk. */
  private scalar = "";
  /** An unfinished string, at the end of a chunk. */
  private string: StringCollector | null = null;

  /** @param stringLimit strings whose spelling has more bytes than this become `LongString` */
  constructor(stringLimit: number) {
    this.stringLimit = stringLimit;
  }

  push(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length && this.state !== "bad") {
      if (this.string) at = this.continueString(this.string, chunk, at);
      else at = this.token(chunk, at);
    }
  }

  /** The record, or undefined when the chunks were not JSON. */
  end(): Json | undefined {
    this.endScalar();
    return this.state === "end" && this.string === null ? this.result : undefined;
  }

  private token(chunk: Uint8Array, at: number): number {
    const byte = chunk[at] ?? 0;
    if (isScalarByte(byte)) return this.continueScalar(chunk, at);
    if (this.scalar !== "") this.endScalar();
    switch (byte) {
      case 0x20:
      case 0x09:
      case 0x0a:
      case 0x0d:
        break;
      case 0x22:
        return this.startString(chunk, at + 1);
      case 0x3a:
        this.state = this.state === ":" ? "value" : "bad";
        break;
      case 0x2c:
        this.comma();
        break;
      case 0x5b:
        this.open({ array: [] });
        break;
      case 0x7b:
        this.open({ object: {}, key: "", order: null });
        break;
      case 0x5d:
        this.close("array");
        break;
      case 0x7d:
        this.close("object");
        break;
      default:
        this.state = "bad";
    }
    return at + 1;
  }

  private continueScalar(chunk: Uint8Array, start: number): number {
    let end = start + 1;
    while (end < chunk.length && isScalarByte(chunk[end] ?? 0)) end++;
    if (this.scalar.length + end - start > HUGE_STRING_BYTES) this.state = "bad";
    else this.scalar += asciiOf(chunk, start, end);
    if (end < chunk.length) this.endScalar();
    return end;
  }

  private endScalar(): void {
    if (this.scalar === "") return;
    this.add(scalarOf(this.scalar));
    this.scalar = "";
  }

  private startString(chunk: Uint8Array, start: number): number {
    const expected = this.state === "value" || this.state === "value or ]" || this.state === "key" || this.state === "key or }";
    if (!expected) {
      this.state = "bad";
      return start;
    }
    const quote = chunk.indexOf(QUOTE, start);
    const isSimple = quote !== -1 && quote - start <= this.stringLimit && !hasBackslash(chunk, start, quote);
    if (isSimple) {
      this.addString(unescaped(textOf(chunk.subarray(start, quote))));
      return quote + 1;
    }
    this.string = new StringCollector(this.stringLimit);
    return this.continueString(this.string, chunk, start);
  }

  private continueString(string: StringCollector, chunk: Uint8Array, start: number): number {
    const next = string.push(chunk, start);
    if (string.isEnded) {
      this.string = null;
      this.addString(string.value());
    }
    return next;
  }

  private addString(value: string | LongString | undefined): void {
    if (this.state === "value" || this.state === "value or ]") this.add(value);
    else this.addKey(value);
  }

  private addKey(key: string | LongString | undefined): void {
    const parent = this.stack.at(-1);
    if (typeof key !== "string" || !parent || "array" in parent) {
      this.state = "bad";
      return;
    }
    parent.key = key;
    this.state = ":";
  }

  private comma(): void {
    const parent = this.stack.at(-1);
    if (this.state !== ", or end" || !parent) this.state = "bad";
    else this.state = "array" in parent ? "value" : "key";
  }

  private open(container: Container): void {
    const isExpected = (this.state === "value" || this.state === "value or ]") && this.stack.length < DEPTH_LIMIT;
    if (!isExpected) {
      this.state = "bad";
      return;
    }
    this.stack.push(container);
    this.state = "array" in container ? "value or ]" : "key or }";
  }

  private close(kind: "array" | "object"): void {
    const container = this.stack.at(-1);
    const mayEnd = this.state === ", or end" || this.state === (kind === "array" ? "value or ]" : "key or }");
    if (!mayEnd || !container || !(kind in container)) {
      this.state = "bad";
      return;
    }
    this.stack.pop();
    this.state = "value";
    this.add("array" in container ? container.array : finished(container));
  }

  private add(value: Json | undefined): void {
    if (value === undefined || (this.state !== "value" && this.state !== "value or ]")) {
      this.state = "bad";
      return;
    }
    const parent = this.stack.at(-1);
    this.state = parent ? ", or end" : "end";
    if (!parent) this.result = value;
    else if ("array" in parent) parent.array.push(value);
    else define(parent, value);
  }
}

/**
 * Parses one record of any size. Strings whose spelling takes more than 1 MiB are not kept but measured, so memory is that of the rest.
 * Push the bytes in order, cut anywhere, without the line end.
 */
export class HugeRecordParser extends RecordParser {
  constructor(stringLimitBytes = HUGE_STRING_BYTES) {
    super(stringLimitBytes);
  }
}

const SPACE = 0x20;
const QUOTE = 0x22;
const MINUS = 0x2d;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

function isAllDigits(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (!isDigit(bytes[at] ?? 0)) return false;
  return true;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

/** Digits, letters, `+`, `-`, `.`: what numbers and literals consist of. */
function isScalarByte(byte: number): boolean {
  return (
    isDigit(byte) || (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a) || byte === 0x2d || byte === 0x2e || byte === 0x2b
  );
}

function hasBackslash(chunk: Uint8Array, start: number, end: number): boolean {
  if (end - start > 64) return chunk.subarray(start, end).includes(BACKSLASH);
  for (let at = start; at < end; at++) if (chunk[at] === BACKSLASH) return true;
  return false;
}

/** Undefined when it is not valid between quotes. */
function unescaped(spelling: string): string | undefined {
  if (!NEEDS_UNESCAPING.test(spelling)) return spelling;
  try {
    return JSON.parse(`"${spelling}"`);
  } catch {
    return undefined;
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const NEEDS_UNESCAPING = /[\\\x00-\x1f]/;

/** The bytes of one string up to its closing quote; beyond the limit only counts. */
class StringCollector {
  private readonly limit: number;
  isEnded = false;
  private readonly parts: Uint8Array[] = [];
  private byteCount = 0;
  private counter: StringCounter | null = null;
  /** The chunk ended with a backslash that escapes whatever comes next. */
  private isEscaping = false;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Where it stopped: behind the closing quote, or the end of the chunk. */
  push(chunk: Uint8Array, start: number): number {
    const quote = this.closingQuote(chunk, start);
    const end = quote === -1 ? chunk.length : quote;
    this.keep(chunk.subarray(start, end), quote !== -1);
    this.isEnded = quote !== -1;
    return this.isEnded ? end + 1 : end;
  }

  value(): string | LongString | undefined {
    if (this.counter) return this.counter.end();
    const [first, ...others] = this.parts;
    return unescaped(textOf(first && others.length === 0 ? first : concat(this.parts)));
  }

  private closingQuote(chunk: Uint8Array, start: number): number {
    let from = this.isEscaping ? start + 1 : start;
    this.isEscaping = false;
    for (;;) {
      const quote = chunk.indexOf(QUOTE, from);
      const escapesNext = isEscaped(chunk, from, quote === -1 ? chunk.length : quote);
      if (quote === -1) this.isEscaping = escapesNext;
      if (quote === -1 || !escapesNext) return quote;
      from = quote + 1;
    }
  }

  private keep(part: Uint8Array, isLast: boolean): void {
    this.byteCount += part.length;
    if (!this.counter && this.byteCount <= this.limit) {
      // The chunk's memory may be used again by who pushes.
      this.parts.push(isLast ? part : new Uint8Array(part));
      return;
    }
    this.counter ??= new StringCounter();
    for (const earlier of this.parts.splice(0)) this.counter.push(earlier);
    this.counter.push(part);
  }
}

/** Counts a string that arrives in pieces of its spelling. */
class StringCounter {
  private readonly decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  /** An escape sequence that was cut, at most five characters. */
  private rest = "";
  private endsWithHighSurrogate = false;
  private isBad = false;
  private chars = 0;
  private escapeChars = 0;

  push(piece: Uint8Array): void {
    for (let at = 0; at < piece.length; at += HUGE_STRING_BYTES) {
      this.count(this.decoder.decode(piece.subarray(at, at + HUGE_STRING_BYTES), { stream: true }));
    }
  }

  /** Undefined when the spelling was invalid. */
  end(): LongString | undefined {
    this.count(this.decoder.decode());
    return this.isBad || this.rest !== "" ? undefined : new LongString(this.chars, this.chars + this.escapeChars + 2);
  }

  private count(decoded: string): void {
    const spelling = this.rest + decoded;
    this.rest = CUT_ESCAPE.exec(spelling)?.[1] ?? "";
    const text = unescaped(spelling.slice(0, spelling.length - this.rest.length));
    if (text === undefined) this.isBad = true;
    if (text === undefined || text === "") return;
    const joins = this.endsWithHighSurrogate && isLowSurrogate(text.charCodeAt(0));
    this.endsWithHighSurrogate = isHighSurrogate(text.charCodeAt(text.length - 1));
    this.chars += codePoints(text) - (joins ? 1 : 0);
    this.escapeChars += escapeOverhead(text);
  }
}

const CUT_ESCAPE = /(?<!\\)(?:\\\\)*(\\(?:u[0-9a-fA-F]{0,3})?)$/;

/** Undefined when it is neither number nor literal. */
function scalarOf(text: string): Json | undefined {
  switch (text) {
    case "true":
      return true;
    case "false":
      return false;
    case "null":
      return null;
    case "NaN":
    case "Infinity":
    case "-Infinity":
      return new RawNumber(text);
    default:
      return INTEGER.test(text) ? integerOf(text) : FLOAT.test(text) ? floatOf(Number(text)) : undefined;
  }
}

const INTEGER = /^-?(?:0|[1-9]\d*)$/;
const FLOAT = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/;

function integerOf(text: string): Json | undefined {
  if (text === "-0") return 0;
  if (text.length > INTEGER_DIGITS_LIMIT) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : new RawNumber(text);
}

function floatOf(value: number): number | RawNumber {
  const text = pythonFloat(value);
  return Number.isFinite(value) && text === String(value) ? value : new RawNumber(text);
}

/** Python's `repr`: both languages print the shortest digits that round-trip, but change to exponents at other sizes. */
function pythonFloat(value: number): string {
  if (Object.is(value, -0)) return "-0.0";
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-4 && size < 1e16)) return Number.isInteger(value) ? `${value}.0` : String(value);
  return value.toExponential().replace(/e([+-])(\d)$/, "e$10$2");
}

/** Property that remembers the order of keys where an object cannot; only `encode` sees it. */
const KEY_ORDER = Symbol("key order");

const INDEX_LIKE_KEY = /^\d{1,10}$/;

function define(parent: ObjectContainer, value: Json): void {
  const { object, key } = parent;
  if (!parent.order && INDEX_LIKE_KEY.test(key)) parent.order = Object.keys(object);
  if (parent.order && !Object.hasOwn(object, key)) parent.order.push(key);
  if (key === "__proto__") Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  else object[key] = value;
}

function finished({ object, order }: ObjectContainer): JsonObject {
  return order ? Object.defineProperty(object, KEY_ORDER, { value: order }) : object;
}

/**
 * Size of a value as rows state it: null 0, a string its Unicode code points, anything else the code points of its compact JSON
 * in the reference's spelling, where a lone surrogate is one.
 */
export function chars(value: Json): number {
  if (value === null) return 0;
  if (typeof value === "string") return codePoints(value);
  return value instanceof LongString ? value.chars : jsonChars(value);
}

function jsonChars(value: Json): number {
  if (value === null) return 4;
  switch (typeof value) {
    case "string":
      return codePoints(value) + escapeOverhead(value) + 2;
    case "number":
      return String(value).length;
    case "boolean":
      return value ? 4 : 5;
  }
  if (value instanceof RawNumber) return value.text.length;
  if (value instanceof LongString) return value.jsonChars;
  if (Array.isArray(value)) return value.reduce<number>((sum, element) => sum + jsonChars(element), 0) + brackets(value.length);
  const keys = Object.keys(value);
  return keys.reduce((sum, key) => sum + jsonChars(key) + 1 + jsonChars(value[key] ?? null), 0) + brackets(keys.length);
}

/** Two brackets and the commas between. */
function brackets(count: number): number {
  return 2 + Math.max(0, count - 1);
}

function codePoints(text: string): number {
  if (!SURROGATE_PAIR.test(text)) return text.length;
  let count = text.length;
  for (let at = 1; at < text.length; at++) {
    if (isLowSurrogate(text.charCodeAt(at)) && isHighSurrogate(text.charCodeAt(at - 1))) count--;
  }
  return count;
}

const SURROGATE_PAIR = /[\ud800-\udbff][\udc00-\udfff]/;

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/** Code points that escaping adds. */
function escapeOverhead(text: string): number {
  if (!NEEDS_ESCAPING.test(text)) return 0;
  let added = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE || unit === BACKSLASH || (unit >= 0x08 && unit <= 0x0d && unit !== 0x0b)) added += 1;
    else if (unit < 0x20) added += 5;
  }
  return added;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what JSON escapes.
const NEEDS_ESCAPING = /["\\\x00-\x1f]/;

/**
 * Compact JSON of a parsed value or of a row made of such, keys in order of appearance. Lone surrogates become `\udXXX`, a `LongString`
 * null; keys without value are left out.
 */
export function encode(value: Json | object): string {
  return isNative(value) ? JSON.stringify(value) : encodeExactly(value);
}

/** Whether `JSON.stringify` writes it the same. */
export function isNative(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (value instanceof RawNumber || value instanceof LongString || KEY_ORDER in value) return false;
  for (const key in value) if (!isNative(value[key as keyof typeof value])) return false;
  return true;
}

function encodeExactly(value: Json | object): string {
  if (value instanceof RawNumber) return value.text;
  if (value instanceof LongString) return "null";
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(encodeExactly).join(",")}]`;
  return `{${entries(value)
    .map(([key, element]) => `${JSON.stringify(key)}:${encodeExactly(element)}`)
    .join(",")}}`;
}

function entries(object: object): [string, Json][] {
  const present: [string, Json][] = Object.entries(object).filter(([, value]) => value !== undefined);
  if (!(KEY_ORDER in object) || !Array.isArray(object[KEY_ORDER])) return present;
  const ranks = new Map(object[KEY_ORDER].map((key, index) => [key, index]));
  // The object may have gained keys since it was parsed: they come last.
  const rank = (key: string) => ranks.get(key) ?? ranks.size;
  return present.sort(([a], [b]) => rank(a) - rank(b));
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isToken(value);
}

function isToken(value: object): value is RawNumber | LongString {
  return value instanceof RawNumber || value instanceof LongString;
}

/** Integers up to 2^53; `1.0` is not one. */
export function asInteger(value: Json | undefined): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) ? value : undefined;
}

/** Any finite number, whole or not. */
export function asNumber(value: Json | undefined): number | undefined {
  const number = value instanceof RawNumber ? Number(value.text) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

export function asText(value: Json | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}
