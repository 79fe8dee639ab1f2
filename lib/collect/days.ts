/** Times that users give: dates in a time zone, instants, ages. */
import { UserError } from "../files/errors.ts";
import { localTime, offsetMs } from "../format/clock.ts";
import { known } from "../stats/known.ts";
import { timestampMs } from "./summary.ts";

/** Steps from `sinceMs` on and before `untilMs`, ms since 1970; null is open. */
export interface Period {
  readonly sinceMs: number | null;
  readonly untilMs: number | null;
  /** That decided where the days of dates begin. */
  readonly timezone: string;
}

export interface PeriodOptions {
  /** `2026-01-31` or `20260131`, an ISO time, or an age such as `30d`, `12h`, `2w`. */
  readonly since?: string;
  /** The same; a date is the last day. */
  readonly until?: string;
  /** IANA name. Default: UTC. */
  readonly timezone?: string;
  /** What an age counts from, ms since 1970. */
  readonly nowMs?: number;
}

const AGE = /^(\d{1,6})([hdw])$/;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const AGE_UNIT_MS: Readonly<Record<string, number>> = { h: HOUR_MS, d: DAY_MS, w: 7 * DAY_MS };
const ISO_DATE = /^\d{4}-\d{2}-\d{2}$/;
const ISO_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;

/** @throws UserError for a time, a time zone or an order of times that makes no sense */
export function periodOf({ since, until, timezone = "UTC", nowMs = Date.now() }: PeriodOptions): Period {
  checkTimezone(timezone);
  const sinceMs = since === undefined ? null : timeOf("--since", since, 0, timezone, nowMs);
  const untilMs = until === undefined ? null : timeOf("--until", until, 1, timezone, nowMs);
  if (sinceMs !== null && untilMs !== null && sinceMs >= untilMs)
    throw new UserError(
      `--since ${since} is not before --until ${until}, so no step can be between them. Give an earlier --since or a later --until.`,
    );
  return { sinceMs, untilMs, timezone };
}

/** Whether a time, null when there is none, is within a period. */
export function isWithin({ sinceMs, untilMs }: Period, ms: number | null): boolean {
  if (sinceMs === null && untilMs === null) return true;
  return ms !== null && (sinceMs === null || ms >= sinceMs) && (untilMs === null || ms < untilMs);
}

/** The date of a time, as `2026-01-31`. */
export function dateIn(timezone: string, ms: number): string {
  return localTime(timezone, ms).slice(0, "2026-01-31".length);
}

function checkTimezone(timezone: string): void {
  try {
    new Intl.DateTimeFormat("en-US", { timeZone: timezone });
  } catch {
    throw new UserError(`--timezone ${timezone} is not a time zone. Give a name such as UTC, Europe/Berlin or America/New_York.`);
  }
}

/** @param daysAfter for a date: how many days after its start */
function timeOf(flag: string, given: string, daysAfter: number, timezone: string, nowMs: number): number {
  // As ccusage takes dates.
  const text = given.replace(/^(\d{4})(\d{2})(\d{2})$/, "$1-$2-$3");
  const [, count, unit] = AGE.exec(text) ?? [];
  if (count !== undefined && unit !== undefined) return nowMs - Number(count) * known(AGE_UNIT_MS[unit]);
  const isDate = ISO_DATE.test(text);
  const ms = isDate || ISO_TIME.test(text) ? timestampMs(text) : null;
  if (ms === null)
    throw new UserError(
      `${flag} ${given} is not a time. Give a date such as 2026-01-31, a time such as 2026-01-31T12:00:00Z, or an age such as 30d, 12h or 2w.`,
    );
  return isDate ? startOfDay(timezone, ms + daysAfter * DAY_MS) : ms;
}

/** Where a day begins. @param utcMs where it would begin in UTC */
function startOfDay(timezone: string, utcMs: number): number {
  // The offset may change during the day; that of a first guess is right at its start, but for days that begin with a change.
  const guess = utcMs - offsetMs(timezone, utcMs);
  return utcMs - offsetMs(timezone, guess);
}
