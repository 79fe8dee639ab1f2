/** What steps that repeat a response add to counts, tokens and cost. */

import { providerOrder } from "../../../lib/chart/palette.ts";
import { query, type RowOf } from "../../../lib/experiment.ts";
import { grouped, money, percent } from "../../../lib/format/numbers.ts";
import { groupBy } from "../../../lib/stats/group-by.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { sumsOf } from "../../../lib/stats/sum.ts";
import { type Check, warning } from "../../../lib/trace/checks.ts";

export const USAGE = query("query.sql", {
  provider: "text",
  relation: "text",
  steps: "number",
  prefix_tokens: "number",
  append_tokens: "number",
  output_tokens: "number",
  cost_usd: "number",
  unpriced_steps: "number",
  copy_steps: "number",
  copy_prefix_tokens: "number",
  copy_append_tokens: "number",
  copy_output_tokens: "number",
  copy_cost_usd: "number",
  copy_unpriced_steps: "number",
  own_session_copies: "number",
});
export type UsageRow = RowOf<typeof USAGE>;

export const HOLDERS = query("holders.sql", { provider: "text", transcripts: "number", responses: "number", steps: "number" });
export type HolderRow = RowOf<typeof HOLDERS>;

/** Counts and tokens of steps; cost in USD of those that have a price. */
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
const RELATIONS = [ALL_RELATIONS, "main", "resume", "fork", "sub-agent", "unknown"];

/** Relations in the order of tables and legends: the sum first, then known ones, others by name. */
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
    const order = relationOrder(own.map(({ relation }) => relation));
    return own.toSorted((a, b) => order.indexOf(a.relation) - order.indexOf(b.relation)).map(usageIn);
  });
}

function usageIn(row: UsageRow): Usage {
  return {
    provider: row.provider,
    relation: row.relation,
    total: {
      steps: row.steps,
      prefix: row.prefix_tokens,
      append: row.append_tokens,
      output: row.output_tokens,
      costUsd: row.cost_usd,
      unpricedSteps: row.unpriced_steps,
    },
    copies: {
      steps: row.copy_steps,
      prefix: row.copy_prefix_tokens,
      append: row.copy_append_tokens,
      output: row.copy_output_tokens,
      costUsd: row.copy_cost_usd,
      unpricedSteps: row.copy_unpriced_steps,
    },
    ownSessionCopies: row.own_session_copies,
  };
}

/** The sum over all relations and providers. */
export function totalsOf(usage: readonly Usage[]): { readonly total: Amounts; readonly copies: Amounts } {
  const everything = usage.filter(({ relation }) => relation === ALL_RELATIONS);
  return { total: addUp(everything.map(({ total }) => total)), copies: addUp(everything.map(({ copies }) => copies)) };
}

function addUp(amounts: readonly Amounts[]): Amounts {
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
      `they count ${grouped(copies.output)} output tokens and ${money(copies.costUsd)} again (${percent(ratio(copies.costUsd, total.costUsd), 1)} of the cost)`,
    ),
    warning(
      "response_in_one_transcript",
      "No response is held by several transcripts.",
      responsesOf(holders.filter(({ transcripts }) => transcripts > 1)),
      responsesOf(holders),
    ),
  ];
}
