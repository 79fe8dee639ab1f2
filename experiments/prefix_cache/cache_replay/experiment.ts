import { providerTitle } from "../../../lib/chart/palette.ts";
import { defineExperiment, type Headline } from "../../../lib/experiment.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { replayFigures } from "./charts.ts";
import { type Analysis, measure, PROVIDERS } from "./measure.ts";
import { reportOf } from "./report.ts";
import { quantityTable, toleranceTable } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Is the cache a replayed conversation",
  question:
    "Is the cached prefix of a step the whole input of the step before it, and does its new input begin with the output of that step?",
  async run({ db }) {
    const measured = await measure(db);
    const { analysis } = measured;
    return {
      tables: [toleranceTable(analysis), quantityTable(analysis)],
      documents: [{ name: "cache_replay_analysis.json", value: analysis }],
      texts: [{ name: "cache_replay_analysis.md", text: reportOf(analysis) }],
      figures: replayFigures(measured),
      headlines: headlines(analysis),
      notes: notes(analysis),
    };
  },
});

/** Blank where a provider has no pairs. */
function headlines({ providers }: Analysis): Headline[] {
  const shown = (share: number | null) => (share === null ? "" : percent(share, 1));
  return PROVIDERS.flatMap((provider) => {
    const { prefix_relationship, adjusted_append } = providers[provider];
    return [
      { label: `${providerTitle(provider)} prefix within 1%`, value: shown(prefix_relationship.within_relative["1pct"].fraction) },
      { label: `${providerTitle(provider)} append ≥ output`, value: shown(adjusted_append.next_append_ge_previous_output.fraction) },
    ];
  });
}

function notes({ normalized_trace: { stats }, providers }: Analysis): string[] {
  const { rows = 0, pairs = 0, skipped_non_adjacent_pair: apart = 0, skipped_missing_identity: nameless = 0 } = stats;
  const empty = PROVIDERS.filter((provider) => providers[provider].prefix_relationship.pairs === 0);
  return [
    `${grouped(rows)} steps, ${grouped(pairs)} of them right after the step numbered before; ${grouped(apart)} follow a hole or a repeated number and are no pairs.`,
    ...(nameless > 0 ? [`${grouped(nameless)} steps of other providers, or without session or round index, were left out.`] : []),
    ...empty.map(
      (provider) => `${providerTitle(provider)}: nothing to show, because no two neighbouring steps are numbered one after the other.`,
    ),
  ];
}
