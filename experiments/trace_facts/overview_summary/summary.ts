/** The headline numbers of a scope under their published names. Seconds, tokens and counts; null where there is nothing to divide by. */

import { type Table, table } from "../../../lib/experiment.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { type Growth, MAJOR_MIN_TOKENS, MICRO_MAX_TOKENS, type ScopeFacts } from "./read.ts";

/** Sections by name; leaves are numbers, texts and nulls. */
export interface Section {
  readonly [key: string]: number | string | null | Section;
}

/** Everything that `summary.json` holds for one scope. */
export function scopeSummary(facts: ScopeFacts): Section {
  return {
    scope: scopeSection(facts),
    tokens: { input: inputSection(facts), output: outputSection(facts) },
    generation_timing: timingSection(facts),
    tools: toolsSection(facts),
    rounds_by_provider: Object.fromEntries(facts.providers.map(({ name, steps }) => [name, steps])),
    rounds_by_model: Object.fromEntries(facts.models.map(({ name, steps }) => [name, steps])),
  };
}

/** Sum of the growth of all sessions, from step to step, over user- and tool-triggered steps; drops are not subtracted. */
export function contextIncreaseTokens({ userGrowth, toolGrowth }: ScopeFacts): number {
  return userGrowth.increase_tokens + toolGrowth.increase_tokens;
}

function scopeSection({ totals, users, window }: ScopeFacts): Section {
  return {
    total_sessions: totals.sessions,
    distinct_users: users || null,
    llm_rounds_total: totals.steps,
    rounds_with_visible_user_message: totals.user_message_steps,
    rounds_started_from_tool_result: totals.tool_result_steps,
    earliest_observed_timestamp: window.earliest,
    latest_observed_timestamp: window.latest,
  };
}

function inputSection(facts: ScopeFacts): Section {
  const { totals, userGrowth, toolGrowth } = facts;
  const total = totals.append_tokens + totals.prefix_tokens;
  return {
    direct_new_input_token_definition: "Append tokens as the provider reports them: input that its cache did not serve.",
    total_input_tokens: total,
    new_input_tokens: totals.append_tokens,
    cached_read_input_tokens: totals.prefix_tokens,
    average_total_input_tokens_per_round: ratio(total, totals.steps),
    average_new_input_tokens_per_round: ratio(totals.append_tokens, totals.steps),
    average_cached_read_input_tokens_per_round: ratio(totals.prefix_tokens, totals.steps),
    ...triggerSection("user_message", { steps: totals.user_steps, total: totals.user_total, append: totals.user_append }),
    ...contextDeltaSection("user", userGrowth),
    ...triggerSection("tool_result", { steps: totals.tool_steps, total: totals.tool_total, append: totals.tool_append }),
    ...contextDeltaSection("tool_result", toolGrowth),
    total_input_growth_definition:
      "Prefix and append of a step minus those of the step before it in the session's file order; the first step of a session has no growth.",
    total_context_increase_definition: "Sum of all growth above zero over user- and tool-triggered steps; drops are not subtracted.",
    total_context_increase_tokens: contextIncreaseTokens(facts),
    total_input_growth_reduction_buckets: {
      micro_reduction: `a drop of up to ${grouped(MICRO_MAX_TOKENS)} tokens`,
      ordinary_reduction: `a drop of more than ${grouped(MICRO_MAX_TOKENS)} and less than ${grouped(MAJOR_MIN_TOKENS)} tokens`,
      major_reduction: `a drop of ${grouped(MAJOR_MIN_TOKENS)} tokens or more`,
    },
    total_input_growth_when_started_with_user_message: growthSection(userGrowth),
    total_input_growth_when_started_with_tool_result: growthSection(toolGrowth),
    prefix_hit_rate: ratio(totals.prefix_tokens, total),
  };
}

type Triggered = { readonly steps: number; readonly total: number; readonly append: number };

function triggerSection(trigger: "user_message" | "tool_result", { steps, total, append }: Triggered): Section {
  return {
    [`rounds_started_with_${trigger}_for_input_token_average`]: steps,
    [`average_total_input_tokens_when_started_with_${trigger}`]: ratio(total, steps),
    [`average_new_input_tokens_when_started_with_${trigger}`]: ratio(append, steps),
    [`total_new_input_tokens_when_started_with_${trigger}`]: append,
    [`prefix_hit_rate_when_started_with_${trigger}`]: ratio(total - append, total),
  };
}

function contextDeltaSection(trigger: "user" | "tool_result", growth: Growth): Section {
  return {
    [`${trigger}_context_delta_definition`]: "Growth of the input since the step before it in the session, drops counted as 0.",
    [`${trigger}_context_delta_rounds`]: growth.steps,
    [`average_${trigger}_context_delta_tokens`]: ratio(growth.increase_tokens, growth.steps),
    [`median_${trigger}_context_delta_tokens`]: growth.clipped.p50,
    [`p90_${trigger}_context_delta_tokens`]: growth.clipped.p90,
  };
}

function growthSection(growth: Growth): Section {
  const share = (count: number) => ratio(count, growth.steps);
  const shrank = growth.negative > 0;
  const { positive, zero, negative, micro, ordinary, major } = growth;
  const growths = { positive_growth: positive, zero_growth: zero, negative_growth: negative };
  const kinds = Object.entries({ ...growths, micro_reduction: micro, ordinary_reduction: ordinary, major_reduction: major });
  const counted = (of: (kind: string, count: number) => [string, number | null]) => Object.fromEntries(kinds.map((entry) => of(...entry)));
  return {
    rounds: growth.steps,
    ...counted((kind, count) => [`${kind}_rounds`, count]),
    ...counted((kind, count) => [`${kind}_share`, share(count)]),
    total_context_increase_tokens: growth.increase_tokens,
    total_raw_delta_tokens: growth.raw_tokens,
    total_reduction_tokens: shrank ? growth.reduction_tokens : null,
    average_raw_delta_tokens: share(growth.raw_tokens),
    median_raw_delta_tokens: growth.raw.p50,
    p10_raw_delta_tokens: growth.raw.p10,
    p90_raw_delta_tokens: growth.raw.p90,
    average_positive_growth_tokens: ratio(growth.increase_tokens, growth.positive),
    average_clipped_growth_tokens: share(growth.increase_tokens),
    average_reduction_tokens: ratio(growth.reduction_tokens, growth.negative),
    max_reduction_tokens: shrank ? growth.max_reduction_tokens : null,
  };
}

function outputSection({ totals }: ScopeFacts): Section {
  const isUnknown = isPartial(totals) && totals.output_steps === 0;
  return {
    ...(isPartial(totals) && { rounds_with_final_output_count: totals.output_steps }),
    total_output_tokens_including_reasoning: isUnknown ? null : totals.output_tokens,
    visible_or_structured_output_tokens_estimate: isUnknown ? null : totals.output_tokens - totals.reasoning_tokens,
    rounds_with_observed_reasoning: totals.reasoning_steps,
    reasoning_output_tokens_subset: totals.reasoning_tokens,
    rounds_with_positive_reasoning_output_tokens: totals.exact_reasoning_steps,
    average_output_tokens_including_reasoning_per_round: ratio(totals.output_tokens, totals.output_steps),
  };
}

/** Whether only some output counts of the scope are final, or none. */
export function isPartial({ steps, output_steps }: ScopeFacts["totals"]): boolean {
  return output_steps < steps;
}

function timingSection(facts: ScopeFacts): Section {
  const { totals, generationMs, waitMs } = facts;
  return {
    definition:
      "Time of a step from its latest input to its latest output, as the trace shows it: queueing, first-token latency and decoding together.",
    total_observable_generation_time_seconds: seconds(totals.generation_ms),
    rounds_with_observable_generation_time: totals.generated_steps,
    p50_observable_generation_time_seconds: seconds(generationMs.p50),
    p90_observable_generation_time_seconds: seconds(generationMs.p90),
    average_normalized_decoding_speed_tokens_per_second: ratio(totals.speed_tokens, seconds(totals.speed_ms)),
    rounds_used_for_normalized_decoding_speed: totals.speed_steps,
    input_to_reasoning_end_definition: "Time from the latest input before it to the last reasoning event of a step.",
    total_input_to_reasoning_end_time_seconds: seconds(totals.to_reasoning_ms),
    rounds_with_input_to_reasoning_end_time: totals.to_reasoning_steps,
    waiting_for_human_input_definition:
      "Time before a user message since the event before it in the session, of whatever type; each message counts, waits of zero do not.",
    rounds_with_user_message: totals.timed_message_steps,
    rounds_with_waiting_for_human_input_time: waitMs.n,
    total_waiting_for_human_input_seconds: seconds(waitMs.sum),
    average_waiting_for_human_input_seconds: ratio(seconds(waitMs.sum), waitMs.n),
    median_waiting_for_human_input_seconds: seconds(waitMs.p50),
    p90_waiting_for_human_input_seconds: seconds(waitMs.p90),
    post_reasoning_tpot_estimate: decodeSection(facts),
    estimated_ttft_from_exact_reasoning_tokens: firstTokenSection(facts),
  };
}

function decodeSection({ totals }: ScopeFacts): Section {
  const latency = totals.decode_latency_s;
  return {
    definition:
      "Over steps with exact reasoning tokens: time of the text and tool calls after the last reasoning event, per output token that is not reasoning. Null where no step reports them.",
    rounds: totals.decode_steps,
    visible_or_structured_output_tokens: totals.decode_tokens,
    post_reasoning_output_decode_time_seconds: latency === null ? null : seconds(totals.decode_ms),
    average_decode_speed_tokens_per_second: latency === null ? null : ratio(1, latency),
    average_decode_latency_seconds_per_token: latency,
  };
}

/** The time to the end of reasoning, less the reasoning tokens at the decode latency; may be negative. */
function firstTokenSection({ totals }: ScopeFacts): Section {
  const latency = totals.decode_latency_s;
  const total = latency === null ? null : seconds(totals.ttft_ms) - totals.ttft_reasoning_tokens * latency;
  return {
    definition: "Time to the end of reasoning minus reasoning tokens at the decode latency above, over steps with exact reasoning tokens.",
    rounds: totals.ttft_steps,
    input_to_reasoning_end_total_seconds: seconds(totals.ttft_ms),
    reasoning_tokens: totals.ttft_reasoning_tokens,
    decode_latency_seconds_per_token_used: latency,
    decode_speed_tokens_per_second_used: latency === null ? null : ratio(1, latency),
    rounds_used_to_estimate_decode_latency: totals.decode_steps,
    estimated_total_seconds: total,
    estimated_average_seconds: total === null ? null : ratio(total, totals.ttft_steps),
  };
}

function toolsSection({ totals, tools, latencyMs }: ScopeFacts): Section {
  return {
    definition:
      "Latency of a call as the tool reported it, else the time between call and result. Calls of zero or less are counted apart; parallel calls add up.",
    total_tool_calls: tools.calls,
    rounds_with_tool_calls: tools.calling_steps,
    tool_calls_per_visible_user_message_round: ratio(tools.calls, totals.user_message_steps),
    effective_latency: {
      total_seconds: seconds(latencyMs.sum),
      tool_calls_with_latency: tools.reported + tools.measured,
      tool_calls_missing_latency: tools.missing,
      tool_calls_nonpositive_latency: tools.nonpositive,
      p50_seconds: seconds(latencyMs.p50),
      p90_seconds: seconds(latencyMs.p90),
      tool_calls_using_internal_latency: tools.reported,
      tool_calls_using_wall_latency_fallback: tools.measured,
      // Traces of this format have no third source; readers of the published file expect the key.
      tool_calls_using_legacy_latency_fallback: 0,
    },
  };
}

function seconds(ms: number): number;
function seconds(ms: number | null): number | null;
function seconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1_000;
}

interface Leaf {
  readonly scope: string;
  readonly section: string;
  readonly key: string;
  readonly value: number | string | null;
}
const DEFINITION = /(^|_)definition$/;
const PROSE_SECTIONS = ["total_input_growth_reduction_buckets"];

/** The summary as rows: one for each number. */
export function longTable(scopes: Readonly<Record<string, Section>>): Table {
  const leaves = Object.entries(scopes).flatMap(([scope, section]) => leavesOf(scope, [], section));
  return table(
    "overview_summary",
    leaves,
    {
      scope: { says: "`merged` (all steps), or a provider" },
      section: { says: "Path in summary.json; names are joined by dots" },
      key: { says: "Name of the number, which holds its unit; `rounds` are agent steps" },
      value: { says: "The number, or a time in ISO 8601; empty where there is nothing to divide by" },
    },
    { title: "Every number of the summary", caption: "One row per scope and number. Seconds, tokens, counts and shares of one." },
  );
}

function leavesOf(scope: string, path: readonly string[], section: Section): Leaf[] {
  const isNamed = path[0]?.startsWith("rounds_by_") ?? false;
  return Object.entries(section).flatMap(([key, value]) => {
    if (value !== null && typeof value === "object") return PROSE_SECTIONS.includes(key) ? [] : leavesOf(scope, [...path, key], value);
    if (!isNamed && DEFINITION.test(key)) return [];
    return [{ scope, section: path.join("."), key, value }];
  });
}
