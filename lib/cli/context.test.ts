import { expect, it } from "vitest";
import { twoSessionHome } from "../testing/two-session-home.ts";

const { run: context } = twoSessionHome("context");

it("shows the latest session of a history, which is collected first, and prints nothing else", async () => {
  const { status, stdout, stderr } = await context();
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toMatch(/^Context of codex:c\b.* \(accounting: counted\)\n1 step of /);
  expect(stdout).toMatch(/\n\nWhat filled the context\nSource .*\nSession base .*\n/);
  expect(stdout).toMatch(/\n\nWhat was in the context before anything was done, .*\n$/);
  expect(stdout).not.toContain("\u001b");
});

it("shows the session that is named, as JSON too", async () => {
  const { stdout } = await context("claude:", "--json");
  expect(JSON.parse(stdout)).toMatchObject({ sessionId: "claude:a", accounting: "counted", steps: 1, resets: [] });
});

it("a session that isn't there is one sentence", async () => {
  const { status, stdout, stderr } = await context("nothing-like-it");
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr).toBe('No session "nothing-like-it" was found; report session --json lists the ids.\n');
});
