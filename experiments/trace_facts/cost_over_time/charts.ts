/** Figures: cost per period by model, component and project, and cost up to each time. */
import { amountsOfPeriods, amountsOverTime, largestPeriod } from "../../../lib/chart/amounts-over-time.ts";
import { dollarAxis } from "../../../lib/chart/axes.ts";
import { figure } from "../../../lib/chart/grid.ts";
import { costColor } from "../../../lib/chart/palette.ts";
import { startsOf } from "../../../lib/chart/period-bars.ts";
import { largestNames, nameColor, OTHER } from "../../../lib/chart/shares-over-time.ts";
import { type DataLayer, quantitative, withRows } from "../../../lib/chart/spec.ts";
import { COLORS, FONT_SIZE, PANEL } from "../../../lib/chart/theme.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { shortLabel } from "../../../lib/format/labels.ts";
import { money } from "../../../lib/format/numbers.ts";
import { dateOf, type PeriodScale } from "../../../lib/format/periods.ts";
import { at, known } from "../../../lib/stats/known.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { byPeriod, COMPONENTS, type Component, costOf, type Dated } from "./costs.ts";

/** Room above the highest bar for its text. */
const CALLOUT_ROOM = 1.08;
const LABEL_CHARACTERS = 26;
const PANEL_HEIGHT = 360;

const BARS_READING = `One bar per period (UTC); the legend has what each color costs in all. A period without a bar has no steps with a price: nobody worked, or its
transcripts are gone.`;

const COMPONENT_NAMES: Readonly<Record<Component, { readonly name: string; readonly color: string }>> = {
  fresh: { name: "Fresh input", color: costColor("fresh") },
  cache_write_5m: { name: "Cache writes, 5 min", color: costColor("write") },
  cache_write_1h: { name: "Cache writes, 1 h", color: costColor("hourWrite") },
  cache_read: { name: "Cache reads", color: costColor("read") },
  output: { name: "Output", color: costColor("output") },
};

/** What the figures have in common. */
export interface Drawn {
  readonly rows: readonly Dated[];
  readonly scale: PeriodScale;
  /** Sentences for the subtitle: prices, and how sure the output is. */
  readonly coverage: string;
}

/** None when nothing with a time was paid for. */
export function figuresOf(drawn: Drawn): Figure[] {
  if (costOf(drawn.rows).usd.total === 0) return [];
  const projects = new Set(drawn.rows.filter(({ cost_nano }) => cost_nano > 0).map(({ project }) => project));
  const areKnown = projects.size > 1 && [...projects].some((project) => project !== null);
  return [
    namedFigure(drawn, "model", ({ model }) => model),
    componentsFigure(drawn),
    ...(areKnown ? [namedFigure(drawn, "project", ({ project }) => project ?? OTHER)] : []),
    cumulativeFigure(drawn),
  ];
}

/** Costs of the largest models or projects; the others together, unknown ones among them. */
function namedFigure(drawn: Drawn, what: "model" | "project", nameOf: (row: Dated) => string): Figure {
  const usd = drawn.rows.map((row) => ({ day: row.day, name: nameOf(row), value: row.cost_nano / 1e9 })).filter(({ value }) => value > 0);
  const names = largestNames(usd.map(({ name, value }) => ({ name, amount: value })));
  const daily = usd.map((amount) => (names.includes(amount.name) ? amount : { ...amount, name: OTHER }));
  const entries = names.map((name, i) => ({ name, color: nameColor(name, i) }));
  return barsFigure(drawn, { what, daily, entries });
}

function componentsFigure(drawn: Drawn): Figure {
  const daily = drawn.rows.flatMap((row) =>
    COMPONENTS.map((component) => ({ day: row.day, name: COMPONENT_NAMES[component].name, value: row[`${component}_nano`] / 1e9 })),
  );
  const entries = COMPONENTS.map((component) => COMPONENT_NAMES[component]);
  return barsFigure(drawn, { what: "component", daily, entries });
}

interface Bars {
  readonly what: "model" | "project" | "component";
  readonly daily: readonly { readonly day: number; readonly name: string; readonly value: number }[];
  readonly entries: readonly { readonly name: string; readonly color: string }[];
}

function barsFigure({ scale, coverage }: Drawn, { what, daily, entries }: Bars): Figure {
  const amounts = amountsOfPeriods(daily, scale);
  const totals = entries
    .map((entry) => ({
      ...entry,
      total: sumOf(
        daily.filter(({ name }) => name === entry.name),
        ({ value }) => value,
      ),
    }))
    .filter(({ total }) => total > 0);
  const most = at(
    totals.toSorted((a, b) => Number(a.name === OTHER) - Number(b.name === OTHER) || b.total - a.total),
    0,
  );
  const peak = known(largestPeriod(amounts));
  const finding = `${shortLabel(most.name)} cost the most: ${money(most.total)}`;
  return {
    name: `cost_over_time_by_${what}`,
    title: finding,
    subtitle: `Cost per ${scale.unit} (UTC) by ${what}.`,
    coverage,
    spec: figure(
      amountsOverTime({
        amounts,
        names: totals.map(({ name, color, total }) => ({ name, color, label: `${shortLabel(name, LABEL_CHARACTERS)} ${money(total)}` })),
        scale,
        y: dollarAxis(peak.value * CALLOUT_ROOM, { title: `Cost per ${scale.unit} at list prices` }),
        height: PANEL_HEIGHT,
        callout: { start: peak.start, text: `${dateOf(peak.start)}: ${money(peak.value)}` },
      }),
    ),
    caption: `Cost at list prices over time by ${what}. ${finding}. The most expensive ${scale.unit} begins on ${dateOf(peak.start)} and costs ${money(peak.value)}.`,
    reading: BARS_READING,
    alt: `Stacked bars of cost over time by ${what}. ${finding}.`,
  };
}

const CUMULATIVE_READING = `What all steps up to each time cost together. The pale band reaches up to the most it can be: writes of unknown lifetime for an hour, and output as long
as its text needs. Dashed: periods without steps, because nobody worked or their transcripts are gone.`;

function cumulativeFigure({ rows, scale, coverage }: Drawn): Figure {
  const segments = cumulated(rows, scale);
  const last = at(segments, -1);
  const range = last.most - last.to < 0.005 ? money(last.to) : `${money(last.to)} to ${money(last.most)}`;
  const finding = `All together cost ${range}`;
  const y = dollarAxis(last.most * CALLOUT_ROOM, { title: "Cost so far at list prices" });
  const { bin: _, ...point } = startsOf(scale);
  const line = (gaps: boolean): DataLayer => ({
    data: { values: segments.filter(({ isGap }) => isGap === gaps) },
    mark: { type: "rule", strokeWidth: gaps ? 1.5 : 2.5, ...(gaps ? { strokeDash: [5, 4] } : {}), color: COLORS.light.text },
    encoding: { x: point, x2: { field: "end" }, y: quantitative("from", y), y2: { field: "to" } },
  });
  const first = at(segments, 0);
  const band: DataLayer = {
    data: { values: [{ start: first.start, to: 0, most: 0 }, ...segments.map(({ end, to, most }) => ({ start: end, to, most }))] },
    mark: { type: "area", color: COLORS.light.boxFace },
    encoding: { x: point, y: quantitative("to", y), y2: { field: "most" } },
  };
  const end: DataLayer = {
    data: { values: [{ start: last.end, most: last.most, text: range }] },
    mark: { type: "text", align: "right", baseline: "bottom", dy: -6, fontSize: FONT_SIZE.annotation },
    encoding: { x: point, y: quantitative("most", y), text: { field: "text", type: "nominal" } },
  };
  return {
    name: "cost_over_time_cumulative",
    title: finding,
    subtitle: `Cost of all steps up to each ${scale.unit} (UTC). Band: up to the most it can be.`,
    coverage,
    spec: figure({ width: PANEL.width, height: PANEL_HEIGHT, layer: withRows([band, line(false), line(true), end]) }),
    caption: `The cost of all steps up to each time, with the part that is not certain. ${finding}.`,
    reading: CUMULATIVE_READING,
    alt: `A rising line of cost so far over time, with a band up to the most it can be. ${finding}.`,
  };
}

/** One for each period with steps, and one for each gap between them. */
function cumulated(rows: readonly Dated[], scale: PeriodScale) {
  let [sum, most, reached] = [0, 0, Number.NaN];
  return byPeriod(rows, scale).flatMap(({ start, rows: own }) => {
    const { usd } = costOf(own);
    const gap = reached < start ? [{ isGap: true, start: reached, end: start, from: sum, to: sum, most }] : [];
    const from = sum;
    [sum, most, reached] = [sum + usd.total, most + usd.most, start + scale.width];
    return [...gap, { isGap: false, start, end: reached, from, to: sum, most }];
  });
}
