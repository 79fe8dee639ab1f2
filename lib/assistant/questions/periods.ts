/** Periods as people say them: `last month`, `past 7 days`, `since 2026-03-01`, `in March 2026`. Days are in UTC. */

export interface Period {
  /** First and last day, `2026-01-31`; null: open. */
  readonly since: string | null;
  readonly until: string | null;
}

export interface PeriodInWords {
  readonly period: Period | null;
  /** The other words. */
  readonly rest: string;
}

const DAY_MS = 86_400_000;
const MONTHS = "january february march april may june july august september october november december".split(" ");
const DATE = String.raw`\d{4}-\d\d-\d\d`;

type Rule = readonly [RegExp, (found: readonly string[], today: Date) => Period];

const RULES: readonly Rule[] = [
  [
    new RegExp(`\\b(?:since|from|seit|after) (${DATE})(?: (?:until|to|till|bis) (${DATE}))?`),
    ([, since = null, until = null]) => ({ since, until }),
  ],
  [
    new RegExp(`\\bsince (${MONTHS.join("|")})\\b(?: (\\d{4}))?`),
    ([, month = "", year], today) => ({ since: monthNamed(month, year, today).since, until: null }),
  ],
  [new RegExp(`\\b(?:until|before|till|bis) (${DATE})`), ([, until = null]) => ({ since: null, until })],
  [new RegExp(`\\b(?:on )?(${DATE})`), ([, day = null]) => ({ since: day, until: day })],
  [/\b(?:in )?(\d{4})-(\d\d)\b/, ([, year, month]) => monthOf(Number(year), Number(month) - 1)],
  [new RegExp(`\\b(?:in )?(${MONTHS.join("|")}) (\\d{4})\\b`), ([, month = "", year]) => monthOf(Number(year), MONTHS.indexOf(month))],
  [new RegExp(`\\bin (${MONTHS.join("|")})\\b`), ([, month = ""], today) => latestMonth(MONTHS.indexOf(month), today)],
  [/\b(?:today|heute)\b|今天/, (_, today) => ({ since: dayOf(today), until: dayOf(today) })],
  [/\b(?:yesterday|gestern)\b|昨天/, (_, today) => ({ since: before(today, 1), until: before(today, 1) })],
  [/\b(?:this month|diesen monat)\b|本月|这个月/, (_, today) => ({ since: `${dayOf(today).slice(0, 7)}-01`, until: dayOf(today) })],
  [/\b(?:last month|letzten monat)\b|上个月/, (_, today) => monthOf(today.getUTCFullYear(), today.getUTCMonth() - 1)],
  [/\b(?:this week|diese woche)\b|本周/, (_, today) => ({ since: before(today, (today.getUTCDay() + 6) % 7), until: dayOf(today) })],
  [/\b(?:last week|letzte woche)\b|上周/, (_, today) => lastWeek(today)],
  [/\bthis year\b/, (_, today) => ({ since: `${today.getUTCFullYear()}-01-01`, until: dayOf(today) })],
  [
    /\b(?:in |over |during |for )?(?:the )?(?:last|past) (?:(\d{1,4}) (?=\w+)|(?!\w+s\b))(day|week|month|year)s?\b/,
    ([, count = "1", unit = ""], today) => ({ since: before(today, Number(count) * (DAYS[unit] ?? 1) - 1), until: dayOf(today) }),
  ],
];

const DAYS: Readonly<Record<string, number>> = { day: 1, week: 7, month: 30, year: 365 };

/** The first period that the words name. Without one the words are all that is left. */
export function periodIn(words: string, today: Date): PeriodInWords {
  const text = words.toLowerCase();
  for (const [pattern, periodOf] of RULES) {
    const found = pattern.exec(text);
    if (found) return { period: periodOf(found, today), rest: text.slice(0, found.index) + text.slice(found.index + found[0].length) };
  }
  return { period: null, rest: words };
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}

function before(today: Date, days: number): string {
  return dayOf(new Date(today.getTime() - days * DAY_MS));
}

/** @param month 0 to 11; others are of the years before and after */
function monthOf(year: number, month: number): Period {
  return { since: dayOf(new Date(Date.UTC(year, month, 1))), until: dayOf(new Date(Date.UTC(year, month + 1, 0))) };
}

function monthNamed(month: string, year: string | undefined, today: Date): Period {
  const index = MONTHS.indexOf(month);
  return year === undefined ? latestMonth(index, today) : monthOf(Number(year), index);
}

/** Of this year, or of the year before when it is still to come. */
function latestMonth(month: number, today: Date): Period {
  const year = today.getUTCFullYear();
  return monthOf(month > today.getUTCMonth() ? year - 1 : year, month);
}

/** Monday to Sunday. */
function lastWeek(today: Date): Period {
  const sinceMonday = (today.getUTCDay() + 6) % 7;
  return { since: before(today, sinceMonday + 7), until: before(today, sinceMonday + 1) };
}
