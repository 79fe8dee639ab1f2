/** Figures: calls and time by category, spread of latency by category, calls and time by latency. */
import { countAxis, durationAxis, hoursAxis } from "../../../lib/chart/axes.ts";
import { figure, grid, withHeading } from "../../../lib/chart/grid.ts";
import { quantileRanges } from "../../../lib/chart/quantile-ranges.ts";
import { type RankedBar, rankedBars } from "../../../lib/chart/ranked-bars.ts";
import type { Panel } from "../../../lib/chart/spec.ts";
import { sharePanels } from "../../../lib/chart/stacked-shares.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { durationCompact, hoursCompact, latencyCompact, MS_PER_H } from "../../../lib/format/durations.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { at } from "../../../lib/stats/known.ts";
import { LATENCY_RANGES } from "./categories.ts";
import type { CategoryQuantiles, CategorySums, RangeSums } from "./measure.ts";

const SHORTEST_SHOWN_S = 0.01;

const CALLS_READING = `Bars are numbers of calls. Compare them with \`tool_category_latency_bar\`: a category whose share of the time is far above its share of the
calls is slow per call or waits for a person.`;
const TIME_READING = `Bars are hours of summed latency; next to each are the share of all time and the mean of the positive latencies. A category whose
share of the time is far above its share of the calls (\`tool_category_count_ring\`) is slow per call or waits for a person.`;
const SPREAD_READING = `Above, the calls of each category. Below, their positive latencies: the box runs from p25 to p50, the dots are p90 and p99. A long
distance from the box to the dots is a slow tail that a median does not show.`;
const TAIL_READING = `The upper bar has the calls by latency, the lower bar the time of the same calls. The wider the last range is in the lower bar than in the
upper one, the more the total depends on a few slow calls.`;

const BARS = { calls: "Tool calls", time: "Total latency" } as const;

interface Drawn {
  /** One at least. */
  readonly calls: number;
  readonly functions: readonly CategorySums[];
  readonly planning: readonly CategorySums[];
  readonly quantiles: readonly CategoryQuantiles[];
  readonly ranges: readonly RangeSums[];
}

/** The figures for which there are values: without a positive latency, only the counts. */
export function figuresOf({ calls, functions, planning, quantiles, ranges }: Drawn): Figure[] {
  const counts = countFigure(functions, calls);
  return quantiles.length > 0 ? [counts, timeFigure(functions), spreadFigure(planning, quantiles), tailFigure(ranges)] : [counts];
}

function countFigure(functions: readonly CategorySums[], calls: number): Figure {
  const ordered = [...functions].sort((a, b) => b.calls - a.calls);
  const most = at(ordered, 0);
  const facts = `${most.category.label} makes up ${percent(most.callShare, 1)} of ${grouped(calls)} tool calls.`;
  return {
    name: "tool_category_count_ring",
    title: "Calls by category",
    spec: figure(
      rankedBars({
        bars: ordered.map((sum) => bar(sum, sum.calls, `${grouped(sum.calls)} (${percent(sum.callShare, 1)})`)),
        x: countAxis(most.calls, { title: "Tool calls" }),
      }),
      `${grouped(calls)} tool calls by what they do`,
      "All providers together.",
    ),
    caption: `Calls of all providers in six categories; planning tools and unknown names are Other. ${facts}`,
    reading: CALLS_READING,
    alt: `Horizontal bars, the category with the most calls first. ${facts}`,
  };
}

function timeFigure(functions: readonly CategorySums[]): Figure {
  const ordered = functions.filter(({ total_ms }) => total_ms > 0).sort((a, b) => b.total_ms - a.total_ms);
  const most = at(ordered, 0);
  const facts = `${most.category.label} takes ${percent(most.timeShare, 1)} of the time and ${percent(most.callShare, 1)} of the calls.`;
  return {
    name: "tool_category_latency_bar",
    title: "Time by category",
    spec: figure(
      rankedBars({
        bars: ordered.map((sum) => bar(sum, sum.total_ms / MS_PER_H, timeLabel(sum))),
        x: hoursAxis(most.total_ms / MS_PER_H, { title: "Summed effective latency" }),
      }),
      "Time of tool calls by what they do",
      "Latency added up over calls; parallel calls count in full.",
    ),
    caption: `Summed latency of the calls in six categories, with its share and the mean of the positive latencies. ${facts}`,
    reading: TIME_READING,
    alt: `Horizontal bars, the category with the most time first. ${facts}`,
  };
}

function timeLabel({ total_ms, timeShare, valid }: CategorySums): string {
  return `${hoursCompact(total_ms / MS_PER_H)} (${percent(timeShare, 1)}), mean ${latencyCompact(total_ms / valid)}`;
}

function spreadFigure(planning: readonly CategorySums[], quantiles: readonly CategoryQuantiles[]): Figure {
  const ordered = planning.filter(({ calls }) => calls > 0).sort((a, b) => b.calls - a.calls);
  const facts = ordered.flatMap(({ category }) => {
    const own = quantiles.find((row) => row.category === category.key);
    return own ? [`${category.label} p50 ${durationCompact(own.p50_s)}, p99 ${durationCompact(own.p99_s)}`] : [];
  });
  return {
    name: "tool_category_dashboard",
    title: "Calls and spread of latency by category",
    spec: grid(
      [
        withHeading(callsPanel(ordered), "Calls", { over: "plot" }),
        withHeading(spreadPanel(ordered, quantiles), "Latency", { over: "plot" }),
      ],
      {
        title: "How long calls of each kind take",
        subtitle: "Box from p25 to p50, dots at p90 and p99 of positive latencies. Values below 10 ms are drawn at 10 ms.",
      },
    ),
    caption: `Seven categories, most calls first; planning is one of them. Box and dots show the spread of the latencies. ${facts.join("; ")}.`,
    reading: SPREAD_READING,
    alt: `Bars of calls by category above ranges of latency on a log axis. ${facts.join("; ")}.`,
  };
}

function callsPanel(ordered: readonly CategorySums[]): Panel {
  return rankedBars({
    bars: ordered.map((sum) => bar(sum, sum.calls, `${grouped(sum.calls)} (${percent(sum.callShare, 1)})`)),
    x: countAxis(at(ordered, 0).calls, { title: "Tool calls" }),
  });
}

function spreadPanel(ordered: readonly CategorySums[], quantiles: readonly CategoryQuantiles[]): Panel {
  const drawn = (seconds: number) => Math.max(seconds, SHORTEST_SHOWN_S);
  const ranges = ordered.flatMap(({ category }) => {
    const own = quantiles.find((row) => row.category === category.key);
    if (!own) return [];
    const [p25, p50, p90, p99] = [drawn(own.p25_s), drawn(own.p50_s), drawn(own.p90_s), drawn(own.p99_s)];
    return [{ name: category.label, box: [p25, p50] as const, median: p50, whiskers: [p25, p99] as const, dots: [p90, p99] }];
  });
  const longest = Math.max(...ranges.flatMap(({ dots }) => dots));
  return quantileRanges({
    ranges,
    x: durationAxis([SHORTEST_SHOWN_S, Math.max(longest * 1.1, 10)], { title: "Effective latency (log scale)" }),
  });
}

function tailFigure(ranges: readonly RangeSums[]): Figure {
  const slowest = at(ranges, -1);
  const facts = `Calls over a minute are ${percent(slowest.callShare, 1)} of the calls and ${percent(slowest.timeShare, 1)} of the time`;
  const segments = ranges.flatMap(({ range, callShare, timeShare }) => [
    { group: "all", bar: BARS.calls, bin: range.label, share: callShare ?? 0 },
    { group: "all", bar: BARS.time, bin: range.label, share: timeShare ?? 0 },
  ]);
  const panels = sharePanels({
    segments,
    bins: LATENCY_RANGES.map(({ label }) => label),
    bars: Object.values(BARS),
    legendTitle: "Latency of a call",
  });
  return {
    name: "tool_latency_long_tail_imbalance",
    title: "Calls and time by latency",
    spec: figure(at(panels, 0).panel, facts, "Share of the calls with a positive latency, and of their summed latency."),
    caption: `Upper bar: calls by latency; lower bar: the time of the same calls. ${facts}.`,
    reading: TAIL_READING,
    alt: `Two stacked bars joined by ribbons: long calls are a thin slice of the calls and a wide one of the time. ${facts}.`,
  };
}

function bar({ category }: CategorySums, value: number, label: string): RankedBar {
  return { name: category.label, value, label, color: category.color };
}
