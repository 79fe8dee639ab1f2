/** The panels: tokens per step, above them a strip of wall-clock time, below them the output. */
import type { Channel, Layer, Legend, Panel } from "../../../lib/chart/spec.ts";
import { COLORS, FONT_SIZE, kindColor } from "../../../lib/chart/theme.ts";
import { countCompact } from "../../../lib/format/counts.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { at } from "../../../lib/stats/known.ts";
import { compactionLabels, HALF_BAR_STEPS, type StepAxis, type StepLabel, stepDomain, type TextLabel } from "./labels.ts";
import type { SessionWindow } from "./plan.ts";
import { type Step, totalInput } from "./steps.ts";
import type { Block } from "./timeline.ts";

export interface PanelOptions {
  /** CSS pixels. */
  readonly height: number;
  /** Title of the step axis; null when a panel below has it. */
  readonly title: string | null;
  readonly labels: readonly StepLabel[];
  /** Whether to mark compactions and re-reads. */
  readonly marks: boolean;
}

type Series = Readonly<Record<string, string>>;

const USER = kindColor("human");
const COMPACTION = kindColor("generation");
const USER_DASH = [4, 3];

/** Heights in units of the largest input: the end of the panel, where the names of compactions are by lane, and what ends below them. */
const HEADROOM = 1.14;
const NAME_HEIGHTS = [1.1, 1.045];
const NAME_FOOT = 0.02;
const USER_TOP = 1.02;
/** Of a triangle above its step. */
const REREAD_RISE = 0.025;

/** Areas of cached prefix and new input over the steps, with user messages, re-reads and compactions. */
export function tokenPanel(window: SessionWindow, axis: StepAxis, options: PanelOptions): Panel {
  const { metrics, steps } = window;
  const peak = Math.max(metrics.max_total_input_tokens, 1);
  const hitRatio = metrics.aggregate_cache_hit_ratio;
  const prefix = hitRatio === null ? "prefix" : `prefix, cached (${percent(hitRatio, 1)} of ${countCompact(metrics.total_input_tokens)})`;
  const append = `append, new (${countCompact(metrics.total_append_tokens)})`;
  const colors: Series = { [prefix]: kindColor("prefix"), [append]: kindColor("append") };
  return {
    width: axis.width,
    height: options.height,
    data: { values: stepRows(steps) },
    // Layers only say which fields they place; scales and axes are these.
    encoding: {
      x: { field: "from", ...onSteps(axis), axis: stepAxis(options) },
      y: { field: "total", type: "quantitative", scale: { domain: [0, HEADROOM * peak], nice: false }, axis: TOKEN_AXIS },
    },
    resolve: { scale: { color: "independent" }, legend: { color: "independent" } },
    layer: [
      // Together, so that they share a legend.
      { layer: [area(prefix, colors, "zero", "prefix"), area(append, colors, "prefix", "total")] },
      ...userLayers(steps, peak),
      ...(options.marks ? [...rereadLayers(window, peak), ...compactionLayers(window, axis, peak)] : []),
    ],
  };
}

function area(name: string, colors: Series, bottom: string, top: string): Layer {
  return {
    transform: [named(name)],
    mark: { type: "area", interpolate: "step-after", opacity: 0.9 },
    encoding: { y: { field: top }, y2: { field: bottom }, color: series(colors, { symbolType: "square", symbolStrokeWidth: 0 }) },
  };
}

function userLayers(steps: readonly Step[], peak: number): Layer[] {
  const values = steps.flatMap((step, i) => (step.has_user_message ? { from: i + 1, zero: 0, top: USER_TOP * peak } : []));
  return withValues(values, (data) => ({
    data,
    transform: [named(`user message (${grouped(values.length)})`)],
    mark: { type: "rule", strokeWidth: 1, opacity: 0.6, strokeDash: USER_DASH },
    encoding: {
      y: { field: "zero" },
      y2: { field: "top" },
      color: lineSeries(`user message (${grouped(values.length)})`, USER, USER_DASH),
    },
  }));
}

/** Triangles above the steps. */
function rereadLayers({ steps, rereads }: SessionWindow, peak: number): Layer[] {
  const values = rereads.map((index) => ({ from: index + 1, total: totalInput(at(steps, index)) + REREAD_RISE * peak }));
  return withValues(values, (data) => ({
    data,
    mark: {
      type: "point",
      shape: "triangle-down",
      filled: true,
      size: 60,
      opacity: 1,
      color: kindColor("append"),
      stroke: COLORS.light.background,
      strokeWidth: 0.8,
    },
  }));
}

function compactionLayers(window: SessionWindow, axis: StepAxis, peak: number): Layer[] {
  const values = compactionRows(window, axis, peak);
  const name = compactionName(window);
  return withValues(
    values,
    (data) => ({
      data,
      transform: [named(name)],
      mark: { type: "rule", strokeWidth: 1.8 },
      encoding: { y: { field: "zero" }, y2: { field: "top" }, color: lineSeries(name, COMPACTION) },
    }),
    (data) => ({
      data,
      transform: [{ filter: "datum.name !== null" }],
      mark: { type: "text", color: COMPACTION, fontWeight: "bold", baseline: "middle", fontSize: FONT_SIZE.annotation },
      encoding: { x: { field: "name_step" }, y: { field: "name_height" }, text: { field: "name" } },
    }),
  );
}

/** Layers over rows of their own; none without rows. */
function withValues<T extends object>(values: T[], ...layers: readonly ((data: { values: T[] }) => Layer)[]): Layer[] {
  return values.length === 0 ? [] : layers.map((layer) => layer({ values }));
}

const TOKEN_AXIS = {
  title: "Input tokens",
  format: "~s",
  tickCount: 6,
  tickMinStep: 1,
  labelExpr: "datum.value === 0 ? '0' : upper(datum.label)",
};

function stepAxis({ title, labels }: PanelOptions) {
  const lines = Object.fromEntries(labels.map((label) => [label.step, label.lines]));
  const users = labels.filter((label) => label.lines.length > 1).map((label) => label.step);
  const values = labels.map((label) => label.step).toSorted((a, b) => a - b);
  return {
    title,
    grid: false,
    values,
    tickCount: values.length, // Vega thins given values to its own idea of a count
    labelExpr: `(${JSON.stringify(lines)})[datum.value] || ''`,
    labelFontSize: FONT_SIZE.annotation,
    labelColor: { condition: { test: `indexof(${JSON.stringify(users)}, datum.value) >= 0`, value: USER }, value: COLORS.light.muted },
  };
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
  const inferred = metrics.explicit_compaction_count === 0 ? ", inferred" : "";
  return `${metrics.compaction_count === 1 ? "compaction" : "compactions"} (${grouped(metrics.compaction_count)}${inferred})`;
}

function compactionRows({ compactions }: SessionWindow, axis: StepAxis, peak: number) {
  const labels = new Map(compactionLabels(axis, compactions).map((label) => [label.text, label]));
  return compactions.map(({ index }, i) => {
    const label = labels.get(`C${i + 1}`);
    const height = label ? at(NAME_HEIGHTS, label.lane) : HEADROOM;
    return {
      from: index + 1,
      zero: 0,
      top: (label ? height - NAME_FOOT : height) * peak,
      name: label?.text ?? null,
      name_step: label?.step ?? null,
      name_height: height * peak,
    };
  });
}

/** A row where each step begins, half a step before its number, and one where the last ends. */
function stepRows(steps: readonly Step[]) {
  return [...steps, ...steps.slice(-1)].map((step, i) => ({
    from: i + 0.5,
    zero: 0,
    prefix: step.prefix_tokens,
    total: totalInput(step),
  }));
}

/** Final output counts over the steps; a gap where a count is not final. */
export function outputPanel({ steps }: SessionWindow, axis: StepAxis, { height, title, labels }: PanelOptions): Panel {
  const most = Math.max(1, ...steps.map(({ output_tokens }) => output_tokens ?? 0));
  return {
    width: axis.width,
    height,
    data: { values: steps.map(({ output_tokens }, i) => ({ from: i + 1, output: output_tokens })) },
    mark: { type: "line", strokeWidth: 1.3, color: kindColor("output"), point: steps.length === 1 },
    encoding: {
      x: { field: "from", ...onSteps(axis), axis: stepAxis({ height, title, labels, marks: false }) },
      y: {
        field: "output",
        type: "quantitative",
        scale: { domain: [0, most], nice: false },
        axis: {
          ...TOKEN_AXIS,
          title: "Output",
          values: [0, most],
          tickCount: 2,
          labelExpr: `datum.value === 0 ? '0' : '${countCompact(most)}'`,
        },
      },
    },
  };
}

/** Pixels from the top of the strip. */
const ELAPSED_Y = 8;
const BLOCK = { top: 19, bottom: 31 } as const;
const GAP_Y = 43;
const GAP_HEIGHT = 16;
const FOOT = 3;
/** Of every other block. */
const FAINT = 0.55;

/** Which steps fell into the same five minutes, and where time passed in between. */
export function timeStrip(axis: StepAxis, blocks: readonly Block[], elapsed: readonly TextLabel[], gaps: readonly TextLabel[]): Panel {
  return {
    title: { text: caption(blocks, gaps), fontSize: FONT_SIZE.annotation, fontWeight: "normal", color: COLORS.light.muted, offset: 4 },
    width: axis.width,
    height: BLOCK.bottom + (gaps.length > 0 ? GAP_HEIGHT : 0) + FOOT,
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
      ...(gaps.length > 0 ? [texts(axis, gaps, COLORS.light.muted, GAP_Y)] : []),
    ],
  };
}

function caption(blocks: readonly Block[], gaps: readonly TextLabel[]): string {
  if (blocks.length === 0) return "Timeline unavailable: no step has a time";
  return `Blocks of five minutes with steps: time since the start above${gaps.length > 0 ? ", longest pauses (+) below" : ""}`;
}

function blockRow({ firstIndex, lastIndex }: Block, i: number) {
  return { left: firstIndex + 1 - HALF_BAR_STEPS, right: lastIndex + 1 + HALF_BAR_STEPS, opacity: i % 2 === 0 ? 1 : FAINT };
}

function texts(axis: StepAxis, labels: readonly TextLabel[], color: string, y: number): Layer {
  return {
    data: { values: labels.map(({ text, step }) => ({ text, step })) },
    mark: { type: "text", fontSize: FONT_SIZE.annotation, color, baseline: "middle" },
    encoding: { x: { field: "step", ...onSteps(axis) }, y: { value: y }, text: { field: "text" } },
  };
}

function onSteps(axis: StepAxis) {
  return { type: "quantitative" as const, scale: { domain: stepDomain(axis), nice: false, zero: false }, axis: null };
}

const SMALL = { width: 285, height: 110 } as const;

/** A session on axes that all sessions share, `steps` and `peak` tokens long. */
export function smallPanel(window: SessionWindow, heading: string, steps: number, peak: number): Panel {
  const domain = { nice: false, zero: true } as const;
  const layer = (kind: "prefix" | "append", bottom: string, top: string): Layer => ({
    mark: { type: "area", interpolate: "step-after", opacity: 0.9, color: kindColor(kind) },
    encoding: { y: { field: top }, y2: { field: bottom } },
  });
  return {
    title: { text: heading, fontSize: FONT_SIZE.annotation, fontWeight: "normal", offset: 6, frame: "group" },
    ...SMALL,
    data: { values: stepRows(window.steps) },
    encoding: {
      x: {
        field: "from",
        type: "quantitative",
        scale: { domain: [0.5, steps + 0.5], ...domain },
        axis: { title: null, grid: false, tickCount: 4 },
      },
      y: {
        field: "total",
        type: "quantitative",
        scale: { domain: [0, peak], ...domain },
        axis: { ...TOKEN_AXIS, title: null, tickCount: 3 },
      },
    },
    layer: [layer("prefix", "zero", "prefix"), layer("append", "prefix", "total")],
  };
}
