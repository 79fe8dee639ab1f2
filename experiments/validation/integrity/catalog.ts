/** What is checked, and how counts become results. */
import { query, type RowOf } from "../../../lib/experiment.ts";
import { percent } from "../../../lib/format/numbers.ts";
import type { Check } from "../../../lib/trace/checks.ts";

/** Each returns how a check fares for one provider. */
export const TALLIES = ["steps.sql", "keys.sql", "parents.sql", "events.sql", "tools.sql", "transcripts.sql"].map((file) =>
  query(file, { name: "text", provider: "text", offenders: "number", looked_at: "number", first_round_pk: "number?" }),
);
export type Tally = RowOf<(typeof TALLIES)[number]>;

interface Rule {
  readonly name: string;
  /** For the figure. */
  readonly label: string;
  /** What is true when no row fails. */
  readonly title: string;
  /** Or a violation that is only a warning up to this share. */
  readonly level: Check["level"] | { readonly warningUpTo: number };
  /** Known reasons why rows fail. */
  readonly cause?: string;
  /** Needs tables that a pool may not have: without them the check is left out. */
  readonly optional?: true;
}

/** In display order. */
const RULES: readonly Rule[] = [
  {
    name: "input_adds_up",
    label: "Input = prefix + append",
    title: "Prefix and append of a step of Claude or Codex add up to its total input; for Codex where the prefix lies within it.",
    level: "violation",
  },
  {
    name: "claude_parts_add_up",
    label: "Claude's parts add up",
    title: "Claude's append is its uncached input plus its cache writes, and its prefix is what it read from the cache.",
    level: "violation",
  },
  { name: "tokens_not_negative", label: "Tokens not negative", title: "No token count is below zero.", level: "violation" },
  { name: "round_pk_unique", label: "Step keys differ", title: "No two steps have the same round_pk.", level: "violation" },
  { name: "tool_call_has_step", label: "Tool call has a step", title: "Every tool call belongs to a step.", level: "violation" },
  { name: "event_has_step", label: "Event has a step", title: "Every timing event belongs to a step.", level: "violation" },
  {
    name: "details_have_step",
    label: "Details have a step",
    title: "Every row of round_details belongs to a step.",
    level: "violation",
    optional: true,
  },
  {
    name: "event_index_contiguous",
    label: "Events numbered 1, 2, 3 …",
    title: "The events of a step are numbered 1, 2, 3 … without gaps and repeats.",
    level: "violation",
  },
  {
    name: "event_has_time",
    label: "Event has a time",
    title: "Every timing event has a timestamp that can be read.",
    level: { warningUpTo: 0.001 },
  },
  {
    name: "cached_within_input",
    label: "Codex: cached within input",
    title: "No step of Codex has more cached than total input.",
    level: "warning",
    cause: "the append of such a step is 0, so prefix + append exceeds its total input",
  },
  { name: "tokens_known", label: "Tokens known", title: "Prefix, append and output of every step are known.", level: "warning" },
  {
    name: "reasoning_within_output",
    label: "Reasoning within output",
    title: "No step has more reasoning than output tokens.",
    level: "warning",
  },
  {
    name: "output_final",
    label: "Output count is final",
    title: "No output count was logged while the response was still streaming.",
    level: "warning",
    cause: "see placeholder_outputs_by_version.csv",
    optional: true,
  },
  { name: "rows_unique", label: "Rows differ", title: "No two steps are equal in all columns.", level: "warning" },
  { name: "trace_key_unique", label: "Trace keys differ", title: "No two steps have the same trace key.", level: "warning" },
  {
    name: "round_id_unique",
    label: "Step ids differ",
    title: "No two steps of a provider have the same round_id.",
    level: "warning",
    cause: "resumed and forked sessions carry steps of their parents",
  },
  {
    name: "round_index_unique",
    label: "Step numbers differ",
    title: "No two steps of a session have the same round_index.",
    level: "warning",
  },
  {
    name: "round_index_gapless",
    label: "Step numbers without gaps",
    title: "The steps of a session are numbered from 0 without gaps.",
    level: "warning",
  },
  {
    name: "tool_call_id_unique",
    label: "Call ids differ",
    title: "No two tool calls of a session have the same id.",
    level: "warning",
    cause: "results are matched by id",
  },
  {
    name: "call_has_result",
    label: "Call has a result",
    title: "Every tool call was answered.",
    level: "warning",
    cause: "sessions end or are interrupted while a tool runs",
  },
  { name: "result_has_call", label: "Result has a call", title: "Every tool result answers a call of its session.", level: "warning" },
  { name: "result_after_call", label: "Result after call", title: "No tool result is older than its call.", level: "warning" },
  {
    name: "clock_within_step",
    label: "Time runs forward in a step",
    title: "The events of a step are listed in the order of their times.",
    level: "warning",
    cause: "inputs are listed before outputs, also a result that came after its call within the step",
  },
  {
    name: "clock_between_steps",
    label: "Time runs forward in a session",
    title: "No step of a session begins before the one that precedes it in the pool.",
    level: "warning",
  },
  {
    name: "transcript_has_steps",
    label: "Transcript has steps",
    title: "The session of every transcript that yielded steps has steps in the pool.",
    level: "warning",
    optional: true,
  },
  {
    name: "session_has_transcript",
    label: "Session has a transcript",
    title: "Every session with steps is that of a known transcript.",
    level: "warning",
    optional: true,
  },
  {
    name: "line_accepted",
    label: "Line of transcript accepted",
    title: "No line of a transcript was rejected.",
    level: "warning",
    optional: true,
  },
  {
    name: "record_known",
    label: "Record of transcript known",
    title: "Every record of a transcript is of a known type.",
    level: "warning",
    optional: true,
  },
];

/** A check with its counts for each provider that it applies to. */
export interface JudgedCheck extends Check {
  readonly label: string;
  readonly tallies: readonly Tally[];
}

/** All checks, in catalog order. @throws when a tally names an unknown check */
export function judge(tallies: readonly Tally[]): JudgedCheck[] {
  const unknown = tallies.find(({ name }) => RULES.every((rule) => rule.name !== name));
  if (unknown) throw new Error(`no check is called ${unknown.name}`);
  return RULES.flatMap((rule) => {
    const own = tallies.filter(({ name }) => name === rule.name);
    return rule.optional && own.length === 0 ? [] : [judgeRule(rule, own)];
  });
}

function judgeRule(rule: Rule, all: readonly Tally[]): JudgedCheck {
  const tallies = all.filter(({ looked_at }) => looked_at > 0);
  const count = sumOf(tallies, "offenders");
  const of = sumOf(tallies, "looked_at");
  const detail = count > 0 ? detailOf(rule, tallies, count / of) : undefined;
  return {
    name: rule.name,
    label: rule.label,
    title: rule.title,
    level: levelOf(rule, count, of),
    count,
    of,
    ...(detail ? { detail } : {}),
    tallies,
  };
}

function levelOf({ level }: Rule, count: number, of: number): Check["level"] {
  if (typeof level === "string") return level;
  return count > 0 && count <= level.warningUpTo * of ? "warning" : "violation";
}

function detailOf({ cause }: Rule, tallies: readonly Tally[], share: number): string {
  const steps = tallies.flatMap(({ first_round_pk }) => (first_round_pk === null ? [] : [first_round_pk]));
  const first = steps.length > 0 ? [`first in step ${Math.min(...steps)}`] : [];
  return [shareText(share), ...first, ...(cause ? [cause] : [])].join("; ");
}

/** `0.004%`: two significant digits. */
export function shareText(share: number): string {
  const digits = share >= 0.01 ? 1 : Math.min(20, -Math.floor(Math.log10(share * 100)) + 1);
  return percent(share, digits);
}

function sumOf(tallies: readonly Tally[], field: "offenders" | "looked_at"): number {
  return tallies.reduce((sum, tally) => sum + tally[field], 0);
}
