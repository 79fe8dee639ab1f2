/** Short forms of quantities for subtitles and labels. A missing quantity is `n/a`. */
import { formatG, toFixedHalfEven } from "../../../lib/format/numbers.ts";

const MISSING = "n/a";

/** `1.2M`, `102k`, `6.25k`, `225`, `4.5`. */
export function tokensText(tokens: number | null): string {
  if (tokens === null) return MISSING;
  if (tokens >= 1e6) return `${toFixedHalfEven(tokens / 1e6, 1)}M`;
  if (tokens >= 1e4) return `${toFixedHalfEven(tokens / 1e3, 0)}k`;
  if (tokens >= 1e3) return `${toFixedHalfEven(tokens / 1e3, 2)}k`;
  return tokens >= 10 ? toFixedHalfEven(tokens, 0) : formatG(tokens, 2);
}

/** `250 ms`, `8.66 s`, `1.3 min`. */
export function secondsText(seconds: number | null): string {
  if (seconds === null) return MISSING;
  if (seconds < 1) return `${toFixedHalfEven(seconds * 1e3, 0)} ms`;
  return seconds < 60 ? `${toFixedHalfEven(seconds, 2)} s` : `${toFixedHalfEven(seconds / 60, 1)} min`;
}

/** Whole minutes: `45m`, `2h`, `2h30m`, `1d4h5m`. */
export function minutesText(minutes: number): string {
  const parts: [number, string][] = [
    [Math.floor(minutes / 1440), "d"],
    [Math.floor(minutes / 60) % 24, "h"],
    [minutes % 60, "m"],
  ];
  const text = parts.filter(([amount]) => amount > 0).map(([amount, unit]) => `${amount}${unit}`);
  return text.join("") || "0m";
}
