/** Published rows and companion lines, built field by field from what a private line holds. */
import { isObject, type Json, type JsonObject } from "../trace/exact-json.ts";
import { formOf, isListKey, type ListKey, type Place, PRIVATE_KEYS } from "./fields.ts";
import { type Line, type Rules, textOf, wholeNumber } from "./forms.ts";
import type { Problems } from "./problems.ts";

/**
 * A row of a trace as it is published: documented keys in the order of the row, each value in a form of its field or null.
 * Elements of the lists keep their places. What is left out is noted in `left`; the row given is not changed.
 */
export function publishRow(row: JsonObject, rules: Rules, left: Problems): JsonObject {
  const line = lineOf(row, rules);
  const clean = publishFields(row, "row", line, left);
  rebuildTraceKey(row, clean);
  return clean;
}

/** A line of the sessions file. */
export function publishSession(session: JsonObject, rules: Rules, left: Problems): JsonObject {
  return publishFields(session, "sessions", lineOf(session, rules), left);
}

/** A line of the events file. */
export function publishEvent(event: JsonObject, rules: Rules, left: Problems): JsonObject {
  return publishFields(event, "events", lineOf(event, rules), left);
}

/** A line of the details file. @param row the row that it belongs to, as it was; @param clean the same as it is published */
export function publishDetails(details: JsonObject, row: JsonObject, clean: JsonObject, rules: Rules, left: Problems): JsonObject {
  const published = publishFields(details, "details", lineOf(row, rules), left);
  if (rules.coarse && typeof published.hook_ms === "number") published.hook_ms = inSeconds(published.hook_ms);
  if (Object.hasOwn(details, "trace_key")) published.trace_key = clean.trace_key ?? traceKeyOf(clean);
  return published;
}

/** `provider:session_id:round_id` of a row; null when one of them is missing. */
export function traceKeyOf({ provider, session_id, round_id }: JsonObject): string | null {
  const parts = [provider, session_id, round_id];
  return parts.every((part) => typeof part === "string") ? parts.join(":") : null;
}

function lineOf(row: JsonObject, rules: Rules): Line {
  return {
    ...rules,
    provider: textOf(row.provider) ?? "",
    sessionId: textOf(row.session_id) ?? "",
    roundIndex: wholeNumber(row.round_index) ?? null,
  };
}

function rebuildTraceKey(row: JsonObject, clean: JsonObject): void {
  if (typeof clean.trace_key !== "string" || clean.trace_key === "") return;
  if (row.trace_key === traceKeyOf(row)) clean.trace_key = traceKeyOf(clean);
}

function publishFields(given: JsonObject, place: Place, line: Line, left: Problems): JsonObject {
  const clean: JsonObject = {};
  for (const key of Object.keys(given)) {
    const value = given[key] ?? null;
    if (formOf(place, key)) clean[key] = publishValue(value, place, key, line, left);
    else if (place === "row" && isListKey(key)) clean[key] = publishList(value, key, line, left);
    else if (!PRIVATE_KEYS[place].has(key)) left.key(place, key);
    else if (value !== null) left.remove(place, key);
  }
  return clean;
}

function publishValue(value: Json, place: Place, key: string, line: Line, left: Problems): Json {
  if (value === null) return null;
  const published = formOf(place, key)?.publish(value, line);
  if (published === undefined) left.form(place, key);
  else if (typeof value === "string" && published !== value) left.replace(place, key);
  return published ?? null;
}

function publishList(list: Json, place: ListKey, line: Line, left: Problems): Json {
  if (list === null) return null;
  if (!Array.isArray(list)) {
    left.form("row", place);
    return null;
  }
  return list.map((element) => {
    if (isObject(element)) return coarseLatencies(publishFields(element, place, line, left), line);
    if (element !== null) left.form("row", `${place}[]`);
    return null;
  });
}

/** Latencies that fit times without what is below a second. */
function coarseLatencies(tool: JsonObject, { coarse }: Line): JsonObject {
  if (!coarse) return tool;
  const { emitted_at: from, result_at: to } = tool;
  for (const key of ["tool_wall_latency_ms", "tool_internal_latency_ms"])
    if (typeof tool[key] === "number") tool[key] = inSeconds(tool[key]);
  if (typeof tool.tool_wall_latency_ms === "number" && typeof from === "string" && typeof to === "string")
    tool.tool_wall_latency_ms = Date.parse(to) - Date.parse(from);
  return tool;
}

function inSeconds(ms: number): number {
  return Math.round(ms / 1000) * 1000;
}
