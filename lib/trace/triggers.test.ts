import { describe, expect, it } from "vitest";
import { inScopeTrigger, SCOPE_TRIGGERS } from "./triggers.ts";

describe("groups of scope and trigger", () => {
  it.each([
    ["claude", "user", ["merged/all", "merged/user", "claude/all", "claude/user"]],
    ["codex", "tool_result", ["merged/all", "merged/tool_result", "codex/all", "codex/tool_result"]],
    ["codex", null, ["merged/all", "codex/all"]],
    [null, "user", ["merged/all", "merged/user"]],
    ["another", null, ["merged/all"]],
  ])("a step of %s begun by %s", (provider, trigger, expected) => {
    const groups = SCOPE_TRIGGERS.filter((group) => inScopeTrigger(group, provider, trigger));
    expect(groups.map((group) => `${group.scope}/${group.trigger}`)).toEqual(expected);
  });
});
