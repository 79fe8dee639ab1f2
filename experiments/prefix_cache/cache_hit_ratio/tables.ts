/** The CSV tables, and the token-weighted rates for readers. */
import type { Row, Table, TextDocument } from "../../../lib/experiment.ts";
import { groupedTables } from "../../../lib/format/markdown.ts";
import { percent } from "../../../lib/format/numbers.ts";
import { TRIGGERS, type Trigger } from "../../../lib/trace/triggers.ts";
import { BANDS, COARSE_BUCKETS, FINE_BINS } from "./bins.ts";
import { type HitRatios, type InputTokens, type Measures, quantile } from "./measure.ts";

const QUANTILES = { p01: 0.01, p05: 0.05, p10: 0.1, p25: 0.25, median: 0.5, p75: 0.75, p90: 0.9, p95: 0.95, p99: 0.99 } as const;
/** Columns of the Markdown table. */
const READERS_SCOPES = [
  { title: "Claude", scope: "claude" },
  { title: "Codex", scope: "codex" },
  { title: "Total", scope: "merged" },
] as const;
const METRICS: Readonly<Record<Trigger, string>> = {
  all: "Prefix cache-hit rate",
  user: "Prefix hit rate (user-initiated)",
  tool_result: "Prefix hit rate (tool-result)",
};

export function tables({ ratios, tokens }: Measures): Table[] {
  return [summaryTable(ratios), binsTable(ratios), splitTable(ratios), tokensTable(tokens)];
}

export function ratesText(tokens: readonly InputTokens[]): TextDocument {
  const rate = (scope: string, trigger: Trigger) => tokens.find((group) => group.scope === scope && group.trigger === trigger)?.hitRate;
  const rows = TRIGGERS.map((trigger) => [METRICS[trigger], ...READERS_SCOPES.map(({ scope }) => rateCell(rate(scope, trigger)))]);
  return {
    name: "cache_hit_ratio_table.md",
    text: groupedTables([{ table: { header: ["Metric", ...READERS_SCOPES.map(({ title }) => title)], rows } }]),
  };
}

function rateCell(rate: number | null | undefined): string {
  return rate === null || rate === undefined ? "--" : percent(rate, 1);
}

function summaryTable(groups: readonly HitRatios[]): Table {
  const appendBands = BANDS.filter(({ ofAppend }) => ofAppend);
  return {
    name: "cache_hit_ratio_summary",
    title: "Hit ratio of steps",
    caption:
      "One row per scope and trigger, over steps begun by a user message or a tool result. Mean and quantiles are of the ratio of prefix to total input, 0 to 1; the others are shares of the steps and of their append tokens in each band of ratios.",
    columns: [
      ...["scope", "trigger", "rounds", "append_tokens", "mean_hit_ratio", ...Object.keys(QUANTILES)],
      ...BANDS.map(({ name }) => `round_hit_${name}_pct`),
      ...appendBands.map(({ name }) => `append_hit_${name}_pct`),
    ],
    rows: groups.map((group) => ({
      scope: group.scope,
      trigger: group.trigger,
      rounds: group.steps,
      append_tokens: group.appendTokens,
      mean_hit_ratio: group.mean,
      ...Object.fromEntries(Object.entries(QUANTILES).map(([name, q]) => [name, quantile(group, q)])),
      ...Object.fromEntries(BANDS.map(({ name }, i) => [`round_hit_${name}_pct`, shareText(group.bands[i]?.steps, group.steps)])),
      ...Object.fromEntries(
        appendBands.map(({ name }, i) => [`append_hit_${name}_pct`, shareText(group.bands[i]?.appendTokens, group.appendTokens)]),
      ),
    })),
  };
}

function binsTable(groups: readonly HitRatios[]): Table {
  return {
    name: "cache_hit_ratio_bins",
    title: "Steps and append tokens by hit ratio",
    caption:
      "One row per scope, trigger and bin; bins include their upper edge, and the first holds steps that read nothing from the cache.",
    columns: ["scope", "trigger", "bin", "rounds", "round_share", "append_tokens", "append_token_share"],
    rows: groups.flatMap((group) =>
      FINE_BINS.map(({ label }, i): Row => {
        const { steps, appendTokens } = group.fine[i] ?? { steps: 0, appendTokens: 0 };
        return {
          scope: group.scope,
          trigger: group.trigger,
          bin: label,
          rounds: steps,
          round_share: shareText(steps, group.steps),
          append_tokens: appendTokens,
          append_token_share: shareText(appendTokens, group.appendTokens),
        };
      }),
    ),
  };
}

function splitTable(groups: readonly HitRatios[]): Table {
  return {
    name: "cache_hit_ratio_round_split",
    title: "Steps by coarse hit ratio",
    caption: "One row per scope, trigger and bucket; buckets include their lower edge.",
    columns: ["scope", "trigger", "hit_ratio_bucket", "rounds", "round_share"],
    rows: groups.flatMap((group) =>
      COARSE_BUCKETS.map(({ label }, i): Row => {
        const steps = group.coarse[i]?.steps ?? 0;
        return {
          scope: group.scope,
          trigger: group.trigger,
          hit_ratio_bucket: label,
          rounds: steps,
          round_share: shareText(steps, group.steps),
        };
      }),
    ),
  };
}

function tokensTable(groups: readonly InputTokens[]): Table {
  return {
    name: "cache_hit_ratio_token_weighted",
    title: "Token-weighted hit rate",
    caption:
      "One row per scope and trigger. The rate is prefix tokens over all input tokens; steps begun by anything else than a user message or a tool result count in `all` only.",
    columns: ["scope", "trigger", "rounds", "prefix_tokens", "append_tokens", "total_input_tokens", "token_weighted_hit_rate"],
    rows: groups.map((group) => ({
      scope: group.scope,
      trigger: group.trigger,
      rounds: group.steps,
      prefix_tokens: group.prefixTokens,
      append_tokens: group.appendTokens,
      total_input_tokens: group.prefixTokens + group.appendTokens,
      token_weighted_hit_rate: group.hitRate,
    })),
  };
}

/** `12.95%`; null of nothing. */
function shareText(part = 0, whole: number): string | null {
  return whole === 0 ? null : percent(part / whole, 2);
}
