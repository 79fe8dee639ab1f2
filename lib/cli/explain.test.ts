import fs from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { twoSessionHome } from "../testing/two-session-home.ts";

const { home, run: explain } = twoSessionHome("explain");

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
