/** What the list of sessions knows of each one, how it says it, and which of them are asked for. Runs in browsers, too. */
import { grouped, money, NONE } from "../../../format/numbers.ts";
import { day, magnitude } from "../../format.ts";
import { durationText } from "./client/durations.ts";

export interface ListEntry {
  readonly name: string;
  readonly provider: string;
  readonly model: string;
  readonly project: string | null;
  readonly title: string | null;
  /** ISO 8601 in UTC; null without times. */
  readonly start: string | null;
  readonly durationS: number | null;
  readonly activeS: number | null;
  readonly steps: number;
  /** Dollars; null without a price. */
  readonly usd: number | null;
  readonly usdMost: number | null;
  /** Some steps have no price or a guessed one. */
  readonly isMarked: boolean;
  /** Tokens. */
  readonly input: number;
  readonly output: number | null;
  /** Some counts of output are not final, and left out. */
  readonly isPartial: boolean;
  readonly calls: number;
  readonly failed: number;
  readonly helpers: number;
  /** Dollars; null when no step of a helper has a price. */
  readonly helpersUsd: number | null;
  readonly isHelper: boolean;
}

export interface ListColumn {
  readonly title: string;
  readonly isText?: boolean;
  readonly text: (entry: ListEntry) => string;
}

/** After the one that names the session. */
export const LIST_COLUMNS: readonly ListColumn[] = [
  { title: "Cost", text: costCell },
  { title: "Steps", text: ({ steps }) => grouped(steps) },
  { title: "Start (UTC)", isText: true, text: ({ start }) => (start === null ? "" : `${start.slice(0, 10)} ${start.slice(11, 16)}`) },
  { title: "Active", text: ({ activeS }) => (activeS === null ? "" : durationText(activeS)) },
  { title: "Duration", text: ({ durationS }) => (durationS === null ? "" : durationText(durationS)) },
  { title: "Model", isText: true, text: ({ model }) => model },
  { title: "Project", isText: true, text: ({ project }) => project ?? "" },
  { title: "Input", text: ({ input }) => magnitude(input) },
  { title: "Output", text: ({ output, isPartial }) => (output === null ? "" : `${isPartial ? "≥ " : ""}${magnitude(output)}`) },
  { title: "Calls", text: ({ calls }) => grouped(calls) },
  { title: "Failed", text: ({ failed }) => (failed === 0 ? "" : grouped(failed)) },
  {
    title: "Helpers",
    text: ({ helpers, helpersUsd }) => (helpers === 0 ? "" : `${grouped(helpers)}, ${helpersUsd === null ? NONE : money(helpersUsd)}`),
  },
];

/** Without those that say nothing of any entry. */
export function columnsFor(entries: readonly ListEntry[]): ListColumn[] {
  return LIST_COLUMNS.filter(({ text }) => entries.some((entry) => text(entry) !== ""));
}

function costCell({ usd, usdMost, isMarked }: ListEntry): string {
  if (usd === null) return isMarked ? `${NONE} *` : NONE;
  const [low, high] = [money(usd), money(usdMost ?? usd)];
  return `${low === high ? low : `${low} to ${high}`}${isMarked ? " *" : ""}`;
}

/** What the address asks for. */
export interface ListChoice {
  readonly text: string;
  readonly provider: string;
  readonly project: string;
  readonly sort: string;
  /** From 1. */
  readonly page: number;
}

const FIELDS = ["text", "provider", "project", "sort"] as const;
export const ROWS_OF_A_PAGE = 100;

/** @param search `?provider=codex&sort=cost`, with or without the question mark */
export function listChoiceIn(search: string): ListChoice {
  const given = new URLSearchParams(search);
  const value = (name: string) => given.get(name) ?? "";
  const page = Number(value("page"));
  return {
    text: value("text"),
    provider: value("provider"),
    project: value("project"),
    sort: value("sort"),
    page: Number.isInteger(page) && page > 0 ? page : 1,
  };
}

/** The query string that says what differs from the whole list. @param keep what else it says */
export function listSearchOf(choice: ListChoice, keep: Readonly<Record<string, string>> = {}): string {
  const given = new URLSearchParams(keep);
  for (const name of FIELDS) if (choice[name] !== "") given.set(name, choice[name]);
  if (choice.page > 1) given.set("page", String(choice.page));
  return given.size === 0 ? "" : `?${given}`;
}

/** All words of the text occur in names, titles, models or projects. */
export function isAskedFor(entry: ListEntry, { text, provider, project }: ListChoice): boolean {
  if (provider !== "" && entry.provider !== provider) return false;
  if (project !== "" && entry.project !== project) return false;
  const own = wordsOf(entry);
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => own.includes(word));
}

const words = new WeakMap<ListEntry, string>();

/** Made once for all searches. */
function wordsOf(entry: ListEntry): string {
  const known = words.get(entry);
  if (known !== undefined) return known;
  const own = [entry.name, entry.title, entry.provider, entry.model, entry.project].join(" ").toLowerCase();
  words.set(entry, own);
  return own;
}

/** Orders by name in the address; any other is the newest first. Sessions that lack the value are last. */
export const LIST_ORDERS: readonly (readonly [name: string, title: string])[] = [
  ["", "Newest"],
  ["oldest", "Oldest"],
  ["cost", "Highest cost"],
  ["steps", "Most steps"],
  ["duration", "Longest"],
  ["active", "Longest active"],
  ["input", "Most input"],
  ["failed", "Most failed calls"],
];

export function isByTime(sort: string): boolean {
  return sort === "" || sort === "oldest" || !LIST_ORDERS.some(([name]) => name === sort);
}

export function listOrder(sort: string): (a: ListEntry, b: ListEntry) => number {
  const value = VALUES[sort] ?? startOf;
  const sign = sort === "oldest" ? 1 : -1;
  return (a, b) => {
    const [one, other] = [value(a), value(b)];
    if (one === null || other === null) return Number(one === null) - Number(other === null);
    if (one !== other) return one < other ? -sign : sign;
    return a.name < b.name ? -1 : 1;
  };
}

/** Times of one length and zone, which are in order as texts. */
const startOf = ({ start }: ListEntry) => start;
const VALUES: Readonly<Record<string, (entry: ListEntry) => number | string | null>> = {
  cost: ({ usd }) => usd,
  steps: ({ steps }) => steps,
  duration: ({ durationS }) => durationS,
  active: ({ activeS }) => activeS,
  input: ({ input }) => input,
  failed: ({ failed }) => failed,
};

export interface DayGroup {
  /** `Nov 1, 2025: 3 sessions, $1.20`; empty for entries that are not grouped. */
  readonly title: string;
  readonly entries: readonly ListEntry[];
}

/** Neighbors that began on the same day; all in one group where the order is another. @param all which the title counts */
export function dayGroups(shown: readonly ListEntry[], all: readonly ListEntry[], sort: string): DayGroup[] {
  if (!isByTime(sort)) return shown.length > 0 ? [{ title: "", entries: shown }] : [];
  const days = [...new Set(shown.map(dayOf))];
  const byDay = new Map(days.map((date) => [date, { count: 0, usd: 0, isPriced: false }]));
  for (const entry of all) {
    const sums = byDay.get(dayOf(entry));
    if (!sums) continue;
    sums.count += 1;
    sums.usd += entry.usd ?? 0;
    sums.isPriced ||= entry.usd !== null;
  }
  return days.map((date) => {
    const { count, usd, isPriced } = byDay.get(date) ?? { count: 0, usd: 0, isPriced: false };
    const sessions = `${grouped(count)} ${count === 1 ? "session" : "sessions"}`;
    return {
      title: `${date === "" ? "Without a time" : day(date)}: ${sessions}${isPriced ? `, ${money(usd)}` : ""}`,
      entries: shown.filter((entry) => dayOf(entry) === date),
    };
  });
}

function dayOf({ start }: ListEntry): string {
  return start?.slice(0, 10) ?? "";
}
