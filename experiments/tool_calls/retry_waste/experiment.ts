import { defineExperiment, type Headline } from "../../../lib/experiment.ts";
import { counted } from "../../../lib/format/counts.ts";
import { grouped, money, percent } from "../../../lib/format/numbers.ts";
import { at } from "../../../lib/stats/known.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { type PriceFacts, priceNotes, readPriceFacts } from "../../../lib/trace/prices/coverage.ts";
import { streaksFigure, toolsFigure } from "./charts.ts";
import { tablesOf } from "./tables.ts";
import { timelineFigure } from "./timeline-chart.ts";
import { FLAGS, readWaste, type Waste } from "./waste.ts";
import { wasteFigure } from "./waste-chart.ts";

export default defineExperiment(import.meta.url, {
  title: "Retries and repeated calls",
  question: "How often does an agent do a thing again, after a failure or for no visible reason, and what do these repetitions cost?",
  empty: "No tool call in this pool repeats another or tries again what failed.",
  unfinishedOutput: "counted as logged",
  flags: FLAGS,
  async run({ db, options }) {
    const waste = await readWaste(db, options);
    const prices = await readPriceFacts(db);
    const figures = [wasteFigure(waste, prices.sentence), streaksFigure(waste), toolsFigure(waste), timelineFigure(waste)].filter(
      (figure) => figure !== null,
    );
    return {
      tables: tablesOf(waste),
      ...(figures.length > 0 && { figures }),
      headlines: headlines(waste, prices),
      notes: [...notes(waste), ...priceNotes(prices)],
    };
  },
});

function headlines({ scopes }: Waste, { models }: PriceFacts): Headline[] {
  const { calls, certain, bound } = at(scopes, 0);
  if (bound.calls === 0) return [];
  const usd = certain.existence.usd + certain.size.usd;
  return [
    { label: "Calls that are known repetitions", value: percent(ratio(certain.calls, calls), 1) },
    {
      label: "Cost of these",
      value: `${money(usd)} (${percent(
        ratio(
          usd,
          sumOf(models, (model) => model.usd),
        ),
        1,
      )})`,
    },
  ];
}

function notes({ scopes, params }: Waste): string[] {
  const { byClass, bound } = at(scopes, 0);
  const { redundant, recheck } = byClass;
  const bySize = redundant.bases.includes("size") || recheck.bases.includes("size");
  return [
    ...(bySize
      ? [
          `Inputs are compared by tool and length where nothing more is known: at most ${grouped(redundant.calls)} calls are redundant. By chance alone, inputs have the same length in ${scopes
            .slice(1)
            .flatMap(({ provider, chance }) => (chance === null ? [] : [`${percent(chance, 1)} of pairs (${provider})`]))
            .join(", ")}. Inputs below ${counted(params.min, "character")} don't count.`,
          `Steps that have no calls but repetitions cost at most ${money(bound.existence.usd)}, those with redundant calls among them.`,
        ]
      : []),
    ...(bound.unknownBefore > 0
      ? [
          `Before ${counted(bound.unknownBefore, "repeated call")}, the status of the last call of the tool is not known; it counts as not failed.`,
        ]
      : []),
  ];
}
