/** Records and keys of Codex rollouts that the extractor knows, be it to use them or to pass them over. */

import { keySets, newKeys } from "./summary.ts";

/** Named `type`, or `type/payload type` for the two types that are families. */
const EVENTS = [
  ...["agent_message", "agent_reasoning", "agent_reasoning_raw_content", "agent_reasoning_section_break"],
  ...["apply_patch_approval_request", "background_event", "collab_agent_interaction_begin", "collab_agent_interaction_end"],
  ...["collab_agent_spawn_begin", "collab_agent_spawn_end", "collab_close_begin", "collab_close_end", "collab_resume_begin"],
  ...["collab_resume_end", "collab_waiting_begin", "collab_waiting_end", "context_compacted", "deprecation_notice"],
  ...["dynamic_tool_call_request", "dynamic_tool_call_response", "elicitation_request", "entered_review_mode", "error"],
  ...["exec_approval_request", "exec_command_begin", "exec_command_end", "exited_review_mode", "guardian_assessment"],
  ...["guardian_warning", "hook_completed", "hook_started", "image_generation_begin", "image_generation_end", "item_completed"],
  ...["item_started", "mcp_startup_complete", "mcp_startup_update", "mcp_tool_call_begin", "mcp_tool_call_end", "model_reroute"],
  ...["model_verification", "patch_apply_begin", "patch_apply_end", "patch_apply_updated", "plan_update", "request_permissions"],
  ...["request_user_input", "safety_buffering", "session_configured", "shutdown_complete", "stream_error", "sub_agent_activity"],
  ...["task_complete", "task_started", "terminal_interaction", "thread_goal_updated", "thread_name_updated", "thread_rolled_back"],
  ...["thread_settings_applied", "token_count", "turn_aborted", "turn_complete", "turn_diff", "turn_moderation_metadata"],
  ...["turn_started", "undo_completed", "undo_started", "user_message", "view_image_tool_call", "warning", "web_search_begin"],
  ...["web_search_end"],
];

const RESPONSE_ITEMS = [
  ...["additional_tools", "agent_message", "compaction", "compaction_summary", "compaction_trigger", "configuration_update"],
  ...["context_compaction", "custom_tool_call", "custom_tool_call_output", "function_call", "function_call_output", "ghost_snapshot"],
  ...["image_generation_call", "local_shell_call", "message", "other", "reasoning", "tool_search_call", "tool_search_output"],
  ...["web_search_call"],
];

const KNOWN_RECORDS: ReadonlySet<string> = new Set([
  "compacted",
  "inter_agent_communication",
  "inter_agent_communication_metadata",
  "realtime_item",
  "retained_context",
  "rollout_reference",
  "security_risk_score",
  "session_meta",
  "token_usage_record",
  "turn_context",
  "world_state",
  ...EVENTS.map((type) => `event_msg/${type}`),
  ...RESPONSE_ITEMS.map((type) => `response_item/${type}`),
]);

const RECORD_KEYS: ReadonlySet<string> = new Set(["timestamp", "type", "payload", "ordinal", "metadata"]);
const ITEM_KEYS = ["type", "id", "metadata", "internal_chat_message_metadata_passthrough"];
const CALL_KEYS = [...ITEM_KEYS, "call_id", "name", "namespace", "status"];

/** Payload keys of the records that rows are made of; keys of other records are not looked at. */
const KNOWN_PAYLOAD_KEYS: ReadonlyMap<string, ReadonlySet<string>> = keySets({
  session_meta: [
    ...["id", "session_id", "timestamp", "cwd", "originator", "cli_version", "source", "thread_source", "model_provider", "git"],
    ...["forked_from_id", "parent_thread_id", "history_base", "history_mode", "memory_mode", "multi_agent_version", "context_window"],
    ...["agent_nickname", "agent_role", "agent_path", "agent_type", "base_instructions", "instructions", "dynamic_tools"],
    ...["selected_capability_roots"],
  ],
  turn_context: [
    ...["turn_id", "trace_id", "cwd", "workspace_roots", "current_date", "timezone", "approval_policy", "approvals_reviewer"],
    ...["sandbox_policy", "permission_profile", "network", "file_system_sandbox_policy", "model", "comp_hash", "personality"],
    ...["collaboration_mode", "multi_agent_version", "multi_agent_mode", "realtime_active", "effort", "summary", "truncation_policy"],
    ...["base_instructions", "user_instructions", "developer_instructions", "final_output_json_schema", "service_tier"],
  ],
  compacted: [
    ...["message", "replacement_history", "replacement_history_omits_initial_context", "guardian_history", "retained_context"],
    ...["mcp_resource_origins", "window_number", "first_window_id", "previous_window_id", "window_id", "compaction_response_id"],
    ...["latest_token_usage_record", "resume_metadata"],
  ],
  token_usage_record: [
    ...["thread_id", "turn_id", "session_id", "root_turn_id", "response_id"],
    ...["usage", "turn_token_usage", "thread_token_usage"],
  ],
  "event_msg/task_started": ["type", "turn_id", "trace_id", "started_at", "model_context_window", "collaboration_mode_kind"],
  "event_msg/user_message": ["type", "client_id", "message", "images", "local_images", "text_elements", "kind"],
  "event_msg/token_count": ["type", "turn_id", "info", "rate_limits"],
  "event_msg/context_compacted": ["type"],
  "event_msg/thread_settings_applied": ["type", "thread_settings"],
  "event_msg/exec_command_end": [
    ...["type", "call_id", "process_id", "turn_id", "command", "cwd", "parsed_cmd", "source", "interaction_input", "stdout", "stderr"],
    ...["aggregated_output", "exit_code", "duration", "formatted_output", "status", "completed_at_ms", "started_at_ms"],
  ],
  "event_msg/patch_apply_end": ["type", "call_id", "turn_id", "stdout", "stderr", "success", "changes", "status"],
  "response_item/reasoning": [...ITEM_KEYS, "summary", "content", "encrypted_content"],
  "response_item/message": [...ITEM_KEYS, "role", "content", "phase", "end_turn"],
  "response_item/function_call": [...CALL_KEYS, "arguments"],
  "response_item/custom_tool_call": [...CALL_KEYS, "input"],
  "response_item/function_call_output": [...CALL_KEYS, "output"],
  "response_item/custom_tool_call_output": [...CALL_KEYS, "output"],
});

const USAGE_KEYS: ReadonlySet<string> = new Set([
  ...["input_tokens", "cached_input_tokens", "cache_write_input_tokens", "output_tokens", "reasoning_output_tokens", "total_tokens"],
]);
const USAGE_INFO_KEYS: ReadonlySet<string> = new Set(["last_token_usage", "total_token_usage", "model_context_window"]);

/** The name by which a record is counted. */
export function recordName(type: string, payloadType: string): string {
  const isFamily = type === "event_msg" || type === "response_item";
  if (type === "") return "(no type)";
  return isFamily || (payloadType !== "" && !KNOWN_RECORDS.has(type)) ? `${type}/${payloadType}` : type;
}

export function isKnownRecord(name: string): boolean {
  return KNOWN_RECORDS.has(name);
}

/** Keys around the payload that are new, named `(record).key`. */
export function unknownRecordKeys(record: object): string[] {
  return newKeys("(record)", record, RECORD_KEYS);
}

/** Keys of the payload that are new, named `record.key`; none for records whose keys are not looked at. */
export function unknownPayloadKeys(name: string, payload: object): string[] {
  const known = KNOWN_PAYLOAD_KEYS.get(name);
  return known ? newKeys(name, payload, known) : [];
}

/** New keys of a usage report: a new counter there may hold tokens that no row shows. */
export function unknownUsageKeys(name: string, usage: object): string[] {
  return newKeys(name, usage, USAGE_KEYS);
}

export function unknownUsageInfoKeys(name: string, info: object): string[] {
  return newKeys(`${name}.info`, info, USAGE_INFO_KEYS);
}
