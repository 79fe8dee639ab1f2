/** Volumes of days, without gaps, and combined into periods. */

import { providerOrder } from "../../../lib/chart/palette.ts";
import { query, type RowOf } from "../../../lib/experiment.ts";
import { periodScale, periodStarts } from "../../../lib/format/periods.ts";
import { groupBy } from "../../../lib/stats/group-by.ts";
import { sumsOf } from "../../../lib/stats/sum.ts";

export const MEASURES = [
  { key: "steps", title: "Agent steps" },
  { key: "sessions_started", title: "Sessions started" },
  { key: "input_tokens", title: "Input tokens" },
  { key: "output_tokens", title: "Output tokens" },
  { key: "tool_calls", title: "Tool calls" },
] as const;
export type Measure = (typeof MEASURES)[number]["key"];
export type Amounts = Readonly<Record<Measure | "output_steps", number>>;

export const DAYS = query("query.sql", {
  provider: "text",
  day: "number?",
  steps: "number",
  sessions_started: "number",
  input_tokens: "number",
  output_steps: "number",
  output_tokens: "number",
  tool_calls: "number",
});
/** Days are counted since 1970-01-01; null for steps without a time. */
export type ProviderDay = RowOf<typeof DAYS>;
type DatedDay = ProviderDay & { readonly day: number };

export type Volume = Readonly<ReturnType<typeof volumeOf>>;
export type Periods = NonNullable<Volume["periods"]>;

/** Longer windows are shown by week. */
const MOST_DAYS_AS_DAYS = 120;
/** Windows longer than ten years have days only where something happened: some clock was wrong. */
const MOST_FILLED_DAYS = 3_660;

export function volumeOf(rows: readonly ProviderDay[]) {
  const days = rows.filter((row): row is DatedDay => row.day !== null);
  const providers = providerOrder(rows.map(({ provider }) => provider));
  return {
    /** Claude and Codex first, then the others by name; those without any dated step included. */
    providers,
    days,
    /** By provider, only those that have such steps. */
    undated: rows.filter(({ day }) => day === null),
    /** Null when no step has a time. */
    periods: days.length > 0 ? periodsOf(days, providers) : null,
  };
}

/** One row per day and provider from the first to the last day, zeros included. */
export function filledDays({ days, providers, periods }: Volume): DatedDay[] {
  if (periods === null) return [];
  const known = new Map(days.map((day) => [`${day.day} ${day.provider}`, day]));
  return calendarOf(days, periods).flatMap((day) =>
    providers.map((provider) => known.get(`${day} ${provider}`) ?? { provider, day, ...sumOf([]) }),
  );
}

/** Whether the table has days without anything. */
export function isFilled({ firstDay, lastDay }: Periods): boolean {
  return lastDay - firstDay < MOST_FILLED_DAYS;
}

export function sumOf(amounts: readonly Amounts[]): Amounts {
  return sumsOf(amounts, [...MEASURES.map(({ key }) => key), "output_steps"]);
}

/** An amount; null for the output of steps of which no count is final. */
export function amountOf(amounts: Amounts, measure: Measure): number | null {
  return measure === "output_tokens" && amounts.steps > 0 && amounts.output_steps === 0 ? null : amounts[measure];
}

function calendarOf(days: readonly DatedDay[], periods: Periods): number[] {
  if (!isFilled(periods)) return [...new Set(days.map(({ day }) => day))].sort((a, b) => a - b);
  return Array.from({ length: periods.lastDay - periods.firstDay + 1 }, (_, i) => periods.firstDay + i);
}

function periodsOf(days: readonly DatedDay[], providers: readonly string[]) {
  const numbers = days.map(({ day }) => day);
  const firstDay = numbers.reduce((a, b) => Math.min(a, b));
  const lastDay = numbers.reduce((a, b) => Math.max(a, b));
  const scale = periodScale(firstDay, lastDay, MOST_DAYS_AS_DAYS);
  const starts = periodStarts(scale);
  const amountsOf = (provider: string) => {
    const byPeriod = groupBy(
      days.filter((day) => day.provider === provider),
      ({ day }) => scale.startOf(day),
    );
    return starts.map((start) => sumOf(byPeriod.get(start) ?? []));
  };
  // Amounts by provider, in the order of providers, one for each start.
  const series = new Map(providers.map((provider) => [provider, amountsOf(provider)]));
  return { scale, starts, firstDay, lastDay, series };
}
