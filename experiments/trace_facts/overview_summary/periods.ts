/** Days put together to periods that fit a figure. */

import { query, type RowOf } from "../../../lib/experiment.ts";
import { dateOf, periodScale } from "../../../lib/format/periods.ts";
import { sumInOrder, sumOf } from "../../../lib/stats/sum.ts";

/** Days are counted since 1970-01-01, UTC. */
export const DAYS = query("days.sql", { provider: "text", day: "number", steps: "number" });
export type StepsOfDay = RowOf<typeof DAYS>;

export type CollectionPeriods = Readonly<NonNullable<ReturnType<typeof periodsOf>>>;

const MOST_DAYS_AS_DAYS = 45;

/** Days of up to a month and a half stay days. Null without days. */
export function periodsOf(days: readonly StepsOfDay[]) {
  if (days.length === 0) return null;
  const numbers = days.map(({ day }) => day);
  const scale = periodScale(Math.min(...numbers), Math.max(...numbers), MOST_DAYS_AS_DAYS);
  const totals = new Map<number, Map<string, number>>();
  for (const { provider, day, steps } of days) {
    const period = totals.get(scale.startOf(day)) ?? new Map<string, number>();
    period.set(provider, (period.get(provider) ?? 0) + steps);
    totals.set(scale.startOf(day), period);
  }
  const periods = [...totals].sort(([a], [b]) => a - b);
  const sums = periods.map(([start, steps]) => ({ start, steps: sumInOrder([...steps.values()]) }));
  const busiest = sums.reduce((most, period) => (period.steps > most.steps ? period : most));
  return {
    scale,
    /** Steps per provider and period that has some; periods in order, providers as in the days given. */
    values: periods.flatMap(([start, steps]) => [...steps].map(([provider, value]) => ({ provider, start, value }))),
    busiest: { label: dateOf(busiest.start), steps: busiest.steps },
    steps: sumOf(sums, ({ steps }) => steps),
  };
}
