/** Can the numbers in a figure's title and subtitle be read off the figure? */
import { headed } from "../chart/titles.ts";
import type { Figure } from "../experiment.ts";
import { isObject } from "../files/json.ts";
import { countCompact } from "../format/counts.ts";
import { coverageText } from "../format/coverage.ts";
import { durationCompact, hoursCompact, latencyCompact } from "../format/durations.ts";
import { formatG, grouped, money, percent, toFixedHalfEven } from "../format/numbers.ts";
import { tokenLabel } from "../format/tokens.ts";

/** As `lib/format` writes them. Digits that belong to a word (`p50`, `gpt-5.5`) or a date don't count as numbers. */
const NUMBER =
  /(?<![\p{L}\p{N}_.,/-])[<>\u2212]?\$?\d(?:[\d,]*\d)?(?:\.\d+)?(?:%|[KMB](?!\p{L})|x(?!\p{L})|[dhm](?: \d+[hms])?(?!\p{L})| m?s(?!\p{L}))?(?![\p{L}\p{N}]|-\d)/gu;
/** Of more rows than these nobody reads one. */
const MOST_READABLE_ROWS = 500;

/** The numbers in title and subtitle that are neither a text of the figure, nor a value of its rows in any format, nor its coverage. */
export function unreadableNumbers(figure: Figure): string[] {
  const { title, ...drawn } = { ...headed(figure.spec, figure) };
  const heading = [figure.title, ...textsOf(title)].flatMap((text) => text.match(NUMBER) ?? []);
  if (heading.length === 0) return [];
  const texts = [...textsOf(drawn), ...(figure.coverage ? [coverageText(figure.coverage)] : [])];
  const shown = new Set([...texts.flatMap((text) => text.match(NUMBER) ?? []), ...numbersOf(drawn).flatMap(formats)]);
  return [...new Set(heading)].filter((number) => !shown.has(number));
}

/** Every text of a part of a spec: of expressions what is quoted in them, as labels are. */
function textsOf(part: unknown, key = ""): string[] {
  if (typeof part === "string") return /[eE]xpr$/.test(key) ? quotedIn(part) : [part];
  if (Array.isArray(part)) return part.flatMap((item) => textsOf(item, key));
  return isObject(part) ? Object.entries(part).flatMap(([name, member]) => textsOf(member, name)) : [];
}

function quotedIn(expression: string): string[] {
  return [...expression.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, text = ""]) => text);
}

/** The numbers in the rows of a spec, and the lengths of bars that begin where others end. */
function numbersOf(part: unknown): number[] {
  if (Array.isArray(part)) return part.flatMap(numbersOf);
  if (!isObject(part)) return [];
  return Object.entries(part).flatMap(([name, member]) => {
    if (name === "values" && Array.isArray(member) && member.every(isObject)) {
      return member.length > MOST_READABLE_ROWS ? [] : member.flatMap(numbersOfRow);
    }
    return numbersOf(member);
  });
}

function numbersOfRow(row: Record<string, unknown>): number[] {
  const numbers = Object.values(row).filter((cell) => typeof cell === "number");
  return typeof row.from === "number" && typeof row.to === "number" ? [...numbers, row.to - row.from] : numbers;
}

function formats(value: number): string[] {
  const decimals = [0, 1, 2];
  return [
    ...decimals.map((digits) => percent(value, digits)),
    ...decimals.map((digits) => grouped(value, digits)),
    ...decimals.map((digits) => `${toFixedHalfEven(value, digits)}x`),
    ...[durationCompact, latencyCompact, hoursCompact, countCompact, money, formatG, tokenLabel].map((format) => format(value)),
  ];
}
