import { defineExperiment } from "../../../lib/experiment.ts";
import { known } from "../../../lib/stats/known.ts";
import { priceNotes, readPriceFacts } from "../../../lib/trace/prices/coverage.ts";
import { savingsFigure } from "./charts.ts";
import { readSavings, savedIntervals } from "./savings.ts";
import { headlines, summaryTable, summaryText, unpricedTable } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Savings if the cache outlived the pause",
  question: "How many append tokens and dollars would at most be saved if the cache survived the time that people take to reply?",
  empty: "No append tokens in this pool.",
  async run({ db }) {
    const scopes = await readSavings(db);
    const prices = await readPriceFacts(db);
    const merged = known(scopes.find(({ scope }) => scope === "merged"));
    const results = {
      tables: [summaryTable(scopes, prices.asOf), unpricedTable(prices)],
      texts: [summaryText(scopes)],
      headlines: headlines(merged),
      notes: priceNotes(prices),
    };
    return merged.observed_append_tokens > 0
      ? { ...results, figures: [savingsFigure(merged, scopes, prices, await savedIntervals(db))] }
      : results;
  },
});
