/** The drawing: for each case the bars of two steps, and a line where the cached prefix of the next one ends. */
import { figure } from "../../../lib/chart/grid.ts";
import type { Channel, Layer, LayeredPanel, Mark, Position } from "../../../lib/chart/spec.ts";
import { COLORS, FONT_SIZE, kindColor, labelColorOn } from "../../../lib/chart/theme.ts";
import { figureTitle } from "../../../lib/chart/titles.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { CASES, KINDS, nextPrefixEnd, segmentsOf } from "./cases.ts";

const KIND_COLORS = { prefix: kindColor("prefix"), "new input": kindColor("append"), output: kindColor("output") } as const;

/** Centers of the bars, upwards, in the units of their height. */
const CENTERS = { a: { prior: 4.85, next: 4.05 }, b: { prior: 2.4, next: 1.6 } } as const;
const BAR_HEIGHT = 0.55;
const GUIDE_REACH = 0.42;
const HEADING_RISE = 0.62;
const LABEL_X = -0.25;
const HEADING_X = -2.65;
const DOMAIN = { x: [-2.65, 19.3], y: [1.15, 5.75] };
const X: Omit<Position, "field"> = { type: "quantitative", axis: null, scale: { domain: DOMAIN.x, nice: false, zero: false } };
const Y: Omit<Position, "field"> = { type: "quantitative", axis: null, scale: { domain: DOMAIN.y, nice: false, zero: false } };

const SIZES = {
  compact: { width: 620, height: 300, text: FONT_SIZE.annotation, characters: 80 },
  full: { width: 980, height: 430, text: FONT_SIZE.axisTitle, characters: 125 },
} as const;

const TITLE = "What a model wrote is cached, or sent again";

export function schematic(size: keyof typeof SIZES): Figure {
  const { characters } = SIZES[size];
  return {
    name: "output_attribution_schematic",
    title: TITLE,
    spec: figure(
      bars(size),
      figureTitle(
        TITLE,
        "A step and the one after it, in made-up units. The line marks where the cached prefix of the next step ends.",
        characters,
      ),
    ),
    reading: `Follow the dashed line: it shows on the prior bar where the cached prefix of the next step ends. In (a) that is the end of the
bar. In (b) it is before the output, which comes back inside the next new input; the visible sign is a new input longer than the prior
output. The next bars are equally long, so that the cases can be compared. Lengths are not measured tokens.`,
    caption:
      "No measured data. In (a) the line is at the end of the prior bar: everything, output included, is in the cache. In (b) it is before the output, which comes back inside the new input of the next step; the sign of (b) is a new input longer than the prior output.",
    alt: "Two pairs of stacked bars. (a): prior step 10 prefix, 2 new input, 4 output; next step 16 prefix, 1 new input, 2 output. (b): the same prior step; next step 12 prefix, 5 new input (the 4 of output and 1 new), 2 output. A dashed line marks the end of the next prefix at 16 and at 12.",
  };
}

function bars(size: keyof typeof SIZES): LayeredPanel {
  const { width, height, text } = SIZES[size];
  return { width, height, layer: [segmentLayer(text), partsLayer(text), guideLayer(), ...wordLayers(text)] };
}

const SEGMENTS = CASES.flatMap(segmentsOf).map((segment) => {
  const center = CENTERS[segment.case][segment.bar];
  return {
    ...segment,
    end: segment.start + segment.length,
    middle: segment.start + segment.length / 2,
    center,
    low: center - BAR_HEIGHT / 2,
    high: center + BAR_HEIGHT / 2,
    ink: labelColorOn(KIND_COLORS[segment.segment]),
  };
});

const GUIDES = CASES.map((one) => ({
  x: nextPrefixEnd(one),
  low: CENTERS[one.id].next - GUIDE_REACH,
  high: CENTERS[one.id].prior + GUIDE_REACH,
}));

function segmentLayer(fontSize: number): Layer {
  const color: Channel<"color"> = {
    field: "segment",
    type: "nominal",
    title: null,
    scale: { domain: [...KINDS], range: KINDS.map((kind) => KIND_COLORS[kind]) },
    legend: { orient: "bottom", direction: "horizontal", symbolType: "square", labelFontSize: fontSize },
  };
  return {
    data: { values: SEGMENTS },
    mark: { type: "rect", stroke: COLORS.light.background, strokeWidth: 1.2 },
    encoding: { x: { field: "start", ...X }, x2: { field: "end" }, y: { field: "low", ...Y }, y2: { field: "high" }, color },
  };
}

/** What each segment is made of, inside it. */
function partsLayer(fontSize: number): Layer {
  return {
    data: { values: SEGMENTS },
    mark: { type: "text", baseline: "middle", fontSize, fontWeight: "bold" },
    encoding: {
      x: { field: "middle", ...X },
      y: { field: "center", ...Y },
      text: { field: "text", type: "nominal" },
      color: { field: "ink", type: "nominal", scale: null },
    },
  };
}

function guideLayer(): Layer {
  return {
    data: { values: GUIDES },
    mark: { type: "rule", strokeDash: [5, 4], strokeWidth: 1.6, color: COLORS.light.muted },
    encoding: { x: { field: "x", ...X }, y: { field: "low", ...Y }, y2: { field: "high" } },
  };
}

/** Headings of the cases, names of the bars and what the dashed lines mean. */
function wordLayers(fontSize: number): Layer[] {
  const words = (values: readonly { x: number; y: number; text: string }[], mark: Partial<Mark>): Layer => ({
    data: { values },
    mark: { type: "text", baseline: "middle", fontSize, color: COLORS.light.text, ...mark },
    encoding: { x: { field: "x", ...X }, y: { field: "y", ...Y }, text: { field: "text", type: "nominal" } },
  });
  const headings = CASES.map((one) => ({ x: HEADING_X, y: CENTERS[one.id].prior + HEADING_RISE, text: one.title }));
  const names = CASES.flatMap(({ id }) =>
    (["prior", "next"] as const).map((bar) => ({ x: LABEL_X, y: CENTERS[id][bar], text: `${bar} step` })),
  );
  const meanings = GUIDES.map(({ x, high }) => ({ x, y: high, text: "next prefix ends here" }));
  return [
    words(headings, { align: "left", fontWeight: "bold", fontSize: fontSize + 1 }),
    words(names, { align: "right" }),
    words(meanings, { align: "center", baseline: "bottom", dy: -3, color: COLORS.light.muted }),
  ];
}
