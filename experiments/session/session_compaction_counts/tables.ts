/** The summary as a table for machines and one for readers, and how many sessions had how many compactions. */

import { type Table, type TextDocument, table } from "../../../lib/experiment.ts";
import { groupedTables } from "../../../lib/format/markdown.ts";
import { formatG, grouped, toFixedHalfEven } from "../../../lib/format/numbers.ts";
import { sharePercent } from "../../../lib/format/published.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { SCOPES, scopeTitle } from "../../../lib/trace/scopes.ts";
import { compactionsOf, type ScopeSummary, type SessionCounts, sessionsByCompactions } from "./measure.ts";

const EN_SPACE = "\u2002";

export function summaryTable(summaries: readonly ScopeSummary[]): Table {
  return table(
    "session_compaction_counts",
    summaries,
    {
      scope: { says: "`merged` (all sessions), `claude` or `codex`" },
      n_sessions: { of: ({ all }) => all.n, says: "Sessions, including those without any compaction", unit: "sessions" },
      major_reductions: { of: (row) => row.majorReductions, says: "Drops of at least the minimum size", unit: "drops" },
      total: { of: compactionsOf, says: "Compactions", unit: "compactions" },
      user_initiated: { of: (row) => row.userInitiated, says: "Compactions on a step that began with a user message", unit: "compactions" },
      tool_initiated: { of: (row) => row.toolInitiated, says: "Compactions on a step that began with a tool result", unit: "compactions" },
      avg: { of: ({ all }) => all.mean, says: "Mean per session", unit: "compactions" },
      p25: { of: ({ all }) => all.p25, says: "25th percentile per session", unit: "compactions" },
      p50: { of: ({ all }) => all.p50, says: "Median per session", unit: "compactions" },
      p90: { of: ({ all }) => all.p90, says: "90th percentile per session", unit: "compactions" },
      p99: { of: ({ all }) => all.p99, says: "99th percentile per session", unit: "compactions" },
      sessions_with: { of: ({ positive }) => positive.n, says: "Sessions with at least one compaction", unit: "sessions" },
      share_with: {
        of: ({ positive, all }) => ratio(positive.n, all.n),
        says: "Their share of all sessions; empty without sessions",
        unit: "share",
      },
      avg_pos: { of: ({ positive }) => positive.mean, says: "Mean per session with any; 0 if none has", unit: "compactions" },
      p25_pos: { of: ({ positive }) => positive.p25, says: "25th percentile per session with any", unit: "compactions" },
      p50_pos: { of: ({ positive }) => positive.p50, says: "Median per session with any", unit: "compactions" },
      p90_pos: { of: ({ positive }) => positive.p90, says: "90th percentile per session with any", unit: "compactions" },
      p99_pos: { of: ({ positive }) => positive.p99, says: "99th percentile per session with any", unit: "compactions" },
    },
    {
      title: "Compactions by scope",
      caption: "One row per scope. Statistics are compactions per session: over all sessions, and (`_pos`) over those with at least one.",
    },
  );
}

export function sessionsTable(sessions: readonly SessionCounts[]): Table {
  const rows = SCOPES.flatMap((scope) =>
    [...sessionsByCompactions(sessions, scope)].map(([compactions, count]) => ({ scope, compactions, count })),
  );
  return table(
    "sessions_by_compactions",
    rows,
    {
      scope: { says: "`merged` (all sessions), `claude` or `codex`" },
      compactions: { says: "Compactions in a session", unit: "compactions" },
      sessions: { of: ({ count }) => count, says: "Sessions with that many", unit: "sessions" },
    },
    {
      title: "Sessions by number of compactions",
      caption: "One row per scope and number of compactions that at least one session had, including zero.",
    },
  );
}

/** The two providers side by side, rounded for reading. */
export function summaryText(summaries: readonly ScopeSummary[], minDropTokens: number): TextDocument {
  const columns = summaries.filter(({ scope }) => scope !== "merged");
  const listed = (rows: readonly (readonly [string, (summary: ScopeSummary) => string])[]) => ({
    header: ["Metric", ...columns.map(({ scope }) => scopeTitle(scope))],
    rows: rows.map(([title, cell]) => [title, ...columns.map(cell)]),
  });
  const ofCompactions = (part: number, { userInitiated, toolInitiated }: ScopeSummary) =>
    countAndShare(part, userInitiated + toolInitiated);
  return {
    name: "session_compaction_counts.md",
    says: "both providers side by side, rounded for reading",
    text: groupedTables([
      {
        table: listed([
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
        table: listed([
          ["Avg (all sessions)", ({ all }) => toFixedHalfEven(all.mean, 3)],
          ["Avg (sessions with ≥1)", ({ positive }) => toFixedHalfEven(positive.mean, 2)],
          ["P90 / P99 (sessions with ≥1)", ({ positive }) => `${toFixedHalfEven(positive.p90, 0)} / ${toFixedHalfEven(positive.p99, 0)}`],
        ]),
      },
      {
        title: "Trigger",
        table: listed([
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
  return `${grouped(part)} (${sharePercent(ratio(part, whole), 1)})`;
}
