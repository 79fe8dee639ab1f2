/** Figure: how often tools fail, how long until they work again, and what that costs. */
import { linearAxis, logAxis } from "../../../lib/chart/axes.ts";
import { figure } from "../../../lib/chart/grid.ts";
import { COLORS, providerColor, providerOrder, providerTitle } from "../../../lib/chart/palette.ts";
import { pixelOf, valueAt } from "../../../lib/chart/pixels.ts";
import { colorBySeries } from "../../../lib/chart/series.ts";
import { type Axis, type DataLayer, type LayeredPanel, quantitative } from "../../../lib/chart/spec.ts";
import { FONT_SIZE, PANEL } from "../../../lib/chart/theme.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { countCompact, counted } from "../../../lib/format/counts.ts";
import { formatG, grouped, money } from "../../../lib/format/numbers.ts";
import { known } from "../../../lib/stats/known.ts";
import { displayToolName } from "../../../lib/trace/tools.ts";
import { everything, type Group, type Recovery } from "./episodes.ts";
import { labelsWithoutOverlap } from "./point-labels.ts";

const MOST_TOOLS = 12;
const HEIGHT = 480;
const LEAST_AREA = 60;
const MOST_AREA = 2_400;
/** Room for the largest circle and its label. */
const ROOM = 1.18;
/** The same as a factor on the axis of rates, at either end. */
const RATE_ROOM = 1.6;
/** Axes that span less have more ticks. */
const WIDE = 5;

const READING = `One circle per tool. To the right: tools that fail often. Up: tools that take many steps to work again. Large: tools whose repair costs much.
Tools that fail rarely but take long can cost more than those that fail often and are repaired at once. Where circles are close together, some have no name.`;

/** Null where no tool has enough episodes and a recovery, or nothing has a price. */
export function costFigure(recovery: Recovery, minEpisodes: number, coverage: string): Figure | null {
  const shown = recovery.tools
    .filter(({ part, episodes, p50 }) => part === "failed" && episodes >= minEpisodes && p50.steps !== null)
    .slice(0, MOST_TOOLS)
    .map(pointOf)
    .sort((a, b) => b.nano - a.nano);
  const [costliest] = shown;
  const all = everything(recovery);
  if (!costliest || all.repair.nano === 0) return null;
  const finding = `Repairing ${costliest.name} costs the most: ${money(costliest.nano / 1e9)} of the ${money(all.repair.nano / 1e9)} that repairs cost`;
  return {
    name: "error_cost",
    title: finding,
    subtitle: "Next to each tool: cost of its repairs (the area) and their tokens.",
    coverage: `Tools with at least ${counted(minEpisodes, "episode")}. All repairs: ${amountText(all.repair)}. ${coverage}`,
    spec: figure(costPanel(shown)),
    caption: `Error rate, steps to recovery and repair cost by tool. ${finding}. Requests with a failed call cost ${money((all.touched?.nano ?? 0) / 1e9)} in all.`,
    reading: READING,
    alt: `Circles by tool over the share of failed calls and the median steps to recovery, their area the cost of the repair. ${finding}.`,
  };
}

/** `$38.01, 41.2M tokens`. */
function amountText({ nano, tokens }: { readonly nano: number; readonly tokens: number }): string {
  return `${money(nano / 1e9)}, ${countCompact(tokens)} tokens`;
}

type Point = ReturnType<typeof pointOf>;

function pointOf(group: Group) {
  const { provider, failures, calls, repair, p50 } = group;
  return {
    name: displayToolName(group.tool ?? ""),
    series: provider,
    rate: failures / calls,
    steps: known(p50.steps),
    nano: repair.nano,
    tokens: repair.tokens,
  };
}

function costPanel(points: readonly Point[]): LayeredPanel {
  const x = rateAxis(points.map(({ rate }) => rate));
  const steps = Math.max(...points.map((point) => point.steps)) * ROOM + 0.5;
  const y = linearAxis(steps, "Median steps until it works again", wholeTicks(steps), grouped);
  const most = Math.max(...points.map(({ nano }) => nano));
  const dots = points.map((point) => ({
    ...point,
    area: most > 0 ? LEAST_AREA + (MOST_AREA - LEAST_AREA) * (point.nano / most) : LEAST_AREA,
  }));
  const names = providerOrder(points.map(({ series }) => series));
  return {
    width: PANEL.width,
    height: HEIGHT,
    layer: [
      {
        data: { values: dots },
        mark: { type: "circle", opacity: 0.55, stroke: COLORS.light.background, strokeWidth: 1 },
        encoding: {
          x: quantitative("rate", x),
          y: quantitative("steps", y),
          size: { field: "area", type: "quantitative", scale: null, legend: null },
          color: colorBySeries(names, providerTitle),
        },
      },
      ...labelLayers(dots, names, x, y),
    ],
  };
}

function labelLayers(dots: readonly (Point & { area: number })[], names: readonly string[], x: Axis, y: Axis): DataLayer[] {
  const placed = labelsWithoutOverlap(
    dots.map((dot) => ({
      text: `${dot.name}: ${amountText(dot)}`,
      color: providerColor(dot.series, names),
      x: pixelOf(dot.rate, x, PANEL.width),
      y: HEIGHT - pixelOf(dot.steps, y, HEIGHT),
      radius: Math.sqrt(dot.area / Math.PI),
    })),
    { width: PANEL.width, height: HEIGHT },
  );
  return placed.map(({ label, left, middle }) => ({
    data: { values: [{ x: valueAt(left, x, PANEL.width), y: valueAt(HEIGHT - middle, y, HEIGHT), text: label.text }] },
    mark: { type: "text", align: "left", baseline: "middle", fontSize: FONT_SIZE.annotation, color: label.color },
    encoding: { x: quantitative("x", x), y: quantitative("y", y), text: { field: "text", type: "nominal" } },
  }));
}

function rateAxis(rates: readonly number[]): Axis {
  const domain = [Math.min(...rates) / RATE_ROOM, Math.min(1, Math.max(...rates) * RATE_ROOM)] as const;
  const factors = domain[1] / domain[0] > WIDE ? [1, 2, 5] : [1, 2, 3, 4, 5, 6, 8];
  const ticks = [1e-5, 1e-4, 1e-3, 0.01, 0.1, 1].flatMap((decade) => factors.map((factor) => factor * decade));
  return logAxis(domain, "Share of calls that fail", ticks, (share) => `${formatG(share * 100)}%`);
}

function wholeTicks(most: number): number[] {
  const step = Math.max(1, Math.ceil(most / 7));
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, i) => i * step);
}
