/** Figure: repeated calls by class, and what they cost. */
import { countAxis, dollarAxis } from "../../../lib/chart/axes.ts";
import { grid, withHeading } from "../../../lib/chart/grid.ts";
import { groupsToShow } from "../../../lib/chart/groups-to-show.ts";
import { COLORS, kindColor, providerTitle, seriesColor } from "../../../lib/chart/palette.ts";
import { type Axis, type DataLayer, type LayeredPanel, quantitative } from "../../../lib/chart/spec.ts";
import { type SplitBar, splitBars } from "../../../lib/chart/split-bars.ts";
import { FONT_SIZE } from "../../../lib/chart/theme.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { countCompact } from "../../../lib/format/counts.ts";
import { grouped, money, percent } from "../../../lib/format/numbers.ts";
import { at } from "../../../lib/stats/known.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { ALL } from "../../../lib/trace/groups.ts";
import { CLASSES, type Class, type Group, type Repeats, type Waste } from "./waste.ts";

export const CLASS_LOOK: Readonly<Record<Class, { readonly name: string; readonly color: string }>> = {
  identical_after_error: { name: "Identical after an error", color: kindColor("error") },
  altered_after_error: { name: "Altered after an error", color: seriesColor(3) },
  redundant: { name: "Redundant", color: seriesColor(1) },
  recheck: { name: "Recheck after an edit", color: seriesColor(2) },
};
const EXISTENCE = { name: "Steps that need not have been made", color: COLORS.light.boxEdge };
const SIZE = { name: "Results that take up context", color: COLORS.light.boxFace };
/** Room to the right of the longest bar for the text at its end, as a share of the bar. */
const TEXT_ROOM = 0.5;

const READING = `Above: calls that try again what failed, with the same input or an altered one, and calls that repeat one that worked: \`redundant\` if no edit came between, else a
\`recheck\`, which is not waste. Where inputs are compared by length, redundant calls and rechecks are at most so many. Below: the cost of what is known to be repeated. Dark: steps that
have no other calls. Pale: what results of other repetitions and the failed results before them cost until they leave the context. If the dark part is larger, fix the cause; if the pale one is, shorten outputs.`;

/** Null without repeated calls. */
export function wasteFigure({ scopes }: Waste, coverage: string): Figure | null {
  const shown = groupsToShow(scopes, ({ byClass }) => CLASSES.reduce((sum, name) => sum + byClass[name].calls, 0));
  if (shown.length === 0) return null;
  const first = at(shown, 0);
  const priced = shown.some(({ certain }) => costOf(certain) > 0);
  const cost = priced ? `; known repetitions cost ${money(costOf(first.certain))}` : "";
  const finding = `${grouped(afterError(first))} of ${grouped(first.calls)} calls try again what failed${cost}`;
  return {
    name: "retry_waste",
    title: finding,
    subtitle: "Calls by what they repeat, and the cost of those that are known to be repetitions.",
    coverage: `${bySizeText(first)}${coverage}`,
    spec: grid(
      [
        withHeading(callsPanel(shown), "Calls", { over: "plot" }),
        ...(priced ? [withHeading(costPanel(shown), "Cost", { over: "plot" })] : []),
      ],
      {
        spacing: 34,
      },
    ),
    caption: `Repeated calls by class and the cost of known repetitions. ${finding}, ${percent(ratio(first.certain.calls, first.calls), 1)} of all calls.`,
    reading: READING,
    alt: `Stacked bars by provider: repeated calls by class, and below the cost of steps and of results. ${finding}.`,
  };
}

function bySizeText({ byClass: { redundant } }: Group): string {
  if (!redundant.bases.includes("size")) return "";
  return `At most ${grouped(redundant.calls)} are redundant: inputs of equal length may differ. `;
}

function afterError({ byClass }: Group): number {
  return byClass.identical_after_error.calls + byClass.altered_after_error.calls;
}

function costOf({ existence, size }: Repeats): number {
  return existence.usd + size.usd;
}

function titleOf({ provider }: Group): string {
  return provider === ALL ? "All" : providerTitle(provider);
}

function callsPanel(groups: readonly Group[]): LayeredPanel {
  const bars = groups.map((group) => ({
    name: titleOf(group),
    values: Object.fromEntries(CLASSES.map((name) => [CLASS_LOOK[name].name, group.byClass[name].calls])),
  }));
  const texts = groups.map(
    (group) =>
      `${grouped(afterError(group))} after an error: ${percent(ratio(afterError(group), group.calls), 1)} of ${grouped(group.calls)} calls`,
  );
  const x = countAxis(longest(bars) * (1 + TEXT_ROOM), { title: null });
  const parts = CLASSES.filter((name) => groups.some(({ byClass }) => byClass[name].calls > 0)).map((name) => CLASS_LOOK[name]);
  return withEnds(splitBars({ bars, parts, x, label: (calls) => grouped(calls) }), bars, texts, x);
}

function costPanel(groups: readonly Group[]): LayeredPanel {
  const bars = groups.map((group) => ({
    name: titleOf(group),
    values: { [EXISTENCE.name]: group.certain.existence.usd, [SIZE.name]: group.certain.size.usd },
  }));
  const texts = groups.map(
    ({ certain }) => `${money(costOf(certain))}, ${countCompact(certain.existence.tokens + certain.size.tokens)} tokens`,
  );
  const x = dollarAxis(longest(bars) * (1 + TEXT_ROOM), { title: "Cost at list prices" });
  return withEnds(splitBars({ bars, parts: [EXISTENCE, SIZE], x, label: money }), bars, texts, x);
}

function lengthOf({ values }: SplitBar): number {
  return Object.values(values).reduce((sum, value) => sum + value, 0);
}

function longest(bars: readonly SplitBar[]): number {
  return Math.max(...bars.map(lengthOf));
}

/** The same with a text at the end of each bar. */
function withEnds(panel: LayeredPanel, bars: readonly SplitBar[], texts: readonly string[], x: Axis): LayeredPanel {
  const ends: DataLayer = {
    data: { values: bars.map((bar, rank) => ({ rank, end: lengthOf(bar), text: at(texts, rank) })) },
    mark: { type: "text", align: "left", dx: 8, fontSize: FONT_SIZE.annotation, color: COLORS.light.muted },
    encoding: { y: { field: "rank", type: "ordinal", sort: null }, x: quantitative("end", x), text: { field: "text", type: "nominal" } },
  };
  return { ...panel, layer: [...panel.layer, ends] };
}
