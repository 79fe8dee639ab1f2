/** What a dropped file of JSON lines is: from its name, where it says so, and its first record. */

import { isObject, type JsonObject, parseJson } from "../../trace/exact-json.ts";
import type { Provider } from "../row.ts";

/** A trace, and the tables that may be next to one. */
export const TABLES = ["rounds", "sessions", "session_events", "round_details", "tool_inputs"] as const;
export type DroppedTable = (typeof TABLES)[number];

export type Kind = { readonly transcript: Provider } | { readonly table: DroppedTable } | { readonly problem: string };

/** Longer first lines are not looked at. */
const MAX_HEAD_BYTES = 4 << 20;
const LINE_FEED = 10;

/** Texts that a line of a table has in any case. */
export const KEYS: Readonly<Record<DroppedTable, readonly string[]>> = {
  rounds: ["provider", "session_id", "round_id"],
  round_details: ["trace_key", "transcript_id", "first_holder_session_id"],
  tool_inputs: ["trace_key", "input_hash"],
  session_events: ["session_id", "transcript_id", "kind"],
  sessions: ["session_id", "transcript_id", "relation"],
};

/** Whether `head` has a whole line, or so much that no line of these files is longer. */
export function hasRecord(head: Uint8Array): boolean {
  return head.length >= MAX_HEAD_BYTES || firstLine(head) !== null;
}

export function kindOf(head: Uint8Array): Kind {
  const record = parseJson(firstLine(head) ?? head);
  if (head.length === 0) return { problem: "it is empty" };
  if (record === undefined) return { problem: "its first line is not JSON" };
  if (!isObject(record)) return { problem: "its first line is JSON, but not an object" };
  const table = TABLES.find((name) => KEYS[name].every((key) => typeof record[key] === "string"));
  if (table) return { table };
  if (isOfCodex(record)) return { transcript: "codex" };
  if (isOfClaude(record)) return { transcript: "claude" };
  return { problem: "its first record is neither of a transcript nor of a trace" };
}

/** Without blank lines before it; null where none ends. */
function firstLine(head: Uint8Array): Uint8Array | null {
  const start = head.findIndex((byte) => byte > 0x20);
  const end = start < 0 ? -1 : head.indexOf(LINE_FEED, start);
  return end < 0 ? null : head.subarray(start, end);
}

function isOfCodex({ type, payload, timestamp }: JsonObject): boolean {
  return isObject(payload) && typeof type === "string" && typeof timestamp === "string";
}

function isOfClaude({ type, sessionId, message, summary, snapshot }: JsonObject): boolean {
  const isNamed = [sessionId, summary].some((value) => typeof value === "string") || [message, snapshot].some(isObject);
  return typeof type === "string" && isNamed;
}
