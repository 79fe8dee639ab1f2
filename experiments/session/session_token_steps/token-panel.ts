/** Stacked bars of cached prefix and new input per step, with the total as a line, user messages and compactions. */
import type { Channel, Layer, Legend, Panel } from "../../../lib/chart/spec.ts";
import { COLORS, FONT_SIZE, providerColor, seriesColor } from "../../../lib/chart/theme.ts";
import { at } from "../../../lib/stats/known.ts";
import { compactionLabels, type StepLabel } from "./labels.ts";
import type { SessionWindow } from "./plan.ts";
import { HALF_BAR_STEPS, type StepAxis, stepDomain } from "./step-axis.ts";
import { totalInput } from "./steps.ts";

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

const USER = seriesColor(1);
const USER_NAME = "user message";
const COMPACTION = seriesColor(3);
const PREFIX_NAME = "prefix / cache read";
const APPEND_NAME = "append / new input";
const BARS: Series = { [PREFIX_NAME]: providerColor("codex"), [APPEND_NAME]: providerColor("claude") };
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
      x: {
        field: "step",
        type: "quantitative",
        scale: { domain: stepDomain(axis), nice: false, zero: false },
        axis: stepAxis(axis, options),
      },
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
  const startUs = steps.reduce((earliest, { firstUs }) => Math.min(earliest, firstUs ?? earliest), Number.POSITIVE_INFINITY);
  return steps.map((step, i) => ({
    step: i + 1,
    session_step: start + i + 1,
    elapsed_min: step.firstUs === null ? null : (step.firstUs - startUs) / 60e6,
    user_message: step.hasUserMessage,
    prefix_tokens: step.prefixTokens,
    append_tokens: step.appendTokens,
    total_tokens: totalInput(step),
    output_tokens: step.outputTokens,
    inference_s: step.generationUs === null ? null : step.generationUs / 1e6,
    tool_calls: step.toolCalls,
  }));
}
