/** What the ticks of an axis say about the places between them: `1K` at 3 and `4K` at 5 make 2,048 tokens of place 4. */
import { durationCompact } from "../format/durations.ts";
import { formatG, grouped, money, percent, withMinus } from "../format/numbers.ts";
import { dateOf } from "../format/periods.ts";
import { KIBI } from "../format/tokens.ts";
import { power } from "../stats/power.ts";
import type { Tick } from "./spec.ts";

/** Writes a value of a field as its axis does. */
export type WriteValue = (value: number) => string;

interface Quantity {
  readonly value: number;
  readonly kind: "number" | "share" | "money" | "ratio" | "duration";
}

const SECONDS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3_600, d: 86_400 };
const THOUSANDS: Readonly<Record<string, number>> = { K: 1, M: 2, B: 3 };

/** Null where the ticks are names or there are none: a place is then not a number to quote. */
export function writerOf(ticks: readonly Tick[]): WriteValue | null {
  if (ticks.length > 0 && ticks.every(({ label }) => /^\d{4}-\d{2}/.test(label))) return (day) => dateOf(Math.round(day));
  const decimal = quantities(ticks, 1_000);
  if (decimal === null) return null;
  const kind = decimal.find((each) => each.kind !== "number")?.kind ?? "number";
  const binary = quantities(ticks, KIBI) ?? decimal;
  const places = ticks.map(({ value }) => value);
  for (const known of [decimal, binary]) {
    const factor = commonFactor(places, known);
    if (factor !== null) return (value) => written(value * factor, kind);
  }
  return (place) => written(between(places, binary, place), kind);
}

function quantities(ticks: readonly Tick[], thousand: number): Quantity[] | null {
  const found = ticks.flatMap(({ label }) => quantityOf(label, thousand) ?? []);
  return found.length === ticks.length && found.length > 0 ? found : null;
}

function quantityOf(label: string, thousand: number): Quantity | null {
  const text = label.replaceAll(",", "").replace("\u2212", "-");
  const [, sign, digits, unit = ""] = /^(-?)\$?(\d+(?:\.\d+)?)([KMB]|%|[x×])?$/.exec(text) ?? [];
  if (digits !== undefined) {
    const value = Number(`${sign}${digits}`);
    if (text.includes("$")) return { value, kind: "money" };
    if (unit === "%") return { value: value / 100, kind: "share" };
    if (/[x×]/.test(unit)) return { value, kind: "ratio" };
    return { value: value * power(thousand, THOUSANDS[unit] ?? 0), kind: "number" };
  }
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?) ?(ms|[smhd])(?= |$)/g)];
  const rest = parts.reduce((left, [part]) => left.replace(part, ""), text).trim();
  if (parts.length === 0 || !["", "-"].includes(rest)) return null;
  const seconds = parts.reduce((sum, [, amount, name]) => sum + Number(amount) * (SECONDS[String(name)] ?? 0), 0);
  return { value: rest === "-" ? -seconds : seconds, kind: "duration" };
}

/** By which all values become what their ticks say; labels are rounded. */
function commonFactor(places: readonly number[], said: readonly Quantity[]): number | null {
  const last = said.length - 1;
  const factor = places[last] ? Number(((said[last]?.value ?? 0) / places[last]).toPrecision(3)) : 1;
  const holds = places.every((place, i) => {
    const value = said[i]?.value ?? 0;
    return Math.abs(place * factor - value) <= 0.02 * Math.abs(value);
  });
  return factor > 0 && holds ? factor : null;
}

/** In doublings between two positive ticks, else in equal steps; beyond the ticks as between the nearest two. */
function between(places: readonly number[], said: readonly Quantity[], place: number): Quantity["value"] {
  const above = places.findIndex((tick) => tick >= place);
  const right = Math.max(1, above === -1 ? places.length - 1 : above);
  const [low, high] = [said[right - 1]?.value ?? 0, said[right]?.value ?? 0];
  const [from, to] = [places[right - 1] ?? 0, places[right] ?? 0];
  if (from === to) return low;
  const part = (place - from) / (to - from);
  return low > 0 && high > 0 ? low * Math.exp(part * Math.log(high / low)) : low + part * (high - low);
}

function written(value: number, kind: Quantity["kind"]): string {
  if (kind === "share") return percent(value, 1);
  if (kind === "money") return money(value);
  if (kind === "ratio") return `${formatG(value, 3)}x`;
  if (kind === "duration") return durationCompact(value);
  return plainNumber(value);
}

/** `12,034`, `0.142`. */
export function plainNumber(value: number): string {
  if (Math.abs(value) >= 100 || Number.isInteger(value)) return withMinus(grouped(Math.round(value)));
  return withMinus(formatG(value, 3));
}
