import { defineExperiment, type Headline, integer, type Row, type Table } from "../../../lib/experiment.ts";
import { markdownTable } from "../../../lib/format/markdown.ts";
import { grouped, percent, toFixedHalfEven } from "../../../lib/format/numbers.ts";
import { byCategory, type CategoryGap, type Coverage, type GapByTool } from "./categories.ts";
import { type BucketRow, bucketFigure, gapFigure } from "./charts.ts";

/** Hours of wall time, internal time and gap, with the gap per call in seconds; `tool` is null for all timed calls. */
interface Summary {
  readonly tool: string | null;
  readonly calls: number;
  readonly wall_h: number;
  readonly internal_h: number;
  readonly gap_h: number;
  readonly mean_gap_s: number | null;
  readonly p50_gap_s: number | null;
  readonly p90_gap_s: number | null;
  readonly p99_gap_s: number | null;
}

export default defineExperiment(import.meta.url, {
  title: "Codex: wall time against the runner's own time",
  question: "How much of the time of Codex tool calls lies outside the runner's own work, and in which tools?",
  flags: {
    topGapExamples: integer({ min: 0, default: 50, says: "Calls with the largest gaps to list" }),
  },
  async run({ db, options }) {
    const coverage = await db.rows<Coverage & Row>("coverage.sql");
    const gaps = await db.rows<GapByTool & Row>("gaps.sql");
    const human = await db.rows<Row>("human.sql");
    const buckets = await db.rows<BucketRow & Row>("buckets.sql");
    const summary = await db.rows<Summary & Row>("summary.sql");
    const examples = await db.rows<Row>("examples.sql", { limit: options.topGapExamples });
    const categories = byCategory(coverage, gaps);
    const all = summary[0] as Summary;
    return {
      tables: [
        coverageTable(coverage),
        gapTable(gaps),
        humanTable(human),
        categoryTable(categories),
        bucketTable(buckets),
        exampleTable(examples),
        summaryTable(summary),
      ],
      texts: [
        { name: "codex_tool_e2e_internal.md", text: summaryText(summary) },
        { name: "result_analysis.md", text: analysis(coverage, gaps, categories, buckets, human) },
      ],
      figures: all.calls > 0 ? [gapFigure(gaps), bucketFigure(buckets)] : [],
      headlines: headlines(summary),
      notes:
        all.calls > 0
          ? []
          : ["There is nothing to show: no Codex tool call of this pool has both a wall time and a time reported by the runner."],
    };
  },
});

function coverageTable(rows: readonly (Coverage & Row)[]): Table {
  return {
    name: "codex_tool_timing_coverage",
    title: "Which durations the calls have",
    caption: "All Codex calls. Sums in seconds over the calls that have the duration; blank where none has.",
    columns: ["tool_name", "calls", "wall_count", "internal_count", "both_count", "wall_only_count", "wall_total_s", "internal_total_s"],
    rows: rows.map(({ category: _, ...row }) => row),
  };
}

function gapTable(rows: readonly (GapByTool & Row)[]): Table {
  return {
    name: "codex_wall_internal_gap_by_tool",
    title: "The gap by tool",
    caption: "Calls with both durations; the gap of a call is at least 0. Seconds; share in percent of the wall time.",
    columns: [
      ...["tool_name", "calls", "wall_total_s", "internal_total_s", "gap_total_s", "gap_share_of_wall_pct", "mean_gap_s", "p50_gap_s"],
      ...["p90_gap_s", "p99_gap_s", "gap_gt_1s", "gap_gt_10s", "gap_gt_1m", "gap_gt_10m", "gap_gt_1h"],
    ],
    rows,
  };
}

function humanTable(rows: readonly Row[]): Table {
  return {
    name: "codex_direct_human_wall_time",
    title: "Tools that wait for a person or an agent",
    caption: "Wall time in seconds of all their calls that have one.",
    columns: [
      ...[
        "tool_name",
        "calls",
        "wall_count",
        "wall_total_s",
        "mean_wall_s",
        "p50_wall_s",
        "p90_wall_s",
        "p99_wall_s",
        "wall_gt_1m",
        "wall_gt_1h",
      ],
    ],
    rows,
  };
}

function categoryTable(categories: readonly CategoryGap[]): Table {
  return {
    name: "codex_wall_internal_gap_by_category",
    title: "The gap by kind of tool",
    caption: "Here the share is of the wall time of all calls of a kind, also of those without a time of the runner.",
    columns: [
      ...[
        "category",
        "tools",
        "calls",
        "wall_count",
        "internal_count",
        "both_count",
        "wall_only_count",
        "wall_total_s",
        "internal_total_s",
      ],
      ...["gap_total_s", "gap_share_of_wall_pct"],
    ],
    rows: categories.map((category) => ({ ...category, tools: category.tools.join(";") })),
  };
}

function bucketTable(rows: readonly (BucketRow & Row)[]): Table {
  return {
    name: "codex_wall_internal_gap_buckets",
    title: "The gap by its length",
    caption: "Calls with both durations. The share is of the summed gap of the kind of tool, in percent.",
    columns: ["category", "gap_bucket", "calls", "gap_total_s", "category_gap_share_pct"],
    rows,
  };
}

function exampleTable(rows: readonly Row[]): Table {
  return {
    name: "codex_top_wall_internal_gap_examples",
    title: "The calls with the largest gaps",
    caption: "Durations in ms, times in UTC; calls with equal gaps in file order.",
    columns: [
      ...[
        "tool_name",
        "round_pk",
        "tool_index",
        "tool_call_id",
        "emitted_at",
        "result_at",
        "wall_ms",
        "internal_ms",
        "gap_ms",
        "input_chars",
      ],
      ...["result_chars", "is_error", "model", "session_id", "round_index", "trace_key"],
    ],
    rows,
  };
}

function summaryTable(rows: readonly (Summary & Row)[]): Table {
  return {
    name: "codex_tool_e2e_internal",
    title: "End to end against internal",
    caption: "Calls with both durations: hours, and seconds of gap per call. The first row is everything together.",
    columns: ["tool", "calls", "wall_h", "internal_h", "gap_h", "mean_gap_s", "p50_gap_s", "p90_gap_s", "p99_gap_s"],
    rows: rows.map((row) => ({ ...row, tool: row.tool ?? "All timed" })),
  };
}

function summaryText(rows: readonly Summary[]): string {
  return markdownTable({
    header: ["Tool", "Calls", "E2E", "Int.", "Res.", "Avg", "P50/90/99"],
    rows: rows.map((row) => [
      row.tool ?? "All timed",
      row.calls >= 10_000 ? `${grouped(row.calls / 1000)}k` : `${toFixedHalfEven(row.calls / 1000, 1)}k`,
      hours(row.wall_h),
      hours(row.internal_h),
      row.gap_h < 1 ? `${toFixedHalfEven(row.gap_h, 2)}h` : hours(row.gap_h),
      seconds(row.mean_gap_s, 2),
      row.p50_gap_s === null
        ? "n/a"
        : `${[row.p50_gap_s, row.p90_gap_s].map((value) => toFixedHalfEven(value as number, 2)).join("/")}/${seconds(row.p99_gap_s, 1)}`,
    ]),
  });
}

function headlines(summary: readonly Summary[]): Headline[] {
  const [all, ...tools] = summary as [Summary, ...Summary[]];
  const exec = tools.find(({ tool }) => tool === "exec_command");
  return [
    { label: "Residual (E2E − internal)", value: `${hours(all.gap_h)} (${percent(all.wall_h > 0 ? all.gap_h / all.wall_h : 0)})` },
    { label: "Top tool residual", value: hours(exec?.gap_h ?? 0) },
    { label: "Median residual", value: seconds(all.p50_gap_s ?? 0, 2) },
  ];
}

function analysis(
  coverage: readonly Coverage[],
  gaps: readonly GapByTool[],
  categories: readonly CategoryGap[],
  buckets: readonly BucketRow[],
  human: readonly Row[],
): string {
  const exec = gaps.find(({ tool_name }) => tool_name === "exec_command");
  const stdin = gaps.find(({ tool_name }) => tool_name === "write_stdin");
  const execution = categories.find(({ category }) => category === "execution_like") as CategoryGap;
  const long = buckets.filter(
    ({ category, gap_bucket }) => category === "execution_like" && ["1-10m", "10m-1h", ">1h"].includes(gap_bucket),
  );
  const longSeconds = long.reduce((sum, { gap_total_s }) => sum + gap_total_s, 0);
  const asked = human.find(({ tool_name }) => tool_name === "request_user_input");
  const covered = (tool: string) => coverage.find(({ tool_name }) => tool_name === tool);
  const orNothing = <T>(value: T | undefined, text: (value: T) => string) => (value === undefined ? "n/a" : text(value));
  return [
    "# Codex: wall time against the runner's own time",
    "The gap of a call is its wall time less the time that the runner reports, at least 0.",
    [
      `- \`exec_command\`: ${orNothing(exec, (row) => `${grouped(row.calls)} calls with both times, gap ${hours(row.gap_total_s / 3600)} (${row.gap_share_of_wall_pct}% of their wall time), p50 ${row.p50_gap_s}s, p90 ${row.p90_gap_s}s, p99 ${row.p99_gap_s}s`)}`,
      `- Tools that run something: gap ${hours(execution.gap_total_s / 3600)} in ${grouped(execution.calls)} calls`,
      `- Gaps over a minute among them: ${grouped(long.reduce((sum, { calls }) => sum + calls, 0))} calls, ${hours(longSeconds / 3600)}, ${execution.gap_total_s > 0 ? percent(longSeconds / execution.gap_total_s, 1) : "n/a"} of their gap`,
      `- \`request_user_input\`: ${orNothing(asked, (row) => `${grouped(row.calls as number)} calls, ${hours((row.wall_total_s as number) / 3600)} of waiting`)}`,
      `- \`write_stdin\`: ${orNothing(stdin, (row) => `gap ${hours(row.gap_total_s / 3600)} of ${hours(row.wall_total_s / 3600)}`)}`,
    ].join("\n"),
    "The trace does not say what happens in a gap: approvals, start of a shell and scheduling all look alike, so it is an upper bound for each of them.",
    ["exec_command", "request_user_input"]
      .map(
        (tool) =>
          `- \`${tool}\`: ${orNothing(covered(tool), (row) => `${grouped(row.calls)} calls, ${grouped(row.both_count)} with both times`)}`,
      )
      .join("\n"),
  ].join("\n\n");
}

function hours(value: number): string {
  return `${grouped(value, 1)}h`;
}

function seconds(value: number | null, digits: number): string {
  return value === null ? "n/a" : `${toFixedHalfEven(value, digits)}s`;
}
