/** How many of some things last how long, although many are lost from sight before they end: the Kaplan-Meier estimate. */
import { sumOf } from "./sum.ts";

/** Things of one length. */
export interface Lasting {
  /** A whole number, from 0. */
  readonly length: number;
  /** They ended in the way that is asked about; others were lost from sight. */
  readonly ended: boolean;
  readonly n: number;
}

export interface LastingPoint {
  readonly length: number;
  /** Things that last at least so long. */
  readonly atRisk: number;
  /** Those that end at this length. */
  readonly ended: number;
  /** Share that has not ended, estimated. */
  readonly survival: number;
  /** 95 % interval by Greenwood's formula, cut to 0 and 1. */
  readonly lo: number;
  readonly hi: number;
}

const Z = 1.959964;

/**
 * A point for each length from 0 to the longest. What is lost from sight counts as long as it lasts.
 * Kaplan and Meier 1958, https://doi.org/10.1080/01621459.1958.10501452
 */
export function kaplanMeier(things: readonly Lasting[]): LastingPoint[] {
  const last = things.reduce((longest, { length }) => Math.max(longest, length), -1);
  const count = (isOf: (thing: Lasting) => boolean) => sumOf(things.filter(isOf), ({ n }) => n);
  let survival = 1;
  let hazard = 0;
  return Array.from({ length: last + 1 }, (_, length) => {
    const atRisk = count((thing) => thing.length >= length);
    const ended = count((thing) => thing.length === length && thing.ended);
    survival *= 1 - ended / atRisk;
    if (ended < atRisk) hazard += ended / (atRisk * (atRisk - ended));
    const half = Z * survival * Math.sqrt(hazard);
    return { length, atRisk, ended, survival, lo: Math.max(0, survival - half), hi: Math.min(1, survival + half) };
  });
}
