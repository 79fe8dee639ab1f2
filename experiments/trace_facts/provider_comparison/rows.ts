/** What is compared: each row with its formula, the way its numbers are printed and which direction is better. */
import type { NeedsOf } from "../../../lib/experiment.ts";
import type overview from "../overview_summary/experiment.ts";
import type { Form, Raw } from "./forms.ts";

/** What overview_summary provides, by scope, and its numbers for one. */
export type Summary = NeedsOf<{ readonly overview: typeof overview }>["overview"];
type Section = Summary[string];

/** `up`: the larger value is better; `down`: the smaller one; `none`: the row describes and is not judged. */
export type Direction = "up" | "down" | "none";

export interface ComparedRow {
  readonly id: string;
  readonly label: string;
  /** One or two plain sentences. */
  readonly formula: string;
  /** Unit of the numbers; empty for names and times. */
  readonly unit: string;
  readonly form: Form;
  readonly direction: Direction;
  /** Id of the experiment that looks closer; null when there is none. */
  readonly experiment: string | null;
  /** @param summary the numbers of one provider */
  readonly read: (summary: Section) => Raw;
}

export interface ComparedGroup {
  readonly id: string;
  readonly title: string;
  readonly rows: readonly ComparedRow[];
}

const S_PER_H = 3_600;
const GROWTH = "session/total_input_growth";
const WAITS = "human_in_the_loop/human_input_wait";
const TOKENS = "llm_generation/token_length_distribution";
const COMPOSITION = "llm_generation/prefix_append_distribution";
const GENERATION = "llm_generation/generation_time_cdf";
const DECODING = "llm_generation/context_decode_speed_scatter";
const LATENCY = "tool_calls/tool_latency_distribution";
const HITS = "prefix_cache/cache_hit_ratio";
const PREFILL = "prefix_cache/redundant_prefill";

/** The two kinds of steps that have rows of their own. */
const USER = {
  id: "user",
  title: "User-initiated",
  steps: "steps whose first event is a user message",
  started: "user_message",
  delta: "user",
} as const;
const TOOL = {
  id: "tool",
  title: "Tool-triggered",
  steps: "steps whose first event is a tool result",
  started: "tool_result",
  delta: "tool_result",
} as const;
type Trigger = typeof USER | typeof TOOL;

const CHANGE =
  "change of total input since the step before it in the session (file order); the first step of a session has none. Total input is prefix + append";

export const GROUPS: readonly ComparedGroup[] = [
  {
    id: "trace_facts",
    title: "Trace facts",
    rows: [
      described("agent_steps", "Agent steps", "count", "steps", "Number of agent steps (model calls).", {
        experiment: "trace_facts/overview_summary",
        read: (summary) => ({ value: steps(summary) }),
      }),
      described("sessions", "Sessions", "count", "sessions", "Number of different session ids.", {
        experiment: "session/session_internal_counts",
        read: (summary) => ({ value: number(summary, "scope.total_sessions") }),
      }),
      described("users", "Distinct users", "count", "users", "Number of different users; a dash where the trace names none.", {
        read: (summary) => ({ value: number(summary, "scope.distinct_users") }),
      }),
      described(
        "window",
        "Collection window",
        "window",
        "",
        "First to last time of any event, tool call or tool result; days are those of UTC.",
        {
          experiment: "trace_facts/volume_over_time",
          read: (summary) => ({ text: windowOf(summary) }),
        },
      ),
      described(
        "requests",
        "Requests",
        "count",
        "steps",
        "Steps with a user message anywhere among their events. Not the number of turns, which other experiments cut out of sessions.",
        { read: (summary) => ({ value: requests(summary) }) },
      ),
      described(
        "tool_triggered_steps",
        "Tool-triggered steps",
        "countAndShare",
        "steps",
        "Steps with a tool result anywhere among their events, and their share of all steps. Averages and hit rates below go by the first event instead.",
        {
          read: (summary) => {
            const value = number(summary, "scope.rounds_started_from_tool_result");
            return { value, share: ratio(value, steps(summary)) };
          },
        },
      ),
      described("models", "Models represented", "count", "models", "Number of different model names.", {
        read: (summary) => ({ value: models(summary).length }),
      }),
      described("top_model", "Top model", "nameAndShare", "", "The model with most steps, and its share of all steps.", {
        read: (summary) => {
          const [top] = models(summary);
          return top ? { text: top.name, share: ratio(top.steps, steps(summary)) } : { text: null, share: null };
        },
      }),
    ],
  },
  {
    id: "session",
    title: "Session",
    rows: [
      described(
        "context_increase",
        "Total context increase",
        "magnitude",
        "tokens",
        `Sum of the increases over user-initiated and tool-triggered steps. Increase: the ${CHANGE}; drops count as 0.`,
        { experiment: GROWTH, read: (summary) => ({ value: number(summary, "tokens.input.total_context_increase_tokens") }) },
      ),
      ...[USER, TOOL].map((trigger) =>
        described(
          `${trigger.id}_context_increase`,
          `${trigger.title} context increase, avg / p50 / p90`,
          "tokenTriplet",
          "tokens",
          `Mean, median and 90th percentile over ${trigger.steps}: the ${CHANGE}; drops count as 0.`,
          {
            experiment: GROWTH,
            read: (summary) => ({
              avg: number(summary, `tokens.input.average_${trigger.delta}_context_delta_tokens`),
              p50: number(summary, `tokens.input.median_${trigger.delta}_context_delta_tokens`),
              p90: number(summary, `tokens.input.p90_${trigger.delta}_context_delta_tokens`),
            }),
          },
        ),
      ),
      ...[USER, TOOL].flatMap((trigger) => [
        changeShare(trigger, "growth", "growth", "positive_growth_share", "above zero"),
        changeShare(trigger, "reduction", "reduction", "negative_growth_share", "below zero"),
        changeShare(trigger, "major_compaction", "major compaction", "major_reduction_share", "−64,000 tokens or less"),
      ]),
      described(
        "human_wait",
        "Total human wait",
        "hours",
        "h",
        "Sum over user messages: time since the event before it in the session, of whatever type; only waits above zero.",
        { experiment: WAITS, read: (summary) => ({ value: hours(summary, "generation_timing.total_waiting_for_human_input_seconds") }) },
      ),
      described(
        "human_wait_each",
        "Human wait, avg / p50 / p90",
        "secondTriplet",
        "s",
        "Mean, median and 90th percentile of the waits of the row above.",
        {
          experiment: WAITS,
          read: (summary) => ({
            avg: number(summary, "generation_timing.average_waiting_for_human_input_seconds"),
            p50: number(summary, "generation_timing.median_waiting_for_human_input_seconds"),
            p90: number(summary, "generation_timing.p90_waiting_for_human_input_seconds"),
          }),
        },
      ),
    ],
  },
  {
    id: "llm_generation",
    title: "LLM generation",
    rows: [
      described("total_input", "Total input", "magnitude", "tokens", "Sum of prefix + append over all steps.", {
        experiment: TOKENS,
        read: (summary) => ({ value: number(summary, "tokens.input.total_input_tokens") }),
      }),
      described("cached_input", "Cached-read input", "magnitude", "tokens", "Sum of prefix tokens: input that the cache served.", {
        experiment: TOKENS,
        read: (summary) => ({ value: number(summary, "tokens.input.cached_read_input_tokens") }),
      }),
      described("append_input", "Append input", "magnitude", "tokens", "Sum of append tokens: input that the cache did not serve.", {
        experiment: TOKENS,
        read: (summary) => ({ value: number(summary, "tokens.input.new_input_tokens") }),
      }),
      described("avg_total_input", "Average total input", "tokens", "tokens/step", "Total input ÷ agent steps.", {
        experiment: COMPOSITION,
        read: (summary) => ({ value: number(summary, "tokens.input.average_total_input_tokens_per_round") }),
      }),
      described("avg_cached_input", "Average cached input", "tokens", "tokens/step", "Cached-read input ÷ agent steps.", {
        experiment: COMPOSITION,
        read: (summary) => ({ value: number(summary, "tokens.input.average_cached_read_input_tokens_per_round") }),
      }),
      described("avg_append_input", "Average append", "tokens", "tokens/step", "Append input ÷ agent steps.", {
        experiment: COMPOSITION,
        read: (summary) => ({ value: number(summary, "tokens.input.average_new_input_tokens_per_round") }),
      }),
      ...[USER, TOOL].flatMap(({ id, title, steps, started }) => [
        described(
          `${id}_avg_total_input`,
          `${title}, average total input`,
          "tokens",
          "tokens/step",
          `Mean of prefix + append over ${steps}.`,
          {
            experiment: COMPOSITION,
            read: (summary) => ({ value: number(summary, `tokens.input.average_total_input_tokens_when_started_with_${started}`) }),
          },
        ),
        described(`${id}_avg_append`, `${title}, average append`, "tokens", "tokens/step", `Mean of append tokens over ${steps}.`, {
          experiment: COMPOSITION,
          read: (summary) => ({ value: number(summary, `tokens.input.average_new_input_tokens_when_started_with_${started}`) }),
        }),
      ]),
      described("output", "Total output", "magnitude", "tokens", "Sum of output tokens, reasoning included.", {
        experiment: "llm_generation/output_tokens",
        read: (summary) => ({ value: number(summary, "tokens.output.total_output_tokens_including_reasoning") }),
      }),
      described("avg_output", "Average output", "tokens", "tokens/step", "Total output ÷ agent steps.", {
        experiment: "llm_generation/output_tokens",
        read: (summary) => ({ value: number(summary, "tokens.output.average_output_tokens_including_reasoning_per_round") }),
      }),
      described(
        "reasoning",
        "Reasoning tokens",
        "magnitude",
        "tokens",
        "Sum of reported reasoning tokens, which are part of the output; a dash where no step reports any.",
        { read: (summary) => ({ value: reasoningSteps(summary) === 0 ? null : reasoningTokens(summary) }) },
      ),
      described(
        "avg_reasoning",
        "Average reasoning per reasoning step",
        "tokens",
        "tokens/step",
        "Reasoning tokens ÷ steps that report some.",
        { read: (summary) => ({ value: ratio(reasoningTokens(summary), reasoningSteps(summary)) }) },
      ),
      judged(
        "generation_p50",
        "Generation time, p50",
        "seconds",
        "s",
        "down",
        "Median over steps of the time from the latest input before the first output to the last output; only spans above zero.",
        {
          experiment: GENERATION,
          read: (summary) => ({ value: number(summary, "generation_timing.p50_observable_generation_time_seconds") }),
        },
      ),
      judged("generation_p90", "Generation time, p90", "seconds", "s", "down", "90th percentile of the same times.", {
        experiment: GENERATION,
        read: (summary) => ({ value: number(summary, "generation_timing.p90_observable_generation_time_seconds") }),
      }),
      described("generation_total", "Total generation time", "hours", "h", "Sum of the same times.", {
        experiment: GENERATION,
        read: (summary) => ({ value: hours(summary, "generation_timing.total_observable_generation_time_seconds") }),
      }),
      judged(
        "decode_throughput",
        "Output decode throughput",
        "speed",
        "tokens/s",
        "up",
        "Sum of output tokens ÷ sum of generation times, over steps that have both.",
        {
          experiment: DECODING,
          read: (summary) => ({ value: number(summary, "generation_timing.average_normalized_decoding_speed_tokens_per_second") }),
        },
      ),
      judged(
        "post_reasoning_throughput",
        "Post-reasoning throughput",
        "speed",
        "tokens/s",
        "up",
        "Sum of visible tokens (output − reasoning) ÷ sum of the times from the last reasoning event to the last text or tool call, over steps with reasoning and visible tokens.",
        {
          experiment: DECODING,
          read: (summary) => ({
            value: number(summary, "generation_timing.post_reasoning_tpot_estimate.average_decode_speed_tokens_per_second"),
          }),
        },
      ),
      judged(
        "ttft",
        "Estimated time to first token",
        "seconds",
        "s",
        "down",
        "(Sum of the times from input to the end of reasoning − reasoning tokens ÷ post-reasoning throughput) ÷ steps, over steps with reasoning tokens and such a time. What is left over, so it may be negative.",
        {
          experiment: DECODING,
          read: (summary) => ({
            value: number(summary, "generation_timing.estimated_ttft_from_exact_reasoning_tokens.estimated_average_seconds"),
          }),
        },
      ),
    ],
  },
  {
    id: "tool_calls",
    title: "Tool calls",
    rows: [
      described("tool_calls", "Tool calls", "count", "calls", "Number of tool calls.", {
        experiment: "tool_calls/tool_call_counts",
        read: (summary) => ({ value: number(summary, "tools.total_tool_calls") }),
      }),
      described("calling_steps", "Steps with tool calls", "countAndShare", "steps", "Steps that call at least one tool, and their share.", {
        experiment: "tool_calls/tool_call_counts",
        read: (summary) => {
          const value = number(summary, "tools.rounds_with_tool_calls");
          return { value, share: ratio(value, steps(summary)) };
        },
      }),
      described("calls_per_request", "Tool calls per request", "decimal", "calls/request", "Tool calls ÷ requests, as counted above.", {
        experiment: "session/session_internal_counts",
        read: (summary) => ({ value: number(summary, "tools.tool_calls_per_visible_user_message_round") }),
      }),
      judged(
        "tool_latency_p50",
        "Tool latency, p50",
        "seconds",
        "s",
        "down",
        "Median over calls of the latency that the tool reported, else the time between call and result; only latencies above zero.",
        { experiment: LATENCY, read: (summary) => ({ value: number(summary, "tools.effective_latency.p50_seconds") }) },
      ),
      judged("tool_latency_p90", "Tool latency, p90", "seconds", "s", "down", "90th percentile of the same latencies.", {
        experiment: LATENCY,
        read: (summary) => ({ value: number(summary, "tools.effective_latency.p90_seconds") }),
      }),
      described("tool_time", "Total tool time", "hours", "h", "Sum of the same latencies; calls that run in parallel count in full.", {
        experiment: "tool_calls/tool_time_by_kind",
        read: (summary) => ({ value: hours(summary, "tools.effective_latency.total_seconds") }),
      }),
    ],
  },
  {
    id: "prefix_cache",
    title: "Prefix cache",
    rows: [
      judged("hit_rate", "Overall hit rate", "share", "share", "up", "Sum of prefix tokens ÷ sum of total input, over all steps.", {
        experiment: HITS,
        read: (summary) => ({ value: number(summary, "tokens.input.prefix_hit_rate") }),
      }),
      ...[USER, TOOL].map(({ id, title, steps, started }) =>
        judged(`${id}_hit_rate`, `${title} hit rate`, "share", "share", "up", `The same over ${steps}.`, {
          experiment: HITS,
          read: (summary) => ({ value: number(summary, `tokens.input.prefix_hit_rate_when_started_with_${started}`) }),
        }),
      ),
      ...[
        increaseOverAppend("user", USER.title, USER.steps, (summary) => triggered(summary, USER)),
        increaseOverAppend("tool", TOOL.title, TOOL.steps, (summary) => triggered(summary, TOOL)),
        increaseOverAppend("classified", "All classified", "user-initiated and tool-triggered steps together", (summary) => {
          const [user, tool] = [triggered(summary, USER), triggered(summary, TOOL)];
          return { append: user.append + tool.append, increase: user.increase + tool.increase };
        }),
      ].flat(),
    ],
  },
];

interface Source {
  readonly experiment?: string;
  readonly read: ComparedRow["read"];
}

function described(id: string, label: string, form: Form, unit: string, formula: string, source: Source): ComparedRow {
  return { id, label, formula, unit, form, direction: "none", experiment: source.experiment ?? null, read: source.read };
}

function judged(id: string, label: string, form: Form, unit: string, direction: Direction, formula: string, source: Source): ComparedRow {
  return { ...described(id, label, form, unit, formula, source), direction };
}

function changeShare({ id, title, steps, started }: Trigger, name: string, word: string, key: string, condition: string): ComparedRow {
  return described(
    `${id}_${name}_share`,
    `${title}, ${word} share`,
    "share",
    "share",
    `Share of ${steps} whose change of total input is ${condition}. It is the ${CHANGE}.`,
    {
      experiment: name === "major_compaction" ? "session/session_compaction_counts" : GROWTH,
      read: (summary) => ({ value: number(summary, `tokens.input.total_input_growth_when_started_with_${started}.${key}`) }),
    },
  );
}

interface AppendAndIncrease {
  readonly append: number;
  readonly increase: number;
}

function increaseOverAppend(id: string, title: string, steps: string, read: (summary: Section) => AppendAndIncrease): ComparedRow[] {
  return [
    described(`${id}_append`, `${title}, append`, "magnitude", "tokens", `Sum of append tokens over ${steps}.`, {
      experiment: PREFILL,
      read: (summary) => ({ value: read(summary).append }),
    }),
    described(
      `${id}_increase`,
      `${title}, context increase`,
      "magnitude",
      "tokens",
      `Sum of the increases over ${steps}. Increase: the ${CHANGE}; drops count as 0.`,
      { experiment: PREFILL, read: (summary) => ({ value: read(summary).increase }) },
    ),
    judged(
      `${id}_increase_over_append`,
      `${title}, increase ÷ append`,
      "share",
      "share",
      "up",
      `The two rows above, divided: how much of what was processed without the cache was new to the context. The rest had been processed before.`,
      {
        experiment: PREFILL,
        read: (summary) => {
          const { append, increase } = read(summary);
          return { value: ratio(increase, append) };
        },
      },
    ),
  ];
}

function triggered(summary: Section, { started }: Trigger): AppendAndIncrease {
  return {
    append: count(summary, `tokens.input.total_new_input_tokens_when_started_with_${started}`),
    increase: count(summary, `tokens.input.total_input_growth_when_started_with_${started}.total_context_increase_tokens`),
  };
}

/** Agent steps. */
export function steps(summary: Section): number {
  return count(summary, "scope.llm_rounds_total");
}

function requests(summary: Section): number {
  return count(summary, "scope.rounds_with_visible_user_message");
}

function reasoningTokens(summary: Section): number {
  return count(summary, "tokens.output.reasoning_output_tokens_subset");
}

function reasoningSteps(summary: Section): number {
  return count(summary, "tokens.output.rounds_with_positive_reasoning_output_tokens");
}

/** Models with most steps first; equal ones as they come in the pool. */
function models(summary: Section): { readonly name: string; readonly steps: number }[] {
  const named = Object.entries(sectionOf(summary, "rounds_by_model")).flatMap(([name, steps]) =>
    typeof steps === "number" ? [{ name, steps }] : [],
  );
  return named.sort((a, b) => b.steps - a.steps);
}

/** Both ends as an ISO 8601 interval. */
function windowOf(summary: Section): string | null {
  const [first, last] = [valueAt(summary, "scope.earliest_observed_timestamp"), valueAt(summary, "scope.latest_observed_timestamp")];
  return first === null || last === null ? null : `${first}/${last}`;
}

function hours(summary: Section, path: string): number | null {
  const seconds = number(summary, path);
  return seconds === null ? null : seconds / S_PER_H;
}

function ratio(part: number | null, whole: number): number | null {
  return part === null || whole === 0 ? null : part / whole;
}

function count(summary: Section, path: string): number {
  const value = number(summary, path);
  if (value === null) throw new Error(`the summary has no value at ${path}`);
  return value;
}

function number(summary: Section, path: string): number | null {
  const value = valueAt(summary, path);
  if (value !== null && typeof value !== "number") throw new Error(`the summary has no number at ${path}`);
  return value;
}

/** A leaf of the summary by the names on the way to it, joined by dots. */
function valueAt(summary: Section, path: string): number | string | null {
  const names = path.split(".");
  const section = names.slice(0, -1).reduce(sectionOf, summary);
  const value = section[names.at(-1) ?? ""];
  if (value === undefined || (value !== null && typeof value === "object")) throw new Error(`the summary has no value at ${path}`);
  return value;
}

function sectionOf(section: Section, name: string): Section {
  const inner = section[name];
  if (inner === null || typeof inner !== "object") throw new Error(`the summary has no section ${name}`);
  return inner;
}
