import { providerTitle } from "../../../lib/chart/palette.ts";
import { defineExperiment, type Headline } from "../../../lib/experiment.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { replayFigures } from "./charts.ts";
import { type Analysis, measure, PROVIDERS } from "./measure.ts";
import { appendIntervals, equalIntervals } from "./replay.ts";
import { reportOf } from "./report.ts";
import { quantityTable, toleranceTable } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Is the cache a replayed conversation?",
  question:
    "Is the cached prefix of a step the whole input of the step before it, and does its new input begin with the output of that step?",
  empty: "No two steps of Claude or Codex in this pool have consecutive round indexes.",
  unfinishedOutput: "left out",
  async run({ db }) {
    const measured = await measure(db);
    const { analysis } = measured;
    const providers = PROVIDERS.filter((provider) => analysis.providers[provider].prefix_relationship.pairs > 0);
    const results = {
      tables: [toleranceTable(analysis), quantityTable(analysis)],
      documents: [
        {
          name: "cache_replay_analysis.json",
          says: "the whole analysis, in tokens and characters: the steps that took part, five sections for each provider, and Claude's cache if it is known",
          value: analysis,
        },
      ],
      texts: [{ name: "cache_replay_analysis.md", says: "the main numbers as tables", text: reportOf(analysis) }],
      headlines: headlines(analysis),
      notes: notes(analysis),
    };
    return providers.length > 0
      ? { ...results, figures: replayFigures(providers, measured, { equal: await equalIntervals(db), append: await appendIntervals(db) }) }
      : results;
  },
});

/** Blank where a provider has no pairs; about the output only where one is known. */
function headlines({ providers }: Analysis): Headline[] {
  const shown = (share: number | null) => (share === null ? "" : percent(share, 1));
  return PROVIDERS.flatMap((provider) => {
    const { prefix_relationship, adjusted_append } = providers[provider];
    return [
      { label: `${providerTitle(provider)} prefix within 1%`, value: shown(prefix_relationship.within_relative["1pct"].fraction) },
      ...(prefix_relationship.pairs > 0 && adjusted_append.pairs === 0
        ? []
        : [{ label: `${providerTitle(provider)} append ≥ output`, value: shown(adjusted_append.next_append_ge_previous_output.fraction) }]),
    ];
  });
}

function notes({ normalized_trace: { stats }, providers }: Analysis): string[] {
  const { rows = 0, pairs = 0, skipped_non_adjacent_pair: apart = 0, skipped_missing_identity: nameless = 0 } = stats;
  const gaps = `${grouped(apart)} follow a gap or a repeated round index`;
  const empty = PROVIDERS.filter((provider) => pairs > 0 && providers[provider].prefix_relationship.pairs === 0);
  return [
    ...(rows > 0 ? [`${grouped(pairs)} of ${grouped(rows)} steps directly follow the step before them; ${gaps} and are left out.`] : []),
    ...(nameless > 0 ? [`${grouped(nameless)} steps of other providers, or without session or round index, were left out.`] : []),
    ...empty.map((provider) => `${providerTitle(provider)} is left out: no two of its steps have consecutive round indexes.`),
  ];
}
