import { formatG } from "./numbers.ts";

export const KIBI = 1_024;
const MEBI = 1_048_576;

/** Tokens on a binary axis, in powers of 1,024: `0`, `512`, `1k`, `1.5k`, `64k`, `1M`. Not to be mixed with base-10 counts. */
export function tokenLabel(tokens: number): string {
  if (tokens >= MEBI) return `${formatG(tokens / MEBI)}M`;
  return tokens >= KIBI ? `${formatG(tokens / KIBI)}k` : formatG(tokens);
}
