import { describe, expect, it } from "vitest";
import { hasShared } from "../../../lib/testing/paths.ts";
import { type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import { markdownCells, published, REFERENCE_POOLS, rowsOf, runOn, withReferencePool } from "../../../lib/testing/reference-pools.ts";
import { unreadableNumbers } from "../../../lib/testing/title-numbers.ts";
import { categoryOf, FUNCTION_CATEGORIES, PLANNING_CATEGORIES } from "./categories.ts";
import experiment from "./experiment.ts";

describe("categoryOf", () => {
  it.each([
    ["Bash", "execute_command", "shell_command"],
    ["write_stdin", "execute_command", "shell_command"],
    ["PowerShell", "execute_command", "shell_command"],
    ["local_shell", "execute_command", "shell_command"],
    ["tool_search", "web_remote_lookup", "web_lookup"],
    ["apply_patch", "file_write_edit", "file_edit_patch"],
    ["Grep", "file_read_search_inspect", "file_read_search"],
    ["TodoWrite", "other", "planning_control"],
    ["Task", "agent_task", "agent_task"],
    ["mcp__codex_apps__github_fetch", "web_remote_lookup", "web_lookup"],
    ["AskUserQuestion", "other", "other"],
    ["bash", "other", "other"],
    ["<unknown-tool>", "other", "other"],
    ["constructor", "other", "other"],
  ])("puts %s into %s and %s", (tool, byFunction, withPlanning) => {
    expect([categoryOf(tool, FUNCTION_CATEGORIES), categoryOf(tool, PLANNING_CATEGORIES)]).toEqual([byFunction, withPlanning]);
  });

  it.each([
    ["six", FUNCTION_CATEGORIES],
    ["seven", PLANNING_CATEGORIES],
  ])("knows a tool once (%s categories)", (_, categories) => {
    const tools = categories.flatMap((category) => category.tools);
    expect(new Set(tools).size).toBe(tools.length);
  });
});

describe("the tables", () => {
  const call = (tool_name: string | null, tool_internal_latency_ms: number | null, tool_wall_latency_ms: number | null = null) => ({
    tool_name,
    tool_internal_latency_ms,
    tool_wall_latency_ms,
  });
  const steps: StepLiteral[] = [
    { provider: "claude", tools: [call("Bash", 1000), call(" Bash ", null, 3000), call("Bash", 0, 5000), call("Read", null)] },
    { provider: null, tools: [call("Mystery", 60_000)] },
  ];

  it("fold calls and latencies", async () => {
    await withPool(steps, async (pool) => {
      const result = await runOn(experiment, pool);
      expect(rowsOf(result, "tool_category_summary")[0]).toMatchObject({
        calls: 3,
        valid_latency_calls: 2,
        nonpositive_latency_calls: 1,
        total_latency_ms: 4000,
        avg_latency_ms: 2000,
      });
      expect(rowsOf(result, "tool_category_tool_map").map((row) => [row.category, row.provider, row.tool_name])).toEqual([
        ["execute_command", "claude", "Bash"],
        ["file_read_search_inspect", "claude", "Read"],
        ["other", "<unknown-provider>", "Mystery"],
      ]);
      expect(rowsOf(result, "tool_category_dashboard_summary")[0]).toMatchObject({
        category: "shell_command",
        p25_seconds: 1.5,
        p50_seconds: 2,
      });
      expect(rowsOf(result, "tool_latency_long_tail_imbalance").map(({ calls }) => calls)).toEqual([0, 2, 0, 1]);
      expect(result.notes.join(" ")).toContain("Mystery");
    });
  });

  it.each([
    ["an empty pool", [], 0, [experiment.empty]],
    ["calls without a latency", [{ tools: [call("Bash", null)] }], 0, ["No figure: none of the calls has a positive latency."]],
  ])("hold no shares of time for %s", async (_, given, figures, notes) => {
    await withPool(given, async (pool) => {
      const result = await runOn(experiment, pool);
      expect(rowsOf(result, "tool_category_summary").map(({ latency_share }) => latency_share)).toEqual([
        null,
        null,
        null,
        null,
        null,
        null,
      ]);
      expect(result.figures).toHaveLength(figures);
      expect(result.notes).toEqual(notes);
    });
  });
});

describe("the figure", () => {
  const calls = (tool_name: string, tool_internal_latency_ms: number | null, times: number) =>
    Array.from({ length: times }, () => ({ tool_name, tool_internal_latency_ms }));
  const steps: StepLiteral[] = [
    { provider: "claude", tools: [...calls("Task", 90_000, 12), ...calls("Bash", 1000, 30)] },
    { provider: "codex", tools: [...calls("exec", 2, 40), ...calls("exec", 0, 60), ...calls("apply_patch", 5, 3)] },
  ];

  it("has a row per category with its own n, quartiles below 10 ms and what is known of the rest", async () => {
    const { figures } = await withPool(steps, (pool) => runOn(experiment, pool));
    const drawn = JSON.stringify(figures.map(({ spec }) => spec));
    expect(figures.map(({ title, coverage }) => [title, coverage])).toEqual([
      [
        "Most time: Agent / task 97% (Claude), Shell / command 84% (Codex)",
        { shown: 85, of: 145, what: "calls", rest: "report 0 ms or have no latency" },
      ],
    ]);
    expect(drawn).toContain('"40 of 100"');
    expect(drawn).toContain('"boxLow":2,"boxHigh":2,"median":2');
    expect(figures.flatMap(unreadableNumbers)).toEqual([]);
  });

  it("names no provider without a latency", async () => {
    const [, codex] = steps;
    const { figures } = await withPool([{ provider: "claude", tools: calls("Bash", 0, 3) }, codex ?? {}], (pool) =>
      runOn(experiment, pool),
    );
    expect(figures).toMatchObject([{ title: "Most time: Shell / command 84% (Codex)" }]);
  });
});

describe.skipIf(!hasShared).each(REFERENCE_POOLS)("on %s", (name) => {
  it("gives the published text tables", async () => {
    await withReferencePool(name, async (pool) => {
      const text = (await runOn(experiment, pool)).texts?.[0]?.text ?? "";
      const bare = (cells: string[][]) => cells.map((row) => row.map((cell) => cell.replace(/^\\/, "")));
      expect(bare(markdownCells(text))).toEqual(markdownCells(published(name, experiment, "result_analysis.md")));
    });
  });
});
