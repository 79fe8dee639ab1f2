import { defineExperiment } from "../../../lib/experiment.ts";
import { GROUP_FLAGS } from "../../../lib/groups.ts";
import { type AppendBin, measureLengths } from "./measure.ts";
import { binsTable, providerBinsTable, summaryTable } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Prefix and append of a step",
  question: "How long is the input of an agent step, and how does it divide into cached prefix and newly billed append?",
  flags: {
    ...GROUP_FLAGS,
    "pair-sample-size": { type: "number", integer: true, min: 1, default: 80_000, describe: "Most steps in the scatter plot" },
  },
  async run({ db, options }) {
    const metrics = await measureLengths(db, options.groupBy);
    const bins = await db.rows<AppendBin>("bins.sql");
    return {
      tables: [summaryTable(metrics), binsTable(bins), providerBinsTable(bins)],
      figures: [],
      headlines: [],
      notes: [],
    };
  },
});
