/** Two or more 100 % bars over the same ordered bins (say: share of calls, share of time), joined by ribbons. */
import { intervalText } from "../format/intervals.ts";
import { percent } from "../format/numbers.ts";
import type { Interval } from "../stats/intervals.ts";
import { at } from "../stats/known.ts";
import { shareAxis } from "./axes.ts";
import { SQUARES } from "./series.ts";
import { type Channel, labelLookup, type Panel, type Position, quantitative, withRows } from "./spec.ts";
import { firstFitting } from "./text-width.ts";
import { COLORS, FONT_SIZE, labelColorOn, PANEL, sequentialRamp } from "./theme.ts";

export interface ShareSegment {
  /** Panel, for example the provider. */
  readonly group: string;
  /** Bar within the panel, for example `Tool calls`. */
  readonly bar: string;
  readonly bin: string;
  /** Share of one. */
  readonly share: number;
  /** Written after the share where there is room. */
  readonly interval?: Interval | null;
}

export interface SharesOptions {
  readonly segments: readonly ShareSegment[];
  /** All bins in order. */
  readonly bins: readonly string[];
  /** Bars from top to bottom. */
  readonly bars: readonly string[];
  /** Over the legend, for example `Per-call latency`. */
  readonly legendTitle: string;
  readonly width?: number;
  /** A line over each bar from this bin to the right end, with the share that is there: `over 1 min: 4.2%`. */
  readonly marked?: {
    readonly fromBin: string;
    readonly text: string;
    /** Of that share, written after it. */
    readonly intervalOf?: (group: string, bar: string) => Interval | null;
  };
}

/** A bin below this share in every bar of every panel is not drawn. */
const SMALLEST_DRAWN_SHARE = 0.005;
const LABEL_MARGIN_PX = 6;
const BAR_HEIGHT = 44;
const BAR_DISTANCE = 92;
const HALF_BAR = BAR_HEIGHT / BAR_DISTANCE / 2;
/** From a bar up to the line over it, in distances of bars. */
const LINE_RISE = 0.06;

/** The bins that reach 0.5 % anywhere, in order. Others leave a gap at the right end of the bars. */
export function drawnBins(segments: readonly ShareSegment[], bins: readonly string[]): string[] {
  const reached = new Set(segments.filter(({ share }) => share >= SMALLEST_DRAWN_SHARE).map(({ bin }) => bin));
  return bins.filter((bin) => reached.has(bin));
}

/** One panel per group in the order of first appearance. Put them together with `sharedColor`: they have one legend. */
export function sharePanels(options: SharesOptions): { group: string; panel: Panel }[] {
  const { segments, bins, bars, legendTitle, width = PANEL.width } = options;
  const drawn = drawnBins(segments, bins);
  const ramp = sequentialRamp(drawn.length);
  const groups = [...new Set(segments.map(({ group }) => group))];
  return groups.map((group) => {
    const own = segments.filter((segment) => segment.group === group);
    const placed = placedSegments(own, { drawn, ramp, bars, width });
    return { group, panel: sharePanel(placed, markedShares(group, own, options), { drawn, ramp, bars, width, legendTitle }) };
  });
}

interface Layout {
  readonly drawn: readonly string[];
  readonly ramp: readonly string[];
  readonly bars: readonly string[];
}

type PlacedSegment = ReturnType<typeof placedSegments>[number];

function placedSegments(segments: readonly ShareSegment[], { drawn, ramp, bars, width }: Layout & { width: number }) {
  return bars.flatMap((bar, row) => {
    let from = 0;
    return drawn.map((bin, i) => {
      const { share = 0, interval } = segments.find((segment) => segment.bar === bar && segment.bin === bin) ?? {};
      const start = from;
      from += share;
      const texts = [`${percent(share)}${intervalText(interval, percent)}`, percent(share)];
      const label = firstFitting(texts, share * width - LABEL_MARGIN_PX, FONT_SIZE.annotation);
      return { bin, row, from: start, to: from, label, labelColor: labelColorOn(at(ramp, i)) };
    });
  });
}

function markedShares(group: string, segments: readonly ShareSegment[], { bins, bars, marked }: SharesOptions) {
  if (!marked) return [];
  const slow = new Set(bins.slice(bins.indexOf(marked.fromBin)));
  return bars.map((bar, row) => {
    const share = segments
      .filter((segment) => segment.bar === bar && slow.has(segment.bin))
      .reduce((sum, segment) => sum + segment.share, 0);
    return {
      y: row - HALF_BAR - LINE_RISE,
      from: 1 - share,
      to: 1,
      label: `${marked.text}: ${percent(share, 1)}${intervalText(marked.intervalOf?.(group, bar), (end) => percent(end, 1))}`,
    };
  });
}

function sharePanel(
  segments: readonly PlacedSegment[],
  marked: ReturnType<typeof markedShares>,
  { drawn, ramp, bars, width, legendTitle }: Layout & { width: number; legendTitle: string },
): Panel {
  const x = shareAxis({ title: null, ticks: [0, 0.25, 0.5, 0.75, 1] });
  const rows: Omit<Position, "field"> = {
    type: "quantitative",
    scale: { domain: [-0.5, bars.length - 0.5], reverse: true, nice: false, zero: false },
    title: null,
  };
  const barRows = bars.map((_, i) => i);
  const y: Omit<Position, "field"> = {
    ...rows,
    axis: { values: barRows, labelExpr: labelLookup(barRows, bars), grid: false, ticks: false, domain: false },
  };
  const color: Channel<"color"> = {
    field: "bin",
    type: "nominal",
    scale: { domain: [...drawn], range: [...ramp] },
    sort: [...drawn],
    legend: {
      title: legendTitle,
      ...SQUARES,
      titleOrient: "left",
      titlePadding: 14,
    },
  };
  const bars100 = segments
    .filter(({ from, to }) => to > from)
    .map((segment) => ({ ...segment, top: segment.row - HALF_BAR, bottom: segment.row + HALF_BAR }));
  return {
    width,
    height: BAR_DISTANCE * bars.length,
    layer: [
      {
        data: { values: ribbons(segments) },
        mark: { type: "area", orient: "horizontal", opacity: 0.28, interpolate: "linear" },
        encoding: {
          y: { field: "row", ...y },
          x: { ...quantitative("from", x), stack: null },
          x2: { field: "to" },
          color,
          detail: [{ field: "pair" }],
        },
      },
      {
        data: { values: bars100 },
        mark: { type: "rect", stroke: COLORS.light.background, strokeWidth: 1 },
        encoding: {
          x: quantitative("from", x),
          x2: { field: "to" },
          y: { field: "top", ...y },
          y2: { field: "bottom" },
          color,
        },
      },
      {
        data: {
          values: bars100.filter(({ label }) => label !== "").map((segment) => ({ ...segment, middle: (segment.from + segment.to) / 2 })),
        },
        mark: { type: "text", fontSize: FONT_SIZE.annotation, baseline: "middle" },
        encoding: {
          x: quantitative("middle", x),
          y: { field: "row", ...y },
          text: { field: "label", type: "nominal" },
          color: { field: "labelColor", type: "nominal", scale: null },
        },
      },
      ...withRows([
        {
          data: { values: marked },
          mark: { type: "rule", strokeWidth: 2, color: COLORS.light.text },
          encoding: { x: quantitative("from", x), x2: { field: "to" }, y: { field: "y", ...y } },
        },
        {
          data: { values: marked },
          mark: { type: "text", align: "right", baseline: "bottom", dy: -3, fontSize: FONT_SIZE.annotation, color: COLORS.light.text },
          encoding: { x: quantitative("to", x), y: { field: "y", ...y }, text: { field: "label", type: "nominal" } },
        },
      ]),
    ],
  };
}

/** For each bin and each pair of bars below one another: the strip from the lower edge of the one to the upper edge of the other. */
function ribbons(segments: readonly PlacedSegment[]) {
  return segments.flatMap((upper) => {
    const lower = segments.find(({ bin, row }) => bin === upper.bin && row === upper.row + 1);
    if (!lower || (upper.from === upper.to && lower.from === lower.to)) return [];
    const { bin, row: pair } = upper;
    return [
      { bin, pair, row: upper.row + HALF_BAR, from: upper.from, to: upper.to },
      { bin, pair, row: lower.row - HALF_BAR, from: lower.from, to: lower.to },
    ];
  });
}
