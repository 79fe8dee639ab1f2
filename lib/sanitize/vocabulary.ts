/** Words of rows and companion files that are the same for everybody. */
const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

const STORES = [".claude", ".claude.back", ".config/claude", "CLAUDE_CONFIG_DIR", "XDG_CONFIG_HOME", ".codex", "CODEX_HOME"];

export const WORDS = {
  provider: words("claude codex"),
  store: new Set([...STORES, ...STORES.map((store) => `${store}/archived_sessions`)]),
  event: words("user_message tool_result reasoning text tool_call usage_report client_message"),
  source: words(
    `user.message user.compact_summary user.content.tool_result assistant.content.thinking assistant.content.text
    assistant.content.tool_use assistant.content.server_tool_use assistant.usage.server_tool_use assistant.usage.iterations
    attachment.queued_command event_msg.user_message event_msg.agent_message event_msg.exec_command_end
    event_msg.patch_apply_end event_msg.mcp_tool_call_end event_msg.token_count response_item.message response_item.reasoning
    response_item.function_call response_item.function_call_output response_item.custom_tool_call
    response_item.custom_tool_call_output response_item.local_shell_call response_item.local_shell_call_output
    response_item.tool_search_call response_item.tool_search_output response_item.web_search_call response_item.image_generation_call
    event_msg.web_search_begin event_msg.web_search_end event_msg.image_generation_begin event_msg.image_generation_end
    event_msg.item_completed otlp.agent otlp.tool otlp.request otlp.response langfuse.agent langfuse.tool langfuse.request
    langfuse.response agent-trace.agent agent-trace.tool agent-trace.request agent-trace.response`,
  ),
  relation: words("main sub-agent fork resume"),
  tier: words("standard priority batch flex scale default auto"),
  speed: words("standard fast slow"),
  effort: words("none minimal low medium high xhigh max auto"),
  cache_miss: words("system_changed tools_changed model_changed messages_changed ttl_expired unknown"),
  speaker: words("typed command hook task_notification compaction_summary interrupt image meta"),
  agent: words("general-purpose Explore Plan explorer worker default statusline-setup output-style-setup claude-code-guide"),
  ended: words(
    `end_turn tool_use max_tokens stop_sequence refusal pause_turn ended_by_model interrupt interrupted aborted shutdown error completed
    replaced review_ended budget_limited`,
  ),
  known_from: words("transcript progress"),
  kind: words("compact micro_compact aborted api_error interrupt hook rate_limit"),
  trigger: words(
    `manual auto user mid_stream shutdown interrupted replaced review_ended budget_limited PreToolUse PostToolUse Stop SubagentStop
    SessionStart SessionEnd UserPromptSubmit Notification PreCompact`,
  ),
} as const;

const ORIGINATORS = words(
  `cli claude-cli claude-code claude-desktop claude-vscode sdk-cli sdk-ts sdk-py mcp remote
  codex-cli codex-tui codex-exec codex-vscode codex-app-server codex-mcp-client codex-sdk-ts codex-cli-rs codex-desktop vscode exec`,
);

/** In any case, with spaces or `_` for `-`. */
export function isKnownOriginator(name: string): boolean {
  return ORIGINATORS.has(name.toLowerCase().replaceAll(/[ _]/g, "-"));
}
