import { defineExperiment, type Headline } from "../../../lib/experiment.ts";
import { percent, toFixedHalfEven } from "../../../lib/format/numbers.ts";
import { compactionsFigure } from "./charts.ts";
import { compactionsOf, countCompactions, type ScopeSummary, shareOf, summarizeScopes } from "./measure.ts";
import { sessionsTable, summaryTable, summaryText } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Compactions per session",
  question: "How often is the context of a session compacted, and does the user or a tool result set it off?",
  flags: {
    "min-drop-tokens": { type: "number", min: 0, default: 64_000, describe: "Least fall of the total input, in tokens" },
    "near-max-ratio": {
      type: "number",
      min: 0,
      default: 0.75,
      describe: "Share of the session's largest context that must have been reached before the fall",
    },
    "rebound-ratio": {
      type: "number",
      min: 0,
      default: 0.75,
      describe: "Share of the context before the fall that must not be reached again soon after",
    },
    "rebound-steps": {
      type: "number",
      integer: true,
      min: 0,
      default: 3,
      describe: "Steps after the fall in which it must not be reached",
    },
  },
  async run({ db, options }) {
    const sessions = await countCompactions(db, options);
    const summaries = summarizeScopes(sessions);
    const drawn = summaries.some(({ scope, positive }) => scope !== "merged" && positive.n > 0);
    return {
      tables: [summaryTable(summaries), sessionsTable(sessions)],
      texts: [summaryText(summaries, options.minDropTokens)],
      figures: drawn ? [compactionsFigure(summaries, sessions)] : [],
      headlines: headlines(summaries.find(({ scope }) => scope === "merged") as ScopeSummary),
      notes: drawn ? [] : ["There is nothing to draw: no session of Claude or Codex was compacted by this rule."],
    };
  },
});

function headlines(merged: ScopeSummary): Headline[] {
  return [
    { label: "Sessions w/ ≥1 compaction", value: percent(shareOf(merged.positive.n, merged.all.n), 1) },
    { label: "Tool-initiated", value: percent(shareOf(merged.toolInitiated, compactionsOf(merged)), 1) },
    { label: "Avg / active session", value: toFixedHalfEven(merged.positive.mean, 1) },
  ];
}
