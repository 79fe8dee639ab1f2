/** Costs of days, and of the periods that they are put together to. */
import { choice, query, type RowOf } from "../../../lib/experiment.ts";
import { type PeriodScale, periodScale } from "../../../lib/format/periods.ts";
import { groupBy } from "../../../lib/stats/group-by.ts";
import { sumOf } from "../../../lib/stats/sum.ts";

export const COSTS = query("query.sql", {
  day: "number?",
  provider: "text",
  model: "text",
  project: "text?",
  basis: ["listed", "family", "override", null],
  steps: "number",
  final_steps: "number",
  fresh_tokens: "number",
  cache_write_5m_tokens: "number",
  cache_write_1h_tokens: "number",
  cache_read_tokens: "number",
  output_tokens: "number",
  fresh_nano: "number",
  cache_write_5m_nano: "number",
  cache_write_1h_nano: "number",
  cache_read_nano: "number",
  output_nano: "number",
  cost_nano: "number",
  high_nano: "number",
  no_cache_nano: "number",
});
/** Steps of a day, model and project whose prices are from one place. */
export type DayCost = RowOf<typeof COSTS>;

export const COMPONENTS = ["fresh", "cache_write_5m", "cache_write_1h", "cache_read", "output"] as const;
export type Component = (typeof COMPONENTS)[number];

export const PERIOD_FLAG = choice(["auto", "day", "week"], {
  default: "auto",
  says: "What costs are added up by, in UTC; auto takes weeks where there are more than 120 days",
});
type PeriodFlag = NonNullable<(typeof PERIOD_FLAG)["value"]>;

const MOST_DAYS: Readonly<Record<PeriodFlag, number>> = { auto: 120, day: Number.POSITIVE_INFINITY, week: 0 };

export type Dated = DayCost & { readonly day: number };

export function datedOf(rows: readonly DayCost[]): Dated[] {
  return rows.flatMap((row) => (row.day === null ? [] : [{ ...row, day: row.day }]));
}

/** Null without a step that has a time. */
export function scaleOf(rows: readonly Dated[], period: PeriodFlag): PeriodScale | null {
  const days = rows.map(({ day }) => day);
  return days.length === 0 ? null : periodScale(Math.min(...days), Math.max(...days), MOST_DAYS[period]);
}

/** What steps cost; tokens and money of those with a price. */
export interface Cost {
  readonly steps: number;
  /** Those whose output count is final. */
  readonly finalSteps: number;
  readonly unpricedSteps: number;
  readonly unpricedTokens: number;
  readonly tokens: Readonly<Record<Component, number>>;
  /** `withoutCache`: all input at the rate of fresh input. */
  readonly usd: Readonly<Record<Component | "total" | "most" | "withoutCache", number>>;
}

export function costOf(rows: readonly DayCost[]): Cost {
  const [priced, unpriced] = [rows.filter(({ basis }) => basis !== null), rows.filter(({ basis }) => basis === null)];
  const each = (of: (component: Component) => number) =>
    Object.fromEntries(COMPONENTS.map((component) => [component, of(component)])) as Record<Component, number>;
  return {
    steps: sumOf(rows, ({ steps }) => steps),
    finalSteps: sumOf(rows, ({ final_steps }) => final_steps),
    unpricedSteps: sumOf(unpriced, ({ steps }) => steps),
    unpricedTokens: sumOf(COMPONENTS, (component) => sumOf(unpriced, (row) => row[`${component}_tokens`])),
    tokens: each((component) => sumOf(priced, (row) => row[`${component}_tokens`])),
    usd: {
      ...each((component) => sumOf(priced, (row) => row[`${component}_nano`]) / 1e9),
      total: sumOf(priced, ({ cost_nano }) => cost_nano) / 1e9,
      most: sumOf(priced, ({ high_nano }) => high_nano) / 1e9,
      withoutCache: sumOf(priced, ({ no_cache_nano }) => no_cache_nano) / 1e9,
    },
  };
}

/** In order of time; periods without steps are not among them. */
export function byPeriod(rows: readonly Dated[], scale: PeriodScale): { readonly start: number; readonly rows: readonly Dated[] }[] {
  const periods = groupBy(rows, ({ day }) => scale.startOf(day));
  return [...periods].map(([start, members]) => ({ start, rows: members })).sort((a, b) => a.start - b.start);
}
