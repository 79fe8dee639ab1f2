import { expect, it } from "vitest";
import { twoSessionHome } from "../testing/two-session-home.ts";

const { run: diff } = twoSessionHome("diff");

it("compares two sessions of a history, which is collected first, and prints nothing else", async () => {
  const { status, stdout, stderr } = await diff("claude:", "c");
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toMatch(/^Two sessions \(accounting: counted\)\nA claude:a\b.*\nB codex:c\b.*\n\nNumbers\n/);
  expect(stdout).not.toContain("\u001b");
});

it("and prints them as JSON, too", async () => {
  const { stdout } = await diff("claude:a", "codex:c", "claude:a", "--json");
  expect(JSON.parse(stdout)).toMatchObject({
    accounting: "counted",
    sessions: [{ sessionId: "claude:a" }, { sessionId: "codex:c" }, { sessionId: "claude:a" }],
    comparisons: [{ b: "b" }, { b: "c", firstDivergence: null }],
  });
});

it("a session that isn't there is one sentence", async () => {
  const { status, stdout, stderr } = await diff("claude:a", "nothing-like-it");
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr).toBe('No session "nothing-like-it" was found; report session --json lists the ids.\n');
});
