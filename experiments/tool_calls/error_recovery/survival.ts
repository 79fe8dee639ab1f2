/** How many episodes have recovered after so many steps, although many end before that can be seen. */
import { kaplanMeier } from "../../../lib/stats/survival.ts";

/** Episodes of one length. */
export interface Length {
  readonly steps: number;
  /** They ended with a recovery; others were lost from sight. */
  readonly recovered: boolean;
  readonly episodes: number;
}

/** After `steps` steps. */
export interface SurvivalPoint {
  readonly steps: number;
  /** Episodes that last at least so long. */
  readonly atRisk: number;
  /** Those that recover in this step. */
  readonly recovered: number;
  /** Share that has not recovered, estimated. */
  readonly survival: number;
  /** 95 % interval by Greenwood's formula, cut to 0 and 1. */
  readonly lo: number;
  readonly hi: number;
}

/** A point for each number of steps from 0 to the longest length. Episodes that end without a recovery count as long as they last. */
export function survivalCurve(lengths: readonly Length[]): SurvivalPoint[] {
  const spells = lengths.map(({ steps, recovered, episodes }) => ({ length: steps, ended: recovered, n: episodes }));
  return kaplanMeier(spells).map(({ length, ended, ...point }) => ({ steps: length, recovered: ended, ...point }));
}

/** The first number of steps after which at least this share has recovered; null where the curve ends before. */
export function stepsUntil(share: number, curve: readonly SurvivalPoint[]): number | null {
  return curve.find(({ survival }) => survival <= 1 - share)?.steps ?? null;
}

/** The estimated share that has recovered after so many steps; null where nobody was observed so long. */
export function recoveredWithin(steps: number, curve: readonly SurvivalPoint[]): number | null {
  const point = curve.find((each) => each.steps === steps) ?? endOf(curve);
  return point ? 1 - point.survival : null;
}

/** A curve that ends because everything has recovered keeps its value. */
function endOf(curve: readonly SurvivalPoint[]): SurvivalPoint | undefined {
  const last = curve.at(-1);
  return last?.survival === 0 ? last : undefined;
}
