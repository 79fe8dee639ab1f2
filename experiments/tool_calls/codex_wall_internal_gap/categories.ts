/** Sums by kind of tool, out of the rounded sums by tool. */

export const CATEGORIES = ["direct_human", "execution_like", "other"] as const;

export interface Coverage {
  readonly tool_name: string;
  readonly category: string;
  readonly calls: number;
  readonly wall_count: number;
  readonly internal_count: number;
  readonly both_count: number;
  readonly wall_only_count: number;
  readonly wall_total_s: number | null;
  readonly internal_total_s: number | null;
}

export interface GapByTool {
  readonly tool_name: string;
  readonly calls: number;
  readonly wall_total_s: number;
  readonly internal_total_s: number;
  readonly gap_total_s: number;
  readonly gap_share_of_wall_pct: number;
  readonly p50_gap_s: number;
  readonly p90_gap_s: number;
  readonly p99_gap_s: number;
}

export interface CategoryGap {
  readonly category: string;
  /** Names of its tools that occur, sorted. */
  readonly tools: readonly string[];
  readonly calls: number;
  readonly wall_count: number;
  readonly internal_count: number;
  readonly both_count: number;
  readonly wall_only_count: number;
  readonly wall_total_s: number;
  readonly internal_total_s: number;
  readonly gap_total_s: number;
  /** Of the wall time of all its calls, in percent with 3 digits; null without wall time. */
  readonly gap_share_of_wall_pct: number | null;
}

/** One entry per kind in fixed order, also where no call belongs to it. */
export function byCategory(coverage: readonly Coverage[], gaps: readonly GapByTool[]): CategoryGap[] {
  return CATEGORIES.map((category) => {
    const own = coverage.filter((row) => row.category === category);
    const tools = own.map(({ tool_name }) => tool_name).sort();
    const sum = (of: (row: Coverage) => number | null) => own.reduce((total, row) => total + (of(row) ?? 0), 0);
    const gap = gaps.filter(({ tool_name }) => tools.includes(tool_name)).reduce((total, row) => total + row.gap_total_s, 0);
    const wall = sum((row) => row.wall_total_s);
    return {
      category,
      tools,
      calls: sum((row) => row.calls),
      wall_count: sum((row) => row.wall_count),
      internal_count: sum((row) => row.internal_count),
      both_count: sum((row) => row.both_count),
      wall_only_count: sum((row) => row.wall_only_count),
      wall_total_s: wall,
      internal_total_s: sum((row) => row.internal_total_s),
      gap_total_s: gap,
      gap_share_of_wall_pct: wall > 0 ? Math.round((100 * 1000 * gap) / wall) / 1000 : null,
    };
  });
}
