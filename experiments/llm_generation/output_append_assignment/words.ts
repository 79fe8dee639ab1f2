/** The findings in words: for panels, captions, headlines and notes. */
import type { Headline } from "../../../lib/experiment.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { LEAST_PAIRS } from "./attribution.ts";
import type { Criteria, MeasuredGroup, PairGroup } from "./measure.ts";

/** `append side, strong`, or why there is no decision. */
export function decisionText({ attribution, evidence }: MeasuredGroup): string {
  if (attribution.decision === "not_sure") return evidence.pairs < LEAST_PAIRS ? "not sure, few pairs" : "not sure, no side prevails";
  return `${attribution.decision} ${attribution.strength}`.replace(" ", ", ").replaceAll("_", " ");
}

/** The number of pairs and where their outputs came back. */
export function sharesText({ evidence, statistics }: MeasuredGroup): string {
  const share = (pct: number) => percent(pct / 100);
  const unassigned = share((100 * statistics.unassigned) / statistics.count);
  return `n = ${grouped(evidence.pairs)}: append side ${share(evidence.appendSidePct)}, prefix side ${share(evidence.closePct)}, neither ${unassigned}`;
}

/** `output >= 2,000 tokens` */
export function atLeast(tokens: number): string {
  return `output >= ${grouped(tokens)} tokens`;
}

/** For each model the side on which more of its outputs came back. */
export function headlines(models: readonly MeasuredGroup[]): Headline[] {
  return models.map(({ group, evidence: { closePct, appendSidePct, pairs } }) => {
    const side = closePct > appendSidePct ? "back in the prefix" : "back in the append";
    return { label: `${group.title} output`, value: `${percent(Math.max(closePct, appendSidePct) / 100)} ${side} (n = ${grouped(pairs)})` };
  });
}

/** What the tables and figures of one minimum output leave out. */
export function notes(
  minOutputTokens: number,
  groups: readonly PairGroup[],
  measured: readonly MeasuredGroup[],
  criteria: Criteria,
): string[] {
  const pairs = `pairs with ${atLeast(minOutputTokens)} and a gap of at most ${criteria.maxGapSeconds} s`;
  if (measured.length === 0) return [`No ${pairs}, so their tables are empty and their figures are missing.`];
  const found = new Set(measured.map(({ group }) => group));
  const missing = groups.filter((group) => !found.has(group)).map(({ title }) => title);
  const thinned = measured.filter(({ evidence, statistics }) => statistics.points.length < evidence.pairs).map(({ group }) => group.title);
  return [
    ...(missing.length > 0 ? [`No ${pairs}: ${missing.join(", ")}.`] : []),
    ...(thinned.length > 0
      ? [`Drawn with ${grouped(criteria.maxPointsPerScenario)} of their ${pairs}, statistics over all: ${thinned.join(", ")}.`]
      : []),
  ];
}
