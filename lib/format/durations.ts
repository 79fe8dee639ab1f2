/** Durations: `0.5 ms`, `35.1 s`, `1m 31s`, `4h 10m`, `1d 12h`; on axes the same, as short as the tick allows. */
import { known } from "../stats/known.ts";
import { formatG, grouped, toFixedHalfEven, withMinus } from "./numbers.ts";

export const MS_PER_S = 1_000;
const S_PER_MIN = 60;
export const S_PER_H = 3_600;
const S_PER_DAY = 86_400;
export const MS_PER_H = MS_PER_S * S_PER_H;

/** Tick of an axis in ms: `500 ms`, `10 s`, `1m`, `1h`; empty for values that are not positive. */
export function latencyTick(ms: number): string {
  return ms <= 0 ? "" : durationTick(ms / MS_PER_S);
}

/** Latency in ms, as `durationCompact`. */
export function latencyCompact(ms: number): string {
  return ms === 0 ? "0 ms" : durationCompact(ms / MS_PER_S);
}

/** Latency in ms as `421ms`, `8.25s`, `658.00s`: seconds however long, so that latencies of a column compare. */
export function latencySeconds(ms: number): string {
  return ms < MS_PER_S ? `${toFixedHalfEven(ms, 0)}ms` : `${toFixedHalfEven(ms / MS_PER_S, 2)}s`;
}

/** Tick of an axis in seconds: `100 ms`, `10 s`, `1m`, `1m 30s`, `6h`, `7d`. */
export function durationTick(seconds: number): string {
  if (seconds < 1) return `${formatG(seconds * MS_PER_S)} ms`;
  return seconds < S_PER_MIN ? `${formatG(seconds)} s` : durationCompact(seconds);
}

/** Duration in seconds as `0.5 ms`, `421 ms`, `8.25 s`, `35.1 s`, `1m 31s`, `4h 10m`, `1d 12h`. A second unit of 0 is left out: `5m`. */
export function durationCompact(seconds: number): string {
  if (seconds < 0) return withMinus(`-${durationCompact(-seconds)}`);
  if (seconds === 0) return "0 s";
  return millisecondsText(seconds * MS_PER_S) ?? secondsText(seconds) ?? twoUnits(seconds);
}

/** Tick of an axis in hours: `0`, `20 s`, `30m`, `250h`, `1,200h`. */
export function hoursTick(hours: number): string {
  if (hours === 0) return "0";
  if (hours < 1) return durationTick(hours * S_PER_H);
  return hours < 1_000 ? `${formatG(hours)}h` : `${grouped(hours)}h`;
}

/** Sums of hours as `9m 54s`, `77.8h`, `413h`, `1,251h`. */
export function hoursCompact(hours: number): string {
  if (Math.abs(hours) < 1) return durationCompact(hours * S_PER_H);
  return `${grouped(hours, Math.abs(hours) < 99.95 ? 1 : 0)}h`;
}

function millisecondsText(ms: number): string | null {
  if (ms < 0.05) return "<0.1 ms";
  if (ms < 9.95) return `${toFixedHalfEven(ms, 1)} ms`;
  return ms < 999.5 ? `${toFixedHalfEven(ms, 0)} ms` : null;
}

function secondsText(seconds: number): string | null {
  if (seconds < 9.995) return `${toFixedHalfEven(seconds, 2)} s`;
  return seconds < 59.95 ? `${toFixedHalfEven(seconds, 1)} s` : null;
}

function twoUnits(seconds: number): string {
  const units = [
    { name: "m", size: S_PER_MIN, smaller: { name: "s", size: 1 } },
    { name: "h", size: S_PER_H, smaller: { name: "m", size: S_PER_MIN } },
    { name: "d", size: S_PER_DAY, smaller: { name: "h", size: S_PER_H } },
  ];
  const texts = units.map(({ name, size, smaller }) => {
    const count = Math.round(seconds / smaller.size);
    const perUnit = size / smaller.size;
    const [large, small] = [Math.floor(count / perUnit), count % perUnit];
    return { large, text: `${grouped(large)}${name}${small === 0 ? "" : ` ${small}${smaller.name}`}` };
  });
  // The largest unit that there is one of, after rounding: 59.99 min are an hour.
  return known(texts.findLast(({ large }) => large >= 1)).text;
}
