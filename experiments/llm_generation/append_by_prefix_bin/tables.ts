/** The bins as a table for machines and one for readers. */
import { providerTitle } from "../../../lib/chart/palette.ts";
import { type Table, type TextDocument, table } from "../../../lib/experiment.ts";
import { groupedTables } from "../../../lib/format/markdown.ts";
import { grouped, toFixedHalfEven } from "../../../lib/format/numbers.ts";
import { summaryColumns } from "../../../lib/stats/summary.ts";
import { type AppendsOfBin, PROVIDERS } from "./measure.ts";

const EMPTY = "--";

export function binsTable(bins: readonly AppendsOfBin[]): Table {
  return table(
    "append_by_prefix_bin",
    bins,
    {
      provider: { says: "`claude` or `codex`" },
      bin: { of: ({ bin }) => bin.label, says: "Name of the bin, in units of 1,024 tokens" },
      prefix_lo: { of: ({ bin }) => bin.lo, says: "Smallest cached prefix in the bin", unit: "tokens" },
      prefix_hi: { of: ({ bin }) => bin.hi, says: "Upper end of the bin, excluded; empty in the last bin", unit: "tokens" },
      steps: { of: ({ appends }) => appends.n, says: "Number of steps", unit: "steps" },
      ...summaryColumns(
        { avg: "mean", p50: "p50", p90: "p90", p99: "p99" },
        ({ appends }: AppendsOfBin) => appends,
        "of the append of a step; empty without steps",
        "tokens",
      ),
    },
    {
      title: "Append tokens by size of the cached prefix",
      caption: "One row per provider and bin of cached prefix tokens.",
    },
  );
}

export function binsText(bins: readonly AppendsOfBin[]): TextDocument {
  const groups = PROVIDERS.map((provider) => ({
    title: providerTitle(provider),
    table: {
      header: ["Prefix", "Steps", "Avg", "P50", "P90", "P99"],
      rows: bins.filter((bin) => bin.provider === provider).map(textRow),
    },
  }));
  return { name: "append_by_prefix_bin.md", says: "the same, rounded for reading; `--` marks an empty bin", text: groupedTables(groups) };
}

/** Thousands (1,000, unlike the bins of the prefix) with a decimal; whole tokens below: `78.4K`, `951`. */
export function tokensText(tokens: number): string {
  return tokens >= 1000 ? `${toFixedHalfEven(tokens / 1000, 1)}K` : toFixedHalfEven(tokens, 0);
}

function textRow({ bin, appends }: AppendsOfBin): string[] {
  const { n, mean, p50, p90, p99 } = appends;
  return [bin.label, grouped(n), ...[mean, p50, p90, p99].map((tokens) => (tokens === null ? EMPTY : tokensText(tokens)))];
}
