/** The drawing: a bar for each step, reused part below and newly read part on top, with labels for pauses and tool loops. */
import { figure } from "../../../lib/chart/grid.ts";
import { COLORS, kindColor } from "../../../lib/chart/palette.ts";
import type { Channel, Layer, Panel, Position } from "../../../lib/chart/spec.ts";
import { FONT_SIZE } from "../../../lib/chart/theme.ts";
import { figureTitle } from "../../../lib/chart/titles.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { type MadeUpStep, PAUSES } from "./session.ts";

const REUSED = "Prefix: reused from the cache";
const READ = "Append: read at full price";
const WIDTH = 1240;
const HEIGHT = 330;
const HALF_BAR = 0.35;
/** Heights as shares of the tallest bar. */
const TOP = 1.32;
const BRACKET = { at: 1.08, foot: 1.04 } as const;
const USER_LINE = 1.18;

const READING = `One bar per agent step of a made-up session. The tops only rise: a pause does not reset the context. A green bar with a magenta tip is a
cache hit: only the tip is paid for in full. The one magenta bar is not taller than its neighbors: the difference is in cost, not in size. The
space between bars shows where the pauses are, not how long they take.`;

type Scale = Omit<Position, "field">;

const TITLE = "After a long pause, the next step reads everything at full price";

/** @param steps of the made-up session, in order */
export function patternFigure(steps: readonly MadeUpStep[]): Figure {
  return {
    name: "timeout_miss_pattern",
    title: TITLE,
    spec: figure(
      drawing(steps),
      figureTitle(
        TITLE,
        "A made-up session. Each bar is an agent step, as tall as its input. Dashed: steps that a user's message starts.",
        150,
      ),
    ),
    caption:
      "No measured data. The context only grows, whatever the pauses. After a short pause the cache is still valid and only the tip of the bar is new. After more than five minutes it has expired and the whole bar is read at full price, although it is not taller than its neighbors.",
    reading: READING,
    alt: "Bars of 57 steps that rise from left to right, each a large green part (reused) with a small magenta tip (new). After a pause of about a minute nothing changes; after one of more than five minutes one bar is magenta from bottom to top, and the following ones are green again.",
  };
}

function drawing(steps: readonly MadeUpStep[]): Panel {
  const highest = Math.max(...steps.map(({ total }) => total));
  const last = steps.at(-1)?.x ?? 0;
  const x: Scale = { type: "quantitative", axis: null, scale: { domain: [-1.2, last + 0.8], nice: false, zero: false } };
  const y: Scale = { type: "quantitative", axis: null, scale: { domain: [0, TOP * highest], nice: false } };
  const users = steps.filter(({ isUser }) => isUser).map((step) => ({ x: step.x, low: 0, high: USER_LINE * highest }));
  return {
    width: WIDTH,
    height: HEIGHT,
    layer: [
      {
        data: { values: users },
        mark: { type: "rule", strokeDash: [5, 4], strokeWidth: 1.3, color: COLORS.light.muted },
        encoding: { x: { field: "x", ...x }, y: { field: "low", ...y }, y2: { field: "high" } },
      },
      barLayer(steps, x, y),
      ...bracketLayers(steps, highest, x, y),
      labelLayer(pauseLabels(steps, highest), x, y),
    ],
  };
}

function barLayer(steps: readonly MadeUpStep[], x: Scale, y: Scale): Layer {
  const values = steps.flatMap((step) => {
    const sides = { left: step.x - HALF_BAR, right: step.x + HALF_BAR };
    return [
      { ...sides, low: 0, high: step.prefix, part: REUSED },
      { ...sides, low: step.prefix, high: step.total, part: READ },
    ];
  });
  const color: Channel<"color"> = {
    field: "part",
    type: "nominal",
    title: null,
    scale: { domain: [REUSED, READ], range: [kindColor("prefix"), kindColor("append")] },
    legend: { orient: "top", symbolType: "square" },
  };
  return {
    data: { values: values.filter(({ low, high }) => high > low) },
    mark: { type: "rect" },
    encoding: { x: { field: "left", ...x }, x2: { field: "right" }, y: { field: "low", ...y }, y2: { field: "high" }, color },
  };
}

/** A bracket over each run of steps that tools trigger. */
function bracketLayers(steps: readonly MadeUpStep[], highest: number, x: Scale, y: Scale): Layer[] {
  const starts = [0, ...PAUSES.map(({ before }) => before)];
  return starts.flatMap((start, i): Layer[] => {
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
        mark: { type: "line", strokeWidth: 1.4, color: COLORS.light.muted, interpolate: "linear" },
        encoding: { x: { field: "x", ...x }, y: { field: "y", ...y }, order: { field: "order", type: "quantitative" } },
      },
      labelLayer([{ x: (from + to) / 2, y: (BRACKET.at + 0.07) * highest, text }], x, y),
    ];
  });
}

interface Label {
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

/** Labels for each pause, in the space before the step that ends it, and for that step. */
function pauseLabels(steps: readonly MadeUpStep[], highest: number): Label[] {
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

function labelLayer(values: Label[], x: Scale, y: Scale): Layer {
  return {
    data: { values },
    mark: { type: "text", align: "center", baseline: "middle", fontSize: FONT_SIZE.annotation, color: COLORS.light.text },
    encoding: { x: { field: "x", ...x }, y: { field: "y", ...y }, text: { field: "text", type: "nominal" } },
  };
}
