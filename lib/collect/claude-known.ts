/**
 * Records and keys of Claude Code transcripts that are known, of three kinds: those that the extractor reads, those that carry
 * nothing that a row or a fact could hold, and those that carry something that is not read, which the report counts and sums.
 */

import { isObject, type Json, type JsonObject } from "../trace/exact-json.ts";
import { wholeNumber } from "./session.ts";
import { keySets, newKeys } from "./summary.ts";

/** Around every record of the conversation. */
const ENVELOPE = [
  ...["type", "uuid", "parentUuid", "logicalParentUuid", "sessionId", "session_id", "timestamp", "version", "userType", "entrypoint"],
  ...["isSidechain", "isMeta", "isTeammate", "agentId", "agentName", "teamName", "cwd", "gitBranch", "slug", "sessionKind", "forkedFrom"],
  ...["promptId", "level", "turnOrigin"],
];

const ATTRIBUTION = ["attributionAgent", "attributionSkill", "attributionPlugin", "attributionMcpServer", "attributionMcpTool"];

/** By type; the keys of system records are those of all their subtypes. */
const KNOWN_KEYS: ReadonlyMap<string, ReadonlySet<string>> = keySets({
  user: [
    ...[...ENVELOPE, "message", "toolUseResult", "sourceToolUseID", "sourceToolAssistantUUID", "isCompactSummary", "compactMetadata"],
    ...["isVisibleInTranscriptOnly", "isVirtual", "thinkingMetadata", "todos", "permissionMode", "planContent", "imagePasteIds"],
    ...["mcpMeta", "origin", "promptSource", "queuePriority", "interruptedMessageId", "toolDenialKind", "toolEndsTurn"],
    ...["summarizeMetadata", "classifierMetaLines", "interruptedByShutdown", "turnCompanion", "userFeedback"],
  ],
  assistant: [
    ...[...ENVELOPE, ...ATTRIBUTION, "message", "requestId", "isApiErrorMessage", "apiError", "apiErrorStatus", "error", "errorDetails"],
    ...["advisorModel", "effort", "apiBlockIndex", "costUSD", "durationMs", "isVirtual", "research", "isAbortedMidStream"],
  ],
  system: [
    ...[...ENVELOPE, "subtype", "content", "toolUseID", "durationMs", "messageCount", "pendingBackgroundAgentCount"],
    ...["pendingWorkflowCount", "hookCount", "hookInfos", "hookErrors", "hookAdditionalContext", "hookLabel", "preventedContinuation"],
    ...["stopReason", "hasOutput", "totalDurationMs", "compactMetadata", "microcompactMetadata", "error", "cause", "retryInMs"],
    ...["retryAttempt", "maxRetries", "url", "upgradeNudge", "commands", "writtenPaths", "source", "cronKind"],
  ],
  progress: [...ENVELOPE, "data", "toolUseID", "parentToolUseID"],
  attachment: [...ENVELOPE, "attachment"],
  summary: ["type", "summary", "leafUuid", "sessionId", "timestamp"],
  "file-history-snapshot": ["type", "messageId", "snapshot", "isSnapshotUpdate", "sessionId", "timestamp"],
  "file-history-delta": ["type", "messageId", "snapshotMessageId", "trackingPath", "backup", "timestamp", "sessionId"],
  "queue-operation": ["type", "operation", "content", "value", "timestamp", "sessionId"],
});

/** Bookkeeping of the client, whose keys are not looked at. */
const OTHER_RECORDS = [
  ...["agent-color", "agent-name", "agent-setting", "agent_metadata", "ai-title", "atis-latch", "attribution-snapshot", "bridge-session"],
  ...["content-replacement", "cost-state", "custom-title", "ended-by-model", "fork-context-ref", "frame-link", "isolation-latch"],
  ...["last-prompt", "marble-origami-commit", "marble-origami-reset", "marble-origami-snapshot", "mode", "permission-mode", "pr-link"],
  ...["relocated", "result", "saved_hook_context", "speculation-accept", "started", "tag", "task-summary", "worktree-state"],
];

const SYSTEM_SUBTYPES = [
  ...["agents_killed", "api_error", "api_metrics", "away_summary", "bridge_status", "compact_boundary", "file_snapshot"],
  ...["informational", "init", "local_command", "memory_saved", "microcompact_boundary", "permission_retry"],
  ...["scheduled_task_fire", "stop_hook_summary", "thinking", "turn_duration"],
];

const KNOWN_RECORDS: ReadonlySet<string> = new Set([
  ...[...KNOWN_KEYS.keys()].filter((type) => type !== "system"),
  ...OTHER_RECORDS,
  ...SYSTEM_SUBTYPES.map((subtype) => `system/${subtype}`),
  // Early versions wrote system records without a subtype.
  "system",
]);

const USAGE_KEYS: ReadonlySet<string> = new Set([
  ...["input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens", "output_tokens", "output_tokens_details"],
  ...["cache_creation", "server_tool_use", "service_tier", "inference_geo", "iterations", "speed"],
]);

const MESSAGE_KEYS: ReadonlySet<string> = new Set([
  ...["id", "type", "role", "model", "content", "stop_reason", "stop_sequence", "stop_details", "usage", "container"],
  ...["context_management", "diagnostics"],
]);

const USAGE_PARTS: readonly (readonly [string, ReadonlySet<string>])[] = [
  ["output_tokens_details", new Set(["thinking_tokens"])],
  ["cache_creation", new Set(["ephemeral_5m_input_tokens", "ephemeral_1h_input_tokens"])],
];

/** By name of the record: the key with its amount, if it has one. */
const NOT_READ_RECORDS: ReadonlyMap<string, string | null> = new Map([
  ["system/turn_duration", "durationMs"],
  ["system/api_metrics", null],
  ["system/agents_killed", null],
  ["system/scheduled_task_fire", null],
  ["speculation-accept", "timeSavedMs"],
  ["progress/hook_progress", null],
  ["progress/mcp_progress", null],
  ["system/local_command", null],
  ["cost-state", null],
  ["result", null],
  ["pr-link", null],
]);

/** By type. */
const NOT_READ_KEYS: ReadonlyMap<string, readonly string[]> = new Map([
  ["assistant", [...ATTRIBUTION, "costUSD", "durationMs", "research"]],
  ["user", ["toolDenialKind", "userFeedback", "toolEndsTurn", "summarizeMetadata"]],
  ["system", ["retryInMs", "preventedContinuation", "hookErrors", "pendingBackgroundAgentCount", "pendingWorkflowCount"]],
]);

/** By type, below the record. */
const NOT_READ_PATHS: ReadonlyMap<string, readonly (readonly string[])[]> = new Map([
  ["user", [["toolUseResult", "totalTokens"]]],
  ["system", [["compactMetadata", "durationMs"]]],
  [
    "assistant",
    [
      ["message", "context_management", "applied_edits"],
      ["message", "diagnostics", "cache_miss_reason", "cache_missed_input_tokens"],
    ],
  ],
]);

/** Something that no rule reads. */
interface Unread {
  readonly name: string;
  readonly amount: number | null;
}

/** What a known record carries that is not read. @param name of `recordName` */
export function unreadOf(type: string, name: string, record: JsonObject): Unread[] {
  const unread: Unread[] = [];
  const kind = type === "progress" && isObject(record.data) ? `progress/${record.data.type}` : name;
  const amountKey = NOT_READ_RECORDS.get(kind);
  if (amountKey === null) unread.push({ name: kind, amount: null });
  else if (amountKey !== undefined && isPresent(record[amountKey])) unread.push(unreadAt(kind, [amountKey], record[amountKey]));
  for (const key of NOT_READ_KEYS.get(type) ?? []) if (isPresent(record[key])) unread.push(unreadAt(name, [key], record[key]));
  for (const path of NOT_READ_PATHS.get(type) ?? []) {
    const value = valueAt(record, path);
    if (isPresent(value)) unread.push(unreadAt(name, path, value));
  }
  return unread;
}

function unreadAt(name: string, path: readonly string[], value: Json | undefined): Unread {
  return { name: `${name}.${path.join(".")}`, amount: wholeNumber(value) ?? null };
}

function isPresent(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === false || value === 0 || value === "") return false;
  return Array.isArray(value) ? value.length > 0 : true;
}

function valueAt(record: JsonObject, path: readonly string[]): Json | undefined {
  let value: Json | undefined = record;
  for (const key of path) {
    if (!isObject(value)) return undefined;
    value = value[key];
  }
  return value;
}

/** The name by which a record is counted; an empty type or subtype is none. */
export function recordName(type: string, subtype: string): string {
  if (type === "") return "(no type)";
  return type === "system" && subtype !== "" ? `${type}/${subtype}` : type;
}

export function isKnownRecord(name: string): boolean {
  return KNOWN_RECORDS.has(name);
}

/** Keys that are new, named `type.key`; none for records whose keys are not looked at. */
export function unknownKeys(type: string, record: object): string[] {
  const known = KNOWN_KEYS.get(type);
  return known ? newKeys(type, record, known) : [];
}

/** New keys of a message of the model. */
export function unknownMessageKeys(message: object): string[] {
  return newKeys("assistant.message", message, MESSAGE_KEYS);
}

/** New keys of a usage object: a new counter there may hold tokens that no row shows. */
export function unknownUsageKeys(usage: JsonObject): string[] {
  const unknown = newKeys("assistant.usage", usage, USAGE_KEYS);
  for (const [part, known] of USAGE_PARTS) {
    const value = usage[part];
    if (isObject(value)) unknown.push(...newKeys(`assistant.usage.${part}`, value, known));
  }
  return unknown;
}
