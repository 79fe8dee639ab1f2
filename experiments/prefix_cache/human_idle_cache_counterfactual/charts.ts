/** The figure: append tokens and dollars, and the part of each that a cache kept through pauses would save. */
import { countAxis, linearAxis, roundTicks } from "../../../lib/chart/axes.ts";
import { grid, withHeading } from "../../../lib/chart/grid.ts";
import { COLORS, seriesColor } from "../../../lib/chart/palette.ts";
import type { Axis, Panel } from "../../../lib/chart/spec.ts";
import { splitBars } from "../../../lib/chart/split-bars.ts";
import { figureTitle } from "../../../lib/chart/titles.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { countCompact } from "../../../lib/format/counts.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { PRICES_AS_OF } from "../../../lib/trace/prices/published.ts";
import { scopeTitle } from "../../../lib/trace/scopes.ts";
import { shortMoney } from "./format.ts";
import type { Pair, Savings } from "./savings.ts";
import { reduction, shareText } from "./tables.ts";

const SPENT = "Spent anyway";
const SAVED = "Saved if the cache outlived every pause";
const PARTS = [
  { name: SPENT, color: COLORS.light.neutral },
  { name: SAVED, color: seriesColor(0) },
];

const READING = `Each bar is what was spent: above in append tokens of all steps, below in dollars of the steps with a price. Green is the part that a cache
which outlives every pause would save, with its size and share in parentheses. The share of dollars is smaller than that of tokens, because
prefix and output also cost money and stay the same.`;

/** At least one step must append tokens. */
export function savingsFigure(merged: Savings, scopes: readonly Savings[]): Figure {
  const drawn = scopes.filter(({ append }) => append.observed > 0);
  const priced = drawn.filter(({ totalCost }) => totalCost.observed > 0);
  const { append, returnAppend, totalCost } = merged;
  const pricedShare = percent(merged.priced / merged.steps, 1);
  const facts = `At most ${countCompact(reduction(append))} of ${countCompact(append.observed)} append tokens (${shareText(append)}) and ${shortMoney(reduction(totalCost))} of ${shortMoney(totalCost.observed)} (${shareText(totalCost)}) would be saved; that is ${shareText(returnAppend)} of what the ${grouped(merged.returns)} returns append. ${pricedShare} of the steps have a price, as of ${PRICES_AS_OF}.`;
  const tokens = withHeading(
    panel(drawn, ({ append: pair }) => pair, countCompact, tokensAxis(drawn), true),
    "Append tokens",
    { over: "plot" },
  );
  const dollarsHeading = `US dollars, over the ${pricedShare} of steps with a price`;
  const dollars = () => panel(priced, ({ totalCost: pair }) => pair, shortMoney, dollarAxis(priced), false);
  return {
    name: "human_idle_cache_counterfactual",
    title: "Tokens and dollars spent, and saved if caches outlived pauses",
    spec: grid([tokens, ...(priced.length === 0 ? [] : [withHeading(dollars(), dollarsHeading, { over: "plot" })])], {
      spacing: 26,
      title: figureTitle(
        `A cache that outlived every pause would save ${shareText(append)} of the append and ${shareText(totalCost)} of the cost`,
        `An upper bound: keeping the cache is free here. List prices of ${PRICES_AS_OF}. In parentheses: the part saved.`,
      ),
    }),
    caption: `Observed append tokens and dollars, split into the part that a cache would save if it outlived every pause before a user's message, and the rest. ${facts}`,
    reading: READING,
    alt: `Stacked bars by scope: append tokens above, dollars below. ${facts}`,
  };
}

function panel(
  scopes: readonly Savings[],
  pairOf: (savings: Savings) => Pair,
  format: (value: number) => string,
  x: Axis,
  legend: boolean,
): Panel {
  return splitBars({
    bars: scopes.map((savings) => {
      const pair = pairOf(savings);
      return {
        name: `${scopeTitle(savings.scope)} (${format(reduction(pair))}, ${shareText(pair)})`,
        values: { [SPENT]: pair.kept, [SAVED]: reduction(pair) },
      };
    }),
    parts: PARTS,
    x,
    label: format,
    legend,
  });
}

function tokensAxis(scopes: readonly Savings[]): Axis {
  return countAxis(Math.max(...scopes.map(({ append }) => append.observed)), { title: null });
}

function dollarAxis(scopes: readonly Savings[]): Axis {
  const max = Math.max(...scopes.map(({ totalCost }) => totalCost.observed));
  return linearAxis(max, null, roundTicks(max), (usd) => (Number.isInteger(usd) ? `$${grouped(usd)}` : shortMoney(usd)));
}
