import { providerLabel } from "../../../lib/chart/palette.ts";
import { defineExperiment, type Figure, flag, type Headline } from "../../../lib/experiment.ts";
import { latencyCompact } from "../../../lib/format/durations.ts";
import { known } from "../../../lib/stats/known.ts";
import { quantileNumpy } from "../../../lib/stats/quantile.ts";
import { TOOL_FLAGS } from "../../../lib/trace/tools.ts";
import { binsFigures, boxFigure, countFigure, totalFigure, wideBoxFigure } from "./charts.ts";
import { BINS, byProvider, CALLS, curvesOf, type ProviderCurve, SUMMARY } from "./measure.ts";
import { binTable, countTable, summaryTable, totalTable } from "./tables.ts";

const WIDE_TOOLS = 12;

export default defineExperiment(import.meta.url, {
  title: "Latency of tool calls",
  question: "How long do tool calls take by tool and provider, and which range of latency holds most calls and which most of the time?",
  empty: "No tool call in this pool has a positive latency.",
  flags: {
    ...TOOL_FLAGS,
    paperWideOnly: flag({ says: "Draw only the boxes of the first 12 tools side by side" }),
    paperWeightedOnly: flag({ says: "Draw only the compact bars of calls and time" }),
  },
  async run({ db, options }) {
    const bins = await db.rows(BINS);
    const providers = byProvider(await db.columns(CALLS));
    const curves = curvesOf(providers);
    const curveTables = curves.length > 0 ? [countTable(curves), totalTable(curves)] : [];
    const results = { tables: [summaryTable(await db.rows(SUMMARY)), binTable(bins), ...curveTables], headlines: curves.map(headline) };
    if (bins.length === 0) return results;
    const { topTools, minToolCallsForPlot: minCalls, paperWideOnly, paperWeightedOnly } = options;
    const wide = wideBoxFigure(providers, minCalls, WIDE_TOOLS);
    const [weighted, compact] = binsFigures(bins);
    const chosen: Figure[] = [...(paperWideOnly ? [wide] : []), ...(paperWeightedOnly ? [compact] : [])];
    const curveFigures = curves.length > 0 ? [countFigure(curves), totalFigure(curves)] : [];
    return {
      ...results,
      figures: chosen.length > 0 ? chosen : [boxFigure(providers, minCalls, topTools), wide, weighted, compact, ...curveFigures],
      notes: curves.length > 0 ? [] : ["No curves: all latencies in this pool are the same."],
    };
  },
});

function headline({ provider, latencies }: ProviderCurve): Headline {
  return { label: `${providerLabel(provider)} median`, value: latencyCompact(known(quantileNumpy(latencies, 0.5))) };
}
