import { defineExperiment, type Headline } from "../../../lib/experiment.ts";
import { percentagesFigure } from "./charts.ts";
import { readFacts } from "./facts.ts";
import { type Macro, macrosOf } from "./macros.ts";
import { macroMarkdown, macroTable, macroTex } from "./outputs.ts";

const ON_CARD = ["avgstepperrequest", "avgtimeperrequest", "prefixcachehitrate", "prefillamplificationfactor"];

export default defineExperiment(import.meta.url, {
  title: "Numbers quoted in the paper",
  question: "Which single numbers does the paper quote, and what exactly is each of them in this pool?",
  empty: "No quoted percentage in this pool is above zero.",
  unfinishedOutput: "left out of tables",
  async run({ db }) {
    const macros = macrosOf(await readFacts(db));
    const figure = percentagesFigure(macros);
    return {
      tables: [macroTable(macros)],
      texts: [macroMarkdown(macros), macroTex(macros)],
      ...(figure && { figures: [figure] }),
      headlines: headlines(macros),
      notes: notes(macros),
    };
  },
});

function headlines(macros: readonly Macro[]): Headline[] {
  const onCard = macros.filter(({ name }) => ON_CARD.includes(name));
  return onCard.flatMap(({ title, value, unit }) => (value === null ? [] : [{ label: title, value: `${value} ${unit}`.trim() }]));
}

function notes(macros: readonly Macro[]): string[] {
  const missing = macros.filter(({ value }) => value === null);
  if (missing.length === 0) return [];
  const names = missing.map(({ title }) => title).join("; ");
  return [`This pool has no data for ${missing.length} of ${macros.length} numbers: ${names}.`];
}
