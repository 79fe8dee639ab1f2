/** The server as agents use it: a process of its own, spoken to by the SDK's own client over standard input and output. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport, type StdioServerParameters } from "@modelcontextprotocol/sdk/client/stdio.js";
import { CallToolResultSchema } from "@modelcontextprotocol/sdk/types.js";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { memoryOf } from "../assistant/fence/memory-of.ts";
import { tokensOf } from "../assistant/mcp/tokens.ts";
import { buildDatabase } from "../db/build/build.ts";
import { processOf, projectFile } from "../files/program.ts";
import { at, known } from "../stats/known.ts";
import { reportOf, withRun } from "../testing/finished-run.ts";
import { tracedStep } from "../testing/runs.ts";
import { sampleDatabase } from "../testing/sample.ts";

const MIB = 2 ** 20;
/** A busy machine takes long. */
const PATIENT = { timeout: 300_000 };

interface Server {
  readonly client: Client;
  readonly pid: number;
  /** What came on standard output that is not the protocol. */
  readonly noise: readonly Error[];
}

function serverOf(...words: readonly string[]): Promise<Server> {
  const { file, execArgv } = processOf("run-all.ts");
  return started({ command: process.execPath, args: [...execArgv, file, "mcp", ...words] });
}

async function started(program: StdioServerParameters): Promise<Server> {
  const transport = new StdioClientTransport({ ...program, stderr: "ignore" });
  const client = new Client({ name: "test", version: "1" });
  const noise: Error[] = [];
  client.onerror = (error) => noise.push(error);
  await client.connect(transport, PATIENT);
  return { client, pid: known(transport.pid), noise };
}

const Answer = z.object({
  isError: z.boolean().optional(),
  content: z.array(
    z.object({ type: z.string(), text: z.string().optional(), data: z.string().optional(), mimeType: z.string().optional() }),
  ),
});

async function call({ client }: Server, name: string, args: Record<string, unknown> = {}, signal?: AbortSignal) {
  const { isError = false, content } = Answer.parse(
    await client.callTool({ name, arguments: args }, CallToolResultSchema, { ...PATIENT, ...(signal ? { signal } : {}) }),
  );
  return { isError, content, text: at(content, -1).text ?? "" };
}

let db: string;
let server: Server;
let folder: string;
beforeAll(async () => {
  db = await sampleDatabase();
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "mcp-"));
  await withRun(async (run) => {
    const done = await run.add({
      id: "cost/by_day",
      figures: [{ name: "by_day", title: "Costs fall", width: 3000, height: 1500 }, { name: "parts" }],
      headlines: [{ label: "Cost", value: "$1.20" }],
    });
    fs.writeFileSync(path.join(run.out, "run.json"), JSON.stringify(reportOf([done])));
    fs.cpSync(run.out, folder, { recursive: true });
  });
  server = await serverOf("--db", db, "--allow-sql", "--run", folder);
});
afterAll(async () => {
  await server.client.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

describe("the README", () => {
  const readme = fs.readFileSync(projectFile("README.md"), "utf8");
  const [, forClaude = ""] = /claude mcp add trace-atlas -- (.*?) +#/.exec(readme) ?? [];
  const [, command = "", args = ""] = /\[mcp_servers\.trace-atlas\].*\n +command = (".*")\n +args = (\[.*\])/.exec(readme) ?? [];

  it.each([
    ["Claude Code", forClaude.split(" ").map((word) => word.replaceAll('"', ""))],
    ["Codex", [JSON.parse(command || "null"), ...JSON.parse(args || "[]")]],
  ])("has settings for %s that start the server, wherever the agent is", async (_, words) => {
    const [program, ...rest] = words.map((word: string) =>
      word.replace(/^\$PWD|^\/path\/to\/this\/folder/, path.dirname(projectFile("README.md"))),
    );
    const { client } = await started({ command: known(program), args: [...rest, "--db", db], cwd: folder });
    const { tools } = await client.listTools();
    await client.close();
    expect(tools.map(({ name }) => name)).toContain("run_question");
  });
});

describe("tools", () => {
  it("only read, and cost fewer than 600 tokens", async () => {
    const { tools } = await server.client.listTools(undefined, PATIENT);
    expect(tools.map(({ name }) => name)).toEqual(["find_questions", "run_question", "describe_schema", "get_figure", "run_sql"]);
    for (const { annotations } of tools)
      expect(annotations).toEqual({ readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false });
    const descriptions = tools.reduce((total, { name, description = "" }) => total + tokensOf(`${name}: ${description}`), 0);
    const whole = tokensOf(JSON.stringify(tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema }))));
    const answer = await call(server, "run_question", { id: "cost/by_day" });
    console.info(
      `Tool descriptions: ${descriptions} tokens, with their schemas ${whole}; a typical answer: ${tokensOf(answer.text)} tokens.`,
    );
    expect(whole).toBeLessThan(600);
  });

  it("leave out SQL unless it is allowed", async () => {
    const plain = await serverOf("--db", db);
    const { tools } = await plain.client.listTools(undefined, PATIENT);
    expect(tools.map(({ name }) => name)).not.toContain("run_sql");
    expect(await call(plain, "run_sql", { sql: "SELECT 1" })).toMatchObject({ isError: true });
    await plain.client.close();
  });
});

describe("an answer", () => {
  it.each<[string, string, Record<string, unknown>, RegExp]>([
    ["finds questions", "find_questions", { words: "what did each day cost" }, /^cost\/by_day: What did each day cost\? \(since, until/],
    [
      "runs a question",
      "run_question",
      { id: "cost/by_day" },
      /^What did each day cost\? \(cost\/by_day\)\nday,cost_usd,steps,unpriced_steps\n20\d\d-/,
    ],
    ["takes parameters", "run_question", { id: "cost/by_day", parameters: { provider: "codex" } }, /\n20\d\d-/],
    ["lists tables", "describe_schema", {}, /^step_facts: Agent steps/],
    ["describes a table", "describe_schema", { table: "calls" }, /Columns: round_pk, tool_index/],
    ["lists figures", "get_figure", {}, /^cost\/by_day: Costs fall\ncost\/by_day\/parts: A figure\n/],
    ["runs SQL", "run_sql", { sql: "SELECT 1 AS a, 'x' AS b" }, /^a,b\n1,x\n/],
    [
      "cuts long answers",
      "run_sql",
      { sql: "SELECT range, 'abcdefghij' AS x FROM range(1000)" },
      /\d+ of 500 rows are shown; ask with rows for more\.\nOnly the first 500 rows/,
    ],
  ])("%s, is short and ends with its size", async (_, tool, args, expected) => {
    const { isError, text } = await call(server, tool, args);
    expect(isError).toBe(false);
    expect(text).toMatch(expected);
    expect(Buffer.byteLength(text)).toBeLessThan(2_048);
    const [, tokens] = /\[about (\d+) tokens\]$/.exec(text) ?? [];
    expect(Math.abs(Number(tokens) - tokensOf(text))).toBeLessThanOrEqual(1);
  });

  it("is longer when more rows are asked for", async () => {
    const { text } = await call(server, "run_sql", { sql: "SELECT range, 'abcdefghij' AS x FROM range(1000)", rows: 400 });
    expect(text.split("\n").filter((line) => line.endsWith("abcdefghij"))).toHaveLength(400);
  });

  it("has names of projects only when they are allowed", async () => {
    const secret = await databaseOf("-home-me-secret");
    for (const [flags, shown, asked] of [
      [[], "project 1", "project 1"],
      [["--names"], "-home-me-secret", "-home-me-*"],
    ] as const) {
      const other = await serverOf("--db", secret, "--allow-sql", ...flags);
      const byQuestion = await call(other, "run_question", { id: "cost/by_project", parameters: { project: asked } });
      const bySql = await call(other, "run_sql", { sql: "SELECT DISTINCT project FROM step_facts" });
      await other.client.close();
      for (const { text } of [byQuestion, bySql]) {
        expect(text).toContain(shown);
        expect(text.includes("secret")).toBe(flags.length > 0);
      }
    }
  });

  it("has a picture without the data in its file", async () => {
    const { content, text } = await call(server, "get_figure", { name: "cost/by_day" });
    const { type, mimeType, data = "" } = at(content, 0);
    expect([type, mimeType]).toEqual(["image", "image/png"]);
    const { width, height } = await sharp(Buffer.from(data, "base64")).metadata();
    expect([width, height]).toEqual([1568, 784]);
    expect(text).toContain("Costs fall\nWhat is drawn.\nTaller bars are larger.\nCost: $1.20\n");
    expect(Number(/\[about (\d+) tokens\]$/.exec(text)?.[1])).toBeGreaterThan((1568 * 784) / 750);
  });

  it.each<[string, string, Record<string, unknown>, RegExp]>([
    [
      "a question that isn't there",
      "run_question",
      { id: "cost/by_dya" },
      /^Unknown question "cost\/by_dya". Did you mean cost\/by_day\? find_questions lists them\./,
    ],
    [
      "a parameter that isn't there",
      "run_question",
      { id: "cost/by_day", parameters: { sinse: "2026-01-01" } },
      /^cost\/by_day has no parameter "sinse"\. Did you mean since\?/,
    ],
    ["a figure that isn't there", "get_figure", { name: "by_day" }, /^The run has no figure "by_day"\. There are cost\/by_day/],
    ["a way out of the run's folder", "get_figure", { name: "../../etc/passwd" }, /^The run has no figure/],
    ["a table that isn't there", "describe_schema", { table: "rounds" }, /^Unknown table "rounds"\. The tables are step_facts/],
    ["SQL that is not a SELECT", "run_sql", { sql: "DROP TABLE calls" }, /^Only one SELECT/],
    ["arguments of another type", "run_sql", { sql: 7 }, /Invalid arguments|validation/i],
    ["a tool that isn't there", "run_code", {}, /run_code/],
  ])("says what is wrong with %s", async (_, tool, args, expected) => {
    const { isError, text } = await call(server, tool, args);
    expect(isError).toBe(true);
    expect(text).toMatch(expected);
  });
});

/** A pool with a step of a project. */
async function databaseOf(name: string): Promise<string> {
  const [trace, file] = [path.join(folder, "t.jsonl"), path.join(folder, "t.duckdb")];
  fs.writeFileSync(trace, `${JSON.stringify({ ...tracedStep(1, "user_message", 0), project: name })}\n`);
  await buildDatabase({ inputs: [trace], db: file });
  return file;
}

const ENDLESS = "SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range + b.range = -1";

describe.skipIf(process.platform !== "linux")("the server", () => {
  it("stops a query that the client cancels, and answers the next one", async () => {
    await call(server, "run_sql", { sql: "SELECT 1" });
    const canceled = new AbortController();
    const asked = call(server, "run_sql", { sql: ENDLESS }, canceled.signal);
    const next = call(server, "run_sql", { sql: "SELECT 2 AS two" });
    canceled.abort("enough");
    await expect(asked).rejects.toThrow("enough");
    expect((await next).text).toMatch(/^two\n2\n/);
  });

  it("survives that the process of its queries is killed", async () => {
    await call(server, "run_sql", { sql: "SELECT 1" });
    const [child] = childrenOf(server.pid);
    process.kill(known(child), "SIGKILL");
    await expect.poll(() => childrenOf(server.pid)).not.toContain(child);
    expect((await call(server, "run_sql", { sql: "SELECT 3 AS three" })).text).toMatch(/^three\n3\n/);
  });

  it("answers 200 calls in a row without growing, and prints nothing but the protocol", async () => {
    const ask = async (i: number) => {
      const args = [
        ["find_questions", { words: "cost by day" }],
        ["run_question", { id: "cost/by_day" }],
        ["run_sql", { sql: `SELECT ${i} AS i, count(*) FROM step_facts` }],
        ["get_figure", { name: "cost/by_day" }],
      ] as const;
      const [tool, given] = at(args, i % args.length);
      expect(await call(server, tool, given)).toMatchObject({ isError: false });
    };
    for (let i = 0; i < 60; i++) await ask(i);
    const before = known(await memoryOf(server.pid));
    for (let i = 0; i < 200; i++) await ask(i);
    const grown = known(await memoryOf(server.pid)) - before;
    console.info(`After 200 calls the server has grown by ${Math.round(grown / MIB)} MiB, to ${Math.round((before + grown) / MIB)} MiB.`);
    expect(grown).toBeLessThan(48 * MIB);
    expect(server.noise).toEqual([]);
  });

  it("ends with its client, and so does the process of its queries", async () => {
    const other = await serverOf("--db", db, "--allow-sql");
    await call(other, "run_sql", { sql: "SELECT 1" });
    const pids = [other.pid, ...childrenOf(other.pid)];
    expect(pids).toHaveLength(2);
    await other.client.close();
    await expect.poll(() => pids.filter(isAlive)).toEqual([]);
  });
});

function childrenOf(pid: number): number[] {
  return fs.readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
}

function isAlive(pid: number): boolean {
  return fs.existsSync(`/proc/${pid}`);
}
