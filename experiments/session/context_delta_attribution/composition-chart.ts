/** The context of one session, step by step, by where its tokens come from. */
import { countAxis } from "../../../lib/chart/axes.ts";
import { figure } from "../../../lib/chart/grid.ts";
import { COLORS, kindColor } from "../../../lib/chart/palette.ts";
import { type Axis, type Channel, type DataLayer, quantitative, type Spec, withRows } from "../../../lib/chart/spec.ts";
import { FONT_SIZE } from "../../../lib/chart/theme.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { countCompact, counted } from "../../../lib/format/counts.ts";
import { grouped, money } from "../../../lib/format/numbers.ts";
import { largestSource, SOURCES, type Source, sourceColor, sourceTitle, sourceWith } from "../../../lib/trace/context.ts";
import { fileStem, shortId } from "../../../lib/trace/sessions.ts";
import type { Composition, LiveStep } from "./composition.ts";

const READING = `The height is the context of each step: what the model read there. Its colors say where the tokens come from: the session base is there from the first step, tool
results and messages join when the model first sees them. Everything that is in the context is read again at every step, so a wide layer
costs more than a high one. A purple line is a reset: the context was compacted or cleared, and what was before is gone; at a dotted one only results of tools were cleared. A dashed line
is a user message.`;

const WIDTH = 900;
const HEIGHT = 330;
/** Steps beyond these are drawn together, because each would be narrower than a pixel. */
const MOST_STEPS = 450;
/** Pixels that a label takes. */
const LABEL_SPACE = 64;
/** Heights in units of the peak: the end of the panel, and the labels of resets. */
const HEADROOM = 1.18;
const RESET_LABELS = 1.12;

/** @param steps not empty */
export function compositionFigure(composition: Composition): Figure {
  const { sessionId, steps } = composition;
  const peak = steps.reduce((a, b) => (b.contextTokens > a.contextTokens ? b : a));
  const largest = largestSource(peak.live);
  const finding = `${sourceWith(largest, { one: "fills", many: "fill" })} ${countCompact(peak.live[largest])} of ${countCompact(peak.contextTokens)} tokens at the peak`;
  return {
    name: compositionName(sessionId),
    title: finding,
    subtitle: `Context of ${shortId(sessionId)} by step; in the legend: tokens at the peak.`,
    coverage: `The peak is step ${grouped(peak.step)} of ${grouped(steps.length)}. ${billSentence(composition)}`,
    spec: compositionSpec(composition, peak),
    caption:
      `What fills the context of a ${composition.provider} session over ${counted(steps.length, "step")}. ${finding}. ` +
      "The sum is exact; how growth is split into its sources is an estimate from the characters of results and messages.",
    reading: READING,
    alt: `Stacked step areas of context tokens by source over ${counted(steps.length, "agent step")}. ${finding}.`,
  };
}

function billSentence({ inputUsd, unpricedSteps }: Composition): string {
  if (inputUsd === null) return "Its input has no price.";
  const lacking = unpricedSteps === 0 ? "" : `; ${counted(unpricedSteps, "step")} without a price not counted`;
  return `Its input costs ${money(inputUsd)} at list prices${lacking}.`;
}

export function compositionName(sessionId: string): string {
  return `${fileStem(sessionId)}_composition`;
}

export function compositionSpec({ steps }: Composition, peak: LiveStep): Spec {
  const present = SOURCES.filter((source) => steps.some(({ live }) => live[source] >= 0.5));
  const legendName = (source: Source) => `${sourceTitle(source)} (${countCompact(peak.live[source])})`;
  const clears = steps.filter(({ clearsResults, isReset }) => clearsResults && !isReset);
  const x = stepAxis(steps.length, clears.length > 0);
  const y = countAxis(Math.max(peak.contextTokens, 1) * HEADROOM, { title: "Context (tokens)" });
  const top = y.scale.domain[1];
  const drawn = withEnd(thinned(steps));
  const color: Channel<"color"> = {
    field: "source",
    type: "nominal",
    scale: { domain: present.map(legendName), range: present.map(sourceColor) },
    sort: present.map(legendName),
    legend: { title: null, orient: "top", symbolType: "square", symbolStrokeWidth: 0, columns: 4 },
  };
  const areas: DataLayer = {
    data: {
      values: drawn.flatMap(({ from, live }) =>
        present.map((source, rank) => ({ from, source: legendName(source), rank, tokens: Math.round(live[source]) })),
      ),
    },
    mark: { type: "area", interpolate: "step-after", opacity: 0.92 },
    encoding: {
      x: quantitative("from", x),
      y: { ...quantitative("tokens", y), stack: "zero" },
      color,
      order: { field: "rank", type: "quantitative" },
    },
  };
  const resets = steps.filter(({ isReset }) => isReset);
  const left = steps.filter((step) => resets.includes(step) || clears.includes(step));
  const layers = withRows([
    areas,
    line(
      steps.filter(({ opensRequest }) => opensRequest),
      { x, y, color: kindColor("human"), top: Math.max(peak.contextTokens, 1), dash: [4, 3] },
    ),
    line(resets, { x, y, color: kindColor("generation"), top, dash: null }),
    line(clears, { x, y, color: kindColor("generation"), top, dash: [2, 3] }),
    text(labeledResets(left, steps.length, RESET_LABELS * Math.max(peak.contextTokens, 1)), { x, y, color: kindColor("generation") }),
    text([peakLabel(peak, steps.length)], { x, y, color: COLORS.light.text }),
  ]);
  return figure({ width: WIDTH, height: HEIGHT, layer: layers });
}

function stepAxis(steps: number, hasClears: boolean): Axis {
  const dotted = hasClears ? "; dotted: tool results cleared" : "";
  const axis = countAxis(steps, { title: `Agent step (dashed: user message; purple: reset and the tokens it freed${dotted})` });
  return { ...axis, scale: { ...axis.scale, domain: [0.5, steps + 0.5] } };
}

/** Steps that stand for those up to the next one; what begins a request or follows a reset is among them. */
function thinned(steps: readonly LiveStep[]): LiveStep[] {
  const stride = Math.ceil(steps.length / MOST_STEPS);
  return steps.filter(({ isReset }, i) => i % stride === 0 || isReset || steps[i + 1]?.isReset === true);
}

/** A row where each step begins, half a step before its number, and one where the last ends. */
function withEnd(steps: readonly LiveStep[]) {
  const rows = steps.map(({ step, live }) => ({ from: step - 0.5, live }));
  const last = rows.at(-1);
  return last ? [...rows, { ...last, from: last.from + 1 }] : rows;
}

interface Marks {
  readonly x: Axis;
  readonly y: Axis;
  readonly color: string;
}

function line(
  steps: readonly LiveStep[],
  { x, y, color, top, dash }: Marks & { readonly top: number; readonly dash: number[] | null },
): DataLayer {
  return {
    data: { values: steps.map(({ step }) => ({ from: step - 0.5, zero: 0, top })) },
    mark: { type: "rule", color, ...(dash ? { strokeWidth: 1, opacity: 0.55, strokeDash: dash } : { strokeWidth: 1.8 }) },
    encoding: { x: quantitative("from", x), y: quantitative("zero", y), y2: { field: "top" } },
  };
}

interface Label {
  readonly from: number;
  readonly at: number;
  readonly label: string;
  /** On which side of `from` the text is. */
  readonly side: "left" | "right";
}

/** To the right of the line, or left of it if another one follows soon; without room on either side, the label is left out. */
function labeledResets(resets: readonly LiveStep[], steps: number, height: number): Label[] {
  const pixel = (step: number) => (step / steps) * WIDTH;
  const placed: Label[] = [];
  let taken = 0;
  for (const [i, { step, freedTokens }] of resets.entries()) {
    const place = pixel(step);
    const end = pixel(resets[i + 1]?.step ?? steps);
    const side = end - place >= LABEL_SPACE ? "right" : place - taken >= LABEL_SPACE ? "left" : null;
    if (side) placed.push({ from: step - 0.5, at: height, label: `\u2212${countCompact(freedTokens)}`, side });
    taken = side === "right" ? place + LABEL_SPACE : place;
  }
  return placed;
}

/** Left of the peak, where the reset that often follows it doesn't cross it. */
function peakLabel({ step, contextTokens }: LiveStep, steps: number): Label {
  const side = (step / steps) * WIDTH < LABEL_SPACE ? "right" : "left";
  return { from: step, at: contextTokens, label: countCompact(contextTokens), side };
}

function text(labels: readonly Label[], { x, y, color }: Marks): DataLayer {
  const onSide = (left: string, right: string) => ({ expr: `datum.side === "left" ? ${left} : ${right}` });
  return {
    data: { values: labels },
    mark: {
      type: "text",
      color,
      fontSize: FONT_SIZE.annotation,
      fontWeight: "bold",
      baseline: "bottom",
      dy: -4,
      align: onSide("'right'", "'left'"),
      dx: onSide("-4", "4"),
    },
    encoding: { x: quantitative("from", x), y: quantitative("at", y), text: { field: "label", type: "nominal" } },
  };
}
