import { defineExperiment, type Headline } from "../../../lib/experiment.ts";
import { percent } from "../../../lib/format/numbers.ts";
import { appendFigure, stepsFigure } from "./charts.ts";
import { type InputTokens, measure } from "./measure.ts";
import { ratesText, tables } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Prefix-cache hit ratio",
  question: "What share of each step's input is read from the prefix cache, and which steps and tokens miss it?",
  async run({ db }) {
    const measures = await measure(db);
    const drawn = measures.ratios.some(({ steps }) => steps > 0);
    const appends = measures.ratios.some(({ appendTokens }) => appendTokens > 0);
    return {
      tables: tables(measures),
      texts: [ratesText(measures.tokens)],
      figures: [...(drawn ? [stepsFigure(measures)] : []), ...(appends ? [appendFigure(measures)] : [])],
      headlines: headlines(measures.tokens),
      notes: drawn ? [] : ["There is nothing to draw: no step with known tokens begins with a user message or a tool result."],
    };
  },
});

function headlines(tokens: readonly InputTokens[]): Headline[] {
  const merged = tokens.filter(({ scope }) => scope === "merged");
  return merged.flatMap(({ trigger, hitRate }) =>
    hitRate === null ? [] : [{ label: HEADLINE_LABELS[trigger], value: percent(hitRate, 1) }],
  );
}

const HEADLINE_LABELS = { all: "Hit rate, by token", user: "User-initiated", tool_result: "Tool-triggered" } as const;
