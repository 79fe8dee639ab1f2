/** The figure: the parts of the prefilled tokens. */

import { shareAxis } from "../../../lib/chart/axes.ts";
import { grid, withHeading } from "../../../lib/chart/grid.ts";
import { groupsToShow } from "../../../lib/chart/groups-to-show.ts";
import { COLORS, kindColor } from "../../../lib/chart/palette.ts";
import type { Panel } from "../../../lib/chart/spec.ts";
import { splitBars } from "../../../lib/chart/split-bars.ts";
import { figureTitle } from "../../../lib/chart/titles.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { countCompact } from "../../../lib/format/counts.ts";
import { INTERVALS_SENTENCE } from "../../../lib/format/intervals.ts";
import { grouped, NONE, percent } from "../../../lib/format/numbers.ts";
import { scopeTitle } from "../../../lib/trace/scopes.ts";
import { TRIGGERS, type TriggerIntervals, triggerTitle } from "../../../lib/trace/triggers.ts";
import type { Prefill } from "./prefill.ts";
import { freshText, groupOf } from "./tables.ts";

const PARTS = [
  { name: "Fresh", color: kindColor("append") },
  { name: "Output of the step before", color: kindColor("output") },
  { name: "Read before and prefilled again", color: COLORS.light.neutral },
];

const READING = `The append of each group, split into fresh tokens, output of the step before, and tokens that the model had read before. In parentheses:
append tokens, and the amplification, which is append tokens per fresh token. A part left of zero is negative. Where a context is compacted,
the shorter prompt counts as read before, although a summary in it is new.

- A small fresh part after user messages: people return to contexts that the cache has lost.
- A larger fresh part after tool results: the tool loop is fast enough to keep its cache.`;

/** At least one group must append tokens. */
export function prefillFigure(groups: readonly Prefill[], intervalOf: TriggerIntervals): Figure {
  const drawn = groupsToShow(groups, ({ appendTokens }) => appendTokens).filter(({ appendTokens }) => appendTokens > 0);
  const merged = groupOf(groups, "merged", "all");
  const user = groupOf(groups, "merged", "user");
  const tool = groupOf(groups, "merged", "tool_result");
  const facts = `${freshText(merged)} of the ${countCompact(merged.appendTokens)} append tokens are fresh, ${freshText(user)} after user messages and ${freshText(tool)} after tool results; the append is ${amplificationText(merged)} the fresh tokens.`;
  const x = domainOf(drawn);
  const title =
    merged.growthTokens > merged.appendTokens
      ? "No token was prefilled again: contexts grow by more than what is appended"
      : `${freshText(merged)} of the prefilled tokens are new to the model; the rest was there before`;
  const panels = TRIGGERS.flatMap((trigger, i) => {
    const bars = drawn.filter((group) => group.trigger === trigger);
    const axisTitle = i === TRIGGERS.length - 1 ? "Share of the append tokens" : null;
    return bars.length === 0
      ? []
      : [withHeading(panel(bars, intervalOf, { domain: x, title: axisTitle, legend: i === 0 }), triggerTitle(trigger), { over: "plot" })];
  });
  return {
    name: "redundant_prefill",
    title,
    spec: grid(panels, {
      spacing: 18,
      title: figureTitle(
        title,
        "Append tokens by their origin. In parentheses: append tokens, and how many of them there are per fresh token. Lines below bars: intervals of the fresh share.",
      ),
    }),
    caption: `The append of steps by origin: fresh tokens, output that the model wrote in the step before, and tokens that it had read before. ${facts} ${INTERVALS_SENTENCE}`,
    reading: READING,
    alt: `Stacked bars of shares of append tokens, one bar for each scope, in panels by trigger. ${facts}`,
  };
}

/** From 0 to 100 %, wider where fresh tokens are negative. */
function domainOf(groups: readonly Prefill[]): readonly [number, number] {
  const shares = groups.flatMap((group) => Object.values(sharesOf(group)));
  const below = Math.min(0, ...shares);
  return [below, Math.max(1, 1 - below)];
}

function panel(
  groups: readonly Prefill[],
  intervalOf: TriggerIntervals,
  { domain, title, legend }: { readonly domain: readonly [number, number]; readonly title: string | null; readonly legend: boolean },
): Panel {
  return splitBars({
    bars: groups.map((group) => {
      const interval = intervalOf(group);
      return { name: barName(group), values: sharesOf(group), ...(interval && { intervals: [interval] }) };
    }),
    parts: PARTS,
    x: shareAxis({ title, domain }),
    label: (share) => percent(share),
    legend,
  });
}

function barName(group: Prefill): string {
  return `${scopeTitle(group.scope)} (${countCompact(group.appendTokens)}, ${amplificationText(group)})`;
}

/** `66.9x`, `4,441x` */
function amplificationText({ amplification }: Prefill): string {
  return amplification === null ? NONE : `${grouped(amplification, amplification < 100 ? 1 : 0)}x`;
}

function sharesOf({ appendTokens, freshTokens, growthTokens, priorOutputTokens }: Prefill): Record<string, number> {
  return {
    Fresh: freshTokens / appendTokens,
    "Output of the step before": priorOutputTokens / appendTokens,
    "Read before and prefilled again": (appendTokens - growthTokens) / appendTokens,
  };
}
