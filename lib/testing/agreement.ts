/** Compares our tables with published ones, cell by cell. */
import path from "node:path";
import Papa from "papaparse";

const MISSING = new Set(["", "nan", "none", "null", "inf", "-inf", "infinity", "-infinity"]);
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const INTEGER = /^[+-]?\d+$/;
const RELATIVE = 1e-9;

/**
 * Whether two cells say the same: equal texts, both missing, numbers within 1e-9 of each other or within half a unit of the last
 * digit that was published, paths with the same base name.
 */
export function agrees(published: unknown, ours: unknown): boolean {
  const [p, o] = [published, ours].map((value) => String(value ?? "").trim()) as [string, string];
  if (p === o || (isMissing(p) && isMissing(o))) return true;
  if (/^(true|false)$/i.test(p)) return p.toLowerCase() === o.toLowerCase();
  if (NUMBER.test(p) && NUMBER.test(o)) return numbersAgree(p, o);
  return (p.includes("/") || o.includes("/")) && path.basename(p) === path.basename(o);
}

function isMissing(text: string): boolean {
  return MISSING.has(text.toLowerCase());
}

function numbersAgree(p: string, o: string): boolean {
  const [a, b] = [Number(p), Number(o)];
  const gap = Math.abs(a - b);
  if (gap <= RELATIVE * Math.max(Math.abs(a), Math.abs(b))) return true;
  return !(INTEGER.test(p) && INTEGER.test(o)) && gap <= halfUnit(p) * (1 + 1e-6);
}

/** Half a unit of the last digit: 0.05 of `12.3`, 5 of `1.04858e+06`. */
function halfUnit(text: string): number {
  const [mantissa = "", exponent = "0"] = text.toLowerCase().split("e");
  const decimals = mantissa.split(".")[1]?.length ?? 0;
  return 0.5 * Number(`1e${Number(exponent) - decimals}`);
}

/** A column or key whose deviation is meant, with the reason. */
export interface Exception {
  readonly file: string;
  readonly column: string;
  readonly reason: string;
}

/** Differences as sentences, none when the tables agree; ours may have more columns at the end. */
export function csvDifferences(published: string, ours: string, excused: (column: string) => boolean): string[] {
  const [p, o] = [published, ours].map((text) => Papa.parse<string[]>(text, { skipEmptyLines: "greedy" }).data) as [string[][], string[][]];
  const header = p[0] ?? [];
  if (header.some((name, i) => o[0]?.[i] !== name)) return [`columns are ${o[0]?.join(",")}, published ${header.join(",")}`];
  if (p.length !== o.length) return [`${o.length - 1} rows, published ${p.length - 1}`];
  return p.flatMap((row, r) =>
    header.flatMap((column, c) =>
      agrees(row[c], o[r]?.[c]) || excused(column) ? [] : [`row ${r} ${column}: ${o[r]?.[c]}, published ${row[c]}`],
    ),
  );
}

/** The same of JSON documents; ours may have more keys. */
export function jsonDifferences(published: unknown, ours: unknown, excused: (key: string) => boolean, at = "$"): string[] {
  if (published === null || typeof published !== "object")
    return agrees(published, ours) || excused(at.split(".").at(-1) ?? "") ? [] : [`${at}: ${ours}, published ${published}`];
  if (ours === null || typeof ours !== "object") return [`${at}: ${ours}, published ${JSON.stringify(published)}`];
  if (Array.isArray(published) && Array.isArray(ours) && published.length !== ours.length)
    return [`${at}: ${ours.length} elements, published ${published.length}`];
  const own = new Map<string, unknown>(Object.entries(ours));
  return Object.entries(published).flatMap(([key, value]) => jsonDifferences(value, own.get(key), excused, `${at}.${key}`));
}
