/** What a token costs: rates of a model with their dates and source, in whole numbers. */

/** Millionths of a dollar per million tokens, whole: $6.25 per million tokens is 6,250,000. */
export interface TokenRates {
  /** Input that the cache neither gave nor took. */
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
  /** Reasoning included. */
  readonly output: number;
}

/** Rates of a whole step whose input, cached or not, has more tokens than `above`. */
export interface ContextTier {
  readonly above: number;
  readonly tokens: TokenRates;
}

/** Rates of a model for a time. */
export interface Rate {
  /** As the price list spells it. */
  readonly model: string;
  /** `family` is a guess by a part of the model's name; `override` has at least one rate that the user gave. */
  readonly basis: "listed" | "family" | "override";
  /** Where the rates come from, for people. */
  readonly source: string;
  /** Month of a list that has one price for all times, as 2026-06; null: the list has dates. */
  readonly asOf: string | null;
  /** First day in UTC, as 2026-08-21; null: always. */
  readonly from: string | null;
  /** First day in UTC on which the rates are over; null: never. */
  readonly to: string | null;
  readonly tokens: TokenRates;
  /** Ascending by `above`. */
  readonly longContext: readonly ContextTier[];
  /** A step with more tokens of input is unpriced; null: none is. */
  readonly mostInput: number | null;
}

/** What decides the rates of a step, as the trace has it. */
export interface PricedAs {
  readonly provider: string | null;
  readonly model: string | null;
  readonly speed?: string | null;
  readonly serviceTier?: string | null;
}

/** The rates of a step, one per time, in order and without overlap. None: the step is unpriced, which is not free. */
export type PriceList = (step: PricedAs) => readonly Rate[];

/** The rate that a price list has for a step at a time. A step without a time has one only if it never changed. */
export function rateAt(prices: PriceList, step: PricedAs, at: Date | null): Rate | null {
  const day = at?.toISOString().slice(0, "2026-08-21".length) ?? null;
  const holds = ({ from, to }: Rate) => (from === null || (day !== null && day >= from)) && (to === null || (day !== null && day < to));
  return prices(step).find(holds) ?? null;
}

/** Rates for a step with that many tokens of input; null: it is unpriced. */
export function ratesForInput({ tokens, longContext, mostInput }: Rate, inputTokens: number): TokenRates | null {
  if (mostInput !== null && inputTokens > mostInput) return null;
  return longContext.findLast(({ above }) => inputTokens > above)?.tokens ?? tokens;
}

/** @throws RangeError for a rate with more than six decimals */
export function microDollars(dollars: number): number {
  const micro = Math.round(dollars * 1e6);
  if (!(Math.abs(dollars * 1e6 - micro) < 1e-3)) throw new RangeError(`${dollars} dollars are not a whole number of millionths`);
  return micro;
}

/** The same rates with each kind of token changed. */
export function mapRates(rates: TokenRates, change: (rate: number, kind: keyof TokenRates) => number): TokenRates {
  return {
    input: change(rates.input, "input"),
    cacheRead: change(rates.cacheRead, "cacheRead"),
    cacheWrite5m: change(rates.cacheWrite5m, "cacheWrite5m"),
    cacheWrite1h: change(rates.cacheWrite1h, "cacheWrite1h"),
    output: change(rates.output, "output"),
  };
}
