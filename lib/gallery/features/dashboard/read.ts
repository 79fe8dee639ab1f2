/** What the dashboard of one's own history shows: read from tables of the run, each number with the experiment that it is from. */
import path from "node:path";
import { parseCsv } from "../../../files/csv.ts";
import { readInside } from "../../../files/inside.ts";
import { localTime } from "../../../format/clock.ts";
import { dayOf } from "../../../format/periods.ts";
import { groupBy } from "../../../stats/group-by.ts";
import { at } from "../../../stats/known.ts";
import { sumOf } from "../../../stats/sum.ts";
import { shortId } from "../../../trace/sessions.ts";
import type { AtlasSource } from "../../atlas/atlas.ts";
import { sessionNames } from "../sessions/session.ts";

export const HIGHLIGHTS = "trace_facts/highlights";
export const COSTS = "trace_facts/cost_over_time";
export const CONTEXTS = "session/context_delta_attribution";
export const ANATOMY = "prefix_cache/cost_anatomy";
export const RETRIES = "tool_calls/retry_waste";
export const ERRORS = "tool_calls/error_recovery";
export const RESULTS = "tool_calls/tool_output_bloat";
export const CHECKS = "validation/integrity";

/** Cells as texts, by column. */
export type Row = Readonly<Record<string, string>>;

/** A name with an amount. */
export interface Share {
  readonly name: string;
  readonly usd: number;
}

export interface Highlight {
  readonly group: string;
  readonly title: string;
  readonly text: string;
  readonly detail: string;
  /** Null for days and hours, and for sessions without a page. */
  readonly place: { readonly session: string; readonly step: number } | null;
}

/** Something that may have been saved. */
export interface Waste {
  readonly name: string;
  readonly usd: number;
  /** How sure the amount is. */
  readonly basis: string;
  readonly experiment: string;
}

/** An hour in which something was done, by the clocks of the time zone. */
export interface ActiveHour {
  /** `2026-01-31` */
  readonly date: string;
  /** 0 to 23. */
  readonly hour: number;
  readonly steps: number;
}

export interface Dashboard {
  /** In which the user asked for days, else UTC. */
  readonly timezone: string;
  readonly activity: readonly ActiveHour[];
  readonly activeDays: number;
  readonly errors: number;
  readonly highlights: readonly Highlight[];
  readonly byModel: readonly Share[];
  readonly byProject: readonly Share[];
  readonly byPeriod: readonly Share[];
  /** What the input cost was for, largest first. */
  readonly context: readonly Share[];
  readonly wastes: readonly Waste[];
  /** Checks that the pool fails, and warnings. */
  readonly checks: readonly { readonly title: string; readonly count: number; readonly of: number }[];
}

/** Tables that the run lacks count as empty. */
export function readDashboard(source: AtlasSource): Dashboard {
  return dashboardOf((id, table) => tableRows(source, id, table), sessionNames(source), source.report.timezone);
}

/**
 * @param rows of a table of an experiment
 * @param pages names of the sessions that have one
 */
export function dashboardOf(rows: (id: string, table: string) => readonly Row[], pages: ReadonlySet<string>, timezone = "UTC"): Dashboard {
  const hours = rows(HIGHLIGHTS, "activity_by_hour");
  const activity = hours.map((row) => activeHour(row, timezone));
  const costs = rows(COSTS, "cost_by_model");
  return {
    timezone,
    activity,
    activeDays: new Set(activity.map(({ date }) => date)).size,
    errors: sumOf(hours, (row) => numberOf(row.errors)),
    highlights: rows(HIGHLIGHTS, "highlights").map((row) => highlightOf(row, pages)),
    byModel: sharesBy(costs, (row) => row.model ?? ""),
    byProject: sharesBy(costs, (row) => row.project || "unknown project"),
    byPeriod: sharesBy(rows(COSTS, "cost_by_period"), (row) => row.period || UNDATED).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    context: rows(CONTEXTS, "context_sources")
      .filter(({ scope, tool }) => scope === "merged" && tool === "")
      .map((row) => ({ name: SOURCE_WORDS[row.source ?? ""] ?? row.source ?? "", usd: numberOf(row.rent_usd) }))
      .toSorted((a, b) => b.usd - a.usd),
    wastes: wastesOf(rows)
      .filter(({ usd }) => usd > 0)
      .toSorted((a, b) => b.usd - a.usd),
    checks: rows(CHECKS, "checks")
      .filter(({ state }) => state === "failed" || state === "warning")
      .map((row) => ({ title: row.title ?? "", count: numberOf(row.count), of: numberOf(row.of) })),
  };
}

/** Hours of the table are those of UTC; in a zone that differs by a part of an hour, what began in one is in one, too. */
function activeHour(row: Row, timezone: string): ActiveHour {
  const utcMs = Date.parse(`${row.day}T00:00:00Z`) + numberOf(row.hour) * 3_600_000;
  const [date = "", time = ""] = localTime(timezone, utcMs).split(" ");
  return { date, hour: Number(time.slice(0, 2)), steps: numberOf(row.steps) };
}

/** Follows all dates. */
const UNDATED = "without a time";

const DAYS_OF_WEEK = 7;

/** What begins at dates, in their order; names that are not dates are passed over. */
export function periodUnit(names: readonly string[]): "day" | "week" {
  const days = names.map(dayOf).filter((day) => !Number.isNaN(day));
  const steps = days.slice(1).map((day, i) => day - at(days, i));
  return steps.length > 0 && steps.every((step) => step % DAYS_OF_WEEK === 0) ? "week" : "day";
}

const SOURCE_WORDS: Readonly<Record<string, string>> = {
  session_base: "Instructions and tools at the start",
  after_reset: "What was left after a reset",
  tool_result: "Tool results",
  prior_output: "The agent's own output",
  user_message: "Messages of the human",
  client_message: "Messages of the client",
  unexplained: "Not explained",
};

function tableRows({ out, report }: AtlasSource, id: string, name: string): Row[] {
  const table = report.experiments.find((run) => run.id === id)?.artifacts?.tables.find((candidate) => candidate.name === name);
  return table ? parseCsv(readInside(out, path.posix.join(id, table.file)) ?? "") : [];
}

function numberOf(cell: string | undefined): number {
  return cell === undefined || cell === "" ? 0 : Number(cell);
}

/** The cost of rows by name, largest first. */
function sharesBy(rows: readonly Row[], nameOf: (row: Row) => string): Share[] {
  return [...groupBy(rows, nameOf)]
    .map(([name, group]) => ({ name, usd: sumOf(group, (row) => numberOf(row.usd)) }))
    .toSorted((a, b) => b.usd - a.usd || (a.name < b.name ? -1 : 1));
}

function highlightOf(row: Row, pages: ReadonlySet<string>): Highlight {
  const session = shortId(row.session_id ?? "");
  return {
    group: row.group ?? "",
    title: row.title ?? "",
    text: row.text ?? "",
    detail: row.detail ?? "",
    place: pages.has(session) ? { session, step: numberOf(row.step) } : null,
  };
}

function wastesOf(rows: (id: string, table: string) => readonly Row[]): Waste[] {
  const usd = (found: readonly Row[], column: string) => sumOf(found, (row) => numberOf(row[column]));
  const repeated = rows(RETRIES, "retry_summary").filter((row) => row.provider === "all" && row.tool === "");
  const avoidable = repeated.filter((row) => row.class === "avoidable");
  const causes = rows(ANATOMY, "re_prefill_causes");
  const repairs = rows(ERRORS, "error_recovery_summary").filter((row) => row.provider === "all" && row.tool === "" && row.kind === "error");
  const caps = rows(RESULTS, "tool_output_caps");
  const least = Math.min(...caps.map((row) => numberOf(row.cap_tokens)).filter((cap) => cap >= CAP_TOKENS));
  return [
    {
      name: "Input billed again that the cache had before",
      usd: usd(causes, "usd"),
      basis: "measured tokens; the cause of each is inferred",
      experiment: ANATOMY,
    },
    {
      name: "Steps that repaired failed calls",
      usd: usd(repairs, "repair_usd"),
      basis: "measured; the most that fewer errors can save",
      experiment: ERRORS,
    },
    {
      name: "Calls that are avoidable repetitions",
      usd: usd(avoidable, "existence_usd") + usd(avoidable, "size_usd"),
      basis: "results are allocated by their length",
      experiment: RETRIES,
    },
    {
      name: `Tool results beyond ${least.toLocaleString("en-US")} tokens`,
      usd: usd(
        caps.filter((row) => numberOf(row.cap_tokens) === least),
        "saved_usd",
      ),
      basis: "allocated; the most that a cap can save, if nothing else changes",
      experiment: RESULTS,
    },
  ];
}

/** A cap on tool results that loses little of most. */
const CAP_TOKENS = 10_000;
