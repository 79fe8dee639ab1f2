/** Where the tokens of a context come from, and which of them are still there. */
import { type ColorName, namedColor } from "../chart/palette.ts";

/** In the order of tables, and of stacks from the axis outward. */
export const SOURCES = [
  "session_base",
  "after_reset",
  "tool_result",
  "prior_output",
  "user_message",
  "client_message",
  "unexplained",
] as const;
export type Source = (typeof SOURCES)[number];

/** Columns of the relation `context_sources`, as queries declare them. */
export const CONTEXT_SOURCES = {
  clears_results: "boolean",
  session_base: "number",
  after_reset: "number",
  tool_result: "number",
  prior_output: "number",
  user_message: "number",
  client_message: "number",
  unexplained: "number",
} as const;

/** Tokens by source. */
export type Parts = Readonly<Record<Source, number>>;

export const SOURCE_NAMES: Readonly<Record<Source, string>> = {
  session_base: "session base",
  after_reset: "base after a reset",
  tool_result: "tool results",
  prior_output: "model output",
  user_message: "user messages",
  client_message: "client messages",
  unexplained: "unexplained growth",
};

/** For the meaning of a column. */
export const SOURCES_SAY =
  "`session_base`: the context of the first step; `after_reset`: the context of the first step after a reset; `tool_result`; " +
  "`prior_output`: what the model wrote in the step before; `user_message`; `client_message`: hooks, notifications, summaries, prompts of helpers; " +
  "`unexplained`: what no event of the step accounts for, such as reminders, images and tool definitions";

export function sourceTitle(source: Source): string {
  return capitalized(SOURCE_NAMES[source]);
}

/** The source as the subject of a sentence, with the verb: `Tool results fill`, `The session base fills`. */
export function sourceWith(source: Source, verb: { readonly one: string; readonly many: string }): string {
  const name = SOURCE_NAMES[source];
  if (name.endsWith("s")) return capitalized(`${name} ${verb.many}`);
  const article = source === "session_base" || source === "after_reset" ? "the " : "";
  return capitalized(`${article}${name} ${verb.one}`);
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** As figures and style sheets name them. */
export const SOURCE_COLORS: Readonly<Record<Source, ColorName>> = {
  session_base: "series-2",
  after_reset: "series-3",
  tool_result: "tool",
  prior_output: "output",
  user_message: "human",
  client_message: "series-5",
  unexplained: "unknown",
};

export function sourceColor(source: Source): string {
  return namedColor(SOURCE_COLORS[source]);
}

/** What a step adds to its context. */
export interface ContextStep extends Parts {
  /** 0, 1, … : from one context reset to the next. */
  readonly segment: number;
  readonly context_tokens: number;
  /** A micro-compaction before the step, which clears results of tools only. */
  readonly clears_results: boolean;
}

/**
 * What is in the context of each step of a session, by source. In a segment all tokens stay. A smaller context keeps the same share
 * of each, unless results of tools were cleared: then only these leave, as far as there are any. So the parts of a step add up to its context.
 * @param steps of one session, in order
 */
export function liveTokens(steps: readonly ContextStep[]): Parts[] {
  let last: { readonly step: ContextStep; readonly live: Parts } | null = null;
  return steps.map((step) => {
    const before = last?.step.segment === step.segment ? keptOf(last.step.context_tokens, last.live, step) : NOTHING;
    const live = partsOf((source) => before[source] + step[source]);
    last = { step, live };
    return live;
  });
}

const NOTHING: Parts = partsOf(() => 0);

/** What stays of the parts of a context in that of the next step. */
function keptOf(tokens: number, live: Parts, { context_tokens, clears_results }: ContextStep): Parts {
  const cleared = clears_results ? Math.min(Math.max(0, tokens - context_tokens), live.tool_result) : 0;
  const rest = tokens - cleared;
  const share = rest > 0 ? Math.min(1, context_tokens / rest) : 0;
  return partsOf((source) => share * (live[source] - (source === "tool_result" ? cleared : 0)));
}

export function partsOf(tokens: (source: Source) => number): Parts {
  return {
    session_base: tokens("session_base"),
    after_reset: tokens("after_reset"),
    tool_result: tokens("tool_result"),
    prior_output: tokens("prior_output"),
    user_message: tokens("user_message"),
    client_message: tokens("client_message"),
    unexplained: tokens("unexplained"),
  };
}

/** The source of most tokens; of equals the first. */
export function largestSource(parts: Parts): Source {
  return SOURCES.reduce((most, source) => (parts[source] > parts[most] ? source : most));
}
