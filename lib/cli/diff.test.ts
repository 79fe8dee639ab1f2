import path from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { claudeTurn, codexHeader, codexTurn, Home } from "../collect/fixture.ts";
import { call } from "../testing/call.ts";

const home = new Home();
const diff = (...words: string[]) => call("diff", ...words, "--home", home.folder);

beforeAll(() => {
  vi.stubEnv("XDG_DATA_HOME", path.join(home.root, "data"));
  home.write(home.claude("a"), claudeTurn("a", 0));
  home.write(home.codex("c"), [codexHeader("c", 0), ...codexTurn("t", 3600, 100)]);
});
afterAll(() => {
  vi.unstubAllEnvs();
  home.remove();
});

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
