/** What stands out in a pool: days and hours of work, and the step of every record. */
import { query, type RowOf } from "../../../lib/experiment.ts";
import { countCompact, counted } from "../../../lib/format/counts.ts";
import { durationCompact } from "../../../lib/format/durations.ts";
import { grouped, money } from "../../../lib/format/numbers.ts";
import { dateOf } from "../../../lib/format/periods.ts";
import { groupBy } from "../../../lib/stats/group-by.ts";
import { at } from "../../../lib/stats/known.ts";
import { sumOf } from "../../../lib/stats/sum.ts";

export const ACTIVITY = query("activity.sql", {
  day: "number?",
  hour: "number?",
  steps: "number",
  requests: "number",
  errors: "number",
  cost_nano: "number",
  unpriced_steps: "number",
});
export type ActivityRow = RowOf<typeof ACTIVITY>;
/** Of an hour that is known. */
export type Activity = ActivityRow & { readonly day: number; readonly hour: number };

export function isTimed(row: ActivityRow): row is Activity {
  return row.day !== null && row.hour !== null;
}

export const RECORDS = query("records.sql", {
  record: "text",
  value: "number",
  round_pk: "number",
  session_id: "text",
  step: "number",
  request_no: "number",
  provider: "text",
  model: "text",
  at_us: "number?",
  tool_index: "number",
  tool: "text?",
});
export type RecordRow = RowOf<typeof RECORDS>;

const US_PER_S = 1e6;
const NANO = 1e9;
const seconds = (value: number) => durationCompact(value / US_PER_S);
const dollars = (value: number) => money(value / NANO);
const tokens = (value: number) => `${grouped(value)} tokens`;

interface Kind {
  readonly group: string;
  readonly title: string;
  readonly unit: string;
  /** Of the unit in a unit of the record's value. */
  readonly scale: number;
  readonly text: (value: number) => string;
}

/** In the order in which they are shown. */
export const KINDS: Readonly<Record<string, Kind>> = {
  session_cost: { group: "Cost", title: "Most expensive session", unit: "USD", scale: NANO, text: dollars },
  request_cost: { group: "Cost", title: "Most expensive request", unit: "USD", scale: NANO, text: dollars },
  step_cost: { group: "Cost", title: "Most expensive step", unit: "USD", scale: NANO, text: dollars },
  request_time: { group: "Time", title: "Longest request", unit: "s", scale: US_PER_S, text: seconds },
  call_time: { group: "Time", title: "Longest tool call", unit: "s", scale: US_PER_S, text: seconds },
  wait: { group: "Time", title: "Longest wait for the human", unit: "s", scale: US_PER_S, text: seconds },
  context: { group: "Context", title: "Largest context", unit: "tokens", scale: 1, text: tokens },
  new_input: { group: "Context", title: "Most new input after the first step", unit: "tokens", scale: 1, text: tokens },
  result_size: {
    group: "Context",
    title: "Largest tool result",
    unit: "chars",
    scale: 1,
    text: (value) => `${countCompact(value)} characters`,
  },
  reset: { group: "Context", title: "Most freed by a reset", unit: "tokens", scale: 1, text: tokens },
  output: { group: "Work", title: "Longest output", unit: "tokens", scale: 1, text: tokens },
  request_steps: { group: "Work", title: "Most steps for one request", unit: "steps", scale: 1, text: (value) => counted(value, "step") },
  session_errors: {
    group: "Work",
    title: "Most failed calls in a session",
    unit: "calls",
    scale: 1,
    text: (value) => counted(value, "call"),
  },
};

/** Something that stands out; the step is null for days and hours. */
export interface Highlight {
  readonly highlight: string;
  readonly group: string;
  readonly title: string;
  readonly value: number;
  readonly unit: string;
  /** The value as it is printed. */
  readonly text: string;
  /** Day, model or tool. */
  readonly detail: string;
  readonly place: RecordRow | null;
}

export function highlightsOf(activity: readonly Activity[], records: readonly RecordRow[]): Highlight[] {
  const byRecord = new Map(records.map((row) => [row.record, row]));
  const steps = Object.entries(KINDS).flatMap(([highlight, { scale, text, ...kind }]) => {
    const place = byRecord.get(highlight);
    if (!place) return [];
    return [{ ...kind, highlight, value: place.value / scale, text: text(place.value), detail: place.tool ?? place.model, place }];
  });
  return [...daysOf(activity), ...steps];
}

function daysOf(activity: readonly Activity[]): Highlight[] {
  if (activity.length === 0) return [];
  const days = sumsBy(activity, ({ day }) => day);
  const busiest = largest(days);
  const streak = longestStreak(days.map(({ key }) => key));
  const hour = largest(sumsBy(activity, (row) => row.hour));
  const share = { group: "Days", place: null };
  return [
    {
      ...share,
      highlight: "busiest_day",
      title: "Busiest day",
      value: busiest.steps,
      unit: "steps",
      text: counted(busiest.steps, "step"),
      detail: dateOf(busiest.key),
    },
    {
      ...share,
      highlight: "streak",
      title: "Most days in a row",
      value: streak.days,
      unit: "days",
      text: counted(streak.days, "day"),
      detail: `from ${dateOf(streak.first)}`,
    },
    {
      ...share,
      highlight: "busiest_hour",
      title: "Busiest hour of the day",
      value: hour.steps,
      unit: "steps",
      text: `${hourText(hour.key)} UTC`,
      detail: counted(hour.steps, "step"),
    },
  ];
}

export function hourText(hour: number): string {
  return `${String(hour).padStart(2, "0")}:00`;
}

interface Sum {
  readonly key: number;
  readonly steps: number;
}

/** Ascending by key. */
function sumsBy(activity: readonly Activity[], keyOf: (row: Activity) => number): Sum[] {
  const groups = groupBy(activity, keyOf);
  return [...groups].map(([key, rows]) => ({ key, steps: sumOf(rows, ({ steps }) => steps) })).toSorted((a, b) => a.key - b.key);
}

/** Of equal ones the first. */
function largest(sums: readonly Sum[]): Sum {
  return sums.reduce((most, sum) => (sum.steps > most.steps ? sum : most), at(sums, 0));
}

/** @param days ascending, at least one */
export function longestStreak(days: readonly number[]): { readonly first: number; readonly days: number } {
  let best = { first: at(days, 0), days: 0 };
  let first = at(days, 0);
  for (const [i, day] of days.entries()) {
    if (i > 0 && day !== at(days, i - 1) + 1) first = day;
    if (day - first + 1 > best.days) best = { first, days: day - first + 1 };
  }
  return best;
}
