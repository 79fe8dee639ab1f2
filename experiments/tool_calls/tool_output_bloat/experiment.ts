import { defineExperiment } from "../../../lib/experiment.ts";
import { FLAGS, readBloat } from "./results.ts";
import { tablesOf } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Size and cost of tool results",
  question: "Which tools fill the context, with which results, and what do these cost until they leave it?",
  empty: "No step in this pool sees the result of a tool call.",
  flags: FLAGS,
  async run({ db, options }) {
    const bloat = await readBloat(db, options);
    return { tables: tablesOf(bloat, options) };
  },
});
