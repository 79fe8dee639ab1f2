import { providerLabel } from "../../../lib/chart/palette.ts";
import { defineExperiment, type Headline } from "../../../lib/experiment.ts";
import { latencyCompact } from "../../../lib/format/durations.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { known } from "../../../lib/stats/known.ts";
import { quantileNumpy } from "../../../lib/stats/quantile.ts";
import { TOOL_FLAGS } from "../../../lib/trace/tools.ts";
import { binsFigure, curvesFigure, toolsFigure } from "./charts.ts";
import {
  BINS,
  type ProviderCurve,
  type ProviderTools,
  providerCurves,
  providerTools,
  slowIntervals,
  TOOLS,
  toolSummaries,
} from "./measure.ts";
import { binTable, countTable, summaryTable, totalTable } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Latency of tool calls",
  question: "How long do tool calls take by tool and provider, and which range of latency holds most calls and which most of the time?",
  empty: "No tool call in this pool has a positive latency.",
  flags: TOOL_FLAGS,
  async run({ db, options }) {
    const tools = await db.rows(TOOLS);
    const bins = await db.rows(BINS);
    const curves = await providerCurves(db);
    const hasCurves = curves.some((curve) => curve.bins.length > 0);
    const curveTables = hasCurves ? [countTable(curves), totalTable(curves)] : [];
    const tables = [summaryTable(await toolSummaries(db, tools)), binTable(bins), ...curveTables];
    if (bins.length === 0) return { tables };
    const providers = await providerTools(db, tools, options.minToolCallsForPlot, options.topTools);
    return {
      tables,
      figures: [
        toolsFigure(providers),
        binsFigure(bins, providers, await slowIntervals(db)),
        ...(hasCurves ? [curvesFigure(curves, providers)] : []),
      ],
      headlines: curves.map((curve) => headline(curve, known(providers.find(({ provider }) => provider === curve.provider)))),
      notes: hasCurves ? [] : ["No curves: all latencies in this pool are the same."],
    };
  },
});

function headline({ provider, ascending, n }: ProviderCurve, { calls }: ProviderTools): Headline {
  const coverage = n === calls ? `${grouped(n)} calls` : `${grouped(n)} of ${grouped(calls)} calls`;
  return { label: `${providerLabel(provider)}: median latency (${coverage})`, value: latencyCompact(known(quantileNumpy(ascending, 0.5))) };
}
