/** The summary as a table for machines and one for readers, and how many sessions had how many compactions. */
import type { Table, TextDocument } from "../../../lib/experiment.ts";
import { groupedTables } from "../../../lib/format/markdown.ts";
import { formatG, grouped, percent, toFixedHalfEven } from "../../../lib/format/numbers.ts";
import { SCOPES, scopeTitle } from "../../../lib/trace/scopes.ts";
import { type ScopeSummary, type SessionCounts, sessionsByCompactions, shareOf } from "./measure.ts";

const EN_SPACE = "\u2002";

export function summaryTable(summaries: readonly ScopeSummary[]): Table {
  return {
    name: "session_compaction_counts",
    title: "Compactions by scope",
    caption: "One row per scope. Statistics are compactions per session: over all sessions, and (_pos) over those with at least one.",
    columns: [
      "scope",
      "n_sessions",
      "major_reductions",
      "total",
      "user_initiated",
      "tool_initiated",
      "avg",
      "p25",
      "p50",
      "p90",
      "p99",
      "sessions_with",
      "share_with",
      "avg_pos",
      "p25_pos",
      "p50_pos",
      "p90_pos",
      "p99_pos",
    ],
    rows: summaries.map((summary) => {
      const { scope, majorReductions, userInitiated, toolInitiated, all, positive } = summary;
      return {
        scope,
        n_sessions: all.n,
        major_reductions: majorReductions,
        total: userInitiated + toolInitiated,
        user_initiated: userInitiated,
        tool_initiated: toolInitiated,
        avg: all.mean,
        p25: all.p25,
        p50: all.p50,
        p90: all.p90,
        p99: all.p99,
        sessions_with: positive.n,
        share_with: shareOf(positive.n, all.n),
        avg_pos: positive.mean,
        p25_pos: positive.p25,
        p50_pos: positive.p50,
        p90_pos: positive.p90,
        p99_pos: positive.p99,
      };
    }),
  };
}

export function sessionsTable(sessions: readonly SessionCounts[]): Table {
  return {
    name: "sessions_by_compactions",
    title: "Sessions by number of compactions",
    caption: "One row per scope and number of compactions that some session of it had, zero included.",
    columns: ["scope", "compactions", "sessions"],
    rows: SCOPES.flatMap((scope) =>
      [...sessionsByCompactions(sessions, scope)].map(([compactions, count]) => ({ scope, compactions, sessions: count })),
    ),
  };
}

/** The two providers side by side, rounded for reading. */
export function summaryText(summaries: readonly ScopeSummary[], minDropTokens: number): TextDocument {
  const columns = summaries.filter(({ scope }) => scope !== "merged");
  const table = (rows: readonly (readonly [string, (summary: ScopeSummary) => string])[]) => ({
    header: ["Metric", ...columns.map(({ scope }) => scopeTitle(scope))],
    rows: rows.map(([title, cell]) => [title, ...columns.map(cell)]),
  });
  const ofCompactions = (part: number, { userInitiated, toolInitiated }: ScopeSummary) =>
    countAndShare(part, userInitiated + toolInitiated);
  return {
    name: "session_compaction_counts.md",
    text: groupedTables([
      {
        table: table([
          ["Sessions", ({ all }) => grouped(all.n)],
          [`Major reductions (≥${thousands(minDropTokens)} drop)`, ({ majorReductions }) => grouped(majorReductions)],
          [
            `${EN_SPACE}of which compactions`,
            ({ userInitiated, toolInitiated, majorReductions }) => countAndShare(userInitiated + toolInitiated, majorReductions),
          ],
          ["Sessions with ≥1 compaction", ({ all, positive }) => countAndShare(positive.n, all.n)],
        ]),
      },
      {
        title: "Compactions per session",
        table: table([
          ["Avg (all sessions)", ({ all }) => toFixedHalfEven(all.mean, 3)],
          ["Avg (sessions with ≥1)", ({ positive }) => toFixedHalfEven(positive.mean, 2)],
          ["P90 / P99 (sessions with ≥1)", ({ positive }) => `${toFixedHalfEven(positive.p90, 0)} / ${toFixedHalfEven(positive.p99, 0)}`],
        ]),
      },
      {
        title: "Trigger",
        table: table([
          ["User-initiated", (summary) => ofCompactions(summary.userInitiated, summary)],
          ["Tool-initiated", (summary) => ofCompactions(summary.toolInitiated, summary)],
        ]),
      },
    ]),
  };
}

/** `64000` as `64k`. */
function thousands(tokens: number): string {
  return tokens < 1000 ? formatG(tokens) : `${formatG(tokens / 1000)}k`;
}

function countAndShare(part: number, whole: number): string {
  return `${grouped(part)} (${percent(shareOf(part, whole), 1)})`;
}
