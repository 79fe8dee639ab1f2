import { defineExperiment, type Headline, integer, number } from "../../../lib/experiment.ts";
import { percent, toFixedHalfEven } from "../../../lib/format/numbers.ts";
import { known } from "../../../lib/stats/known.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { compactionsFigure } from "./charts.ts";
import { compactionsOf, countCompactions, type ScopeSummary, summarizeScopes } from "./measure.ts";
import { sessionsTable, summaryTable, summaryText } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Compactions per session",
  question: "How often is the context of a session compacted, and does the user or a tool result trigger it?",
  empty: "No session of Claude or Codex in this pool was compacted.",
  flags: {
    minDropTokens: number({ min: 0, default: 64_000, says: "Minimum drop of the total input, in tokens" }),
    nearMaxRatio: number({
      min: 0,
      default: 0.75,
      says: "Minimum size of the context before the drop, as a share of the session's largest",
    }),
    reboundRatio: number({
      min: 0,
      default: 0.75,
      says: "Size that the context must not reach again soon after, as a share of its size before the drop",
    }),
    reboundSteps: integer({ min: 0, default: 3, says: "Steps after the drop in which it must not reach that size" }),
  },
  async run({ db, options }) {
    const sessions = await countCompactions(db, options);
    const summaries = summarizeScopes(sessions);
    const results = {
      tables: [summaryTable(summaries), sessionsTable(sessions)],
      texts: [summaryText(summaries, options.minDropTokens)],
      headlines: headlines(known(summaries.find(({ scope }) => scope === "merged"))),
    };
    const compacted = summaries.some(({ scope, positive }) => scope !== "merged" && positive.n > 0);
    return compacted ? { ...results, figures: [compactionsFigure(summaries, sessions)] } : results;
  },
});

function headlines(merged: ScopeSummary): Headline[] {
  return [
    {
      label: "Sessions with compactions",
      value: percent(ratio(merged.positive.n, merged.all.n), 1),
      published: { label: "Sessions w/ ≥1 compaction" },
    },
    {
      label: "Compactions at tool-triggered steps",
      value: percent(ratio(merged.toolInitiated, compactionsOf(merged)), 1),
      published: { label: "Tool-initiated" },
    },
    {
      label: "Compactions per session that has any, mean",
      value: toFixedHalfEven(merged.positive.mean, 1),
      published: { label: "Avg / active session" },
    },
  ];
}
