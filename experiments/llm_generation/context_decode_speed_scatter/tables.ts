/** The tables: speeds by provider, in bins of context, their spread, and the times of Codex around its reasoning. */
import { type Column, type Table, table } from "../../../lib/experiment.ts";
import { formatG, roundHalfEven } from "../../../lib/format/numbers.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { summaryColumns } from "../../../lib/stats/summary.ts";
import type { Measured, ProviderSpeeds, Speeds } from "./measure.ts";
import type { ContextBin, Quantiles, Spread } from "./statistics.ts";

const SPREAD_PROVIDERS = ["claude", "codex"];
const SPEED = "normalized_decode_tokens_per_second";
const SPEED_UNIT = "tokens/s";
const METRIC_UNIT = "tokens/s or s";
const MEDIAN_AND_TAILS = { p25: "p25", median: "p50", p90: "p90" } as const;
const VALUE_DIGITS = 3;
const SHARE_DIGITS = 6;

const PROVIDER = { says: "Provider" };
const METRIC = { says: "`codex_pure_decode_tokens_per_second`, a speed, or `codex_ttft_seconds`, a time" };

/** @param cap speed in tokens per second from which on figures show the cap instead */
export function summaryTable(providers: readonly ProviderSpeeds[], cap: number): Table {
  const rows = providers.map((measured) => ({
    ...measured,
    contexts: rounded(measured.contexts, 0),
    speeds: rounded(measured.quantiles, VALUE_DIGITS),
  }));
  return table(
    "context_decode_speed_summary",
    rows,
    {
      provider: PROVIDER,
      rows: { says: "Steps measured", unit: "steps" },
      ...summaryColumns(
        { median_context_tokens: "p50", p90_context_tokens: "p90", p99_context_tokens: "p99" },
        ({ contexts }) => contexts,
        "of the context of a step",
        "tokens",
      ),
      [`token_weighted_average_${SPEED}`]: {
        of: ({ average }) => roundedTo(average, VALUE_DIGITS),
        says: "All output tokens over all generation seconds",
        unit: SPEED_UNIT,
      },
      ...speedColumns(["p25", "p50", "p90", "p99"], ({ speeds }) => speeds),
      ...capColumns(cap),
    },
    {
      title: "Generation speed by provider",
      caption: "One row per provider. Speeds are rounded to three decimals, contexts to tokens.",
    },
  );
}

export function binsTable(providers: readonly ProviderSpeeds[]): Table {
  const rows = providers.flatMap(({ provider, bins }) => bins.map((bin) => ({ provider, ...bin })));
  return table(
    "context_decode_speed_bins",
    rows,
    { provider: PROVIDER, ...BIN_COLUMNS, ...speedColumns(["p25", "p50", "p90"], (bin: ContextBin) => rounded(bin, VALUE_DIGITS)) },
    { title: "Generation speed by context", caption: "One row per provider and doubling of the context with enough steps." },
  );
}

export function timingSummaryTable(speeds: Speeds): Table {
  const rows = metrics(speeds).map(({ metric, measured }) => ({ metric, ...measured }));
  return table(
    "context_decode_speed_codex_timing_summary",
    rows,
    {
      metric: METRIC,
      rows: { says: "Steps of Codex with exact reasoning tokens", unit: "steps" },
      average: {
        of: ({ average }) => roundedTo(average, VALUE_DIGITS),
        says: "Weighted by tokens for the speed, mean for the time; empty without steps",
        unit: METRIC_UNIT,
      },
      ...summaryColumns(
        { ...MEDIAN_AND_TAILS, p99: "p99" },
        ({ quantiles }) => rounded(quantiles, VALUE_DIGITS),
        "of the metric; empty without steps",
        METRIC_UNIT,
      ),
    },
    { title: "Codex: decoding and time to first token", caption: "One row per metric, rounded to three decimals." },
  );
}

export function timingBinsTable(speeds: Speeds): Table {
  const rows = metrics(speeds).flatMap(({ metric, measured }) => measured.bins.map((bin) => ({ metric, ...bin })));
  return table(
    "context_decode_speed_codex_timing_bins",
    rows,
    {
      metric: METRIC,
      ...BIN_COLUMNS,
      ...summaryColumns(MEDIAN_AND_TAILS, (bin: ContextBin) => rounded(bin, VALUE_DIGITS), "of the metric", METRIC_UNIT),
    },
    {
      title: "Codex: decoding and time to first token by context",
      caption: "One row per metric and doubling of the context with enough steps.",
    },
  );
}

export function varianceTable(providers: readonly ProviderSpeeds[], cap: number): Table {
  const rows = SPREAD_PROVIDERS.flatMap((provider) => {
    const found = providers.find((measured) => measured.provider === provider);
    const counts = { provider, rows: found?.rows ?? 0, above: found?.above ?? 0 };
    return [
      { ...counts, view: "raw", spread: found?.spread },
      { ...counts, view: `display_capped_${formatG(cap)}`, spread: found?.cappedSpread },
    ];
  });
  const spread = (statistic: keyof Spread, says: string, unit: string): Column<{ readonly spread: Spread | undefined }> => ({
    of: (row) => roundedTo(row.spread?.[statistic] ?? null, SHARE_DIGITS),
    says: `${says}; empty where it can't be computed`,
    unit,
  });
  return table(
    "context_decode_speed_variance",
    rows,
    {
      provider: PROVIDER,
      speed_view: { of: ({ view }) => view, says: "`raw`, or `display_capped_` and the cap: faster steps are taken as the cap" },
      rows: { says: "Steps measured", unit: "steps" },
      [`mean_${SPEED}`]: spread("mean", "Mean speed of a step", SPEED_UNIT),
      [`population_variance_${SPEED}_squared`]: spread("populationVariance", "Variance of the population", "(tokens/s)²"),
      [`sample_variance_${SPEED}_squared`]: spread("sampleVariance", "Variance of a sample", "(tokens/s)²"),
      [`population_stddev_${SPEED}`]: spread("populationDeviation", "Standard deviation of the population", SPEED_UNIT),
      [`sample_stddev_${SPEED}`]: spread("sampleDeviation", "Standard deviation of a sample", SPEED_UNIT),
      population_coefficient_of_variation_percent: spread("populationVariation", "Standard deviation of the population over the mean", "%"),
      sample_coefficient_of_variation_percent: spread("sampleVariation", "Standard deviation of a sample over the mean", "%"),
      ...capColumns(cap),
    },
    { title: "How much the generation speed varies", caption: "Two rows each for Claude and Codex, rounded to six decimals." },
  );
}

const BIN_COLUMNS = {
  context_bin_midpoint_tokens: {
    of: ({ midpoint }: ContextBin) => roundedTo(midpoint, 0),
    says: "Geometric middle of the doubling of the context",
    unit: "tokens",
  },
  rows: { says: "Steps in the bin", unit: "steps" },
};

function speedColumns<R>(quantiles: readonly ("p25" | "p50" | "p90" | "p99")[], of: (row: R) => Quantiles): Record<string, Column<R>> {
  const names = quantiles.map((quantile) => [`${quantile === "p50" ? "median" : quantile}_${SPEED}`, quantile] as const);
  return summaryColumns(
    Object.fromEntries(names),
    of,
    "of the speed of a step: all its output tokens over its generation seconds",
    SPEED_UNIT,
  );
}

function capColumns(cap: number): Record<string, Column<{ readonly rows: number; readonly above: number }>> {
  return {
    display_cap_tokens_per_second: { of: () => roundedTo(cap, SHARE_DIGITS), says: "Top of the speed axes", unit: SPEED_UNIT },
    rows_above_display_cap: { of: ({ above }) => above, says: "Steps faster than that", unit: "steps" },
    share_above_display_cap: {
      of: ({ rows, above }) => roundedTo(ratio(above, rows), SHARE_DIGITS),
      says: "Their share of the steps; empty without steps",
      unit: "share",
    },
  };
}

function metrics({ pureDecode, timeToFirstToken }: Speeds): { metric: string; measured: Measured }[] {
  return [
    { metric: "codex_pure_decode_tokens_per_second", measured: pureDecode },
    { metric: "codex_ttft_seconds", measured: timeToFirstToken },
  ];
}

function rounded({ rows, p25, p50, p90, p99 }: Quantiles, digits: number): Quantiles {
  return { rows, p25: roundedTo(p25, digits), p50: roundedTo(p50, digits), p90: roundedTo(p90, digits), p99: roundedTo(p99, digits) };
}

function roundedTo(value: number | null, digits: number): number | null {
  return value === null ? null : roundHalfEven(value, digits);
}
