/** Two medians in few words: one number where they are about the same. */
import { toFixedHalfEven } from "../../../lib/format/numbers.ts";

/** Medians that differ by no more than this share of the larger one are told as one. */
const SAME_WITHIN = 0.05;

/** `126K / 116K`, or the first alone. */
export function medianPair(claude: number, codex: number): string {
  const larger = Math.max(claude, codex);
  const differ = larger > 0 && Math.abs(claude - codex) / larger > SAME_WITHIN;
  return differ ? `${compactTokens(claude)} / ${compactTokens(codex)}` : compactTokens(claude);
}

/** Base 10: `1.2M`, `126K`, `857`. */
function compactTokens(tokens: number): string {
  if (tokens >= 1e6) return `${toFixedHalfEven(tokens / 1e6, 1)}M`;
  return tokens >= 1e3 ? `${toFixedHalfEven(tokens / 1e3, 0)}K` : toFixedHalfEven(tokens, 0);
}
