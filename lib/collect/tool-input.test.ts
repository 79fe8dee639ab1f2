import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "../trace/exact-json.ts";
import type { Tool } from "./row.ts";
import { toolInputOf } from "./tool-input.ts";

function call(tool_name: string | null, input: Json): Tool {
  return {
    tool_index: 1,
    tool_name,
    tool_call_id: "c",
    emitted_at: null,
    input,
    input_chars: 0,
    result_chars: null,
    tool_wall_latency_ms: null,
    tool_internal_latency_ms: null,
    is_error: null,
    result_at: null,
  };
}

describe("target and verb of a tool call", () => {
  it.each<[name: string | null, input: Json, target: string | null, verb: string | null]>([
    ["Read", { file_path: "/a/b.ts", offset: 3 }, "/a/b.ts", "read"],
    ["Edit", { file_path: "/a/b.ts", old_string: "x", new_string: "y" }, "/a/b.ts", "edit"],
    ["NotebookEdit", { notebook_path: "/a/n.ipynb" }, "/a/n.ipynb", "edit"],
    ["LS", { path: "/a" }, "/a", "list"],
    ["Grep", { pattern: "needle", path: "/a" }, "needle", "search"],
    ["WebFetch", { url: "https://example.org/", prompt: "read" }, "https://example.org/", "fetch"],
    ["web_search", { query: "weather" }, "weather", "search"],
    ["Task", { description: "look", subagent_type: "explorer", prompt: "p" }, "explorer", "agent"],
    ["TodoWrite", { todos: [] }, null, "plan"],
    ["mcp__shop__order", { item: 3 }, null, null],
    ["Bash", { command: "ls -la /tmp\necho done" }, "ls -la /tmp", "list"],
    ["Bash", { command: "cd /a/b && FOO=1 timeout 20 npx vitest run" }, "cd /a/b && FOO=1 timeout 20 npx vitest run", "test"],
    ["Bash", { command: "git status" }, "git status", "git"],
    ["PowerShell", { command: "Get-ChildItem" }, "Get-ChildItem", "run"],
    ["Bash", { command: "npm run build" }, "npm run build", "build"],
    ["Bash", { command: "sed -i s/a/b/ f" }, "sed -i s/a/b/ f", "edit"],
    ["Bash", { command: "sed -n 1,9p f" }, "sed -n 1,9p f", "read"],
    ["shell", '{"command":["bash","-lc","rg needle"]}', "rg needle", "search"],
    ["exec_command", '{"cmd":"pip install x"}', "pip install x", "install"],
    ["local_shell", { command: ["curl", "-s", "https://example.org"] }, "curl -s https://example.org", "fetch"],
    ["apply_patch", "*** Begin Patch\n*** Update File: src/a.ts\n@@", "src/a.ts", "edit"],
    ["exec", "text('hello')", null, "run"],
    ["exec", "{not json", null, "run"],
    [null, null, null, null],
    ["Bash", { command: "\ud800 half" }, "\ufffd half", "run"],
  ])("%s %j", (name, input, target, verb) => {
    expect(toolInputOf(call(name, input))).toMatchObject({ toolIndex: 1, target, verb });
  });

  it("equal inputs alone have equal hashes, whatever the tool", () => {
    const hash = (input: Json) => toolInputOf(call("Bash", input)).sha256;
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), fc.jsonValue({ maxDepth: 3 }), (a, b) => {
        const [one, other] = [a as Json, b as Json];
        expect(hash(one) === hash(other)).toBe(text(one) === text(other));
      }),
    );
  });
});

const text = (input: Json) => (typeof input === "string" ? input : JSON.stringify(input));
