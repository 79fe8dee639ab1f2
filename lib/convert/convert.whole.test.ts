import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildDatabase } from "../db/build/build.ts";
import { Pool } from "../db/open/pool.ts";
import { writeOtlp } from "../export/otlp/export.ts";
import { publicTool } from "../export/sessions/read.ts";
import { call } from "../testing/call.ts";
import { samplePool } from "../testing/sample.ts";
import { shortId } from "../trace/sessions.ts";
import { convert, reportFileOf } from "./convert.ts";
import { AGENT, CHAT, converted, otlp, type SpanLiteral, TOOL } from "./fixture.ts";

/** Orders of spans; `FUZZ_RUNS=1000` for a thorough run. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 10);

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "converted-"));
afterAll(() => fs.rmSync(folder, { recursive: true }));
const at = (name: string) => path.join(folder, name);
const OPTIONS = { cachedApart: false, missingIsZero: false };

describe("the sample, exported as OTLP and converted", () => {
  let sample: Pool;
  let back: Pool;
  beforeAll(async () => {
    sample = await samplePool();
    await writeOtlp(sample, at("spans.jsonl"), { version: "1" });
    await convert({ ...OPTIONS, files: [at("spans.jsonl")], out: at("rows.jsonl") });
    await buildDatabase({ inputs: [at("rows.jsonl")], db: at("rows.duckdb") });
    back = await Pool.open(at("rows.duckdb"), {});
  });
  afterAll(() => back.close());

  /** Ids of sessions are the short ones of the export; names of tools those that it publishes. */
  const NAMES = {
    sample: { session: shortId, tool: publicTool },
    back: { session: (id: string) => id.slice(id.indexOf(":") + 1), tool: (name: string | null) => name ?? "" },
  };
  type Named = { session_id: string; tool_name?: string | null };
  const both = async (sql: string) =>
    Promise.all(
      [
        { pool: sample, names: NAMES.sample },
        { pool: back, names: NAMES.back },
      ].map(async ({ pool, names }) =>
        (await pool.rows<Named>(sql))
          .map((row) => ({
            ...row,
            session_id: names.session(row.session_id),
            ...(row.tool_name === undefined ? {} : { tool_name: names.tool(row.tool_name) }),
          }))
          .map((row) => JSON.stringify(row))
          .sort(),
      ),
    );

  it("has the same steps: order, model, tokens, cost, requests and time of generation", async () => {
    const [before, after] = await both(`-- uses: timeline_steps
      SELECT
        session_id, row_number() OVER (PARTITION BY session_id ORDER BY position, first_us NULLS LAST, round_pk)::INTEGER AS no,
        provider, model, input_tokens_total, rounds.prefix_tokens, newly_append_tokens, rounds.output_tokens, reasoning_output_tokens,
        claude_uncached_input_tokens, claude_cache_creation_input_tokens, claude_cache_read_input_tokens,
        cost_nano, request_no, has_user_message, generation_start_us, generation_us, tool_calls
      FROM rounds JOIN timeline_steps USING (round_pk, session_id)`);
    expect(before).toHaveLength(5000);
    expect(after).toEqual(before);
  });

  it("has the same calls: name, times, size of the result, error", async () => {
    const [before, after] = await both(`
      SELECT session_id, tool_name, epoch_us(emitted_at) AS emitted_us, epoch_us(result_at) AS result_us, tool_wall_latency_ms, is_error, result_chars
      FROM tool_calls JOIN rounds USING (round_pk)`);
    expect(before).toHaveLength(6021);
    expect(after).toEqual(before);
  });
});

const SPANS: readonly SpanLiteral[] = [
  ...["t1", "t2"].flatMap((trace, i): SpanLiteral[] => [
    { trace, id: "agent", from: i * 100, to: i * 100 + 20, attributes: { ...AGENT, "gen_ai.conversation.id": "c" } },
    { trace, id: "a", parent: "agent", from: i * 100 + 0.5, to: i * 100 + 2, attributes: CHAT },
    { trace, id: "bash", parent: "agent", from: i * 100 + 2, to: i * 100 + 3, attributes: TOOL },
    { trace, id: "helper", parent: "bash", from: i * 100 + 2.1, to: i * 100 + 2.9, attributes: AGENT },
    { trace, id: "h", parent: "helper", from: i * 100 + 2.1, to: i * 100 + 2.9, attributes: CHAT },
    { trace, id: "b", parent: "agent", from: i * 100 + 4, to: i * 100 + 6, attributes: CHAT },
  ]),
  { trace: "t2", id: "b", parent: "agent", from: 104, to: 105, attributes: CHAT },
  { trace: "t3", id: "alone", from: 50, to: 51, attributes: CHAT },
];

describe("any order of spans, in any number of lines and files", () => {
  it("gives the same rows and the same report", async () => {
    const expected = await converted([JSON.stringify(otlp(SPANS))]);
    expect(expected.rows).toHaveLength(7);
    const size = { minLength: SPANS.length, maxLength: SPANS.length };
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([...SPANS], size),
        fc.integer({ min: 1, max: 5 }),
        fc.boolean(),
        async (spans, perLine, inFiles) => {
          const lines: string[] = [];
          for (let from = 0; from < spans.length; from += perLine) lines.push(JSON.stringify(otlp(spans.slice(from, from + perLine))));
          const { rows, report } = await converted(inFiles ? lines : [lines.join("\n")]);
          expect(rows).toEqual(expected.rows);
          expect({ ...report, records: 0 }).toEqual({ ...expected.report, records: 0 });
        },
      ),
      { numRuns: RUNS },
    );
  });
});

const LINE = JSON.stringify(otlp(SPANS.slice(0, 6)));

describe("a file", () => {
  it.each<readonly [what: string, content: string | Uint8Array, rows: number, rejected: readonly object[]]>([
    ["of lines", `${LINE}\n\n${LINE.replaceAll('"t1"', '"t9"')}\n`, 6, []],
    ["of one document over several lines", JSON.stringify(JSON.parse(LINE), null, 2), 3, []],
    ["of a list", `[${LINE}]`, 3, []],
    ["that is packed", gzipSync(LINE), 3, []],
    ["with a damaged line", `${LINE}\n{"resource\n`, 3, [{ reason: "lines that are not JSON objects", count: 1, tokens: 0 }]],
    ["whose first line is damaged", `{"resource\n${LINE}\n`, 3, [{ reason: "lines that are not JSON objects", count: 1, tokens: 0 }]],
    ["with metrics", `${LINE}\n{"resourceMetrics":[]}\n`, 3, [{ reason: "records of another format", count: 1, tokens: 0 }]],
  ])("%s is read", async (_, content, count, rejected) => {
    const { rows, report } = await converted([content]);
    expect(rows).toHaveLength(count);
    expect(report.rejected).toEqual(rejected);
  });

  it("of prompts and answers gives rows without them, for their owner alone", async () => {
    const attributes = { ...CHAT, "gen_ai.input.messages": "a secret", "gen_ai.prompt": "a secret", "user.id": "a secret" };
    const tool = { ...TOOL, "gen_ai.tool.call.arguments": "a secret", "gen_ai.tool.call.result": "a secret" };
    const spans: SpanLiteral[] = [
      { id: "a", name: "chat a secret", from: 0, to: 1, attributes },
      { id: "b", name: "a secret", from: 2, to: 3, attributes: tool },
    ];
    fs.writeFileSync(at("secret.jsonl"), JSON.stringify(otlp(spans)));
    const out = at("private.jsonl");
    await convert({ ...OPTIONS, files: [at("secret.jsonl")], out });
    for (const file of [out, reportFileOf(out)]) {
      expect(fs.readFileSync(file, "utf8")).not.toContain("secret");
      expect(fs.statSync(file).mode & 0o777).toBe(0o600);
    }
    expect(fs.readdirSync(folder).filter((name) => name.startsWith("."))).toEqual([]);
  });
});

describe("the command", () => {
  beforeAll(() => {
    fs.writeFileSync(at("in.jsonl"), LINE);
    fs.writeFileSync(at("other.jsonl"), '{"hello":1}\n');
    fs.writeFileSync(at("nothing.jsonl"), JSON.stringify(otlp([{ id: "a", from: 0, to: 1, attributes: TOOL }])));
    fs.mkdirSync(at("place"));
  });

  it("writes the trace and says what it lacks", async () => {
    const { status, stdout, stderr } = await call("convert", at("in.jsonl"), "--out", at("place"));
    expect(status).toBe(0);
    expect(stdout).toMatch(/^prefix_tokens \+1 +3 +gen_ai\.usage\.cache_read\.input_tokens/m);
    expect(stdout).toMatch(/^project \+5 +0 +not in this format +figures by project and by user/m);
    expect(stderr).toContain(`Wrote ${at("place/converted.jsonl")}: 3 steps and 1 tool call of 2 sessions, from otlp.`);
    const validated = await call("validate", "--input", at("place/converted.jsonl"), "--out", at("validated"));
    expect(validated).toMatchObject({ status: 0 });
  });

  it("prints the report as JSON", async () => {
    const { stdout } = await call("convert", at("in.jsonl"), "-o", at("json.jsonl"), "--json");
    expect(JSON.parse(stdout)).toEqual(JSON.parse(fs.readFileSync(at("json.report.json"), "utf8")));
  });

  it.each<readonly [words: readonly string[], status: number, sentence: RegExp]>([
    [["missing.jsonl"], 2, /missing\.jsonl was not found\. Check the path/],
    [[folder], 2, /is a folder\. Name the files in it\./],
    [[at("in.jsonl"), "--out", at("in.jsonl")], 2, /would replace .*in\.jsonl, which is input/],
    [[at("in.jsonl"), "--out", at("a.jsonl.gz")], 2, /the trace is written unpacked\. Leave out the \.gz\./],
    [[at("in.jsonl"), "--from", "jaeger"], 2, /--from .*jaeger/],
    [[at("other.jsonl"), "--out", at("none.jsonl")], 1, /no record is of a format that can be converted: otlp, langfuse, agent-trace\./],
    [[at("other.jsonl"), "--from", "otlp", "--out", at("none.jsonl")], 1, /Found were 1 records of another format\./],
    [
      [at("nothing.jsonl"), "--out", at("none.jsonl")],
      1,
      /no call of a model in otlp has enough for a row\. Found were 1 calls of tools before/,
    ],
  ])("refuses %j", async (words, status, sentence) => {
    const refused = await call("convert", ...words);
    expect({ ...refused, stderr: refused.stderr.trimEnd() }).toEqual({ status, stdout: "", stderr: expect.stringMatching(sentence) });
    expect(fs.existsSync(at("none.jsonl"))).toBe(false);
  });
});
