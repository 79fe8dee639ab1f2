/** The drawing: a bar for each step, reused part below and newly read part on top, with words for pauses and loops. */
import { figure } from "../../../lib/chart/grid.ts";
import type { Layer, Panel } from "../../../lib/chart/spec.ts";
import { COLORS, FONT_SIZE } from "../../../lib/chart/theme.ts";
import { figureTitle } from "../../../lib/chart/titles.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { type MadeUpStep, PAUSES } from "./session.ts";

const READ_COLORS = { "Prefix: reused from the cache": "#ffc4c4", "Append: read anew": "#c90000" } as const;
const ALARM = READ_COLORS["Append: read anew"];
const WIDTH = 1240;
const HEIGHT = 330;
const HALF_BAR = 0.35;
/** Heights as shares of the tallest bar. */
const TOP = 1.32;
const BRACKET = { at: 1.08, foot: 1.04 } as const;
const USER_LINE = 1.18;

/** @param steps of the made-up session, in order */
export function patternFigure(steps: readonly MadeUpStep[]): Figure {
  return {
    name: "timeout_miss_pattern",
    title: "What a pause does to the next step",
    spec: figure(
      drawing(steps),
      figureTitle(
        "A long pause makes the next step read everything anew",
        "A made-up session; each bar is one agent step, as high as what it reads. Dashed: steps that a user's message starts.",
        150,
      ),
    ),
    caption:
      "No measured data. The context only grows, whatever the pauses. After a short pause the cache still holds and only the tip of the bar is new; after more than five minutes it has expired and the whole bar is read at the full price, though it is no higher than its neighbours.",
    alt: "Bars of 57 steps that rise from left to right, each a large light part (reused) with a small dark tip (new). After a pause of about a minute nothing changes; after one of more than five minutes one bar is dark from bottom to top, and the following ones are light again.",
  };
}

function drawing(steps: readonly MadeUpStep[]): Panel {
  const highest = Math.max(...steps.map(({ total }) => total));
  const last = steps.at(-1)?.x ?? 0;
  const x = { type: "quantitative", axis: null, scale: { domain: [-1.2, last + 0.8], nice: false, zero: false } };
  const y = { type: "quantitative", axis: null, scale: { domain: [0, TOP * highest], nice: false } };
  const users = steps.filter(({ isUser }) => isUser).map((step) => ({ x: step.x, low: 0, high: USER_LINE * highest }));
  return {
    width: WIDTH,
    height: HEIGHT,
    layer: [
      {
        data: { values: users },
        mark: { type: "rule", strokeDash: [5, 4], strokeWidth: 1.3, color: ALARM },
        encoding: { x: { field: "x", ...x }, y: { field: "low", ...y }, y2: { field: "high" } },
      },
      barLayer(steps, x, y),
      ...bracketLayers(steps, highest, x, y),
      wordLayer(pauseWords(steps, highest), x, y),
    ] as Layer[],
  } as Panel;
}

function barLayer(steps: readonly MadeUpStep[], x: object, y: object): Layer {
  const names = Object.keys(READ_COLORS);
  const values = steps.flatMap((step) => {
    const sides = { left: step.x - HALF_BAR, right: step.x + HALF_BAR };
    return [
      { ...sides, low: 0, high: step.prefix, part: names[0] },
      { ...sides, low: step.prefix, high: step.total, part: names[1] },
    ];
  });
  const color = {
    field: "part",
    type: "nominal",
    title: null,
    scale: { domain: names, range: Object.values(READ_COLORS) },
    legend: { orient: "top", symbolType: "square" },
  };
  return {
    data: { values: values.filter(({ low, high }) => high > low) },
    mark: { type: "rect" },
    encoding: { x: { field: "left", ...x }, x2: { field: "right" }, y: { field: "low", ...y }, y2: { field: "high" }, color },
  } as Layer;
}

/** One over each run of steps that tools trigger. */
function bracketLayers(steps: readonly MadeUpStep[], highest: number, x: object, y: object): Layer[] {
  const starts = [0, ...PAUSES.map(({ before }) => before)];
  return starts.flatMap((start, i) => {
    const loop = steps.slice(start + 1, starts[i + 1] ?? steps.length);
    const from = (loop[0]?.x ?? 0) - HALF_BAR;
    const to = (loop.at(-1)?.x ?? 0) + HALF_BAR;
    const corners = [
      [from, BRACKET.foot],
      [from, BRACKET.at],
      [to, BRACKET.at],
      [to, BRACKET.foot],
    ] as const;
    const text = start === 0 ? "Tool loop: hits" : "Tool loop: hits again";
    return [
      {
        data: { values: corners.map(([at, share], order) => ({ x: at, y: share * highest, order })) },
        mark: { type: "line", strokeWidth: 1.4, color: ALARM, interpolate: "linear" },
        encoding: { x: { field: "x", ...x }, y: { field: "y", ...y }, order: { field: "order", type: "quantitative" } },
      } as Layer,
      wordLayer([{ x: (from + to) / 2, y: (BRACKET.at + 0.07) * highest, text }], x, y),
    ];
  });
}

interface Words {
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

/** What happens in each pause, in the room before the step that ends it; and what that step is. */
function pauseWords(steps: readonly MadeUpStep[], highest: number): Words[] {
  const lines = PAUSES.flatMap(({ before, expires }) => {
    const middle = ((steps[before - 1]?.x ?? 0) + (steps[before]?.x ?? 0)) / 2;
    const words = expires ? ["idle", "> 5 min:", "cache", "expires"] : ["idle", "~1 min:", "cache", "holds"];
    return words.map((text, i) => ({ x: middle, y: (0.6 - 0.085 * i) * highest, text }));
  });
  const starts = [0, ...PAUSES.map(({ before }) => before)];
  const users = starts.map((start) => ({
    x: steps[start]?.x ?? 0,
    y: (USER_LINE + 0.07) * highest,
    text: PAUSES.some(({ before, expires }) => before === start && expires) ? "user returns: timeout miss" : "user",
  }));
  return [...lines, ...users];
}

function wordLayer(values: readonly Words[], x: object, y: object): Layer {
  return {
    data: { values },
    mark: { type: "text", align: "center", baseline: "middle", fontSize: FONT_SIZE.annotation, color: COLORS.light.text },
    encoding: { x: { field: "x", ...x }, y: { field: "y", ...y }, text: { field: "text", type: "nominal" } },
  } as Layer;
}
