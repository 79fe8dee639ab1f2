/** What the record of a tool's result says: its size, the time the runner measured, whether it failed. */

import { asInteger, chars, isObject, type Json, type JsonObject, parseJson } from "../trace/exact-json.ts";
import { wholeMs } from "./summary.ts";

export interface ToolResult {
  /** Unicode code points. */
  readonly chars: number;
  /** Null when the output names no time. */
  readonly internalMs: number | null;
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

function resultOf(output: Json, isError: (output: Json) => boolean | null): ToolResult {
  return { chars: chars(output), internalMs: wallTimeMs(output), isError: isError(output) };
}

function patchResult({ stdout, stderr, success }: JsonObject): ToolResult {
  const parts = [stdout, stderr].flatMap((part) => (part === undefined || part === null || part === "" ? [] : [part]));
  return {
    chars: parts.reduce<number>((sum, part) => sum + chars(part), 0),
    internalMs: wallTimeMs(parts.filter((part) => typeof part === "string").join("")),
    isError: typeof success === "boolean" ? !success : null,
  };
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
  if (!/^[ \t\r\n]*\{/.test(output)) return null;
  const document = parseJson(Buffer.from(output));
  if (!isObject(document) || !isObject(document.metadata)) return null;
  const { exit_code: exitCode, success } = document.metadata;
  return failedExit(exitCode) ?? (typeof success === "boolean" ? !success : null);
}

function failedExit(exitCode: Json | undefined): boolean | null {
  const code = asInteger(exitCode);
  return code === undefined ? null : code !== 0;
}
