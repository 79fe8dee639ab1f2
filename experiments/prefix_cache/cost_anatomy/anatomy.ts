/** The bill of a pool, by what it can be divided by. */
import { providerOrder } from "../../../lib/chart/palette.ts";
import { choice, type QueryContext, query, type RowOf, text } from "../../../lib/experiment.ts";
import { UserError } from "../../../lib/files/errors.ts";
import { groupBy } from "../../../lib/stats/group-by.ts";
import { type Bill, billOf, type Judged, PARTS, totalOf } from "./bill.ts";
import { RE_PREFILL, type RePrefill } from "./causes.ts";
import { LIFETIME_PAIRS, type LifetimePair, TTL_FLAG, type TtlFlag, takenLifetime } from "./lifetimes.ts";
import { RETURNS, type ReturnBin } from "./policies.ts";

export const DIVISIONS = ["provider", "model", "month"] as const;
export type Division = (typeof DIVISIONS)[number];

export const FLAGS = {
  ttl: TTL_FLAG,
  by: choice(DIVISIONS, { default: "model", says: "What has a bar of its own in the anatomy of the bill" }),
  month: text({ says: "Only steps of this month in UTC, such as 2026-01" }),
} as const;

const REPEATS = query("repeats.sql", { provider: "text", sessions: "number", prompt_tokens: "number", largest_prompt_tokens: "number" });
type Repeat = RowOf<typeof REPEATS>;

/** Steps that are billed together. */
export interface Group {
  readonly by: "all" | Division;
  /** Of the provider, model or month; `all`. */
  readonly name: string;
  readonly judged: readonly Judged[];
  readonly bill: Bill;
}

export interface Anatomy {
  /** Everything, then providers, models with the largest bill first, and months. */
  readonly groups: readonly Group[];
  readonly all: Group;
  readonly causes: readonly RePrefill[];
  readonly lifetimes: readonly LifetimePair[];
  readonly returns: readonly ReturnBin[];
  readonly repeats: readonly Repeat[];
  /** For queries that follow the flags. */
  readonly params: { readonly ttl: TtlFlag; readonly month: string | null };
}

/** @throws UserError for a month that is not one */
export async function readAnatomy(
  db: QueryContext,
  { ttl, month }: { readonly ttl: TtlFlag; readonly month: string | undefined },
): Promise<Anatomy> {
  if (month !== undefined && !/^\d{4}-(0[1-9]|1[0-2])$/.test(month))
    throw new UserError(`--month is "${month}"; give a year and a month, such as 2026-01.`);
  const params = { ttl, month: month ?? null };
  const only = { month: params.month };
  const parts = (await db.rows(PARTS)).filter((part) => month === undefined || part.month === month);
  const all = groupOf(
    "all",
    "all",
    parts.map((part) => ({ part, lifetime: takenLifetime(part.inferred, ttl) })),
  );
  return {
    all,
    groups: [all, ...DIVISIONS.flatMap((by) => divided(all.judged, by))],
    causes: await db.rows(RE_PREFILL, only),
    lifetimes: await db.rows(LIFETIME_PAIRS, only),
    returns: await db.rows(RETURNS, params),
    repeats: await db.rows(REPEATS, only),
    params,
  };
}

function groupOf(by: Group["by"], name: string, judged: readonly Judged[]): Group {
  return { by, name, judged, bill: billOf(judged) };
}

function divided(judged: readonly Judged[], by: Division): Group[] {
  const nameOf = ({ part }: Judged) => part[by];
  const named = [...groupBy(judged, nameOf)].flatMap(([name, members]) => (name === null ? [] : [groupOf(by, name, members)]));
  if (by === "model") return named.sort((a, b) => totalOf(b.bill).point - totalOf(a.bill).point || (a.name < b.name ? -1 : 1));
  const order = by === "provider" ? providerOrder(named.map(({ name }) => name)) : named.map(({ name }) => name).sort();
  return order.flatMap((name) => named.filter((group) => group.name === name));
}
