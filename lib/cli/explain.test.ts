import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { claudeTurn, codexHeader, codexTurn, Home } from "../collect/fixture.ts";
import { call } from "../testing/call.ts";

const home = new Home();
const explain = (...words: string[]) => call("explain", ...words, "--home", home.folder);

beforeAll(() => {
  vi.stubEnv("XDG_DATA_HOME", path.join(home.root, "data"));
  home.write(home.claude("a"), claudeTurn("a", 0));
  home.write(home.codex("c"), [codexHeader("c", 0), ...codexTurn("t", 3600, 100)]);
});
afterAll(() => {
  vi.unstubAllEnvs();
  home.remove();
});

it("says what the latest session of a history did, and prints nothing else", async () => {
  const { status, stdout, stderr } = await explain();
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toMatch(/^Session codex:c\b.* \(accounting: counted\)\n.*: 1 step in 1 request, /);
  expect(stdout).toMatch(/\n\nWhat was asked\n1 request/);
  expect(stdout).not.toContain("\u001b");
});

it("takes the session that is named, and labels; as JSON too", async () => {
  const labels = path.join(home.root, "labels.csv");
  fs.writeFileSync(labels, "session,key,value\nclaude:a,team,search\n");
  const { stdout } = await explain("claude:", "--json", "--labels", labels);
  expect(JSON.parse(stdout)).toMatchObject({ sessionId: "claude:a", steps: 1, labels: { team: "search" }, failures: [] });
  expect((await explain("claude:", "--labels", labels)).stdout).toContain("\nLabels: team search.\n");
});

it("a session that isn't there is one sentence", async () => {
  const { status, stdout, stderr } = await explain("nothing-like-it");
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr).toBe('No session "nothing-like-it" was found; report session --json lists the ids.\n');
});
