import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { claudeTurn, codexHeader, codexTurn, Home } from "../collect/fixture.ts";
import { call } from "../testing/call.ts";

const home = new Home();
const at = (...names: string[]) => path.join(home.root, ...names);
const report = (...words: string[]) => call("report", ...words, "--home", home.folder);

beforeAll(() => vi.stubEnv("XDG_DATA_HOME", at("data")));
afterAll(() => {
  vi.unstubAllEnvs();
  home.remove();
});

describe("a history", () => {
  beforeEach(() => {
    home.write(home.claude("a"), claudeTurn("a", 0));
    home.write(home.codex("c"), [codexHeader("c", 0), ...codexTurn("t", 3600, 100)]);
  });

  it("is found, collected and reported in one call, which prints nothing else", async () => {
    const { status, stdout, stderr } = await report();
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/^Usage by day, 2026-01-01 \(UTC, accounting: counted\)\nDate /);
    expect(stdout).toMatch(/^2026-01-01 .*\n─/m);
    expect(stdout).not.toContain("\u001b");
  });

  it("is collected into a folder that only its owner can read, one for each choice of homes", async () => {
    await report();
    const folder = at("data", "trace-atlas");
    const [homes = ""] = fs.readdirSync(folder);
    expect(homes).toMatch(/^homes-[0-9a-f]{8}$/);
    const mode = (...names: string[]) => (fs.statSync(path.join(folder, ...names)).mode & 0o777).toString(8);
    expect([mode(), mode(homes), mode(homes, "collected"), mode(homes, "rounds.duckdb"), mode(homes, "collected", "rounds.jsonl")]).toEqual(
      ["700", "700", "700", "600", "600"],
    );
    expect(fs.readFileSync(path.join(folder, homes, ".gitignore"), "utf8")).toBe("*\n");
  });

  it("is built again when something is new, and only then", async () => {
    const out = at("own");
    const db = path.join(out, "rounds.duckdb");
    const steps = async () => JSON.parse((await report("--json", "--out", out)).stdout).totals.steps;
    expect(await steps()).toBe(2);
    const { ino } = fs.statSync(db);
    expect(await steps()).toBe(2);
    expect(fs.statSync(db).ino).toBe(ino);
    home.append(home.claude("a"), claudeTurn("b", 60));
    expect(await steps()).toBe(3);
  });

  it("is reported as JSON and as CSV, narrowed by time, agent and project", async () => {
    const { stdout } = await report("session", "--json", "--since", "2026-01-01T00:30:00Z");
    expect(JSON.parse(stdout).rows).toMatchObject([{ sessionId: "codex:c", steps: 1 }]);
    const csv = await report("block", "--csv", "--provider", "claude", "--project", "user-project");
    expect(csv.stdout).toMatch(
      /^blockStart,blockEnd,provider,isActive,.*\n2026-01-01T00:00:00\.000Z,2026-01-01T05:00:00\.000Z,claude,false,.*\n$/,
    );
  });

  it("fits the width that is asked for", async () => {
    vi.stubEnv("COLUMNS", "60");
    const { stdout } = await report();
    vi.stubEnv("COLUMNS", "");
    expect(stdout).toContain("Not shown at this width: ");
    for (const line of stdout.split("\n").filter((text) => text.startsWith("2026") || text.startsWith("Date")))
      expect(line.length).toBeLessThanOrEqual(60);
  });
});

it("a home without transcripts is one sentence", async () => {
  fs.mkdirSync(at("empty"));
  const { status, stdout, stderr } = await call("report", "--home", at("empty"));
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toMatch(/^No transcripts found in .*; give the folder that holds \.claude or \.codex with --home, .*\n$/);
});
