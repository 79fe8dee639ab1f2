/** The figure: how many compactions sessions go through, and what sets them off. */

import { countAxis, shareAxis } from "../../../lib/chart/axes.ts";
import { grid, withHeading } from "../../../lib/chart/grid.ts";
import { groupsToShow } from "../../../lib/chart/groups-to-show.ts";
import { type Encoding, type Legend, labelLookup, type Panel } from "../../../lib/chart/spec.ts";
import { splitBars } from "../../../lib/chart/split-bars.ts";
import { COLORS, FONT_SIZE, kindColor, PANEL, providerScale } from "../../../lib/chart/theme.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { intervalText } from "../../../lib/format/intervals.ts";
import { grouped, percent, toFixedHalfEven } from "../../../lib/format/numbers.ts";
import { wilsonInterval } from "../../../lib/stats/intervals.ts";
import { known } from "../../../lib/stats/known.ts";
import { ratio, shareOf } from "../../../lib/stats/ratio.ts";
import { SCOPES, type Scope, scopeTitle } from "../../../lib/trace/scopes.ts";
import { type Bin, compactionsOf, countBins, type ScopeSummary, type SessionCounts, sessionsByCompactions } from "./measure.ts";

const HISTOGRAM_HEIGHT = 300;
/** Space above the tallest bar for its number, as a factor. */
const HEADROOM = 1.08;
const TRIGGERS = [
  { name: "Tool-initiated", color: kindColor("tool") },
  { name: "User-initiated", color: kindColor("human") },
];

const READING = `Above: how many sessions had one, two, three … compactions. With more than twelve, numbers are combined, so a wider
range makes a taller bar. The legend shows how many sessions had any. Below: what began the compacted steps.

- A small share of sessions with a long tail: a few long sessions account for most compactions.
- Mostly tool-initiated: the agent's own loop fills the context, and it is compacted in the middle of the work.`;

/** At least one session of Claude or Codex must have been compacted. */
export function compactionsFigure(summaries: readonly ScopeSummary[], sessions: readonly SessionCounts[]): Figure {
  const compacted = groupsToShow(summaries, compactionsOf);
  const merged = known(summaries.find(({ scope }) => scope === "merged"));
  const providers = summaries.filter(({ scope, all }) => scope !== "merged" && all.n > 0);
  const total = compactionsOf(merged);
  const toolShare = ratio(merged.toolInitiated, total);
  const facts =
    `${grouped(merged.positive.n)} of ${grouped(merged.all.n)} sessions (${percent(ratio(merged.positive.n, merged.all.n), 1)}) are compacted at least once, ` +
    `${toFixedHalfEven(merged.positive.mean, 1)} times on average and ${grouped(merged.positive.max)} times at most; tool results set off ${percent(toolShare, 1)} of the ${grouped(total)} compactions.`;
  return {
    name: "session_compaction_counts",
    title: `Compacted sessions: ${providers.map(({ scope, all, positive }) => `${percent(ratio(positive.n, all.n), 1)} (${scopeTitle(scope)})`).join(", ")}`,
    subtitle: "Sessions by number of compactions, and what began the compacted steps.",
    coverage: { shown: merged.positive.n, of: merged.all.n, what: "sessions", rest: "were never compacted" },
    spec: grid(
      [
        withHeading(histogram(summaries, sessions), "Sessions by number of compactions", { over: "plot" }),
        withHeading(triggers(compacted), "What began the compacted step", { over: "plot" }),
      ],
      { spacing: 24 },
    ),
    caption: `Above, the sessions with at least one compaction by how many they had; below, whether a user's message or a tool result began the compacted step. ${facts} Intervals cover 95% (Wilson).`,
    reading: READING,
    alt: `Grouped bars of sessions by number of compactions and provider, over stacked bars of the share of each trigger. ${facts}`,
  };
}

function histogram(summaries: readonly ScopeSummary[], sessions: readonly SessionCounts[]): Panel {
  const scopes = SCOPES.filter((scope) => scope !== "merged" && summaries.some((summary) => summary.scope === scope && summary.all.n > 0));
  const bins = countBins(Math.max(...sessions.map(({ compactions }) => compactions)));
  const bars = scopes.flatMap((scope) => barsOf(scope, bins, sessionsByCompactions(sessions, scope)));
  const x: Encoding["x"] = {
    field: "bin",
    type: "ordinal",
    sort: bins.map(({ label }) => label),
    title: "Compactions in a session",
    axis: { labelAngle: 0, grid: false },
  };
  const offset: Encoding = { xOffset: { field: "series", type: "nominal", scale: { domain: scopes, paddingInner: 0.06 } } };
  const y: Encoding["y"] = {
    field: "sessions",
    type: "quantitative",
    ...countAxis(HEADROOM * Math.max(...bars.map((bar) => bar.sessions)), { title: "Sessions" }),
  };
  const legend: Legend = {
    orient: "top",
    direction: "horizontal",
    symbolType: "square",
    symbolStrokeWidth: 0,
    labelExpr: labelLookup(
      scopes,
      scopes.map((scope) => legendText(summaries, scope)),
    ),
  };
  return {
    width: PANEL.width,
    height: HISTOGRAM_HEIGHT,
    layer: [
      {
        data: { values: bars },
        mark: { type: "bar" },
        encoding: { x, y, ...offset, color: { field: "series", type: "nominal", title: null, scale: providerScale(scopes), legend } },
      },
      {
        data: { values: bars.filter((bar) => bar.sessions > 0) },
        mark: { type: "text", baseline: "bottom", dy: -3, fontSize: FONT_SIZE.annotation, color: COLORS.light.muted },
        encoding: { x, y, ...offset, text: { field: "label", type: "nominal" } },
      },
    ],
  };
}

function barsOf(scope: Scope, bins: readonly Bin[], counts: ReadonlyMap<number, number>) {
  return bins.map(({ label, low, high }) => {
    const within = [...counts].filter(([compactions]) => compactions >= low && compactions <= high);
    const sessions = within.reduce((sum, [, count]) => sum + count, 0);
    return { series: scope, bin: label, sessions, label: grouped(sessions) };
  });
}

function legendText(summaries: readonly ScopeSummary[], scope: Scope): string {
  const { all, positive } = known(summaries.find((summary) => summary.scope === scope));
  return `${scopeTitle(scope)}: ${grouped(positive.n)} of ${grouped(all.n)} sessions, ${percent(ratio(positive.n, all.n), 1)}${intervalText(wilsonInterval(positive.n, all.n), percent)}`;
}

function triggers(summaries: readonly ScopeSummary[]): Panel {
  return splitBars({
    bars: summaries.map((summary) => ({
      name: `${scopeTitle(summary.scope)} (${grouped(compactionsOf(summary))})`,
      values: {
        "Tool-initiated": shareOf(summary.toolInitiated, compactionsOf(summary)),
        "User-initiated": shareOf(summary.userInitiated, compactionsOf(summary)),
      },
    })),
    parts: TRIGGERS,
    x: shareAxis({ title: "Share of the compactions", ticks: [0, 0.25, 0.5, 0.75, 1] }),
    label: (share) => percent(share),
  });
}
