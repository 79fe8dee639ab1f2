/** Costs by label of sessions, where the user gave some. */
import { type Figure, type MemoryTable, type QueryContext, query, type RowOf, table } from "../../../lib/experiment.ts";
import { counted } from "../../../lib/format/counts.ts";
import { labelFigure, UNLABELED } from "../../../lib/trace/label-bars.ts";

const COSTS = query("labels.sql", {
  key: "text",
  value: "text?",
  sessions: "number",
  steps: "number",
  unpriced_steps: "number",
  input_tokens: "number",
  output_tokens: "number",
  cost_nano: "number",
  high_nano: "number",
});
export type LabelCost = RowOf<typeof COSTS>;

const READING = `One bar per value of a label of \`--labels\`; gray is what has no label of that key. Helpers, forks and resumed sessions have the labels of the session
that began it all, unless they have their own. Each step counts once for each key.`;

/** None without labels. */
export function readLabelCosts(db: QueryContext): Promise<LabelCost[]> {
  return db.rows(COSTS);
}

export function labelCostTable(costs: readonly LabelCost[]): MemoryTable {
  return table(
    "cost_by_label",
    costs,
    {
      key: { says: "Key of the label" },
      value: { of: ({ value }) => value ?? UNLABELED, says: `Value; \`${UNLABELED}\` for sessions without a label of the key` },
      sessions: { says: "Sessions, helpers included", unit: "sessions" },
      steps: { says: "Agent steps", unit: "steps" },
      unpriced_steps: { says: "Those without a price, left out of all other columns", unit: "steps" },
      input_tokens: { says: "Input, cached or not", unit: "tokens" },
      output_tokens: { says: "Output as logged", unit: "tokens" },
      usd: { of: ({ cost_nano, ...row }) => dollars(row, cost_nano), says: "Cost at list prices; empty without a price", unit: "USD" },
      usd_hi: { of: ({ high_nano, ...row }) => dollars(row, high_nano), says: "The most it can be", unit: "USD" },
    },
    { title: "Cost by label", caption: "One row per key and value of `--labels`. The rows of a key add up to the cost of all steps." },
  );
}

function dollars({ steps, unpriced_steps }: Pick<LabelCost, "steps" | "unpriced_steps">, nano: number): number | null {
  return steps === unpriced_steps ? null : nano / 1e9;
}

export function labelCostFigure(costs: readonly LabelCost[], coverage: string): Figure | null {
  return labelFigure({
    name: "cost_by_label",
    bars: costs.map(({ key, value, sessions, cost_nano }) => ({ key, value, usd: cost_nano / 1e9, note: counted(sessions, "session") })),
    subtitle: "Cost of sessions by your own labels.",
    coverage,
    amount: "Cost at list prices",
    reading: READING,
  });
}
