/** A figure of money by label of sessions, for experiments that have a table of it. */
import { dollarAxis } from "../chart/axes.ts";
import { grid, withHeading } from "../chart/grid.ts";
import { seriesColor } from "../chart/palette.ts";
import { rankedBars } from "../chart/ranked-bars.ts";
import type { Figure } from "../experiment.ts";
import { counted } from "../format/counts.ts";
import { shortLabel } from "../format/labels.ts";
import { grouped, money } from "../format/numbers.ts";
import { groupBy } from "../stats/group-by.ts";
import { at } from "../stats/known.ts";

/** What a group without the label is called. */
export const UNLABELED = "unlabeled";

const MOST_KEYS = 6;
const MOST_VALUES = 10;
/** Room right of the longest bar for its label. */
const LABEL_ROOM = 1.45;

export interface LabelBar {
  readonly key: string;
  /** Null for what has no such label. */
  readonly value: string | null;
  readonly usd: number;
  /** After the money. */
  readonly note: string;
}

interface LabelFigure {
  readonly name: string;
  readonly bars: readonly LabelBar[];
  readonly subtitle: string;
  readonly coverage: string;
  /** For the axis. */
  readonly amount: string;
  readonly reading: string;
}

/** Null where nothing costs anything. */
export function labelFigure({ name, bars, subtitle, coverage, amount, reading }: LabelFigure): Figure | null {
  const keys = [...groupBy(bars, ({ key }) => key)].filter(([, own]) => own.some(({ usd }) => usd > 0));
  if (keys.length === 0) return null;
  const shown = keys.slice(0, MOST_KEYS).map(([key, own]) => ({ key, own: own.toSorted((a, b) => b.usd - a.usd).slice(0, MOST_VALUES) }));
  const most = Math.max(...shown.flatMap(({ own }) => own.map(({ usd }) => usd)));
  const { key, own } = at(shown, 0);
  const largest = own.find(({ value }) => value !== null) ?? at(own, 0);
  const finding = `Most expensive ${shortLabel(key)}: ${shortLabel(largest.value ?? UNLABELED)}, ${money(largest.usd)}`;
  return {
    name,
    title: finding,
    subtitle,
    coverage: `${grouped(shown.length)} of ${counted(keys.length, "key")}, at most ${grouped(MOST_VALUES)} values of each. ${coverage}`,
    spec: grid(
      shown.map((each) =>
        withHeading(
          rankedBars({
            bars: each.own.map(({ value, usd, note }) => ({
              name: value ?? UNLABELED,
              value: usd,
              label: `${money(usd)}, ${note}`,
              ...(value === null ? {} : { color: seriesColor(3) }),
            })),
            x: dollarAxis(most * LABEL_ROOM, { title: amount }),
          }),
          shortLabel(each.key),
          { over: "plot" },
        ),
      ),
      { spacing: 26 },
    ),
    caption: `${subtitle} ${finding}.`,
    reading,
    alt: `Bars of money by value, one panel per key of labels. ${finding}.`,
  };
}
