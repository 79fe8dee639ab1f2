import { defineExperiment, type Headline } from "../../../lib/experiment.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { overviewFigure } from "./charts.ts";
import { DAYS } from "./periods.ts";
import { readFacts, type ScopeFacts } from "./read.ts";
import { longTable, scopeSummary } from "./summary.ts";

export default defineExperiment(import.meta.url, {
  title: "The pool in numbers",
  question: "How large is the pool, what do its steps read, write and wait for, and how do the providers differ?",
  empty: "No agent step in this pool.",
  unfinishedOutput: "left out",
  async run({ db }) {
    const { merged, providers } = await readFacts(db);
    const figure = overviewFigure(providers, await db.rows(DAYS));
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
        figures: figure ? [figure] : [],
        headlines: headlines(merged),
        notes: notes(merged, providers, figure !== null),
      }),
      provides: summary,
    };
  },
});

function headlines({ totals }: ScopeFacts): Headline[] {
  const hitRate = ratio(totals.prefix_tokens, totals.prefix_tokens + totals.append_tokens);
  return [
    { label: "sessions", value: grouped(totals.sessions) },
    { label: "agent steps", value: grouped(totals.steps) },
    { label: "input tokens", value: `${grouped((totals.prefix_tokens + totals.append_tokens) / 1e6, 1)}M` },
    ...(hitRate === null ? [] : [{ label: "read from the cache", value: percent(hitRate, 1) }]),
  ];
}

function notes(merged: ScopeFacts, providers: readonly ScopeFacts[], drawn: boolean): string[] {
  const unowned = merged.totals.steps - providers.reduce((sum, { totals }) => sum + totals.steps, 0);
  return [
    ...(unowned > 0 ? [`Steps without a provider count in the whole pool only: ${grouped(unowned)}.`] : []),
    ...(drawn ? [] : ["No figure was drawn: the pool has neither two providers to compare nor a provider whose steps have times."]),
  ];
}
