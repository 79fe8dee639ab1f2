/** Headlines are printed text. Those that are numbers and nothing else are compared by value, all others as text. */
import { at, known } from "../../../stats/known.ts";
import { readableName } from "../../atlas/words.ts";
import { type NumberChange, numberChange } from "./numbers.ts";
import { SECONDS } from "./units.ts";

/** A headline that differs, or that only one run has. */
export interface HeadlineDiff {
  readonly label: string;
  readonly before: string | null;
  readonly after: string | null;
  /** One for each number in it; none when the headlines are text, or only one run has it. */
  readonly changes: readonly NumberChange[];
  readonly effect: number | null;
}

interface Quantity {
  readonly value: number;
  /** As columns declare it, or the word after the number. */
  readonly unit: string | undefined;
}

const NUMBER = String.raw`\d[\d,]*(?:\.\d+)?`;
const AMOUNT = new RegExp(
  String.raw`^(?<sign>[-−+]?)(?<money>\$?)(?<digits>${NUMBER})(?<scale>[kKMB]?)(?<suffix>%|[x×]|)(?: (?<word>[^\s\d]+))?$`,
);
const DURATION = new RegExp(
  String.raw`^(?<sign>[-−+]?)(?<first>${NUMBER}) ?(?<unit>ms|s|min|m|h|d)(?: (?<second>\d+)(?<secondUnit>[smh]))?$`,
);
const SCALES: Readonly<Record<string, number>> = { k: 1e3, K: 1e3, M: 1e6, B: 1e9 };
/** Between the numbers of a headline: `5.2 s / 5.8 s`, `$1 to $2`, `3 of 5`, `155.1K (78%)`. */
const SEPARATORS = / \/ | to | of | \(|\)$/;

/** One change for each number of the headlines; none where they are not the same kinds of numbers, which is a difference of text. */
export function headlineChanges(before: string, after: string): NumberChange[] {
  const [a, b] = [quantitiesOf(before), quantitiesOf(after)];
  if (!a || !b || separatorsOf(before) !== separatorsOf(after) || a.some(({ unit }, i) => unit !== b[i]?.unit)) return [];
  return a.map(({ value, unit }, i) => numberChange(value, at(b, i).value, unit));
}

/** What each number of a headline is, where it has several. */
export interface NumberName {
  /** With what the headline is about: `Hit rate, Claude`. */
  readonly whole: string;
  /** Without it: `Claude`; empty for what the label itself names. */
  readonly part: string;
}

/** By how the numbers of the value are separated, and by the label, which lists what a slash separates: `Hit rate, Claude / Codex`. */
export function numberNames(label: string, value: string): NumberName[] {
  const separators = separatorsOf(value);
  if (separators === "") return named(label, [""]);
  if (separators === " to ") return named(label, ["low end", "high end"]);
  if (separators === " of ") return named(label, ["", "total"]);
  if (separators === " (,)") return named(label, ["", "share"]);
  const count = partsOf(value).length;
  return (
    listedNames(label, count) ??
    named(
      label,
      Array.from({ length: count }, (_, i) => `number ${i + 1}`),
    )
  );
}

function named(label: string, parts: readonly string[]): NumberName[] {
  return parts.map((part) => ({ whole: part === "" ? label : `${label}, ${part}`, part }));
}

/** Of a label that lists as many names as there are numbers. */
function listedNames(label: string, count: number): NumberName[] | null {
  const { start = "", list = "" } = /^(?<start>.*[,:] )?(?<list>.*)$/s.exec(label)?.groups ?? {};
  const items = list.split(" / ");
  if (items.length !== count) return null;
  if (start !== "") return items.map((part) => ({ whole: start + part, part }));
  // `Append / output share of cost`: what follows the last name is about all.
  const [last = "", shared = ""] = at(items, -1).split(/(?= )(.*)/s);
  return items.with(-1, last).map((part) => ({ whole: readableName(part + shared), part }));
}

/** Null for what is more than numbers. */
function quantitiesOf(text: string): Quantity[] | null {
  const quantities = partsOf(text).map((part) => durationOf(part) ?? amountOf(part));
  return quantities.length > 0 && quantities.every((quantity) => quantity !== null) ? quantities : null;
}

function partsOf(text: string): string[] {
  return text.split(SEPARATORS).filter((part) => part !== "");
}

function separatorsOf(text: string): string {
  return (text.match(new RegExp(SEPARATORS, "g")) ?? []).join();
}

function durationOf(text: string): Quantity | null {
  const groups = DURATION.exec(text)?.groups;
  if (!groups) return null;
  const { sign = "", first = "", unit = "", second = "0", secondUnit = "s" } = groups;
  const seconds = numberOf(first) * secondsOf(unit) + numberOf(second) * secondsOf(secondUnit);
  return { value: signed(seconds, sign), unit: "s" };
}

function secondsOf(unit: string): number {
  return known(SECONDS[unit === "m" ? "min" : unit]);
}

function amountOf(text: string): Quantity | null {
  const groups = AMOUNT.exec(text)?.groups;
  if (!groups) return null;
  const { sign = "", money, digits = "", scale = "", suffix, word } = groups;
  const value = signed(numberOf(digits) * (SCALES[scale] ?? 1), sign);
  if (money) return { value, unit: word === undefined ? "USD" : `USD ${word}` };
  if (suffix === "%") return word === undefined ? { value, unit: "%" } : null;
  if (suffix) return { value, unit: word === undefined ? "x" : `x ${word}` };
  return { value, unit: word };
}

function numberOf(digits: string): number {
  return Number(digits.replaceAll(",", ""));
}

function signed(value: number, sign: string): number {
  return sign === "-" || sign === "−" ? -value : value;
}
