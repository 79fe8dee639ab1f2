/** The summary tables. Numbers have six significant digits; they are tokens unless the column says otherwise. */
import type { Cell, Row, Table } from "../../../lib/experiment.ts";
import { formatG, grouped } from "../../../lib/format/numbers.ts";
import { type Criteria, type MeasuredGroup, percent } from "./measure.ts";

type Columns = Readonly<Record<string, (measured: MeasuredGroup, criteria: Criteria) => Cell>>;

const DECISION = {
  count: ({ statistics }) => statistics.count,
  decision: ({ attribution }) => attribution.decision,
  decision_strength: ({ attribution }) => attribution.strength,
  tolerance_absolute_tokens: (_, criteria) => criteria.toleranceAbsoluteTokens,
  tolerance_relative_fraction: (_, criteria) => criteria.toleranceRelativeFraction,
} as const satisfies Columns;

const SCENARIO_COLUMNS: Columns = {
  scenario: ({ group }) => group.key,
  ...DECISION,
  corr_log_output_append: ({ statistics }) => statistics.corr_log_output_append,
  corr_log_output_prefix_gain: ({ statistics }) => statistics.corr_log_output_prefix_gain,
  prefix_close_pct: ({ evidence }) => evidence.closePct,
  prefix_reject_pct: ({ statistics }) => percent(statistics.reject, statistics),
  append_can_contain_output_pct: ({ statistics }) => percent(statistics.append_can, statistics),
  append_side_pair_pct: ({ evidence }) => evidence.appendSidePct,
  prefix_close_and_append_can_pct: ({ statistics }) => percent(statistics.close_and_append_can, statistics),
  unassigned_pair_pct: ({ statistics }) => percent(statistics.unassigned, statistics),
  median_prev_output: ({ statistics }) => statistics.median_output,
  median_next_append: ({ statistics }) => statistics.median_append,
  median_prefix_gain: ({ statistics }) => statistics.median_gain,
  median_append_minus_output: ({ statistics }) => statistics.median_append_minus_output,
  median_prefix_gain_minus_output: ({ statistics }) => statistics.median_prefix_delta_minus_output,
  p10_append_minus_output: ({ statistics }) => statistics.p10_append_minus_output,
  p90_append_minus_output: ({ statistics }) => statistics.p90_append_minus_output,
};

const MODEL_COLUMNS: Columns = {
  model_group: ({ group }) => group.title,
  ...DECISION,
  prefix_close_pct: ({ evidence }) => evidence.closePct,
  append_side_pair_pct: ({ evidence }) => evidence.appendSidePct,
  median_prev_output_for_prefix_gain: ({ statistics }) => statistics.median_output,
  median_next_prefix_gain: ({ statistics }) => statistics.median_gain,
  median_prefix_gain_minus_output: ({ statistics }) => statistics.median_prefix_delta_minus_output,
  median_prev_output: ({ statistics }) => statistics.median_output,
  median_next_append: ({ statistics }) => statistics.median_append,
  median_append_minus_output: ({ statistics }) => statistics.median_append_minus_output,
};

/** One row per scenario that has pairs with at least `minOutputTokens` of output. */
export function scenarioTable(minOutputTokens: number, measured: readonly MeasuredGroup[], criteria: Criteria): Table {
  return {
    name: `output_append_assignment_summary_min${minOutputTokens}`,
    title: `Where the output comes back, output of ${grouped(minOutputTokens)} tokens and more`,
    caption:
      "One row per scenario with pairs. Token counts of the output, the next append and the growth of the next prefix; shares in percent of the pairs.",
    ...filled(SCENARIO_COLUMNS, measured, criteria),
  };
}

/** One row per model that has such pairs. */
export function modelTable(minOutputTokens: number, measured: readonly MeasuredGroup[], criteria: Criteria): Table {
  return {
    name: `model_merged_output_attribution_summary_min${minOutputTokens}`,
    title: `Where the output comes back by model, output of ${grouped(minOutputTokens)} tokens and more`,
    caption: "One row per model with pairs, whatever started the next step. Tokens; shares in percent of the pairs.",
    ...filled(MODEL_COLUMNS, measured, criteria),
  };
}

function filled(columns: Columns, measured: readonly MeasuredGroup[], criteria: Criteria): Pick<Table, "columns" | "rows"> {
  const names = Object.keys(columns);
  const row = (group: MeasuredGroup) => Object.fromEntries(Object.entries(columns).map(([name, cell]) => [name, cell(group, criteria)]));
  return { columns: names, rows: measured.map(row).map(rounded) };
}

/** Statistics to six significant digits, ties to even; the count as it is. */
function rounded(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([name, cell]) => [name, typeof cell === "number" && name !== "count" ? Number(formatG(cell)) : cell]),
  );
}
