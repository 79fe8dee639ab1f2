import { describe, expect, it } from "vitest";
import { collapseRare, collapseRareOfMany, displayToolName, type ToolGroup, toolOrServer } from "./tools.ts";

describe("displayToolName", () => {
  it.each([
    ["keeps 34 characters", "x".repeat(34), "x".repeat(34)],
    ["cuts 35 to 31 and dots", "x".repeat(35), `${"x".repeat(31)}...`],
    ["counts characters, not code units", "😀".repeat(34), "😀".repeat(34)],
  ])("%s", (_, name, expected) => {
    expect(displayToolName(name)).toBe(expected);
  });
});

describe("toolOrServer", () => {
  it.each([
    ["mcp__github__get_issue", "mcp: github"],
    ["mcp__github", "mcp: github"],
    ["mcp_c", "mcp"],
    ["mcp____x", "mcp"],
    ["Bash", "Bash"],
    ["my_mcp__a__b", "my_mcp__a__b"],
  ])("%s is %s", (tool, expected) => expect(toolOrServer(tool)).toBe(expected));
});

describe("collapseRare", () => {
  const group = (tool: string, calls: number): ToolGroup => ({ tool, calls, first_seen: 1 });
  const addUp = (rare: readonly ToolGroup[]) => ({ ...(rare[0] as ToolGroup), calls: rare.reduce((sum, { calls }) => sum + calls, 0) });

  it.each([
    [
      "adds up tools below the threshold",
      [group("a", 20), group("b", 19), group("c", 1)],
      20,
      [
        ["a", 20],
        ["Other (<20 calls/tool)", 20],
      ],
    ],
    ["leaves common tools alone", [group("a", 20)], 20, [["a", 20]]],
    ["is off at one", [group("a", 0)], 1, [["a", 0]]],
    ["may leave nothing but others", [group("a", 1), group("b", 2)], 20, [["Other (<20 calls/tool)", 3]]],
    ["takes nothing", [], 20, []],
  ])("%s", (_, groups, minCalls, expected) => {
    expect(collapseRare(groups, minCalls, addUp).map(({ tool, calls }) => [tool, calls])).toEqual(expected);
  });

  it("gives the others the last place among equals", () => {
    expect(collapseRare([group("a", 1)], 20, addUp)[0]?.first_seen).toBe(Number.MAX_SAFE_INTEGER);
  });
});

describe("collapseRareOfMany", () => {
  const group = (tool: string, calls: number): ToolGroup => ({ tool, calls, first_seen: 1 });
  const addUp = (rare: readonly ToolGroup[]) => ({ ...group("", 0), calls: rare.reduce((sum, { calls }) => sum + calls, 0) });

  it.each([
    ["combines rare tools", [group("a", 20), group("b", 1)], ["a", "Other (<20 calls/tool)"]],
    ["keeps them where all are rare", [group("a", 19), group("b", 1)], ["a", "b"]],
  ])("%s", (_, groups, expected) => expect(collapseRareOfMany(groups, 20, addUp).map(({ tool }) => tool)).toEqual(expected));
});
