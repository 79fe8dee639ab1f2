/** One made-up figure for each chart builder: for goldens, for the pictures of docs/style.md, and to see how builders are called. */

import { amountsOfPeriods, amountsOverTime, largestPeriod } from "../chart/amounts-over-time.ts";
import { countAxis, dollarAxis, durationAxis, hoursAxis, latencyAxis, logTokenAxis, shareAxis } from "../chart/axes.ts";
import { curvesPanel } from "../chart/cdf.ts";
import { countAndSumPanels } from "../chart/count-and-sum.ts";
import { figure, grid, withHeading } from "../chart/grid.ts";
import { outlineHistogram } from "../chart/histogram.ts";
import { pairedDots, pairedLines } from "../chart/pairs.ts";
import { largestStack, periodBars } from "../chart/period-bars.ts";
import { quantileRanges } from "../chart/quantile-ranges.ts";
import { rankedBars } from "../chart/ranked-bars.ts";
import { scatterPanel } from "../chart/scatter.ts";
import { sharesOverTime } from "../chart/shares-over-time.ts";
import { withSideColumns } from "../chart/side-columns.ts";
import type { Spec } from "../chart/spec.ts";
import { splitBars } from "../chart/split-bars.ts";
import { sharePanels } from "../chart/stacked-shares.ts";
import { textTable } from "../chart/text-table.ts";
import { providerColor, providerTitle, seriesColor } from "../chart/theme.ts";
import { figureTitle } from "../chart/titles.ts";
import { tokenAxis, tokenAxisOf, tokenBinEdges, tokenPosition } from "../chart/token-axis.ts";
import { durationCompact, hoursCompact } from "../format/durations.ts";
import { grouped, percent } from "../format/numbers.ts";
import { periodScale, periodStarts } from "../format/periods.ts";
import { at } from "../stats/known.ts";
import { power } from "../stats/power.ts";

const PROVIDERS = ["claude", "codex", "other"];
const edges = Array.from({ length: 60 }, (_, i) => 0.01 * power(10, i / 10));
/** By name of the golden. */
export const EXAMPLES: Readonly<Record<string, () => Spec>> = {
  "summed-cdf": summedCdf,
  "count-cdf": countCdf,
  "count-and-sum": countAndSum,
  "outline-histogram": histograms,
  "stacked-shares": stackedShares,
  "split-bars": splitTime,
  "ranked-bars": ranked,
  "box-plots": boxPlots,
  "side-columns": rowsWithColumns,
  "quantile-dots": quantileDots,
  scatter,
  "period-bars": volumes,
  "shares-over-time": modelsOverTime,
  "amounts-over-time": costsOverTime,
  "paired-dots": latencyBeforeAndAfter,
  "paired-lines": curveBeforeAndAfter,
};

function summedCdf(): Spec {
  const hours = (provider: string, seconds: number) => (9 + 57 / (1 + PROVIDERS.indexOf(provider) * 3)) * (seconds / (seconds + 900));
  const points = PROVIDERS.flatMap((series) => edges.map((x) => ({ series, x, y: hours(series, x) })));
  const statistics = [0.4, 28.8, 91, 800, 15_000, 1_026];
  const table = textTable({
    columns: ["", "count", "p25", "p50", "p90", "p99", "avg"],
    rows: PROVIDERS.map((provider, i) => ({
      color: providerColor(provider, PROVIDERS),
      cells: [providerTitle(provider), grouped(945 * (i + 1)), ...statistics.slice(0, 5).map((value) => durationCompact(value * (i + 1)))],
    })),
  });
  const plot = curvesPanel({
    points,
    x: durationAxis([0.01, 7_944], { title: "Wait from the previous event to the next user message" }),
    y: hoursAxis(64, { title: "Summed wait" }),
    legend: null,
    reference: {
      x: 300,
      label: "5 min",
      callouts: PROVIDERS.map((series) => ({
        series,
        y: hours(series, 300),
        text: `${providerTitle(series)} ${hoursCompact(hours(series, 300))}`,
      })),
    },
  });
  return grid([table, plot], {
    title: figureTitle("Most of the waiting is in a few long pauses", "Summed waiting time up to each length of wait, by provider."),
    spacing: 14,
  });
}

function countCdf(): Spec {
  const points = PROVIDERS.slice(0, 2).flatMap((series, i) => edges.map((x) => ({ series, x: x * 1_000, y: x / (x + 3 + 9 * i) })));
  const panel = curvesPanel({
    points,
    x: latencyAxis([10, 7_943_283], { title: "Latency of a call" }),
    y: shareAxis({ title: "Calls up to this latency" }),
    landmarks: [
      { x: 60_000, label: "1 min" },
      { x: 3_600_000, label: "1 h" },
    ],
    legend: (series) => `${providerTitle(series)} (n=9,421)`,
  });
  return figure(panel, figureTitle("Half of the calls end within seconds"));
}

function countAndSum(): Spec {
  const groups = PROVIDERS.map((name, k) => {
    const points = edges.map((upTo, i) => ({ upTo, count: 1 - power(0.9, i), sum: power(i / 59, 3 + k) }));
    return { name, points, marked: at(points, 45) };
  });
  const x = durationAxis([at(edges, 0), at(edges, -1)], { title: "Wait (log scale)" });
  const panels = countAndSumPanels({ groups, x, count: "waits", sum: "idle time", mark: "5 min" });
  return grid(panels, { columns: 2, title: "Few long waits hold most of the idle time", subtitle: "Dashed: waits. Solid: their time." });
}

function histograms(): Spec {
  const axis = tokenAxis({ max: 190_000, smallestPositive: 1_500 });
  const binEdges = tokenBinEdges(axis);
  const bins = PROVIDERS.slice(0, 2).flatMap((series, s) =>
    binEdges.slice(1).map((hi, i) => ({ series, lo: at(binEdges, i), hi, y: Math.round(800 * Math.exp(-((i - 52 + 9 * s) ** 2) / 90)) })),
  );
  const panel = (title: string) =>
    withHeading(
      outlineHistogram({
        bins,
        x: tokenAxisOf(axis, "Tokens (binary scale)"),
        y: countAxis(800, { title: "Agent steps" }),
        width: 480,
        height: 330,
      }),
      title,
    );
  return grid([panel("Prefix tokens"), panel("Append tokens")], {
    columns: 2,
    title: figureTitle("Steps read a long prefix and append little"),
  });
}

function stackedShares(): Spec {
  const bins = ["<10ms", "10-100ms", "100ms-1s", "1-10s", "10s-1m", "1-10m", "10m-1h", ">=1h"];
  const calls = [0.19, 0.17, 0.34, 0.19, 0.07, 0.035, 0.003, 0.002];
  const time = [0, 0.001, 0.004, 0.02, 0.05, 0.16, 0.15, 0.615];
  const segments = PROVIDERS.slice(0, 2).flatMap((group, g) => [
    ...bins.map((bin, i) => ({ group, bar: "Tool calls", bin, share: at(calls, (i + 2 * g) % 8) })),
    ...bins.map((bin, i) => ({ group, bar: "Total latency", bin, share: at(time, (i + 2 * g) % 8) })),
  ]);
  const marked = { fromBin: "1-10m", text: "over a minute" };
  const panels = sharePanels({ segments, bins, bars: ["Tool calls", "Total latency"], legendTitle: "Latency of a call", marked });
  return grid(
    panels.map(({ group, panel }) => withHeading(panel, providerTitle(group))),
    { sharedColor: true, title: figureTitle("Most calls are fast, most time is spent in slow ones") },
  );
}

function splitTime(): Spec {
  const parts = ["Generation", "Tools", "Rest"].map((name, i) => ({ name, color: seriesColor(i) }));
  const bars = [
    { name: "Claude", values: { Generation: 0.25, Tools: 0.9, Rest: -0.15 } },
    { name: "Codex", values: { Generation: 0.02, Tools: 0.5, Rest: 0.48 }, intervals: [{ lo: 0.44, hi: 0.57 }] },
  ];
  const x = shareAxis({ title: "Share of the response time", domain: [-0.25, 1.25] });
  const panel = splitBars({ bars, parts, x, label: (share) => percent(share), mark: { x: 1, text: "response time" } });
  return figure(panel, figureTitle("Tools that run side by side add up to more than the whole"));
}

function ranked(): Spec {
  const names = ["Bash", "Read", "Edit", "mcp__a-server-with-a-very-long-name__and_a_tool", "exec_command", "Other (<20 calls/tool)"];
  const bars = names.map((name, i) => ({
    name,
    value: 3_102 / (i + 1),
    label: grouped(3_102 / (i + 1)),
    color: providerColor(i === 4 ? "codex" : "claude"),
    ...(i === 1 ? { interval: { lo: 1_400, hi: 1_720 } } : {}),
  }));
  return figure(
    rankedBars({ bars, x: countAxis(3_300, { title: "Calls" }) }),
    figureTitle("A few tools make most of the calls", "Calls by tool; amber: Claude, blue: Codex."),
  );
}

function boxPlots(): Spec {
  const ranges = ["TaskCreate", "Read", "Grep", "Bash", "Task"].map((name, i) => {
    const median = 2 * power(12, i);
    return {
      name: `${name} (n=${grouped(192 * (i + 1))})`,
      whiskers: [median / 9, median * 30] as const,
      box: [median / 3, median * 4] as const,
      median,
    };
  });
  return figure(
    quantileRanges({ ranges, x: latencyAxis([0.1, 2_000_000], { title: "Latency (log scale)" }) }),
    figureTitle("Latency by tool"),
  );
}

function rowsWithColumns(): Spec {
  const names = ["Bash", "exec_command", "Mystery"];
  const ranges = [
    { name: "Bash", whiskers: [60, 70_000] as const, box: [450, 7_000] as const, median: 2_430, color: providerColor("claude") },
    { name: "exec_command", whiskers: [12, 30_000] as const, box: [300, 1_800] as const, median: 990, color: providerColor("claude") },
    { name: "Mystery", dots: [40, 900, 5_000], color: providerColor("claude") },
  ];
  const width = 420;
  const panel = { ...quantileRanges({ ranges, x: latencyAxis([10, 100_000], { title: "Latency (log scale)" }), width }), width };
  const columns = [
    { heading: "Measured", width: 110, texts: ["3,096 of 3,102", "1,389 of 3,861", "3"] },
    { heading: "0 ms or unknown", width: 130, texts: ["<1%", "64%", ""], bars: { shares: [0.002, 0.64, 0] } },
  ];
  return figure(withSideColumns(panel, names, columns), figureTitle("What is drawn can be read as numbers next to it"));
}

function quantileDots(): Spec {
  const ranges = ["claude", "codex"].map((provider, i) => ({
    name: providerTitle(provider),
    box: [20_000 / (i + 1), 90_000] as const,
    median: 90_000,
    dots: [142_000, 190_000 + 40_000 * i],
    color: providerColor(provider),
  }));
  return figure(
    quantileRanges({ ranges, x: logTokenAxis([4_096, 262_144], { title: "Prefix tokens of a step (log scale)" }) }),
    figureTitle("Prefix tokens by provider", "Bar: p25 to p50. Dots: p90 and p99."),
  );
}

function volumes(): Spec {
  const scale = periodScale(20_458, 20_637, 120);
  const values = periodStarts(scale).flatMap((start, i) =>
    PROVIDERS.map((provider, p) => ({ provider, start, value: Math.round((900 / (p + 1)) * (1 + Math.sin(i / 3 + p))) })),
  );
  const panel = periodBars({
    values,
    scale,
    providers: PROVIDERS,
    y: countAxis(largestStack(values), { title: "Agent steps" }),
    height: 300,
  });
  return figure(panel, `Agent steps per ${scale.unit}`);
}

function scatter(): Spec {
  const axis = tokenAxis({ max: 200_000, smallestPositive: 1_024 });
  const points = Array.from({ length: 300 }, (_, i) => {
    const tokens = (seed: number) => 1_024 + ((i * seed) % 7_919) ** 2 / 330;
    return {
      series: i % 3 === 0 ? "codex" : "claude",
      x: tokenPosition(tokens(2_654), axis.firstTick),
      y: tokenPosition(tokens(4_057), axis.firstTick),
    };
  });
  const panel = scatterPanel({
    points,
    x: tokenAxisOf(axis, "Output tokens"),
    y: tokenAxisOf(axis, "Append tokens of the next step"),
    line: [
      { x: 0, y: 0 },
      { x: axis.length, y: axis.length },
    ],
    width: 640,
  });
  return figure(panel, figureTitle("What a step writes comes back as input of the next"));
}

function costsOverTime(): Spec {
  const names = ["Writes", "Reads", "Output"].map((name, i) => ({ name, color: seriesColor(i), label: `${name} $${i}.00` }));
  const scale = periodScale(20_454, 20_488, 120);
  const daily = [20_454, 20_455, 20_460, 20_481, 20_488].flatMap((day, d) =>
    names.map(({ name }, i) => ({ day, name, value: (d * i) % 4 })),
  );
  const amounts = amountsOfPeriods(daily, scale);
  const { start, value } = largestPeriod(amounts) ?? { start: 0, value: 0 };
  const panel = amountsOverTime({
    amounts,
    names,
    scale,
    y: dollarAxis(value * 1.1, { title: "Cost per day" }),
    callout: { start, text: `the most: $${value}` },
  });
  return figure(panel, figureTitle("Reads cost the most", "Days without a bar have no steps."));
}

function modelsOverTime(): Spec {
  const models = ["claude-opus-4-7", "gpt-5.5", "claude-sonnet-4-5-20250929-with-a-very-long-name", "gpt-5.4", "m5", "m6", "m7", "m8"];
  const weeks = Array.from({ length: 20 }, (_, i) => new Date(Date.UTC(2026, 0, 5 + 7 * i)).toISOString().slice(0, 10));
  const rows = weeks.flatMap((period, w) => models.map((name, m) => ({ period, name, amount: ((w * (m + 3)) % 11) + 12 / (m + 1) })));
  return sharesOverTime({
    rows: rows.filter(({ period }) => period !== weeks[4]),
    period: "week",
    title: "No model has half of the steps",
    subtitle: "Share of steps by model and week, 20 weeks; a week without steps is left empty",
    y: "Share of steps",
  });
}

function latencyBeforeAndAfter(): Spec {
  const rows = [
    { name: "Bash", before: 2.4, after: 3.1 },
    { name: "exec_command", before: 0.99, after: 0.99 },
    { name: "mcp__a-server-with-a-very-long-name__and_a_tool", before: 61, after: 12 },
    { name: "Task", before: null, after: 410 },
  ];
  const x = durationAxis([0.5, 600], { title: "Median latency (log scale)" });
  return figure(pairedDots({ rows, x }), figureTitle("One tool became faster"));
}

function curveBeforeAndAfter(): Spec {
  const points = (scale: number) => edges.map((x) => ({ x, y: x / (x + scale) }));
  const x = durationAxis([0.01, 7_944], { title: "Length of the wait" });
  const y = shareAxis({ title: "Waits up to it" });
  return figure(pairedLines({ before: points(30), after: points(300), x, y }), figureTitle("Waits became longer"));
}
