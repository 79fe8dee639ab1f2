/**
 * Records and keys of Codex rollouts that the extractor knows: those that it reads, those that it passes over because a row could
 * hold nothing of them or another record says the same, and those that say something and are not read, which are counted and summed.
 */
import { asNumber, type JsonObject } from "../trace/exact-json.ts";

/** Named `type`, or `type/payload type` for the two types that are families. */
const EVENTS = {
  read: [
    ...["context_compacted", "dynamic_tool_call_response", "error", "exec_command_end", "image_generation_begin", "image_generation_end"],
    ...["item_completed", "mcp_tool_call_end", "patch_apply_end", "stream_error", "task_complete", "task_started"],
    ...["thread_name_updated", "thread_settings_applied", "token_count", "turn_aborted", "turn_complete", "turn_started", "user_message"],
    ...["web_search_begin", "web_search_end"],
  ],
  passedOver: [
    ...["agent_message", "agent_reasoning", "agent_reasoning_raw_content", "agent_reasoning_section_break", "background_event"],
    ...["collab_agent_interaction_begin", "collab_agent_interaction_end", "collab_agent_spawn_begin", "collab_agent_spawn_end"],
    ...["collab_close_begin", "collab_close_end", "collab_resume_begin", "collab_resume_end", "collab_waiting_begin"],
    ...["collab_waiting_end", "deprecation_notice", "dynamic_tool_call_request", "entered_review_mode", "exec_command_begin"],
    ...["exited_review_mode", "hook_started", "item_started", "mcp_startup_complete", "mcp_startup_update", "mcp_tool_call_begin"],
    ...["patch_apply_begin", "patch_apply_updated", "plan_update", "session_configured", "shutdown_complete", "sub_agent_activity"],
    ...["terminal_interaction", "thread_goal_updated", "turn_diff", "turn_moderation_metadata", "undo_completed", "undo_started"],
    ...["view_image_tool_call", "warning"],
  ],
  /** Waits for people, judgments by other models, another model than the one asked for, hooks, and turns taken back. */
  notRead: [
    ...["apply_patch_approval_request", "elicitation_request", "exec_approval_request", "request_permissions", "request_user_input"],
    ...["guardian_assessment", "guardian_warning", "hook_completed", "model_reroute", "model_verification", "safety_buffering"],
    ...["thread_rolled_back"],
  ],
};

const RESPONSE_ITEMS = {
  read: [
    ...["custom_tool_call", "custom_tool_call_output", "function_call", "function_call_output", "image_generation_call"],
    ...["local_shell_call", "local_shell_call_output", "message", "reasoning", "tool_search_call", "tool_search_output"],
    ...["web_search_call"],
  ],
  passedOver: [
    ...["additional_tools", "compaction", "compaction_summary", "compaction_trigger", "configuration_update", "context_compaction"],
    ...["ghost_snapshot", "other"],
  ],
  /** What another agent says to this one. */
  notRead: ["agent_message"],
};

const TOP_LEVEL = {
  read: ["compacted", "session_meta", "token_usage_record", "turn_context"],
  passedOver: [
    ...["inter_agent_communication", "inter_agent_communication_metadata", "realtime_item", "retained_context", "rollout_reference"],
    ...["security_risk_score", "world_state"],
  ],
};

const NOT_READ_RECORDS: ReadonlySet<string> = new Set([
  ...EVENTS.notRead.map((type) => `event_msg/${type}`),
  ...RESPONSE_ITEMS.notRead.map((type) => `response_item/${type}`),
]);

const KNOWN_RECORDS: ReadonlySet<string> = new Set([
  ...Object.values(TOP_LEVEL).flat(),
  ...Object.values(EVENTS).flatMap((types) => types.map((type) => `event_msg/${type}`)),
  ...Object.values(RESPONSE_ITEMS).flatMap((types) => types.map((type) => `response_item/${type}`)),
]);

interface Keys {
  readonly read: readonly string[];
  readonly passedOver?: readonly string[];
  readonly notRead?: readonly string[];
}

const RECORD_KEYS: Keys = { read: ["timestamp", "type", "payload", "ordinal"], passedOver: ["metadata"] };

const ITEM_PASSED_OVER = ["type", "id", "status", "metadata", "internal_chat_message_metadata_passthrough"];
const CALL: Keys = { read: ["call_id", "name", "namespace", "arguments", "input"], passedOver: ITEM_PASSED_OVER };
const HOSTED_CALL: Keys = {
  read: ["id", "call_id", "status", "action", "arguments", "revised_prompt", "result"],
  passedOver: [...ITEM_PASSED_OVER, "execution", "background", "output_format", "quality", "size"],
};
const OUTPUT: Keys = { read: ["call_id", "output", "tools"], passedOver: [...ITEM_PASSED_OVER, "name", "namespace", "execution"] };
const COMMAND = ["process_id", "turn_id", "command", "cwd", "parsed_cmd", "source", "interaction_input", "stdout", "stderr"];

/** Payload keys of the records that rows and facts are made of; keys of other records are not looked at. */
const PAYLOAD_KEYS: Readonly<Record<string, Keys>> = {
  session_meta: {
    read: [
      ...["id", "cwd", "originator", "cli_version", "source", "thread_source", "git", "forked_from_id", "parent_thread_id"],
      ...["history_base", "history_mode", "subagent_history_start_ordinal", "agent_role", "agent_type"],
    ],
    passedOver: [
      ...["session_id", "timestamp", "model_provider", "memory_mode", "multi_agent_version", "context_window", "agent_nickname"],
      ...["agent_path", "base_instructions", "instructions", "dynamic_tools", "selected_capability_roots"],
    ],
  },
  turn_context: {
    read: ["turn_id", "cwd", "model", "effort", "service_tier"],
    passedOver: [
      ...["trace_id", "workspace_roots", "current_date", "timezone", "approval_policy", "approvals_reviewer", "sandbox_policy"],
      ...["permission_profile", "network", "file_system_sandbox_policy", "comp_hash", "personality", "collaboration_mode"],
      ...["multi_agent_version", "multi_agent_mode", "realtime_active", "summary", "truncation_policy", "base_instructions"],
      ...["user_instructions", "developer_instructions", "final_output_json_schema"],
    ],
  },
  compacted: {
    read: [],
    passedOver: [
      ...["message", "replacement_history", "replacement_history_omits_initial_context", "guardian_history", "retained_context"],
      ...["mcp_resource_origins", "window_number", "first_window_id", "previous_window_id", "window_id", "compaction_response_id"],
      ...["latest_token_usage_record", "resume_metadata"],
    ],
  },
  token_usage_record: {
    read: ["response_id", "usage"],
    // The last two are running totals, of the turn and of the thread.
    passedOver: ["thread_id", "turn_id", "session_id", "root_turn_id", "turn_token_usage", "thread_token_usage"],
  },
  "event_msg/task_started": {
    read: ["turn_id", "model_context_window"],
    passedOver: ["type", "trace_id", "started_at", "collaboration_mode_kind"],
  },
  "event_msg/task_complete": {
    read: [],
    passedOver: ["type", "turn_id", "trace_id", "last_agent_message", "completed_at"],
    notRead: ["duration_ms", "time_to_first_token_ms", "error"],
  },
  "event_msg/turn_aborted": {
    read: ["reason"],
    passedOver: ["type", "turn_id", "trace_id", "completed_at"],
    notRead: ["duration_ms"],
  },
  "event_msg/user_message": {
    read: ["message", "images", "local_images", "kind"],
    passedOver: ["type", "client_id", "text_elements"],
  },
  "event_msg/token_count": { read: ["info", "rate_limits"], passedOver: ["type", "turn_id"] },
  "event_msg/token_count.info": { read: ["last_token_usage", "total_token_usage", "model_context_window"] },
  "event_msg/context_compacted": { read: [], passedOver: ["type"] },
  "event_msg/thread_settings_applied": { read: ["thread_settings"], passedOver: ["type"] },
  "event_msg/thread_name_updated": { read: ["thread_name"], passedOver: ["type", "thread_id"] },
  "event_msg/error": { read: ["codex_error_info"], passedOver: ["type", "message"] },
  "event_msg/stream_error": { read: ["codex_error_info"], passedOver: ["type", "message", "additional_details"] },
  "event_msg/exec_command_end": {
    read: ["call_id", "aggregated_output", "exit_code", "duration", "status"],
    passedOver: ["type", "formatted_output", "completed_at_ms", "started_at_ms", ...COMMAND],
  },
  "event_msg/patch_apply_end": {
    read: ["call_id", "stdout", "stderr", "success"],
    passedOver: ["type", "turn_id", "changes", "status"],
  },
  "event_msg/mcp_tool_call_end": {
    read: ["call_id", "duration", "result"],
    passedOver: ["type", "turn_id", "invocation", "mcp_app_resource_uri", "plugin_id"],
  },
  "event_msg/dynamic_tool_call_response": {
    read: ["call_id", "duration", "success"],
    passedOver: ["type", "turn_id", "namespace", "tool", "arguments", "content_items", "error"],
  },
  "event_msg/web_search_begin": { read: ["call_id"], passedOver: ["type", "turn_id"] },
  "event_msg/web_search_end": { read: ["call_id", "action"], passedOver: ["type", "turn_id", "query"] },
  "response_item/reasoning": { read: [], passedOver: [...ITEM_PASSED_OVER, "summary", "content", "encrypted_content"] },
  "response_item/message": { read: ["role", "content"], passedOver: [...ITEM_PASSED_OVER, "phase", "end_turn"] },
  "response_item/function_call": CALL,
  "response_item/custom_tool_call": CALL,
  "response_item/local_shell_call": HOSTED_CALL,
  "response_item/tool_search_call": HOSTED_CALL,
  "response_item/web_search_call": HOSTED_CALL,
  "response_item/image_generation_call": HOSTED_CALL,
  "response_item/function_call_output": OUTPUT,
  "response_item/custom_tool_call_output": OUTPUT,
  "response_item/local_shell_call_output": OUTPUT,
  "response_item/tool_search_output": OUTPUT,
};

const USAGE_KEYS: Keys = {
  read: [
    ...["input_tokens", "cached_input_tokens", "cache_write_input_tokens", "output_tokens", "reasoning_output_tokens", "total_tokens"],
  ],
};

type Kind = "known" | "not read";
type KeyKinds = ReadonlyMap<string, Kind>;

const RECORD_KINDS = kindsOf(RECORD_KEYS);
const USAGE_KINDS = kindsOf(USAGE_KEYS);
const PAYLOAD_KINDS: ReadonlyMap<string, KeyKinds> = new Map(Object.entries(PAYLOAD_KEYS).map(([name, keys]) => [name, kindsOf(keys)]));

function kindsOf({ read, passedOver = [], notRead = [] }: Keys): KeyKinds {
  const known = [...read, ...passedOver].map((key): [string, Kind] => [key, "known"]);
  return new Map([...known, ...notRead.map((key): [string, Kind] => [key, "not read"])]);
}

/** The name by which a record is counted. */
export function recordName(type: string, payloadType: string): string {
  const isFamily = type === "event_msg" || type === "response_item";
  if (type === "") return "(no type)";
  return isFamily || (payloadType !== "" && !KNOWN_RECORDS.has(type)) ? `${type}/${payloadType}` : type;
}

export function isKnownRecord(name: string): boolean {
  return KNOWN_RECORDS.has(name);
}

/** It says something that no rule reads. */
export function isNotRead(name: string): boolean {
  return NOT_READ_RECORDS.has(name);
}

/** Takes what the extractor does not take from an object. */
interface Sink {
  noteKeys(unknown: readonly string[]): void;
  /** @param amount the number in it, if it is one */
  noteNotRead(name: string, amount: number | null): void;
}

/** Keys around the payload, named `(record).key`. */
export function noteRecordKeys(record: JsonObject, sink: Sink): void {
  noteLeft("(record)", record, RECORD_KINDS, sink);
}

/** Keys of the payload, or of an object in it that has a name here, as `record.key`; nothing for records whose keys are not looked at. */
export function notePayloadKeys(name: string, payload: JsonObject, sink: Sink): void {
  const kinds = PAYLOAD_KINDS.get(name);
  if (kinds) noteLeft(name, payload, kinds, sink);
}

/** Keys of a usage: a new counter there may hold tokens that no row shows. */
export function noteUsageKeys(name: string, usage: JsonObject, sink: Sink): void {
  noteLeft(name, usage, USAGE_KINDS, sink);
}

function noteLeft(prefix: string, value: JsonObject, kinds: KeyKinds, sink: Sink): void {
  for (const key of Object.keys(value)) {
    const kind = kinds.get(key);
    if (kind === undefined) sink.noteKeys([`${prefix}.${key}`]);
    else if (kind === "not read" && value[key] !== null) sink.noteNotRead(`${prefix}.${key}`, asNumber(value[key]) ?? null);
  }
}
