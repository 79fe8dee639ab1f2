import { type Table, table } from "../../../lib/experiment.ts";
import { summaryColumns } from "../../../lib/stats/summary.ts";
import { type Analysis, PROVIDERS } from "./measure.ts";
import { type Provider, TOLERANCES_TOKENS } from "./sections.ts";
import type { Summary } from "./statistics.ts";

const PROVIDER = { says: "`claude` or `codex`" };

/** How many prefixes equal the whole input of the step before, within some tolerance. */
export function toleranceTable({ providers }: Analysis): Table {
  const within = (provider: Provider) => providers[provider].prefix_relationship.within_absolute;
  const rows = PROVIDERS.flatMap((provider) =>
    TOLERANCES_TOKENS.map((tolerance) => ({ provider, tolerance, ...within(provider)[tolerance] })),
  );
  return table(
    "cache_replay_prefix_tolerance",
    rows,
    {
      provider: PROVIDER,
      tolerance_tokens: { of: ({ tolerance }) => tolerance, says: "Maximum difference", unit: "tokens" },
      pairs: { of: ({ total }) => total, says: "Pairs of a step and the one before it", unit: "pairs" },
      pairs_within: { of: ({ count }) => count, says: "Pairs within the tolerance", unit: "pairs" },
      share_within: { of: ({ fraction }) => fraction, says: "Their share; empty without pairs", unit: "share" },
    },
    {
      title: "Prefixes that equal the input before",
      caption:
        "One row per provider and tolerance: pairs whose cached prefix differs by at most that much from the input of the step before.",
    },
  );
}

/** Quantiles of the compared quantities. */
export function quantityTable({ providers }: Analysis): Table {
  const rows = PROVIDERS.flatMap((provider) => {
    const { prefix_relationship: prefix, adjusted_append: append } = providers[provider];
    const quantities = {
      prefix_error: prefix.error,
      prefix_absolute_error: prefix.absolute_error,
      prefix_relative_absolute_error: prefix.relative_absolute_error,
      prefix_error_with_output: prefix.with_prior_output_added_error,
      raw_append: append.raw_append,
      previous_output: append.previous_output_tokens,
      previous_visible_output: append.previous_visible_output_tokens,
      signed_adjusted_append: append.signed_adjusted_append,
      adjusted_append: append.adjusted_append,
      visible_adjusted_append: append.visible_adjusted_append,
    };
    return Object.entries(quantities).map(([quantity, summary]) => ({ provider, quantity, summary }));
  });
  const statistics = { mean: "mean", median: "p50", p10: "p10", p90: "p90", p95: "p95", p99: "p99", min: "min", max: "max" } as const;
  return table(
    "cache_replay_quantities",
    rows,
    {
      provider: PROVIDER,
      quantity: { says: "Number that is summarized, over the pairs of the provider" },
      count: { of: ({ summary }) => summary.count, says: "Pairs for which it is known", unit: "pairs" },
      ...summaryColumns(
        statistics,
        ({ summary }: { readonly summary: Summary }) => ({ ...summary, p50: summary.median }),
        "of the quantity; empty without pairs",
        "tokens",
      ),
    },
    {
      title: "Errors of the prefix and parts of the append",
      caption: "One row per provider and quantity. `prefix_relative_absolute_error` is a share of the input before, not tokens.",
    },
  );
}
