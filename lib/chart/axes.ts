/** Axes with ticks chosen by us: landmarks on log scales, round numbers on linear ones, one way of writing each unit. */

import { countTick } from "../format/counts.ts";
import { durationTick, hoursTick, latencyTick, S_PER_H } from "../format/durations.ts";
import { dollarTick, formatG, percent } from "../format/numbers.ts";
import { tokenLabel } from "../format/tokens.ts";
import { power } from "../stats/power.ts";
import { type Axis, explicitTicks, type Tick } from "./spec.ts";

/** Seconds that people have words for. */
const DURATION_TICKS_S = [0.001, 0.01, 0.1, 1, 10, 60, 600, 3_600, 21_600, 86_400, 604_800, 2_592_000];
/** Milliseconds that people have words for. */
const LATENCY_TICKS_MS = [0.1, 1, 10, 100, 1_000, 10_000, 60_000, 600_000, 3_600_000, 21_600_000, 86_400_000, 604_800_000];
/** Used where fewer than three landmarks fall into the domain. */
const FINER_DURATIONS_S = [
  ...[0.001, 0.01, 0.1].flatMap((decade) => [decade, 2 * decade, 5 * decade]),
  ...[1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200, 14_400, 21_600, 43_200, 86_400, 172_800, 345_600, 604_800],
];
const FEWEST_TICKS = 3;
/** From here on powers of ten are ticks enough on an axis of ratios. */
const WIDE_RATIO = 1e5;

export interface AxisOptions {
  readonly title: string | null;
  /** Ticks instead of the usual landmarks; those outside the domain are left out. */
  readonly ticks?: readonly number[];
}

/** Log axis for durations in seconds over [low, high], both > 0. */
export function durationAxis(domain: readonly [number, number], { title, ticks }: AxisOptions): Axis {
  return logAxis(domain, title, ticks ?? landmarksWithin(domain, DURATION_TICKS_S, FINER_DURATIONS_S), durationTick);
}

/** Log axis for latencies in milliseconds over [low, high], both > 0. */
export function latencyAxis(domain: readonly [number, number], { title, ticks }: AxisOptions): Axis {
  const finer = FINER_DURATIONS_S.map((seconds) => seconds * 1_000);
  return logAxis(domain, title, ticks ?? landmarksWithin(domain, LATENCY_TICKS_MS, finer), latencyTick);
}

/** Log axis for tokens over [low, high], both > 0, with ticks at powers of two. Where zeros matter, use the token axis. */
export function logTokenAxis(domain: readonly [number, number], { title, ticks }: AxisOptions): Axis {
  const powers = powersWithin(domain, 2);
  const stride = Math.ceil(powers.length / 12);
  return logAxis(domain, title, ticks ?? powers.filter((_, i) => i % stride === 0), tokenLabel);
}

/** Log axis for counts over [low, high], both > 0, with ticks at 1, 10, 100 … (and 2, 5 between where these are few). */
export function logCountAxis(domain: readonly [number, number], { title, ticks }: AxisOptions): Axis {
  const decades = powersWithin(domain, 10);
  const finer = powersWithin([domain[0] / 10, domain[1]], 10).flatMap((decade) => [decade, 2 * decade, 5 * decade]);
  return logAxis(domain, title, ticks ?? landmarksWithin(domain, decades, finer), countTick);
}

/** Log axis for ratios over [low, high], both > 0, with ticks at round factors either side of `1x`. */
export function ratioAxis(domain: readonly [number, number], { title, ticks }: AxisOptions): Axis {
  const factors = (steps: readonly number[]) =>
    powersWithin([domain[0] / 10, domain[1]], 10).flatMap((decade) => steps.map((step) => withoutNoise(step * decade)));
  const wide = domain[1] / domain[0] > WIDE_RATIO;
  const chosen = wide
    ? powersWithin(domain, 10)
    : landmarksWithin(domain, factors([1, 2, 5]), factors([1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 7.5]));
  return logAxis(domain, title, ticks ?? chosen, (ratio) => `${formatG(ratio)}x`);
}

/** Linear axis for counts from 0 to at least `max`. */
export function countAxis(max: number, { title, ticks }: AxisOptions): Axis {
  return linearAxis(max, title, ticks ?? roundTicks(Math.max(max, 1), wholeSteps), countTick);
}

/** Linear axis for hours from 0 to at least `max`; below one hour the ticks are minutes. */
export function hoursAxis(max: number, { title, ticks }: AxisOptions): Axis {
  return linearAxis(max, title, ticks ?? roundTicks(max, hourSteps), hoursTick);
}

/** Linear axis for US dollars from 0 to at least `max`. */
export function dollarAxis(max: number, { title, ticks }: AxisOptions): Axis {
  return linearAxis(max, title, ticks ?? roundTicks(max), dollarTick);
}

/** Linear axis for durations in seconds from 0 to at least `max`. */
export function linearDurationAxis(max: number, { title, ticks }: AxisOptions): Axis {
  return linearAxis(max, title, ticks ?? roundTicks(max, durationSteps), (seconds) => (seconds === 0 ? "0" : durationTick(seconds)));
}

/** Linear axis for shares of one over [low, high] (0 to 1 unless given), labeled in percent. */
export function shareAxis({ title, ticks, domain = [0, 1] }: AxisOptions & { readonly domain?: readonly [number, number] }): Axis {
  const shares = ticks ?? roundTicksWithin(domain);
  const steps = shares.map((share) => share * 100);
  const digits = steps.every((step) => Math.abs(step - Math.round(step)) < 1e-9) ? 0 : 1;
  return {
    title,
    scale: { domain: [...domain], nice: false, zero: false },
    axis: explicitTicks(labeled(shares, (share) => percent(share, digits))),
  };
}

/** Log axis (or the other kind of scale that is given) over `domain` with the ticks within it. */
export function logAxis(
  domain: readonly [number, number],
  title: string | null,
  ticks: readonly number[],
  format: (value: number) => string,
  scale: Omit<Axis["scale"], "domain"> = { type: "log" },
): Axis {
  const shown = ticks.filter((tick) => tick >= domain[0] && tick <= domain[1]);
  return { title, scale: { ...scale, domain: [...domain], nice: false }, axis: explicitTicks(labeled(shown, format)) };
}

/** Room above the largest value, so that a line there keeps its full width. */
const HEADROOM = 1.03;

/** Linear axis from 0 to a little more than `max`, or to the last tick if that is larger. */
export function linearAxis(max: number, title: string | null, ticks: readonly number[], format: (value: number) => string): Axis {
  const top = Math.max(max * HEADROOM, ticks.at(-1) ?? 0) || 1;
  return { title, scale: { domain: [0, top], nice: false }, axis: explicitTicks(labeled(ticks, format)) };
}

/** Linear axis over [low, high], low < 0, and zero, in ticks of a round width. */
export function signedAxis([low, high]: readonly [number, number], { title, ticks }: AxisOptions, format: (value: number) => string): Axis {
  const margin = (HEADROOM - 1) * (high - low || 1);
  const domain = [low - margin, Math.max(0, high + margin)] as const;
  return logAxis(domain, title, ticks ?? roundTicksWithin(domain), format, { type: "linear" });
}

type Steps = (atLeast: number) => number;

const MOST_LINEAR_INTERVALS = 7;

/** Round numbers from 0 up to `max` (the last may exceed it by less than a step), in at most seven steps of a round width. */
export function roundTicks(max: number, steps: Steps = decimalSteps): number[] {
  if (!(max > 0)) return [0];
  const step = steps(max / MOST_LINEAR_INTERVALS);
  const count = Math.floor(max / step + 1e-9);
  return Array.from({ length: count + 1 }, (_, i) => withoutNoise(i * step));
}

/** Multiples of a round width between two bounds. */
function roundTicksWithin([low, high]: readonly [number, number]): number[] {
  const step = decimalSteps((high - low) / MOST_LINEAR_INTERVALS);
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.max(0, Math.floor(high / step + 1e-9) - first + 1);
  return Array.from({ length: count }, (_, i) => withoutNoise((first + i) * step));
}

/** The smallest of 1, 2, 2.5, 5 times a power of ten that is not below. */
export function decimalSteps(atLeast: number): number {
  const unit = power(10, Math.floor(Math.log10(atLeast)));
  return withoutNoise(unit * ([1, 2, 2.5, 5, 10].find((factor) => factor * unit >= atLeast * (1 - 1e-9)) ?? 10));
}

function wholeSteps(atLeast: number): number {
  const step = Math.max(1, decimalSteps(atLeast));
  return Number.isInteger(step) ? step : 2 * step;
}

/** Hours: seconds that divide a minute, minutes that divide an hour, hours that divide a day, then decimal steps. */
function hourSteps(atLeast: number): number {
  if (atLeast < 1 / 60) return durationSteps(atLeast * S_PER_H) / S_PER_H;
  const handy = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720].map((minutes) => minutes / 60);
  const step = handy.find((hours) => hours >= atLeast * (1 - 1e-9));
  return step === undefined || step > 2 ? decimalSteps(atLeast) : step;
}

/** Seconds that divide a minute, minutes that divide an hour, hours that divide a day; decimal steps below a second and beyond a day. */
function durationSteps(atLeast: number): number {
  const handy = [1, 2, 5, 10, 15, 30].flatMap((part) => [part, 60 * part]).concat([3_600, 7_200, 10_800, 21_600, 43_200, 86_400]);
  const step = handy.sort((a, b) => a - b).find((seconds) => seconds >= atLeast * (1 - 1e-9));
  if (atLeast <= 0.5) return decimalSteps(atLeast);
  return step ?? 86_400 * decimalSteps(atLeast / 86_400);
}

function withoutNoise(value: number): number {
  return Number(value.toPrecision(12));
}

function landmarksWithin(domain: readonly [number, number], landmarks: readonly number[], finer: readonly number[]): readonly number[] {
  const within = (values: readonly number[]) => values.filter((value) => value >= domain[0] && value <= domain[1]);
  return within(landmarks).length >= FEWEST_TICKS ? within(landmarks) : within(finer);
}

function powersWithin([low, high]: readonly [number, number], base: 2 | 10): number[] {
  const log = base === 2 ? Math.log2 : Math.log10;
  const first = Math.ceil(log(low) - 1e-9);
  const last = Math.floor(log(high) + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => power(base, first + i));
}

function labeled(values: readonly number[], format: (value: number) => string): Tick[] {
  return values.map((value) => ({ value, label: format(value) }));
}
