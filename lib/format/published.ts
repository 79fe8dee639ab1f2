/** Numbers as the tables of a published site print them: short, in English, each unit in one way. Base 10. */
import { at } from "../stats/known.ts";
import { grouped, NONE, toFixedHalfEven } from "./numbers.ts";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const UNITS = [
  { unit: "s", size: 1, below: 60 },
  { unit: "m", size: 60, below: 3600 },
  { unit: "h", size: 3600, below: 86_400 },
];
const MODEL_DATE = /-\d{8}$/;
const CLAUDE_MODEL = /^claude-([a-z]+)-(\d+(?:-\d+)*)$/;

/** `1,234`: rounded to a whole number. */
export function whole(value: number): string {
  return grouped(Math.round(value));
}

/** 1252042315 as `1.25B`: two decimals below 10, else one; thousands without a decimal from 100 on. Carries: 999,999 is `1.00M`. */
export function magnitude(value: number): string {
  if (value >= 999_950_000) return scaled(value, 1e9, "B");
  if (value >= 999_500) return scaled(value, 1e6, "M");
  if (value >= 1000) return `${toFixedHalfEven(value / 1000, value >= 99_950 ? 0 : 1)}K`;
  return grouped(value);
}

/** A share of one as `12.3%`, also `0.0%` and `100.0%` of what is next to nothing or nearly all. */
export function sharePercent(share: number | null, digits = 1): string {
  return share === null ? NONE : `${toFixedHalfEven(share * 100, digits)}%`;
}

/** `421ms` below a second, then `5.2 s`, however long. */
export function secondsShort(seconds: number): string {
  return Math.abs(seconds) < 1 ? `${toFixedHalfEven(seconds * 1000, 0)}ms` : `${toFixedHalfEven(seconds, 1)} s`;
}

/** `421ms`, `8.25s`, `35.1s`, `5.00m`, `32.3m`, `4.16h`, `1.5d`. Does not carry: 59.99 s is `60.0s`. */
export function durationShort(seconds: number): string {
  if (seconds < 1) return `${toFixedHalfEven(seconds * 1000, 0)}ms`;
  if (seconds >= 86_400) return `${toFixedHalfEven(seconds / 86_400, 1)}d`;
  const { unit, size } = UNITS.find(({ below }) => seconds < below) ?? at(UNITS, -1);
  const amount = seconds / size;
  return `${toFixedHalfEven(amount, amount < 10 ? 2 : 1)}${unit}`;
}

/** `9.8 h`, `413 h`, `1.3K h`, `12K h`. */
export function hoursShort(hours: number): string {
  if (hours >= 10_000) return `${toFixedHalfEven(hours / 1000, 0)}K h`;
  if (hours >= 1000) return `${toFixedHalfEven(hours / 1000, 1)}K h`;
  return `${toFixedHalfEven(hours, hours >= 10 ? 0 : 1)} h`;
}

/** Durations side by side, `0.4 / 5.2 / 30.1 s`; in milliseconds when all are below a second. */
export function secondsTogether(seconds: readonly number[]): string {
  const short = seconds.every((value) => Math.abs(value) < 1);
  const parts = seconds.map((value) => (short ? toFixedHalfEven(value * 1000, 0) : toFixedHalfEven(value, 1)));
  return `${parts.join(" / ")}${short ? "ms" : " s"}`;
}

/** An ISO time as `Sep 23 2025`, in UTC. */
export function dateShort(iso: string): string {
  const date = new Date(iso);
  return `${MONTHS[date.getUTCMonth()]} ${date.getUTCDate()} ${date.getUTCFullYear()}`;
}

/** `claude-opus-4-7-20260301` as `Opus 4.7`; of other names only a date at the end goes. */
export function modelName(model: string): string {
  const undated = model.replace(MODEL_DATE, "");
  const [, tier = "", version = ""] = CLAUDE_MODEL.exec(undated) ?? [];
  return tier === "" ? undated : `${tier.charAt(0).toUpperCase()}${tier.slice(1)} ${version.replaceAll("-", ".")}`;
}

function scaled(value: number, unit: number, suffix: string): string {
  const amount = value / unit;
  return `${toFixedHalfEven(amount, amount < 9.995 ? 2 : 1)}${suffix}`;
}
