/** What the steps of each provider cost, and how sure that is. */
import { type QueryContext, query, type RowOf } from "../../../lib/experiment.ts";
import { priceCoverage } from "../../../lib/format/price-coverage.ts";
import { type PriceFacts, readPriceFacts } from "../../../lib/trace/prices/coverage.ts";

const COSTS = query("costs.sql", {
  provider: "text",
  steps: "number",
  conversations: "number",
  cost_nano: "number?",
  high_nano: "number?",
  fresh_nano: "number?",
  cache_write_nano: "number?",
  cache_read_nano: "number?",
  output_nano: "number?",
});

/** Of the steps with a price; money in nano-dollars, null without any. */
export type ProviderCost = Omit<RowOf<typeof COSTS>, "provider">;

export interface Costs {
  readonly byProvider: ReadonlyMap<string, ProviderCost>;
  readonly prices: PriceFacts;
}

export async function readCosts(db: QueryContext): Promise<Costs> {
  const [rows, prices] = await Promise.all([db.rows(COSTS), readPriceFacts(db)]);
  return { byProvider: new Map(rows.map((row) => [row.provider, row])), prices };
}

/** `9 of 12 steps have a price; …`; null where each step has its list price. */
export function pricedSteps({ prices }: Costs, provider: string): string | null {
  return priceCoverage(prices.models.filter((model) => model.provider === provider));
}
