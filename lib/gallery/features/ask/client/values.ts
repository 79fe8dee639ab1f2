/** Answers as plain values: what a column holds, how a person reads it, and how it is sorted. */

export const DAY_MS = 86_400_000;

/** What can be done with a column. `decimal` holds exact text; `time` microseconds and `date` days since 1970, both UTC. */
export type Kind = "integer" | "real" | "decimal" | "time" | "date" | "boolean" | "text";
export type Cell = number | bigint | string | boolean | null;

export interface Column {
  readonly name: string;
  /** As SQL calls it. */
  readonly type: string;
  readonly kind: Kind;
  readonly values: Cell[];
}

/** What a person reads and a CSV file holds. NULL is empty. */
export function cellText(value: Cell, kind: Kind): string {
  if (value === null) return "";
  if (kind === "time") return momentText(BigInt(value));
  if (kind === "date") return new Date(Number(value) * DAY_MS).toISOString().slice(0, 10);
  return String(value);
}

/** The text up to a number of UTF-16 units, with a sign that it was cut. */
export function shortened(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most).replace(/[\uD800-\uDBFF]$/, "")}…` : text;
}

/** A time in microseconds since 1970 as `2026-01-01 10:00:00.123`. */
function momentText(us: bigint): string {
  const rest = ((us % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const second = new Date(Number((us - rest) / 1000n)).toISOString().slice(0, 19).replace("T", " ");
  return second + fraction(rest);
}

/** Parts of a second as far as they are not zero, in thousands. */
function fraction(us: bigint): string {
  if (us === 0n) return "";
  const digits = us.toString().padStart(6, "0");
  return `.${digits.endsWith("000") ? digits.slice(0, 3) : digits}`;
}

/** Whether a column is drawn and sorted by size. */
export function isNumeric(kind: Kind): boolean {
  return kind === "integer" || kind === "real" || kind === "decimal";
}

/** Ascending; text by its letters, numbers by size; NULL after everything. */
export function compareCells(a: Cell, b: Cell, kind: Kind): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  if (kind === "text") return String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0;
  if (typeof a === "bigint" && typeof b === "bigint") return a < b ? -1 : a > b ? 1 : 0;
  return Number(a) - Number(b);
}
