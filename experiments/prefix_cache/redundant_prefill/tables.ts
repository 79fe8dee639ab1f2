/** The summary as a table for machines and one for readers. */
import type { Headline, Table, TextDocument } from "../../../lib/experiment.ts";
import { groupedTables } from "../../../lib/format/markdown.ts";
import { grouped, percent, toFixedHalfEven } from "../../../lib/format/numbers.ts";
import type { Scope } from "../../../lib/trace/scopes.ts";
import type { Trigger } from "../../../lib/trace/triggers.ts";
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
  return {
    name: "redundant_prefill_summary",
    title: "Append and fresh tokens",
    caption:
      "One row per scope and trigger, over steps with a step of their session before them. Fresh tokens are context growth without the output of the step before.",
    columns: [
      "scope",
      "trigger",
      "events",
      "total_append_tokens",
      "total_context_growth_tokens",
      "total_prior_output_tokens",
      "total_fresh_tokens",
      "fresh_pct_of_append",
    ],
    rows: groups.map((group) => ({
      scope: group.scope,
      trigger: group.trigger,
      events: group.steps,
      total_append_tokens: group.appendTokens,
      total_context_growth_tokens: group.growthTokens,
      total_prior_output_tokens: group.priorOutputTokens,
      total_fresh_tokens: group.freshTokens,
      fresh_pct_of_append: group.freshShare === null ? null : percent(group.freshShare, 2),
    })),
  };
}

export function summaryText(groups: readonly Prefill[]): TextDocument {
  return {
    name: "redundant_prefill_table.md",
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
    { label: "Fresh % of append", value: freshText(merged) },
    { label: "Prefill amplification", value: amplificationText(merged) },
    { label: "Tool-result fresh %", value: freshText(groupOf(groups, "merged", "tool_result")) },
  ];
}

export function groupOf(groups: readonly Prefill[], scope: Scope, trigger: Trigger): Prefill {
  return groups.find((group) => group.scope === scope && group.trigger === trigger) as Prefill;
}

export function freshText({ freshShare }: Prefill): string {
  return freshShare === null ? "--" : percent(freshShare, 1);
}

export function amplificationText({ amplification }: Prefill): string {
  return amplification === null ? "--" : `${toFixedHalfEven(amplification, 1)}x`;
}

function millions(tokens: number): string {
  return `${grouped(tokens / 1e6, 1)}M`;
}
