/** The scale of a quantity that is compared with the output: a core in which both have one scale, and bands for all that is far from any output. */
import { type Axis, explicitTicks, type Tick } from "../../../lib/chart/spec.ts";
import { withMinus } from "../../../lib/format/numbers.ts";
import { tokenLabel } from "../../../lib/format/tokens.ts";
import { power } from "../../../lib/stats/power.ts";

/** Values far from any output, at one end of the core. Places are in doublings above the lower end of the core. */
export interface Band {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

export interface BandedScale {
  /** Places of the lower and upper end, margins included. */
  readonly domain: readonly [number, number];
  /** Length of the core, in doublings. */
  readonly core: number;
  readonly bands: readonly Band[];
  readonly ticks: readonly Tick[];
  /** @param tokens may be negative: a loss */
  readonly place: (tokens: number) => number;
}

const MOST_TICKS = 7;
const FEWEST_TICKS = 3;
/** Shares of the core. */
const BAND_SHARE = 0.2;
const GAP_SHARE = 0.03;
const MARGIN_SHARE = 0.03;
/** Ticks are at least this share of the core apart. */
const PITCH_SHARE = 0.07;

/**
 * The core has a place for each doubling between `low` and `high`, the band below it is linear down to zero, the one above
 * logarithmic up to the largest value, and losses have a logarithmic one at the bottom. Bands without values are left out.
 */
export function bandedScale(values: readonly number[], [low, high]: readonly [number, number]): BandedScale {
  const core = Math.log2(high / low);
  const [band, gap, margin] = [BAND_SHARE * core, GAP_SHARE * core, MARGIN_SHARE * core];
  const largest = Math.max(high, ...values);
  const losses = values.filter((value) => value < 0).map((value) => -value);
  const [leastLoss, mostLoss] = losses.length === 0 ? [1, 2] : spanOf(losses);
  const hasLess = values.some((value) => value >= 0 && value < low);
  const zero = hasLess ? -band : 0;
  const shrank = zero - gap;
  const bands = [
    ...(largest > high ? [{ name: "larger", from: core, to: core + band }] : []),
    ...(hasLess ? [{ name: "smaller", from: zero, to: 0 }] : []),
    ...(losses.length > 0 ? [{ name: "shrank", from: shrank - band, to: shrank }] : []),
  ];
  const place = (tokens: number) => {
    if (tokens < 0) return shrank - (band * Math.log2(Math.max(1, -tokens / leastLoss))) / Math.log2(mostLoss / leastLoss);
    if (tokens < low) return -band * (1 - tokens / low);
    if (tokens > high && largest > high) return core + (band * Math.log2(tokens / high)) / Math.log2(largest / high);
    return Math.log2(tokens / low);
  };
  const marked = [
    ...(losses.length > 0 ? [-mostLoss] : []),
    ...(hasLess ? [0] : []),
    ...ticksBetween(low, high),
    ...(largest > high ? [power(2, Math.floor(Math.log2(largest)))] : []),
  ];
  const ticks = marked.map((tokens) => ({
    value: place(tokens),
    label: tokens < 0 ? withMinus(`-${tokenLabel(-tokens)}`) : tokenLabel(tokens),
  }));
  return {
    domain: [Math.min(0, ...bands.map(({ from }) => from)) - margin, Math.max(core, ...bands.map(({ to }) => to)) + margin],
    core,
    bands,
    ticks: spaced(ticks, PITCH_SHARE * core),
    place,
  };
}

export function axisOf({ domain, ticks }: BandedScale, title: string | null): Axis {
  return { title, scale: { domain: [...domain], nice: false, zero: false }, axis: explicitTicks(ticks) };
}

/** The powers of two around positive values. */
function spanOf(values: readonly number[]): [low: number, high: number] {
  const low = power(2, Math.floor(Math.log2(Math.min(...values))));
  return [low, Math.max(2 * low, power(2, Math.ceil(Math.log2(Math.max(...values)))))];
}

/** Powers of two between the bounds, thinned to at most seven; where they are few, also the values half-way or quarter-way between them. */
function ticksBetween(low: number, high: number): number[] {
  const powers = Array.from({ length: Math.ceil(Math.log2(high)) + 1 }, (_, i) => power(2, i));
  const inside = (steps: readonly number[]) =>
    powers.flatMap((power) => steps.map((step) => step * power)).filter((value) => value >= low && value <= high);
  const coarse = [inside([1]), inside([1, 1.5])].find((values) => values.length >= FEWEST_TICKS);
  const ticks = coarse ?? inside([1, 1.25, 1.5, 1.75]);
  const stride = Math.ceil(ticks.length / MOST_TICKS);
  return ticks.filter((_, i) => i % stride === 0);
}

/** Ascending ticks without those that are closer than `pitch` to the one before: no grid line without a label. */
function spaced(ticks: readonly Tick[], pitch: number): Tick[] {
  const kept: Tick[] = [];
  for (const tick of ticks) if (tick.value - (kept.at(-1)?.value ?? Number.NEGATIVE_INFINITY) >= pitch) kept.push(tick);
  return kept;
}
