/** The two panels: stacked bars of tokens per step, and above them a strip of wall-clock time. */
import type { Channel, Layer, Legend, Panel } from "../../../lib/chart/spec.ts";
import { COLORS, FONT_SIZE, kindColor } from "../../../lib/chart/theme.ts";
import { at } from "../../../lib/stats/known.ts";
import { compactionLabels, HALF_BAR_STEPS, type StepAxis, type StepLabel, stepDomain, type TextLabel } from "./labels.ts";
import type { SessionWindow } from "./plan.ts";
import { totalInput } from "./steps.ts";
import type { Block } from "./timeline.ts";

export interface PanelOptions {
  /** CSS pixels. */
  readonly height: number;
  /** Title of the step axis. */
  readonly title: string;
  readonly labels: readonly StepLabel[];
  /** Whether to mark compactions. */
  readonly compactions: boolean;
}

type Series = Readonly<Record<string, string>>;

const USER = kindColor("human");
const USER_NAME = "user message";
const COMPACTION = kindColor("generation");
const PREFIX_NAME = "prefix / cache read";
const APPEND_NAME = "append / new input";
const BARS: Series = { [PREFIX_NAME]: kindColor("prefix"), [APPEND_NAME]: kindColor("append") };
const USER_DASH = [4, 3];

const HALF_BAND_STEPS = 0.46;
/** Heights in units of the tallest bar: the end of the panel, where the names of compactions are by lane, and what ends below them. */
const HEADROOM = 1.12;
const NAME_HEIGHTS = [1.09, 1.045];
const NAME_FOOT = 0.02;
const USER_TOP = 1.02;
/** Below this many pixels per step the ticks of all steps would merge. */
const MIN_TICK_DISTANCE = 4;

const TOOLTIP = [
  ["session_step", "step"],
  ["elapsed_min", "minutes since start"],
  ["prefix_tokens", "prefix tokens"],
  ["append_tokens", "append tokens"],
  ["total_tokens", "total input tokens"],
  ["output_tokens", "output tokens"],
  ["inference_s", "inference (s)"],
  ["tool_calls", "tool calls"],
] as const;

/** Stacked bars of cached prefix and new input per step, with the total as a line, user messages and compactions. */
export function tokenPanel(window: SessionWindow, axis: StepAxis, options: PanelOptions): Panel {
  const peak = Math.max(window.metrics.max_total_input_tokens, 1);
  const compactions = options.compactions ? compactionLayers(window, axis, peak) : { behind: [], before: [] };
  return {
    width: axis.width,
    height: options.height,
    data: { values: stepRows(window) },
    transform: [{ calculate: "0", as: "zero" }],
    // Layers only say which fields they place; scales and axes are these.
    encoding: {
      x: { field: "step", ...onSteps(axis), axis: stepAxis(axis, options) },
      y: { field: "total_tokens", type: "quantitative", scale: { domain: [0, HEADROOM * peak], nice: false }, axis: TOKEN_AXIS },
    },
    resolve: { scale: { color: "independent" }, legend: { color: "independent" } },
    layer: [...compactions.behind, BAR_LAYER, TOTAL_LAYER, userLayer(peak), ...compactions.before],
  };
}

const BAR_LAYER: Layer = {
  transform: around(HALF_BAR_STEPS),
  layer: [bar(PREFIX_NAME, 0.84, "zero", "prefix_tokens"), bar(APPEND_NAME, 0.9, "prefix_tokens", "total_tokens")],
};

const TOTAL_NAME = "total input";
const TOTAL_LAYER: Layer = {
  transform: [named(TOTAL_NAME)],
  mark: { type: "line", strokeWidth: 1.3, opacity: 0.78 },
  encoding: { color: lineSeries(TOTAL_NAME, COLORS.light.text) },
};

function bar(name: string, opacity: number, bottom: string, top: string): Layer {
  return {
    transform: [named(name)],
    mark: { type: "rect", opacity },
    encoding: {
      x: { field: "left" },
      x2: { field: "right" },
      y: { field: bottom },
      y2: { field: top },
      color: series(BARS, { symbolType: "square" }),
      tooltip: TOOLTIP.map(([field, title]) => ({ field, title })),
    },
  };
}

function userLayer(peak: number): Layer {
  return {
    transform: [{ filter: "datum.user_message" }, { calculate: `${USER_TOP * peak}`, as: "top" }, named(USER_NAME)],
    mark: { type: "rule", strokeWidth: 1, opacity: 0.6, strokeDash: USER_DASH },
    encoding: { y: { field: "zero" }, y2: { field: "top" }, color: lineSeries(USER_NAME, USER, USER_DASH) },
  };
}

function compactionLayers(window: SessionWindow, axis: StepAxis, peak: number): { behind: Layer[]; before: Layer[] } {
  const data = { values: compactionRows(window, axis, peak) };
  const name = compactionName(window);
  const bands: Layer = {
    data,
    transform: around(HALF_BAND_STEPS),
    mark: { type: "rect", color: COMPACTION, opacity: 0.16 },
    encoding: { x: { field: "left" }, x2: { field: "right" }, y: { field: "zero" }, y2: { field: "top" } },
  };
  const lines: Layer = {
    data,
    transform: [named(name)],
    mark: { type: "rule", strokeWidth: 1.5 },
    encoding: { y: { field: "zero" }, y2: { field: "top" }, color: lineSeries(name, COMPACTION) },
  };
  const names: Layer = {
    data,
    transform: [{ filter: "datum.name !== null" }],
    mark: { type: "text", color: COMPACTION, fontWeight: "bold", baseline: "middle" },
    encoding: { x: { field: "name_step" }, y: { field: "name_height" }, text: { field: "name" } },
  };
  return { behind: [bands], before: [lines, names] };
}

const TOKEN_AXIS = {
  title: "Input tokens",
  format: "~s",
  tickCount: 6,
  tickMinStep: 1,
  labelExpr: "datum.value === 0 ? '0' : datum.label",
};

function stepAxis(axis: StepAxis, { title, labels }: PanelOptions) {
  const lines = Object.fromEntries(labels.map((label) => [label.step, label.lines]));
  const users = labels.filter((label) => label.lines.length > 1).map((label) => label.step);
  const labeled = labels.map((label) => label.step).toSorted((a, b) => a - b);
  const all = Array.from({ length: axis.steps }, (_, i) => i + 1);
  const values = axis.width / axis.steps >= MIN_TICK_DISTANCE ? all : labeled;
  return {
    title,
    grid: false,
    values,
    tickCount: values.length, // Vega thins given values to its own idea of a count
    labelExpr: `(${JSON.stringify(lines)})[datum.value] || ''`,
    labelFontSize: FONT_SIZE.small,
    labelColor: { condition: { test: `indexof(${JSON.stringify(users)}, datum.value) >= 0`, value: USER }, value: COLORS.light.muted },
  };
}

/** Edges of something centered on a step. */
function around(half: number) {
  return [
    { calculate: `datum.step - ${half}`, as: "left" },
    { calculate: `datum.step + ${half}`, as: "right" },
  ];
}

/** Gives every row of a layer the name that the legend shows for it. */
function named(name: string) {
  return { calculate: JSON.stringify(name), as: "series" };
}

/** Colors by name; those of a call are together in a legend above the panel. */
function series(colors: Series, symbol: Partial<Legend>): Channel<"color"> {
  return {
    field: "series",
    type: "nominal",
    scale: { domain: Object.keys(colors), range: Object.values(colors) },
    legend: { orient: "top", direction: "horizontal", title: null, ...symbol },
  };
}

function lineSeries(name: string, color: string, dash?: readonly number[]): Channel<"color"> {
  return series({ [name]: color }, { symbolType: "stroke", symbolStrokeWidth: 2, ...(dash && { symbolDash: [...dash] }) });
}

function compactionName({ metrics }: SessionWindow): string {
  return metrics.explicit_compaction_count > 0 ? "compaction: reported, or input drop" : "compaction: total input drop";
}

function compactionRows({ compactions }: SessionWindow, axis: StepAxis, peak: number) {
  const labels = new Map(compactionLabels(axis, compactions).map((label) => [label.text, label]));
  return compactions.map(({ index, kind }, i) => {
    const label = labels.get(`C${i + 1}`);
    const height = label ? at(NAME_HEIGHTS, label.lane) : HEADROOM;
    return {
      step: index + 1,
      kind,
      zero: 0,
      top: (label ? height - NAME_FOOT : height) * peak,
      name: label?.text ?? null,
      name_step: label?.step ?? null,
      name_height: height * peak,
    };
  });
}

function stepRows({ start, steps }: SessionWindow) {
  const startUs = steps.reduce((earliest, { first_us }) => Math.min(earliest, first_us ?? earliest), Number.POSITIVE_INFINITY);
  return steps.map((step, i) => ({
    step: i + 1,
    session_step: start + i + 1,
    elapsed_min: step.first_us === null ? null : (step.first_us - startUs) / 60e6,
    user_message: step.has_user_message,
    prefix_tokens: step.prefix_tokens,
    append_tokens: step.append_tokens,
    total_tokens: totalInput(step),
    output_tokens: step.output_tokens,
    inference_s: step.generation_us === null ? null : step.generation_us / 1e6,
    tool_calls: step.tool_calls,
  }));
}

/** Pixels from the top of the strip. */
const ELAPSED_Y = 8;
const BLOCK = { top: 18, bottom: 36 } as const;
const GAP_Y = 47;
const LANE_HEIGHT = 15;
const FOOT = 4;
/** Of every other block. */
const FAINT = 0.55;

/** Which steps fell into the same five minutes, and where time passed in between. */
export function timeStrip(axis: StepAxis, blocks: readonly Block[], elapsed: readonly TextLabel[], gaps: readonly TextLabel[]): Panel {
  const lanes = gaps.reduce((most, { lane }) => Math.max(most, lane + 1), 0);
  return {
    title: { text: caption(blocks, gaps), fontSize: FONT_SIZE.small, fontWeight: "normal", color: COLORS.light.muted, offset: 4 },
    width: axis.width,
    height: BLOCK.bottom + lanes * LANE_HEIGHT + FOOT,
    layer: [
      {
        data: { values: blocks.map(blockRow) },
        mark: { type: "rect", color: COLORS.light.boxFace, stroke: COLORS.light.background, strokeWidth: 1 },
        encoding: {
          x: { field: "left", ...onSteps(axis) },
          x2: { field: "right" },
          y: { value: BLOCK.top },
          y2: { value: BLOCK.bottom },
          fillOpacity: { field: "opacity", type: "quantitative", scale: null },
        },
      },
      texts(axis, elapsed, COLORS.light.text, ELAPSED_Y),
      // A layer per lane: a mark takes its height in pixels as a constant only.
      ...Array.from({ length: lanes }, (_, lane) =>
        texts(
          axis,
          gaps.filter((gap) => gap.lane === lane),
          COLORS.light.muted,
          GAP_Y + lane * LANE_HEIGHT,
        ),
      ),
    ],
  };
}

function caption(blocks: readonly Block[], gaps: readonly TextLabel[]): string {
  if (blocks.length === 0) return "Timeline unavailable: no step has a time";
  return `Five-minute blocks of wall-clock time: time since the start above${gaps.length > 0 ? ", idle time (+) below" : ""}`;
}

function blockRow({ firstIndex, lastIndex }: Block, i: number) {
  return { left: firstIndex + 1 - HALF_BAR_STEPS, right: lastIndex + 1 + HALF_BAR_STEPS, opacity: i % 2 === 0 ? 1 : FAINT };
}

function texts(axis: StepAxis, labels: readonly TextLabel[], color: string, y: number): Layer {
  return {
    data: { values: labels.map(({ text, step }) => ({ text, step })) },
    mark: { type: "text", fontSize: FONT_SIZE.small, color, baseline: "middle" },
    encoding: { x: { field: "step", ...onSteps(axis) }, y: { value: y }, text: { field: "text" } },
  };
}

function onSteps(axis: StepAxis) {
  return { type: "quantitative" as const, scale: { domain: stepDomain(axis), nice: false, zero: false }, axis: null };
}
