/** The figure: append tokens and dollars, and the part of each that a cache kept through pauses would save. */

import { countAxis, linearAxis, roundTicks } from "../../../lib/chart/axes.ts";
import { grid, withHeading } from "../../../lib/chart/grid.ts";
import { groupsToShow } from "../../../lib/chart/groups-to-show.ts";
import { withSideColumns } from "../../../lib/chart/side-columns.ts";
import type { Axis, Panel } from "../../../lib/chart/spec.ts";
import { splitBars } from "../../../lib/chart/split-bars.ts";
import { COLORS, PANEL, seriesColor } from "../../../lib/chart/theme.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { countCompact, counted } from "../../../lib/format/counts.ts";
import { INTERVALS_SENTENCE } from "../../../lib/format/intervals.ts";
import { grouped, money, percent } from "../../../lib/format/numbers.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import type { PriceFacts } from "../../../lib/trace/prices/coverage.ts";
import { scopeTitle } from "../../../lib/trace/scopes.ts";
import { observed, reduction, type SavedIntervals, type Savings } from "./savings.ts";
import { shareText } from "./tables.ts";

const SPENT = "Spent anyway";
const SAVED = "Saved if the cache outlived every pause";
const PARTS = [
  { name: SPENT, color: COLORS.light.neutral },
  { name: SAVED, color: seriesColor(0) },
];

const READING = `Each bar is what was spent: above in append tokens of all steps, below in dollars of the steps with a price. Green is the part that a cache
which outlives every pause would save, with its share on the bar and its size in the column at the right. The share of dollars is smaller than that of tokens, because
prefix and output also cost money and stay the same.`;

/** At least one step must append tokens. */
export function savingsFigure(merged: Savings, scopes: readonly Savings[], prices: PriceFacts, intervals: SavedIntervals): Figure {
  const drawn = groupsToShow(scopes, ({ observed_append_tokens }) => observed_append_tokens);
  const priced = drawn.filter(({ observed_total_cost_usd }) => observed_total_cost_usd > 0);
  const pricedShare = percent(ratio(merged.priced_rounds, merged.rounds), 1);
  const appendSaved = `${countCompact(reduction(merged, "append_tokens"))} of ${countCompact(merged.observed_append_tokens)} append tokens (${shareText(merged, "append_tokens")})`;
  const dollarsSaved = `${money(reduction(merged, "total_cost_usd"))} of ${money(merged.observed_total_cost_usd)} (${shareText(merged, "total_cost_usd")})`;
  const ofReturns = `${shareText(merged, "user_append_tokens")} of what the ${counted(merged.user_rounds_with_predecessor, "return")} append`;
  const facts = `At most ${appendSaved} and ${dollarsSaved} would be saved; that is ${ofReturns}. ${prices.sentence}`;
  const tokens = withHeading(panel(drawn, intervals, "append_tokens", countCompact, tokensAxis(drawn)), "Append tokens", { over: "plot" });
  const dollarsHeading = `US dollars, over the ${pricedShare} of steps with a price`;
  const dollars = () => panel(priced, intervals, "total_cost_usd", money, dollarAxis(priced));
  return {
    name: "human_idle_cache_counterfactual",
    title: `A cache that outlived every pause would save ${shareText(merged, "append_tokens")} of the append and ${shareText(merged, "total_cost_usd")} of the cost`,
    subtitle: "An upper bound: keeping the cache is free here. Lines below bars: intervals of where the saved part begins.",
    coverage: prices.sentence,
    spec: grid([tokens, ...(priced.length === 0 ? [] : [withHeading(dollars(), dollarsHeading, { over: "plot" })])], { spacing: 26 }),
    caption: `Observed append tokens and dollars, split into the part that a cache would save if it outlived every pause before a user's message, and the rest. ${facts} ${INTERVALS_SENTENCE}`,
    reading: READING,
    alt: `Stacked bars by scope: append tokens above, dollars below. ${facts}`,
  };
}

function panel(
  scopes: readonly Savings[],
  intervals: SavedIntervals,
  measure: keyof ReturnType<SavedIntervals>,
  format: (value: number) => string,
  x: Axis,
): Panel {
  const bars = scopes.map((savings) => {
    const whole = observed(savings, measure);
    const interval = intervals(savings.scope)[measure];
    return {
      name: scopeTitle(savings.scope),
      values: { [SPENT]: savings[`counterfactual_${measure}`], [SAVED]: reduction(savings, measure) },
      share: shareText(savings, measure),
      // Of where the saved part begins.
      ...(interval && { intervals: [{ lo: whole * (1 - interval.hi), hi: whole * (1 - interval.lo) }] }),
    };
  });
  const share = new Map(bars.map((bar) => [bar.name, bar.share]));
  const split = splitBars({
    bars,
    parts: PARTS,
    x,
    label: (value, bar, part) => (part.name === SAVED ? (share.get(bar.name) ?? "") : format(value)),
    legend: measure === "append_tokens",
  });
  const texts = scopes.map((savings) => format(reduction(savings, measure)));
  return withSideColumns(
    { ...split, width: PANEL.width },
    bars.map(({ name }) => name),
    [{ heading: "saved", width: 70, texts }],
  );
}

function tokensAxis(scopes: readonly Savings[]): Axis {
  return countAxis(Math.max(...scopes.map(({ observed_append_tokens }) => observed_append_tokens)), { title: null });
}

function dollarAxis(scopes: readonly Savings[]): Axis {
  const max = Math.max(...scopes.map(({ observed_total_cost_usd }) => observed_total_cost_usd));
  return linearAxis(max, null, roundTicks(max), (usd) => (Number.isInteger(usd) ? `$${grouped(usd)}` : money(usd)));
}
