import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasShared, shared } from "../../testing/paths.ts";
import { zstdStored } from "../../testing/unpack-fixture.ts";
import { TRACE_TABLES, type TraceTable } from "../../trace/schema.ts";
import { quoteLiteral, quoteName } from "../sql.ts";
import { type BuildOptions, type BuildReport, buildDatabase, formatBuildReport } from "./build.ts";

/** Cuts at every byte; by default at a few, for `lib/files/unpack.test.ts` cuts at every one. */
const LONG = process.env.LONG === "1";
/** Made-up traces; `FUZZ_RUNS=1000` for a thorough run. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 5);

const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "build-")));
/** Reads what was built. */
const reader = await DuckDBInstance.create(":memory:", { threads: "1" });
afterAll(() => {
  reader.closeSync();
  fs.rmSync(folder, { recursive: true });
});

let names = 0;

function place(extension: string): string {
  return path.join(folder, `${names++}.${extension}`);
}

function write(content: string | Uint8Array, extension = "jsonl"): string {
  const file = place(extension);
  fs.writeFileSync(file, content);
  return file;
}

/** Builds from the files (or the lines of one) and returns the report. */
async function build(inputs: string | readonly string[], options: Partial<BuildOptions> = {}): Promise<BuildReport> {
  return buildDatabase({ inputs: typeof inputs === "string" ? [write(inputs)] : inputs, db: place("duckdb"), threads: 1, ...options });
}

async function withDatabases<T>(files: Readonly<Record<string, string>>, use: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  const connection = await reader.connect();
  for (const [name, file] of Object.entries(files)) await connection.run(`ATTACH ${quoteLiteral(file)} AS ${name} (READ_ONLY)`);
  try {
    return await use(connection);
  } finally {
    await connection.run("USE memory");
    for (const name of Object.keys(files)) await connection.run(`DETACH ${name}`);
    connection.closeSync();
  }
}

/** Rows of a query on the tables, in the order in which they are stored unless the query has one; integers as text. */
async function query(db: string, sql: string): Promise<unknown[]> {
  return withDatabases({ pool: db }, async (connection) => {
    await connection.run("USE pool");
    return (await connection.runAndReadAll(sql)).getRowsJson().map((row) => (row.length === 1 ? row[0] : row));
  });
}

async function message(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "",
    (error: Error) => `${error.name}: ${error.message}`,
  );
}

function leftovers(): string[] {
  return fs.readdirSync(folder).filter((name) => name.startsWith("."));
}

const step = (index: number) =>
  JSON.stringify({ round_index: index, tools: [{ tool_index: index }], timing_events: [{ result_chars: index }, {}] });
const indexes = (db: string) => query(db, "SELECT round_index FROM rounds");

describe("tables", () => {
  it("have the documented columns whatever the trace holds", async () => {
    const { db } = await build("{}\n");
    const columns = await query(
      db,
      "SELECT table_name, column_name, data_type FROM information_schema.columns ORDER BY table_name, ordinal_position",
    );
    const documented = (Object.keys(TRACE_TABLES) as TraceTable[]).flatMap((table) =>
      Object.entries(TRACE_TABLES[table]).map(([name, type]) => [table, name, type]),
    );
    expect(columns).toEqual(
      [...documented, ["trace_source", "path", "VARCHAR"]].sort((a, b) =>
        (a[0] as string) < (b[0] as string) ? -1 : a[0] === b[0] ? 0 : 1,
      ),
    );
  });

  it("hold one row per line and per element, missing keys as null", async () => {
    const { db } = await build(
      [
        '{"provider":"claude","round_index":0,"model":"","user":"ü \\"q\\" \\u00e9\\n","reasoning_output_tokens":null,"timing_events":[{"event_type":"text","content_chars":5}],"tools":[{"tool_name":"Bash","input":{"command":"ls"},"is_error":false}]}',
        '{"provider":"codex","turn_id":"t"}',
        "{}",
      ].join("\n"),
    );
    expect(await query(db, 'SELECT round_pk, ingest_seq, provider, round_index, model, "user", turn_id FROM rounds')).toEqual([
      ["1", "1", "claude", "0", "", 'ü "q" é\n', null],
      ["2", "2", "codex", null, null, null, "t"],
      ["3", "3", null, null, null, null, null],
    ]);
    expect(await query(db, "SELECT round_pk, event_index, event_type, content_chars FROM timing_events")).toEqual([
      ["1", "1", "text", "5"],
    ]);
    expect(await query(db, "SELECT round_pk, tool_name, is_error, input_chars FROM tool_calls")).toEqual([["1", "Bash", false, null]]);
  });

  it("count elements that are not objects", async () => {
    const { db, rows } = await build('{"timing_events":[1,{"event_type":"text"},null,"x",[]],"tools":[null,{"tool_name":"a"}]}\n');
    expect(rows).toEqual({ rounds: 1, timing_events: 5, tool_calls: 2 });
    expect(await query(db, "SELECT event_index, event_type FROM timing_events")).toEqual([
      ["1", null],
      ["2", "text"],
      ["3", null],
      ["4", null],
      ["5", null],
    ]);
    expect(await query(db, "SELECT tool_name FROM tool_calls")).toEqual([null, "a"]);
  });

  it("read values of other types as the column's", async () => {
    const { db } = await build(
      '{"round_index":"7","output_tokens":12.5,"prefix_tokens":9223372036854775807,"model":4.50,"store":true,"timing_events":[{"is_error":"true","tool_index":"1"},{"is_error":0}]}\n',
    );
    expect(await query(db, "SELECT round_index, output_tokens, prefix_tokens, model, store FROM rounds")).toEqual([
      ["7", "13", "9223372036854775807", "4.50", "true"],
    ]);
    expect(await query(db, "SELECT is_error, tool_index FROM timing_events")).toEqual([
      [true, "1"],
      [false, null],
    ]);
  });

  it("leave reasoning tokens that are not integers missing and say so", async () => {
    const report = await build('{"reasoning_output_tokens":"many"}\n{"reasoning_output_tokens":"12"}\n{"reasoning_output_tokens":{}}\n');
    expect(await query(report.db, "SELECT reasoning_output_tokens FROM rounds")).toEqual([null, "12", null]);
    expect(report.unreadable).toEqual({ "rounds.reasoning_output_tokens": 2 });
    expect(formatBuildReport(report)).toContain("rounds.reasoning_output_tokens: 2 values cannot be read and are missing");
  });

  it("read timestamps in UTC, to the microsecond; others are missing", async () => {
    const cases = [
      ["2026-02-06T09:24:39.155Z", "2026-02-06 09:24:39.155"],
      ["2026-02-06T09:24:39.155123Z", "2026-02-06 09:24:39.155123"],
      ["2026-02-06T09:24:39.155123987Z", "2026-02-06 09:24:39.155123"],
      ["2026-02-06T09:24:39", "2026-02-06 09:24:39"],
      ["2026-02-06 09:24:39Z", "2026-02-06 09:24:39"],
      ["2026-02-06T09:24:39ZZ", "2026-02-06 09:24:39"],
      ["2026-02-06", "2026-02-06 00:00:00"],
      ["2026-02-06T09:24:39+02:00", "2026-02-06 07:24:39"],
      ["2026-02-06T00:24:39.5-07:30", "2026-02-06 07:54:39.5"],
      ["2026-02-06T09:24:39+0200", "2026-02-06 07:24:39"],
      ["2026-02-30T09:24:39Z", null],
      ["yesterday", null],
      ["", null],
      [1770369879, null],
      [null, null],
    ] as const;
    const lines = cases.map(([text]) => JSON.stringify({ timing_events: [{ timestamp: text }], tools: [{ emitted_at: text }] }));
    const report = await build(lines.join("\n"));
    const read = async (sql: string) => (await query(report.db, sql)).map((time, i) => [cases[i]?.[0], time]);
    expect(await read('SELECT "timestamp"::VARCHAR FROM timing_events')).toEqual(cases);
    expect(await read("SELECT emitted_at::VARCHAR FROM tool_calls")).toEqual(cases);
    const missing = cases.filter(([text, expected]) => expected === null && text !== null).length;
    expect(report.unreadable).toEqual({ "timing_events.timestamp": missing, "tool_calls.emitted_at and result_at": missing });
  });
});

describe("order", () => {
  const files = [step(1), step(2), step(3)].map((line) => write(`${line}\n`));

  it("is the order of the arguments", async () => {
    const order = [files[2], files[0], files[1]] as string[];
    const { db } = await build(order);
    expect(await query(db, "SELECT round_pk, round_index FROM rounds")).toEqual([
      ["1", "3"],
      ["2", "1"],
      ["3", "2"],
    ]);
    expect(await query(db, "SELECT round_pk, event_index, result_chars FROM timing_events")).toEqual([
      ["1", "1", "3"],
      ["1", "2", null],
      ["2", "1", "1"],
      ["2", "2", null],
      ["3", "1", "2"],
      ["3", "2", null],
    ]);
    expect(await query(db, "SELECT path FROM trace_source")).toEqual([order.map((file) => path.basename(file)).join("\n")]);
  });

  it("is kept over row groups, parts and threads", async () => {
    const rows = 125_000;
    const half = rows / 2;
    const lines = Array.from({ length: rows }, (_, i) => step(i));
    const parts = [write(lines.slice(0, half).join("\n")), write(gzipSync(`${lines.slice(half).join("\n")}\n`, { level: 1 }), "jsonl.gz")];
    const { db } = await build(parts, { threads: 4 });
    const disorder = (table: string, key: string) =>
      query(db, `SELECT count(*) FROM (SELECT ${key} <= lag(${key}) OVER () AS wrong FROM ${table}) WHERE wrong`);
    expect(await query(db, `SELECT count(*), count(*) FILTER (round_index = round_pk - 1), max(round_pk) FROM rounds`)).toEqual([
      [`${rows}`, `${rows}`, `${rows}`],
    ]);
    expect(await query(db, "SELECT count(*), count(*) FILTER (tool_index = round_pk - 1) FROM tool_calls")).toEqual([
      [`${rows}`, `${rows}`],
    ]);
    expect(
      await query(db, "SELECT count(*), count(*) FILTER (result_chars = round_pk - 1) FROM timing_events WHERE event_index = 1"),
    ).toEqual([[`${rows}`, `${rows}`]]);
    expect(await disorder("rounds", "round_pk")).toEqual(["0"]);
    expect(await disorder("tool_calls", "round_pk")).toEqual(["0"]);
    expect(await disorder("timing_events", "(round_pk * 2 + event_index)")).toEqual(["0"]);
  });

  it("reads a file that is named twice once", async () => {
    const { db, files: read } = await build([files[1], files[0], files[1]] as string[]);
    expect(await indexes(db)).toEqual(["2", "1"]);
    expect(read).toEqual([files[1], files[0]]);
  });
});

/** Compressed by the engine, because Node 20 has no zstd. */
async function zstd(lines: readonly string[]): Promise<Buffer> {
  const file = place("zst");
  const connection = await reader.connect();
  await connection.run(
    `COPY (SELECT unnest([${lines.map(quoteLiteral).join(", ")}])) TO ${quoteLiteral(file)} (FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\x01', COMPRESSION zstd)`,
  );
  connection.closeSync();
  return fs.readFileSync(file);
}

describe("files", () => {
  const lines = Array.from({ length: 20 }, (_, i) => step(i));
  const text = `${lines.join("\n")}\n`;
  const expected = lines.map((_, i) => String(i));

  const KINDS: readonly (readonly [kind: string, extension: string, content: () => Buffer | Promise<Buffer>])[] = [
    ["plain", "jsonl", () => Buffer.from(text)],
    ["plain without a last line feed", "jsonl", () => Buffer.from(text.trimEnd())],
    ["plain with a byte order mark", "jsonl", () => Buffer.from(`\ufeff${text}`)],
    ["plain with Windows line ends", "jsonl", () => Buffer.from(text.replaceAll("\n", "\r\n"))],
    ["plain with blank lines", "jsonl", () => Buffer.from(`\n \t\r\n${text.replaceAll("\n", "\n\n")}\n`)],
    ["plain with another name", "jsonl.gz", () => Buffer.from(text)],
    ["gzip", "jsonl.gz", () => gzipSync(text)],
    ["gzip with another name", "jsonl", () => gzipSync(text)],
    ["gzip of several members", "jsonl.gz", () => Buffer.concat((text.match(/.{1,50}/gs) as string[]).map((piece) => gzipSync(piece)))],
    ["gzip with a byte order mark", "jsonl.gz", () => gzipSync(`\ufeff${text}`)],
    ["gzip padded with zeros", "jsonl.gz", () => Buffer.concat([gzipSync(text), Buffer.alloc(100)])],
    ["zstd", "jsonl.zst", () => zstd(lines)],
    ["zstd with another name", "jsonl", () => zstd(lines)],
    ["zstd of several frames", "jsonl.zst", async () => Buffer.concat([await zstd(lines.slice(0, 7)), await zstd(lines.slice(7))])],
  ];
  let read: unknown[];
  beforeAll(async () => {
    const files: string[] = [];
    for (const [, extension, content] of KINDS) files.push(write(await content(), extension));
    read = await indexes((await build(files)).db);
  });

  it.each(KINDS.map(([kind], i) => [kind, i] as const))("%s", (_, i) => {
    expect(read.slice(i * lines.length, (i + 1) * lines.length)).toEqual(expected);
  });

  it("keeps every character of zstd", async () => {
    const odd = '{"model":"ÿ é 漢 🙂 \\u0001 \\"→\'","user":"a,b\\tc"}';
    const { db } = await build([write(await zstd([odd]), "zst")]);
    const plain = await build(`${odd}\n`);
    expect(await query(db, 'SELECT model, "user" FROM rounds')).toEqual(await query(plain.db, 'SELECT model, "user" FROM rounds'));
  });

  it("counts the lines of zstd as they are, blank ones too, and names those that are not text", async () => {
    const packed = zstdStored(
      Buffer.concat([Buffer.from('{"model":"a"}\n\n\n'), Buffer.from([0x7b, 0, 0xff, 10]), Buffer.from('{"model":"b"}\n')]),
    );
    const file = write(packed, "jsonl.zst");
    expect(await message(build([file]))).toContain(`${file}:4: bad line`);
    const { db } = await build([file], { skipBadLines: true });
    expect(await query(db, "SELECT model FROM rounds ORDER BY round_pk")).toEqual(["a", "b"]);
  });

  it.each([
    ["empty", ""],
    ["only blank lines", "\n\r\n  \n"],
    ["only a byte order mark", "\ufeff"],
  ])("%s: no rows, all tables", async (_, content) => {
    const { db, rows } = await build(content);
    expect(rows).toEqual({ rounds: 0, tool_calls: 0, timing_events: 0 });
    expect(await query(db, "SELECT count(*) FROM timing_events")).toEqual(["0"]);
    expect(await query(db, "SELECT count(*) FROM trace_source")).toEqual(["1"]);
  });

  it("an empty file may be among others", async () => {
    const { db } = await build([write(""), write(text), write("")]);
    expect(await indexes(db)).toEqual(expected);
  });

  it("is known by its name", async () => {
    const file = write(text);
    const { db } = await build([file]);
    expect(await query(db, "SELECT path FROM trace_source")).toEqual([path.basename(file)]);
  });

  it.each([
    ["zip", Buffer.from("PK\x03\x04aaaaaaaaaaa"), "is a zip archive. Unpack it first."],
    ["UTF-16", Buffer.from(`\ufeff${text}`, "utf16le"), "is UTF-16 text. Convert it to UTF-8 first."],
  ])("%s is refused", async (_, content, advice) => {
    const file = write(content);
    expect(await message(build([file]))).toBe(`UserError: ${file} ${advice}`);
  });

  it("a database is not a trace", async () => {
    const { db } = await build(text);
    expect(await message(build([db]))).toBe(`UserError: ${db} is a DuckDB database, not a trace. Give it with --db.`);
  });

  it.each([
    ["gzip", "jsonl.gz", async () => gzipSync(text)],
    ["gzip of two members", "jsonl.gz", async () => Buffer.concat([gzipSync(text), gzipSync(text)])],
    ["zstd", "jsonl.zst", () => zstd(lines)],
  ])(
    "%s that is cut off is refused wherever it is cut, bad lines skipped or not",
    async (_, extension, content) => {
      const whole = await content();
      const boundary = extension === "jsonl.gz" ? gzipSync(text).length : 0;
      const some = [0, 1, boundary + 10, whole.length >> 1, whole.length - 1];
      const ends = LONG ? Array.from(whole, (_, end) => end) : new Set(some.filter((end) => end < whole.length));
      for (const end of ends) {
        if (end === boundary && end > 0) continue;
        const file = write(whole.subarray(0, end), extension);
        for (const skipBadLines of [false, true])
          expect(await message(build([file], { skipBadLines })), `cut at ${end}`).toMatch(
            new RegExp(`^UserError: ${file} cannot be read: (it ends within its compressed data)`),
          );
        fs.rmSync(file);
      }
      expect(leftovers()).toEqual([]);
    },
    600_000,
  );

  it.each([
    ["gzip", "jsonl.gz", async () => gzipSync(text)],
    ["zstd", "jsonl.zst", () => zstd(lines)],
  ])("damaged %s is refused", async (_, extension, content) => {
    const whole = await content();
    const file = write(Buffer.concat([whole.subarray(0, 30), Buffer.from("garbage"), whole.subarray(37)]), extension);
    expect(await message(build([file]))).toContain(`UserError: ${file} cannot be read: `);
  });

  it("something behind compressed data is refused", async () => {
    for (const [extension, whole] of [
      ["gz", gzipSync(text)],
      ["zst", await zstd(lines)],
    ] as const) {
      const file = write(Buffer.concat([whole, Buffer.from("garbage")]), extension);
      expect(await message(build([file]))).toContain(`UserError: ${file} cannot be read: `);
    }
  });
});

const good = '{"model":"m"}';

describe("bad lines", () => {
  it.each([
    ["not JSON", "model=m", "not JSON): a value expected at byte 1: model=m"],
    ["cut off", '{"model":"m', "cut off): the line ends where the end of a text is expected"],
    ["text after the object", `${good}${good}`, 'text after the object): at byte 14: {"model":"m"}'],
    ["not an object", "[1]", "not an object): [1]"],
    ["duplicate key", '{"model":"m","model":"n"}', "duplicate key): `model` occurs twice in one object"],
    ["wrong type", '{"round_index":"first"}', 'wrong type): `round_index` is "first", not an integer'],
    ["wrong type", '{"model":{"id":"m"}}', 'wrong type): `model` is {"id":"m"}, not a text'],
    ["wrong type", '{"tools":[{"is_error":"perhaps"}]}', 'wrong type): `tools.is_error` is "perhaps", not true or false'],
    ["wrong type", '{"timing_events":{}}', "wrong type): `timing_events` is {}, not a list"],
    ["out of range", '{"output_tokens":9223372036854775808}', "out of range): `output_tokens` is 9223372036854775808, beyond 64 bits"],
    ["not UTF-8", Buffer.from('{"model":"\xff"}', "latin1"), "not UTF-8): it holds bytes that are not UTF-8"],
    ["too long", `{"model":"${"x".repeat(64 << 20)}"}`, "too long): the line is longer than 64 MiB"],
  ])("%s", async (reason, bad, sentence) => {
    const file = write(Buffer.concat([Buffer.from(`${good}\n\n`), Buffer.from(bad as string), Buffer.from(`\r\n${good}\n`)]));
    expect(await message(build([file]))).toBe(
      `UserError: ${file}:3: bad line (${sentence}. Fix the line, or pass --skip-bad-lines to leave out such lines.`,
    );
    const report = await build([file], { skipBadLines: true });
    expect(report.rows.rounds).toBe(2);
    expect(report.badLines).toMatchObject({ count: 1, reasons: { [reason]: 1 }, first: [{ file, line: 3, reason }] });
    const [header, row, end] = fs.readFileSync(report.rejects as string, "utf8").split("\n");
    expect([header, end]).toEqual(["file,line,reason,excerpt", ""]);
    expect(row).toMatch(new RegExp(`^${file},3,${reason},`));
    fs.rmSync(file);
  });

  it("are all listed, the first ones and a count by reason are reported", async () => {
    const lines = Array.from({ length: 30 }, (_, i) => (i % 3 === 0 ? "{" : i % 3 === 1 ? good : '"text, with ""quotes"'));
    const report = await build(lines.join("\n"), { skipBadLines: true });
    expect(report.rejects).toBe(`${report.db}.rejects.csv`);
    expect(report.badLines.reasons).toEqual({ "cut off": 10, "not JSON": 10 });
    expect(report.badLines.first.map((bad) => bad.line)).toEqual([1, 3, 4, 6, 7]);
    expect(
      fs
        .readFileSync(report.rejects as string, "utf8")
        .trimEnd()
        .split("\n"),
    ).toHaveLength(21);
    expect(formatBuildReport(report)).toEqual([
      `10 steps, 0 tool calls and 0 timing events from 1 file of ${report.bytes} bytes`,
      `20 bad lines left out (10 cut off, 10 not JSON), all of them in ${report.rejects}`,
      `  ${report.files[0]}:1: cut off: the line ends where a key is expected`,
      `  ${report.files[0]}:3: not JSON: at byte 14: "quotes"`,
      expect.any(String),
      expect.any(String),
      expect.any(String),
    ]);
  });

  it("of an older build are not listed any more", async () => {
    const db = place("duckdb");
    const { rejects } = await build(`{\n${good}\n`, { db, skipBadLines: true });
    expect(fs.existsSync(rejects as string)).toBe(true);
    const again = await build(good, { db, skipBadLines: true });
    expect(again.rejects).toBeNull();
    expect(fs.existsSync(rejects as string)).toBe(false);
  });

  it("do not count for unknown keys or rows", async () => {
    const report = await build('{"foo":1,"tools":[{}],"round_index":"x"}\n{"bar":1,"round_index":1}\n', { skipBadLines: true });
    expect(report.unknownKeys.map(({ key }) => key)).toEqual(["bar"]);
    expect(report.rows).toEqual({ rounds: 1, tool_calls: 0, timing_events: 0 });
  });

  it("take lines of up to 64 MiB", async () => {
    const frame = '{"round_index":1,"tools":[{"input":""}]}';
    const longest = frame.replace('""', `"${"x".repeat((64 << 20) - frame.length)}"`);
    const report = await build(`${good}\n${longest}\n${good}`);
    expect(report.rows).toEqual({ rounds: 3, tool_calls: 1, timing_events: 0 });
  });
});

describe("lines that are not steps", () => {
  const collect =
    "Make a trace of your transcripts with npx tsx run-all.ts collect, or draw them at once with npx tsx run-all.ts --collect.";
  const give = "Give a trace as collect writes it, or pass --skip-bad-lines to leave out such lines.";
  it.each([
    ["anything", '{"hello":1}', `it has none of the keys of an agent step, such as round_index, timing_events or prefix_tokens. ${give}`],
    [
      "a log of requests",
      '{"model":"m","user":"u","tools":[],"messages":[]}',
      `it has none of the keys of an agent step, such as round_index, timing_events or prefix_tokens. ${give}`,
    ],
    [
      "Claude Code",
      '{"type":"user","sessionId":"s","cwd":"/x","uuid":"u","message":{}}',
      `it looks like a transcript of Claude Code. ${collect}`,
    ],
    ["Claude Code, beginning", '{"type":"file-history-snapshot","snapshot":{}}', `it looks like a transcript of Claude Code. ${collect}`],
    ["Codex", '{"timestamp":"2026-01-01","type":"session_meta","payload":{}}', `it looks like a transcript of Codex. ${collect}`],
  ])("end the build: %s", async (_, line, sentence) => {
    const file = write(`${good}\n${line}\n`);
    expect(await message(build([file]))).toBe(`UserError: ${file}:2: bad line (not a step): ${sentence}`);
    expect(leftovers()).toEqual([]);
  });

  it("can be left out, unless a file holds nothing else", async () => {
    const foreign = '{"hello":1}\n';
    const { rows, badLines } = await build(`${foreign}${good}\n`, { skipBadLines: true });
    expect([rows.rounds, badLines.count]).toEqual([1, 1]);
    const file = write(foreign.repeat(3));
    expect(await message(build([write(good), file], { skipBadLines: true }))).toBe(
      `UserError: ${file} has no step: every line of it is bad. Leave out --skip-bad-lines to see why.`,
    );
  });
});

it("a trace without lines makes an empty pool, and says so", async () => {
  const report = await build("\n\n");
  expect(formatBuildReport(report)).toContain("The pool is empty: there is no step in what was read.");
});

describe("unknown keys", () => {
  it("are counted wherever they come up, with the first place", async () => {
    const lines = Array.from({ length: 30_000 }, () => good);
    lines[25_000] = '{"model":"m","foo":1,"timing_events":[{"bar":1},{"bar":null}],"tools":[{"latency_ms":1,"input":{"any":1}}]}';
    lines[25_001] = '{"round_id":"r","foo":{"bar":2}}';
    const file = write(`${lines.join("\n")}\n`);
    const report = await build([file]);
    expect(report.unknownKeys).toEqual([
      { key: "foo", count: 2, file, line: 25_001 },
      { key: "timing_events.bar", count: 2, file, line: 25_001 },
      { key: "tools.latency_ms", count: 1, file, line: 25_001 },
    ]);
    expect(formatBuildReport(report)).toContain(
      `3 unknown keys left out with 5 values: foo (first in ${file}:25001), timing_events.bar (first in ${file}:25001), tools.latency_ms (first in ${file}:25001)`,
    );
  });

  it("cannot pass for the ordinal", async () => {
    const { db, unknownKeys } = await build('{"round_pk":7,"ingest_seq":8,"timing_events":[{"round_pk":9,"event_index":9}]}\n');
    expect(await query(db, "SELECT round_pk, ingest_seq FROM rounds")).toEqual([["1", "1"]]);
    expect(await query(db, "SELECT round_pk, event_index FROM timing_events")).toEqual([["1", "1"]]);
    expect(unknownKeys.map(({ key }) => key)).toEqual(["ingest_seq", "round_pk", "timing_events.event_index", "timing_events.round_pk"]);
  });
});

describe("the database", () => {
  it("replaces an older one only when it is whole", async () => {
    const db = place("duckdb");
    await build(step(1), { db });
    expect(await message(build("{", { db }))).toContain("cut off");
    expect(await indexes(db)).toEqual(["1"]);
    await build(step(2), { db });
    expect(await indexes(db)).toEqual(["2"]);
    expect(leftovers()).toEqual([]);
  });

  it("does not inherit the log of an older one", async () => {
    const db = place("duckdb");
    await build(step(1), { db });
    fs.writeFileSync(`${db}.wal`, "stale");
    await build(step(2), { db });
    expect(fs.existsSync(`${db}.wal`)).toBe(false);
    expect(await indexes(db)).toEqual(["2"]);
  });

  it("keeps a link to it a link", async () => {
    const db = place("duckdb");
    await build(step(1), { db });
    const link = place("duckdb");
    fs.symlinkSync(db, link);
    await build(step(2), { db: link });
    expect(fs.lstatSync(link).isSymbolicLink()).toBe(true);
    expect(await indexes(db)).toEqual(["2"]);
  });

  it("never replaces another file", async () => {
    const db = write("precious", "duckdb");
    expect(await message(build(good, { db }))).toBe(
      `UserError: ${db} exists and is not a DuckDB database, so it is not overwritten. Remove it or choose another name.`,
    );
    expect(fs.readFileSync(db, "utf8")).toBe("precious");
    const trace = write(good);
    expect(await message(buildDatabase({ inputs: [trace], db: trace }))).toContain("is not a DuckDB database");
    expect(await message(build(good, { db: folder }))).toContain("is a folder. Give the database a file name");
    expect(await message(build(good, { db: path.join(folder, "no", "x.duckdb") }))).toContain("does not exist. Create it first.");
  });

  it("has the storage of the oldest engine that is supported", async () => {
    const { db } = await build(good);
    // Version 64 is what DuckDB 1.0 and 1.1 write; later ones read it.
    expect(fs.readFileSync(db).readBigUInt64LE(12)).toBe(64n);
  });

  it("is written in a folder with an odd name", async () => {
    const odd = path.join(folder, "it's [1] *");
    fs.mkdirSync(odd);
    const trace = path.join(odd, "a?.jsonl");
    fs.writeFileSync(trace, step(1));
    const { db } = await build([trace], { db: path.join(odd, "x.duckdb") });
    expect(await indexes(db)).toEqual(["1"]);
    expect(fs.readdirSync(odd).sort()).toEqual(["a?.jsonl", "x.duckdb"]);
  });

  it("keeps to a small memory limit", async () => {
    const lines = Array.from({ length: 50_000 }, (_, i) => step(i));
    const { rows } = await build(lines.join("\n"), { memoryLimit: "300MB", tempDirectory: folder });
    expect(rows.timing_events).toBe(100_000);
    expect(leftovers()).toEqual([]);
  });

  it("reports its progress", async () => {
    const seen: string[] = [];
    const files = [write(step(1)), write(step(2))];
    await build(files, { onProgress: (p) => seen.push(`${p.phase} ${p.fileIndex + 1}/${p.fileCount} ${p.fraction}`) });
    expect(seen).toEqual(["read 1/2 1", "read 2/2 1", "write 2/2 undefined"]);
  });

  it("leaves nothing behind when it is stopped", async () => {
    const stop = new AbortController();
    const db = place("duckdb");
    const lines = Array.from({ length: 100_000 }, (_, i) => step(i)).join("\n");
    const stopped = build(lines, { db, signal: stop.signal, onProgress: () => stop.abort() });
    expect(await message(stopped)).toBe("UserError: The build was stopped; no database was written.");
    expect(await message(build(good, { db, signal: stop.signal }))).toBe("UserError: The build was stopped; no database was written.");
    expect(fs.existsSync(db)).toBe(false);
    expect(leftovers()).toEqual([]);
  });
});

const text = fc.oneof(fc.string({ unit: "grapheme" }), fc.constantFrom("", "claude", '"', "\\", "a\nb", "\u0000", "é🙂"));
const integer = fc.oneof(fc.maxSafeInteger(), fc.constantFrom(0, -1, 999_999_999_999_999));
const member = { text: fc.option(text), integer: fc.option(integer), flag: fc.option(fc.boolean()) };
const event = fc.record(
  { event_type: member.text, tool_index: member.integer, is_error: member.flag, source: member.text },
  { requiredKeys: [] },
);
const tool = fc.record(
  { tool_name: member.text, input: fc.jsonValue(), input_chars: member.integer, is_error: member.flag },
  { requiredKeys: [] },
);
const row = fc.record(
  {
    provider: member.text,
    model: member.text,
    user: member.text,
    round_index: member.integer,
    timing_events: fc.option(fc.array(event, { maxLength: 4 })),
    tools: fc.array(tool, { maxLength: 3 }),
  },
  { requiredKeys: [] },
);
type TraceRow = typeof row extends fc.Arbitrary<infer R> ? R : never;

async function readBack(db: string) {
  const values = (table: TraceTable, columns: readonly string[]) =>
    query(db, `SELECT ${["round_pk", ...columns].map(quoteName)} FROM ${table}`);
  return {
    rounds: await values("rounds", ["provider", "model", "user", "round_index"]),
    events: await values("timing_events", ["event_index", "event_type", "tool_index", "is_error", "source"]),
    tools: await values("tool_calls", ["tool_name", "input_chars", "is_error"]),
  };
}

const cell = (value: unknown) => (value === undefined || value === null ? null : typeof value === "number" ? String(value) : value);

function expectedTables(rows: readonly TraceRow[]) {
  const pk = (i: number) => String(i + 1);
  return {
    rounds: rows.map((r, i) => [pk(i), ...[r.provider, r.model, r.user, r.round_index].map(cell)]),
    events: rows.flatMap((r, i) =>
      (r.timing_events ?? []).map((e, k) => [pk(i), pk(k), ...[e.event_type, e.tool_index, e.is_error, e.source].map(cell)]),
    ),
    tools: rows.flatMap((r, i) => (r.tools ?? []).map((t) => [pk(i), ...[t.tool_name, t.input_chars, t.is_error].map(cell)])),
  };
}

const damage = fc.oneof(
  fc.record({ kind: fc.constant("cut" as const), at: fc.nat() }),
  fc.record({ kind: fc.constant("add" as const), at: fc.nat() }),
  fc.record({ kind: fc.constant("insert" as const), at: fc.nat(), byte: fc.integer({ min: 0, max: 255 }).filter((byte) => byte !== 10) }),
);

function spoil(line: Buffer, { kind, at, ...rest }: { kind: "cut" | "add" | "insert"; at: number; byte?: number }): Buffer {
  if (kind === "cut") return line.subarray(0, at % line.length);
  if (kind === "add") return Buffer.concat([line, Buffer.from([" x", "{}", ",", "}"][at % 4] as string)]);
  return Buffer.concat([line.subarray(0, at % line.length), Buffer.of(rest.byte as number), line.subarray(at % line.length)]);
}

describe("any rows", () => {
  it("come back as they were, in order", { timeout: 300_000 + RUNS * 5_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 40 }), async (rows) => {
        const { db } = await build(rows.map((r) => JSON.stringify(r)).join("\n"));
        expect(await readBack(db)).toEqual(expectedTables(rows));
      }),
      { numRuns: RUNS },
    );
  });

  it("survive damage to other lines", { timeout: 300_000 + RUNS * 5_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(row, fc.option(damage)), { minLength: 1, maxLength: 40 }), async (lines) => {
        const bytes = lines.map(([r, spoiled], i) => {
          const line = Buffer.from(JSON.stringify({ ...r, trace_key: `line ${i}` }));
          return spoiled ? spoil(line, spoiled) : line;
        });
        const whole = lines.flatMap(([, spoiled], i) => (spoiled ? [] : [`line ${i}`]));
        // A file without any step is refused.
        bytes.push(Buffer.from("{}"));
        const report = await build([write(Buffer.concat(bytes.flatMap((line) => [line, Buffer.of(10)])))], { skipBadLines: true });
        const kept = await query(report.db, "SELECT trace_key FROM rounds");
        expect(kept.filter((key) => whole.includes(key as string))).toEqual(whole);
        const blank = bytes.filter((line) => line.toString().trim() === "").length;
        expect(report.rows.rounds + report.badLines.count + blank).toBe(bytes.length);
      }),
      { numRuns: 2 * RUNS },
    );
  });
});

describe.skipIf(!hasShared)("the reference database", () => {
  it("has the same rows in every common column", async () => {
    const trace = shared("data", "pool-a.jsonl.gz");
    const lines = gunzipSync(fs.readFileSync(trace)).toString().trimEnd().split("\n").length;
    const { db, unknownKeys, unreadable } = await build([trace], { threads: 4 });
    expect(unknownKeys).toEqual([]);
    expect(unreadable).toEqual({});
    await withDatabases({ reference: shared("data", "pool-a.reference.duckdb"), built: db }, async (connection) => {
      const rows = async (sql: string) => (await connection.runAndReadAll(sql)).getRowsJson() as string[][];
      for (const table of Object.keys(TRACE_TABLES)) {
        const columns = (
          await rows(
            `SELECT column_name FROM information_schema.columns WHERE table_name = '${table}' GROUP BY ALL HAVING count(*) = 2 ORDER BY 1`,
          )
        ).map(([name]) => `${quoteName(name as string)}::VARCHAR`);
        const stored = (database: string) => `(SELECT ${columns} FROM ${database}.${table}) AS ${database}`;
        const [counts] = await rows(`
          SELECT count(reference), count(built), count(*) FILTER (reference IS DISTINCT FROM built)
          FROM ${stored("reference")} POSITIONAL JOIN ${stored("built")}`);
        expect(columns.length).toBeGreaterThan(10);
        expect(counts?.slice(1)).toEqual([counts?.[0], "0"]);
        if (table === "rounds") expect(counts?.[0]).toBe(String(lines));
      }
    });
  });
});
