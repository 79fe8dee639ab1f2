import { grouped } from "../../../lib/format/numbers.ts";

/** US dollars with about three digits: `$178`, `$13.4`, `$0.61`. How many is decided before rounding: 9.996 is `$10.00`. */
export function dollars(usd: number): string {
  return `$${grouped(usd, usd >= 100 ? 0 : usd >= 10 ? 1 : 2)}`;
}
