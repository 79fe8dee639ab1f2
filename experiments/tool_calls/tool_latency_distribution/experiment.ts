import { providerTitle } from "../../../lib/chart/theme.ts";
import { defineExperiment, flag, type Headline, integer } from "../../../lib/experiment.ts";
import { latencyCompact } from "../../../lib/format/durations.ts";
import { shortLabel } from "../../../lib/format/labels.ts";
import { quantileNumpy } from "../../../lib/stats/quantile.ts";
import { binsFigures, boxFigure, countFigure, totalFigure, wideBoxFigure } from "./charts.ts";
import { byProvider, type Calls, curvesOf, type ProviderCurve } from "./measure.ts";
import { type BinRow, binTable, countTable, summaryTable, totalTable } from "./tables.ts";

const WIDE_TOOLS = 12;

export default defineExperiment(import.meta.url, {
  title: "Latency of tool calls",
  question: "How long do tool calls take by tool and provider, and which range of latency holds most calls and which most of the time?",
  flags: {
    topTools: integer({ min: 1, default: 30, says: "Most tools per provider" }),
    minToolCallsForPlot: integer({ min: 0, default: 20, says: "Tools with fewer calls are put together; 1 turns it off" }),
    paperWideOnly: flag({ says: "Draw only the boxes of the first 12 tools side by side" }),
    paperWeightedOnly: flag({ says: "Draw only the compact bars of calls and time" }),
  },
  async run({ db, options }) {
    const summary = await db.rows<Parameters<typeof summaryTable>[0][number]>("summary.sql");
    const bins = await db.rows<BinRow>("bins.sql");
    const providers = byProvider(await db.columns<Calls & Record<string, ArrayLike<unknown>>>("calls.sql"));
    const curves = curvesOf(providers);
    const some = bins.length > 0;
    const minCalls = options.minToolCallsForPlot;
    const wide = some ? [wideBoxFigure(providers, minCalls, WIDE_TOOLS)] : [];
    const [weighted, compact] = some ? binsFigures(bins) : [];
    const all = [
      ...(some ? [boxFigure(providers, minCalls, options.topTools)] : []),
      ...wide,
      ...(weighted ? [weighted] : []),
      ...(compact ? [compact] : []),
      ...(curves.length > 0 ? [countFigure(curves), totalFigure(curves)] : []),
    ];
    const only = [...(options.paperWideOnly ? wide : []), ...(options.paperWeightedOnly && compact ? [compact] : [])];
    return {
      tables: [summaryTable(summary), binTable(bins), ...(curves.length > 0 ? [countTable(curves), totalTable(curves)] : [])],
      figures: options.paperWideOnly || options.paperWeightedOnly ? only : all,
      headlines: curves.map(headline),
      notes: notes(some, curves.length > 0),
    };
  },
});

function headline({ provider, latencies }: ProviderCurve): Headline {
  return { label: `${shortLabel(providerTitle(provider))} median`, value: latencyCompact(quantileNumpy(latencies, 0.5) as number) };
}

function notes(some: boolean, curves: boolean): string[] {
  if (!some) return ["There is nothing to show: no tool call of this pool has a positive latency."];
  return curves ? [] : ["No curves: all latencies of this pool are the same."];
}
