/** Days put together to periods that fit a figure. */

/** A row of `days.sql`. */
export interface StepsOfDay {
  readonly provider: string;
  /** Days since 1970-01-01, UTC. */
  readonly day: number;
  readonly steps: number;
}

export interface CollectionPeriods {
  readonly unit: "day" | "week";
  /** Days of a period. */
  readonly width: number;
  /** One per provider and period with steps, stacked in the order of the days given. */
  readonly bars: readonly { readonly provider: string; readonly start: number; readonly from: number; readonly to: number }[];
  /** Beginnings of periods or months, with a date. */
  readonly ticks: readonly { readonly value: number; readonly label: string }[];
  readonly busiest: { readonly label: string; readonly steps: number };
  readonly steps: number;
}

const MOST_DAYS_AS_DAYS = 45;
const WEEK = 7;
/** 1970-01-05 was a Monday. */
const FIRST_MONDAY = 4;
const MOST_TICKS = 10;
const MS_PER_DAY = 86_400_000;

/** Days of up to a month and a half stay days; longer spans become weeks from Monday on. Null without days. */
export function periodsOf(days: readonly StepsOfDay[]): CollectionPeriods | null {
  if (days.length === 0) return null;
  const numbers = days.map(({ day }) => day);
  const [first, last] = [Math.min(...numbers), Math.max(...numbers)];
  const width = last - first < MOST_DAYS_AS_DAYS ? 1 : WEEK;
  const startOf = (day: number) => (width === 1 ? day : Math.floor((day - FIRST_MONDAY) / WEEK) * WEEK + FIRST_MONDAY);
  const totals = new Map<number, Map<string, number>>();
  for (const { provider, day, steps } of days) {
    const period = totals.get(startOf(day)) ?? new Map<string, number>();
    period.set(provider, (period.get(provider) ?? 0) + steps);
    totals.set(startOf(day), period);
  }
  const starts = [...totals.keys()].sort((a, b) => a - b);
  const sums = starts.map((start) => ({ start, steps: total([...(totals.get(start) as Map<string, number>).values()]) }));
  const busiest = sums.reduce((most, period) => (period.steps > most.steps ? period : most));
  return {
    unit: width === 1 ? "day" : "week",
    width,
    bars: starts.flatMap((start) => stacked(start, totals.get(start) as Map<string, number>)),
    ticks: ticksBetween(startOf(first), startOf(last) + width, width),
    busiest: { label: dateOf(busiest.start), steps: busiest.steps },
    steps: total(sums.map(({ steps }) => steps)),
  };
}

function stacked(start: number, steps: ReadonlyMap<string, number>): CollectionPeriods["bars"] {
  let from = 0;
  return [...steps].map(([provider, count]) => {
    const bar = { provider, start, from, to: from + count };
    from = bar.to;
    return bar;
  });
}

/** Beginnings of months where there are several, else of periods; at most ten. */
function ticksBetween(from: number, to: number, width: number): CollectionPeriods["ticks"] {
  const all = Array.from({ length: to - from + 1 }, (_, i) => from + i);
  const months = all.filter((day) => dateOf(day).endsWith("-01"));
  const periods = all.filter((day) => (day - from) % width === 0);
  const candidates = months.length >= 3 ? months : periods;
  const stride = Math.ceil(candidates.length / MOST_TICKS);
  return candidates
    .filter((_, i) => i % stride === 0)
    .map((day) => ({ value: day, label: months.length >= 3 ? dateOf(day).slice(0, 7) : dateOf(day) }));
}

/** `2026-01-31`. */
function dateOf(day: number): string {
  return new Date(day * MS_PER_DAY).toISOString().slice(0, 10);
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
