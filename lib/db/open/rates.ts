/** The rows of the relation `rates`, from a price list. */
import fs from "node:fs";
import type { ContextTier, PriceList, Rate } from "../../trace/prices/rate.ts";

/** Returns the columns of a step that decide its rates, one row for each combination in the pool. */
export function pricedAsSql(): string {
  return fs.readFileSync(new URL("./priced-as.sql", import.meta.url), "utf8");
}

export interface PricedAsRow {
  readonly provider: string | null;
  readonly model: string | null;
  readonly speed: string | null;
  readonly service_tier: string | null;
}

/** For these steps; `lib/relations/rates.sql` says what is in a row. */
export function rateRows(steps: readonly PricedAsRow[], prices: PriceList) {
  const rows = steps.flatMap((step) => prices({ ...step, serviceTier: step.service_tier }).flatMap((rate) => rowsOf(step, rate)));
  return rows.map((row, i) => ({ rate_no: i + 1, ...row }));
}

/** One row for each range of input. */
function rowsOf(step: PricedAsRow, rate: Rate) {
  const tiers: readonly ContextTier[] = [{ above: -1, tokens: rate.tokens }, ...rate.longContext];
  return tiers.map(({ above, tokens }, i) => ({
    ...step,
    from_us: microseconds(rate.from),
    to_us: microseconds(rate.to),
    min_input_tokens: above + 1,
    max_input_tokens: tiers[i + 1]?.above ?? rate.mostInput,
    input_rate: tokens.input,
    cache_read_rate: tokens.cacheRead,
    cache_write_5m_rate: tokens.cacheWrite5m,
    cache_write_1h_rate: tokens.cacheWrite1h,
    output_rate: tokens.output,
    basis: rate.basis,
    list_model: rate.model,
    source: rate.source,
    as_of: rate.asOf,
  }));
}

function microseconds(day: string | null): number | null {
  return day === null ? null : Date.parse(day) * 1000;
}
