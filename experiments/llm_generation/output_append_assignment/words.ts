/** The findings in words: for panels, captions, headlines and notes. */
import type { Headline } from "../../../lib/experiment.ts";
import { counted } from "../../../lib/format/counts.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { LEAST_PAIRS } from "./attribution.ts";
import type { Criteria, MeasuredGroup, PairGroup } from "./measure.ts";
import type { Quantity } from "./panels.ts";

/** Shares that differ by less are one finding. */
const LEAST_DISTANCE = 0.1;

/** `append side, strong`, or why there is no decision. */
export function decisionText({ attribution, evidence }: MeasuredGroup): string {
  if (attribution.decision === "not_sure") return evidence.pairs < LEAST_PAIRS ? "not sure, few pairs" : "not sure, no side prevails";
  return `${attribution.decision} ${attribution.strength}`.replace(" ", ", ").replaceAll("_", " ");
}

/** The number of pairs and where their outputs came back. */
export function sharesText({ evidence, statistics }: MeasuredGroup): string {
  const shares = [`${percent(evidence.appendSidePct / 100)} append`, `${percent(evidence.closePct / 100)} prefix`];
  return `${counted(evidence.pairs, "pair")}: ${shares.join(", ")}, ${percent(statistics.unassigned / statistics.count)} neither`;
}

/** `append is 131 tokens above the output (median)` */
export function medianText({ statistics }: MeasuredGroup, quantity: Quantity): string {
  const isAppend = quantity === "append";
  const excess = isAppend ? statistics.median_append_minus_output : statistics.median_prefix_delta_minus_output;
  const side = excess < 0 ? "below" : "above";
  return `${isAppend ? "append" : "prefix growth"} is ${grouped(Math.abs(excess))} tokens ${side} the output (median)`;
}

/**
 * The share of outputs that came back on a side, of the largest group, and of the one that is furthest from it where they differ:
 * `Back in the append: 100% of Claude → tool result, 19% of gpt-5.4 → tool result`
 * @param groups one at least
 */
export function sharesTitle(side: "append" | "prefix", groups: readonly MeasuredGroup[]): string {
  const share = ({ evidence }: MeasuredGroup) => (side === "append" ? evidence.appendSidePct : evidence.closePct) / 100;
  const largest = groups.reduce((most, group) => (group.evidence.pairs > most.evidence.pairs ? group : most));
  const distance = (group: MeasuredGroup) => Math.abs(share(group) - share(largest));
  const furthest = groups.reduce((most, group) => (distance(group) > distance(most) ? group : most));
  const named = distance(furthest) > LEAST_DISTANCE ? [largest, furthest] : [largest];
  return `Back in the ${side}: ${named.map((group) => `${percent(share(group))} of ${group.group.title}`).join(", ")}`;
}

/** `output >= 2,000 tokens` */
export function atLeast(tokens: number): string {
  return `output >= ${grouped(tokens)} tokens`;
}

/** For each model the side on which more of its outputs came back. */
export function headlines(models: readonly MeasuredGroup[]): Headline[] {
  return models.map(({ group, evidence: { closePct, appendSidePct, pairs } }) => {
    const side = closePct > appendSidePct ? "back in the prefix" : "back in the append";
    return {
      label: `Output of ${group.title}`,
      value: `${percent(Math.max(closePct, appendSidePct) / 100)} ${side} (n = ${grouped(pairs)})`,
    };
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
