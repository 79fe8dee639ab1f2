/** The bins as a table for machines and one for readers. */
import { providerTitle } from "../../../lib/chart/palette.ts";
import type { Table, TextDocument } from "../../../lib/experiment.ts";
import { groupedTables } from "../../../lib/format/markdown.ts";
import { grouped, toFixedHalfEven } from "../../../lib/format/numbers.ts";
import { type AppendsOfBin, PROVIDERS } from "./measure.ts";

const EMPTY = "--";

export function binsTable(bins: readonly AppendsOfBin[]): Table {
  return {
    name: "append_by_prefix_bin",
    title: "Append tokens by size of the cached prefix",
    caption: "Append tokens of the steps in each bin of cached prefix tokens. A bin includes prefix_lo, not prefix_hi.",
    columns: ["provider", "bin", "prefix_lo", "prefix_hi", "steps", "avg", "p50", "p90", "p99"],
    rows: bins.map(({ provider, bin, appends }) => ({
      provider,
      bin: bin.label,
      prefix_lo: bin.lo,
      prefix_hi: bin.hi,
      steps: appends.n,
      avg: appends.mean,
      p50: appends.p50,
      p90: appends.p90,
      p99: appends.p99,
    })),
  };
}

export function binsText(bins: readonly AppendsOfBin[]): TextDocument {
  const groups = PROVIDERS.map((provider) => ({
    title: providerTitle(provider),
    table: {
      header: ["Prefix", "Steps", "Avg", "P50", "P90", "P99"],
      rows: bins.filter((bin) => bin.provider === provider).map(textRow),
    },
  }));
  return { name: "append_by_prefix_bin.md", text: groupedTables(groups) };
}

/** Thousands (1,000, unlike the bins of the prefix) with a decimal; whole tokens below: `78.4K`, `951`. */
export function tokensText(tokens: number): string {
  return tokens >= 1000 ? `${toFixedHalfEven(tokens / 1000, 1)}K` : toFixedHalfEven(tokens, 0);
}

function textRow({ bin, appends }: AppendsOfBin): string[] {
  const { n, mean, p50, p90, p99 } = appends;
  return [bin.label, grouped(n), ...[mean, p50, p90, p99].map((tokens) => (tokens === null ? EMPTY : tokensText(tokens)))];
}
