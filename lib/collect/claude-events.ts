/** What happens between the steps of a session of Claude Code, as its records say it. */
import { asText, isObject, type Json, type JsonObject } from "../trace/exact-json.ts";
import { isInterrupt } from "./claude-speaker.ts";
import type { CounterReader } from "./claude-usage.ts";
import type { SessionEvent } from "./row.ts";
import { wholeNumber } from "./session.ts";

export function eventOf(kind: SessionEvent["kind"], timestamp: string | null, rest: Partial<SessionEvent> = {}): SessionEvent {
  return { kind, timestamp, tokensBefore: null, tokensAfter: null, trigger: null, toolCallIds: [], recordId: null, ...rest };
}

export function apiError(record: JsonObject, timestamp: string | null): SessionEvent {
  const error = isObject(record.error) ? record.error : {};
  const status = wholeNumber(record.apiErrorStatus ?? error.status);
  const trigger = wordOf(record.error) ?? wordOf(error.type) ?? (status === undefined ? null : String(status));
  const isLimit = status === RATE_LIMIT_STATUS || (trigger ?? "").startsWith("rate_limit");
  return eventOf(isLimit ? "rate_limit" : "api_error", timestamp, { trigger });
}

const RATE_LIMIT_STATUS = 429;

/** Of the names that clients use; texts for people may hold anything. */
export function wordOf(value: Json | undefined): string | null {
  const text = asText(value);
  return text !== undefined && /^[\w-]{1,40}$/.test(text) ? text : null;
}

export function cacheMissReason(diagnostics: Json | undefined): string | null {
  const reason = isObject(diagnostics) ? diagnostics.cache_miss_reason : undefined;
  return wordOf(isObject(reason) ? reason.type : reason);
}

export function compaction(metadata: JsonObject, timestamp: string | null, counter: CounterReader): SessionEvent {
  return eventOf("compact", timestamp, {
    tokensBefore: counter("compactMetadata.preTokens", metadata.preTokens) ?? null,
    tokensAfter: counter("compactMetadata.postTokens", metadata.postTokens) ?? null,
    trigger: wordOf(metadata.trigger),
  });
}

/** Results of tools that are taken out of the conversation. */
export function microCompaction(record: JsonObject, timestamp: string | null, counter: CounterReader): SessionEvent {
  const metadata = isObject(record.microcompactMetadata) ? record.microcompactMetadata : {};
  const before = counter("microcompactMetadata.preTokens", metadata.preTokens);
  const saved = counter("microcompactMetadata.tokensSaved", metadata.tokensSaved);
  const ids = Array.isArray(metadata.compactedToolIds) ? metadata.compactedToolIds : [];
  return eventOf("micro_compact", timestamp, {
    tokensBefore: before ?? null,
    tokensAfter: before === undefined || saved === undefined ? null : before - saved,
    trigger: wordOf(metadata.trigger),
    toolCallIds: ids.filter((id) => typeof id === "string"),
  });
}

/** Null when the user's side of the conversation says nothing of the kind. */
export function interruption(record: JsonObject, content: Json | undefined, timestamp: string | null): SessionEvent | null {
  if (record.interruptedByShutdown === true) return eventOf("aborted", timestamp, { trigger: "shutdown" });
  return isInterrupt(content) ? eventOf("interrupt", timestamp) : null;
}
