import { defineExperiment, type Headline } from "../../../lib/experiment.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { overviewFigure } from "./charts.ts";
import type { StepsOfDay } from "./periods.ts";
import { readFacts, type ScopeFacts } from "./read.ts";
import { ratio, scopeSummary } from "./summary.ts";
import { longTable } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "The pool in numbers",
  question: "How large is the pool, what do its steps read, write and wait for, and how do the providers differ?",
  async run({ db }) {
    const facts = await readFacts(db);
    const days = await db.rows<StepsOfDay>("days.sql");
    const [merged, ...providers] = facts;
    const figure = providers.length > 0 ? overviewFigure(providers, days) : null;
    const summary = Object.fromEntries(facts.map((scope) => [scope.totals.scope, scopeSummary(scope)]));
    return {
      tables: [longTable(summary)],
      documents: [{ name: "summary.json", value: summary }],
      figures: figure ? [figure] : [],
      headlines: merged.totals.steps > 0 ? headlines(merged) : [],
      notes: notes(merged, providers, figure !== null),
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
  if (merged.totals.steps === 0) return ["There is nothing to show: the pool has no agent steps."];
  const unowned = merged.totals.steps - providers.reduce((sum, { totals }) => sum + totals.steps, 0);
  return [
    ...(unowned > 0 ? [`Steps without a provider count in the whole pool only: ${grouped(unowned)}.`] : []),
    ...(drawn ? [] : ["No figure: there are no two providers to compare, nor a provider whose steps have times."]),
  ];
}
