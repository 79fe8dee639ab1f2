/** Figures: latency by tool, calls against time by range, and curves of calls and of time. */

import { latencyAxis } from "../../../lib/chart/axes.ts";
import { countAndSumPanels } from "../../../lib/chart/count-and-sum.ts";
import { grid, withHeading } from "../../../lib/chart/grid.ts";
import { providerLabel } from "../../../lib/chart/palette.ts";
import type { Axis, Panel } from "../../../lib/chart/spec.ts";
import { type ShareSegment, sharePanels } from "../../../lib/chart/stacked-shares.ts";
import { providerColor, providerOrder } from "../../../lib/chart/theme.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { hoursCompact, latencyCompact, MS_PER_H } from "../../../lib/format/durations.ts";
import { INTERVALS_SENTENCE } from "../../../lib/format/intervals.ts";
import { shortLabel } from "../../../lib/format/labels.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { at, known } from "../../../lib/stats/known.ts";
import { sumsOf } from "../../../lib/stats/sum.ts";
import {
  BOXES_SUBTITLE,
  coverageHeading,
  coverageSentence,
  latencyAxisOf,
  latencyCoverage,
  latencyPanel,
} from "../../../lib/trace/latency-panels.ts";
import { type BinRow, CACHE_LIFETIME_MS, LATENCY_BINS, type ProviderCurve, type ProviderTools, type SlowIntervals } from "./measure.ts";

const SUMMED = ["calls", "total_ms"] as const;
const BARS = { calls: "Tool calls", time: "Total latency" } as const;
/** Of `LATENCY_BINS`. */
const BIN_LABELS = ["<10 ms", "10-100 ms", "100 ms-1 s", "1-10 s", "10 s-1m", "1-10m", "10m-1h", "1h or more"] as const;
const OVER_A_MINUTE = "1-10m";
const NAME_CHARACTERS = 30;
const LEGEND_TITLE = "Latency of a call";
const X_TITLE = "Latency of a call (log scale)";

/** @param providers some with a positive latency */
export function toolsFigure(providers: readonly ProviderTools[]): Figure {
  const measured = providers.filter((provider) => provider.measured > 0);
  const slowest = measured.flatMap(slowestTool).join(", ");
  const x = latencyAxisOf(measured.flatMap(({ tools }) => tools));
  const names = measured.map(({ provider }) => provider);
  const hidden = measured.filter(({ left }) => left > 0).map(({ provider, left }) => `${grouped(left)} of ${providerLabel(provider)}`);
  return {
    name: "tool_latency_by_tool",
    title: slowest === "" ? "The most called tools have no positive latency" : `Slowest median: ${slowest}`,
    subtitle: `${BOXES_SUBTITLE} Lines below boxes: intervals of the medians.`,
    coverage: latencyCoverage(providers),
    spec: grid(
      measured.map((group) => toolsPanel(group, x, names)),
      { spacing: 40 },
    ),
    caption: `Positive latencies of the most called tools, the slowest median first. Rare tools are combined, and so are those of an MCP server. ${measured
      .map(coverageSentence)
      .join(" ")}${hidden.length > 0 ? ` Tools that are called less are left out: ${hidden.join(", ")}.` : ""} ${INTERVALS_SENTENCE}`,
    reading: `The position of a box is the typical latency of a tool, its width the spread. \`Measured\` says how many of the calls that is about: the others
report 0 ms or have no latency, and their gray bar shows how many there are. Where it is long, the median of all calls is far lower than the one that is drawn.`,
    alt: `Box plots by tool on a log axis of latency, a panel per provider, with the number of calls, the median and the summed time in columns.${slowest === "" ? "" : ` Slowest median: ${slowest}.`}`,
  };
}

/** Of single tools that have a box, if there are any; none where only tools that are left out have latencies. */
function slowestTool({ provider, tools }: ProviderTools): string[] {
  const timed = tools.filter(({ median }) => median !== null);
  const slowest = timed.find(({ few, is_rare }) => few.length === 0 && !is_rare) ?? timed[0];
  return slowest
    ? [`${latencyCompact(known(slowest.median))} of ${shortLabel(slowest.tool, NAME_CHARACTERS)} (${providerLabel(provider)})`]
    : [];
}

function toolsPanel(group: ProviderTools, x: Axis, names: readonly string[]): Panel {
  return latencyPanel({
    rows: group.tools,
    nameOf: ({ tool }) => tool,
    x,
    color: providerColor(group.provider, names),
    heading: coverageHeading(group),
  });
}

/** The bars of calls and time by range. */
export function binsFigure(rows: readonly BinRow[], providers: readonly ProviderTools[], intervalsOf: SlowIntervals): Figure {
  const measured = providers.filter((provider) => provider.measured > 0);
  const segments = measured.flatMap(({ provider }) => segmentsOf(provider, rows));
  const slow = slowShares(rows);
  const facts = slow.map(factOf).join(", ");
  return {
    name: "tool_latency_weighted_bins",
    title: `Calls over a minute hold ${sharesOfTime(slow)} of the time`,
    subtitle: "Upper bar: calls by latency. Lower bar: the summed latency of the same calls.",
    coverage: latencyCoverage(providers),
    spec: grid(
      sharePanels({
        segments,
        bins: BIN_LABELS,
        bars: Object.values(BARS),
        legendTitle: LEGEND_TITLE,
        marked: {
          fromBin: at(BIN_LABELS, LATENCY_BINS.indexOf(OVER_A_MINUTE)),
          text: "over a minute",
          intervalOf: (provider, bar) => intervalsOf(provider)[bar === BARS.calls ? "calls" : "time"],
        },
      }).map(({ panel }, i) => withHeading(panel, coverageHeading(at(measured, i)))),
      { sharedColor: true },
    ),
    caption: `Upper bar: calls by latency; lower bar: the summed latency of the same calls. Ranges below 0.5% everywhere are not drawn. Over a minute: ${facts}. ${measured.map(coverageSentence).join(" ")} ${INTERVALS_SENTENCE}`,
    reading: `The two bars of a provider hold the same calls, counted once and once weighted by their latency. A range that is thin in the upper
bar and wide in the lower one has few calls that take most of the time.`,
    alt: `Pairs of stacked bars per provider, joined by ribbons: slow calls are a thin slice of the calls and a wide one of the time. Over a minute: ${facts}.`,
  };
}

function segmentsOf(provider: string, rows: readonly BinRow[]): ShareSegment[] {
  const own = rows.filter((row) => row.provider === provider);
  const all = sumsOf(own, SUMMED);
  return own.flatMap((row) => [
    { group: provider, bar: BARS.calls, bin: at(BIN_LABELS, row.bin), share: row.calls / all.calls },
    { group: provider, bar: BARS.time, bin: at(BIN_LABELS, row.bin), share: row.total_ms / all.total_ms },
  ]);
}

interface Shares {
  readonly provider: string;
  readonly count: number;
  readonly sum: number;
}

/** Calls over a minute, and their time. */
function slowShares(rows: readonly BinRow[]): Shares[] {
  return providerOrder(rows.map(({ provider }) => provider)).map((provider) => {
    const own = rows.filter((row) => row.provider === provider);
    const all = sumsOf(own, SUMMED);
    const slow = sumsOf(
      own.filter(({ bin }) => bin >= LATENCY_BINS.indexOf(OVER_A_MINUTE)),
      SUMMED,
    );
    return { provider, count: slow.calls / all.calls, sum: slow.total_ms / all.total_ms };
  });
}

function factOf({ provider, count, sum }: Shares): string {
  return `${percent(count, 1)} of the calls and ${percent(sum, 1)} of the time (${providerLabel(provider)})`;
}

/** `92.7% (Claude) and 3.4% (Codex)`. */
function sharesOfTime(shares: readonly Shares[]): string {
  return shares.map(({ provider, sum }) => `${percent(sum, 1)} (${providerLabel(provider)})`).join(" and ");
}

/** @param curves one at least, with bins */
export function curvesFigure(curves: readonly ProviderCurve[], providers: readonly ProviderTools[]): Figure {
  const ends = curves.flatMap(({ ascending, n }) => [at(ascending, 0), at(ascending, n - 1)]);
  const ofProvider = (name: string) => known(providers.find(({ provider }) => provider === name));
  const panels = countAndSumPanels({
    groups: curves.map((curve) => ({
      name: curve.provider,
      heading: `${coverageHeading(ofProvider(curve.provider))}, ${hoursCompact(curve.totalMs / MS_PER_H)}`,
      points: sharePoints(curve),
      marked: curve.short,
    })),
    x: latencyAxis([Math.min(...ends), Math.max(CACHE_LIFETIME_MS, ...ends)], { title: X_TITLE }),
    count: "calls",
    sum: "time",
    mark: "5 min",
  });
  const short = curves.map(({ provider, short: { count, sum } }) => ({ provider, count, sum }));
  const facts = short.map(factOf).join(", ");
  return {
    name: "tool_latency_count_and_time",
    title: `Calls under five minutes hold ${sharesOfTime(short)} of the time`,
    subtitle: "Dashed: share of the calls up to each latency. Solid: share of their summed latency.",
    coverage: latencyCoverage(providers),
    spec: grid(panels, { columns: 2, spacing: 40 }),
    caption: `How many calls are fast, and how much of the time is in them; parallel calls count in full. Under five minutes: ${facts}. ${curves.map(({ provider }) => coverageSentence(ofProvider(provider))).join(" ")}`,
    reading: `The dashed line counts the calls up to each latency, the solid one adds up their time. The further apart they are, the more of the time
is in few slow calls. Five minutes are marked because prompt caches usually live that long.`,
    alt: `A panel per provider with two rising curves over a log axis of latency: the share of calls rises first, the share of their time at the right end. Under five minutes: ${facts}.`,
  };
}

function sharePoints({ bins }: ProviderCurve) {
  const first = bins.slice(0, 1).map(({ lo }) => ({ upTo: lo, count: 0, sum: 0 }));
  return [...first, ...bins.map((bin) => ({ upTo: bin.hi, count: bin.cumulativeCountShare, sum: bin.cumulativeSumShare }))];
}
