import { query, type RowOf } from "../../../lib/experiment.ts";

/** Every rate that some step is billed at; those without a price last. */
export const RATES = query("query.sql", {
  provider: "text",
  model: "text",
  service: "text?",
  list_model: "text?",
  from_day: "text?",
  to_day: "text?",
  min_input_tokens: "number?",
  max_input_tokens: "number?",
  input_usd: "number?",
  cache_read_usd: "number?",
  cache_write_5m_usd: "number?",
  cache_write_1h_usd: "number?",
  output_usd: "number?",
  basis: ["listed", "family", "override", null],
  source: "text?",
  steps: "number",
  input_tokens: "number",
  output_tokens: "number",
  usd: "number",
});
/** Its rates are in USD per million tokens. */
export type UsedRate = RowOf<typeof RATES>;
