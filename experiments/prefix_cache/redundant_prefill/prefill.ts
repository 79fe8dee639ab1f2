/** How much of the prefilled tokens is fresh, by scope and trigger. */
import { type QueryContext, query, type RowOf } from "../../../lib/experiment.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import {
  inScopeTrigger,
  intervalsByTrigger,
  SCOPE_TRIGGERS,
  type ScopeTrigger,
  type TriggerIntervals,
} from "../../../lib/trace/triggers.ts";

export const PREFILL = query("query.sql", {
  provider: "text?",
  trigger: ["user", "tool_result"],
  steps: "number",
  append_tokens: "number",
  growth_tokens: "number",
  prior_output_tokens: "number",
});
const STEPS = query("steps.sql", {
  provider: "text?",
  trigger: ["user", "tool_result"],
  session_id: "text",
  append_tokens: "number",
  fresh_tokens: "number",
});

/** Intervals of the share of fresh tokens. */
export function freshIntervals(db: QueryContext): Promise<TriggerIntervals> {
  return intervalsByTrigger(db, STEPS, { part: "fresh_tokens", whole: "append_tokens", session: "session_id" });
}

export type PrefillRow = RowOf<typeof PREFILL>;

export type Prefill = ReturnType<typeof judge>;

/** One entry per scope and trigger. */
export function prefillByGroup(rows: readonly PrefillRow[]): Prefill[] {
  const rowsOf = (group: ScopeTrigger) => rows.filter(({ provider, trigger }) => inScopeTrigger(group, provider, trigger));
  return SCOPE_TRIGGERS.map((group) => judge(group, rowsOf(group)));
}

function judge(group: ScopeTrigger, rows: readonly PrefillRow[]) {
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
    /** Growth minus the output of the step before, which comes back as input; can be negative where contexts shrink. */
    freshTokens,
    /** Share of the append tokens; null without append tokens. */
    freshShare: ratio(freshTokens, appendTokens),
    /** Append tokens per fresh token; null without fresh tokens. */
    amplification: ratio(appendTokens, freshTokens),
  };
}
