/**
 * Published numbers of the public TraceLab pool v0.0.1 (357,161 agent steps) that the synthetic pool is held against,
 * and how far the bundled sample may be from each: 5,000 steps cannot repeat every tail.
 */

export type Scope = "all" | "claude" | "codex";
export const SCOPES: readonly Scope[] = ["all", "claude", "codex"];

/** The measured value may be so many times larger or smaller, or differ by so much. */
export type Tolerance = { readonly factor: number } | { readonly difference: number };

export interface Published {
  /** Column of calibration.sql, or a cost of calibration.ts. */
  readonly key: string;
  readonly label: string;
  readonly unit: "share" | "tokens" | "usd" | "s" | "ms" | "min" | "tok/s" | "";
  readonly published: Readonly<Partial<Record<Scope, number>>>;
  readonly within: Tolerance;
}

const factor = (by: number): Tolerance => ({ factor: by });
const points = (by: number): Tolerance => ({ difference: by / 100 });

export const PUBLISHED: readonly Published[] = [
  { key: "step_share", label: "Agent steps", unit: "share", published: { claude: 0.393, codex: 0.607 }, within: points(4) },

  {
    key: "hit_share",
    label: "Prefix hit rate",
    unit: "share",
    published: { claude: 0.958, codex: 0.957, all: 0.95746 },
    within: points(1.5),
  },
  {
    key: "user_hit_share",
    label: "… of user-initiated steps",
    unit: "share",
    published: { claude: 0.869, codex: 0.782 },
    within: points(6),
  },
  {
    key: "tool_hit_share",
    label: "… of tool-triggered steps",
    unit: "share",
    published: { claude: 0.979, codex: 0.972 },
    within: points(1.5),
  },
  {
    key: "fresh_share",
    label: "Fresh part of the append",
    unit: "share",
    published: { claude: 0.123, codex: 0.258, all: 0.19 },
    within: points(8),
  },
  { key: "append_per_growth", label: "Append per token of context growth", unit: "", published: { all: 3.836 }, within: factor(1.3) },
  {
    key: "retained_cache_saved_share",
    label: "Append saved by a cache that outlives waits",
    unit: "share",
    published: { claude: 0.545, codex: 0.37, all: 0.459 },
    within: points(25),
  },

  {
    key: "prefix_mean_tokens",
    label: "Prefix, mean",
    unit: "tokens",
    published: { claude: 194_361, codex: 116_623, all: 147_306 },
    within: factor(1.3),
  },
  { key: "prefix_p25_tokens", label: "Prefix, p25", unit: "tokens", published: { claude: 59_949, codex: 67_456 }, within: factor(1.3) },
  {
    key: "prefix_p50_tokens",
    label: "Prefix, p50",
    unit: "tokens",
    published: { claude: 126_180, codex: 115_584, all: 118_656 },
    within: factor(1.2),
  },
  { key: "prefix_p90_tokens", label: "Prefix, p90", unit: "tokens", published: { claude: 467_082, codex: 201_600 }, within: factor(1.4) },
  {
    key: "append_mean_tokens",
    label: "Append, mean",
    unit: "tokens",
    published: { claude: 8_479, codex: 5_283, all: 6_539 },
    within: factor(1.35),
  },
  { key: "append_p25_tokens", label: "Append, p25", unit: "tokens", published: { claude: 384, codex: 406 }, within: factor(1.25) },
  { key: "append_p50_tokens", label: "Append, p50", unit: "tokens", published: { claude: 857, codex: 886, all: 875 }, within: factor(1.3) },
  { key: "append_p90_tokens", label: "Append, p90", unit: "tokens", published: { claude: 5_342, codex: 8_310 }, within: factor(1.5) },
  {
    key: "output_mean_tokens",
    label: "Output, mean",
    unit: "tokens",
    published: { claude: 690, codex: 415, all: 523 },
    within: factor(1.25),
  },
  { key: "output_p25_tokens", label: "Output, p25", unit: "tokens", published: { claude: 132, codex: 70 }, within: factor(1.15) },
  {
    key: "output_p50_tokens",
    label: "Output, p50",
    unit: "tokens",
    published: { claude: 252, codex: 184, all: 214 },
    within: factor(1.15),
  },
  { key: "output_p90_tokens", label: "Output, p90", unit: "tokens", published: { claude: 1_671, codex: 939 }, within: factor(1.2) },
  { key: "output_p99_tokens", label: "Output, p99", unit: "tokens", published: { claude: 6_571, codex: 3_508 }, within: factor(1.35) },
  {
    key: "output_resent_share",
    label: "Long outputs sent again with the append (Codex: gpt-5.5)",
    unit: "share",
    published: { claude: 0.985, codex: 0.985 },
    within: points(5),
  },
  {
    key: "output_cached_share",
    label: "Long outputs found in the prefix (gpt-5.4)",
    unit: "share",
    published: { codex: 0.82 },
    within: points(12),
  },

  {
    key: "growing_share",
    label: "Steps whose input grows",
    unit: "share",
    published: { claude: 0.996, codex: 0.9656 },
    within: points(1.5),
  },
  {
    key: "shrinking_share",
    label: "Steps whose input shrinks",
    unit: "share",
    published: { claude: 0.0039, codex: 0.0343 },
    within: points(1.5),
  },
  { key: "user_shrinking_share", label: "… of user-initiated steps", unit: "share", published: { codex: 0.313 }, within: points(10) },
  {
    key: "compaction_share_of_drops",
    label: "Large drops that are compactions",
    unit: "share",
    published: { all: 0.932 },
    within: points(12),
  },
  { key: "compaction_by_tool_share", label: "Compactions amid tool calls", unit: "share", published: { all: 0.865 }, within: points(20) },
  {
    key: "compacting_session_share",
    label: "Sessions that compact",
    unit: "share",
    published: { claude: 0.045, codex: 0.184, all: 0.097 },
    within: points(6),
  },
  {
    key: "compactions_per_compacting_session",
    label: "Compactions of such a session",
    unit: "",
    published: { all: 3.7 },
    within: factor(2.6),
  },

  { key: "request_steps_mean", label: "Steps per request", unit: "", published: { all: 8.828 }, within: factor(1.2) },
  { key: "request_calls_mean", label: "Tool calls per request", unit: "", published: { all: 10.8 }, within: factor(1.25) },
  { key: "request_mean_min", label: "Response time, mean", unit: "min", published: { all: 4.259 }, within: factor(1.4) },
  { key: "request_p50_s", label: "Response time, p50", unit: "s", published: { all: 38.3 }, within: factor(1.35) },
  { key: "request_p90_min", label: "Response time, p90", unit: "min", published: { all: 6.376 }, within: factor(1.6) },
  { key: "request_generation_share", label: "… spent generating", unit: "share", published: { all: 0.41 }, within: points(10) },
  { key: "request_tool_share", label: "… spent in tools", unit: "share", published: { all: 0.598 }, within: points(15) },

  { key: "generation_mean_s", label: "Generation, mean", unit: "s", published: { all: 13.2 }, within: factor(1.25) },
  { key: "generation_p50_s", label: "Generation, p50", unit: "s", published: { all: 5.7 }, within: factor(1.2) },
  { key: "generation_p90_s", label: "Generation, p90", unit: "s", published: { all: 22.2 }, within: factor(1.35) },
  {
    key: "decode_p50_tokens_per_s",
    label: "Output per generation second, p50",
    unit: "tok/s",
    published: { all: 40.693 },
    within: factor(1.15),
  },
  {
    key: "visible_decode_p50_tokens_per_s",
    label: "Visible output per second after reasoning, p50",
    unit: "tok/s",
    published: { codex: 61.265 },
    within: factor(1.15),
  },
  { key: "first_token_p50_s", label: "Time to the first token, p50 estimate", unit: "s", published: { codex: 3.1 }, within: factor(1.45) },

  { key: "tool_mean_s", label: "Tool call, mean", unit: "s", published: { all: 18.4 }, within: factor(1.7) },
  { key: "tool_p50_ms", label: "Tool call, p50", unit: "ms", published: { claude: 129, codex: 626 }, within: factor(1.25) },
  { key: "tool_p90_s", label: "Tool call, p90", unit: "s", published: { all: 13.6 }, within: factor(1.6) },
  { key: "calls_over_minute_share", label: "Tool calls over a minute", unit: "share", published: { all: 0.0397 }, within: points(1.5) },
  { key: "time_over_minute_share", label: "… of tool time", unit: "share", published: { all: 0.8468 }, within: points(8) },
  {
    key: "top3_tools_share",
    label: "Calls of the three most used tools",
    unit: "share",
    published: { claude: 0.8276, codex: 0.946 },
    within: points(3),
  },
  { key: "both_timed_share", label: "Calls timed by runner and records", unit: "share", published: { codex: 0.873 }, within: points(3) },
  { key: "residual_p50_s", label: "… time outside the runner, p50", unit: "s", published: { codex: 0.13 }, within: factor(1.5) },
  { key: "residual_p90_s", label: "… p90", unit: "s", published: { codex: 0.24 }, within: factor(1.3) },

  { key: "wait_mean_s", label: "Human wait, mean", unit: "s", published: { claude: 2401, codex: 3260 }, within: factor(1.6) },
  { key: "wait_p50_s", label: "Human wait, p50", unit: "s", published: { claude: 79, codex: 95, all: 86 }, within: factor(1.25) },
  { key: "wait_p90_s", label: "Human wait, p90", unit: "s", published: { all: 1236 }, within: factor(1.3) },
  {
    key: "wait_within_5min_share",
    label: "Human waits within 5 minutes",
    unit: "share",
    published: { claude: 0.796, codex: 0.698 },
    within: points(4),
  },
  {
    key: "wait_within_hour_share",
    label: "Human waits within an hour",
    unit: "share",
    published: { claude: 0.964, codex: 0.949 },
    within: points(2),
  },

  { key: "session_steps_mean", label: "Steps per session", unit: "", published: { all: 83.74 }, within: factor(1.65) },
  { key: "session_calls_mean", label: "Tool calls per session", unit: "", published: { all: 101.4 }, within: factor(1.7) },
  { key: "session_requests_mean", label: "Requests per session", unit: "", published: { all: 9.2 }, within: factor(1.6) },
  {
    key: "session_without_wait_share",
    label: "Sessions without a human wait",
    unit: "share",
    published: { all: 0.585 },
    within: points(10),
  },
  {
    key: "session_human_share",
    label: "Session time: human",
    unit: "share",
    published: { claude: 0.899, codex: 0.943, all: 0.923 },
    within: points(10),
  },
  { key: "session_generation_share", label: "Session time: generation", unit: "share", published: { all: 0.033 }, within: points(3) },
  { key: "session_tool_share", label: "Session time: tools", unit: "share", published: { all: 0.048 }, within: points(4) },

  { key: "cost_per_step_usd", label: "Cost per priced step", unit: "usd", published: { all: 0.114 }, within: factor(1.25) },
  { key: "cost_prefix_share", label: "… for the prefix", unit: "share", published: { all: 0.595 }, within: points(6) },
  { key: "cost_append_share", label: "… for the append", unit: "share", published: { all: 0.292 }, within: points(6) },
  { key: "cost_output_share", label: "… for the output", unit: "share", published: { all: 0.112 }, within: points(4) },
  { key: "priced_share", label: "Priced steps", unit: "share", published: { all: 0.991 }, within: points(2) },
];
