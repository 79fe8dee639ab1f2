/** What an agent step costs in the published reading: one table (`data/pricing.json`), one lookup, one formula. */
import pricing from "../../../data/pricing.json" with { type: "json" };
import { microDollars, type PriceList } from "./rate.ts";

/** USD per million tokens. Providers without a cache-write price bill those tokens as plain input. */
export interface Price {
  readonly inputPerM: number;
  readonly cacheWrite5mInputPerM?: number | undefined;
  readonly cachedInputPerM: number;
  readonly outputPerM: number;
}

const EXACT: Readonly<Record<string, Price>> = pricing.exact;
/** Models with a price of their own. */
export const PRICED_MODELS: ReadonlySet<string> = new Set(Object.keys(EXACT).map((key) => key.slice(key.indexOf(":") + 1)));

const FAMILIES: readonly (Price & { readonly match: string })[] = pricing.family;

/** Date of the price list, `YYYY-MM`. */
export const PRICES_AS_OF: string = pricing.as_of;

/** Tokens of a step; a missing value counts as 0. */
export interface StepTokens {
  readonly prefix: number | null;
  readonly append: number | null;
  /** The part of append that Claude writes to its cache; null where none is reported. */
  readonly cacheWrite: number | null;
  readonly output: number | null;
}

/** USD by part; append includes cache writes, output includes reasoning. */
export interface PublishedCost {
  readonly prefix: number;
  readonly append: number;
  readonly output: number;
}

/**
 * The price of a model: its own entry for the provider, else that of the first family whose name is part of the model's
 * name (whoever the provider is), else `null`: unpriced, which is not free.
 */
export function priceOf(provider: string | null, model: string | null): Price | null {
  if (!model) return null;
  const exact = EXACT[`${provider ?? ""}:${model}`];
  if (exact) return exact;
  return familyPriceOf(model) ?? null;
}

/**
 * The published table as a price list: the same rates at any time, context length and service. Only families are guesses.
 * Writes for an hour have the rate of those for 5 minutes.
 */
export function publishedRates(): PriceList {
  return ({ provider, model }) => {
    const price = priceOf(provider, model);
    if (model === null || price === null) return [];
    const input = microDollars(price.inputPerM);
    const cacheWrite = microDollars(price.cacheWrite5mInputPerM ?? price.inputPerM);
    return [
      {
        model,
        basis: `${provider ?? ""}:${model}` in EXACT ? "listed" : "family",
        source: `data/pricing.json, ${PRICES_AS_OF}`,
        asOf: PRICES_AS_OF,
        from: null,
        to: null,
        tokens: {
          input,
          cacheRead: microDollars(price.cachedInputPerM),
          cacheWrite5m: cacheWrite,
          cacheWrite1h: cacheWrite,
          output: microDollars(price.outputPerM),
        },
        longContext: [],
        mostInput: null,
      },
    ];
  };
}

/** The name of the family that a model is priced by; null when there is none. */
export function familyOf(model: string): string | null {
  return familyPriceOf(model)?.match ?? null;
}

function familyPriceOf(model: string) {
  const name = model.toLowerCase();
  return FAMILIES.find((family) => name.includes(family.match));
}

/** The cost of a step. The 1-hour cache-write rate is not modeled; negative tokens give negative cost. */
export function publishedCost(tokens: StepTokens, price: Price): PublishedCost {
  const append = tokens.append ?? 0;
  const write = Math.max(0, Math.min(tokens.cacheWrite ?? 0, append));
  const perToken = (perMillion: number) => perMillion / 1e6;
  const input = perToken(price.inputPerM);
  const writeRate = price.cacheWrite5mInputPerM === undefined ? input : perToken(price.cacheWrite5mInputPerM);
  return {
    prefix: (tokens.prefix ?? 0) * perToken(price.cachedInputPerM),
    append: (append - write) * input + write * writeRate,
    output: (tokens.output ?? 0) * perToken(price.outputPerM),
  };
}
