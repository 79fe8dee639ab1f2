/** What steps that repeat a response add to counts, tokens and cost. */

import { providerOrder } from "../../../lib/chart/palette.ts";
import { query, type RowOf } from "../../../lib/experiment.ts";
import { grouped, money, percent } from "../../../lib/format/numbers.ts";
import { groupBy } from "../../../lib/stats/group-by.ts";
import { shareOf } from "../../../lib/stats/ratio.ts";
import { sumOf, sumsOf } from "../../../lib/stats/sum.ts";
import { type Check, warning } from "../../../lib/trace/checks.ts";
import { priceOf, publishedCost } from "../../../lib/trace/prices/published.ts";

export const USAGE = query("query.sql", {
  provider: "text",
  model: "text?",
  relation: "text",
  steps: "number",
  copies: "number",
  own_session_copies: "number",
  prefix_tokens: "number",
  append_tokens: "number",
  cache_write_tokens: "number",
  output_tokens: "number",
  copy_prefix_tokens: "number",
  copy_append_tokens: "number",
  copy_cache_write_tokens: "number",
  copy_output_tokens: "number",
});
export type UsageRow = RowOf<typeof USAGE>;

export const HOLDERS = query("holders.sql", { provider: "text", transcripts: "number", responses: "number", steps: "number" });
export type HolderRow = RowOf<typeof HOLDERS>;

/** Counts and tokens of steps; cost in USD at list prices, for the steps whose model has a price. */
export interface Amounts {
  readonly steps: number;
  readonly prefix: number;
  readonly append: number;
  readonly output: number;
  readonly costUsd: number;
  readonly unpricedSteps: number;
}

/** All steps of a provider in transcripts of one relation, and the copies among them. */
export interface Usage {
  readonly provider: string;
  /** `all` for the sum over all relations. */
  readonly relation: string;
  readonly total: Amounts;
  readonly copies: Amounts;
  readonly ownSessionCopies: number;
}

/** `relation` of the sum over all relations of a provider. */
export const ALL_RELATIONS = "all";
const RELATIONS = ["main", "resume", "fork", "sub-agent", "unknown"];

/** Relations in the order of tables and legends: known ones first, others by name. */
export function relationOrder(relations: Iterable<string>): string[] {
  const present = [...new Set(relations)];
  const others = present.filter((relation) => !RELATIONS.includes(relation)).sort();
  return [...RELATIONS.filter((relation) => present.includes(relation)), ...others];
}

/** For each provider the sum (`all`), then each relation. */
export function usageOf(rows: readonly UsageRow[]): Usage[] {
  const byProvider = groupBy(rows, ({ provider }) => provider);
  return providerOrder(byProvider.keys()).flatMap((provider) => {
    const own = byProvider.get(provider) ?? [];
    const byRelation = groupBy(own, ({ relation }) => relation);
    return [
      sumUsage(provider, ALL_RELATIONS, own),
      ...relationOrder(byRelation.keys()).map((relation) => sumUsage(provider, relation, byRelation.get(relation) ?? [])),
    ];
  });
}

function sumUsage(provider: string, relation: string, rows: readonly UsageRow[]): Usage {
  return {
    provider,
    relation,
    total: addUp(rows.map(totalOf)),
    copies: addUp(rows.map(copiesOf)),
    ownSessionCopies: sumOf(rows, (row) => row.own_session_copies),
  };
}

function totalOf(row: UsageRow): Amounts {
  const { prefix_tokens: prefix, append_tokens: append, cache_write_tokens: cacheWrite, output_tokens: output } = row;
  return amountsOf(row, row.steps, { prefix, append, cacheWrite, output });
}

function copiesOf(row: UsageRow): Amounts {
  const { copy_prefix_tokens: prefix, copy_append_tokens: append, copy_cache_write_tokens: cacheWrite, copy_output_tokens: output } = row;
  return amountsOf(row, row.copies, { prefix, append, cacheWrite, output });
}

type Tokens = Readonly<Record<"prefix" | "append" | "cacheWrite" | "output", number>>;

/** Cost is linear in tokens, so steps of one model can be added up first. */
function amountsOf({ provider, model }: UsageRow, steps: number, tokens: Tokens): Amounts {
  const price = priceOf(provider, model);
  const cost = price ? publishedCost(tokens, price) : null;
  return {
    steps,
    prefix: tokens.prefix,
    append: tokens.append,
    output: tokens.output,
    costUsd: cost ? cost.prefix + cost.append + cost.output : 0,
    unpricedSteps: price ? 0 : steps,
  };
}

/** The sum over all relations and providers. */
export function totalsOf(usage: readonly Usage[]): { readonly total: Amounts; readonly copies: Amounts } {
  const everything = usage.filter(({ relation }) => relation === ALL_RELATIONS);
  return { total: addUp(everything.map(({ total }) => total)), copies: addUp(everything.map(({ copies }) => copies)) };
}

export function addUp(amounts: readonly Amounts[]): Amounts {
  return sumsOf(amounts, ["steps", "prefix", "append", "output", "costUsd", "unpricedSteps"]);
}

/** Repeated responses are legal, because clients copy them into new transcripts, so both checks are warnings. */
export function copyChecks(usage: readonly Usage[], holders: readonly HolderRow[]): Check[] {
  const { total, copies } = totalsOf(usage);
  const responsesOf = (rows: readonly HolderRow[]) => rows.reduce((sum, { responses }) => sum + responses, 0);
  return [
    warning(
      "response_held_once",
      "No step repeats a response that an earlier step of the pool holds.",
      copies.steps,
      total.steps,
      `they count ${grouped(copies.output)} output tokens and ${money(copies.costUsd)} again (${percent(shareOf(copies.costUsd, total.costUsd), 1)} of the cost)`,
    ),
    warning(
      "response_in_one_transcript",
      "No response is held by several transcripts.",
      responsesOf(holders.filter(({ transcripts }) => transcripts > 1)),
      responsesOf(holders),
    ),
  ];
}
