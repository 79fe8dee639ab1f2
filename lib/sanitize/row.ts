/** A row of a trace without what identifies people. */

import { UserError } from "../files/errors.ts";
import { isObject, type Json, type JsonObject } from "../trace/exact-json.ts";
import type { Pseudonyms } from "../trace/pseudonym.ts";
import { callPseudonym, plainPseudonym, roundPseudonym, sessionPseudonym, shapedPseudonym, turnPseudonym } from "./identifiers.ts";
import { kindOfKey } from "./keys.ts";

/** Rows have three levels; anything this deep is not a row. */
const MAX_DEPTH = 100;

/**
 * The row with pseudonyms for identifiers and without the fields that `kindOfKey` calls sensitive (at any depth) and
 * the inputs of tools. All else, and the order of keys, stays. The row given is not changed.
 *
 * @throws UserError when the row is nested too deep; the message goes on from the name of its line
 */
export function sanitizeRow(row: JsonObject, pseudonyms: Pseudonyms): JsonObject {
  const clean = { ...filterObject({ ...row, ...(row.tools === undefined ? {} : { tools: withoutInputs(row.tools) }) }, pseudonyms) };
  const { provider } = row;
  replace(clean, "project", (id) => plainPseudonym(pseudonyms, "project", id, "project_"));
  replace(clean, "session_id", (id) => sessionPseudonym(pseudonyms, provider, id));
  replace(clean, "turn_id", (id) => turnPseudonym(pseudonyms, id));
  replace(clean, "round_id", (id) => roundPseudonym(pseudonyms, provider, id));
  changeObjects(clean, "tools", (tool) =>
    replaced(
      replaced(tool, "tool_call_id", (id) => callPseudonym(pseudonyms, id)),
      "_assistant_uuid",
      (id) => shapedPseudonym(pseudonyms, "assistant_uuid", id, "assistant_"),
    ),
  );
  changeObjects(clean, "timing_events", (event) => replaced(event, "tool_call_id", (id) => callPseudonym(pseudonyms, id)));
  replace(clean, "trace_key", (key) => rebuiltTraceKey(clean) ?? shapedPseudonym(pseudonyms, "trace_key", key, "trace_"));
  return clean;
}

/** `provider:session_id:round_id`; null when one of them is missing. */
export function rebuiltTraceKey({ provider, session_id, round_id }: JsonObject): string | null {
  const parts = [provider, session_id, round_id];
  return parts.every((part) => typeof part === "string") ? parts.join(":") : null;
}

/** Changes a string of an object that is ours. */
export function replace(object: JsonObject, key: string, pseudonym: (value: string) => string): void {
  const value = object[key];
  if (typeof value === "string") object[key] = pseudonym(value);
}

/** The object, or a copy with another value for the key. */
function replaced(object: JsonObject, key: string, pseudonym: (value: string) => string): JsonObject {
  const value = object[key];
  return typeof value === "string" ? { ...object, [key]: pseudonym(value) } : object;
}

function changeObjects(row: JsonObject, key: string, change: (object: JsonObject) => JsonObject): void {
  const list = row[key];
  if (Array.isArray(list)) row[key] = list.map((each) => (isObject(each) ? change(each) : each));
}

/** They go first, so that what can be large and deep is not looked at. */
function withoutInputs(tools: Json): Json {
  if (!Array.isArray(tools)) return tools;
  return tools.map((tool) => (isObject(tool) && "input" in tool ? without(tool, (key) => key === "input") : tool));
}

/** The object without sensitive keys and with pseudonyms for users, at any depth; itself where it has neither. */
export function filterObject(object: JsonObject, pseudonyms: Pseudonyms, depth = 0): JsonObject {
  const keys = Object.keys(object);
  let clean = keys.some(isSensitive) ? without(object, isSensitive) : object;
  for (const key of keys) {
    const value = object[key] as Json;
    if (typeof value === "string" ? kindOfKey(key) !== "user" : typeof value !== "object" || value === null || isSensitive(key)) continue;
    const filtered = typeof value === "string" ? plainPseudonym(pseudonyms, "user", value, "user_") : filter(value, pseudonyms, depth + 1);
    if (filtered === value) continue;
    if (clean === object) clean = { ...object };
    set(clean, key, filtered);
  }
  return clean;
}

function filter(value: Json, pseudonyms: Pseudonyms, depth: number): Json {
  if (depth > MAX_DEPTH) throw new UserError(`is nested more than ${MAX_DEPTH} deep, as no row is. Correct or remove the line.`, 1);
  if (Array.isArray(value)) {
    const list = value.map((each) => filter(each, pseudonyms, depth + 1));
    return list.some((each, i) => each !== value[i]) ? list : value;
  }
  return isObject(value) ? filterObject(value, pseudonyms, depth) : value;
}

function isSensitive(key: string): boolean {
  return kindOfKey(key) === "sensitive";
}

function without(object: JsonObject, isDropped: (key: string) => boolean): JsonObject {
  const rest: JsonObject = {};
  for (const key of Object.keys(object)) if (!isDropped(key)) set(rest, key, object[key] as Json);
  return rest;
}

/** `__proto__` is a key like any other in JSON. */
function set(object: JsonObject, key: string, value: Json): void {
  if (key === "__proto__") Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  else object[key] = value;
}
