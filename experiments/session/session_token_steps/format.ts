/** Short forms of quantities for labels. */
import { formatG, toFixedHalfEven } from "../../../lib/format/numbers.ts";

/** `1.2M`, `102k`, `6.25k`, `225`, `4.5`. */
export function tokensText(tokens: number): string {
  if (tokens >= 1e6) return `${toFixedHalfEven(tokens / 1e6, 1)}M`;
  if (tokens >= 1e4) return `${toFixedHalfEven(tokens / 1e3, 0)}k`;
  if (tokens >= 1e3) return `${toFixedHalfEven(tokens / 1e3, 2)}k`;
  return tokens >= 10 ? toFixedHalfEven(tokens, 0) : formatG(tokens, 2);
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
