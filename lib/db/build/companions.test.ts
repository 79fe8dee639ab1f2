import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { grouped } from "../../format/numbers.ts";
import type { DetailsLine, EventLine, InputLine, SessionLine } from "../../trace/companions.ts";
import { COMPANION_TABLES } from "../../trace/schema.ts";
import { NodeEngine } from "../open/connection.ts";
import { quoteLiteral } from "../sql.ts";
import { type BuildOptions, type BuildProgress, buildDatabase, formatBuildReport } from "./build.ts";

/** Made-up pairs of files; `FUZZ_RUNS=1000` for a thorough run. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 6);

const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "companions-")));
/** Reads what was built; one connection, since queries follow each other. */
const reader = await NodeEngine.create({ threads: 1, tempDirectory: root });
afterAll(() => {
  reader.close();
  fs.rmSync(root, { recursive: true });
});

let folders = 0;

/** Writes the files into a folder of their own; values that are not text are JSON lines. */
function place(files: Readonly<Record<string, string | Buffer | readonly unknown[]>>): string {
  const folder = path.join(root, String(folders++));
  fs.mkdirSync(folder);
  for (const [name, content] of Object.entries(files)) {
    const text = Array.isArray(content)
      ? content.map((line) => `${typeof line === "string" ? line : JSON.stringify(line)}\n`).join("")
      : content;
    fs.writeFileSync(path.join(folder, name), text as string | Buffer);
  }
  return folder;
}

async function build(folder: string, options: Partial<BuildOptions> = {}) {
  const db = path.join(folder, "built.duckdb");
  return buildDatabase({ inputs: [path.join(folder, "t.jsonl")], db, threads: 1, ...options });
}

async function query(db: string, sql: string): Promise<unknown[][]> {
  await reader.run(`ATTACH ${quoteLiteral(db)} AS built (READ_ONLY); USE built`);
  try {
    return (await reader.rows<Record<string, unknown>>(sql)).map((row) => Object.values(row));
  } finally {
    await reader.run("USE memory; DETACH built");
  }
}

const message = (work: Promise<unknown>) =>
  work.then(
    () => "",
    (error: Error) => `${error.name}: ${error.message}`,
  );

const row = (key: string) => ({ trace_key: key, session_id: "s" });
const detail = (trace_key: string | null, response_id = `r-${trace_key}`) => ({ trace_key, response_id });
const described = (db: string) => query(db, "SELECT round_pk, response_id FROM round_details");
const rows = ["a", "b", "c"].map(row);
const details = ["a", "b", "c"].map((key) => detail(key));

const FULL_SESSION: SessionLine = {
  provider: "claude",
  session_id: "s",
  transcript_id: "t",
  project: "p",
  user: "u",
  store: ".claude",
  client_version: "1.0 1.1",
  originator: null,
  relation: "main",
  parent_session_id: null,
  parent_tool_call_id: null,
  compaction_count: 2,
  compaction_times: "2026-01-01T00:00:01Z 2026-01-01T00:00:02Z",
  first_at: "2026-01-01T00:00:00.5Z",
  last_at: "2026-01-01T02:00:00+02:00",
  cwd_pseudonym: "c",
  git_branch_pseudonym: null,
  byte_count: 10,
  record_count: 3,
  round_count: 1,
  unknown_record_count: 0,
  rejected_line_count: 0,
  title: "door",
  agent_type: "Explore",
  context_window_tokens: 200000,
  effort: "high",
  ended_reason: "end_turn",
  known_from: "transcript",
};
const FULL_DETAILS: DetailsLine = {
  trace_key: "a",
  transcript_id: "t",
  response_id: "r",
  request_id: null,
  cache_write_5m_tokens: 5,
  cache_write_1h_tokens: 6,
  service_tier: "standard",
  speed: null,
  output_is_placeholder: true,
  is_first_holder: false,
  first_holder_session_id: "s0",
  effort: "low",
  thinking_tokens: 7,
  cache_miss_reason: "tools_changed",
  is_inherited: false,
  speakers: "typed meta",
  hook_ms: 12,
  cache_write_tokens: null,
  advisor_of: null,
};
const EVENT: EventLine = {
  session_id: "s",
  transcript_id: "t",
  seq: 1,
  timestamp: "2026-01-01T00:00:01Z",
  kind: "compact",
  tokens_before: 100,
  tokens_after: 10,
  trigger: "auto",
  tool_call_ids: "c1 c2",
};
const INPUT: InputLine = { trace_key: "a", tool_index: 1, input_hash: "h", target: "/a", verb: "read" };
const stored = (line: EventLine) => Object.values({ ...line, timestamp: line.timestamp?.replace("Z", ".000Z") });
const EVENTS_SQL = "SELECT * REPLACE (strftime(timestamp, '%Y-%m-%dT%H:%M:%S.%gZ') AS timestamp) FROM session_events";

describe("companion files", () => {
  it("fill a table each with all their keys", async () => {
    const folder = place({ "t.jsonl": [row("a")], "t.sessions.jsonl": [FULL_SESSION], "t.details.jsonl": [FULL_DETAILS] });
    const report = await build(folder);
    const times = ["first_at", "last_at"].map((column) => `strftime(${column}, '%Y-%m-%dT%H:%M:%S.%gZ') AS ${column}`);
    const stored = { ...FULL_SESSION, first_at: "2026-01-01T00:00:00.500Z", last_at: "2026-01-01T00:00:00.000Z" };
    expect(await query(report.db, `SELECT * REPLACE (${times}) FROM sessions`)).toEqual([
      Object.keys(COMPANION_TABLES.sessions).map((key) => stored[key as keyof SessionLine]),
    ]);
    expect(await query(report.db, "SELECT * FROM round_details")).toEqual([
      Object.keys(COMPANION_TABLES.round_details).map((key) => (key === "round_pk" ? 1 : FULL_DETAILS[key as keyof DetailsLine])),
    ]);
    expect(report.unknownKeys).toEqual([]);
    expect(report.unreadable).toEqual({});
    const files = [`${folder}/t.sessions.jsonl`, `${folder}/t.details.jsonl`];
    const bytes = files.reduce((sum, file) => sum + fs.statSync(file).size, 0);
    expect(report.companions).toMatchObject({ files, bytes, transcripts: 1, describedSteps: 1 });
    expect(await query(report.db, "SELECT path FROM companion_source")).toEqual(files.map((file) => [path.basename(file)]));
    expect(formatBuildReport(report)).toContain(`1 step and 1 transcript described by 2 companion files of ${grouped(bytes)} bytes`);
  });

  it("of events and inputs fill a table each", async () => {
    const folder = place({ "t.jsonl": [row("a")], "t.events.jsonl": [EVENT], "t.inputs.jsonl": [INPUT] });
    const { db, companions, unknownKeys, unreadable } = await build(folder);
    expect(await query(db, EVENTS_SQL)).toEqual([stored(EVENT)]);
    expect(await query(db, "SELECT * FROM tool_inputs")).toEqual([[1, 1, "h", "/a", "read"]]);
    expect([unknownKeys, unreadable]).toEqual([[], {}]);
    expect(companions?.files).toEqual([`${folder}/t.events.jsonl`, `${folder}/t.inputs.jsonl`]);
  });

  it("of events describe an event once, and times that can't be read are counted", async () => {
    const later = { ...EVENT, seq: 2, kind: "interrupt" };
    const folder = place({
      "t.jsonl": rows,
      "t.events.jsonl": [EVENT, later],
      "u.jsonl": rows,
      "u.events.jsonl": [
        { ...EVENT, timestamp: "noon" },
        { ...EVENT, transcript_id: "v", timestamp: "noon" },
      ],
    });
    const { db, unreadable } = await build(folder, { inputs: ["t", "u"].map((name) => path.join(folder, `${name}.jsonl`)) });
    expect(await query(db, "SELECT transcript_id, seq, kind FROM session_events")).toEqual([
      ["t", 1, "compact"],
      ["t", 2, "interrupt"],
      ["v", 1, "compact"],
    ]);
    expect(unreadable).toEqual({ "session_events.timestamp": 2 });
  });

  it("of inputs belong to the row of their own trace with that key", async () => {
    const folder = place({
      "t.jsonl": [row("a"), "not json", row("b")],
      "t.inputs.jsonl": [INPUT, { ...INPUT, tool_index: 2 }, { ...INPUT, trace_key: "lost" }, { ...INPUT, trace_key: "b", target: "/b" }],
      "u.jsonl": [row("a")],
      "u.inputs.jsonl": [{ ...INPUT, target: "/u" }],
    });
    const inputs = ["t", "u"].map((name) => path.join(folder, `${name}.jsonl`));
    const { db } = await build(folder, { inputs, skipBadLines: true });
    expect(await query(db, "SELECT round_pk, tool_index, target FROM tool_inputs")).toEqual([
      [1, 1, "/a"],
      [1, 2, "/a"],
      [2, 1, "/b"],
      [3, 1, "/u"],
    ]);
  });

  it("of inputs without a row are refused", async () => {
    const folder = place({ "t.jsonl": rows, "t.inputs.jsonl": [INPUT, { ...INPUT, trace_key: "z" }] });
    expect(await message(build(folder))).toContain(`t.inputs.jsonl:2: trace_key is "z", which no row of ${folder}/t.jsonl has.`);
  });

  it.each(["t.jsonl", "t.jsonl.gz", "t.jsonl.zst", "t.ndjson", "t"])("are found next to %s", async (name) => {
    const folder = place({ [name]: rows, "t.details.jsonl": details });
    const { db } = await build(folder, { inputs: [path.join(folder, name)] });
    expect(await described(db)).toEqual([
      [1, "r-a"],
      [2, "r-b"],
      [3, "r-c"],
    ]);
  });

  it("are found next to the file that a link leads to", async () => {
    const folder = place({ "t.jsonl": rows, "t.details.jsonl": details });
    const elsewhere = place({});
    fs.symlinkSync(path.join(folder, "t.jsonl"), path.join(elsewhere, "current.jsonl"));
    const { companions } = await build(elsewhere, { inputs: [path.join(elsewhere, "current.jsonl")] });
    expect(companions?.describedSteps).toBe(3);
  });

  it("may be compressed, begin with a byte order mark and hold blank lines, as traces may", async () => {
    const text = `\ufeff\n${details.map((line) => `${JSON.stringify(line)}\r\n\n`).join("")}`;
    const folder = place({ "t.jsonl": ["", ...rows.flatMap((line) => [line, " "])], "t.details.jsonl": gzipSync(text) });
    expect((await described((await build(folder)).db)).length).toBe(3);
  });

  it("are not traces, whether a glob or a list names them", async () => {
    const folder = place({ "t.jsonl": rows, "t.details.jsonl": details, "t.sessions.jsonl": [FULL_SESSION] });
    for (const inputs of [[`${folder}/*.jsonl`], ["t.details.jsonl", "t.jsonl", "t.sessions.jsonl"].map((name) => `${folder}/${name}`)])
      for (const companions of [true, false]) {
        const report = await build(folder, { inputs, companions });
        expect(report.files.map((file) => path.resolve(file))).toEqual([`${folder}/t.jsonl`]);
        expect(report.rows.rounds).toBe(3);
      }
  });

  it("can be left out, which leaves the database as without them", async () => {
    const folder = place({ "t.jsonl": rows, "t.details.jsonl": "no JSON", "t.sessions.jsonl": "neither" });
    const report = await build(folder, { companions: false });
    expect(report.companions).toBeNull();
    const tables = await query(report.db, "SELECT table_name FROM duckdb_tables() WHERE database_name = 'built' ORDER BY 1");
    expect(tables.flat()).toEqual(["rounds", "timing_events", "tool_calls", "trace_source"]);
  });

  it("take part in the progress", async () => {
    const folder = place({ "t.jsonl": rows, "t.details.jsonl": details, "t.sessions.jsonl": [FULL_SESSION] });
    const seen: string[] = [];
    const onProgress = (p: BuildProgress) => seen.push(`${p.phase} ${path.basename(p.file)} ${p.fileIndex + 1}/${p.fileCount}`);
    await build(folder, { onProgress });
    expect(seen).toEqual(["read t.jsonl 1/3", "read t.sessions.jsonl 2/3", "read t.details.jsonl 3/3", "write t.details.jsonl 3/3"]);
  });

  it("keep the storage that the oldest supported engine reads", async () => {
    const folder = place({ "t.jsonl": rows, "t.details.jsonl": details, "t.sessions.jsonl": [FULL_SESSION] });
    expect(fs.readFileSync((await build(folder)).db).readBigUInt64LE(12)).toBe(64n);
  });

  it("of bad lines obey the rules of traces", async () => {
    const folder = place({
      "t.jsonl": rows,
      "t.sessions.jsonl": [FULL_SESSION, "{", { transcript_id: "u", byte_count: "many", foo: 1 }, { transcript_id: "v", foo: 1 }],
    });
    const file = `${folder}/t.sessions.jsonl`;
    expect(await message(build(folder))).toBe(
      `UserError: ${file}:2: bad line (cut off): the line ends where a key is expected. Fix the line, or pass --skip-bad-lines to leave out such lines.`,
    );
    const report = await build(folder, { skipBadLines: true });
    expect(report.badLines.first).toMatchObject([
      { file, line: 2, reason: "cut off" },
      { file, line: 3, reason: "wrong type", detail: '`sessions.byte_count` is "many", not an integer' },
    ]);
    expect(report.unknownKeys).toEqual([{ key: "sessions.foo", count: 1, file, line: 4 }]);
    expect(await query(report.db, "SELECT transcript_id FROM sessions")).toEqual([["t"], ["v"]]);
  });

  it("with times that cannot be read say so", async () => {
    const folder = place({ "t.jsonl": rows, "t.sessions.jsonl": [{ ...FULL_SESSION, first_at: "yesterday", last_at: null }] });
    expect((await build(folder)).unreadable).toEqual({ "sessions.first_at and last_at": 1 });
  });
});

describe("details", () => {
  it.each<[string, unknown[], unknown[], [line: number, problem: string]]>([
    ["of another row", rows, [detail("a"), detail("x"), detail("c")], [2, 'trace_key is "x", but the row at that place of TRACE has "b"']],
    [
      "in another order",
      rows,
      [detail("b"), detail("a"), detail("c")],
      [1, 'trace_key is "b", but the row at that place of TRACE has "a"'],
    ],
    ["without a key", rows, [detail("a"), {}, detail("c")], [2, 'trace_key is none, but the row at that place of TRACE has "b"']],
    [
      "of a row without a key",
      [row("a"), {}],
      [detail("a"), detail("b")],
      [2, 'trace_key is "b", but the row at that place of TRACE has none'],
    ],
    ["beyond the last row", rows, [...details, "", detail("d")], [5, "a line of details without a row, for TRACE ends after row 3"]],
  ])("%s are refused", async (_, traceRows, detailLines, [line, problem]) => {
    const folder = place({ "t.jsonl": traceRows, "t.details.jsonl": detailLines });
    const expected = `UserError: ${folder}/t.details.jsonl:${line}: ${problem.replace("TRACE", `${folder}/t.jsonl`)}. Collect both files again in one run, or pass --no-companions to leave such files out.`;
    for (const skipBadLines of [false, true]) expect(await message(build(folder, { skipBadLines }))).toBe(expected);
    expect(fs.readdirSync(folder).sort()).toEqual(["t.details.jsonl", "t.jsonl"]);
  });

  it.each([
    ["too few", [detail("a")], 1],
    ["none", [], 0],
  ])("%s are refused", async (_, lines, count) => {
    const folder = place({ "t.jsonl": rows, "t.details.jsonl": lines });
    expect(await message(build(folder))).toBe(
      `UserError: ${folder}/t.details.jsonl ends after line ${count} of details, but ${folder}/t.jsonl has 3 rows. Collect both files again in one run, or pass --no-companions to leave such files out.`,
    );
  });

  it("keep their places when bad lines are left out on either side", async () => {
    const keys = ["a", "b", "c", "d", "e", "f", "g"];
    const badRows = new Set(["a", "c", "d", "g"]);
    const badDetails = new Set(["b", "d", "e"]);
    const folder = place({
      "t.jsonl": keys.map((key) => (badRows.has(key) ? "{" : row(key))),
      "t.details.jsonl": keys.map((key) => (badDetails.has(key) ? "{" : detail(key))),
    });
    const report = await build(folder, { skipBadLines: true });
    expect(
      await query(report.db, "SELECT round_pk, trace_key, response_id FROM rounds LEFT JOIN round_details USING (round_pk) ORDER BY 1"),
    ).toEqual([
      [1, "b", null],
      [2, "e", null],
      [3, "f", "r-f"],
    ]);
    expect(report.badLines.count).toBe(7);
    expect(report.companions?.describedSteps).toBe(1);
  });

  it("pair with the rows of their own file", async () => {
    const folder = place({
      "t.jsonl": ["{", row("a")],
      "t.details.jsonl": [detail("?"), detail("a")],
      "plain.jsonl": [row("x"), row("y")],
      "u.jsonl": [row("a"), "{", row("b")],
      "u.details.jsonl": [detail("a", "second a"), detail("?"), detail("b")],
    });
    const inputs = ["t.jsonl", "plain.jsonl", "u.jsonl"].map((name) => path.join(folder, name));
    const { db } = await build(folder, { inputs, skipBadLines: true });
    expect(await described(db)).toEqual([
      [1, "r-a"],
      [4, "second a"],
      [5, "r-b"],
    ]);
    fs.writeFileSync(
      path.join(folder, "u.details.jsonl"),
      `${[detail("a"), detail("?"), detail("z")].map((line) => JSON.stringify(line)).join("\n")}\n`,
    );
    expect(await message(build(folder, { inputs, skipBadLines: true }))).toContain(
      `${folder}/u.details.jsonl:3: trace_key is "z", but the row at that place of ${folder}/u.jsonl has "b"`,
    );
  });

  it("are paired over row groups and parts, in order", async () => {
    const keys = Array.from({ length: 125_000 }, (_, i) => `k${i}`);
    const folder = place({ "t.jsonl": keys.map(row), "t.details.jsonl": keys.map((key) => detail(key)) });
    const { db } = await build(folder);
    expect(
      await query(
        db,
        `SELECT count(*), count(*) FILTER (response_id = 'r-' || trace_key), count(*) FILTER (round_pk = position)
         FROM (SELECT *, row_number() OVER () AS position FROM round_details) JOIN rounds USING (round_pk)`,
      ),
    ).toEqual([[125_000, 125_000, 125_000]]);
  });

  it("belong to the row with their key, whatever lines are bad", { timeout: 300_000 + RUNS * 5_000 }, async () => {
    const line = fc.record({ key: fc.constantFrom("a", "b", "c"), badRow: fc.boolean(), badDetails: fc.boolean(), blank: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 12 }), async (lines) => {
        // A file without any step is refused.
        fc.pre(lines.length === 0 || lines.some(({ badRow }) => !badRow));
        const spread = (line: unknown, blank: boolean) => (blank ? ["", line] : [line]);
        const folder = place({
          "t.jsonl": lines.flatMap(({ key, badRow, blank }) => spread(badRow ? "[" : row(key), blank)),
          "t.details.jsonl": lines.map(({ key, badDetails }, i) => (badDetails ? "[" : detail(key, String(i)))),
        });
        const report = await build(folder, { skipBadLines: true });
        const kept = lines.map((line, i) => ({ ...line, response: String(i) })).filter(({ badRow }) => !badRow);
        const expected = kept.flatMap(({ badDetails, response }, i) => (badDetails ? [] : [[i + 1, response]]));
        expect(await described(report.db)).toEqual(expected);
      }),
      { numRuns: RUNS },
    );
  });
});

describe("sessions", () => {
  const session = (transcript_id: string | null, record_count: number | null, user: string) => ({ transcript_id, record_count, user });

  it.each<[string, unknown[], unknown[], string[]]>([
    ["are united in reading order", [session("b", 1, "1")], [session("a", 1, "2"), session("c", 1, "3")], ["1", "2", "3"]],
    ["are kept once", [session("a", 1, "1")], [session("a", 1, "1")], ["1"]],
    ["the one that saw more of a transcript is kept", [session("a", 1, "1"), session("b", 9, "2")], [session("a", 3, "3")], ["2", "3"]],
    ["without a count is kept last", [session("a", null, "1")], [session("a", 0, "2")], ["2"]],
    ["without a name are kept all", [session(null, 1, "1")], [session(null, 1, "2")], ["1", "2"]],
  ])("%s", async (_, first, second, users) => {
    const folder = place({ "t.jsonl": [], "t.sessions.jsonl": first, "u.jsonl": [], "u.sessions.jsonl": second });
    const report = await build(folder, { inputs: [`${folder}/t.jsonl`, `${folder}/u.jsonl`] });
    expect((await query(report.db, 'SELECT "user" FROM sessions')).flat()).toEqual(users);
    expect(report.companions?.transcripts).toBe(users.length);
  });

  it("of traces with one sessions file are read once", async () => {
    const folder = place({ "t.jsonl": rows, "t.jsonl.gz": gzipSync(""), "t.sessions.jsonl": [session(null, 1, "1")] });
    const report = await build(folder, { inputs: [`${folder}/t.jsonl`, `${folder}/t.jsonl.gz`] });
    expect(report.companions).toMatchObject({ files: [`${folder}/t.sessions.jsonl`], transcripts: 1 });
  });
});
