/** Intervals for shares and medians. Steps of a session resemble one another, so sessions are drawn again, not steps. */
import { at } from "./known.ts";
import { Pcg64 } from "./pcg64.ts";
import { quantileNumpy, sorted } from "./quantile.ts";

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
  return resampled(filled.length, (times) => {
    let [part, whole] = [0, 0];
    for (const [i, session] of filled.entries()) {
      part += at(times, i) * session.part;
      whole += at(times, i) * session.whole;
    }
    return part / whole;
  });
}

/** The interval of the median of the values of all sessions (the lower of two in the middle). Null when there are fewer than two sessions with values. */
export function medianInterval(sessions: readonly (readonly number[])[]): Interval | null {
  const filled = sessions.filter((values) => values.length > 0);
  const ascending = filled.flatMap((values, session) => values.map((value) => ({ value, session }))).sort((a, b) => a.value - b.value);
  return resampled(filled.length, (times) => {
    const half = filled.reduce((sum, values, i) => sum + at(times, i) * values.length, 0) / 2;
    let below = 0;
    for (const { value, session } of ascending) {
      below += at(times, session);
      if (below >= half) return value;
    }
    return Number.NaN;
  });
}

/** @param statistic of a resample: how many times each session is in it */
function resampled(sessions: number, statistic: (times: Uint32Array) => number): Interval | null {
  if (sessions < 2) return null;
  const random = new Pcg64(SEED);
  const values = Array.from({ length: RESAMPLES }, () => {
    const times = new Uint32Array(sessions);
    for (let i = 0; i < sessions; i++) {
      const drawn = Math.floor(random.nextDouble() * sessions);
      times[drawn] = at(times, drawn) + 1;
    }
    return statistic(times);
  });
  const ascending = sorted(values);
  const [lo, hi] = TAILS.map((tail) => quantileNumpy(ascending, tail) ?? Number.NaN);
  return { lo: lo ?? Number.NaN, hi: hi ?? Number.NaN };
}
