/** What an agent step costs at list prices: one table (`data/pricing.json`), one lookup, one formula. */
import pricing from "../../data/pricing.json" with { type: "json" };

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
export interface StepCost {
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

/** The name of the family that a model is priced by; null when there is none. */
export function familyOf(model: string): string | null {
  return familyPriceOf(model)?.match ?? null;
}

function familyPriceOf(model: string) {
  const name = model.toLowerCase();
  return FAMILIES.find((family) => name.includes(family.match));
}

/** The cost of a step. The 1-hour cache-write rate is not modeled; negative tokens give negative cost. */
export function stepCost(tokens: StepTokens, price: Price): StepCost {
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
