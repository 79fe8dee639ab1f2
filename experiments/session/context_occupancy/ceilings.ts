/** Where contexts are reset: how likely it is by how full the window is, and how large contexts are before. */
import { type QueryContext, query, type RowOf } from "../../../lib/experiment.ts";
import { groupBy } from "../../../lib/stats/group-by.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { RESETS } from "./resets.ts";
import { BINS_OF_A_WINDOW, type ModelUse, quantileOf } from "./windows.ts";

const SEGMENTS = query("segments.sql", { provider: "text", window_tokens: "number", bin: "number", segments: "number", resets: "number" });
type SegmentBin = RowOf<typeof SEGMENTS>;

/** Bins are twentieths of the window; the last one holds all above. */
const LAST_BIN = 200;

export interface HazardBin {
  /** Share of the window from which the bin begins. */
  readonly low: number;
  /** And at which it ends; null: nowhere. */
  readonly high: number | null;
  readonly steps: number;
  /** Of these, those that a reset follows. */
  readonly resets: number;
  /** Segments whose fullest step is in this bin or a later one. */
  readonly segments: number;
  /** Segments whose fullest step is in this bin and that a reset ended. */
  readonly segmentResets: number;
  /** Product of 1 - resets / steps up to here. */
  readonly survival: number;
  /** Product of 1 - segmentResets / segments up to here. */
  readonly segmentSurvival: number;
}

/** Contexts of a provider in windows of one size. */
export interface Ceiling {
  readonly provider: string;
  readonly windowTokens: number;
  readonly steps: number;
  readonly resets: number;
  /** Quantiles of the context before a reset; null without resets. */
  readonly before: { readonly p10: number | null; readonly p50: number | null; readonly p90: number | null };
  readonly p50After: number | null;
  readonly keptShare: number | null;
  readonly ceilingTokens: number;
  /** As a share of the window. */
  readonly ceiling: number;
  /** There are too few resets to measure it. */
  readonly assumed: boolean;
  readonly bins: readonly HazardBin[];
}

export const FEWEST_RESETS = 10;

/** Of each provider and window, in this order. */
export async function readCeilings(
  db: QueryContext,
  models: readonly ModelUse[],
  warn: number,
  params: { readonly windows: string },
): Promise<Ceiling[]> {
  const segments = await db.rows(SEGMENTS, params);
  const resets = await db.distributions(
    RESETS,
    { by: ["provider", "window_tokens"], of: ["tokens_before", "tokens_after", "kept_share"] },
    params,
  );
  const windows = groupBy(models, ({ provider, windowTokens }) => JSON.stringify([provider, windowTokens]));
  return [...windows.values()].flatMap((members) => {
    const { provider, windowTokens } = members[0] ?? {};
    if (provider === undefined || windowTokens === undefined || windowTokens === null) return [];
    const isOf = (group: { readonly provider: string; readonly window_tokens: number | null }) =>
      group.provider === provider && group.window_tokens === windowTokens;
    const of = (column: string) => resets.find((each) => each.column === column && isOf(each.group));
    const before = of("tokens_before");
    const p50 = quantileOf(before, 0.5);
    const count = before?.n ?? 0;
    const isMeasured = p50 !== null && count >= FEWEST_RESETS;
    const ceilingTokens = isMeasured ? p50 : warn * windowTokens;
    return [
      {
        provider,
        windowTokens,
        steps: sumOf(members, ({ steps }) => steps),
        resets: count,
        before: { p10: quantileOf(before, 0.1), p50, p90: quantileOf(before, 0.9) },
        p50After: quantileOf(of("tokens_after"), 0.5),
        keptShare: quantileOf(of("kept_share"), 0.5),
        ceilingTokens,
        ceiling: ceilingTokens / windowTokens,
        assumed: !isMeasured,
        bins: hazardBins(
          members.flatMap(({ bins }) => bins),
          segments.filter(isOf),
        ),
      },
    ];
  });
}

type StepBin = Omit<ModelUse["bins"][number], "beyond">;

/** Bins that hold any step, ascending. */
export function hazardBins(steps: readonly StepBin[], segments: readonly Pick<SegmentBin, "bin" | "segments" | "resets">[]): HazardBin[] {
  const occupied = [...new Set(steps.map(({ bin }) => bin))].sort((a, b) => a - b);
  let survival = 1;
  let segmentSurvival = 1;
  return occupied.map((bin) => {
    const ofBin = steps.filter((each) => each.bin === bin);
    const reaching = segments.filter((each) => each.bin >= bin);
    const counts = {
      steps: sumOf(ofBin, (each) => each.steps),
      resets: sumOf(ofBin, (each) => each.resets),
      segments: sumOf(reaching, (each) => each.segments),
      segmentResets: sumOf(
        reaching.filter((each) => each.bin === bin),
        (each) => each.resets,
      ),
    };
    survival *= 1 - counts.resets / counts.steps;
    if (counts.segments > 0) segmentSurvival *= 1 - counts.segmentResets / counts.segments;
    return {
      low: bin / BINS_OF_A_WINDOW,
      high: bin === LAST_BIN ? null : (bin + 1) / BINS_OF_A_WINDOW,
      ...counts,
      survival,
      segmentSurvival,
    };
  });
}
