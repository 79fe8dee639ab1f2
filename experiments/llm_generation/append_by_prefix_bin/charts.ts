/** The figure: the append by bin of the prefix, a line with a band for each provider, and how many steps each bin has. */
import { logCountAxis } from "../../../lib/chart/axes.ts";
import { grid } from "../../../lib/chart/grid.ts";
import { MINIMUM } from "../../../lib/chart/minimum.ts";
import { overLines } from "../../../lib/chart/over-lines.ts";
import { pixelOf, spreadApart, valueAt } from "../../../lib/chart/pixels.ts";
import { type Axis, type DataLayer, explicitTicks, type Mark, type Panel, quantitative, withRows } from "../../../lib/chart/spec.ts";
import { FONT_SIZE, providerColor, providerTitle } from "../../../lib/chart/theme.ts";
import { figureTitle } from "../../../lib/chart/titles.ts";
import { tokenAxis, tokenAxisOf, tokenExtent, tokenPosition } from "../../../lib/chart/token-axis.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { counted } from "../../../lib/format/counts.ts";
import { INTERVALS_SENTENCE } from "../../../lib/format/intervals.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { tokenLabel } from "../../../lib/format/tokens.ts";
import { at } from "../../../lib/stats/known.ts";
import type { Summary } from "../../../lib/stats/summary.ts";
import { type AppendsOfBin, type MedianInterval, PREFIX_BINS, PROVIDERS, type PrefixBin } from "./measure.ts";
import { tokensText } from "./tables.ts";

const WIDTH = 840;
const HEIGHT = 340;
const COUNTS_HEIGHT = 70;
const LABEL_LINE = 18;

interface FilledBin extends AppendsOfBin {
  readonly appends: Summary<0>;
}

/** At least one bin must have steps. */
export function appendFigure(bins: readonly AppendsOfBin[], intervalOf: MedianInterval): Figure {
  const rows = bins.filter(isFilled);
  const title = titleText(rows);
  const ends = endsText(rows);
  return {
    name: "append_by_prefix_bin",
    title,
    spec: grid([appendPanel(rows, intervalOf), countsPanel(rows)], {
      spacing: 14,
      title: figureTitle(
        title,
        `Append tokens of the steps with a cached prefix of each size. Line: median, with its intervals; band: p25 to p75. Dots alone: fewer than ${counted(MINIMUM.box, "step")}.`,
        110,
      ),
    }),
    caption: `Append tokens of the steps whose cached prefix has the size of the bin. ${ends} A small prefix is a cold start or a cache miss, where nearly the whole prompt is new; bins without steps are left out. ${INTERVALS_SENTENCE}`,
    reading: `The line joins the medians of the append, thick strokes on it are their intervals, the band goes from p25 to p75; bars below count the steps of each bin on a log axis. The prefix grows
from left to right.

- In the first bins nearly the whole prompt is new: a cold start, or a cache miss.
- With a warm cache the median step adds one tool result or one message.
- Where the mean (in the table) is many times the median, a few misses account for most of the tokens.
- Missing first bins show the size of the fixed system prompt; the last bin shows the limit of the context window.`,
    alt: `Lines with bands on a binary token axis, one for each provider, over bins of the cached prefix from small to large; bars of the number of steps below. ${ends}`,
  };
}

function isFilled(bin: AppendsOfBin): bin is FilledBin {
  return bin.appends.n > 0;
}

function appendPanel(rows: readonly FilledBin[], intervalOf: MedianInterval): Panel {
  const axis = tokenAxis({ ...tokenExtent(rows.flatMap(({ appends }) => [Math.max(0, appends.p25), appends.p75])), maxTicks: 9 });
  const lowest = Math.min(...rows.map(({ appends }) => tokenPosition(appends.p25, axis.firstTick)));
  const bottom = Math.max(axis.domain[0], Math.floor(lowest) - 0.3);
  const ticks = axis.ticks.filter(({ value }) => value >= bottom);
  const y = tokenAxisOf({ ...axis, ticks, domain: [bottom, axis.domain[1]] }, "Append tokens (binary scale)");
  const place = (tokens: number) => tokenPosition(tokens, axis.firstTick);
  const layers = PROVIDERS.flatMap((provider): DataLayer[] => {
    const own = rows.filter((row) => row.provider === provider);
    const values = own.map(({ bin, appends: { n, p25, p50, p75 } }) => ({
      x: PREFIX_BINS.indexOf(bin),
      n,
      low: place(p25),
      high: place(p75),
      y: place(p50),
    }));
    const intervals = own.flatMap((row) => {
      const interval = row.appends.n < MINIMUM.box ? null : intervalOf(row);
      return interval === null ? [] : [{ x: PREFIX_BINS.indexOf(row.bin), lo: place(interval.lo), hi: place(interval.hi) }];
    });
    const enough = values.filter(({ n }) => n >= MINIMUM.box);
    const color = providerColor(provider);
    const x = quantitative("x", binAxis(rows, false));
    return withRows([
      {
        data: { values: enough },
        mark: { type: "area", color, opacity: 0.17 },
        encoding: { x, y: quantitative("low", y), y2: { field: "high" } },
      },
      { data: { values: enough }, mark: { type: "line", color, strokeWidth: 2.4 }, encoding: { x, y: quantitative("y", y) } },
      {
        data: { values: intervals },
        mark: { type: "rule", color, strokeWidth: 5, opacity: 0.5 },
        encoding: { x, y: quantitative("lo", y), y2: { field: "hi" } },
      },
      { data: { values }, mark: { type: "circle", color, size: 50, opacity: 1 }, encoding: { x, y: quantitative("y", y) } },
    ]);
  });
  return { width: WIDTH, height: HEIGHT, layer: [...layers, ...labelLayers(rows, y, place)] };
}

/** The medians at both ends of each line, the last with the provider. */
function labelLayers(rows: readonly FilledBin[], y: Axis, place: (tokens: number) => number): DataLayer[] {
  const ends = endsOf(rows);
  return (["first", "last"] as const).flatMap((end): DataLayer[] => {
    const items = ends.filter(({ first, last }) => end === "last" || first !== last);
    const spread = spreadApart(items, (item) => pixelOf(place(item[end].appends.p50), y, HEIGHT), LABEL_LINE, HEIGHT);
    return spread.flatMap(({ item, place: pixel }): DataLayer[] => {
      const value = tokensText(item[end].appends.p50);
      const text = end === "last" ? `${providerTitle(item.provider)} ${value}` : value;
      const mark: Omit<Mark, "type"> = {
        align: end === "last" ? "left" : "center",
        baseline: end === "last" ? "middle" : "bottom",
        dx: end === "last" ? 10 : 0,
        dy: end === "last" ? 0 : -8,
        fontSize: FONT_SIZE.annotation,
        fontWeight: "bold",
        color: providerColor(item.provider),
      };
      return overLines({
        data: { values: [{ x: PREFIX_BINS.indexOf(item[end].bin), y: valueAt(pixel, y, HEIGHT), text }] },
        mark,
        encoding: { x: quantitative("x", binAxis(rows, false)), y: quantitative("y", y), text: { field: "text", type: "nominal" } },
      });
    });
  });
}

function countsPanel(rows: readonly FilledBin[]): Panel {
  const most = Math.max(...rows.map(({ appends }) => appends.n));
  const y = logCountAxis([0.8, Math.max(10, most * 1.2)], { title: "Steps (log)", ticks: [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000] });
  const providers = PROVIDERS.filter((provider) => rows.some((row) => row.provider === provider));
  const half = 0.32 / providers.length;
  const values = rows.map(({ provider, bin, appends }) => {
    const middle = PREFIX_BINS.indexOf(bin) + (providers.indexOf(provider) * 2 - providers.length + 1) * half;
    return { from: middle - half, to: middle + half, n: appends.n, least: 0.8, color: providerColor(provider) };
  });
  return {
    width: WIDTH,
    height: COUNTS_HEIGHT,
    data: { values },
    mark: { type: "bar" },
    encoding: {
      x: { ...quantitative("from", binAxis(rows, true)) },
      x2: { field: "to" },
      y: quantitative("n", y),
      y2: { field: "least" },
      color: { field: "color", type: "nominal", scale: null },
    },
  };
}

/** From the first bin that has steps to the last. */
function binAxis(rows: readonly FilledBin[], labeled: boolean): Axis {
  const filled = rows.map(({ bin }) => PREFIX_BINS.indexOf(bin));
  const [first, last] = [Math.min(...filled), Math.max(...filled)];
  const ticks = explicitTicks(PREFIX_BINS.map((bin, value) => ({ value, label: labelOf(bin) })));
  return {
    title: labeled ? "Cached prefix (tokens, bins of doublings)" : null,
    scale: { domain: [first - 0.5, last + 0.5], nice: false, zero: false },
    axis: labeled ? ticks : { ...ticks, labels: false },
  };
}

/** In the units of the other axis: `<1K`, `1-2K`, `≥256K`. */
function labelOf({ lo, hi }: PrefixBin): string {
  if (hi === null) return `≥${tokenLabel(lo)}`;
  if (lo === 0) return `<${tokenLabel(hi)}`;
  return `${tokenLabel(lo).replace("K", "")}-${tokenLabel(hi)}`;
}

/** The first and the last bin of each provider with enough steps, or with any where none has enough. */
function endsOf(rows: readonly FilledBin[]) {
  return PROVIDERS.flatMap((provider) => {
    const filled = rows.filter((row) => row.provider === provider);
    const enough = filled.filter(({ appends }) => appends.n >= MINIMUM.box);
    const own = enough.length > 0 ? enough : filled;
    return own.length === 0 ? [] : [{ provider, first: at(own, 0), last: at(own, -1) }];
  });
}

function titleText(rows: readonly FilledBin[]): string {
  const moves = endsOf(rows)
    .filter(({ first, last }) => first !== last)
    .map(({ provider, first, last }) => `${tokensText(first.appends.p50)} to ${tokensText(last.appends.p50)} (${providerTitle(provider)})`);
  if (moves.length > 0) return `Median append, from small to large prefixes: ${moves.join(", ")}`;
  return `The median append is ${endsOf(rows)
    .map(({ provider, last }) => `${tokensText(last.appends.p50)} (${providerTitle(provider)})`)
    .join(" and ")}`;
}

/** Medians of the first and last bin of each provider. */
function endsText(rows: readonly FilledBin[]): string {
  const statements = endsOf(rows).map(({ provider, first, last }) => {
    const of = ({ bin, appends }: FilledBin) => `${tokensText(appends.p50)} with a prefix of ${labelOf(bin)} (n=${grouped(appends.n)})`;
    return `${providerTitle(provider)}: ${of(first)}${first === last ? "" : `, ${of(last)}`}`;
  });
  return `Median append, ${statements.join("; ")}.`;
}
