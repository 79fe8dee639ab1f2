import { describe, expect, it } from "vitest";
import { type Json, LongString } from "../trace/exact-json.ts";
import { countedResultOf, errorInOutput, wallTimeMs } from "./codex-results.ts";

describe("wallTimeMs", () => {
  it.each<[Json, number | null]>([
    ["Wall time: 0.0523 seconds", 52],
    ["Wall time: 0.0525 seconds", 52],
    ["Wall time: 0.0535 seconds", 54],
    ["Wall time: 12 seconds", 12000],
    ["Wall time:0.5seconds", 500],
    ["a\nWall time: 1 seconds\nWall time: 2 seconds", 1000],
    ["a\r\nWall time: 1 seconds of rest", 1000],
    [" Wall time: 1 seconds", null],
    ["a\rWall time: 1 seconds", null],
    ["a\u2028Wall time: 1 seconds", null],
    ["Wall time: 1 secondsé", null],
    ["Wall time: 1 second", null],
    ["Wall time: -1 seconds", null],
    ["Wall time: 1e3 seconds", null],
    ["wall time: 1 seconds", null],
    ["", null],
    [null, null],
    [["Wall time: 1 seconds"], null],
    [new LongString(9, 11), null],
  ])("%j: %j", (output, expected) => {
    expect(wallTimeMs(output)).toBe(expected);
  });
});

describe("errorInOutput", () => {
  it.each<[Json, boolean | null]>([
    ["Exit code: 0\nOutput", false],
    ["Exit code: 127", true],
    ["Process exited with code 0", false],
    ["Process exited with code -9", true],
    ["Process exited with code -0", false],
    ["Exit code 10", true],
    ["Exit code: 0 … Exit code: 1", false],
    ["printed: Exit code:: 3", true],
    ["Exit code=1", null],
    ["Process running with session ID 3", null],
    ['{"output":"","metadata":{"exit_code":0,"success":false}}', false],
    [' \n{"metadata":{"exit_code":3}}', true],
    ['{"metadata":{"exit_code":"3","success":true}}', false],
    ['{"metadata":{"exit_code":1.0,"success":false}}', true],
    ['{"metadata":{"exit_code":NaN}}', null],
    ['{"metadata":{}}', null],
    ['{"metadata":[1]}', null],
    ['{"metadata":{"exit_code":1}} and more', null],
    ['[{"metadata":{"exit_code":1}}]', null],
    ['{"output":"Exit code: 1","metadata":{"exit_code":0}}', true],
    ["", null],
    [null, null],
    [{ metadata: { exit_code: 1 } }, null],
    [new LongString(9, 11), null],
  ])("%j: %j", (output, expected) => {
    expect(errorInOutput(output)).toBe(expected);
  });
});

describe("countedResultOf", () => {
  const part = (text: string) => ({ type: "input_text", text });
  it.each<[Json, number | null, boolean | null]>([
    ["Wall time: 3.0 seconds", 3000, null],
    ["Wall time 3.0 seconds", 3000, null],
    ["Wall time 1 second", 1000, null],
    ["wall_time: 250 ms", 250, null],
    ["Wall time: 3 minutes", null, null],
    [[part("Wall time 3 seconds"), part("exit code 1")], 3000, true],
    [[part("Script completed"), { type: "input_image", image_url: "…" }], null, false],
    [{ content: "no such file", success: false }, null, true],
    [{ content: [part("Exit code: 0")], success: false }, null, false],
    ['{"output":"","metadata":{"exit_code":2,"duration_seconds":0.1}}', 100, true],
    ['{"wall_time_seconds":0.5,"exit_code":0}', 500, false],
    ["it said exit code 1", null, null],
    [null, null, null],
  ])("%j: %j ms, error %j", (output, ms, isError) => {
    const result = countedResultOf("response_item/function_call_output", { output });
    expect([result?.internalMs, result?.isError]).toEqual([ms, isError]);
  });
});
