/** The statistics, the outlines of the spindles, and what they come from. */
import type { Table, TextDocument } from "../../../lib/experiment.ts";
import { markdownTable } from "../../../lib/format/markdown.ts";
import { formatG, grouped } from "../../../lib/format/numbers.ts";
import type { DensityPoint } from "./density.ts";
import { type Metric, type Spindle, statisticsOf, type Tallies } from "./measure.ts";

export function summaryTable(spindles: readonly Spindle[]): Table {
  return {
    name: "token_spindle_summary",
    title: "Tokens of a step",
    caption:
      "One row per quantity, in tokens, rounded to six significant digits. Prefix and append are of pairs of consecutive steps, output is of all steps.",
    columns: ["metric", "count", "positive_count", "zero_count", "p25", "median", "p90", "p95", "p99", "min", "max"],
    rows: spindles.map((spindle) => {
      const { count, positive, p25, median, p90, p95, p99, min, max } = statisticsOf(spindle);
      return {
        metric: spindle.metric,
        count,
        positive_count: positive,
        zero_count: count - positive,
        p25: sixDigits(p25),
        median: sixDigits(median),
        p90: sixDigits(p90),
        p95: sixDigits(p95),
        p99: sixDigits(p99),
        min: sixDigits(min),
        max: sixDigits(max),
      };
    }),
  };
}

export function densityTable(outlines: readonly { readonly metric: Metric; readonly points: readonly DensityPoint[] }[]): Table {
  return {
    name: "token_spindle_density",
    title: "Outlines of the spindles",
    caption: "One row per quantity and bin of the axis: its middle as position and in tokens, and the density relative to the densest bin.",
    columns: ["metric", "x_position", "tokens", "density"],
    rows: outlines.flatMap(({ metric, points }) =>
      points.map(({ position, tokens, density }) => ({ metric, x_position: position, tokens, density })),
    ),
  };
}

/** For readers: the steps and pairs behind the figure. */
export function talliesText({ steps, subtractedPairs, keptPairs, nonAdjacentPairs }: Tallies): TextDocument {
  const table = markdownTable({
    header: ["Counted", "n"],
    rows: [
      ["Steps", grouped(steps)],
      ["Pairs of consecutive steps", grouped(subtractedPairs + keptPairs)],
      ["Pairs with replayed output taken off the append", grouped(subtractedPairs)],
      ["Pairs with the append as it is", grouped(keptPairs)],
      ["Neighbours that are not consecutive", grouped(nonAdjacentPairs)],
    ],
  });
  return {
    name: "result_analysis.md",
    text: [
      "# Token spindles: what they come from",
      "Output is of every step. Prefix and adjusted append are of the second step of each pair. Replayed output is taken off the append after steps of Claude and of Codex `gpt-5.5`, for Codex without its reasoning.",
      table,
      "The axis is log2(tokens + 32) - 5. Figure: `token_spindles_transparent.png`; statistics: `token_spindle_summary.csv`; outlines: `token_spindle_density.csv`.\n",
    ].join("\n\n"),
  };
}

function sixDigits(value: number | null): number | null {
  return value === null ? null : Number(formatG(value));
}
