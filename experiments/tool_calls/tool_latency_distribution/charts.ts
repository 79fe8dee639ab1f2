/** Figures: latency boxes by tool, calls against time by range, and curves of calls and of time. */

import { countAxis, hoursAxis, latencyAxis } from "../../../lib/chart/axes.ts";
import { type CurvePoint, curvesPanel, type ReferenceLine } from "../../../lib/chart/cdf.ts";
import type { GridOptions } from "../../../lib/chart/grid.ts";
import { grid, withHeading } from "../../../lib/chart/grid.ts";
import { providerLabel } from "../../../lib/chart/palette.ts";
import { quantileRanges } from "../../../lib/chart/quantile-ranges.ts";
import type { Axis, Panel } from "../../../lib/chart/spec.ts";
import { type ShareSegment, sharePanels } from "../../../lib/chart/stacked-shares.ts";
import { textTable } from "../../../lib/chart/text-table.ts";
import { providerColor, providerOrder } from "../../../lib/chart/theme.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { hoursCompact, latencyCompact, MS_PER_H } from "../../../lib/format/durations.ts";
import { shortLabel } from "../../../lib/format/labels.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { at, known } from "../../../lib/stats/known.ts";
import { quantileNumpy } from "../../../lib/stats/quantile.ts";
import { pairwiseMean, sumsOf } from "../../../lib/stats/sum.ts";
import { displayToolName } from "../../../lib/trace/tools.ts";
import { type BinRow, type Box, boxesOf, LATENCY_BINS, type ProviderCalls, type ProviderCurve } from "./measure.ts";

const SUMMED = ["calls", "total_ms"] as const;
const FIVE_MINUTES_MS = 300_000;
const BARS = { calls: "Tool calls", time: "Total latency" } as const;

const BOX_READING = `The position of a box is the typical latency of a tool, its width the spread. The order is by median; which tools are shown depends on
their number of calls. Tools of MCP servers are combined, and so are rare tools.`;
const BINS_READING = `The two bars of a provider hold the same calls, counted once and once weighted by their latency. A range that is thin in the upper
bar and wide in the lower one has few calls that take most of the time.`;
const COUNT_READING = `A curve rises where many calls have that latency; a flat right end is a rare slow tail. Heights compare how many calls each provider made.`;
const TOTAL_READING = `A curve rises where the time is spent: it is the summed latency of all calls up to the latency on the axis. A curve far right of its
twin that counts calls means that a few slow calls take most of the time. Five minutes are marked because prompt caches usually live that long.
Parallel calls count in full.`;

/** @param providers some with a positive latency */
export function boxFigure(providers: readonly ProviderCalls[], minCalls: number, top: number): Figure {
  const groups = boxGroups(providers, minCalls, top);
  const facts = boxFacts(groups);
  return {
    name: "tool_latency_by_tool",
    title: "Latency by tool",
    spec: grid(
      groups.map(({ provider, boxes }) =>
        withHeading(boxPanel(boxes, groups, { width: 760, nameLimit: 34 }), providerLabel(provider), { over: "plot" }),
      ),
      {
        title: "How long calls of each tool take",
        subtitle: "Box: middle half with the median. Line: from p5 to p95. Slowest median first; number of calls in parentheses.",
      },
    ),
    caption: `Positive latencies of the most called tools. Rare tools are combined, and so are those of MCP servers. ${facts}`,
    reading: BOX_READING,
    alt: `Box plots by tool on a log axis of latency, a panel per provider. ${facts}`,
  };
}

/** The first tools of each provider side by side. */
export function wideBoxFigure(providers: readonly ProviderCalls[], minCalls: number, top: number): Figure {
  const groups = boxGroups(providers, minCalls, top);
  const facts = boxFacts(groups);
  return {
    name: "tool_latency_by_tool_top12_wide",
    title: "Latency of the most called tools, side by side",
    spec: grid(
      groups.map(({ provider, boxes }) =>
        withHeading(boxPanel(boxes, groups, { width: 360, nameLimit: 24 }), `${providerLabel(provider)}: top ${boxes.length}`, {
          over: "plot",
        }),
      ),
      {
        columns: 2,
        title: "The most called tools, slowest first",
        subtitle: "Box: middle half with the median. Line: from p5 to p95. Number of calls in parentheses.",
        subtitleCharacters: 110,
      },
    ),
    caption: `The ${top} most called tools of each provider on one axis. ${facts}`,
    reading: BOX_READING,
    alt: `Box plots by tool on a log axis of latency, providers side by side. ${facts}`,
  };
}

interface BoxGroup {
  readonly provider: string;
  readonly boxes: readonly Box[];
}

function boxGroups(providers: readonly ProviderCalls[], minCalls: number, top: number): BoxGroup[] {
  return providers
    .map((calls) => ({ provider: calls.provider, boxes: boxesOf(calls, minCalls, top) }))
    .filter(({ boxes }) => boxes.length > 0);
}

function boxPanel(boxes: readonly Box[], groups: readonly BoxGroup[], { width, nameLimit }: { width: number; nameLimit: number }): Panel {
  const all = groups.flatMap((group) => group.boxes);
  const domain = [Math.min(...all.map(({ low }) => low)) * 0.8, Math.max(...all.map(({ high }) => high)) * 1.25] as const;
  return quantileRanges({
    ranges: boxes.map((box) => ({
      name: `${shortLabel(displayToolName(box.tool), nameLimit)} (${grouped(box.calls)})`,
      box: [box.q1, box.q3],
      median: box.median,
      whiskers: [box.low, box.high],
    })),
    x: latencyAxis(domain, { title: "Latency of a call (log scale)" }),
    width,
  });
}

function boxFacts(groups: readonly BoxGroup[]): string {
  const facts = groups.map(({ provider, boxes }) => {
    const [slowest, fastest] = [at(boxes, 0), at(boxes, -1)];
    return `${providerLabel(provider)}: medians from ${latencyCompact(fastest.median)} (${displayToolName(fastest.tool)}) to ${latencyCompact(slowest.median)} (${displayToolName(slowest.tool)}).`;
  });
  return facts.join(" ");
}

/** The bars at full size, and compact for a column of a paper. */
export function binsFigures(rows: readonly BinRow[]): [Figure, Figure] {
  const segments = providerOrder(rows.map(({ provider }) => provider)).flatMap((provider) => segmentsOf(provider, rows));
  const facts = slowFacts(rows);
  const draw = (name: string, width: number, labelFrom: number): Figure => ({
    name,
    title: "Calls and time by range of latency",
    spec: grid(
      sharePanels({ segments, bins: LATENCY_BINS, bars: Object.values(BARS), legendTitle: "Latency of a call", labelFrom, width }).map(
        ({ group, panel }) => withHeading(panel, providerLabel(group)),
      ),
      {
        sharedColor: true,
        title: "Most calls are fast, most time is in slow ones",
        subtitle: `Over a minute: ${facts}.`,
        subtitleCharacters: width > 700 ? undefined : 60,
      },
    ),
    caption: `Upper bar: calls by latency; lower bar: the summed latency of the same calls. Ranges below 0.5% everywhere are not drawn. Over a minute: ${facts}.`,
    reading: BINS_READING,
    alt: `Pairs of stacked bars per provider, joined by ribbons: slow calls are a thin slice of the calls and a wide one of the time. Over a minute: ${facts}.`,
  });
  return [draw("tool_latency_weighted_bins", 860, 0.06), draw("tool_latency_weighted_bins_paper", 520, 0.075)];
}

function segmentsOf(provider: string, rows: readonly BinRow[]): ShareSegment[] {
  const own = rows.filter((row) => row.provider === provider);
  const all = sumsOf(own, SUMMED);
  return own.flatMap((row) => [
    { group: provider, bar: BARS.calls, bin: at(LATENCY_BINS, row.bin), share: row.calls / all.calls },
    { group: provider, bar: BARS.time, bin: at(LATENCY_BINS, row.bin), share: row.total_ms / all.total_ms },
  ]);
}

function slowFacts(rows: readonly BinRow[]): string {
  return providerOrder(rows.map(({ provider }) => provider))
    .map((provider) => {
      const own = rows.filter((row) => row.provider === provider);
      const all = sumsOf(own, SUMMED);
      const slow = sumsOf(
        own.filter(({ bin }) => bin >= LATENCY_BINS.indexOf("1-10m")),
        SUMMED,
      );
      return `${providerLabel(provider)} ${percent(slow.calls / all.calls, 1)} of the calls, ${percent(slow.total_ms / all.total_ms)} of the time`;
    })
    .join("; ");
}

/** @param curves one at least */
export function countFigure(curves: readonly ProviderCurve[]): Figure {
  const facts = curves
    .map(({ provider, latencies }) => `${providerLabel(provider)} ${percent(shareWithin(latencies, 1000), 1)}`)
    .join(", ");
  return {
    name: "tool_latency_count_cdf_by_provider",
    title: "Calls up to each latency",
    spec: curvesFigure(
      curves,
      countAxis(Math.max(...curves.map(({ latencies }) => latencies.length)), { title: "Tool calls, cumulative" }),
      (bin) => bin.cumulativeCount,
      {
        title: "How many calls return within a given time",
        subtitle: "Calls with a positive latency below the one on the axis; a flat right end is a rare slow tail.",
      },
    ),
    caption: `Running count of calls by latency; heights compare how many calls each provider made. Within a second: ${facts}.`,
    reading: COUNT_READING,
    alt: `A rising curve per provider over a log axis of latency. Within a second: ${facts}.`,
  };
}

/** @param curves one at least */
export function totalFigure(curves: readonly ProviderCurve[]): Figure {
  const most = Math.max(...curves.map(({ bins }) => bins.at(-1)?.cumulativeSum ?? 0)) / MS_PER_H;
  const within = curves.map(({ provider, latencies }) => ({ provider, hours: sumWithin(latencies, FIVE_MINUTES_MS) / MS_PER_H }));
  const facts = within.map(({ provider, hours }) => `${providerLabel(provider)} ${hoursCompact(hours)}`).join(", ");
  const reference = {
    x: FIVE_MINUTES_MS,
    label: "5 min",
    callouts: within.map(({ provider, hours }) => ({
      series: provider,
      y: hours,
      text: `${providerLabel(provider)} ${hoursCompact(hours)}`,
    })),
  };
  return {
    name: "tool_total_latency_cdf_by_provider",
    title: "Summed latency up to each latency",
    spec: curvesFigure(
      curves,
      hoursAxis(most, { title: "Summed latency, cumulative" }),
      (bin) => bin.cumulativeSum / MS_PER_H,
      {
        title: "Which calls tool time is spent in",
        subtitle: "Summed latency of all calls faster than the one on the axis: time is spent where a curve is steep.",
      },
      reference,
    ),
    caption: `The same calls weighted by their latency; parallel calls count in full. In calls of up to five minutes: ${facts}.`,
    alt: `A rising curve per provider over a log axis of latency: hours spent in calls up to each latency. Up to five minutes: ${facts}.`,
    reading: TOTAL_READING,
  };
}

function curvesFigure(
  curves: readonly ProviderCurve[],
  y: Axis,
  read: (bin: ProviderCurve["bins"][number]) => number,
  heading: GridOptions,
  reference?: ReferenceLine,
): Figure["spec"] {
  const bins = curves[0]?.bins ?? [];
  const domain = [bins[0]?.lo ?? 1, Math.max(bins.at(-1)?.hi ?? 1, reference?.x ?? 0)] as const;
  const panel = curvesPanel({
    points: curves.flatMap(({ provider, bins: own }): CurvePoint[] => [
      { series: provider, x: domain[0], y: 0 },
      ...own.map((bin) => ({ series: provider, x: bin.hi, y: read(bin) })),
    ]),
    x: latencyAxis(domain, { title: "Latency of a call (log scale)" }),
    y,
    legend: null,
    ...(reference && reference.x >= domain[0] ? { reference } : {}),
  });
  return grid([statisticsTable(curves), panel], { ...heading, spacing: 14 });
}

/** Also the legend of the curves. */
function statisticsTable(curves: readonly ProviderCurve[]): Panel {
  const names = curves.map(({ provider }) => provider);
  return textTable({
    columns: ["Latency of a call", "calls", "p25", "p50", "p90", "p99", "avg", "total"],
    nameWidth: 250,
    rows: curves.map(({ provider, latencies, bins }) => ({
      color: providerColor(provider, names),
      cells: [
        providerLabel(provider),
        grouped(latencies.length),
        ...[0.25, 0.5, 0.9, 0.99].map((q) => latencyCompact(known(quantileNumpy(latencies, q)))),
        latencyCompact(known(pairwiseMean(latencies))),
        hoursCompact((bins.at(-1)?.cumulativeSum ?? 0) / MS_PER_H),
      ],
    })),
  });
}

function shareWithin(ascending: Float64Array, ms: number): number {
  return ascending.filter((value) => value <= ms).length / ascending.length;
}

function sumWithin(ascending: Float64Array, ms: number): number {
  return ascending.filter((value) => value <= ms).reduce((sum, value) => sum + value, 0);
}
