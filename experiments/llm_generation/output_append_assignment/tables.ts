/** The summary tables. */
import { type Column, type Table, table } from "../../../lib/experiment.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { sixDigits } from "../../../lib/format/six-digits.ts";
import { type Criteria, type GroupRow, type MeasuredGroup, percent } from "./measure.ts";

const ROUNDED = "Statistics are rounded to six significant digits (ties to even).";

/** One row per scenario that has pairs with at least `minOutputTokens` of output. */
export function scenarioTable(minOutputTokens: number, measured: readonly MeasuredGroup[], criteria: Criteria): Table {
  return table(
    `output_append_assignment_summary_min${minOutputTokens}`,
    measured,
    {
      scenario: { of: ({ group }) => group.key, says: "Model and what started the second step" },
      ...decisionColumns(criteria),
      ...sixDigits({
        corr_log_output_append: correlation("corr_log_output_append", "append"),
        corr_log_output_prefix_gain: correlation("corr_log_output_prefix_gain", "prefix gain"),
        prefix_close_pct: PREFIX_CLOSE,
        prefix_reject_pct: share("reject", "whose prefix grew by less than the output minus the tolerance"),
        append_can_contain_output_pct: share("append_can", "whose append is at least the output minus the tolerance"),
        append_side_pair_pct: APPEND_SIDE,
        prefix_close_and_append_can_pct: share(
          "close_and_append_can",
          "that are on the prefix side although the append had room for the output too",
        ),
        unassigned_pair_pct: share("unassigned", "on neither side"),
        median_prev_output: tokens("median_output", "Median output"),
        median_next_append: tokens("median_append", "Median append"),
        median_prefix_gain: tokens("median_gain", "Median growth of the prefix, negative growth taken as 0"),
        median_append_minus_output: tokens("median_append_minus_output", "Median of append minus output"),
        median_prefix_gain_minus_output: GAIN_MINUS_OUTPUT,
        p10_append_minus_output: tokens("p10_append_minus_output", "10th percentile of append minus output"),
        p90_append_minus_output: tokens("p90_append_minus_output", "90th percentile of append minus output"),
      }),
    },
    {
      title: `Where the output comes back, output of ${grouped(minOutputTokens)} tokens and more`,
      caption: `One row per scenario with pairs. ${ROUNDED}`,
    },
  );
}

/** One row per model that has such pairs. */
export function modelTable(minOutputTokens: number, measured: readonly MeasuredGroup[], criteria: Criteria): Table {
  return table(
    `model_merged_output_attribution_summary_min${minOutputTokens}`,
    measured,
    {
      model_group: { of: ({ group }) => group.title, says: "Model of the first step" },
      ...decisionColumns(criteria),
      ...sixDigits({
        prefix_close_pct: PREFIX_CLOSE,
        append_side_pair_pct: APPEND_SIDE,
        median_prev_output_for_prefix_gain: tokens("median_output", "Median output, of the pairs measured for the prefix: all"),
        median_next_prefix_gain: tokens("median_gain", "Median growth of the prefix, negative growth taken as 0"),
        median_prefix_gain_minus_output: GAIN_MINUS_OUTPUT,
        median_prev_output: tokens("median_output", "Median output, of the pairs measured for the append: all"),
        median_next_append: tokens("median_append", "Median append"),
        median_append_minus_output: tokens("median_append_minus_output", "Median of append minus output"),
      }),
    },
    {
      title: `Where the output comes back by model, output of ${grouped(minOutputTokens)} tokens and more`,
      caption: `One row per model with pairs, whatever started the next step. ${ROUNDED}`,
    },
  );
}

type GroupColumn = Column<MeasuredGroup>;

function decisionColumns(criteria: Criteria): Record<string, GroupColumn> {
  return {
    count: { of: ({ statistics }) => statistics.count, says: "Number of pairs", unit: "pairs" },
    decision: { of: ({ attribution }) => attribution.decision, says: "`prefix_side`, `append_side`, `mixed` or `not_sure`" },
    decision_strength: { of: ({ attribution }) => attribution.strength, says: "`very_strong`, `strong`, `moderate` or `weak`" },
    ...sixDigits({
      tolerance_absolute_tokens: { of: () => criteria.toleranceAbsoluteTokens, says: "Minimum tolerance", unit: "tokens" },
      tolerance_relative_fraction: {
        of: () => criteria.toleranceRelativeFraction,
        says: "Tolerance as a share of the output, where that is larger",
        unit: "share",
      },
    }),
  };
}

const PREFIX_CLOSE: GroupColumn = { of: ({ evidence }) => evidence.closePct, says: "Share of the pairs on the prefix side", unit: "%" };
const APPEND_SIDE: GroupColumn = { of: ({ evidence }) => evidence.appendSidePct, says: "Share of the pairs on the append side", unit: "%" };
const GAIN_MINUS_OUTPUT = tokens(
  "median_prefix_delta_minus_output",
  "Median of growth of the prefix minus output, negative growth as it is",
);

type Count = "reject" | "append_can" | "close_and_append_can" | "unassigned";

function share(count: Count, says: string): GroupColumn {
  return { of: ({ statistics }) => percent(statistics[count], statistics), says: `Share of the pairs ${says}`, unit: "%" };
}

function tokens(statistic: Exclude<keyof GroupRow, "points">, says: string): GroupColumn {
  return { of: ({ statistics }) => statistics[statistic], says, unit: "tokens" };
}

function correlation(statistic: "corr_log_output_append" | "corr_log_output_prefix_gain", other: string): GroupColumn {
  return {
    of: ({ statistics }) => statistics[statistic],
    says: `Pearson correlation of log2 output with log2 ${other}; empty below two pairs or when all values are equal`,
    unit: "correlation",
  };
}
