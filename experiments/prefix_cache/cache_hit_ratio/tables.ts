/** The CSV tables, and the token-weighted rates in Markdown. */
import { type Column, type Table, type TextDocument, table } from "../../../lib/experiment.ts";
import { groupedTables } from "../../../lib/format/markdown.ts";
import { sharePercent } from "../../../lib/format/published.ts";
import { summaryColumns } from "../../../lib/stats/summary.ts";
import { SCOPE_TRIGGER_COLUMNS, type ScopeTrigger, TRIGGERS, type Trigger } from "../../../lib/trace/triggers.ts";
import { BANDS, COARSE_BUCKETS, FINE_BINS } from "./bins.ts";
import type { HitRatios, InputTokens, Mass, Measures } from "./measure.ts";

const LOW = { p01: "p01", p05: "p05", p10: "p10", p25: "p25" } as const;
const QUANTILES = { ...LOW, median: "p50", p75: "p75", p90: "p90", p95: "p95", p99: "p99" } as const;
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
    says: "the token-weighted rates side by side, rounded for reading",
    text: groupedTables([{ table: { header: ["Metric", ...READERS_SCOPES.map(({ title }) => title)], rows } }]),
  };
}

function rateCell(rate: number | null | undefined): string {
  return rate === null || rate === undefined ? "--" : sharePercent(rate, 1);
}

function summaryTable(groups: readonly HitRatios[]): Table {
  const bands = BANDS.map((band, i) => ({ ...band, massOf: ({ bands: masses }: HitRatios) => masses[i] }));
  return table(
    "cache_hit_ratio_summary",
    groups,
    {
      ...SCOPE_TRIGGER_COLUMNS,
      ...massColumns,
      mean_hit_ratio: { of: ({ mean }) => mean, says: "Mean of the ratio, 0 to 1; empty without steps", unit: "share" },
      ...summaryColumns(QUANTILES, ({ quantiles }: HitRatios) => quantiles, "of the ratio", "share"),
      ...Object.fromEntries(
        bands.map(({ name, says, massOf }) => [
          `round_hit_${name}_pct`,
          shareColumn(`Share of the steps with a ratio ${says}`, (group) => shareText(massOf(group)?.steps, group.steps)),
        ]),
      ),
      ...Object.fromEntries(
        bands
          .filter(({ ofAppend }) => ofAppend)
          .map(({ name, says, massOf }) => [
            `append_hit_${name}_pct`,
            shareColumn(`Share of the append tokens that belong to steps with a ratio ${says}`, (group) =>
              shareText(massOf(group)?.appendTokens, group.appendTokens),
            ),
          ]),
      ),
    },
    {
      title: "Hit ratio of steps",
      caption:
        "One row per scope and trigger, over steps that begin with a user message or a tool result. The ratio is prefix divided by total input.",
    },
  );
}

function binsTable(groups: readonly HitRatios[]): Table {
  const rows = groups.flatMap(({ fine, ...group }) => fine.map((mass, i) => ({ ...mass, group, label: FINE_BINS[i]?.label ?? "" })));
  const { rounds, append_tokens } = massColumns;
  return table(
    "cache_hit_ratio_bins",
    rows,
    {
      ...columnsOfGroup,
      bin: { of: ({ label }) => label, says: "Bin of the ratio; `(` is excluded, `]` included" },
      rounds,
      round_share: shareColumn("Share of the steps of the group", ({ steps, group }) => shareText(steps, group.steps)),
      append_tokens,
      append_token_share: shareColumn("Share of the append tokens of the group", ({ appendTokens, group }) =>
        shareText(appendTokens, group.appendTokens),
      ),
    },
    {
      title: "Steps and append tokens by hit ratio",
      caption: "One row per scope, trigger and bin. The first bin holds the steps that read nothing from the cache.",
    },
  );
}

function splitTable(groups: readonly HitRatios[]): Table {
  const rows = groups.flatMap(({ coarse, ...group }) =>
    coarse.map((mass, i) => ({ ...mass, group, label: COARSE_BUCKETS[i]?.label ?? "" })),
  );
  return table(
    "cache_hit_ratio_round_split",
    rows,
    {
      ...columnsOfGroup,
      hit_ratio_bucket: { of: ({ label }) => label, says: "Bucket of the ratio; the lower edge is included" },
      rounds: massColumns.rounds,
      round_share: shareColumn("Share of the steps of the group", ({ steps, group }) => shareText(steps, group.steps)),
    },
    { title: "Steps by coarse hit ratio", caption: "One row per scope, trigger and bucket." },
  );
}

function tokensTable(groups: readonly InputTokens[]): Table {
  return table(
    "cache_hit_ratio_token_weighted",
    groups,
    {
      ...SCOPE_TRIGGER_COLUMNS,
      rounds: massColumns.rounds,
      prefix_tokens: { of: ({ prefixTokens }) => prefixTokens, says: "Input read from the cache", unit: "tokens" },
      append_tokens: massColumns.append_tokens,
      total_input_tokens: { of: ({ prefixTokens, appendTokens }) => prefixTokens + appendTokens, says: "Total input", unit: "tokens" },
      token_weighted_hit_rate: { of: ({ hitRate }) => hitRate, says: "Prefix divided by total input; empty without input", unit: "share" },
    },
    {
      title: "Token-weighted hit rate",
      caption:
        "One row per scope and trigger. Steps that begin with anything other than a user message or a tool result count in `all` only.",
    },
  );
}

const massColumns: { readonly rounds: Column<Mass>; readonly append_tokens: Column<Mass> } = {
  rounds: { of: ({ steps }) => steps, says: "Steps", unit: "steps" },
  append_tokens: { of: ({ appendTokens }) => appendTokens, says: "Input not read from the cache", unit: "tokens" },
};

const columnsOfGroup = {
  scope: { ...SCOPE_TRIGGER_COLUMNS.scope, of: ({ group }: { readonly group: ScopeTrigger }) => group.scope },
  trigger: { ...SCOPE_TRIGGER_COLUMNS.trigger, of: ({ group }: { readonly group: ScopeTrigger }) => group.trigger },
};

function shareColumn<R>(says: string, of: (row: R) => string | null): Column<R> {
  return { of, says: `${says}, such as \`12.34%\`; empty without any` };
}

/** `12.95%`; null when the whole is 0. */
function shareText(part = 0, whole: number): string | null {
  return whole === 0 ? null : sharePercent(part / whole, 2);
}
