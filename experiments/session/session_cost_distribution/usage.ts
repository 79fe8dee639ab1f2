/** Tokens and cost of sessions, requests and steps. Column by column. */
import { type QueryContext, query } from "../../../lib/experiment.ts";
import { known } from "../../../lib/stats/known.ts";
import { SCOPES, type Scope } from "../../../lib/trace/scopes.ts";

const UNITS = query("query.sql", {
  append_tokens: "number",
  prefix_tokens: "number",
  output_tokens: "number",
  append_usd: "number",
  prefix_usd: "number",
  output_usd: "number",
});

export const PARTS = ["append", "prefix", "output"] as const;
export type Part = (typeof PARTS)[number];
export const KINDS = ["tokens", "usd"] as const;
export type Kind = (typeof KINDS)[number];
export const GRANULARITIES = ["session", "request", "step"] as const;
export type Granularity = (typeof GRANULARITIES)[number];

/** One entry per unit: a step, a request or a session. */
export type Amounts = Readonly<Record<Kind, Readonly<Record<Part, readonly number[]>>>>;

/** The units of each scope and granularity that have a price, and the requests that have none. */
export type Usage = readonly { readonly scope: Scope; readonly granularity: Granularity; readonly amounts: Amounts }[];

export async function readUsage(db: QueryContext): Promise<Usage> {
  const units = SCOPES.flatMap((scope) =>
    GRANULARITIES.map(async (granularity) => ({ scope, granularity, amounts: await amountsPer(granularity, db, scope) })),
  );
  return Promise.all(units);
}

async function amountsPer(granularity: Granularity, db: QueryContext, scope: Scope): Promise<Amounts> {
  const columns = await db.columns(UNITS, { granularity, scope });
  return {
    tokens: { append: columns.append_tokens, prefix: columns.prefix_tokens, output: columns.output_tokens },
    usd: { append: columns.append_usd, prefix: columns.prefix_usd, output: columns.output_usd },
  };
}

export function amountsOf(usage: Usage, scope: Scope, granularity: Granularity): Amounts {
  return known(usage.find((units) => units.scope === scope && units.granularity === granularity)).amounts;
}
