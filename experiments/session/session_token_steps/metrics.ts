/** What a run of steps (a whole session or the plotted window of it) adds up to, and how interesting it is to look at. */
import type { Compaction } from "../../../lib/trace/sessions.ts";
import { type Step, totalInput } from "./steps.ts";

/**
 * Roll-up of steps. Fields are named as the output columns; tokens in tokens, times in seconds.
 * The hit ratio is null without input, the mean inference time null when no step has a measurable one, the output null when no
 * count of it is final.
 */
export type Metrics = Readonly<ReturnType<typeof metricsOf>>;

/** @param steps one or more steps in session order; `compactions` those found among exactly these steps */
export function metricsOf(steps: readonly Step[], compactions: readonly Compaction[]) {
  const rounds = steps.length;
  const totalPrefix = sum(steps, (step) => step.prefix_tokens);
  const totalAppend = sum(steps, (step) => step.append_tokens);
  const outputs = steps.flatMap((step) => step.output_tokens ?? []);
  const totalOutput = outputs.length > 0 ? sum(outputs, (tokens) => tokens) : null;
  const total = totalPrefix + totalAppend;
  const spansUs = steps.flatMap((step) => step.generation_us ?? []);
  return {
    rounds,
    user_input_rounds: count(steps, (step) => step.has_user_message),
    tool_result_rounds: count(steps, (step) => step.has_tool_result),
    tool_calls: sum(steps, (step) => step.tool_calls),
    total_prefix_tokens: totalPrefix,
    total_append_tokens: totalAppend,
    total_input_tokens: total,
    total_output_tokens: totalOutput,
    aggregate_cache_hit_ratio: total > 0 ? totalPrefix / total : null,
    // Microseconds are whole numbers, so this sum is exact in any order.
    average_inference_seconds: spansUs.length > 0 ? sum(spansUs, (us) => us) / spansUs.length / 1e6 : null,
    inference_rounds: spansUs.length,
    compaction_count: compactions.length,
    input_drop_compaction_count: count(compactions, ({ kind }) => kind === "input_drop"),
    explicit_compaction_count: count(compactions, ({ kind }) => kind === "explicit"),
    average_output_tokens: totalOutput === null ? null : totalOutput / outputs.length,
    average_prefix_tokens: totalPrefix / rounds,
    average_append_tokens: totalAppend / rounds,
    max_prefix_tokens: max(steps, (step) => step.prefix_tokens),
    max_append_tokens: max(steps, (step) => step.append_tokens),
    max_total_input_tokens: max(steps, totalInput),
  };
}

/** Long sessions that people and tools take turns in, with a bonus for compactions. */
export function balancedScore(m: Metrics): number {
  return m.rounds + 5 * turnTaking(m) + log2Tokens(m.max_total_input_tokens) + 0.03 * m.tool_calls + 12 * m.compaction_count;
}

/** Sessions with a large context first. */
export function contextScore(m: Metrics): number {
  return (
    18 * log2Tokens(m.max_total_input_tokens) +
    10 * log2Tokens(m.total_input_tokens) +
    0.25 * m.rounds +
    0.2 * turnTaking(m) +
    10 * m.compaction_count
  );
}

/** Sessions with many compactions first. */
export function compactionScore(m: Metrics): number {
  return 100 * m.compaction_count + 10 * log2Tokens(m.max_total_input_tokens) + 0.1 * m.rounds + 0.01 * m.tool_calls;
}

/** Steps of the rarer of the two triggers: high only when both users and tools drive the session. */
function turnTaking(m: Metrics): number {
  return Math.min(m.user_input_rounds, m.tool_result_rounds);
}

function log2Tokens(tokens: number): number {
  return Math.log2(Math.max(1, tokens));
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
