import type { QueryContext } from "../../../lib/experiment.ts";
import type { Step } from "./misses.ts";

interface StepColumns extends Record<string, ArrayLike<unknown>> {
  readonly provider: string[];
  readonly trigger: Step["trigger"][];
  readonly hit_ratio: number[];
  readonly gap_s: (number | null)[];
}

/** The rows of query.sql. */
export async function readSteps(db: QueryContext): Promise<Step[]> {
  const { provider, trigger, hit_ratio, gap_s } = await db.columns<StepColumns>("query.sql");
  return provider.map((name, i) => ({
    provider: name,
    trigger: trigger[i] as Step["trigger"],
    hitRatio: hit_ratio[i] as number,
    gapS: gap_s[i] ?? null,
  }));
}
