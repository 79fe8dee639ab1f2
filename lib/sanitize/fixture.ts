/** Rows for tests, as the collector writes them. */
import type { JsonObject } from "../trace/exact-json.ts";

const SESSION = "claude:127e9cd1-0deb-4a7c-ba1a-ba4ecd375b90";

/** A row of Claude with everything that is private in it. */
export function privateRow(overrides: JsonObject = {}): JsonObject {
  return {
    provider: "claude",
    project: "-home-wilhelmina-atlas",
    session_id: SESSION,
    session_file: "/home/wilhelmina/.claude/projects/-home-wilhelmina-atlas/127e9cd1.jsonl",
    round_index: 12,
    round_id: "msg_01KASgjJXUxsigJMmk8Emece",
    model: "claude-opus-4-6",
    input_tokens_total: 56443,
    reasoning_output_tokens: null,
    timing_events: [
      { event_type: "user_message", timestamp: "2026-02-06T08:45:13.472Z", source: "user.message", content_chars: 5 },
      {
        event_type: "tool_call",
        timestamp: "2026-02-06T08:45:20.088Z",
        source: "assistant.content.tool_use",
        tool_call_id: "toolu_01Gm8q5JySwxvrzqSKULT5P4",
        tool_name: "Edit",
        tool_index: 0,
      },
    ],
    tools: [
      {
        tool_index: 0,
        tool_name: "Edit",
        tool_call_id: "toolu_01Gm8q5JySwxvrzqSKULT5P4",
        emitted_at: "2026-02-06T08:45:20.088Z",
        input: { file_path: "/home/wilhelmina/atlas/secret.ts", new_string: "ghp_0123456789abcdefghijklmnopqrstuvwxyz" },
        input_chars: 939,
        result_chars: null,
        is_error: false,
      },
    ],
    first_input_event_type: "user_message",
    home: "/home/wilhelmina",
    user: "wilhelmina",
    store: ".claude",
    trace_key: `claude:${SESSION}:msg_01KASgjJXUxsigJMmk8Emece`,
    ...overrides,
  };
}

/** A row of Codex. */
export function codexRow(overrides: JsonObject = {}): JsonObject {
  const turn = "019ddefa-63e1-77e2-8441-37271ab3b9cb";
  const session = "codex:019ddeed-72de-7371-bf67-ac505f4386ba";
  return {
    provider: "codex",
    session_id: session,
    session_file: "/home/wilhelmina/.codex/sessions/rollout.jsonl",
    round_index: 0,
    round_id: `${turn}:3`,
    turn_id: turn,
    cwd: "/home/wilhelmina/atlas",
    model: "gpt-5.5",
    timing_events: [],
    tools: [
      { tool_index: 0, tool_name: "exec_command", tool_call_id: "call_AU3M6ORh28QNT14wsxxONC9T", input: '{"cmd":"ls"}', input_chars: 12 },
    ],
    home: "/home/wilhelmina",
    user: "wilhelmina",
    store: ".codex",
    trace_key: `codex:${session}:${turn}:3`,
    ...overrides,
  };
}

/** A line of the sessions file of the row of Claude. */
export function sessionLine(overrides: JsonObject = {}): JsonObject {
  return {
    provider: "claude",
    session_id: `${SESSION}/subagents/agent-a1`,
    transcript_id: "transcript_0123456789abcdef",
    project: "-home-wilhelmina-atlas",
    user: "wilhelmina",
    store: ".claude",
    client_version: "2.1.37 2.1.38",
    originator: null,
    relation: "sub-agent",
    parent_session_id: SESSION,
    parent_tool_call_id: "toolu_01Gm8q5JySwxvrzqSKULT5P4",
    compaction_count: 2,
    compaction_times: "2026-02-06T08:45:13.472Z 2026-02-06T09:45:13.472Z",
    first_at: "2026-02-06T08:45:13.472Z",
    last_at: null,
    cwd_pseudonym: "cwd_aaaaaaaaaaaaaaaa",
    git_branch_pseudonym: null,
    byte_count: 7512,
    record_count: 931,
    round_count: 3,
    unknown_record_count: 0,
    rejected_line_count: 0,
    ...overrides,
  };
}

/** A line of the details file, of the row of Claude. */
export function detailsLine(overrides: JsonObject = {}): JsonObject {
  return {
    trace_key: privateRow().trace_key ?? null,
    transcript_id: "transcript_0123456789abcdef",
    response_id: "response_1123456789abcdef",
    request_id: null,
    cache_write_5m_tokens: 0,
    cache_write_1h_tokens: null,
    service_tier: "standard",
    speed: null,
    output_is_placeholder: false,
    is_first_holder: true,
    first_holder_session_id: SESSION,
    ...overrides,
  };
}
