/** Tokens and list-price cost of agent steps, and their sums over requests and sessions. Column by column. */
import { type ColumnsOf, type QueryContext, query, type RowOf } from "../../../lib/experiment.ts";
import { at } from "../../../lib/stats/known.ts";
import { priceOf, publishedCost } from "../../../lib/trace/prices/published.ts";
import { type Scope, scopeIncludes } from "../../../lib/trace/scopes.ts";

const MODELS = query("models.sql", { model_key: "number", provider: "text?", model: "text?", steps: "number" });
export type ModelUsage = RowOf<typeof MODELS>;
const REQUESTS = query("requests.sql", { request_key: "number", provider: "text?" });
const STEPS = query("query.sql", {
  model_key: "number",
  session_key: "number",
  request_key: "number",
  prefix_tokens: "number",
  append_tokens: "number",
  cache_write_tokens: "number",
  output_tokens: "number",
});

export const PARTS = ["append", "prefix", "output"] as const;
export type Part = (typeof PARTS)[number];
export const KINDS = ["tokens", "usd"] as const;
export type Kind = (typeof KINDS)[number];
export const GRANULARITIES = ["session", "request", "step"] as const;
export type Granularity = (typeof GRANULARITIES)[number];

/** One entry per unit: a step, a request or a session. */
export type Amounts = Readonly<Record<Kind, Readonly<Record<Part, Float64Array>>>>;

/** The steps that have a price, in file order, and all requests in closing order, also those without such a step. */
export type Usage = Readonly<Awaited<ReturnType<typeof readUsage>>>;

export async function readUsage(db: QueryContext) {
  const models = await db.rows(MODELS);
  const requests = await db.rows(REQUESTS);
  return { steps: pricedSteps(await db.columns(STEPS), models), requests, models };
}

export function isPriced({ provider, model }: ModelUsage): boolean {
  return priceOf(provider, model) !== null;
}

/**
 * The sums over each unit of a scope. A step counts for the scope of its own provider, alone and in sessions; a request
 * counts as a whole for that of the step that opened it. Sessions are in the order of their first priced step.
 */
export function amountsPer(granularity: Granularity, { steps, requests }: Usage, scope: Scope): Amounts {
  if (granularity === "request") {
    const keys = requests.filter(({ provider }) => scopeIncludes(scope, provider)).map(({ request_key }) => request_key);
    return sumsByKey(steps.amounts, steps.requestKey, keys);
  }
  const own = positions(steps.provider, (provider) => scopeIncludes(scope, provider));
  const amounts = mapAmounts((kind, part) => picked(steps.amounts[kind][part], own));
  if (granularity === "step") return amounts;
  const sessionKeys = picked(steps.sessionKey, own);
  return sumsByKey(
    amounts,
    sessionKeys,
    [...new Set(sessionKeys)].filter((key) => key !== 0),
  );
}

function pricedSteps(columns: ColumnsOf<typeof STEPS>, models: readonly ModelUsage[]) {
  const prices = pricesByKey(models);
  const priced = positions(columns.model_key, (key) => prices.has(key));
  const modelKey = picked(columns.model_key, priced);
  const tokens = {
    append: picked(columns.append_tokens, priced),
    prefix: picked(columns.prefix_tokens, priced),
    output: picked(columns.output_tokens, priced),
  };
  const cacheWrite = picked(columns.cache_write_tokens, priced);
  const usd = { append: new Float64Array(priced.length), prefix: new Float64Array(priced.length), output: new Float64Array(priced.length) };
  for (const [i, key] of modelKey.entries()) {
    const price = prices.get(key)?.price;
    if (!price) continue;
    const cost = publishedCost(
      { prefix: at(tokens.prefix, i), append: at(tokens.append, i), cacheWrite: at(cacheWrite, i), output: at(tokens.output, i) },
      price,
    );
    for (const part of PARTS) usd[part][i] = cost[part];
  }
  return {
    provider: Array.from(modelKey, (key) => prices.get(key)?.provider ?? null),
    /** 0 for none. */
    sessionKey: picked(columns.session_key, priced),
    requestKey: picked(columns.request_key, priced),
    amounts: { tokens, usd },
  };
}

/** Models that have a price. */
function pricesByKey(models: readonly ModelUsage[]) {
  const prices = models.flatMap(({ model_key, provider, model }) => {
    const price = priceOf(provider, model);
    return price ? [[model_key, { provider, price }] as const] : [];
  });
  return new Map(prices);
}

/** Sums for each of `keys`, added from the first unit to the last; units with other keys are left out. */
function sumsByKey(amounts: Amounts, keyOfUnit: Float64Array, keys: readonly number[]): Amounts {
  const places = new Map(keys.map((key, place) => [key, place]));
  const placeOfUnit = new Int32Array(keyOfUnit.length);
  for (let i = 0; i < keyOfUnit.length; i++) placeOfUnit[i] = places.get(at(keyOfUnit, i)) ?? -1;
  return mapAmounts((kind, part) => {
    const sums = new Float64Array(keys.length);
    const values = amounts[kind][part];
    for (let i = 0; i < values.length; i++) {
      const place = at(placeOfUnit, i);
      if (place >= 0) sums[place] = at(sums, place) + at(values, i);
    }
    return sums;
  });
}

function mapAmounts(column: (kind: Kind, part: Part) => Float64Array): Amounts {
  const parts = (kind: Kind) => ({ append: column(kind, "append"), prefix: column(kind, "prefix"), output: column(kind, "output") });
  return { tokens: parts("tokens"), usd: parts("usd") };
}

function positions<T>(values: readonly T[], keep: (value: T) => boolean): number[] {
  return values.flatMap((value, i) => (keep(value) ? [i] : []));
}

function picked(values: ArrayLike<number>, kept: readonly number[]): Float64Array {
  return Float64Array.from(kept, (i) => at(values, i));
}
