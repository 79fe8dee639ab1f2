import { enoughFor } from "../../../lib/chart/minimum.ts";
import { defineExperiment, type Headline } from "../../../lib/experiment.ts";
import { durationCompact } from "../../../lib/format/durations.ts";
import { grouped, percent, toFixedHalfEven } from "../../../lib/format/numbers.ts";
import { SCOPES, scopeTitle } from "../../../lib/trace/scopes.ts";
import { tradeoffFigures } from "./charts.ts";
import { hitIntervals, readTradeoffs, type Tradeoff } from "./measure.ts";
import { tradeoffTable } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "How long to keep an idle prefix",
  question: "What does a cache gain in hits, and pay in idle storage, when it keeps the prefix of a session longer before it evicts it?",
  empty: "No steps of Claude or Codex with a known idle time, fresh input and timed generation in this pool.",
  unfinishedOutput: "counted as logged",
  async run({ db }) {
    const tradeoffs = await readTradeoffs(db);
    const providers = tradeoffs.filter(({ scope }) => scope !== "merged");
    const results = { tables: [tradeoffTable(tradeoffs)], headlines: headlines(tradeoffs) };
    if (providers.length === 0) return { ...results, notes: notes(tradeoffs) };
    const sized = providers.map((tradeoff) => ({ ...tradeoff, name: scopeTitle(tradeoff.scope), n: tradeoff.steps }));
    const { drawn, sentence } = enoughFor("curve", sized, "timed step");
    return {
      ...results,
      figures: drawn.length > 0 ? tradeoffFigures(drawn, await hitIntervals(db, FIVE_MINUTES_S)) : [],
      notes: [...notes(tradeoffs), ...(sentence ? [sentence] : [])],
    };
  },
});

const FIVE_MINUTES_S = 300;

function headlines(tradeoffs: readonly Tradeoff[]): Headline[] {
  const merged = tradeoffs.find(({ scope }) => scope === "merged");
  const point = merged?.points.find(({ timeout_s }) => timeout_s === FIVE_MINUTES_S);
  return [
    { label: "Hit rate at 5 min", value: point ? percent(point.hit_rate, 1) : "" },
    { label: "Idle storage at 5 min", value: point ? `${toFixedHalfEven(point.storage_ratio, 1)}x generation` : "" },
    { label: "Acts like a timeout of", value: merged ? durationCompact(merged.effective_timeout_s) : "" },
  ];
}

function notes(tradeoffs: readonly Tradeoff[]): string[] {
  const missing = SCOPES.filter((scope) => tradeoffs.length > 0 && !tradeoffs.some((tradeoff) => tradeoff.scope === scope));
  return [
    ...tradeoffs.map(
      ({ scope, steps, generation_s, optimal_hit_rate, fresh_floor }) =>
        `${scopeTitle(scope)}: ${grouped(steps)} steps with a known idle time, ${grouped(generation_s / 3600, 1)} h of generation; without eviction ${percent(optimal_hit_rate, 2)} of the input would be hits, ${percent(fresh_floor, 2)} is new.`,
    ),
    ...missing.map(
      (scope) => `${scopeTitle(scope)} is left out: it has no steps with a known idle time and fresh input, or no timed generation.`,
    ),
  ];
}
