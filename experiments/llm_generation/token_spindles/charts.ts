/** The figure: a mirrored outline for each quantity over one axis, with marks at its quantiles. */
import { figure } from "../../../lib/chart/grid.ts";
import { MINIMUM } from "../../../lib/chart/minimum.ts";
import { spreadApart } from "../../../lib/chart/pixels.ts";
import { type Axis, explicitTicks, type Layer, type Mark, type Panel, type Position, quantitative } from "../../../lib/chart/spec.ts";
import { COLORS, FONT_SIZE, kindColor } from "../../../lib/chart/theme.ts";
import { figureTitle } from "../../../lib/chart/titles.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { tokenLabel } from "../../../lib/format/tokens.ts";
import { known } from "../../../lib/stats/known.ts";
import { positionOf } from "./density.ts";
import type { Metric, Spindle } from "./measure.ts";

const WIDTH = 1000;
const PX_PER_UNIT = 590 / 3.35;
/** Half of a spindle at its widest, and above its middle line: the top of its marks and its name. */
const HALF_WIDTH = 0.34;
const MARK_TOP = 0.39;
const NAME_AT = 0.62;
/** Between middle lines, below the lowest and above the highest. */
const PITCH = 1.1;
const BELOW = 0.4;
const ABOVE = 0.75;
const TICKS = [0, 32, 128, 512, 2048, 8192, 32_768, 131_072, 524_288, 2_097_152];
/** CSS pixels from the middle of one quantile's label to that of the next. */
const LABEL_PITCH = 102;

const READING = `A spindle is wide where values are common; its widest place is its own maximum, so compare shapes, not counts. The marks above it are the
quartile, median, 90th and 99th percentile. Prefixes are far to the right because steps run on long cached contexts. A wide gap between p50 and
p99 is a long right tail.`;

const LOOKS: Readonly<Record<Metric, { name: string; plural: string; color: string }>> = {
  prefix_tokens: { name: "Prefix", plural: "pairs of steps", color: kindColor("prefix") },
  adjusted_append_tokens: { name: "Adjusted append", plural: "pairs of steps", color: kindColor("append") },
  output_tokens: { name: "Output", plural: "steps", color: kindColor("output") },
};

/**
 * Quantities without values have no spindle.
 *
 * @param spindles at least one with values
 * @param length end of the bins as a position
 */
export function spindleFigure(spindles: readonly Spindle[], length: number): Figure {
  const drawn = spindles.filter(({ count }) => count > 0);
  const title = titleText(drawn);
  const facts = drawn.map(factsOf).join(" ");
  return {
    name: "token_spindles_transparent",
    title,
    spec: {
      ...figure(
        panel(drawn, length),
        figureTitle(
          title,
          "A spindle is wide where values are common, relative to its widest place. Marks: percentiles in tokens, steps of all providers together.",
          125,
        ),
      ),
      background: "transparent",
    },
    caption: `Replayed output is subtracted from the append. The axis is compressed: beyond a few hundred tokens each doubling has the same width. ${facts}`,
    reading: READING,
    alt: `Mirrored densities over one compressed token axis, below one another: ${drawn.map(({ metric }) => LOOKS[metric].name.toLowerCase()).join(", ")}. ${facts}`,
  };
}

function titleText(drawn: readonly Spindle[]): string {
  const names: Readonly<Record<Metric, string>> = { prefix_tokens: "prefix", adjusted_append_tokens: "append", output_tokens: "output" };
  const parts = drawn.map(({ metric, p25, p99 }) => `${names[metric]} ${grouped(p25 ?? 0)} to ${grouped(p99 ?? 0)}`);
  return `From p25 to p99: ${parts.join(", ")} tokens`;
}

function factsOf(spindle: Spindle): string {
  const { p50, p99 } = spindle;
  return `${LOOKS[spindle.metric].name}: median ${grouped(p50 ?? 0)}, 99th percentile ${grouped(p99 ?? 0)}.`;
}

function panel(drawn: readonly Spindle[], length: number): Panel {
  const end = axisEnd(drawn, length);
  const ticks = TICKS.filter((tokens) => positionOf(tokens) <= end).map((tokens) => ({
    value: positionOf(tokens),
    label: tokenLabel(tokens),
  }));
  const x: Axis = {
    title: "Tokens of a step (compressed binary scale)",
    scale: { domain: [0, end], nice: false },
    axis: { ...explicitTicks(ticks), grid: true, gridDash: [4, 4], domain: false, ticks: false },
  };
  const bases = new Map(drawn.map(({ metric }, i) => [metric, (drawn.length - 1 - i) * PITCH]));
  const top = (drawn.length - 1) * PITCH + ABOVE;
  const up = (field: string): Position => ({
    field,
    type: "quantitative",
    scale: { domain: [-BELOW, top], nice: false, zero: false },
    axis: null,
  });
  const isSpindle = (spindle: Spindle) => spindle.count >= MINIMUM.curve;
  const shapes = drawn.filter(isSpindle).map((spindle) => shapeLayer(spindle, end, { base: known(bases.get(spindle.metric)), x, up }));
  const marks = drawn.flatMap((spindle) => markLayers(spindle, end, { base: known(bases.get(spindle.metric)), x, up }));
  return { width: WIDTH, height: Math.round(PX_PER_UNIT * (top + BELOW)), layer: [...shapes, ...marks] };
}

/** The first tick at or beyond everything that is drawn: spindles are not squeezed for the sake of a few values. */
function axisEnd(drawn: readonly Spindle[], length: number): number {
  const reached = Math.max(...drawn.map(({ max }) => positionOf(Math.max(0, max ?? 0))));
  return (
    TICKS.slice(3)
      .map(positionOf)
      .find((tick) => tick >= reached) ?? length
  );
}

/** Where a spindle is drawn. */
interface Place {
  /** Height of its middle line. */
  readonly base: number;
  readonly x: Axis;
  readonly up: (field: string) => Position;
}

function shapeLayer({ metric, points }: Spindle, end: number, { base, x, up }: Place): Layer {
  const { color } = LOOKS[metric];
  const edges = (density: number) => ({ low: base - HALF_WIDTH * density, high: base + HALF_WIDTH * density });
  return {
    data: { values: points.filter(({ position }) => position <= end).map(({ position, density }) => ({ x: position, ...edges(density) })) },
    mark: { type: "area", color, opacity: 1, line: false },
    encoding: { x: quantitative("x", x), y: { ...up("low"), stack: null }, y2: { field: "high" } },
  };
}

/** Marks at quantiles with their values, moved apart where they would touch, and the name of the spindle. */
function markLayers(spindle: Spindle, length: number, { base, x, up }: Place): Layer[] {
  const { color, name, plural } = LOOKS[spindle.metric];
  const { count, p25, p50, p90, p99 } = spindle;
  const quantiles = { p25, p50, p90, p99 };
  const positions = Object.entries(quantiles).map(([quantile, tokens]) => ({
    at: positionOf(Math.max(0, tokens ?? 0)),
    text: `${quantile} ${grouped(tokens ?? 0)}`,
  }));
  const labels = spreadApart(positions, (position) => (position.at / length) * WIDTH, LABEL_PITCH, WIDTH);
  const knee = base + MARK_TOP;
  const marks = labels.map(({ item, place }) => ({ ...item, label: (place / WIDTH) * length, base, knee, top: knee + 0.06 }));
  const line: Mark = { type: "rule", color: COLORS.light.text, strokeWidth: 1.6 };
  const text: Mark = { type: "text", baseline: "bottom", color: COLORS.light.text, fontSize: FONT_SIZE.annotation };
  return [
    { data: { values: marks }, mark: line, encoding: { x: quantitative("at", x), y: up("base"), y2: { field: "knee" } } },
    {
      data: { values: marks },
      mark: line,
      encoding: { x: quantitative("at", x), x2: { field: "label" }, y: up("knee"), y2: { field: "top" } },
    },
    {
      data: { values: marks },
      mark: { ...text, dy: -2 },
      encoding: { x: quantitative("label", x), y: up("top"), text: { field: "text", type: "nominal" } },
    },
    {
      data: { values: [{ y: base + NAME_AT, text: `${name} (${grouped(count)} ${plural})` }] },
      mark: { ...text, align: "left", color, fontSize: FONT_SIZE.panelTitle, fontWeight: "bold" },
      encoding: { x: { value: 0 }, y: up("y"), text: { field: "text", type: "nominal" } },
    },
  ];
}
