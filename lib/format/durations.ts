/** Durations on axes (ticks) and in tables and labels (compact). Compact forms do not carry: 59.99 s is `60.0s`. */
import { formatG, toFixedHalfEven } from "./numbers.ts";

export const MS_PER_S = 1_000;
const S_PER_MIN = 60;
export const S_PER_H = 3_600;
const S_PER_DAY = 86_400;
export const MS_PER_H = MS_PER_S * S_PER_H;

/** Tick of an axis in ms: `500ms`, `10s`, `1min`, `1h`; empty for values that are not positive. */
export function latencyTick(ms: number): string {
  if (ms <= 0) return "";
  if (ms < MS_PER_S) return `${formatG(ms)}ms`;
  const seconds = ms / MS_PER_S;
  if (seconds < S_PER_MIN) return `${formatG(seconds)}s`;
  if (seconds < S_PER_H) return `${formatG(seconds / S_PER_MIN)}min`;
  return `${formatG(seconds / S_PER_H)}h`;
}

/** Latency in ms as `4.2ms`, `421ms`, `8.25s`, `35.1s`, `1.52m`, `32.3m`, `4.16h`, `13.7h`. */
export function latencyCompact(ms: number): string {
  if (ms < 10) return `${toFixedHalfEven(ms, 1)}ms`;
  return millisecondsCompact(ms) ?? secondsCompact(ms / MS_PER_S);
}

/** Latency in ms as `421ms`, `8.25s`, `658.00s`: seconds however long, so that latencies of a column compare. */
export function latencySeconds(ms: number): string {
  return millisecondsCompact(ms) ?? `${toFixedHalfEven(ms / MS_PER_S, 2)}s`;
}

/** Tick of an axis in seconds: `0.1s`, `10s`, `1m`, `6h`, `7d`. */
export function durationTick(seconds: number): string {
  if (seconds < S_PER_MIN) return `${formatG(seconds)}s`;
  if (seconds < S_PER_H) return `${formatG(seconds / S_PER_MIN)}m`;
  if (seconds < S_PER_DAY) return `${formatG(seconds / S_PER_H)}h`;
  return `${formatG(seconds / S_PER_DAY)}d`;
}

/** Duration in seconds as `421ms`, `8.25s`, `35.1s`, `1.52m`, `32.3m`, `4.16h`, `13.7h`, `1.5d`. */
export function durationCompact(seconds: number): string {
  if (seconds >= S_PER_DAY) return `${toFixedHalfEven(seconds / S_PER_DAY, 1)}d`;
  return seconds < 1 ? `${toFixedHalfEven(seconds * MS_PER_S, 0)}ms` : secondsCompact(seconds);
}

/** Tick of an axis in hours: `0`, `30m`, `250h`, `1.2k h`. */
export function hoursTick(hours: number): string {
  if (hours === 0) return "0";
  if (hours < 1) return `${formatG(hours * 60)}m`;
  return hours < 1_000 ? `${formatG(hours)}h` : `${formatG(hours / 1_000)}k h`;
}

/** Hours as `9.9m`, `77.8h`, `1.3k h`. */
export function hoursCompact(hours: number): string {
  if (hours < 1) return `${toFixedHalfEven(hours * 60, 1)}m`;
  return hours < 1_000 ? `${toFixedHalfEven(hours, 1)}h` : `${toFixedHalfEven(hours / 1_000, 1)}k h`;
}

function millisecondsCompact(ms: number): string | null {
  return ms < MS_PER_S ? `${toFixedHalfEven(ms, 0)}ms` : null;
}

function secondsCompact(seconds: number): string {
  if (seconds < S_PER_MIN) return `${toFixedHalfEven(seconds, seconds < 10 ? 2 : 1)}s`;
  const minutes = seconds / S_PER_MIN;
  if (minutes < 60) return `${toFixedHalfEven(minutes, minutes < 10 ? 2 : 1)}m`;
  const hours = seconds / S_PER_H;
  return `${toFixedHalfEven(hours, hours < 10 ? 2 : 1)}h`;
}
