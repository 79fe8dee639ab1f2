/** A share of the experiments, for several processes or machines that write to the same folder. */
import { UserError } from "../files/errors.ts";

export interface Shard {
  /** As given: `k/n`. */
  readonly name: string;
  /** From 0 on. */
  readonly index: number;
  readonly count: number;
  /** Every n-th of a list from the k-th on: the n parts together are the list, whoever asks. */
  part(ids: readonly string[]): string[];
}

/** @throws UserError unless the text is `k/n` with 1 <= k <= n */
export function shardOf(text: string): Shard {
  const [k, n] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).slice(1).map(Number);
  if (k === undefined || n === undefined || k < 1 || k > n)
    throw new UserError(`--shard takes k/n with k from 1 to n, for example 2/4, not ${text}.`);
  return { name: text, index: k - 1, count: n, part: (ids) => ids.filter((_, i) => i % n === k - 1) };
}
