/**
 * Pool M: 14 steps that shared relations and experiments are checked on by hand. Sessions `s1` and `s2` are Claude's, `s2` is the
 * helper that call `c6` of `s1` starts; `s3` is Codex's. Texts have no known length.
 */
import { type EventLiteral, timesAfter } from "./events.ts";
import type { StepLiteral } from "./pool.ts";

/** Times in the literals below are seconds after this moment, epoch milliseconds. */
export const POOL_M_START = Date.UTC(2026, 0, 5, 10);

type Call = NonNullable<StepLiteral["tools"]>[number];

const { at, event } = timesAfter(POOL_M_START);
const user = (second: number, content_chars: number) => event("user_message", second, { content_chars });
const reasoning = (second: number) => event("reasoning", second);
const text = (second: number) => event("text", second);
const usage = (second: number) => event("usage_report", second);
const called = (tool_call_id: string, second: number) => event("tool_call", second, { tool_call_id });
const result = (tool_call_id: string, second: number) => event("tool_result", second, { tool_call_id });

const call = (
  tool_call_id: string,
  tool_name: string,
  [from, to]: readonly [from: number, to: number],
  [input_chars, result_chars]: readonly [input: number, result: number],
  more: Call = { is_error: false },
): Call => ({
  tool_call_id,
  tool_name,
  emitted_at: at(from),
  result_at: at(to),
  tool_wall_latency_ms: (to - from) * 1000,
  input_chars,
  result_chars,
  ...more,
});

interface Tokens {
  readonly prefix: number;
  readonly append: number;
  readonly output: number;
  /** Written to the cache; all of append unless given. */
  readonly write?: number;
}

function step(timing_events: readonly EventLiteral[], tools: readonly Call[], more: StepLiteral): StepLiteral {
  const messages = timing_events.filter(({ event_type }) => event_type === "user_message");
  return {
    user: "person-1",
    current_user_message_count: messages.length,
    current_user_message_chars: messages.reduce((sum, { content_chars }) => sum + Number(content_chars), 0),
    timing_events,
    tools,
    ...more,
  };
}

const claude = (session_id: string, round_index: number, tokens: Tokens, events: readonly EventLiteral[], ...tools: readonly Call[]) => {
  const write = tokens.write ?? tokens.append;
  return step(events, tools, {
    provider: "claude",
    model: "claude-opus-4-6",
    session_id,
    round_index,
    input_tokens_total: tokens.prefix + tokens.append,
    prefix_tokens: tokens.prefix,
    newly_append_tokens: tokens.append,
    claude_uncached_input_tokens: tokens.append - write,
    claude_cache_creation_input_tokens: write,
    claude_cache_read_input_tokens: tokens.prefix,
    output_tokens: tokens.output,
  });
};

const codex = (
  round_index: number,
  tokens: Tokens & { readonly reasoning: number },
  events: readonly EventLiteral[],
  ...tools: readonly Call[]
) =>
  step(events, tools, {
    provider: "codex",
    model: "gpt-5.4",
    session_id: "s3",
    round_index,
    input_tokens_total: tokens.prefix + tokens.append,
    prefix_tokens: tokens.prefix,
    newly_append_tokens: tokens.append,
    output_tokens: tokens.output,
    reasoning_output_tokens: tokens.reasoning,
  });

/** The steps, `round_pk` 1 to 14. */
export const POOL_M: readonly StepLiteral[] = [
  claude(
    "s1",
    1,
    { prefix: 0, append: 20_000, write: 19_000, output: 200 },
    [user(0, 400), reasoning(3), called("c1", 5)],
    call("c1", "Read", [5, 6], [60, 26_000]),
  ),
  claude(
    "s1",
    2,
    { prefix: 20_000, append: 10_200, output: 300 },
    [result("c1", 6), text(9), called("c2", 10)],
    call("c2", "Bash", [10, 40], [40, 520], { is_error: true }),
  ),
  claude(
    "s1",
    3,
    { prefix: 30_200, append: 500, output: 100 },
    [result("c2", 40), called("c3", 44)],
    call("c3", "Bash", [44, 50], [40, 520], { is_error: true }),
  ),
  claude(
    "s1",
    4,
    { prefix: 30_700, append: 300, output: 150 },
    [result("c3", 50), called("c4", 55)],
    call("c4", "Edit", [55, 655], [300, 100]),
  ),
  claude(
    "s1",
    5,
    { prefix: 0, append: 31_150, output: 50 },
    [result("c4", 655), called("c5", 660)],
    call("c5", "Bash", [660, 670], [40, 260]),
  ),
  claude("s1", 6, { prefix: 31_150, append: 150, output: 350 }, [result("c5", 670), text(675)]),
  claude(
    "s1",
    7,
    { prefix: 31_300, append: 450, output: 120 },
    [user(2000, 200), called("c6", 2006)],
    call("c6", "Task", [2006, 2106], [900, 5_200]),
  ),
  claude(
    "s2",
    1,
    { prefix: 0, append: 9_000, output: 400 },
    [user(2007, 900), called("d1", 2012)],
    call("d1", "Grep", [2012, 2013], [50, 15_600]),
  ),
  claude("s2", 2, { prefix: 9_000, append: 6_000, output: 200 }, [result("d1", 2013), text(2100)]),
  claude("s1", 8, { prefix: 31_750, append: 2_100, output: 80 }, [result("c6", 2106), user(2107, 56), user(2110, 120), text(2115)]),
  codex(
    1,
    { prefix: 0, append: 100_000, output: 1_000, reasoning: 400 },
    [user(3000, 80), reasoning(3010), called("x1", 3012), result("x1", 3013), usage(3013.5)],
    call("x1", "exec_command", [3012, 3013], [70, 180_000], { is_error: false, tool_internal_latency_ms: 900 }),
  ),
  codex(
    2,
    { prefix: 100_000, append: 50_000, output: 500, reasoning: 100 },
    [called("x2", 3020), usage(3021)],
    call("x2", "exec_command", [3020, 3025], [30, 300], { tool_internal_latency_ms: 4_000 }),
  ),
  codex(3, { prefix: 10_000, append: 30_000, output: 600, reasoning: 200 }, [result("x2", 3025), text(3040), usage(3041)]),
  codex(4, { prefix: 40_000, append: 5_000, output: 400, reasoning: 0 }, [user(20_000, 90), text(20_010), usage(20_011)]),
];
