/** Small pools unlike those that figures were designed on: of one provider, of one session, of long names. */
import { timesAfter } from "./events.ts";
import type { StepLiteral } from "./pool.ts";

interface Shape {
  readonly provider?: "claude" | "codex";
  readonly sessions?: number;
  /** Of each session; every fourth begins with a message of the user. */
  readonly steps?: number;
  readonly tools?: readonly string[];
}

const START = Date.UTC(2026, 1, 2, 8);
const STEP_S = 40;
const STEPS_OF_A_REQUEST = 4;
const DAY_S = 86_400;

const numbered = (count: number, name: (i: number) => string) => Array.from({ length: count }, (_, i) => name(i + 1));
const SERVERS = numbered(12, (i) => `server-${i}`);

/** By name, for tests that run on each. */
export const ODD_POOLS: Readonly<Record<string, readonly StepLiteral[]>> = {
  "one provider": pool({ provider: "claude" }),
  "one session": pool({ provider: "codex", sessions: 1, steps: 40 }),
  "three steps": pool({ provider: "claude", sessions: 1, steps: 3 }),
  "40 tools with long names": pool({
    tools: numbered(40, (i) => `RunTheNightlyIntegrationSuiteOfTheWholeMonorepo${i}OnEveryPlatformThatWeSupport`),
  }),
  "12 servers of tools": pool({ tools: SERVERS.flatMap((server) => [`mcp__${server}__search_documents`, `mcp__${server}__write_page`]) }),
};

/** Providers take turns by session unless one is given. */
function pool({ provider, sessions = 12, steps = 16, tools = ["Bash", "Read", "Edit"] }: Shape): StepLiteral[] {
  return Array.from({ length: sessions * steps }, (_, i) => {
    const session = Math.floor(i / steps);
    const each = provider ?? (session % 2 === 0 ? "claude" : "codex");
    return step({ provider: each, session, index: i % steps, tool: String(tools[i % tools.length]), call: `call-${i}` });
  });
}

interface Place {
  readonly provider: "claude" | "codex";
  readonly session: number;
  /** In its session, from 0. */
  readonly index: number;
  readonly tool: string;
  readonly call: string;
}

function step({ provider, session, index, tool, call }: Place): StepLiteral {
  const { at, event } = timesAfter(START + (session * DAY_S + index * STEP_S) * 1000);
  const isAsked = index % STEPS_OF_A_REQUEST === 0;
  const isLast = index % STEPS_OF_A_REQUEST === STEPS_OF_A_REQUEST - 1;
  const seconds = 1 + ((index * 7 + session * 3) % 23);
  const prefix = index === 0 ? 0 : 9_000 + index * 2_500;
  const append = index === 0 ? 12_000 : 300 + ((index * 811 + session * 97) % 4_000);
  const output = 20 + ((index * 131 + session * 17) % 900);
  return {
    provider,
    model: provider === "claude" ? "claude-opus-4-6" : "gpt-5.4",
    user: "person-1",
    session_id: `${provider}-session-${session}`,
    round_index: index + 1,
    input_tokens_total: prefix + append,
    prefix_tokens: prefix,
    newly_append_tokens: append,
    output_tokens: output,
    ...(provider === "claude"
      ? { claude_uncached_input_tokens: 0, claude_cache_creation_input_tokens: append, claude_cache_read_input_tokens: prefix }
      : { reasoning_output_tokens: Math.floor(output / 2) }),
    current_user_message_count: isAsked ? 1 : 0,
    current_user_message_chars: isAsked ? 80 : 0,
    timing_events: [
      ...(isAsked ? [event("user_message", 0, { content_chars: 80 })] : []),
      event("text", 2 + (seconds % 5)),
      ...(isLast ? [] : [event("tool_call", 8, { tool_call_id: call }), event("tool_result", 8 + seconds, { tool_call_id: call })]),
      event("usage_report", 32),
    ],
    tools: isLast
      ? []
      : [
          {
            tool_call_id: call,
            tool_name: tool,
            emitted_at: at(8),
            result_at: at(8 + seconds),
            tool_wall_latency_ms: seconds * 1000,
            ...(provider === "codex" ? { tool_internal_latency_ms: seconds * 900 } : {}),
            input_chars: 60,
            result_chars: 400,
            is_error: index % 11 === 5,
          },
        ],
  };
}
