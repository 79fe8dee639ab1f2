/** Figures of tools and caps: which results fill contexts and cost most, and what smaller ones would save. */
import { countAxis, dollarAxis, logCountAxis, roundTicks, shareAxis } from "../../../lib/chart/axes.ts";
import { curvesPanel } from "../../../lib/chart/cdf.ts";
import { figure, grid } from "../../../lib/chart/grid.ts";
import { overLines } from "../../../lib/chart/over-lines.ts";
import { COLORS, providerColor, providerOrder, providerTitle } from "../../../lib/chart/palette.ts";
import { rankedBars } from "../../../lib/chart/ranked-bars.ts";
import { colorBySeries } from "../../../lib/chart/series.ts";
import { type DataLayer, type LayeredPanel, quantitative } from "../../../lib/chart/spec.ts";
import { FONT_SIZE, PANEL } from "../../../lib/chart/theme.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { countCompact, counted } from "../../../lib/format/counts.ts";
import { grouped, money, percent } from "../../../lib/format/numbers.ts";
import { known } from "../../../lib/stats/known.ts";
import { sumsOf } from "../../../lib/stats/sum.ts";
import { toolOrServer } from "../../../lib/trace/tools.ts";
import { heldBy } from "./concentration.ts";
import type { Bloat, Cap, Group, Options } from "./results.ts";
import { nameOf } from "./tables.ts";

const TOOLS_READING = `Left: the tokens that results of a tool brought into contexts, with the size that 5% of them exceed. Right: what these cost from the step that saw them
first until they left, in list prices, and as a share of the provider's input bill. If a tool is long on the right and short on the left, it is called early and its
results stay for many steps; the reverse comes late, or right before a reset.`;

const MOST_BARS = 14;
/** Tools with less of all costs are one bar. */
const LEAST_SHARE = 0.01;
const BARS_WIDTH = 330;
/** For the texts behind the longest bar. */
const TEXT_ROOM = 1.75;

interface Bar {
  readonly name: string;
  readonly provider: string | null;
  readonly tokens: number;
  readonly p95: number | null;
  readonly usd: number;
  readonly isPriced: boolean;
  readonly inputUsd: number | null;
}

/** Null without any tokens in results. */
export function toolsFigure(bloat: Bloat, { by }: Options, coverage: string): Figure | null {
  const bars = barsOf(bloat, by);
  const [first] = bars;
  if (!first || bars.every(({ tokens }) => tokens === 0)) return null;
  const finding = first.isPriced
    ? `Results of ${first.name} cost ${money(first.usd)} until they left the context`
    : `Results of ${first.name} bring ${countCompact(first.tokens)} tokens into contexts`;
  const color = (provider: string | null) => (provider === null ? COLORS.light.neutral : providerColor(provider));
  const tokens = rankedBars({
    bars: bars.map((bar) => ({
      name: bar.name,
      value: bar.tokens,
      label: `${countCompact(bar.tokens)}${bar.p95 === null ? "" : `, p95 ${countCompact(bar.p95)}`}`,
      color: color(bar.provider),
    })),
    x: countAxis(Math.max(...bars.map((bar) => bar.tokens)) * TEXT_ROOM, { title: "Carried tokens" }),
    width: BARS_WIDTH,
  });
  const costs = rankedBars({
    bars: bars.map((bar) => ({
      name: "",
      value: bar.usd,
      label: bar.isPriced ? `${money(bar.usd)}${bar.inputUsd ? `, ${percent(bar.usd / bar.inputUsd, 1)}` : ""}` : "no price",
      color: color(bar.provider),
    })),
    x: dollarAxis(Math.max(0.01, ...bars.map((bar) => bar.usd)) * TEXT_ROOM, { title: "Cost until they leave the context" }),
    width: BARS_WIDTH,
  });
  return {
    name: "tool_output_tools",
    title: finding,
    subtitle:
      "Tokens that tool results brought into contexts, allocated, and what these cost until they left; next to costs, the share of the provider's input bill.",
    coverage,
    spec: grid([tokens, costs], { columns: 2, spacing: 24 }),
    caption: `Carried tokens and costs of tool results by ${by}, the most expensive first; those below 1% of all costs are one bar. Allocated by characters, not measured. ${finding}.`,
    reading: TOOLS_READING,
    alt: `Two rows of horizontal bars by ${by}: carried tokens, and what they cost. ${finding}.`,
  };
}

function barsOf({ groups, providers }: Bloat, by: string): Bar[] {
  const shown = providers.length > 1;
  const isBetter = providers.some(({ sums }) => sums.cost_pico > 0);
  const amount = ({ sums }: Group) => (isBetter ? sums.cost_pico : sums.carried_micro);
  const total = groups.reduce((sum, group) => sum + amount(group), 0);
  const ranked = groups.toSorted((a, b) => amount(b) - amount(a));
  const large = ranked.filter((group) => group.isNamed && amount(group) >= LEAST_SHARE * total).slice(0, MOST_BARS);
  const rest = ranked.filter((group) => !large.includes(group));
  const bars = large.map((group): Bar => {
    const name = by === "tool" ? toolOrServer(nameOf(group)) : nameOf(group);
    const input = providers.find(({ provider }) => provider === group.provider)?.inputNano ?? 0;
    return {
      name: shown ? `${name} (${providerTitle(group.provider)})` : name,
      provider: group.provider,
      tokens: group.sums.carried_micro / 1e6,
      p95: group.tokens.p95,
      usd: group.sums.cost_pico / 1e12,
      isPriced: group.sums.unpriced < group.sums.results,
      inputUsd: input / 1e9,
    };
  });
  const others = sumsOf(
    rest.map(({ sums }) => sums),
    ["carried_micro", "cost_pico", "results", "unpriced"],
  );
  if (rest.length === 0) return bars;
  const other: Bar = {
    name: `${counted(rest.length, `other ${by}`)}`,
    provider: null,
    tokens: others.carried_micro / 1e6,
    p95: null,
    usd: others.cost_pico / 1e12,
    isPriced: others.unpriced < others.results,
    inputUsd: null,
  };
  return [...bars, other];
}

const CAPS_READING = `Each line is what cutting every result of a provider to a size would have saved at most: the cost of all tokens above it. The number at a point counts
the results that are larger. It is the ceiling of the gain, not the gain: an agent that needs the rest calls again. The only published trial of such a cap, by TokenJam
on whole sessions of Claude Code, made them 5.6% more expensive.`;

const USUAL_CAP = 5_000;
/** Room for numbers below points at zero, as a share of the height. */
const BELOW_ZERO = 0.08;

/** Null where no cap would save anything. */
export function capsFigure({ caps }: Bloat, coverage: string): Figure | null {
  const points = caps.flatMap((cap) => (cap.inputUsd > 0 ? [{ ...cap, series: cap.provider, share: cap.savedUsd / cap.inputUsd }] : []));
  if (points.every(({ share }) => share === 0)) return null;
  const names = providerOrder(points.map(({ series }) => series));
  const sizes = [...new Set(points.map(({ capTokens }) => capTokens))];
  const saving = sizes.filter((size) => points.some(({ capTokens, share }) => capTokens === size && share > 0));
  const usual = saving.toSorted((a, b) => Math.abs(Math.log(a / USUAL_CAP)) - Math.abs(Math.log(b / USUAL_CAP)))[0] ?? USUAL_CAP;
  const atUsual = names.map((name) => known(points.find((point) => point.series === name && point.capTokens === usual)));
  const finding = `A cap of ${grouped(usual)} tokens would save at most ${atUsual.map(({ series, share }) => `${percent(share, 1)} of ${providerTitle(series)}'s input`).join(", ")}`;
  return {
    name: "tool_output_caps",
    title: finding,
    subtitle: "Upper bound of what a cap on the size of each result saves, as a share of the input bill. The numbers count larger results.",
    coverage,
    spec: figure(capsPanel(points, names, sizes)),
    caption: `What a cap on tool results would save at most. ${finding}. It takes the rest to be unnecessary and no other call to take its place; the only published trial (TokenJam) found whole sessions 5.6% more expensive with one.`,
    reading: CAPS_READING,
    alt: `Lines of the share of the input bill that a cap would save at most, over the size of the cap, one per provider. ${finding}.`,
  };
}

type CapPoint = Cap & { readonly series: string; readonly share: number };

function capsPanel(points: readonly CapPoint[], names: readonly string[], sizes: readonly number[]): LayeredPanel {
  const top = Math.max(...points.map(({ share }) => share)) * 1.15;
  const x = logCountAxis([Math.min(...sizes) / 1.3, Math.max(...sizes) * 1.3], { title: "Largest size of a result, tokens", ticks: sizes });
  const y = shareAxis({ title: "Saved at most, share of the input bill", domain: [-BELOW_ZERO * top, top], ticks: roundTicks(top) });
  const isHigher = (point: CapPoint) => points.every((other) => other.capTokens !== point.capTokens || other.share <= point.share);
  const rows = points.map((point) => ({
    series: point.series,
    tokens: point.capTokens,
    share: point.share,
    text: `${grouped(point.results)}`,
    isHigher: isHigher(point),
  }));
  const along = { x: quantitative("tokens", x), y: quantitative("share", y), color: colorBySeries(names, providerTitle) };
  const texts = (isHigher: boolean) =>
    overLines({
      data: { values: rows.filter((row) => row.isHigher === isHigher) },
      mark: { dy: isHigher ? -14 : 17, fontSize: FONT_SIZE.annotation, color: COLORS.light.muted },
      encoding: { x: along.x, y: along.y, text: { field: "text", type: "nominal" } },
    });
  const layers: DataLayer[] = [
    { data: { values: rows }, mark: { type: "line" }, encoding: along },
    { data: { values: rows }, mark: { type: "circle", size: 90, opacity: 1 }, encoding: along },
    ...texts(true),
    ...texts(false),
  ];
  return { width: PANEL.width, height: 380, layer: layers.filter(({ data }) => data.values.length > 0) };
}

const CONCENTRATION_READING = `The most expensive results are at the left. A curve far above the diagonal: few results cause most of the cost, and looking at these is enough. A curve
near the diagonal: many small results add up, and only fewer calls help.`;

const MARKED_SHARE = 0.1;

/** Null without any tokens in results. */
export function concentrationFigure({ concentration }: Bloat, coverage: string): Figure | null {
  const isPriced = concentration.some(({ cost }) => cost.length > 0);
  const curves = concentration.flatMap(({ provider, cost, tokens, results }) => {
    const curve = isPriced ? cost : tokens;
    const marked = heldBy(curve, MARKED_SHARE);
    return marked === null ? [] : [{ provider, curve, marked, results }];
  });
  if (curves.length === 0) return null;
  const what = isPriced ? "cost" : "tokens";
  const names = providerOrder(curves.map(({ provider }) => provider));
  const parts = names.flatMap((name) => {
    const found = curves.find(({ provider }) => provider === name);
    return found ? [{ share: percent(found.marked), name: providerTitle(name) }] : [];
  });
  const finding = `One result in ten holds ${parts.map(({ share, name }, i) => `${share} of ${i === 0 ? `the ${what} of ${name}` : name}'s${i === 0 ? " results" : ""}`).join(", ")}`;
  const x = shareAxis({ title: `Share of the results, the ${isPriced ? "most expensive" : "largest"} first` });
  const y = shareAxis({ title: `Share of their ${what}` });
  const panel = curvesPanel({
    points: curves.flatMap(({ provider, curve }) => curve.map(({ results, amount }) => ({ series: provider, x: results, y: amount }))),
    x,
    y,
    reference: {
      x: MARKED_SHARE,
      label: percent(MARKED_SHARE),
      callouts: curves.map(({ provider, marked }) => ({ series: provider, y: marked, text: percent(marked) })),
    },
    legend: (name) => `${providerTitle(name)} (n=${grouped(curves.find(({ provider }) => provider === name)?.results ?? 0)})`,
    height: 400,
  });
  const diagonal: DataLayer = {
    data: {
      values: [
        { x: 0, y: 0 },
        { x: 1, y: 1 },
      ],
    },
    mark: { type: "line", strokeDash: [5, 4], strokeWidth: 1.3, color: COLORS.light.muted },
    encoding: { x: quantitative("x", x), y: quantitative("y", y) },
  };
  return {
    name: "tool_output_concentration",
    title: finding,
    subtitle: `Cumulative share of the ${what} of tool results over their share, the ${isPriced ? "most expensive" : "largest"} first. Dashed: all alike.`,
    coverage,
    spec: figure({ ...panel, layer: [diagonal, ...panel.layer] }),
    caption: `How few results hold how much of the ${what}. ${finding}.`,
    reading: CONCENTRATION_READING,
    alt: `Curves of the cumulative share of ${what} over the share of results, one per provider, with the diagonal. ${finding}.`,
  };
}
