import { defineExperiment } from "../../../lib/experiment.ts";
import { GROUP_FLAGS } from "../../../lib/groups.ts";
import { type Coverage, readPairs, summarizePairs } from "./measure.ts";
import { countsDocument, summaryTable } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Append without the replayed output",
  question: "When the output of the step before is taken out of a step's new input, how much does the step really add?",
  flags: {
    "subtract-output": {
      type: "string",
      choices: ["total", "visible-for-codex"],
      default: "total",
      describe: "What stands for the output: all of it, or without the reasoning of Codex",
    },
    "subtract-policy": {
      type: "string",
      choices: ["claude-and-gpt55", "all"],
      default: "claude-and-gpt55",
      describe: "Whose output is taken out of the next append: of models that send it again, or of all",
    },
    "pair-sample-size": { type: "number", integer: true, min: 1, default: 80_000, describe: "Most points in the scatter plot" },
    "max-groups": GROUP_FLAGS["max-groups"],
    seed: { type: "number", integer: true, min: 0, default: 42, describe: "Chooses the sample of the scatter plot" },
  },
  async run({ db, options }) {
    const pairs = await readPairs(db, options);
    const [coverage] = await db.rows<Coverage>("coverage.sql");
    const summaries = summarizePairs(pairs);
    return {
      tables: [summaryTable(summaries)],
      documents: coverage ? [countsDocument(coverage, pairs)] : [],
      figures: [],
      headlines: [],
      notes: [],
    };
  },
});
