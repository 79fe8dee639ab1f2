/** Intervals for shares and medians. Steps of a session resemble one another, so sessions are drawn again, not steps. */
import { quantileNumpy, sorted } from "./quantile.ts";
import { sumOf } from "./sum.ts";

export interface Interval {
  readonly lo: number;
  readonly hi: number;
}

/** 97.5th percentile of the normal distribution: intervals cover 95%. */
const Z = 1.959964;
const TAILS = [0.025, 0.975] as const;
const SEED = 1;
const RESAMPLES = 1_000;

/** Wilson's interval of a share for counts that are independent. Null without any. Wilson 1927, https://doi.org/10.1080/01621459.1927.10502953 */
export function wilsonInterval(hits: number, n: number): Interval | null {
  if (n === 0) return null;
  const share = hits / n;
  const scale = 1 + Z ** 2 / n;
  const middle = (share + Z ** 2 / (2 * n)) / scale;
  const half = (Z / scale) * Math.sqrt((share * (1 - share)) / n + Z ** 2 / (4 * n ** 2));
  return { lo: Math.max(0, Math.min(share, middle - half)), hi: Math.min(1, Math.max(share, middle + half)) };
}

/** What a session adds to a share: its part and the whole that it is a part of, as counts, tokens or seconds. */
export interface SessionShare {
  readonly part: number;
  readonly whole: number;
}

/** The interval of the share of all sessions together. Null when there are fewer than two sessions with something. */
export function shareInterval(sessions: readonly SessionShare[]): Interval | null {
  const filled = sessions.filter(({ whole }) => whole > 0);
  const parts = Float64Array.from(filled, ({ part }) => part);
  const wholes = Float64Array.from(filled, ({ whole }) => whole);
  return resampled(filled.length, (times) => {
    let part = 0;
    let whole = 0;
    for (let i = 0; i < times.length; i++) {
      const drawn = times[i] ?? 0;
      part += drawn * (parts[i] ?? 0);
      whole += drawn * (wholes[i] ?? 0);
    }
    return part / whole;
  });
}

/**
 * The interval of the median of the values of all sessions: the quantiles at both ends of the interval of the share of values that are
 * not above the median. Null when there are fewer than two sessions with values. Woodruff 1952, https://doi.org/10.1080/01621459.1952.10483443
 * @param notAbove of each session the number of values that are not above the median, and of all
 * @param quantile of a share from 0 to 1
 */
export function medianInterval(notAbove: readonly SessionShare[], quantile: (share: number) => number): Interval | null {
  const interval = shareInterval(notAbove);
  if (interval === null) return null;
  const share = sumOf(notAbove, ({ part }) => part) / sumOf(notAbove, ({ whole }) => whole);
  return {
    lo: quantile(Math.max(0, 0.5 - (share - Math.min(share, interval.lo)))),
    hi: quantile(Math.min(1, 0.5 + (Math.max(share, interval.hi) - share))),
  };
}

/** @param statistic of a resample: how many times each session is in it */
function resampled(sessions: number, statistic: (times: Uint32Array) => number): Interval | null {
  if (sessions < 2) return null;
  const random = mulberry32(SEED);
  const values = Array.from({ length: RESAMPLES }, () => {
    const times = new Uint32Array(sessions);
    for (let i = 0; i < sessions; i++) {
      const drawn = Math.floor(random() * sessions);
      times[drawn] = (times[drawn] ?? 0) + 1;
    }
    return statistic(times);
  });
  const ascending = sorted(values);
  const [lo, hi] = TAILS.map((tail) => quantileNumpy(ascending, tail) ?? Number.NaN);
  return { lo: lo ?? Number.NaN, hi: hi ?? Number.NaN };
}

/** Numbers from 0 to 1, a hundred times as fast as those of `Pcg64` and good enough to draw sessions by. Ettinger 2017, https://gist.github.com/tommyettinger/46a874533244883189143505d203312c */
export function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
