import { defineExperiment, type Headline } from "../../../lib/experiment.ts";
import { percent } from "../../../lib/format/numbers.ts";
import { hitRatioFigures } from "./charts.ts";
import { hitIntervals, type InputTokens, measure } from "./measure.ts";
import { ratesText, tables } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Prefix-cache hit ratio",
  question: "What share of each step's input is read from the prefix cache, and which steps and tokens miss it?",
  empty: "No step with known tokens in this pool begins with a user message or a tool result.",
  async run({ db }) {
    const measures = await measure(db);
    const { ratios, tokens } = measures;
    const results = { tables: tables(measures), texts: [ratesText(tokens)], headlines: headlines(tokens) };
    if (ratios.every(({ steps }) => steps === 0)) return results;
    const { figures, sentence } = hitRatioFigures(measures, await hitIntervals(db));
    return { ...results, figures, notes: sentence ? [sentence] : [] };
  },
});

function headlines(tokens: readonly InputTokens[]): Headline[] {
  const merged = tokens.filter(({ scope }) => scope === "merged");
  return merged.flatMap(({ trigger, hitRate }) =>
    hitRate === null ? [] : [{ label: HEADLINE_LABELS[trigger], value: percent(hitRate, 1) }],
  );
}

const HEADLINE_LABELS = { all: "Hit rate, by token", user: "User-initiated", tool_result: "Tool-triggered" } as const;
