/** What is compared: each row with its formula, the way its numbers are printed and which direction is better. */
import type { NeedsOf } from "../../../lib/experiment.ts";
import { finalCounts } from "../../../lib/format/counts.ts";
import { S_PER_H } from "../../../lib/format/durations.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import type overview from "../overview_summary/experiment.ts";
import type { ProviderCost } from "./costs.ts";
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
  /**
   * @param summary the numbers of one provider
   * @param cost what its steps cost
   */
  readonly read: (summary: Section, cost: ProviderCost) => Raw;
}

export interface ComparedGroup {
  readonly id: string;
  readonly title: string;
  readonly rows: readonly ComparedRow[];
}

const GROWTH = "session/total_input_growth";
const WAITS = "human_in_the_loop/human_input_wait";
const TOKENS = "llm_generation/token_length_distribution";
const COMPOSITION = "llm_generation/prefix_append_distribution";
const OUTPUT = "llm_generation/output_tokens";
const GENERATION = "llm_generation/generation_time_cdf";
const DECODING = "llm_generation/context_decode_speed_scatter";
const CALLS = "tool_calls/tool_call_counts";
const LATENCY = "tool_calls/tool_latency_distribution";

/** The two kinds of steps that have rows of their own. */
const USER = { id: "user", title: "User-initiated", steps: "steps whose first event is a user message", started: "user_message" } as const;
const TOOL = { id: "tool", title: "Tool-triggered", steps: "steps whose first event is a tool result", started: "tool_result" } as const;
type Trigger = typeof USER | typeof TOOL;

const CHANGE =
  "change of total input since the step before it in the session (file order); the first step of a session has none. Total input is prefix + append";

export const GROUPS: readonly ComparedGroup[] = [
  {
    id: "trace_facts",
    title: "Trace facts",
    rows: [
      ...described("count", "steps", "trace_facts/overview_summary", {
        agent_steps: ["Agent steps", "Number of agent steps (model calls).", "scope.llm_rounds_total"],
      }),
      ...described("count", "sessions", "session/session_internal_counts", {
        sessions: ["Sessions", "Number of different session ids.", "scope.total_sessions"],
      }),
      ...described("count", "users", null, {
        users: ["Distinct users", "Number of different users; a dash where the trace names none.", "scope.distinct_users"],
      }),
      ...described("window", "", "trace_facts/volume_over_time", {
        window: ["Collection window", "First to last time of any event, tool call or tool result; days are those of UTC.", windowOf],
      }),
      ...described("count", "steps", null, {
        requests: [
          "Requests",
          "Steps with a user message anywhere among their events. Not the number of turns, which other experiments cut out of sessions.",
          "scope.rounds_with_visible_user_message",
        ],
      }),
      ...described("countAndShare", "steps", null, {
        tool_triggered_steps: [
          "Tool-triggered steps",
          "Steps with a tool result anywhere among their events, and their share of all steps. Averages and hit rates below go by the first event instead.",
          shareOfSteps("scope.rounds_started_from_tool_result"),
        ],
      }),
      ...described("count", "models", null, {
        models: ["Models represented", "Number of different model names.", (summary) => ({ value: models(summary).length })],
      }),
      ...described("nameAndShare", "", null, {
        top_model: ["Top model", "The model with most steps, and its share of all steps.", topModel],
      }),
    ],
  },
  {
    id: "session",
    title: "Session",
    rows: [
      ...described("magnitude", "tokens", GROWTH, {
        context_increase: [
          "Total context increase",
          `Sum of the increases over user-initiated and tool-triggered steps. Increase: the ${CHANGE}; drops count as 0.`,
          "tokens.input.total_context_increase_tokens",
        ],
      }),
      ...described("tokenTriplet", "tokens", GROWTH, {
        user_context_increase: changeTriplet(USER, "user"),
        tool_context_increase: changeTriplet(TOOL, "tool_result"),
      }),
      ...[USER, TOOL].flatMap((trigger) => [
        ...described("share", "share", GROWTH, {
          [`${trigger.id}_growth_share`]: changeShare(trigger, "growth", "positive_growth_share", "above zero"),
          [`${trigger.id}_reduction_share`]: changeShare(trigger, "reduction", "negative_growth_share", "below zero"),
        }),
        ...described("share", "share", "session/session_compaction_counts", {
          [`${trigger.id}_major_compaction_share`]: changeShare(
            trigger,
            "major compaction",
            "major_reduction_share",
            "−64,000 tokens or less",
          ),
        }),
      ]),
      ...described("hours", "h", WAITS, {
        human_wait: [
          "Total human wait",
          "Sum over user messages: time since the event before it in the session, of whatever type; only waits above zero.",
          hours("generation_timing.total_waiting_for_human_input_seconds"),
        ],
      }),
      ...described("secondTriplet", "s", WAITS, {
        human_wait_each: [
          "Human wait, avg / p50 / p90",
          "Mean, median and 90th percentile of the waits of the row above.",
          triplet((statistic) => `generation_timing.${statistic}_waiting_for_human_input_seconds`),
        ],
      }),
    ],
  },
  {
    id: "llm_generation",
    title: "LLM generation",
    rows: [
      ...described("magnitude", "tokens", TOKENS, {
        total_input: ["Total input", "Sum of prefix + append over all steps.", "tokens.input.total_input_tokens"],
        cached_input: ["Cached-read input", "Sum of prefix tokens: input that the cache served.", "tokens.input.cached_read_input_tokens"],
        append_input: ["Append input", "Sum of append tokens: input that the cache did not serve.", "tokens.input.new_input_tokens"],
      }),
      ...described("tokens", "tokens/step", COMPOSITION, {
        avg_total_input: ["Average total input", "Total input ÷ agent steps.", perStep("total_input")],
        avg_cached_input: ["Average cached input", "Cached-read input ÷ agent steps.", perStep("cached_read_input")],
        avg_append_input: ["Average append", "Append input ÷ agent steps.", perStep("new_input")],
        user_avg_total_input: averageTotalInput(USER),
        user_avg_append: averageAppend(USER),
        tool_avg_total_input: averageTotalInput(TOOL),
        tool_avg_append: averageAppend(TOOL),
      }),
      ...described("magnitude", "tokens", OUTPUT, {
        output: ["Total output", "Sum of output tokens, reasoning included.", "tokens.output.total_output_tokens_including_reasoning"],
      }),
      ...described("tokens", "tokens/step", OUTPUT, {
        avg_output: ["Average output", "Total output ÷ agent steps.", "tokens.output.average_output_tokens_including_reasoning_per_round"],
      }),
      ...described("magnitude", "tokens", null, {
        reasoning: [
          "Reasoning tokens",
          "Sum of reported reasoning tokens, which are part of the output; a dash where no step reports any.",
          (summary) => ({ value: reasoningSteps(summary) === 0 ? null : reasoningTokens(summary) }),
        ],
      }),
      ...described("tokens", "tokens/step", null, {
        avg_reasoning: [
          "Average reasoning per reasoning step",
          "Reasoning tokens ÷ steps that report some.",
          (summary) => ({ value: ratio(reasoningTokens(summary), reasoningSteps(summary)) }),
        ],
      }),
      ...judged("down", "seconds", "s", GENERATION, {
        generation_p50: [
          "Generation time, p50",
          "Median over steps of the time from the latest input before the first output to the last output; only spans above zero.",
          "generation_timing.p50_observable_generation_time_seconds",
        ],
        generation_p90: [
          "Generation time, p90",
          "90th percentile of the same times.",
          "generation_timing.p90_observable_generation_time_seconds",
        ],
      }),
      ...described("hours", "h", GENERATION, {
        generation_total: [
          "Total generation time",
          "Sum of the same times.",
          hours("generation_timing.total_observable_generation_time_seconds"),
        ],
      }),
      ...judged("up", "speed", "tokens/s", DECODING, {
        decode_throughput: [
          "Output decode throughput",
          "Sum of output tokens ÷ sum of generation times, over steps that have both.",
          "generation_timing.average_normalized_decoding_speed_tokens_per_second",
        ],
        post_reasoning_throughput: [
          "Post-reasoning throughput",
          "Sum of visible tokens (output − reasoning) ÷ sum of the times from the last reasoning event to the last text or tool call, over steps with reasoning and visible tokens.",
          "generation_timing.post_reasoning_tpot_estimate.average_decode_speed_tokens_per_second",
        ],
      }),
      ...judged("down", "seconds", "s", DECODING, {
        ttft: [
          "Estimated time to first token",
          "(Sum of the times from input to the end of reasoning − reasoning tokens ÷ post-reasoning throughput) ÷ steps, over steps with reasoning tokens and such a time. What is left over, so it may be negative.",
          "generation_timing.estimated_ttft_from_exact_reasoning_tokens.estimated_average_seconds",
        ],
      }),
    ],
  },
  {
    id: "tool_calls",
    title: "Tool calls",
    rows: [
      ...described("count", "calls", CALLS, { tool_calls: ["Tool calls", "Number of tool calls.", "tools.total_tool_calls"] }),
      ...described("countAndShare", "steps", CALLS, {
        calling_steps: [
          "Steps with tool calls",
          "Steps that call at least one tool, and their share.",
          shareOfSteps("tools.rounds_with_tool_calls"),
        ],
      }),
      ...described("decimal", "calls/request", "session/session_internal_counts", {
        calls_per_request: [
          "Tool calls per request",
          "Tool calls ÷ requests, as counted above.",
          "tools.tool_calls_per_visible_user_message_round",
        ],
      }),
      ...described("seconds", "s", LATENCY, {
        tool_latency_p50: [
          "Tool latency, p50",
          "Median over calls of the latency that the tool reported, else the time between call and result; only latencies above zero. Not judged: a provider that reports 0 for short calls would look slow.",
          "tools.effective_latency.p50_seconds",
        ],
        tool_latency_p90: ["Tool latency, p90", "90th percentile of the same latencies.", "tools.effective_latency.p90_seconds"],
      }),
      ...described("hours", "h", "tool_calls/tool_time_by_kind", {
        tool_time: [
          "Total tool time",
          "Sum of the same latencies; calls that run in parallel count in full.",
          hours("tools.effective_latency.total_seconds"),
        ],
      }),
    ],
  },
  {
    id: "prefix_cache",
    title: "Prefix cache",
    rows: [
      ...judged("up", "share", "share", "prefix_cache/cache_hit_ratio", {
        hit_rate: ["Overall hit rate", "Sum of prefix tokens ÷ sum of total input, over all steps.", "tokens.input.prefix_hit_rate"],
        user_hit_rate: hitRate(USER),
        tool_hit_rate: hitRate(TOOL),
      }),
      ...increaseOverAppend("user", USER.title, USER.steps, (summary) => triggered(summary, USER)),
      ...increaseOverAppend("tool", TOOL.title, TOOL.steps, (summary) => triggered(summary, TOOL)),
      ...increaseOverAppend("classified", "All classified", "user-initiated and tool-triggered steps together", (summary) => {
        const [user, tool] = [triggered(summary, USER), triggered(summary, TOOL)];
        return { append: user.append + tool.append, increase: user.increase + tool.increase };
      }),
    ],
  },
  {
    id: "cost",
    title: "Cost",
    rows: [
      ...described("money", "USD", "trace_facts/cost_over_time", {
        cost: [
          "Cost",
          "Sum over steps with a price: tokens as logged at the rate of the model. Cache writes of unknown lifetime are billed for 5 minutes.",
          (_, { cost_nano }) => ({ value: dollars(cost_nano) }),
        ],
        cost_most: [
          "Cost, at most",
          "The same with cache writes of unknown lifetime for an hour and output as long as its text needs.",
          (_, { high_nano }) => ({ value: dollars(high_nano) }),
        ],
        cost_per_step: [
          "Cost per step",
          "Cost ÷ steps with a price.",
          (_, { cost_nano, steps }) => ({ value: ratio(dollars(cost_nano) ?? 0, steps) }),
        ],
      }),
      ...described("money", "USD", "session/session_cost_distribution", {
        cost_per_session: [
          "Cost per session",
          "Cost ÷ sessions with a priced step. Helpers, forks and resumed parts belong to the session that they come from, as far as the trace says so.",
          (_, { cost_nano, conversations }) => ({ value: ratio(dollars(cost_nano) ?? 0, conversations) }),
        ],
      }),
      ...described("moneyAndShare", "USD", "prefix_cache/cost_anatomy", {
        cost_fresh: costPart("Fresh input", "input that was neither read from the cache nor written to it", "fresh_nano"),
        cost_writes: costPart("Cache writes", "writes to the cache", "cache_write_nano"),
        cost_reads: costPart("Cache reads", "input that the cache served", "cache_read_nano"),
        cost_output: costPart("Output", "output, reasoning included", "output_nano"),
      }),
    ],
  },
];

const NANO = 1e9;

function dollars(nano: number | null): number | null {
  return nano === null ? null : nano / NANO;
}

function costPart(title: string, what: string, key: "fresh_nano" | "cache_write_nano" | "cache_read_nano" | "output_nano"): Entry {
  return [
    `Cost of ${title.toLowerCase()}`,
    `Cost of ${what}, and its share of the cost.`,
    (_, cost) => ({ value: dollars(cost[key]), share: ratio(cost[key] ?? 0, cost.cost_nano ?? 0) }),
  ];
}

/** A row's name, its formula, and its numbers: the path of its value in the summary, or a function. */
type Entry = readonly [label: string, formula: string, read: string | ComparedRow["read"]];
type Entries = Readonly<Record<string, Entry>>;

/** Rows by id that are printed alike and not judged. */
function described(form: Form, unit: string, experiment: string | null, entries: Entries): ComparedRow[] {
  return judged("none", form, unit, experiment, entries);
}

function judged(direction: Direction, form: Form, unit: string, experiment: string | null, entries: Entries): ComparedRow[] {
  return Object.entries(entries).map(([id, [label, formula, read]]) => ({
    id,
    label,
    formula,
    unit,
    form,
    direction,
    experiment,
    read: typeof read === "string" ? (summary) => ({ value: number(summary, read) }) : read,
  }));
}

function changeTriplet({ title, steps }: Trigger, name: string): Entry {
  return [
    `${title} context increase, avg / p50 / p90`,
    `Mean, median and 90th percentile over ${steps}: the ${CHANGE}; drops count as 0.`,
    triplet((statistic) => `tokens.input.${statistic}_${name}_context_delta_tokens`),
  ];
}

function changeShare({ title, steps, started }: Trigger, name: string, key: string, condition: string): Entry {
  return [
    `${title}, ${name} share`,
    `Share of ${steps} whose change of total input is ${condition}. It is the ${CHANGE}.`,
    `tokens.input.total_input_growth_when_started_with_${started}.${key}`,
  ];
}

function averageTotalInput({ title, steps, started }: Trigger): Entry {
  const path = `tokens.input.average_total_input_tokens_when_started_with_${started}`;
  return [`${title}, average total input`, `Mean of prefix + append over ${steps}.`, path];
}

function averageAppend({ title, steps, started }: Trigger): Entry {
  const path = `tokens.input.average_new_input_tokens_when_started_with_${started}`;
  return [`${title}, average append`, `Mean of append tokens over ${steps}.`, path];
}

function hitRate({ title, steps, started }: Trigger): Entry {
  return [`${title} hit rate`, `The same over ${steps}.`, `tokens.input.prefix_hit_rate_when_started_with_${started}`];
}

interface AppendAndIncrease {
  readonly append: number;
  readonly increase: number;
}

function increaseOverAppend(id: string, title: string, steps: string, read: (summary: Section) => AppendAndIncrease): ComparedRow[] {
  const experiment = "prefix_cache/redundant_prefill";
  return [
    ...described("magnitude", "tokens", experiment, {
      [`${id}_append`]: [`${title}, append`, `Sum of append tokens over ${steps}.`, (summary) => ({ value: read(summary).append })],
      [`${id}_increase`]: [
        `${title}, context increase`,
        `Sum of the increases over ${steps}. Increase: the ${CHANGE}; drops count as 0.`,
        (summary) => ({ value: read(summary).increase }),
      ],
    }),
    ...judged("up", "share", "share", experiment, {
      [`${id}_increase_over_append`]: [
        `${title}, increase ÷ append`,
        "The two rows above, divided: how much of what was processed without the cache was new to the context. The rest had been processed before.",
        (summary) => ({ value: ratio(read(summary).increase, read(summary).append) }),
      ],
    }),
  ];
}

function triggered(summary: Section, { started }: Trigger): AppendAndIncrease {
  return {
    append: count(summary, `tokens.input.total_new_input_tokens_when_started_with_${started}`),
    increase: count(summary, `tokens.input.total_input_growth_when_started_with_${started}.total_context_increase_tokens`),
  };
}

function perStep(tokens: string): string {
  return `tokens.input.average_${tokens}_tokens_per_round`;
}

function hours(path: string): ComparedRow["read"] {
  return (summary) => {
    const seconds = number(summary, path);
    return { value: seconds === null ? null : seconds / S_PER_H };
  };
}

function triplet(path: (statistic: string) => string): ComparedRow["read"] {
  return (summary) => ({ avg: number(summary, path("average")), p50: number(summary, path("median")), p90: number(summary, path("p90")) });
}

function shareOfSteps(path: string): ComparedRow["read"] {
  return (summary) => ({ value: count(summary, path), share: ratio(count(summary, path), steps(summary)) });
}

function topModel(summary: Section): Raw {
  const [top] = models(summary);
  return top ? { text: top.name, share: ratio(top.steps, steps(summary)) } : { text: null, share: null };
}

/** Models with most steps first; equal ones as they come in the pool. */
function models(summary: Section): { readonly name: string; readonly steps: number }[] {
  const named = Object.entries(sectionOf(summary, "rounds_by_model")).flatMap(([name, steps]) =>
    typeof steps === "number" ? [{ name, steps }] : [],
  );
  return named.sort((a, b) => b.steps - a.steps);
}

/** Both ends as an ISO 8601 interval. */
function windowOf(summary: Section): Raw {
  const [first, last] = [valueAt(summary, "scope.earliest_observed_timestamp"), valueAt(summary, "scope.latest_observed_timestamp")];
  return { text: first === null || last === null ? null : `${first}/${last}` };
}

/** Agent steps. */
export function steps(summary: Section): number {
  return count(summary, "scope.llm_rounds_total");
}

/** All tool calls, and those whose latency is 0 or less. */
export function toolCalls(summary: Section) {
  return {
    calls: count(summary, "tools.total_tool_calls"),
    calls_without_latency: count(summary, "tools.effective_latency.tool_calls_nonpositive_latency"),
  };
}

/** `final counts of 3 of 9 steps`; null where all output counts are final: only then the summary does not count them. */
export function outputCounts(summary: Section): string | null {
  const { rounds_with_final_output_count: final } = sectionOf(sectionOf(summary, "tokens"), "output");
  return typeof final === "number" ? finalCounts(final, steps(summary)) : null;
}

function reasoningTokens(summary: Section): number {
  return count(summary, "tokens.output.reasoning_output_tokens_subset");
}

function reasoningSteps(summary: Section): number {
  return count(summary, "tokens.output.rounds_with_positive_reasoning_output_tokens");
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
