/**
 * The binary token axis: zero has a place, the stretch up to the first tick is linear, and from there on each doubling
 * takes one unit. Charts draw positions; `tokenPosition` maps tokens to them.
 */

import { KIBI, tokenLabel } from "../format/tokens.ts";
import { power } from "../stats/power.ts";
import { type Axis, explicitTicks, type Tick } from "./spec.ts";

const BINS_PER_DOUBLING = 8;
const FEWEST_BINS = 8;
const TICK_TOLERANCE = 1.000001;
const MOST_TICKS = 14;

export interface TokenAxis {
  /** Tokens at the first tick after zero; position 1. */
  readonly firstTick: number;
  /** Position of the largest value (at least that of the first tick). */
  readonly length: number;
  /** Drawn range in positions: padded at both ends. */
  readonly domain: readonly [number, number];
  /** Ticks in positions. */
  readonly ticks: readonly Tick[];
}

export interface TokenAxisOptions {
  /** Largest plotted value in tokens. */
  readonly max: number;
  /** Smallest positive plotted value; null when there is none. Decides the first tick when that is not given. */
  readonly smallestPositive?: number | null;
  readonly firstTick?: number;
  /** Ticks including zero. Default 14. */
  readonly maxTicks?: number;
}

export function tokenAxis({
  max,
  smallestPositive = null,
  firstTick = inferFirstTick(smallestPositive),
  maxTicks = MOST_TICKS,
}: TokenAxisOptions): TokenAxis {
  const length = tokenPosition(Math.max(max, firstTick), firstTick);
  const margin = Math.max(0.05, 0.02 * length);
  const ticks = tokenTicks(max, firstTick, maxTicks).map((tokens) => ({
    value: tokenPosition(tokens, firstTick),
    label: tokenLabel(tokens),
  }));
  return { firstTick, length, domain: [-margin, length + margin], ticks };
}

/** The smallest and largest of the values that decide an axis; `smallestPositive` is null when no value is positive. */
export function tokenExtent(values: Iterable<number>): { max: number; smallestPositive: number | null } {
  let max = 0;
  let smallestPositive: number | null = null;
  for (const value of values) {
    if (value > max) max = value;
    if (value > 0 && (smallestPositive === null || value < smallestPositive)) smallestPositive = value;
  }
  return { max, smallestPositive };
}

/** The power of two that every positive value reaches, at most 1,024, which it also is when there is none. */
function inferFirstTick(smallestPositive: number | null): number {
  if (smallestPositive === null || smallestPositive >= KIBI) return KIBI;
  return Math.max(1, power(2, Math.floor(Math.log2(smallestPositive))));
}

/** Position of a number of tokens: 0 for 0 and below, `tokens / firstTick` up to the first tick, then `1 + log2(tokens / firstTick)`. */
export function tokenPosition(tokens: number, firstTick: number): number {
  if (tokens <= 0) return 0;
  const ratio = tokens / firstTick;
  return ratio < 1 ? ratio : 1 + Math.log2(ratio);
}

/** The inverse: tokens at a position of 0 or more. */
export function tokensAt(position: number, firstTick: number): number {
  return position < 1 ? position * firstTick : firstTick * power(2, position - 1);
}

/** Zero, the first tick and its doublings up to `max`; when too many, every n-th of them: the steps are equal. */
export function tokenTicks(max: number, firstTick: number, maxTicks = MOST_TICKS): number[] {
  const doublings: number[] = [];
  for (let tick = firstTick; tick <= Math.max(max, firstTick) * TICK_TOLERANCE; tick *= 2) doublings.push(tick);
  const stride = Math.ceil(doublings.length / (maxTicks - 1));
  return [0, ...doublings.filter((_, i) => i % stride === 0)];
}

/** Edges, in positions, of equal bins over [0, length]; eight for each doubling and at least eight. */
export function tokenBinEdges({ length }: Pick<TokenAxis, "length">): number[] {
  const bins = Math.max(FEWEST_BINS, Math.ceil(length * BINS_PER_DOUBLING));
  return Array.from({ length: bins + 1 }, (_, i) => (i === bins ? length : (length * i) / bins));
}

/** Axis for a field that holds positions. */
export function tokenAxisOf({ domain, ticks }: TokenAxis, title: string | null): Axis {
  return { title, scale: { domain: [...domain], nice: false, zero: false }, axis: { ...explicitTicks(ticks), labelOverlap: "parity" } };
}
