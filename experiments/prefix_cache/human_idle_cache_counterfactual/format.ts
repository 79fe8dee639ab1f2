/** Short texts for dollars. */
import { money, separated, toFixedHalfEven } from "../../../lib/format/numbers.ts";

/** `$40,431`, `$516.2`, `$5.69`, `$-5.69`, `$0.0042`. */
export function shortMoney(usd: number): string {
  const amount = Math.abs(usd);
  if (amount < 0.01) return money(usd);
  return `$${separated(usd, amount >= 1000 ? 0 : amount >= 100 ? 1 : 2)}`;
}

/** `$1.25`, `$0.187`, `$0.0042`, `$0.000310`, `$0.0000042`; `--` for null. */
export function smallMoney(usd: number | null): string {
  if (usd === null) return "--";
  const amount = Math.abs(usd);
  if (amount < 1e-5) return money(usd);
  return `$${toFixedHalfEven(usd, amount >= 1 ? 2 : amount >= 0.01 ? 3 : amount >= 0.001 ? 4 : 6)}`;
}
