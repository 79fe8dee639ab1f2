/** Tokens and dollars as observed and with the cache kept, added up by scope. */
import { type ColumnsOf, type QueryContext, query } from "../../../lib/experiment.ts";
import { quantileWeighted, sorted } from "../../../lib/stats/quantile.ts";
import { sumInOrder, sumsOf } from "../../../lib/stats/sum.ts";
import { type Price, type PublishedCost, priceOf, publishedCost } from "../../../lib/trace/prices/published.ts";
import { SCOPES, type Scope, scopeIncludes } from "../../../lib/trace/scopes.ts";
import { withCacheKept } from "./counterfactual.ts";

const STEPS = query("query.sql", {
  provider: "text?",
  model: "text?",
  is_user: "boolean",
  prefix_tokens: "number",
  append_tokens: "number",
  output_tokens: "number",
  cache_write_tokens: "number",
  previous_total_tokens: "number?",
  gap_s: "number?",
});
type StepColumns = ColumnsOf<typeof STEPS>;

export type Step = ReturnType<typeof stepOf>;
/** Of a step or its cost: as observed and with the cache kept. */
interface Both<T> {
  readonly observed: T;
  readonly kept: T;
}

/** A sum as observed and with the cache kept. */
export type Pair = Both<number>;
export type Savings = ReturnType<typeof savingsOf>;

/** A model without a price. */
export interface UnpricedModel {
  readonly provider: string | null;
  readonly model: string | null;
  readonly steps: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

export async function readSteps(db: QueryContext): Promise<Step[]> {
  const columns = await db.columns(STEPS);
  const prices = new Map<string, Price | null>();
  return columns.provider.map((provider, i) => {
    const model = columns.model[i] ?? null;
    const key = JSON.stringify([provider, model]);
    if (!prices.has(key)) prices.set(key, priceOf(provider, model));
    return stepOf(columns, i, prices.get(key) ?? null);
  });
}

function stepOf(columns: StepColumns, i: number, price: Price | null) {
  const at = (values: readonly number[]) => values[i] ?? Number.NaN;
  const append = at(columns.append_tokens);
  const observed = { prefix: at(columns.prefix_tokens), append, cacheWrite: Math.min(at(columns.cache_write_tokens), append) };
  const previousTotal = columns.previous_total_tokens[i] ?? null;
  const kept = withCacheKept(observed, previousTotal);
  const output = at(columns.output_tokens);
  return {
    provider: columns.provider[i] ?? null,
    model: columns.model[i] ?? null,
    isUser: columns.is_user[i] === true,
    /** Whether a user began it and a step of the session comes before it. */
    returns: previousTotal !== null,
    observed,
    kept,
    output,
    /** USD; null without a price. */
    cost: price && { observed: publishedCost({ ...observed, output }, price), kept: publishedCost({ ...kept, output }, price) },
    gapS: columns.gap_s[i] ?? null,
  };
}

export function savingsByScope(steps: readonly Step[]): Savings[] {
  const within = (scope: Scope) => steps.filter(({ provider }) => scopeIncludes(scope, provider));
  return SCOPES.map((scope) => savingsOf(scope, within(scope)));
}

function savingsOf(scope: Scope, steps: readonly Step[]) {
  const returns = steps.filter((step) => step.returns);
  const reduced = returns.filter(({ observed, kept }) => observed.append > kept.append);
  const priced = steps.flatMap(({ cost }) => (cost ? [cost] : []));
  return {
    scope,
    steps: steps.length,
    userSteps: steps.filter(({ isUser }) => isUser).length,
    returns: returns.length,
    reduced: reduced.length,
    increased: returns.filter(({ observed, kept }) => kept.append > observed.append).length,
    append: pairOf(steps, ({ append }) => append),
    /** Of returns only. */
    returnAppend: pairOf(returns, ({ append }) => append),
    prefix: pairOf(steps, ({ prefix }) => prefix),
    outputTokens: sumInOrder(steps.map(({ output }) => output)),
    priced: priced.length,
    unpriced: steps.length - priced.length,
    /** USD of append and cache writes, over priced steps. */
    inputCost: pairOf(priced, ({ append }) => append),
    totalCost: totalPair(priced),
    /** USD saved by a reduced step that has a price. */
    saved: spreadOf(reduced.flatMap(savedBy)),
    /** Seconds before reduced steps. */
    gapS: spreadOf(reduced.flatMap(({ gapS }) => (gapS === null ? [] : [gapS]))),
  };
}

function pairOf<T>(items: readonly Both<T>[], of: (item: T) => number): Pair {
  return { observed: sumInOrder(items.map(({ observed }) => of(observed))), kept: sumInOrder(items.map(({ kept }) => of(kept))) };
}

/** Sums of the parts, then their sum, as in the published table. */
function totalPair(priced: readonly Both<PublishedCost>[]): Pair {
  const parts = [pairOf(priced, ({ append }) => append), pairOf(priced, ({ prefix }) => prefix), pairOf(priced, ({ output }) => output)];
  return sumsOf(parts, ["observed", "kept"]);
}

function savedBy({ cost }: Step): number[] {
  const saved = cost ? totalOf(cost.observed) - totalOf(cost.kept) : 0;
  return saved > 0 ? [saved] : [];
}

function totalOf({ append, prefix, output }: PublishedCost): number {
  return append + prefix + output;
}

/** Mean and quantiles of positive savings or of gaps; null of none. */
function spreadOf(values: readonly number[]) {
  const ascending = sorted(values);
  return {
    samples: values.length,
    mean: values.length === 0 ? null : sumInOrder(values) / values.length,
    p50: quantileWeighted(ascending, 0.5),
    p90: quantileWeighted(ascending, 0.9),
  };
}

/** Those with most steps first; ties by provider and name. */
export function unpricedModels(steps: readonly Step[]): UnpricedModel[] {
  const models = new Map<string, UnpricedModel>();
  for (const { provider, model, observed, output, cost } of steps) {
    if (cost) continue;
    const key = JSON.stringify([provider, model]);
    const before = models.get(key) ?? { provider, model, steps: 0, inputTokens: 0, outputTokens: 0 };
    models.set(key, {
      ...before,
      steps: before.steps + 1,
      inputTokens: before.inputTokens + observed.prefix + observed.append,
      outputTokens: before.outputTokens + output,
    });
  }
  return [...models].toSorted(([a, m], [b, n]) => n.steps - m.steps || (a < b ? -1 : 1)).map(([, model]) => model);
}
