/** What is checked, and how counts become results. */

import { query, type RowOf } from "../../../lib/experiment.ts";
import { percent } from "../../../lib/format/numbers.ts";
import { sumsOf } from "../../../lib/stats/sum.ts";
import type { Check } from "../../../lib/trace/checks.ts";

/** Each returns how a check fares for one provider. */
export const TALLIES = ["steps.sql", "keys.sql", "parents.sql", "events.sql", "tools.sql", "transcripts.sql"].map((file) =>
  query(file, { name: "text", provider: "text", offenders: "number", looked_at: "number", first_round_pk: "number?" }),
);
export type Tally = RowOf<(typeof TALLIES)[number]>;

interface Rule {
  readonly name: string;
  /** What rows that fail are or do, with a provider before it: `steps run backward in time`. */
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
  ...rulesOf("violation", {
    input_adds_up: [
      "steps don't sum to the input",
      "Prefix and append of a step of Claude or Codex add up to its total input; for Codex where the prefix is within it.",
    ],
    claude_parts_add_up: [
      "steps contradict their parts",
      "Claude's append is its uncached input plus its cache writes, and its prefix is what it read from the cache.",
    ],
    tokens_not_negative: ["steps have negative counts", "No token count is below zero."],
    round_pk_unique: ["steps share a step key", "No two steps have the same round_pk."],
    tool_call_has_step: ["calls belong to no step", "Every tool call belongs to a step."],
    event_has_step: ["events belong to no step", "Every timing event belongs to a step."],
    details_have_step: ["details belong to no step", "Every row of round_details belongs to a step.", { optional: true }],
    event_index_contiguous: ["steps misnumber their events", "The events of a step are numbered 1, 2, 3 … without gaps and repeats."],
  }),
  ...rulesOf({ warningUpTo: 0.001 }, { event_has_time: ["events have no time", "Every timing event has a timestamp that can be read."] }),
  ...rulesOf("warning", {
    cached_within_input: [
      "steps have cached > input",
      "No step of Codex has more cached than total input.",
      { cause: "the append of such a step is 0, so prefix + append exceeds its total input" },
    ],
    tokens_known: ["steps lack a token count", "Prefix, append and output of every step are known."],
    reasoning_within_output: ["steps have reasoning > output", "No step has more reasoning than output tokens."],
    output_final: [
      "steps have unfinished output",
      "No output count was logged while the response was still streaming.",
      { cause: "see placeholder_outputs_by_version.csv", optional: true },
    ],
    rows_unique: ["steps repeat another row", "No two steps are equal in all columns."],
    trace_key_unique: ["steps repeat a trace key", "No two steps have the same trace key."],
    round_id_unique: [
      "steps repeat a step id",
      "No two steps of a provider have the same round_id.",
      { cause: "resumed and forked sessions carry steps of their parents" },
    ],
    round_index_unique: ["steps repeat a number", "No two steps of a session have the same round_index."],
    round_index_gapless: ["sessions skip a step number", "The steps of a session are numbered from 0 without gaps."],
    tool_call_id_unique: ["calls repeat an id", "No two tool calls of a session have the same id.", { cause: "results are matched by id" }],
    call_has_result: [
      "calls have no result",
      "Every tool call was answered.",
      { cause: "sessions end or are interrupted while a tool runs" },
    ],
    result_has_call: ["results have no call", "Every tool result answers a call of its session."],
    result_after_call: ["results precede their call", "No tool result is older than its call."],
    clock_within_step: [
      "steps run backward in time",
      "The events of a step are listed in the order of their times.",
      { cause: "inputs are listed before outputs, also a result that came after its call within the step" },
    ],
    clock_between_steps: ["steps start out of order", "No step of a session begins before the one that precedes it in the pool."],
    transcript_has_steps: [
      "transcripts lack a session",
      "The session of every transcript that yielded steps has steps in the pool.",
      { optional: true },
    ],
    session_has_transcript: ["sessions lack a transcript", "Every session with steps is that of a known transcript.", { optional: true }],
    line_accepted: ["lines were rejected", "No line of a transcript was rejected.", { optional: true }],
    record_known: ["records are of unknown type", "Every record of a transcript is of a known type.", { optional: true }],
  }),
];

type Listed = readonly [label: string, title: string, more?: Pick<Rule, "cause" | "optional">];

function rulesOf(level: Rule["level"], listed: Readonly<Record<string, Listed>>): Rule[] {
  return Object.entries(listed).map(([name, [label, title, more]]) => ({ name, label, title, level, ...more }));
}

/** A check with its counts for each provider that it applies to. */
export interface JudgedCheck extends Check, Pick<Rule, "label" | "cause"> {
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
  const { offenders: count, looked_at: of } = sumsOf(tallies, ["offenders", "looked_at"]);
  const detail = count > 0 ? { detail: detailOf(rule, tallies, count / of) } : {};
  const { name, label, title, cause } = rule;
  return { name, label, title, ...(cause ? { cause } : {}), level: levelOf(rule, count, of), count, of, ...detail, tallies };
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
