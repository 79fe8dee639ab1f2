import { providerOrder, providerTitle } from "../../../lib/chart/palette.ts";
import { choice, defineExperiment, type Headline, integer, type JsonDocument, type Table, table } from "../../../lib/experiment.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { sixDigits } from "../../../lib/format/six-digits.ts";
import { at } from "../../../lib/stats/known.ts";
import { summaryColumns } from "../../../lib/stats/summary.ts";
import { GROUP_FLAGS, largestGroups, PAIR_SAMPLE_SIZE } from "../../../lib/trace/groups.ts";
import { rangesFigure, scatterFigure } from "./charts.ts";
import { COVERAGE, type Coverage, type PairSummary, type Pairs, readIntervals, readPairs, summaryOf } from "./measure.ts";

export default defineExperiment(import.meta.url, {
  title: "Append without the replayed output",
  question: "When the output of the step before is taken out of a step's new input, how much does the step really add?",
  empty: "No session in this pool has two steps with consecutive round indexes.",
  unfinishedOutput: "left out",
  flags: {
    subtractOutput: choice(["total", "visible-for-codex"], {
      default: "total",
      says: "Output to subtract: all of it, or without reasoning where Codex wrote it",
    }),
    subtractPolicy: choice(["claude-and-gpt55", "all"], {
      default: "claude-and-gpt55",
      says: "Whose output to subtract: that of Claude and gpt-5.5, which send it again as new input, or that of all models",
    }),
    pairSampleSize: PAIR_SAMPLE_SIZE,
    maxGroups: GROUP_FLAGS.maxGroups,
    seed: integer({ min: 0, default: 42, says: "Seed of the sample in the scatter plot" }),
  },
  async run({ db, options }) {
    const pairs = await readPairs(db, options);
    const coverage = at(await db.rows(COVERAGE), 0);
    const { summaries } = pairs;
    const counts = new Map(summaries.map(({ provider, count }) => [provider, count]));
    const providers = providerOrder(largestGroups(counts, options.maxGroups));
    const results = { tables: [summaryTable(summaries)], documents: [countsDocument(coverage, pairs)] };
    if (providers.length === 0) return results;
    return {
      ...results,
      figures: [...scatterFigure(pairs, providers), rangesFigure(summaries, providers, await readIntervals(db, options))],
      headlines: headlines(summaries, providers),
      notes: providers.length < counts.size ? [drawnNote(providers.length, counts.size)] : [],
    };
  },
});

const STATISTICS = { median: "p50", p90: "p90", p95: "p95", p99: "p99", min: "min", max: "max" } as const;
const SAYS = "of the metric; of one that is 1 or 0, whether that share of the pairs has 1";

function summaryTable(summaries: readonly PairSummary[]): Table {
  return table(
    "prefix_vs_adjusted_append_summary",
    summaries,
    {
      provider: { says: "Provider of the later step of the pairs" },
      metric: { says: "What the statistics are of: see Method" },
      count: { says: "Number of pairs", unit: "pairs" },
      ...sixDigits(summaryColumns(STATISTICS, (summary: PairSummary) => summary, SAYS, "tokens")),
    },
    {
      title: "Append with and without the output of the step before",
      caption: "One row per provider with pairs and metric, rounded to six significant digits (ties to even).",
    },
  );
}

function countsDocument({ couples, ...steps }: Coverage, { count: pairs, subtracted, unknown }: Pairs): JsonDocument {
  return {
    name: "pair_counts.json",
    says:
      "`rows` (steps), steps left out (`missing_provider_or_session`, then `missing_round_index`), `skipped_non_adjacent_pair` " +
      "(consecutive steps whose index does not grow by one), `skipped_unknown_output` if there are any, `pairs`, and whether the policy subtracts an output from them",
    value: {
      ...steps,
      skipped_non_adjacent_pair: couples - pairs - unknown,
      ...(unknown > 0 && { skipped_unknown_output: unknown }),
      pairs,
      subtracted_pairs: subtracted,
      not_subtracted_pairs: pairs - subtracted,
    },
  };
}

const MOST_HEADLINES = 2;

function headlines(summaries: readonly PairSummary[], providers: readonly string[]): Headline[] {
  return providers.slice(0, MOST_HEADLINES).map((provider) => {
    const median = (metric: "raw_append" | "adjusted_append") => grouped(summaryOf(summaries, provider, metric).p50);
    return {
      label: `Median append, ${providerTitle(provider)}: billed / really new`,
      value: `${median("raw_append")} / ${median("adjusted_append")}`,
    };
  });
}

function drawnNote(drawn: number, providers: number): string {
  return `The figures show the ${drawn} largest of ${providers} providers; the summary has all.`;
}
