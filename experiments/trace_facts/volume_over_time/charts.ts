/** Figure: what happened over time, one panel per measure over one calendar. */

import { countAxis, decimalSteps } from "../../../lib/chart/axes.ts";
import { grid, withHeading } from "../../../lib/chart/grid.ts";
import { largestStack, periodBars } from "../../../lib/chart/period-bars.ts";
import type { Panel } from "../../../lib/chart/spec.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { dateOf } from "../../../lib/format/periods.ts";
import { magnitude } from "../../../lib/format/published.ts";
import { at } from "../../../lib/stats/known.ts";
import { MEASURES, type Measure, type Periods, sumOf, type Volume } from "./volume.ts";

const PANEL_HEIGHT = 104;
const FIRST_PANEL_HEIGHT = 170;

const READING = `One panel per amount over one calendar, stacked by provider, each with a scale of its own. Where panels disagree, the
kind of work changed: tokens that rise without steps are longer contexts, steps that rise without sessions are longer sessions. A peak that
only a few users make shows little about the others, so check who is behind a busy week before comparing weeks.`;

/** Null when no step has a time. */
export function volumeFigure({ periods, days }: Volume): Figure | null {
  if (periods === null) return null;
  const { unit } = periods.scale;
  const totals = sumOf(days);
  const shown = MEASURES.filter(({ key }) => totals[key] > 0);
  const busiest = busiestPeriod(periods);
  const share = percent(busiest.steps / totals.steps);
  const found = `The busiest ${unit} began on ${dateOf(busiest.start)} with ${share} of all agent steps`;
  const title = unit === "day" ? found.replace("began on", "was") : found;
  return {
    name: "volume_over_time",
    title,
    subtitle: `Amounts per ${unit} (UTC) by provider; in parentheses the whole pool.`,
    spec: grid(
      shown.map((measure, i) => {
        const panel = measurePanel(periods, measure.key, { first: i === 0, last: i === shown.length - 1 });
        const most = measure.key === "steps" ? `, ${share} from ${dateOf(busiest.start)}` : "";
        return withHeading(panel, `${measure.title} (${magnitude(totals[measure.key])})${most}`, { over: "plot" });
      }),
      { spacing: 18 },
    ),
    caption:
      `${title}: ${grouped(busiest.steps)} of ${grouped(totals.steps)}. Bars are stacked by provider; every panel has the same calendar and a scale of its own. ` +
      `A step belongs to the day of its earliest event, a session to that of its first step.${emptySentence(periods)}`,
    reading: READING,
    alt: `Stacked bars over time by provider, one panel each for ${shown.map(({ title }) => title.toLowerCase()).join(", ")}. ${title}.`,
  };
}

function measurePanel(periods: Periods, measure: Measure, { first, last }: { readonly first: boolean; readonly last: boolean }): Panel {
  const providers = [...periods.series.keys()];
  const values = valuesOf(periods, measure);
  const top = largestStack(values);
  return periodBars({
    values,
    scale: periods.scale,
    providers,
    y: countAxis(top, { title: null, ticks: fewTicks(top) }),
    legend: first,
    height: first ? FIRST_PANEL_HEIGHT : PANEL_HEIGHT,
    dates: last,
  });
}

/** Three intervals at most: the panels are low. */
function fewTicks(top: number): number[] {
  const step = Math.max(1, decimalSteps(top / 3));
  return Array.from({ length: Math.floor(top / step) + 1 }, (_, i) => i * step);
}

function valuesOf({ starts, series }: Periods, measure: Measure) {
  return [...series].flatMap(([provider, amounts]) =>
    amounts.flatMap((amount, i) => (amount[measure] > 0 ? [{ provider, start: at(starts, i), value: amount[measure] }] : [])),
  );
}

function busiestPeriod({ starts, series }: Periods): { readonly start: number; readonly steps: number } {
  const steps = starts.map((_, i) => [...series.values()].reduce((sum, amounts) => sum + (amounts[i]?.steps ?? 0), 0));
  const most = Math.max(...steps);
  return { start: at(starts, steps.indexOf(most)), steps: most };
}

function emptySentence({ starts, series, scale: { unit } }: Periods): string {
  const empty = starts.filter((_, i) => [...series.values()].every((amounts) => amounts[i]?.steps === 0)).length;
  return empty === 0
    ? ""
    : ` ${unit === "day" ? "Days" : unit === "week" ? "Weeks" : `Spans of ${unit}`} without any step: ${grouped(empty)} of ${grouped(starts.length)}.`;
}
