/** The prices of the published reading: one table (`data/pricing.json`) and one lookup. */
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
