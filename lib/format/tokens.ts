import { formatG } from "./numbers.ts";

export const KIBI = 1_024;
const MEBI = 1_048_576;

/** Tokens on a binary axis, in powers of 1,024: `0`, `512`, `1K`, `1.5K`, `64K`, `1M`. Not to be mixed with base-10 counts. */
export function tokenLabel(tokens: number): string {
  if (tokens >= MEBI) return `${formatG(tokens / MEBI)}M`;
  return tokens >= KIBI ? `${formatG(tokens / KIBI)}K` : formatG(tokens);
}
