/** The two figures: the effect in each bucket, and how far single steps of the two sides overlap. */
import { logTokenAxis, ratioAxis, shareAxis } from "../../../lib/chart/axes.ts";
import { figure } from "../../../lib/chart/grid.ts";
import { type ScatterPoint, scatterPanel } from "../../../lib/chart/scatter.ts";
import { type Axis, type Layer, type LayeredPanel, labelLookup, type Mark, quantitative } from "../../../lib/chart/spec.ts";
import { COLORS, FONT_SIZE, PANEL, providerOrder, providerScale, providerTitle } from "../../../lib/chart/theme.ts";
import { figureTitle } from "../../../lib/chart/titles.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { groupBy } from "../../../lib/stats/group-by.ts";
import { at, known } from "../../../lib/stats/known.ts";
import { Pcg64 } from "../../../lib/stats/pcg64.ts";
import { power } from "../../../lib/stats/power.ts";
import { median, sorted } from "../../../lib/stats/quantile.ts";
import { type Bucket, byPairs, type Matched, type Overall } from "./measure.ts";
import type { Options } from "./select.ts";
import { CLEAR } from "./separation.ts";
import { ratioText } from "./tables.ts";

const MOST_BUCKETS = 200;
const PANEL_HEIGHT = 460;
/** Room around the outermost bubbles, as a factor. */
const MARGIN = 1.15;
/** So few points of the rarer side would be hard to see at the usual opacity of all. */
const FEW_POINTS = 5_000;
const FEW_POINTS_OPACITY = 0.45;
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
  const panel: LayeredPanel = {
    width: PANEL.width,
    height: PANEL_HEIGHT,
    layer: [
      ...rule(y, 1, "equal medians", []),
      ...rule(y, CLEAR.ratio, `${CLEAR.ratio}x slower`, [6, 4]),
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
    title: "How much slower append-heavy steps are, bucket by bucket",
    spec: figure(
      panel,
      figureTitle(
        `Mostly new input is slower in ${slower}`,
        "One bubble per bucket of similar steps; its area grows with the number of steps. Above the solid line append-heavy steps take longer.",
      ),
    ),
    caption: `Buckets hold steps of the same provider, model and kind with about the same input and output.${shown.length < buckets.length ? ` Drawn: the ${MOST_BUCKETS} with most pairs.` : ""} The append-heavy median is the longer one in ${slower}; the median of the ratios is ${ratioText(overall.medianRatio)}. Bubbles are spread on both sides of the line where the effect is not reliable.`,
    reading: `One bubble per bucket (the ${MOST_BUCKETS} with most pairs): ratio of the median latencies over the input. Above 1x new input
is slower; ${CLEAR.ratio}x is what clear separation takes. See whether the ratio grows with the input.`,
    alt: `Bubbles of the ratio of append-heavy to prefix-heavy median latency over the input tokens of the bucket, both log, with lines at 1x and ${CLEAR.ratio}x. Above 1x: ${slower}; the median ratio is ${ratioText(overall.medianRatio)}.`,
  };
}

export function overlapFigure({ buckets, prefixRows, appendRows }: Matched, overall: Overall, options: Options): Figure {
  const all = buckets.flatMap(({ prefix, append }) => [
    ...prefix.map(({ share, normalized }): ScatterPoint => ({ series: "prefix-heavy", x: share, y: normalized })),
    ...append.map(({ share, normalized }): ScatterPoint => ({ series: "append-heavy", x: share, y: normalized })),
  ]);
  const points = sampled(all, options);
  const normalized = sorted(points.map(({ y }) => y));
  const x = shareAxis({ title: "New input / whole input tokens", domain: [-0.01, 1.01], ticks: [0, 0.2, 0.4, 0.6, 0.8, 1] });
  const y = ratioAxis(around([1, at(normalized, 0), at(normalized, -1)]), {
    title: "Latency / prefix-heavy median of the bucket (log scale)",
  });
  const cloud = scatterPanel({
    points,
    x,
    y,
    size: 30,
    ...(points.length < FEW_POINTS ? { opacity: FEW_POINTS_OPACITY } : {}),
    height: PANEL_HEIGHT,
    legend: new Map([
      ["prefix-heavy", `prefix-heavy (n = ${grouped(prefixRows)})`],
      ["append-heavy", `append-heavy (n = ${grouped(appendRows)})`],
    ]),
  });
  const medians = [...groupBy(all, ({ series }) => series)].map(([side, members]) => medianMark(side, members));
  const accuracy = percent(overall.threshold.balancedAccuracy, 1);
  const drawn = points.length < all.length ? ` Drawn: a random ${grouped(points.length)} of ${grouped(all.length)}.` : "";
  return {
    name: "append_vs_prefix_normalized_overlap",
    title: "Latency alone hardly separates the two sides",
    spec: figure(
      { ...cloud, layer: [...rule(y, 1, "", []), ...cloud.layer, ...medianLayers(medians, x, y)] },
      figureTitle(
        `Latency alone separates the two sides with a balanced accuracy of ${accuracy}`,
        "Steps of matched buckets, latency relative to the prefix-heavy median of their bucket. Bars: median of each side. 50% is chance.",
      ),
    ),
    caption: `Each point is a step. Between the sides there is a gap by construction.${drawn} Medians: ${medians.map(({ side, y: middle }) => `${side} ${ratioText(middle)}`).join(", ")}. The best single threshold${overall.threshold.value === null ? "" : ` (${ratioText(overall.threshold.value)})`} has a balanced accuracy of ${accuracy}; the append-heavy step of a pair is the slower one in ${percent(overall.appendSlowerProbability, 1)}.`,
    reading: `One point per step: latency relative to its bucket over the share of new input, with the median of each side. If latency
separated the sides, the clouds would be at different heights.`,
    alt: `Scatter of relative latency, log, over the share of new input: prefix-heavy steps at the left, append-heavy ones spread to the right, both around 1x. Medians: ${medians.map(({ side, y: middle }) => `${side} ${ratioText(middle)}`).join(", ")}.`,
  };
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
function rule(y: Axis, value: number, label: string, dash: readonly number[]): Layer[] {
  const data = { values: [{ y: value }] };
  const up = quantitative("y", y);
  const line: Layer = {
    data,
    mark: { type: "rule", strokeWidth: 1.4, strokeDash: [...dash], color: COLORS.light.text },
    encoding: { y: up },
  };
  const text: Mark = { type: "text", align: "left", baseline: "middle", dx: 6, x: PANEL.width, fontSize: FONT_SIZE.annotation };
  const name: Layer = { data, mark: { ...text, color: COLORS.light.muted, text: label }, encoding: { y: up } };
  return label === "" ? [line] : [line, name];
}

function medianMark(side: string, members: readonly ScatterPoint[]) {
  const shares = sorted(members.map(({ x }) => x));
  return { side, from: at(shares, 0), to: at(shares, -1), y: known(median(sorted(members.map(({ y }) => y)))) };
}

function medianLayers(medians: readonly ReturnType<typeof medianMark>[], x: Axis, y: Axis): Layer[] {
  const data = { values: medians.map(({ from, to, y }) => ({ from, to, y })) };
  const encoding = { x: quantitative("from", x), x2: { field: "to" }, y: quantitative("y", y) };
  return [
    { data, mark: { type: "rule", strokeWidth: 5, color: COLORS.light.background }, encoding },
    { data, mark: { type: "rule", strokeWidth: 2.5, color: COLORS.light.text }, encoding },
  ];
}

/** At most as many points as wanted, drawn at random, in their order. */
function sampled(points: readonly ScatterPoint[], { plotSampleRows, seed }: Options): readonly ScatterPoint[] {
  if (points.length <= plotSampleRows) return points;
  const chosen = new Pcg64(seed).permutation(points.length).slice(0, plotSampleRows).sort();
  return Array.from(chosen, (i) => at(points, i));
}

function around(values: readonly number[]): readonly [number, number] {
  const ascending = sorted(values);
  return [at(ascending, 0) / MARGIN, at(ascending, -1) * MARGIN];
}
