/** What a change of total input is called: growth, none, or a reduction that is jitter, ordinary or a reset of the context. */
import { UserError } from "../../../lib/files/errors.ts";

const REDUCTIONS = ["micro_reduction", "ordinary_reduction", "major_reduction"] as const;
export type Reduction = (typeof REDUCTIONS)[number];
export type Bucket = "positive" | "zero" | Reduction;

/** Tokens by which total input falls. */
export interface Thresholds {
  /** Most for a micro reduction. */
  readonly microMax: number;
  /** Least for a major one. */
  readonly majorMin: number;
}

/** Changes in tokens, both ends included; `lowest > highest` holds none. */
export interface BucketRange {
  readonly bucket: Bucket;
  readonly lowest: number;
  readonly highest: number;
}

/** The ranges, which meet without gaps. @throws UserError when the thresholds leave no room between them */
export function bucketRanges({ microMax, majorMin }: Thresholds): BucketRange[] {
  if (majorMin <= microMax)
    throw new UserError(`--major-reduction-min-tokens must be larger than --micro-reduction-max-tokens (${microMax}), not ${majorMin}.`);
  return [
    { bucket: "positive", lowest: 1, highest: Number.MAX_SAFE_INTEGER },
    { bucket: "zero", lowest: 0, highest: 0 },
    { bucket: "micro_reduction", lowest: -microMax, highest: -1 },
    { bucket: "ordinary_reduction", lowest: 1 - majorMin, highest: -microMax - 1 },
    { bucket: "major_reduction", lowest: -Number.MAX_SAFE_INTEGER, highest: -majorMin },
  ];
}

export function isReduction(bucket: Bucket): bucket is Reduction {
  return (REDUCTIONS as readonly Bucket[]).includes(bucket);
}
