import { providerOrder, providerTitle } from "../../../lib/chart/palette.ts";
import { choice, defineExperiment, type Headline, integer } from "../../../lib/experiment.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { GROUP_FLAGS, largestGroups } from "../../../lib/trace/groups.ts";
import { rangesFigure, scatterFigure } from "./charts.ts";
import { type Coverage, type PairSummary, readPairs, summarizePairs, summaryOf } from "./measure.ts";
import { countsDocument, summaryTable } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Append without the replayed output",
  question: "When the output of the step before is taken out of a step's new input, how much does the step really add?",
  flags: {
    subtractOutput: choice(["total", "visible-for-codex"], {
      default: "total",
      says: "What stands for the output: all of it, or without the reasoning of Codex",
    }),
    subtractPolicy: choice(["claude-and-gpt55", "all"], {
      default: "claude-and-gpt55",
      says: "Whose output is taken out of the next append: of models that send it again, or of all",
    }),
    pairSampleSize: integer({ min: 1, default: 80_000, says: "Most points in the scatter plot" }),
    maxGroups: GROUP_FLAGS.maxGroups,
    seed: integer({ min: 0, default: 42, says: "Chooses the sample of the scatter plot" }),
  },
  async run({ db, options }) {
    const pairs = await readPairs(db, options);
    const [coverage] = await db.rows<Coverage>("coverage.sql");
    const summaries = summarizePairs(pairs);
    const counts = new Map(summaries.map(({ provider, count }) => [provider, count]));
    const providers = providerOrder(largestGroups(counts, options.maxGroups));
    const figures = [scatterFigure(pairs, providers, options.pairSampleSize), rangesFigure(summaries, providers)];
    return {
      tables: [summaryTable(summaries)],
      documents: coverage ? [countsDocument(coverage, pairs)] : [],
      figures: figures.filter((figure) => figure !== null),
      headlines: headlines(summaries, providers),
      notes: notes(counts.size, providers.length),
    };
  },
});

const MOST_HEADLINES = 2;

function headlines(summaries: readonly PairSummary[], providers: readonly string[]): Headline[] {
  return providers.slice(0, MOST_HEADLINES).map((provider) => {
    const [raw, adjusted] = (["raw_append", "adjusted_append"] as const).map((metric) =>
      grouped(summaryOf(summaries, provider, metric).median),
    );
    return { label: `Median append, ${providerTitle(provider)}: billed / really new`, value: `${raw} / ${adjusted}` };
  });
}

function notes(providers: number, drawn: number): string[] {
  if (providers === 0) return ["There is nothing to show: no session of this pool has two steps whose round indexes follow each other."];
  return drawn < providers ? [`The figures show the ${drawn} largest of ${providers} providers; the summary has all.`] : [];
}
