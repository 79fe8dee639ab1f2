import type { Table } from "../../../lib/experiment.ts";
import { type Analysis, PROVIDERS } from "./measure.ts";
import { TOLERANCES_TOKENS } from "./sections.ts";

/** How many prefixes are the whole input of the step before, give or take a few tokens. */
export function toleranceTable({ providers }: Analysis): Table {
  return {
    name: "cache_replay_prefix_tolerance",
    title: "Prefixes that are the whole input before",
    caption:
      "One row per provider and tolerance: pairs whose cached prefix differs by at most so many tokens from the input of the step before.",
    columns: ["provider", "tolerance_tokens", "pairs", "pairs_within", "share_within"],
    rows: PROVIDERS.flatMap((provider) =>
      TOLERANCES_TOKENS.map((tolerance_tokens) => {
        const { total, count, fraction } = providers[provider].prefix_relationship.within_absolute[tolerance_tokens];
        return { provider, tolerance_tokens, pairs: total, pairs_within: count, share_within: fraction };
      }),
    ),
  };
}

/** Quantiles of what is compared. */
export function quantityTable({ providers }: Analysis): Table {
  return {
    name: "cache_replay_quantities",
    title: "Errors of the prefix and parts of the append",
    caption:
      "One row per provider and quantity, over its pairs; tokens, except for the relative error, which is a share of the input before.",
    columns: ["provider", "quantity", "count", "mean", "median", "p10", "p90", "p95", "p99", "min", "max"],
    rows: PROVIDERS.flatMap((provider) => {
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
      return Object.entries(quantities).map(([quantity, summary]) => ({ provider, quantity, ...summary }));
    }),
  };
}
