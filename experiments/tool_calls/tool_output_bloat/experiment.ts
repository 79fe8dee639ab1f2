import { providerTitle } from "../../../lib/chart/palette.ts";
import { defineExperiment, type Headline } from "../../../lib/experiment.ts";
import { counted } from "../../../lib/format/counts.ts";
import { grouped, money, percent } from "../../../lib/format/numbers.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { priceNotes, readPriceFacts } from "../../../lib/trace/prices/coverage.ts";
import { capsFigure, concentrationFigure, toolsFigure } from "./charts.ts";
import { type Bloat, FLAGS, readBloat } from "./results.ts";
import { ridesFigure } from "./rides-chart.ts";
import { tablesOf } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Size and cost of tool results",
  question: "Which tools fill the context, with which results, and what do these cost until they leave it?",
  empty: "No step in this pool sees the result of a tool call.",
  flags: FLAGS,
  async run({ db, options }) {
    const bloat = await readBloat(db, options);
    const prices = await readPriceFacts(db);
    const coverage = coverageOf(bloat);
    const figures = [
      toolsFigure(bloat, options, coverage),
      ridesFigure(bloat, coverage),
      capsFigure(bloat, prices.sentence),
      concentrationFigure(bloat, coverage),
    ].filter((figure) => figure !== null);
    return {
      tables: tablesOf(bloat, options),
      ...(figures.length > 0 && { figures }),
      headlines: headlines(bloat),
      notes: [...(bloat.groups.length > 0 ? [coverage] : []), ...priceNotes(prices)],
    };
  },
});

/** Results with known tokens and with a price. */
function coverageOf({ all: { sums } }: Bloat): string {
  const parts = [
    ...(sums.into_reset > 0
      ? [`${grouped(sums.into_reset)} came with the first step after a reset or of a session, so that their tokens are unknown`]
      : []),
    ...(sums.unpriced > 0 ? [`${grouped(sums.unpriced)} have no price`] : []),
  ];
  return `Allocated over ${counted(sums.results, "result")}${parts.length > 0 ? `; ${parts.join(", ")}` : ""}.`;
}

function headlines({ all, providers, caps }: Bloat): Headline[] {
  if (all.sums.cost_pico === 0) return [];
  const saved = caps.filter(({ capTokens }) => capTokens === 5_000);
  return [
    { label: "Cost of tool results until they left", value: money(all.sums.cost_pico / 1e12) },
    ...providers
      .filter(({ sums }) => sums.cost_pico > 0)
      .map(({ provider, sums, inputNano }) => ({
        label: `${providerTitle(provider ?? "")}: share of the input bill`,
        value: percent(ratio(sums.cost_pico / 1e3, inputNano)),
      })),
    ...(saved.length > 0
      ? [
          {
            label: "A cap of 5,000 tokens saves at most",
            value: money(sumOf(saved, ({ savedUsd }) => savedUsd)),
          },
        ]
      : []),
  ];
}
