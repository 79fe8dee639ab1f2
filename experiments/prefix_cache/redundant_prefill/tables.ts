/** The summary as CSV and Markdown tables. */
import { type Headline, type Table, type TextDocument, table } from "../../../lib/experiment.ts";
import { groupedTables } from "../../../lib/format/markdown.ts";
import { grouped, toFixedHalfEven } from "../../../lib/format/numbers.ts";
import { sharePercent } from "../../../lib/format/published.ts";
import { known } from "../../../lib/stats/known.ts";
import type { Scope } from "../../../lib/trace/scopes.ts";
import { SCOPE_TRIGGER_COLUMNS, type Trigger } from "../../../lib/trace/triggers.ts";
import type { Prefill } from "./prefill.ts";

const READERS_SCOPES: readonly { readonly title: string; readonly scope: Scope }[] = [
  { title: "Claude", scope: "claude" },
  { title: "Codex", scope: "codex" },
  { title: "Total", scope: "merged" },
];
const READERS_GROUPS: readonly { readonly title: string; readonly trigger: Trigger }[] = [
  { title: "Overall", trigger: "all" },
  { title: "User-initiated", trigger: "user" },
  { title: "Tool-result", trigger: "tool_result" },
];
const METRICS: readonly (readonly [string, (prefill: Prefill) => string])[] = [
  ["Total append tokens", ({ appendTokens }) => millions(appendTokens)],
  ["Total fresh tokens", ({ freshTokens }) => millions(freshTokens)],
  ["Fresh % of append", freshText],
  ["Prefill amplification", amplificationText],
];

export function summaryTable(groups: readonly Prefill[]): Table {
  return table(
    "redundant_prefill_summary",
    groups,
    {
      ...SCOPE_TRIGGER_COLUMNS,
      events: { of: ({ steps }) => steps, says: "Steps", unit: "steps" },
      total_append_tokens: { of: ({ appendTokens }) => appendTokens, says: "Input that was not read from the cache", unit: "tokens" },
      total_context_growth_tokens: {
        of: ({ growthTokens }) => growthTokens,
        says: "Growth of the total input over the step before; 0 where it shrank",
        unit: "tokens",
      },
      total_prior_output_tokens: {
        of: ({ priorOutputTokens }) => priorOutputTokens,
        says: "Output of the steps before, reasoning included",
        unit: "tokens",
      },
      total_fresh_tokens: { of: ({ freshTokens }) => freshTokens, says: "Growth minus output of the steps before", unit: "tokens" },
      fresh_pct_of_append: {
        of: ({ freshShare }) => (freshShare === null ? null : sharePercent(freshShare, 2)),
        says: "Fresh tokens as a percentage of append, such as `12.34%`; empty without append",
      },
    },
    {
      title: "Append and fresh tokens",
      caption: "One row per scope and trigger, over steps that follow another step of their session.",
    },
  );
}

export function summaryText(groups: readonly Prefill[]): TextDocument {
  return {
    name: "redundant_prefill_table.md",
    says: "the same numbers with the prefill amplification, rounded for reading; `--` where there is none",
    text: groupedTables(
      READERS_GROUPS.map(({ title, trigger }) => ({
        title,
        table: {
          header: ["Metric", ...READERS_SCOPES.map((column) => column.title)],
          rows: METRICS.map(([metric, cell]) => [metric, ...READERS_SCOPES.map(({ scope }) => cell(groupOf(groups, scope, trigger)))]),
        },
      })),
    ),
  };
}

export function headlines(groups: readonly Prefill[]): Headline[] {
  const merged = groupOf(groups, "merged", "all");
  return [
    { label: "Fresh share of append", value: freshText(merged), published: { label: "Fresh % of append" } },
    { label: "Prefill amplification", value: amplificationText(merged) },
    {
      label: "Fresh share of append, tool-triggered",
      value: freshText(groupOf(groups, "merged", "tool_result")),
      published: { label: "Tool-result fresh %" },
    },
  ];
}

export function groupOf(groups: readonly Prefill[], scope: Scope, trigger: Trigger): Prefill {
  return known(groups.find((group) => group.scope === scope && group.trigger === trigger));
}

export function freshText({ freshShare }: Prefill): string {
  return freshShare === null ? "--" : sharePercent(freshShare, 1);
}

export function amplificationText({ amplification }: Prefill): string {
  return amplification === null ? "--" : `${toFixedHalfEven(amplification, 1)}x`;
}

function millions(tokens: number): string {
  return `${grouped(tokens / 1e6, 1)}M`;
}
