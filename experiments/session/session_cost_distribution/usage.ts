/** How tokens and cost are distributed over sessions, requests and steps. */
import { CURVE_POINTS } from "../../../lib/chart/cdf.ts";
import { type Bin, type Distribution, type QueryContext, query } from "../../../lib/experiment.ts";
import { NOTHING, SCOPES, type Scope } from "../../../lib/trace/scopes.ts";

export const UNITS = query("query.sql", {
  scope: SCOPES,
  unit: "number",
  total_tokens: "number",
  append_tokens: "number",
  prefix_tokens: "number",
  output_tokens: "number",
  total_usd: "number",
  append_usd: "number",
  prefix_usd: "number",
  output_usd: "number",
});

export const PARTS = ["append", "prefix", "output"] as const;
export type Part = (typeof PARTS)[number];
export const CATEGORIES = ["total", ...PARTS] as const;
export type Category = (typeof CATEGORIES)[number];
export const KINDS = ["tokens", "usd"] as const;
export type Kind = (typeof KINDS)[number];
export const GRANULARITIES = ["session", "request", "step"] as const;
export type Granularity = (typeof GRANULARITIES)[number];

/** Intervals of what append and output cost, as shares of the cost of the sessions of a scope. */
export type ShareIntervals = Awaited<ReturnType<typeof shareIntervals>>;

export async function shareIntervals(db: QueryContext) {
  const request = { by: ["scope"], of: ["append_usd", "output_usd"], whole: "total_usd", session: "unit" } as const;
  const found = await db.intervals(UNITS, request, { granularity: "session" });
  return (scope: Scope, part: "append_usd" | "output_usd") =>
    found.find(({ group, column }) => group.scope === scope && column === part)?.interval ?? null;
}

type Values = Pick<Distribution, "n" | "sum" | "ascending">;
/** The units that have a price, and the requests that have none. */
export type Usage = (scope: Scope, granularity: Granularity, category: Category, kind: Kind) => Values;

export async function readUsage(db: QueryContext): Promise<Usage> {
  const of = KINDS.flatMap((kind) => CATEGORIES.map((category) => columnOf(category, kind)));
  const found = await Promise.all(
    GRANULARITIES.map(async (granularity) => ({
      granularity,
      distributions: await db.distributions(
        UNITS,
        { by: ["scope"], of, points: granularity === "session" ? CURVE_POINTS : 0 },
        { granularity },
      ),
    })),
  );
  return (scope, granularity, category, kind) =>
    found
      .find((each) => each.granularity === granularity)
      ?.distributions.find(({ group, column }) => group.scope === scope && column === columnOf(category, kind)) ?? NOTHING;
}

/** What sessions cost in US dollars, between edges. */
export function sessionCostBins(db: QueryContext, edges: readonly number[]): Promise<Bin<{ readonly scope: Scope }>[]> {
  return db.bins(UNITS, { by: ["scope"], of: "total_usd", edges }, { granularity: "session" });
}

function columnOf<C extends Category, K extends Kind>(category: C, kind: K): `${C}_${K}` {
  return `${category}_${kind}`;
}
