/** Figures: where the divergence is more than chance, and which bins moved. */
import { linearAxis, roundTicks, shareAxis } from "../../../lib/chart/axes.ts";
import { grid, withHeading } from "../../../lib/chart/grid.ts";
import { COLORS, providerLabel, seriesColor } from "../../../lib/chart/palette.ts";
import { ROW_STEP, rankAxis } from "../../../lib/chart/ranked-bars.ts";
import { withSideColumns } from "../../../lib/chart/side-columns.ts";
import { type Axis, type LayeredPanel, type Position, quantitative, withRows } from "../../../lib/chart/spec.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { counted } from "../../../lib/format/counts.ts";
import { shortLabel } from "../../../lib/format/labels.ts";
import { grouped, NONE, percent } from "../../../lib/format/numbers.ts";
import { at } from "../../../lib/stats/known.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { displayToolName } from "../../../lib/trace/tools.ts";
import { byDrifted, type ComparedGroups, type Finding, type Mover } from "./drift.ts";
import type { Comparison } from "./groups.ts";
import { verdictColor, verdictOf } from "./verdicts.ts";

const WIDTH = 500;
const MOST_PANELS = 4;
const MOST_MOVERS = 8;
const DIMENSIONS_READING = `One row per dimension of behavior. The dot is the Jensen-Shannon divergence of the two groups: 0 bits for equal shares, 1 for nothing in common. The gray
bar is what chance alone gives between its 5th and 95th percentile when sessions are shuffled between the groups, the tick its median. A dot inside the bar is noise, whatever its size. Purple
dots have drifted: their p, corrected for the number of dimensions, is below 0.05, and they exceed the median of chance by at least \`--min-excess\`. A gray dot has no verdict. Depth and context
move with the tasks; tools, flow and errors move with the agent.`;

/** Null where nothing could be compared. */
export function dimensionsFigure(findings: readonly Finding[]): Figure | null {
  const compared = byDrifted(findings).filter(({ findings: own }) => own.some(({ chance }) => chance !== null));
  const shown = compared.slice(0, MOST_PANELS);
  const [first] = shown;
  if (!first) return null;
  const all = new Set(findings.map(({ comparison }) => comparison.name)).size;
  const most = Math.max(...shown.flatMap(({ findings: own }) => own.map(({ jsd, chance }) => Math.max(jsd ?? 0, chance?.p95 ?? 0))));
  const finding = findingOf(first);
  return {
    name: "drift_dimensions",
    title: finding,
    subtitle: "Divergence of two groups of sessions, and what chance alone gives. Numbers of sessions are in parentheses.",
    coverage: `${grouped(shown.length)} of ${counted(all, "comparison")}; ${grouped(compared.length)} ${compared.length === 1 ? "has" : "have"} enough sessions.`,
    spec: grid(
      shown.map((each, i) => withHeading(dimensionsPanel(each.findings, most, i === 0), headingOf(each), { over: "plot" })),
      { spacing: 34 },
    ),
    caption: `How far apart groups of sessions are in each dimension of behavior, compared with shuffled sessions. ${finding}.`,
    reading: DIMENSIONS_READING,
    alt: `Dots of the divergence by dimension over bars of what chance gives, one panel per comparison. ${finding}.`,
  };
}

/** A sentence without a period. */
export function findingOf({ comparison, findings, drifted }: ComparedGroups): string {
  const judged = findings.filter((each) => each.drifted !== null).length;
  return `${grouped(drifted)} of ${counted(judged, "dimension")} drifted from ${nameOf(comparison, "a")} to ${nameOf(comparison, "b")}`;
}

function headingOf({ comparison, findings, drifted }: ComparedGroups): string {
  const judged = findings.filter((each) => each.drifted !== null).length;
  const [a, b] = [Math.max(...findings.map((each) => each.a.sessions)), Math.max(...findings.map((each) => each.b.sessions))];
  const who = comparison.provider === null ? "" : `${providerLabel(comparison.provider)}: `;
  return `${who}${nameOf(comparison, "a")} (${grouped(a)}) to ${nameOf(comparison, "b")} (${grouped(b)}): ${grouped(drifted)} of ${grouped(judged)} drifted`;
}

function nameOf(comparison: Comparison, side: "a" | "b"): string {
  return shortLabel(at(comparison[side], 0).shortName);
}

function dimensionsPanel(findings: readonly Finding[], most: number, legend: boolean): LayeredPanel {
  const names = findings.map(({ dimension }) => dimension.title);
  const x = fromBelow(linearAxis(most, "Divergence (bits)", roundTicks(most), (bits) => String(bits)));
  const y: Position = { field: "rank", ...rankAxis(names) };
  const bars = findings.flatMap(({ chance }, rank) => (chance ? [{ rank, ...chance }] : []));
  const dots = findings.flatMap((each, rank) => (each.jsd === null ? [] : [{ rank, jsd: each.jsd, verdict: verdictOf(each) }]));
  const panel = {
    width: WIDTH,
    height: { step: ROW_STEP },
    layer: withRows([
      {
        data: { values: bars },
        mark: { type: "rule", strokeWidth: 14, color: COLORS.light.grid },
        encoding: { y, x: quantitative("p5", x), x2: { field: "p95" } },
      },
      {
        data: { values: bars },
        mark: { type: "tick", thickness: 2, size: 14, color: COLORS.light.muted },
        encoding: { y, x: quantitative("p50", x) },
      },
      {
        data: { values: dots },
        mark: { type: "circle", size: 130, opacity: 1 },
        encoding: { y, x: quantitative("jsd", x), color: verdictColor(legend ? 34 : null) },
      },
    ]),
  };
  return withSideColumns(panel, names, [
    { heading: "bits", width: 58, texts: findings.map(({ jsd }) => (jsd === null ? NONE : grouped(jsd, 3))) },
    { heading: "chance", width: 58, texts: findings.map(({ chance }) => (chance === null ? NONE : grouped(chance.p50, 3))) },
    { heading: "p (Holm)", width: 66, texts: findings.map(({ pHolm }) => (pHolm === null ? NONE : grouped(pHolm, 3))) },
    { heading: "units", width: 120, texts: findings.map(({ a, b }) => `${grouped(a.units)} / ${grouped(b.units)}`) },
  ]);
}

/** So that a dot at 0 doesn't touch the names. */
function fromBelow(axis: Axis): Axis {
  const [low, high] = axis.scale.domain;
  return { ...axis, scale: { ...axis.scale, domain: [low - (high - low) * 0.02, high] } };
}

const MOVERS_READING = `One panel per dimension that drifted, one row per bin: the gray dot is its share in the first group, the purple one in the second. Rows are sorted by
how much they add to the divergence. Read these rather than the divergence: a small one can be a real change of habit.`;

/** Null where nothing drifted. */
export function moversFigure(findings: readonly Finding[]): Figure | null {
  const [first] = byDrifted(findings);
  const drifted = (first?.findings ?? []).filter((each) => each.drifted).sort((a, b) => (b.excess ?? 0) - (a.excess ?? 0));
  if (!first || drifted.length === 0) return null;
  const shown = drifted.slice(0, MOST_PANELS);
  const [a, b] = [nameOf(first.comparison, "a"), nameOf(first.comparison, "b")];
  const { dimension, movers } = at(shown, 0);
  const mover = at(movers, 0);
  const finding = `${dimension.phrase(binTitle(dimension.name, mover))}: ${percent(mover.shareA, 1)} in ${a}, ${percent(mover.shareB, 1)} in ${b}`;
  const names = [`First group: ${a}`, `Second group: ${b}`] as const;
  return {
    name: "drift_movers",
    title: finding,
    subtitle: "Shares of the bins that moved most, in each dimension that drifted.",
    coverage: `${grouped(shown.length)} of ${counted(drifted.length, "dimension")} that drifted between these groups, at most ${grouped(MOST_MOVERS)} bins of each.`,
    spec: grid(
      shown.map((each, i) =>
        withHeading(moversPanel(each, names, i === 0), `${each.dimension.title} (${each.dimension.unit})`, { over: "plot" }),
      ),
      { spacing: 34 },
    ),
    caption: `What moved between the two groups of the comparison in which most dimensions drifted. ${finding}.`,
    reading: MOVERS_READING,
    alt: `Pairs of dots of the share of each bin in both groups, one panel per dimension. ${finding}.`,
  };
}

function moversPanel({ dimension, movers }: Finding, [a, b]: readonly [string, string], legend: boolean): LayeredPanel {
  const shown = movers.slice(0, MOST_MOVERS);
  const names = shown.map((mover) => binTitle(dimension.name, mover));
  const most = Math.max(...shown.flatMap(({ shareA, shareB }) => [shareA, shareB]));
  const x = fromBelow(shareAxis({ title: null, domain: [0, Math.min(1, most * 1.05)] }));
  const y: Position = { field: "rank", ...rankAxis(names) };
  const rows = shown.map(({ shareA, shareB }, rank) => ({ rank, shareA, shareB }));
  const dots = rows.flatMap(({ rank, shareA, shareB }) => [
    { rank, share: shareA, group: a },
    { rank, share: shareB, group: b },
  ]);
  const panel = {
    width: WIDTH,
    height: { step: ROW_STEP },
    layer: withRows([
      {
        data: { values: rows },
        mark: { type: "rule", strokeWidth: 3, color: COLORS.light.axis },
        encoding: { y, x: quantitative("shareA", x), x2: { field: "shareB" } },
      },
      {
        data: { values: dots },
        mark: { type: "circle", size: 130, opacity: 1 },
        encoding: {
          y,
          x: quantitative("share", x),
          color: {
            field: "group",
            type: "nominal",
            scale: { domain: [a, b], range: [COLORS.light.neutral, seriesColor(3)] },
            legend: legend ? { title: null, orient: "top", direction: "horizontal", offset: 34 } : null,
          },
        },
      },
    ]),
  };
  const total = sumOf(movers, ({ part }) => part);
  return withSideColumns(panel, names, [
    { heading: "first", width: 60, texts: shown.map(({ shareA }) => percent(shareA, 1)) },
    { heading: "second", width: 60, texts: shown.map(({ shareB }) => percent(shareB, 1)) },
    { heading: "of divergence", width: 100, texts: shown.map(({ part }) => percent(part / total)) },
  ]);
}

function binTitle(dimension: string, { bin }: Mover): string {
  return dimension === "tool_mix" ? displayToolName(bin) : bin;
}
