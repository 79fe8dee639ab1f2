/** What a change of total input is called: growth, none, or a reduction that is jitter, ordinary or a reset of the context. */
import { UserError } from "../../../lib/files/errors.ts";

export const REDUCTIONS = ["micro_reduction", "ordinary_reduction", "major_reduction"] as const;
export type Reduction = (typeof REDUCTIONS)[number];
export const BUCKETS = ["positive", "zero", ...REDUCTIONS] as const;
export type Bucket = (typeof BUCKETS)[number];

/** Tokens by which total input falls. */
export interface Thresholds {
  /** Maximum of a micro reduction. */
  readonly microMax: number;
  /** Minimum of a major one. */
  readonly majorMin: number;
}

/** Changes in tokens, both ends included; `lowest > highest` holds none. */
export interface BucketRange {
  readonly lowest: number;
  readonly highest: number;
}
export type BucketRanges = Readonly<Record<Bucket, BucketRange>>;

/** The ranges, which meet without gaps. @throws UserError when the thresholds leave no room between them */
export function bucketRanges({ microMax, majorMin }: Thresholds): BucketRanges {
  if (majorMin <= microMax)
    throw new UserError(`--major-reduction-min-tokens must be larger than --micro-reduction-max-tokens (${microMax}), not ${majorMin}.`);
  return {
    positive: { lowest: 1, highest: Number.MAX_SAFE_INTEGER },
    zero: { lowest: 0, highest: 0 },
    micro_reduction: { lowest: -microMax, highest: -1 },
    ordinary_reduction: { lowest: 1 - majorMin, highest: -microMax - 1 },
    major_reduction: { lowest: -Number.MAX_SAFE_INTEGER, highest: -majorMin },
  };
}

export function isWithin(delta: number, { lowest, highest }: BucketRange): boolean {
  return delta >= lowest && delta <= highest;
}
