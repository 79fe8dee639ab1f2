/** Values in the units that columns declare: as text, as differences, and where they are on an axis. */
import {
  countAxis,
  dollarAxis,
  durationAxis,
  linearAxis,
  linearDurationAxis,
  logAxis,
  logCountAxis,
  roundTicks,
  shareAxis,
  signedAxis,
} from "../../../chart/axes.ts";
import type { Axis } from "../../../chart/spec.ts";
import { countTick } from "../../../format/counts.ts";
import { durationCompact, durationTick } from "../../../format/durations.ts";
import { dollarTick, formatG, grouped, money, percent, withMinus } from "../../../format/numbers.ts";
import { power } from "../../../stats/power.ts";

/** In one of each unit of time. */
export const SECONDS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, min: 60, h: 3_600, d: 86_400 };
/** Units that say nothing after a number. */
const WITHOUT_NAME = new Set(["count", "values", "delta", "units"]);

/** Shares of one, and percentages. */
export function isShare(unit: string | undefined): boolean {
  return unit === "share" || unit === "%";
}

/** `tokens or USD`: rows of the column can't be added up. */
export function mixesUnits(unit: string | undefined): boolean {
  return unit?.includes(" or ") ?? false;
}

export function isTime(unit: string | undefined): boolean {
  return SECONDS[unit ?? ""] !== undefined;
}

function isMoney(unit: string | undefined): boolean {
  return unit?.startsWith("USD") ?? false;
}

/** A value where the axis of its unit has it: percentages as shares, times in seconds. */
export function plotted(value: number, unit: string | undefined): number {
  return unit === "%" ? value / 100 : value * (SECONDS[unit ?? ""] ?? 1);
}

/** `95.5%`, `$4.68`, `1m 31s`, `90,818 tokens`, `1.28x`. */
export function valueText(value: number, unit: string | undefined): string {
  if (isShare(unit)) return percent(plotted(value, unit), 1);
  if (isMoney(unit)) return money(value) + nameAfter(unit?.slice("USD".length).trim());
  if (isTime(unit)) return durationCompact(plotted(value, unit));
  return unit === "ratio" || unit === "x" ? `${plainNumber(value)}x` : plainNumber(value) + nameAfter(unit);
}

/** The same with a sign; shares differ by points. */
export function differenceText(difference: number, unit: string | undefined): string {
  const sign = difference < 0 ? "\u2212" : "+";
  const amount = Math.abs(difference);
  return sign + (isShare(unit) ? `${pointsText(100 * plotted(amount, unit))} points` : valueText(amount, unit));
}

function pointsText(points: number): string {
  return points >= 0.1 ? grouped(points, 1) : formatG(points, 2);
}

function nameAfter(unit: string | undefined): string {
  return unit === undefined || unit === "" || WITHOUT_NAME.has(unit) || mixesUnits(unit) ? "" : ` ${unit}`;
}

/** To six digits, whole numbers whole. */
function plainNumber(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 1e6) return grouped(value);
  return Math.abs(value) >= 1_000 ? grouped(value, 1) : withMinus(formatG(value));
}

/** Positive values that are further apart than this are on a log axis. */
const WIDE = 50;
const LOG_MARGIN = 1.25;

/** An axis that has all the values, which are as `plotted` gives them. */
export function axisFor(values: readonly number[], unit: string | undefined, title: string | null): Axis {
  const [low, high] = extentOf(values);
  const about = { title };
  if (low < 0) return signedAxis([low, high], about, tickOf(unit));
  if (isShare(unit)) return shareAxis({ title, domain: [0, high > 0 ? high * 1.03 : 1] });
  if (low > 0 && high / low >= WIDE) return logAxisFor([low / LOG_MARGIN, high * LOG_MARGIN], unit, logTitle(title));
  if (isMoney(unit)) return dollarAxis(high, about);
  if (isTime(unit)) return linearDurationAxis(high, about);
  return values.every(Number.isInteger) ? countAxis(high, about) : linearAxis(high, title, roundTicks(high), plainTick);
}

function logTitle(title: string | null): string {
  return title === null ? "log scale" : `${title} (log scale)`;
}

const TIMES_S = [0.001, 0.01, 0.1, 1, 10, 60, 600, 3_600, 21_600, 86_400, 604_800];

/** The axis that values are drawn along. Zero and much larger values both have their place on it. */
export function coordinateAxis(places: readonly number[], unit: string | undefined, title: string): Axis {
  const [low, high] = extentOf(places);
  const [least] = extentOf(places.filter((place) => place > 0));
  if (low !== 0 || high / least < WIDE) return axisFor(places, unit, title);
  const ticks = !isTime(unit) ? decadesWithin([least, high]) : TIMES_S.filter((time) => time >= least);
  return logAxis([0, high], logTitle(title), [0, ...ticks], tickOf(unit), { type: "symlog", constant: least });
}

function logAxisFor(domain: readonly [number, number], unit: string | undefined, title: string | null): Axis {
  if (isTime(unit)) return durationAxis(domain, { title });
  if (domain[0] >= 1 && !isMoney(unit)) return logCountAxis(domain, { title });
  return logAxis(domain, title, decadesWithin(domain), tickOf(unit));
}

function decadesWithin([low, high]: readonly [number, number]): number[] {
  const first = Math.ceil(Math.log10(low));
  const count = Math.floor(Math.log10(high)) - first + 1;
  const stride = Math.ceil(count / 6);
  return Array.from({ length: Math.max(0, count) }, (_, i) => power(10, first + i)).filter((_, i) => i % stride === 0);
}

function tickOf(unit: string | undefined): (value: number) => string {
  if (isShare(unit)) return (value) => percent(value, Math.abs(value * 100 - Math.round(value * 100)) < 1e-9 ? 0 : 1);
  if (isMoney(unit)) return (value) => (value < 0 ? withMinus(`-${dollarTick(-value)}`) : dollarTick(value));
  if (!isTime(unit)) return plainTick;
  return (value) => (value === 0 ? "0" : value < 0 ? withMinus(`-${durationTick(-value)}`) : durationTick(value));
}

function plainTick(value: number): string {
  return Math.abs(value) >= 1_000 ? countTick(value) : withMinus(formatG(value));
}

/** The least and the largest. */
export function extentOf(values: readonly number[]): [low: number, high: number] {
  return values.reduce<[number, number]>(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
}

/** The name of a unit for the title of an axis; null where ticks say it. */
export function unitTitle(unit: string | undefined): string | null {
  return unit === undefined || isShare(unit) || unit === "USD" || isTime(unit) ? null : unit;
}
