/** What a run of steps (a whole session or the plotted window of it) adds up to. */
import type { Compaction } from "../../../lib/trace/sessions.ts";
import { type Step, totalInput } from "./steps.ts";

/**
 * Roll-up of steps. Fields are named as the output columns; tokens in tokens, times in seconds.
 * The hit ratio is null without input, the mean inference time null when no step has a measurable one, the output null when no
 * count of it is final.
 */
export type Metrics = Readonly<ReturnType<typeof metricsOf>>;

/** Sums over steps, of the final output counts and of the observable generation times. */
type Sums = ReturnType<typeof sumsOf>;

export function metricsOf(sums: Sums) {
  const { rounds, total_prefix_tokens, total_append_tokens, total_output_tokens, inference_rounds } = sums;
  const total = total_prefix_tokens + total_append_tokens;
  return {
    rounds,
    user_input_rounds: sums.user_input_rounds,
    tool_result_rounds: sums.tool_result_rounds,
    tool_calls: sums.tool_calls,
    total_prefix_tokens,
    total_append_tokens,
    total_input_tokens: total,
    total_output_tokens,
    aggregate_cache_hit_ratio: total > 0 ? total_prefix_tokens / total : null,
    average_inference_seconds: inference_rounds > 0 ? sums.generation_us / inference_rounds / 1e6 : null,
    inference_rounds,
    compaction_count: sums.input_drop_compaction_count + sums.explicit_compaction_count,
    input_drop_compaction_count: sums.input_drop_compaction_count,
    explicit_compaction_count: sums.explicit_compaction_count,
    average_output_tokens: total_output_tokens === null ? null : total_output_tokens / sums.output_rounds,
    average_prefix_tokens: total_prefix_tokens / rounds,
    average_append_tokens: total_append_tokens / rounds,
    max_prefix_tokens: sums.max_prefix_tokens,
    max_append_tokens: sums.max_append_tokens,
    max_total_input_tokens: sums.max_total_input_tokens,
  };
}

/** @param steps one or more steps in session order; `compactions` those found among exactly these steps */
export function sumsOf(steps: readonly Step[], compactions: readonly Compaction[]) {
  const outputs = steps.flatMap((step) => step.output_tokens ?? []);
  const spansUs = steps.flatMap((step) => step.generation_us ?? []);
  return {
    rounds: steps.length,
    user_input_rounds: count(steps, (step) => step.has_user_message),
    tool_result_rounds: count(steps, (step) => step.has_tool_result),
    tool_calls: sum(steps, (step) => step.tool_calls),
    total_prefix_tokens: sum(steps, (step) => step.prefix_tokens),
    total_append_tokens: sum(steps, (step) => step.append_tokens),
    total_output_tokens: outputs.length > 0 ? sum(outputs, (tokens) => tokens) : null,
    output_rounds: outputs.length,
    // Microseconds are whole numbers, so this sum is exact in any order.
    generation_us: sum(spansUs, (us) => us),
    inference_rounds: spansUs.length,
    input_drop_compaction_count: count(compactions, ({ kind }) => kind === "input_drop"),
    explicit_compaction_count: count(compactions, ({ kind }) => kind === "explicit"),
    max_prefix_tokens: max(steps, (step) => step.prefix_tokens),
    max_append_tokens: max(steps, (step) => step.append_tokens),
    max_total_input_tokens: max(steps, totalInput),
  };
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}

function count<T>(items: readonly T[], test: (item: T) => boolean): number {
  return sum(items, (item) => (test(item) ? 1 : 0));
}

function max<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((largest, item) => Math.max(largest, value(item)), 0);
}
