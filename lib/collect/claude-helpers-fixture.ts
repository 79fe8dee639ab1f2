/** Made-up transcripts of a Claude session and its helpers, in every place where Claude Code keeps them, for tests. */
import { at, type Home, type LogRecord } from "./fixture.ts";

export const HELPERS_SESSION = "33333333-3333-4333-8333-333333333333";
/** Session id of a helper by its place below the folder of the session. */
export const helperId = (place: string) => `claude:${HELPERS_SESSION}/subagents/${place}`;

interface Tokens {
  readonly write: number;
  readonly read?: number;
  readonly output: number;
}
interface Call {
  readonly id: string;
  readonly name: string;
  readonly input: object;
}

/** Records of one transcript; `agent` is that of a helper. */
function recordsOf(agent: string | null) {
  const common = {
    sessionId: HELPERS_SESSION,
    version: "2.1.80",
    ...(agent === null ? {} : { agentId: agent, isSidechain: true }),
  };
  const name = agent ?? "main";
  return {
    user: (second: number, content: unknown, rest: object = {}): LogRecord => ({
      ...{ ...common, type: "user", uuid: `${name} user ${second}`, timestamp: at(second), message: { role: "user", content } },
      ...rest,
    }),
    result: (second: number, call: string, chars: number, rest: object = {}): LogRecord => ({
      ...{ ...common, type: "user", uuid: `${name} result ${second}`, timestamp: at(second) },
      message: { role: "user", content: [{ type: "tool_result", tool_use_id: call, content: "x".repeat(chars) }] },
      ...rest,
    }),
    reply: (second: number, { write, read = 0, output }: Tokens, calls: readonly Call[] = []): LogRecord => ({
      ...{ ...common, type: "assistant", uuid: `${name} reply ${second}`, requestId: `req_${name}_${second}`, timestamp: at(second) },
      message: {
        ...{ id: `msg_${name}_${second}`, role: "assistant", model: "claude-opus-4-6" },
        stop_reason: calls.length > 0 ? "tool_use" : "end_turn",
        content: calls.length > 0 ? calls.map((call) => ({ type: "tool_use", ...call })) : [{ type: "text", text: "done" }],
        usage: { input_tokens: 0, cache_creation_input_tokens: write, cache_read_input_tokens: read, output_tokens: output },
      },
    }),
  };
}

const spawn = (id: string, subagent_type: string): Call => ({ id, name: "Agent", input: { subagent_type, prompt: "look for it" } });
const read = (id: string): Call => ({ id, name: "Read", input: { file_path: "/home/user/project/a.ts" } });

/**
 * Writes five helpers: `agent-a1`, which the session starts; `agent-b2` next to it and `agent-c3` in a folder of its own, which the
 * first one starts; and two of a workflow, whose calls no record names.
 */
export function writeClaudeHelpers(home: Home): void {
  const main = recordsOf(null);
  home.write(home.claude(HELPERS_SESSION), [
    main.user(0, "please find it"),
    main.reply(5, { write: 20_000, output: 300 }, [spawn("toolu_a1", "Explore")]),
    main.result(100, "toolu_a1", 4_000, { toolUseResult: { agentId: "a1", totalTokens: 30_000 } }),
    main.reply(105, { write: 1_500, read: 20_000, output: 200 }, [{ id: "toolu_wf", name: "Workflow", input: { name: "review" } }]),
    main.result(200, "toolu_wf", 800),
    main.reply(205, { write: 500, read: 21_500, output: 100 }),
  ]);
  const helper = (place: string, agent: string, records: (of: ReturnType<typeof recordsOf>) => LogRecord[]) =>
    home.write(home.claude(`${HELPERS_SESSION}/subagents/${place}`), records(recordsOf(agent)));
  helper("agent-a1", "a1", ({ user, reply, result }) => [
    user(6, "look for it"),
    reply(10, { write: 9_000, output: 400 }, [spawn("toolu_b2", "Reader"), spawn("toolu_c3", "Reader")]),
    result(60, "toolu_b2", 2_000, { toolUseResult: { agentId: "b2" } }),
    result(80, "toolu_c3", 1_000, { toolUseResult: { agentId: "c3" } }),
    reply(95, { write: 6_000, read: 9_000, output: 200 }),
  ]);
  helper("agent-b2", "b2", ({ user, reply, result }) => [
    user(11, "read this"),
    reply(15, { write: 8_000, output: 50 }, [read("toolu_read")]),
    result(16, "toolu_read", 50_000),
    reply(55, { write: 20_000, read: 8_000, output: 150 }),
  ]);
  helper("agent-a1/subagents/agent-c3", "c3", ({ user, reply }) => [user(12, "read that"), reply(75, { write: 7_000, output: 80 })]);
  for (const [agent, second] of [
    ["d4", 110],
    ["e5", 111],
  ] as const)
    helper(`workflows/wf_7/agent-${agent}`, agent, ({ user, reply }) => [
      user(second, "review it"),
      reply(190, { write: 5_000, output: 60 }),
    ]);
}
