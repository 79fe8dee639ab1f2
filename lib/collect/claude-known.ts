/** Records and keys of Claude Code transcripts that the extractor knows, be it to use them or to pass them over. */

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
    ...["summarizeMetadata", "classifierMetaLines"],
  ],
  assistant: [
    ...[...ENVELOPE, ...ATTRIBUTION, "message", "requestId", "isApiErrorMessage", "apiError", "apiErrorStatus", "error", "errorDetails"],
    ...["advisorModel", "effort", "apiBlockIndex", "costUSD", "durationMs", "isVirtual", "research"],
  ],
  system: [
    ...[...ENVELOPE, "subtype", "content", "toolUseID", "durationMs", "messageCount", "pendingBackgroundAgentCount"],
    ...["pendingWorkflowCount", "hookCount", "hookInfos", "hookErrors", "hookAdditionalContext", "hookLabel", "preventedContinuation"],
    ...["stopReason", "hasOutput", "totalDurationMs", "compactMetadata", "microcompactMetadata", "error", "cause", "retryInMs"],
    ...["retryAttempt", "maxRetries", "url", "upgradeNudge", "commands", "writtenPaths"],
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

/** New keys of a usage object: a new counter there may hold tokens that no row shows. */
export function unknownUsageKeys(usage: object): string[] {
  return newKeys("assistant.usage", usage, USAGE_KEYS);
}
