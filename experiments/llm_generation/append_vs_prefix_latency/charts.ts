/** The two figures: the effect in each bucket, and how far single steps of the two sides overlap. */
import { logTokenAxis, ratioAxis, shareAxis } from "../../../lib/chart/axes.ts";
import { figure } from "../../../lib/chart/grid.ts";
import { pixelOf, spreadApart, valueAt } from "../../../lib/chart/pixels.ts";
import { type Axis, type Layer, type LayeredPanel, labelLookup, type Mark, quantitative } from "../../../lib/chart/spec.ts";
import { COLORS, FONT_SIZE, kindColor, PANEL, providerOrder, providerScale, providerTitle } from "../../../lib/chart/theme.ts";
import { figureTitle } from "../../../lib/chart/titles.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { at } from "../../../lib/stats/known.ts";
import { power } from "../../../lib/stats/power.ts";
import { sorted } from "../../../lib/stats/quantile.ts";
import { BINS_PER_DOUBLING, type Bucket, byPairs, type Matched, type Overall } from "./measure.ts";
import { CLEAR } from "./separation.ts";
import { ratioText } from "./tables.ts";

const MOST_BUCKETS = 200;
const PANEL_HEIGHT = 460;
/** From one name of a line to the next. */
const LABEL_LINE = 18;
/** Room around the outermost bubbles, as a factor. */
const MARGIN = 1.15;
/** Labels are above the outlines. */
const ROOM_FOR_LABELS = 1.42;
/** Heights of the labels, as shares of the highest bin. */
const LABELS = { first: 1.34, step: 0.12 } as const;
const COIN = "50%";
/** Below this ratio of the largest to the smallest input the axis has ticks between powers of two. */
const NARROW_SPAN = 8;
/** Square CSS pixels of a bubble: at least, and per square root of its steps. */
const LEAST_AREA = 90;
const AREA_PER_ROOT = 32;

export function bucketFigure({ buckets }: Matched, overall: Overall): Figure {
  const shown = byPairs(buckets).slice(0, MOST_BUCKETS);
  const providers = providerOrder(shown.map(({ provider }) => provider));
  const x = inputAxis(around(shown.map(({ total_tokens_median }) => total_tokens_median)));
  const y = ratioAxis(around([1, CLEAR.ratio, ...shown.map(({ median_ratio }) => median_ratio)]), {
    title: "Append-heavy / prefix-heavy median latency (log scale)",
  });
  const slower = `${grouped(overall.slowerBuckets)} of ${grouped(buckets.length)} buckets (${percent(overall.slowerBuckets / buckets.length)})`;
  const title = `Append-heavy steps take ${ratioText(overall.medianRatio)} the latency in the median bucket`;
  const panel: LayeredPanel = {
    width: PANEL.width,
    height: PANEL_HEIGHT,
    layer: [
      ...rules(y, [
        { value: 1, label: "equal medians", dash: [] },
        { value: CLEAR.ratio, label: `${CLEAR.ratio}x slower`, dash: [6, 4] },
        { value: overall.medianRatio, label: `median ${ratioText(overall.medianRatio)}`, dash: [2, 3] },
      ]),
      {
        data: { values: shown.map(bubble) },
        mark: { type: "circle", opacity: 0.75, stroke: COLORS.light.background, strokeWidth: 1 },
        encoding: {
          x: quantitative("x", x),
          y: quantitative("y", y),
          size: { field: "area", type: "quantitative", scale: null, legend: null },
          color: {
            field: "series",
            type: "nominal",
            title: null,
            scale: providerScale(providers),
            legend: { orient: "top", direction: "horizontal", labelExpr: labelLookup(providers, providers.map(legendText(shown))) },
          },
        },
      },
    ],
  };
  return {
    name: "append_vs_prefix_bucket_effects",
    title,
    spec: figure(
      panel,
      figureTitle(
        title,
        "One bubble per bucket of similar steps; its area grows with the number of steps, of which few may be append-heavy. Above the solid line these take longer.",
      ),
    ),
    caption: `Buckets hold steps of the same provider, model and kind with about the same input and output.${shown.length < buckets.length ? ` Drawn: the ${MOST_BUCKETS} with most pairs.` : ""} The append-heavy median is the longer one in ${slower}; the median of the ratios is ${ratioText(overall.medianRatio)}. Bubbles are spread on both sides of the line where the effect is not reliable.`,
    reading: `One bubble per bucket (the ${MOST_BUCKETS} with most pairs): ratio of the median latencies over the input. Above 1x new input
is slower; ${CLEAR.ratio}x is what clear separation takes. See whether the ratio grows with the input.`,
    alt: `Bubbles of the ratio of append-heavy to prefix-heavy median latency over the input tokens of the bucket, both log, with lines at 1x and ${CLEAR.ratio}x. Above 1x: ${slower}; the median ratio is ${ratioText(overall.medianRatio)}.`,
  };
}

export function overlapFigure({ prefixRows, appendRows }: Matched, overall: Overall): Figure {
  const { least: low, most, prefixMedian, appendMedian, bins: counts } = overall.outline;
  const sides = [
    { name: "prefix-heavy", color: kindColor("prefix"), n: prefixRows, side: "prefix", median: prefixMedian },
    { name: "append-heavy", color: kindColor("append"), n: appendRows, side: "append", median: appendMedian },
  ] as const;
  const places = Array.from({ length: Math.floor(Math.log2(most / low) * BINS_PER_DOUBLING) + 1 }, (_, bin) => bin);
  const edge = (bin: number) => low * power(2, bin / BINS_PER_DOUBLING);
  const drawn = sides.map((side) => {
    const rowsOf = (bin: number) => counts.find((each) => each.bin === bin)?.[side.side] ?? 0;
    return { ...side, bins: places.map((bin) => ({ x: edge(bin), right: edge(bin + 1), y: rowsOf(bin) / side.n })) };
  });
  const top = Math.max(...drawn.flatMap(({ bins }) => bins.map(({ y }) => y)));
  const x = ratioAxis([low / MARGIN, edge(places.length) * MARGIN], { title: "Latency / prefix-heavy median of the bucket (log scale)" });
  const y = shareAxis({ title: "Steps of the side", domain: [0, top * ROOM_FOR_LABELS] });
  const accuracy = percent(overall.threshold.balancedAccuracy);
  const { value } = overall.threshold;
  const marks = [
    ...drawn.map(({ name, n, color, median: middle }) => ({
      at: middle,
      color,
      label: `${name} (n = ${grouped(n)}): median ${ratioText(middle)}`,
    })),
    ...(value === null
      ? []
      : [
          { at: value, color: COLORS.light.text, label: `best threshold ${ratioText(value)}: balanced accuracy ${accuracy}, coin ${COIN}` },
        ]),
  ].sort((a, b) => a.at - b.at);
  const medians = drawn.map(({ name, median: middle }) => `${name} ${ratioText(middle)}`).join(", ");
  const panel: LayeredPanel = {
    width: PANEL.width,
    height: PANEL_HEIGHT,
    layer: [
      ...drawn.flatMap(({ bins, color }) => outline(bins, color, x, y)),
      // The leftmost line is the longest, so that none crosses the label of another.
      ...marks.flatMap((mark, i) => upright(mark, top * (LABELS.first - LABELS.step * i), x, y)),
    ],
  };
  const title = `Balanced accuracy of the best latency threshold: ${accuracy} (coin: ${COIN})`;
  return {
    name: "append_vs_prefix_normalized_overlap",
    title,
    subtitle: "Steps of matched buckets by latency relative to the prefix-heavy median of their bucket.",
    coverage: { shown: prefixRows + appendRows, of: prefixRows + appendRows, what: "steps" },
    spec: panel,
    caption: `Medians: ${medians}. The best single threshold${value === null ? "" : ` (${ratioText(value)})`}, chosen on the same steps, has a balanced accuracy of ${percent(overall.threshold.balancedAccuracy, 1)}: the mean of the shares of the two sides on their side of it. The append-heavy step of a pair is the slower one in ${percent(overall.appendSlowerProbability, 1)}.`,
    reading: `Two distributions of relative latency, one for each side, with their medians. If latency separated the sides, the outlines would be apart; the line
is the threshold that separates them best.`,
    alt: `Outlines of two distributions over a log axis of relative latency, prefix-heavy and append-heavy, that overlap. Medians: ${medians}.`,
  };
}

function outline(bins: readonly { x: number; right: number; y: number }[], color: string, x: Axis, y: Axis): Layer[] {
  const ends = [{ x: at(bins, 0).x, y: 0 }, ...bins.map((bin) => ({ x: bin.x, y: bin.y })), { x: at(bins, -1).right, y: 0 }];
  const encoding = { x: quantitative("x", x), y: { ...quantitative("y", y), stack: null } };
  return [
    { data: { values: ends }, mark: { type: "area", interpolate: "step-after", color, opacity: 0.16 }, encoding },
    { data: { values: ends }, mark: { type: "line", interpolate: "step-after", color, strokeWidth: 2 }, encoding },
  ];
}

/** A line from the axis up to a label right of its upper end. */
function upright({ at: value, label, color }: { at: number; label: string; color: string }, height: number, x: Axis, y: Axis): Layer[] {
  const data = { values: [{ x: value, y: height, zero: 0, label }] };
  const place = { x: quantitative("x", x), y: quantitative("y", y) };
  const text: Mark = { type: "text", align: "left", baseline: "middle", dx: 6, fontSize: FONT_SIZE.annotation, fontWeight: "bold", color };
  return [
    { data, mark: { type: "rule", color, strokeWidth: 1.8 }, encoding: { ...place, y2: { field: "zero" } } },
    { data, mark: text, encoding: { ...place, text: { field: "label", type: "nominal" } } },
  ];
}

function inputAxis(domain: readonly [number, number]): Axis {
  const title = "Median input tokens of the bucket (log scale)";
  if (domain[1] / domain[0] > NARROW_SPAN) return logTokenAxis(domain, { title });
  const powers = Array.from({ length: 40 }, (_, i) => power(2, i));
  return logTokenAxis(domain, { title, ticks: powers.flatMap((power) => [power, 1.25 * power, 1.5 * power]) });
}

function bubble({ provider, total_tokens_median, median_ratio, prefix_rows, append_rows }: Bucket) {
  const area = Math.max(LEAST_AREA, AREA_PER_ROOT * Math.sqrt(prefix_rows + append_rows));
  return { series: provider, x: total_tokens_median, y: median_ratio, area };
}

function legendText(shown: readonly Bucket[]): (provider: string) => string {
  return (provider) => `${providerTitle(provider)} (${grouped(shown.filter((bucket) => bucket.provider === provider).length)} buckets)`;
}

/** A line across the panel, named above its right end. */
interface Rule {
  readonly value: number;
  readonly label: string;
  readonly dash: readonly number[];
}

/** Lines across the panel, with their names to the right, apart from one another. */
function rules(y: Axis, lines: readonly Rule[]): Layer[] {
  const names = spreadApart(lines, ({ value }) => pixelOf(value, y, PANEL_HEIGHT), LABEL_LINE, PANEL_HEIGHT);
  return names.flatMap(({ item: { value, label, dash }, place }): Layer[] => [
    {
      data: { values: [{ y: value }] },
      mark: { type: "rule", strokeWidth: 1.4, strokeDash: [...dash], color: COLORS.light.text },
      encoding: { y: quantitative("y", y) },
    },
    {
      data: { values: [{ y: valueAt(place, y, PANEL_HEIGHT) }] },
      mark: {
        type: "text",
        align: "left",
        baseline: "middle",
        dx: 6,
        x: PANEL.width,
        fontSize: FONT_SIZE.annotation,
        color: COLORS.light.muted,
        text: label,
      },
      encoding: { y: quantitative("y", y) },
    },
  ]);
}

function around(values: readonly number[]): readonly [number, number] {
  const ascending = sorted(values);
  return [at(ascending, 0) / MARGIN, at(ascending, -1) * MARGIN];
}
