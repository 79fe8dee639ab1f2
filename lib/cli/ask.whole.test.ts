import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { call } from "../testing/call.ts";
import { sampleDatabase } from "../testing/sample.ts";

let db: string;
beforeAll(async () => {
  db = await sampleDatabase();
});
const ask = (...words: string[]) => call("ask", ...words, "--db", db);

it("prints the answer, and all that it takes to judge it", async () => {
  const { status, stdout, stderr } = await ask("p99", "tool", "wait", "by", "tool");
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toMatch(/^Which tools keep the agent waiting\?\ntool +calls +total_hours +p50_s +p90_s +p99_s +max_s\nBash +\d/);
  expect(stdout).toMatch(/\ntotal_hours {2}█[▁▂▃▄▅▆▇█]+ {2}\S.* to 17.2h\n/);
  expect(stdout).toMatch(/\nQuestion tools\/waits, of the experiment tool_calls\/tool_latency_distribution\n/);
  expect(stdout).toMatch(
    /\n\d+ rows\. Steps from 2\d{3}-\d\d-\d\dT\d\d:\d\d to 2\S+ UTC\nAccounting published: .*\nPool [0-9a-f]{32}\nLeft out: /,
  );
  expect(stdout).toContain("\n  -- uses: tool_latencies, step_facts\n");
  expect(stdout.split("\n\nAsk next\n").at(-1)).toMatch(/^ {2}\w+\/\w+ .*\?\n {2}\w+\/\w+ .*\?\n$/);
});

it.each<[string, Record<string, unknown>]>([
  ["tokens of codex per day since 2026-01-01 until 2026-12-31", { since: "2026-01-01", until: "2026-12-31", provider: "codex" }],
  ["how much did gpt-5.5 cost", { model: "gpt-5.5" }],
  ["error rate of Bash", { tool: "Bash" }],
  ["top 3 longest sessions by steps", { top: 3 }],
  ["what did each day cost in march 2026", { since: "2026-03-01", until: "2026-03-31" }],
])("fills the parameters that it recognizes: %s", async (words, parameters) => {
  const { status, stdout } = await ask(words, "--json");
  expect({ status, ...JSON.parse(stdout) }).toMatchObject({ status: 0, parameters });
});

it("says which restriction the question doesn't take", async () => {
  const { stderr } = await ask("how many sessions were forked since 2026-01-01");
  expect(stderr).toBe("sessions/continued can't be restricted by since, so it is not.\n");
});

it("takes a question by its id, with parameters, as CSV", async () => {
  const { status, stdout } = await ask("tokens/total", "--set", "provider=claude", "--csv");
  expect(status).toBe(0);
  expect(stdout).toMatch(/^provider,steps,input_tokens,cached_tokens,new_tokens,output_tokens\nclaude,\d+,\d+,\d+,\d+,\d+\n$/);
});

it.skipIf(process.platform === "win32")("opens the Ask page with the query of the answer, served until Ctrl-C", async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "ask-open-test-"));
  const [gallery, opened] = [path.join(folder, "gallery"), path.join(folder, "opened")];
  fs.mkdirSync(path.join(gallery, "ask"), { recursive: true });
  fs.writeFileSync(path.join(gallery, "ask", "index.html"), "the Ask page");
  const opener = `#!/bin/sh\nprintf %s "$1" > ${opened}.part && mv ${opened}.part ${opened}\n`;
  for (const name of ["xdg-open", "open"]) fs.writeFileSync(path.join(folder, name), opener, { mode: 0o700 });
  vi.stubEnv("PATH", `${folder}${path.delimiter}${process.env.PATH}`);
  try {
    const ended = call("ask", "tokens/total", "--set", "provider=claude", "--open", "--gallery", gallery, "--db", db);
    const address = await vi.waitFor(() => fs.readFileSync(opened, "utf8"), { timeout: 300_000 });
    const { pathname, hash } = new URL(address);
    const response = await fetch(address);
    expect([pathname, response.status, await response.text()]).toEqual(["/ask/", 200, "the Ask page"]);
    expect(new URLSearchParams(hash.slice(1)).get("sql")).toContain("provider GLOB 'claude'");
    process.emit("SIGINT");
    expect(await ended).toMatchObject({ status: 0, stdout: expect.stringContaining(address) });
    await expect(fetch(address)).rejects.toThrow();
  } finally {
    vi.unstubAllEnvs();
    fs.rmSync(folder, { recursive: true });
  }
});

it("answers nothing when no question is close enough, and lists the nearest", async () => {
  const words = "how many lines of code were written";
  const { status, stdout, stderr } = await ask(words);
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toMatch(
    /^No question is close enough to "how many lines of code were written"\.\nThe nearest are\n( {2}\w+\/\w+ .*\?\n)+$/,
  );
  const { nearest, question } = JSON.parse((await ask(words, "--json")).stdout);
  expect({ question, listed: nearest.length > 0 }).toEqual({ question: null, listed: true });
});

describe("lists all questions", () => {
  it("as text and as JSON", async () => {
    const text = await call("ask", "--list");
    const json = await call("ask", "--list", "--json");
    const ids = JSON.parse(json.stdout).map(({ id }: { id: string }) => id);
    expect(
      text.stdout
        .trim()
        .split("\n")
        .map((line) => line.split(" ")[0]),
    ).toEqual(ids);
    expect(ids.length).toBeGreaterThanOrEqual(60);
  });
});
