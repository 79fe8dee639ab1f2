import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { buildDatabase } from "../db/build/build.ts";
import { Pool } from "../db/open/pool.ts";
import { parseCsv } from "../files/csv.ts";
import { systemClock } from "../replay/clock.ts";
import { known } from "../stats/known.ts";
import { median, sorted } from "../stats/quantile.ts";
import { call } from "../testing/call.ts";
import { ModelServer, type ModelServerOptions } from "../testing/model-server.ts";
import { project } from "../testing/paths.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "replay-"));
afterAll(() => fs.rmSync(folder, { recursive: true }));

const BLOCK = 64;
const workload = path.join(folder, "workload.jsonl");
const rows = [0, 1, 2].flatMap((session) =>
  [0, 1, 2, 3].map((turn) => ({
    session_id: `s${session}`,
    ...(turn === 0 ? { timestamp: session * 40 } : { delay: 30 }),
    input_length: BLOCK * (10 + 2 * turn),
    output_length: 6,
    // All begin alike.
    hash_ids: Array.from({ length: 10 + 2 * turn }, (_, i) => (i < 4 ? i : 1_000 * (session + 1) + i)),
  })),
);
fs.writeFileSync(workload, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));

const close: (() => Promise<void>)[] = [];
afterEach(() => Promise.all(close.splice(0).map((end) => end())));

async function served(options: Partial<ModelServerOptions> = {}): Promise<{ readonly model: ModelServer; readonly url: string }> {
  const model = new ModelServer({ clock: systemClock, blockSize: BLOCK, firstTokenMs: 5, prefillMs: 0, betweenTokensMs: 2, ...options });
  const { url, close: end } = await model.listen();
  close.push(end);
  return { model, url };
}

let folders = 0;

async function replayed(url: string, ...more: string[]) {
  const out = path.join(folder, `out-${folders++}`);
  const called = await call("replay", "--workload", workload, "--url", url, "--model", "made-up", "--out", out, ...more);
  return { ...called, out };
}

describe("replay", () => {
  it("measures what the server did, and finds the cache that was planned", async () => {
    const { model, url } = await served({ firstTokenMs: 150, betweenTokensMs: 25 });
    const { status, stdout, stderr, out } = await replayed(url);
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: expect.stringMatching(/^Sends 12 requests .* for at most 600 s \(--max-seconds\)/),
    });
    expect(stdout).toContain("All requests were sent. 12 of 12 requests have an answer.");
    expect(fs.readdirSync(out).sort()).toEqual(["replay.jsonl", "replay.png", "replay.vl.json", "replay_requests.csv"]);

    const requests = parseCsv(fs.readFileSync(path.join(out, "replay_requests.csv"), "utf8"));
    const did = model.served.slice(2); // After the two that find out its tokens.
    const middle = (values: number[]) => known(median(sorted(values)));
    const measured = (column: string) => middle(requests.map((row) => Number(row[column])));
    const firstMs = middle(did.map(({ receivedMs, firstMs }) => known(firstMs) - receivedMs));
    // A client sees a request begin earlier and its answer later than the server; how much depends on the machine, so exact times are
    // tested by a clock of the tests in lib/replay.
    expect(measured("first_token_ms")).toBeGreaterThanOrEqual(firstMs - 2);
    expect(measured("between_tokens_ms")).toBeGreaterThan(0);

    const total = (column: string) => requests.reduce((sum, row) => sum + Number(row[column]), 0);
    expect(total("prefix_tokens")).toBe(did.reduce((sum, { cachedTokens }) => sum + cachedTokens, 0));
    expect(total("prefix_tokens")).toBe(total("planned_prefix_tokens"));
    expect(total("input_tokens")).toBe(rows.reduce((sum, { input_length }) => sum + input_length, 0));
  });

  it("prints what docs/replay.md shows, but for times", async () => {
    const { url } = await served({ overhead: 12, blockSize: 16 });
    const out = path.join(folder, "example");
    const file = project("lib", "testing", "replay-workload.jsonl");
    const { stdout } = await call("replay", "--workload", file, "--url", url, "--model", "made-up", "--out", out, "--time-scale", "0.01");
    const docs = fs.readFileSync(project("docs", "replay.md"), "utf8");
    const lines = stdout.split("\n").filter((line) => !/Time|End to end|after they were due|Written/.test(line));
    expect(docs).toContain(lines.slice(0, 4).join("\n"));
    for (const line of lines) expect(docs).toContain(line);
  });

  it("writes rows that other commands read", async () => {
    const { url } = await served();
    const { out } = await replayed(url, "--provider-name", "local");
    const trace = path.join(out, "replay.jsonl");
    const db = path.join(out, "replay.duckdb");
    await buildDatabase({ inputs: [trace], db });
    const pool = await Pool.open(db);
    const steps = await pool.rows(`-- uses: step_times
      SELECT provider, model, session_id, count(*) AS steps, sum(prefix_tokens) > 0 AS has_prefix, bool_and(generation_us > 0) AS has_times
      FROM rounds JOIN step_times USING (round_pk) GROUP BY ALL ORDER BY session_id`);
    pool.close();
    const step = { provider: "local", model: "made-up", steps: 4, has_prefix: true, has_times: true };
    expect(steps).toEqual(["s0", "s1", "s2"].map((id) => ({ ...step, session_id: `local:${id}` })));
    const run = await call(
      "--input",
      trace,
      "--db",
      path.join(out, "run.duckdb"),
      "--only",
      "prefix_cache/cache_hit_ratio",
      "--no-gallery",
      "--out",
      path.join(out, "run"),
    );
    expect(run.status).toBe(0);
  });

  it("keeps what it has when Ctrl-C ends it", async () => {
    const { model, url } = await served({ betweenTokensMs: 5 });
    const ended = replayed(url, "--time-scale", "10");
    // Two short ones, and more than one of the workload: the first has its answer.
    await expect.poll(() => model.served.length).toBeGreaterThanOrEqual(5);
    process.emit("SIGINT");
    const { status, stdout, out } = await ended;
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(/Ended by you\. \d+ of 12 requests have an answer/) });
    expect(fs.existsSync(path.join(out, "replay.jsonl"))).toBe(true);
  });

  it.each([
    [["--max-seconds", "1", "--time-scale", "1000"], /Ended by --max-seconds\./, 0],
    [["--max-requests", "2"], /All requests were sent\. 2 of 2 requests/, 0],
    [["--concurrency", "1", "--time-scale", "0"], /12 of 12 requests/, 0],
  ])("with %j ends by itself", async (more, stdout, status) => {
    const { url } = await served();
    expect(await replayed(url, ...more)).toMatchObject({ status, stdout: expect.stringMatching(stdout) });
  });

  it.each([
    ["counts nothing", { countsTokens: false }, 0, /each word was taken for one\. No length is known/],
    ["doesn't stream", { streams: false }, 0, /12 answers came in one piece, without a stream/],
    ["says nothing of its cache", { cacheCounts: "never" }, 0, /doesn't report cached tokens/],
    ["fails now and then", { statusOf: (n: number) => (n === 4 ? 503 : 200) }, 0, /1 request failed: status 503: made-up failure 503/],
    ["stops answering", { statusOf: (n: number) => (n > 1 ? 500 : 200) }, 1, /12 requests failed: status 500/],
  ] as const)("a server that %s", async (_what, options, status, stdout) => {
    const { url } = await served(options);
    expect(await replayed(url, "--time-scale", "0")).toMatchObject({ status, stdout: expect.stringMatching(stdout) });
  });

  it.each([
    ["new prompts each time", [], false],
    ["the same prompts with a seed", ["--seed", "7"], true],
  ])("sends %s", async (_what, seed, isSame) => {
    const { model, url } = await served();
    for (let time = 0; time < 2; time++) await replayed(url, "--max-requests", "1", ...seed);
    const [, , first, , , second] = model.served.map(({ prompt }) => prompt);
    expect(first === second).toBe(isSame);
  });

  it("gives the key to the server alone", async () => {
    const { model, url } = await served();
    process.env.REPLAY_TEST_KEY = "secret";
    const { stdout, stderr, out } = await replayed(url, "--key-env", "REPLAY_TEST_KEY", "--max-requests", "1");
    delete process.env.REPLAY_TEST_KEY;
    expect(model.served.map(({ authorization }) => authorization)).toEqual(Array(3).fill("Bearer secret"));
    const written = fs.readdirSync(out).map((file) => fs.readFileSync(path.join(out, file), "latin1"));
    expect([stdout, stderr, ...written].join("\n")).not.toContain("secret");
  });
});

describe("a wrong call", () => {
  it.each([
    ["no address", "localhost:8000", [], /^--url takes an address such as http/],
    ["no key", "http://127.0.0.1:9/v1", ["--key-env", "NO_SUCH_KEY"], /^--key-env NO_SUCH_KEY: this environment variable is not set/],
    ["no speed", "http://127.0.0.1:9/v1", ["--time-scale", "-1"], /^--time-scale must be at least 0/],
    ["another block size", "http://127.0.0.1:9/v1", ["--block-size", "640"], /workload\.jsonl:1 has 10 ids/],
  ])("%s", async (_what, url, more, message) => {
    expect(await replayed(url, ...more)).toMatchObject({ status: 2, stdout: "", stderr: expect.stringMatching(message) });
  });

  it("of a server that isn't there, or isn't one", async () => {
    const { url } = await served();
    const wrong = await replayed(url.replace("/v1", "/v2"));
    const sentence = (what: string) => new RegExp(`\\n${what} Check --url, --api, --model and the key\\.\\n$`);
    expect(wrong).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(sentence(".*/v2/chat/completions did not answer a first short request: status 404: Not Found\\.")),
    });
    await Promise.all(close.splice(0).map((end) => end()));
    expect(await replayed(url)).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(sentence(".*: no answer \\(.*ECONNREFUSED.*\\)\\.")),
    });
  });
});
