/** A row of a trace without what tells whose it is. */
import { isObject, type Json, type JsonObject } from "../collect/json.ts";
import { UserError } from "../errors.ts";
import { callPseudonym, plainPseudonym, roundPseudonym, sessionPseudonym, shapedPseudonym, turnPseudonym } from "./identifiers.ts";
import { kindOfKey } from "./keys.ts";
import type { Pseudonyms } from "./pseudonym.ts";

/** Rows have three levels; anything this deep is no row. */
const MAX_DEPTH = 100;

/**
 * The row with pseudonyms for identifiers and without the fields that `kindOfKey` calls sensitive (at any depth) and
 * the inputs of tools. All else, and the order of keys, stays. The row given is not changed.
 *
 * @throws UserError when the row is nested too deep
 */
export function sanitizeRow(row: JsonObject, pseudonyms: Pseudonyms): JsonObject {
  const clean = filterRow(row, pseudonyms);
  const provider = row.provider;
  replace(clean, "project", (id) => plainPseudonym(pseudonyms, "project", id, "project_"));
  replace(clean, "session_id", (id) => sessionPseudonym(pseudonyms, provider, id));
  replace(clean, "turn_id", (id) => turnPseudonym(pseudonyms, id));
  replace(clean, "round_id", (id) => roundPseudonym(pseudonyms, provider, id));
  for (const tool of objectsIn(clean.tools)) {
    replace(tool, "tool_call_id", (id) => callPseudonym(pseudonyms, id));
    replace(tool, "_assistant_uuid", (id) => shapedPseudonym(pseudonyms, "assistant_uuid", id, "assistant_"));
  }
  for (const event of objectsIn(clean.timing_events)) replace(event, "tool_call_id", (id) => callPseudonym(pseudonyms, id));
  replace(clean, "trace_key", (key) => rebuiltTraceKey(clean) ?? shapedPseudonym(pseudonyms, "trace_key", key, "trace_"));
  return clean;
}

/** `provider:session_id:round_id`; null when one of them is missing. */
export function rebuiltTraceKey({ provider, session_id, round_id }: JsonObject): string | null {
  const parts = [provider, session_id, round_id];
  return parts.every((part) => typeof part === "string") ? parts.join(":") : null;
}

export function replace(object: JsonObject, key: string, pseudonym: (value: string) => string): void {
  const value = object[key];
  if (typeof value === "string") object[key] = pseudonym(value);
}

function objectsIn(list: Json | undefined): JsonObject[] {
  return Array.isArray(list) ? list.filter(isObject) : [];
}

/** Inputs of tools are passed over before they are copied: they can be large. */
function filterRow(row: JsonObject, pseudonyms: Pseudonyms): JsonObject {
  const { tools } = row;
  if (!Array.isArray(tools)) return filterObject(row, pseudonyms, 0);
  const withoutInputs = tools.map((tool) => (isObject(tool) ? filterObject(tool, pseudonyms, 2, "input") : filter(tool, pseudonyms, 2)));
  const clean = filterObject({ ...row, tools: null }, pseudonyms, 0);
  clean.tools = withoutInputs;
  return clean;
}

/** A copy without sensitive keys and with pseudonyms for users. */
export function filterObject(object: JsonObject, pseudonyms: Pseudonyms, depth = 0, without?: string): JsonObject {
  const clean: JsonObject = {};
  for (const key of Object.keys(object)) {
    const kind = kindOfKey(key);
    if (kind === "sensitive" || key === without) continue;
    const value = object[key] as Json;
    set(
      clean,
      key,
      kind === "user" && typeof value === "string"
        ? plainPseudonym(pseudonyms, "user", value, "user_")
        : filter(value, pseudonyms, depth + 1),
    );
  }
  return clean;
}

function filter(value: Json, pseudonyms: Pseudonyms, depth: number): Json {
  if (depth > MAX_DEPTH) throw new UserError(`The row is nested more than ${MAX_DEPTH} deep; correct it.`, 1);
  if (Array.isArray(value)) return value.map((each) => filter(each, pseudonyms, depth + 1));
  return isObject(value) ? filterObject(value, pseudonyms, depth) : value;
}

/** `__proto__` is a key like any other in JSON. */
function set(object: JsonObject, key: string, value: Json): void {
  if (key === "__proto__") Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  else object[key] = value;
}
