import { defineExperiment, type Headline } from "../../../lib/experiment.ts";
import { countCompact } from "../../../lib/format/counts.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { overviewFigure } from "./charts.ts";
import { readFacts, type ScopeFacts } from "./read.ts";
import { longTable, scopeSummary } from "./summary.ts";

export default defineExperiment(import.meta.url, {
  title: "The pool in numbers",
  question: "How large is the pool, what do its steps read, write and wait for, and how do the providers differ?",
  empty: "No agent step in this pool.",
  unfinishedOutput: "left out",
  async run({ db }) {
    const { merged, providers } = await readFacts(db);
    const summary = Object.fromEntries([merged, ...providers].map((scope) => [scope.totals.scope, scopeSummary(scope)]));
    return {
      tables: [longTable(summary)],
      documents: [
        {
          name: "summary.json",
          says: "the same numbers by scope and section; names that end in `definition` hold a sentence about the numbers next to them",
          value: summary,
        },
      ],
      ...(merged.totals.steps > 0 && {
        figures: providers.length > 1 ? [overviewFigure(providers)] : [],
        headlines: headlines(merged),
        notes: notes(merged, providers),
      }),
      provides: summary,
    };
  },
});

function headlines({ totals }: ScopeFacts): Headline[] {
  const hitRate = ratio(totals.prefix_tokens, totals.prefix_tokens + totals.append_tokens);
  return [
    { label: "Sessions", value: grouped(totals.sessions) },
    { label: "Agent steps", value: grouped(totals.steps) },
    { label: "Input tokens", value: countCompact(totals.prefix_tokens + totals.append_tokens) },
    ...(hitRate === null ? [] : [{ label: "Input read from the cache", value: percent(hitRate, 1) }]),
  ];
}

function notes(merged: ScopeFacts, providers: readonly ScopeFacts[]): string[] {
  const unowned = merged.totals.steps - providers.reduce((sum, { totals }) => sum + totals.steps, 0);
  return [
    ...(unowned > 0 ? [`Steps without a provider count in the whole pool only: ${grouped(unowned)}.`] : []),
    ...(providers.length > 1 ? [] : ["No figure was drawn: the pool does not have two providers to compare."]),
  ];
}
