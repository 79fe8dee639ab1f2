/** What is fresh in the prefilled tokens, by scope and trigger. */
import { inScopeTrigger, SCOPE_TRIGGERS, type ScopeTrigger } from "../../../lib/trace/triggers.ts";

/** A row of query.sql. */
export interface PrefillRow {
  readonly provider: string | null;
  readonly trigger: "user" | "tool_result";
  readonly steps: number;
  readonly append_tokens: number;
  readonly growth_tokens: number;
  readonly prior_output_tokens: number;
}

export interface Prefill extends ScopeTrigger {
  readonly steps: number;
  readonly appendTokens: number;
  readonly growthTokens: number;
  readonly priorOutputTokens: number;
  /** Growth that isn't output of the step before coming back; negative where shrinking contexts hide more than is new. */
  readonly freshTokens: number;
  /** Of the append tokens; null when there are none. */
  readonly freshShare: number | null;
  /** Append tokens per fresh one; null without fresh ones. */
  readonly amplification: number | null;
}

/** One entry per scope and trigger. */
export function prefillByGroup(rows: readonly PrefillRow[]): Prefill[] {
  return SCOPE_TRIGGERS.map((group) =>
    judge(
      group,
      rows.filter(({ provider, trigger }) => inScopeTrigger(group, provider, trigger)),
    ),
  );
}

function judge(group: ScopeTrigger, rows: readonly PrefillRow[]): Prefill {
  const total = (of: (row: PrefillRow) => number) => rows.reduce((sum, row) => sum + of(row), 0);
  const appendTokens = total((row) => row.append_tokens);
  const growthTokens = total((row) => row.growth_tokens);
  const priorOutputTokens = total((row) => row.prior_output_tokens);
  const freshTokens = growthTokens - priorOutputTokens;
  return {
    ...group,
    steps: total((row) => row.steps),
    appendTokens,
    growthTokens,
    priorOutputTokens,
    freshTokens,
    freshShare: appendTokens === 0 ? null : freshTokens / appendTokens,
    amplification: freshTokens === 0 ? null : appendTokens / freshTokens,
  };
}
