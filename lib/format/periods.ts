/** Days (counted since 1970-01-01, UTC) put together to periods that fit a figure. */

export interface PeriodScale {
  /** `day`, `week` or, of very long windows, e.g. `13 weeks`. */
  readonly unit: string;
  /** Days of a period. */
  readonly width: number;
  /** Begin of the first period, and end of the last. */
  readonly from: number;
  readonly to: number;
  /** Begin of the period that holds a day. */
  startOf(day: number): number;
  /** Beginnings of periods or months, with a date. */
  readonly ticks: readonly { readonly value: number; readonly label: string }[];
}

const WEEK = 7;
/** 1970-01-05 was a Monday. */
const FIRST_MONDAY = 4;
/** More would be too narrow to see. */
const MOST_PERIODS = 260;
/** Whole dates are longer than months. */
const MOST_DATES = 7;
const MOST_MONTHS = 10;
const MS_PER_DAY = 86_400_000;

/** Windows of up to `mostDays` stay days; longer ones become weeks from Monday on, and several weeks where these are too many. */
export function periodScale(first: number, last: number, mostDays: number): PeriodScale {
  const days = last - first + 1;
  const weeks = Math.ceil(days / WEEK / MOST_PERIODS);
  const width = days <= mostDays ? 1 : WEEK * weeks;
  const startOf = (day: number) => (width === 1 ? day : Math.floor((day - FIRST_MONDAY) / width) * width + FIRST_MONDAY);
  const [from, to] = [startOf(first), startOf(last) + width];
  const unit = width === 1 ? "day" : weeks === 1 ? "week" : `${weeks} weeks`;
  return { unit, width, from, to, startOf, ticks: dateTicks(from, to, width) };
}

/** Beginnings of all periods, those without anything included. */
export function periodStarts({ from, to, width }: PeriodScale): number[] {
  return Array.from({ length: (to - from) / width }, (_, i) => from + i * width);
}

/** Of a date like `2026-01-31`; NaN for any other text. */
export function dayOf(date: string): number {
  return Date.parse(date) / MS_PER_DAY;
}

/** `2026-01-31`. */
export function dateOf(day: number): string {
  return new Date(day * MS_PER_DAY).toISOString().slice(0, 10);
}

/** Beginnings of months where there are several, else of periods; few enough to fit next to one another. */
export function dateTicks(from: number, to: number, width: number): PeriodScale["ticks"] {
  const months = monthsBetween(from, to);
  const periods = Array.from({ length: (to - from) / width + 1 }, (_, i) => from + i * width);
  if (months.length >= 3) return thinned(months, MOST_MONTHS).map((day) => ({ value: day, label: dateOf(day).slice(0, 7) }));
  return thinned(periods, MOST_DATES).map((day) => ({ value: day, label: dateOf(day) }));
}

function thinned(days: readonly number[], most: number): number[] {
  const stride = Math.ceil(days.length / most);
  return days.filter((_, i) => i % stride === 0);
}

function monthsBetween(from: number, to: number): number[] {
  const month = new Date(from * MS_PER_DAY);
  if (month.getUTCDate() > 1) month.setUTCMonth(month.getUTCMonth() + 1, 1);
  const found: number[] = [];
  for (; month.getTime() / MS_PER_DAY <= to; month.setUTCMonth(month.getUTCMonth() + 1)) found.push(month.getTime() / MS_PER_DAY);
  return found;
}
