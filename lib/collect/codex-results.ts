/**
 * What the record of a tool's result says: its size, the time the runner measured, whether it failed. The published reading knows
 * texts of one spelling; the counted one reads outputs in parts, other spellings, and events that only time a call.
 */

import { bytesOf } from "../files/bytes.ts";
import { asInteger, asNumber, asText, chars, isObject, type Json, type JsonObject, parseJson } from "../trace/exact-json.ts";
import { wholeMs } from "./summary.ts";

export interface ToolResult {
  /** Unicode code points; null when the record only says how a call went. */
  readonly chars: number | null;
  /** Null when the output names no time. */
  readonly internalMs: number | null;
  /** The duration in the record of an event, which an output's own time goes before. */
  readonly measuredMs: number | null;
  /** Null when it is not known, as of a command that still runs. */
  readonly isError: boolean | null;
}

/** @param name `type/payload type`. Null for records that are not a result of a tool. */
export function toolResultOf(name: string, payload: JsonObject): ToolResult | null {
  switch (name) {
    case "response_item/function_call_output":
    case "response_item/custom_tool_call_output":
      return resultOf(payload.output ?? null, errorInOutput);
    case "event_msg/exec_command_end":
      return resultOf(payload.aggregated_output ?? null, () => failedExit(payload.exit_code));
    case "event_msg/patch_apply_end":
      return patchResult(payload);
    default:
      return null;
  }
}

/** The same in the counted reading. */
export function countedResultOf(name: string, payload: JsonObject): ToolResult | null {
  switch (name) {
    case "response_item/function_call_output":
    case "response_item/custom_tool_call_output":
    case "response_item/local_shell_call_output":
      return outputResult(payload.output ?? null);
    case "response_item/tool_search_output":
      return { ...timing(null, null), chars: chars(payload.tools ?? null) };
    case "event_msg/mcp_tool_call_end":
      return timing(payload.duration, errorOfMcp(payload.result));
    case "event_msg/dynamic_tool_call_response":
      return timing(payload.duration, typeof payload.success === "boolean" ? !payload.success : null);
    case "event_msg/item_completed":
      return isObject(payload.item) ? timing(payload.item.duration, errorOfItem(payload.item)) : null;
    case "event_msg/exec_command_end": {
      const result = toolResultOf(name, payload);
      return result && { ...result, measuredMs: durationMs(payload.duration), isError: result.isError ?? errorOfStatus(payload.status) };
    }
    default:
      return toolResultOf(name, payload);
  }
}

function resultOf(output: Json, isError: (output: Json) => boolean | null): ToolResult {
  return { chars: chars(output), internalMs: wallTimeMs(output), measuredMs: null, isError: isError(output) };
}

function patchResult({ stdout, stderr, success }: JsonObject): ToolResult {
  const parts = [stdout, stderr].flatMap((part) => (part === undefined || part === null || part === "" ? [] : [part]));
  return {
    chars: parts.reduce<number>((sum, part) => sum + chars(part), 0),
    internalMs: wallTimeMs(parts.filter((part) => typeof part === "string").join("")),
    measuredMs: null,
    isError: typeof success === "boolean" ? !success : null,
  };
}

function timing(duration: Json | undefined, isError: boolean | null): ToolResult {
  return { chars: null, internalMs: null, measuredMs: durationMs(duration ?? null), isError };
}

/** Seconds of the first line `Wall time: … seconds`, in milliseconds, half to even. Null when the output is not a text or has no such line. */
export function wallTimeMs(output: Json): number | null {
  if (typeof output !== "string") return null;
  const seconds = WALL_TIME.exec(output)?.[1];
  return seconds === undefined ? null : wholeMs(Number(seconds) * 1000);
}

const WALL_TIME = /(?:^|\n)Wall time:\s*(\d+(?:\.\d+)?)\s*seconds(?![\p{L}\p{N}_])/u;

/** An exit code anywhere in the text; else what a JSON text says in its `metadata`. An exit code that the command itself printed counts too. */
export function errorInOutput(output: Json): boolean | null {
  if (typeof output !== "string") return null;
  const exitCode = EXIT_CODE.exec(output)?.[1];
  return exitCode === undefined ? errorInMetadata(output) : /[1-9]/.test(exitCode);
}

const EXIT_CODE = /(?:Exit code|Process exited with code)[: ]+(-?\d+)/;

function errorInMetadata(output: string): boolean | null {
  const document = documentIn(output);
  if (!isObject(document?.metadata)) return null;
  const { exit_code: exitCode, success } = document.metadata;
  return failedExit(exitCode) ?? (typeof success === "boolean" ? !success : null);
}

function documentIn(text: string): JsonObject | null {
  if (!/^[ \t\r\n]*\{/.test(text)) return null;
  const document = parseJson(bytesOf(text));
  return isObject(document) ? document : null;
}

function failedExit(exitCode: Json | undefined): boolean | null {
  const code = asInteger(exitCode);
  return code === undefined ? null : code !== 0;
}

/** An output as a text, in parts, or an object around either. */
function outputResult(output: Json): ToolResult {
  const content = isObject(output) ? (output.content ?? null) : output;
  const texts = textsOf(content);
  const text = texts.join("\n");
  const documents = texts.map(documentIn).filter((document) => document !== null);
  const failed = isObject(output) && typeof output.success === "boolean" ? !output.success : null;
  return {
    chars: chars(output),
    internalMs: spelledMs(text) ?? firstKnown(documents, documentedMs),
    measuredMs: null,
    isError: errorInOutput(text) ?? spelledError(text) ?? firstKnown(documents, documentedError) ?? errorOfCell(text) ?? failed,
  };
}

function textsOf(content: Json): string[] {
  if (typeof content === "string") return [content];
  if (!Array.isArray(content)) return [];
  return content.flatMap((part) => asText(isObject(part) ? part.text : part) ?? []);
}

const UNIT_MS: Readonly<Record<string, number>> = { m: 1, s: 1000 };
const SPELLED_TIME = /^[ \t]*wall[ _]time(?:[ _]\(?seconds\)?)?\s*[:=]?\s*(\d+(?:\.\d+)?)\s*(ms|millisecond|s|sec|second)s?\b/im;

/** `Wall time: 3.0 seconds`, `Wall time 3 second`, `wall_time: 250 ms`. */
function spelledMs(text: string): number | null {
  const found = SPELLED_TIME.exec(text);
  const unit = UNIT_MS[(found?.[2] ?? "").slice(0, 1).toLowerCase()];
  return found && unit !== undefined ? wholeMs(Number(found[1]) * unit) : null;
}

function spelledError(text: string): boolean | null {
  const exitCode = SPELLED_EXIT_CODE.exec(text)?.[1];
  return exitCode === undefined ? null : /[1-9]/.test(exitCode);
}

const SPELLED_EXIT_CODE = /^[ \t]*(?:process )?(?:exited with (?:exit )?(?:code|status)|exit[ _](?:code|status))[: =]+(-?\d+)/im;

/** How a cell of code mode ended. Null while it runs. */
function errorOfCell(text: string): boolean | null {
  const ended = /^Script (completed|failed)\b/.exec(text)?.[1];
  return ended === undefined ? null : ended === "failed";
}

function documentedMs(document: JsonObject): number | null {
  const metadata = isObject(document.metadata) ? document.metadata : document;
  const seconds = asNumber(metadata.duration_seconds) ?? asNumber(metadata.wall_time_seconds);
  const ms = seconds === undefined ? asNumber(metadata.duration_ms) : seconds * 1000;
  return ms === undefined ? null : wholeMs(ms);
}

function documentedError(document: JsonObject): boolean | null {
  return failedExit(isObject(document.metadata) ? document.metadata.exit_code : document.exit_code);
}

function firstKnown<T>(documents: readonly JsonObject[], read: (document: JsonObject) => T | null): T | null {
  for (const document of documents) {
    const value = read(document);
    if (value !== null) return value;
  }
  return null;
}

const NANOS_PER_MS = 1e6;

/** `{secs, nanos}`, or a text such as `1.5s` or `250ms`. */
function durationMs(duration: Json | undefined): number | null {
  if (isObject(duration)) {
    const [seconds, nanos] = [asNumber(duration.secs), asNumber(duration.nanos) ?? 0];
    return seconds === undefined ? null : wholeMs(seconds * 1000 + nanos / NANOS_PER_MS);
  }
  const found = /^(\d+(?:\.\d+)?)(m?)s$/.exec(asText(duration) ?? "");
  return found ? wholeMs(Number(found[1]) * (found[2] === "m" ? 1 : 1000)) : null;
}

/** A Rust `Result`: an error of the call, or an answer that may be one itself. */
function errorOfMcp(result: Json | undefined): boolean | null {
  if (!isObject(result)) return null;
  if ("Err" in result) return true;
  if (!isObject(result.Ok)) return null;
  const isError = result.Ok.isError ?? result.Ok.is_error;
  return typeof isError === "boolean" ? isError : false;
}

const FAILED_STATUS: ReadonlySet<string> = new Set(["failed", "declined"]);

function errorOfItem(item: JsonObject): boolean | null {
  return failedExit(item.exit_code) ?? errorOfStatus(item.status);
}

/** Null for statuses of calls that have not ended. */
export function errorOfStatus(status: Json | undefined): boolean | null {
  const text = asText(status) ?? "";
  if (FAILED_STATUS.has(text)) return true;
  return text === "completed" ? false : null;
}
