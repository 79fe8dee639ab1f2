/** The tables: speeds by provider, in bins of context, their spread, and the times of Codex around its reasoning. */
import type { Row, Table } from "../../../lib/experiment.ts";
import { formatG, roundHalfEven } from "../../../lib/format/numbers.ts";
import type { Measured, ProviderSpeeds, ReasoningSplit } from "./measure.ts";
import { contextBins, quantilesOf, spreadOf } from "./statistics.ts";

const SPREAD_PROVIDERS = ["claude", "codex"];
const SPEED = "normalized_decode_tokens_per_second";
const VALUE_DIGITS = 3;
const SHARE_DIGITS = 6;

/** @param cap speed in tokens per second from which on figures show the cap instead */
export function summaryTable(providers: readonly ProviderSpeeds[], cap: number): Table {
  return {
    name: "context_decode_speed_summary",
    title: "Generation speed by provider",
    caption: "One row per provider: context in tokens, speed in output tokens per second of generation.",
    columns: [
      ...["provider", "rows", "median_context_tokens", "p90_context_tokens", "p99_context_tokens", `token_weighted_average_${SPEED}`],
      ...["p25", "median", "p90", "p99"].map((quantile) => `${quantile}_${SPEED}`),
      ...["display_cap_tokens_per_second", "rows_above_display_cap", "share_above_display_cap"],
    ],
    rows: providers.map((measured) => {
      const context = quantilesOf(measured.context);
      const speed = quantilesOf(measured.values);
      return {
        provider: measured.provider,
        rows: speed.rows,
        median_context_tokens: rounded(context.median, 0),
        p90_context_tokens: rounded(context.p90, 0),
        p99_context_tokens: rounded(context.p99, 0),
        [`token_weighted_average_${SPEED}`]: rounded(measured.average),
        [`p25_${SPEED}`]: rounded(speed.p25),
        [`median_${SPEED}`]: rounded(speed.median),
        [`p90_${SPEED}`]: rounded(speed.p90),
        [`p99_${SPEED}`]: rounded(speed.p99),
        ...aboveCap(measured.values, cap),
      };
    }),
  };
}

export function binsTable(providers: readonly ProviderSpeeds[], leastRows: number): Table {
  return {
    name: "context_decode_speed_bins",
    title: "Generation speed by context",
    caption: "One row per provider and doubling of the context with enough steps; the midpoint is the geometric one.",
    columns: ["provider", "context_bin_midpoint_tokens", "rows", ...["p25", "median", "p90"].map((quantile) => `${quantile}_${SPEED}`)],
    rows: providers.flatMap((measured) =>
      contextBins(measured, leastRows).map(({ midpoint, rows, p25, median, p90 }) => ({
        provider: measured.provider,
        context_bin_midpoint_tokens: rounded(midpoint, 0),
        rows,
        [`p25_${SPEED}`]: rounded(p25),
        [`median_${SPEED}`]: rounded(median),
        [`p90_${SPEED}`]: rounded(p90),
      })),
    ),
  };
}

export function timingSummaryTable(split: ReasoningSplit): Table {
  return {
    name: "context_decode_speed_codex_timing_summary",
    title: "Codex: decoding and time to first token",
    caption: "Steps of Codex with exact reasoning tokens. Speeds in tokens per second, times in seconds.",
    columns: ["metric", "rows", "average", "p25", "median", "p90", "p99"],
    rows: metrics(split).map(([metric, measured]) => {
      const { rows, p25, median, p90, p99 } = quantilesOf(measured.values);
      return {
        metric,
        rows,
        average: rounded(measured.average),
        p25: rounded(p25),
        median: rounded(median),
        p90: rounded(p90),
        p99: rounded(p99),
      };
    }),
  };
}

export function timingBinsTable(split: ReasoningSplit, leastRows: number): Table {
  return {
    name: "context_decode_speed_codex_timing_bins",
    title: "Codex: decoding and time to first token by context",
    caption: "One row per metric and doubling of the context with enough steps.",
    columns: ["metric", "context_bin_midpoint_tokens", "rows", "p25", "median", "p90"],
    rows: metrics(split).flatMap(([metric, measured]) =>
      contextBins(measured, leastRows).map(({ midpoint, rows, p25, median, p90 }) => ({
        metric,
        context_bin_midpoint_tokens: rounded(midpoint, 0),
        rows,
        p25: rounded(p25),
        median: rounded(median),
        p90: rounded(p90),
      })),
    ),
  };
}

export function varianceTable(providers: readonly ProviderSpeeds[], cap: number): Table {
  return {
    name: "context_decode_speed_variance",
    title: "How much the generation speed varies",
    caption: "Two rows each for Claude and Codex: speeds as they are, and speeds above the cap taken as the cap.",
    columns: [
      ...["provider", "speed_view", "rows", `mean_${SPEED}`, `population_variance_${SPEED}_squared`, `sample_variance_${SPEED}_squared`],
      ...[`population_stddev_${SPEED}`, `sample_stddev_${SPEED}`],
      ...["population_coefficient_of_variation_percent", "sample_coefficient_of_variation_percent"],
      ...["display_cap_tokens_per_second", "rows_above_display_cap", "share_above_display_cap"],
    ],
    rows: SPREAD_PROVIDERS.flatMap((provider) => {
      const speeds = providers.find((measured) => measured.provider === provider)?.values ?? [];
      const capped = speeds.map((speed) => Math.min(speed, cap));
      return [spreadRow("raw", speeds), spreadRow(`display_capped_${formatG(cap)}`, capped)].map((row) => ({
        provider,
        ...row,
        ...aboveCap(speeds, cap),
      }));
    }),
  };
}

function spreadRow(view: string, speeds: readonly number[]): Row {
  const spread = spreadOf(speeds);
  const six = (value: number | null) => rounded(value, SHARE_DIGITS);
  return {
    speed_view: view,
    rows: spread.rows,
    [`mean_${SPEED}`]: six(spread.mean),
    [`population_variance_${SPEED}_squared`]: six(spread.populationVariance),
    [`sample_variance_${SPEED}_squared`]: six(spread.sampleVariance),
    [`population_stddev_${SPEED}`]: six(spread.populationDeviation),
    [`sample_stddev_${SPEED}`]: six(spread.sampleDeviation),
    population_coefficient_of_variation_percent: six(spread.populationVariation),
    sample_coefficient_of_variation_percent: six(spread.sampleVariation),
  };
}

function aboveCap(speeds: readonly number[], cap: number): Row {
  const above = speeds.filter((speed) => speed > cap).length;
  return {
    display_cap_tokens_per_second: rounded(cap, SHARE_DIGITS),
    rows_above_display_cap: above,
    share_above_display_cap: speeds.length === 0 ? null : rounded(above / speeds.length, SHARE_DIGITS),
  };
}

function metrics({ pureDecode, timeToFirstToken }: ReasoningSplit): [string, Measured][] {
  return [
    ["codex_pure_decode_tokens_per_second", pureDecode],
    ["codex_ttft_seconds", timeToFirstToken],
  ];
}

function rounded(value: number | null, digits = VALUE_DIGITS): number | null {
  return value === null ? null : roundHalfEven(value, digits);
}
