/** Figure: percentages as quoted, against the exact shares. */
import { shareAxis } from "../../../lib/chart/axes.ts";
import { figure } from "../../../lib/chart/grid.ts";
import { rankedBars } from "../../../lib/chart/ranked-bars.ts";
import type { Layer, Panel } from "../../../lib/chart/spec.ts";
import { COLORS, providerColor } from "../../../lib/chart/theme.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { toFixedHalfEven } from "../../../lib/format/numbers.ts";
import type { Macro } from "./macros.ts";

/** In the order of the bars. The lower of two shares repeats one of them and is left out. */
const DRAWN: readonly { macro: string; title: string }[] = [
  { macro: "prefixcachehitrate", title: "Input read from the cache" },
  { macro: "toolcalltoppercentage", title: "Calls of the top 3 tools, Claude" },
  { macro: "toolcalltoppercentagecodex", title: "Calls of the top 3 tools, Codex" },
  { macro: "toolcallslongerthanonemin", title: "Tool calls of a minute or more" },
  { macro: "toolcallslongerthanoneminpercent", title: "Time in calls of a minute or more" },
];

const READING = `Bars are exact shares; the dark lines are the quoted numbers. A line left of the end of its bar backs a "more than"; one near
the end is a rounded value.`;

type Quote = ReturnType<typeof quoteOf>[number];

/** Null when no share is known or all are zero. */
export function percentagesFigure(macros: readonly Macro[]): Figure | null {
  const quotes = DRAWN.flatMap(({ macro: name, title }) =>
    quoteOf(
      macros.find((macro) => macro.name === name),
      title,
    ),
  );
  if (quotes.every(({ exact }) => exact === 0)) return null;
  const widest = quotes.reduce((most, quote) => (gapOf(quote) > gapOf(most) ? quote : most));
  const facts = `Quoted percentages are at most ${pointsOf(widest)} points off the exact shares`;
  return {
    name: "quoted_percentages",
    title: facts,
    subtitle: "Bars end at the exact share; the dark line is the number in the text, rounded or floored to tens.",
    spec: figure(quotesPanel(quotes)),
    caption: `${facts}: the widest gap is that of "${widest.title}", which is quoted as ${widest.text}.`,
    reading: READING,
    alt: `Horizontal bars of exact shares, each with a line at the quoted number. ${facts}.`,
  };
}

function quoteOf(macro: Macro | undefined, title: string) {
  if (macro?.raw == null || macro.value === null) return [];
  const text = macro.value.endsWith("%") ? macro.value : `${macro.value}%`;
  const color = macro.scope === "merged" ? COLORS.light.neutral : providerColor(macro.scope);
  return [{ title, exact: macro.raw / 100, quoted: Number.parseFloat(text) / 100, text, color }];
}

function gapOf({ exact, quoted }: Quote): number {
  return Math.abs(exact - quoted);
}

function pointsOf(quote: Quote): string {
  return toFixedHalfEven(gapOf(quote) * 100, 2);
}

function quotesPanel(quotes: readonly Quote[]): Panel {
  const x = shareAxis({ title: null, ticks: [0, 0.25, 0.5, 0.75, 1] });
  const bars = rankedBars({
    bars: quotes.map((quote) => ({
      name: quote.title,
      value: quote.exact,
      label: `${toFixedHalfEven(quote.exact * 100, 2)}%, quoted ${quote.text}, ${pointsOf(quote)} off`,
      color: quote.color,
    })),
    x,
  });
  const line: Layer = {
    data: { values: quotes.map(({ quoted }, rank) => ({ rank, value: quoted })) },
    mark: { type: "tick", opacity: 1, thickness: 3, height: { band: 0.95 }, color: COLORS.light.text },
  };
  return { ...bars, layer: [...bars.layer, line] };
}
