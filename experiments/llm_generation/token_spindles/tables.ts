/** The statistics, the outlines of the spindles, and what they come from. */
import { type Table, type TextDocument, table } from "../../../lib/experiment.ts";
import { markdownTable } from "../../../lib/format/markdown.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { sixDigits } from "../../../lib/format/six-digits.ts";
import { summaryColumns } from "../../../lib/stats/summary.ts";
import type { Spindle, Tallies } from "./measure.ts";

const METRIC = "`prefix_tokens`, `adjusted_append_tokens` or `output_tokens`";
const SAYS = "of the values, rounded to six significant digits; empty without any";
const STATISTICS = { p25: "p25", median: "p50", p90: "p90", p95: "p95", p99: "p99", min: "min", max: "max" } as const;

export function summaryTable(spindles: readonly Spindle[]): Table {
  return table(
    "token_spindle_summary",
    spindles,
    {
      metric: { says: METRIC },
      count: { says: "Values: one per step for the output, one per pair of steps for the others", unit: "values" },
      positive_count: { of: ({ positive }) => positive, says: "Values above 0", unit: "values" },
      zero_count: { of: ({ count, positive }) => count - positive, says: "Values of 0 or less", unit: "values" },
      ...sixDigits(summaryColumns(STATISTICS, (spindle: Spindle) => spindle, SAYS, "tokens")),
    },
    {
      title: "Tokens of a step",
      caption: "One row per quantity. Prefix and append are of pairs of consecutive steps, output is of all steps.",
    },
  );
}

export function densityTable(spindles: readonly Spindle[]): Table {
  return table(
    "token_spindle_density",
    spindles.flatMap(({ metric, points }) => points.map((point) => ({ metric, ...point }))),
    {
      metric: { says: METRIC },
      x_position: { of: ({ position }) => position, says: "Middle of the bin as a position on the axis: log2(tokens + 32) - 5" },
      tokens: { says: "Middle of the bin", unit: "tokens" },
      density: { says: "Smoothed density, as a share of the densest bin; 0 without values", unit: "share" },
    },
    { title: "Outlines of the spindles", caption: "One row per quantity and bin of the axis." },
  );
}

/** For readers: the steps and pairs behind the figure. */
export function talliesText({ steps, subtractedPairs, keptPairs, unknownPairs, nonAdjacentPairs }: Tallies): TextDocument {
  const counts = markdownTable({
    header: ["Counted", "n"],
    rows: [
      ["Steps", grouped(steps)],
      ["Pairs of consecutive steps", grouped(subtractedPairs + keptPairs + unknownPairs)],
      ["Pairs with replayed output taken off the append", grouped(subtractedPairs)],
      ["Pairs with the append as it is", grouped(keptPairs)],
      ...(unknownPairs > 0 ? [["Pairs whose replayed output is not known", grouped(unknownPairs)]] : []),
      ["Neighbors that are not consecutive", grouped(nonAdjacentPairs)],
    ],
  });
  return {
    name: "result_analysis.md",
    says: "how many steps and pairs there are, and from how many appends output was subtracted",
    text: [
      "# Token spindles: what they come from",
      "Output is of every step. Prefix and adjusted append are of the second step of each pair. Replayed output is taken off the append after steps of Claude and of Codex `gpt-5.5`, for Codex without its reasoning.",
      counts,
      "The axis is log2(tokens + 32) - 5. Figure: `token_spindles_transparent.png`; statistics: `token_spindle_summary.csv`; outlines: `token_spindle_density.csv`.\n",
    ].join("\n\n"),
  };
}
