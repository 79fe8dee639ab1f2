import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { NodeEngine } from "../../open/connection.ts";
import { quoteLiteral } from "../../sql.ts";
import { type BuildOptions, buildDatabase, formatBuildReport } from "../build.ts";
import { SMALL_EXPORT, writeParquet } from "./fixture.ts";

const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "read-parquet-")));
/** Reads what was built; one connection, since queries follow each other. */
const reader = await NodeEngine.create({ threads: 1, tempDirectory: root });
afterAll(() => {
  reader.close();
  fs.rmSync(root, { recursive: true });
});

let folders = 0;

async function place(queries: Readonly<Record<string, string>> = SMALL_EXPORT): Promise<string> {
  const folder = path.join(root, String(folders++));
  fs.mkdirSync(folder);
  await writeParquet(folder, queries);
  return folder;
}

async function build(inputs: string | readonly string[], options: Partial<BuildOptions> = {}) {
  return buildDatabase({ inputs: [inputs].flat(), db: path.join(root, `${folders++}.duckdb`), threads: 1, ...options });
}

async function query(db: string, sql: string): Promise<unknown[][]> {
  await reader.run(`ATTACH ${quoteLiteral(db)} AS built (READ_ONLY); USE built`);
  try {
    return (await reader.rows<Record<string, unknown>>(sql)).map((row) => Object.values(row));
  } finally {
    await reader.run("USE memory; DETACH built");
  }
}

async function message(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "",
    (error: Error) => `${error.name}: ${error.message.replaceAll(`${root}/`, "")}`,
  );
}

const CHILDREN = "SELECT round_pk, tool_name FROM tool_calls ORDER BY ALL";

describe("inputs", () => {
  it.each<[string, (folder: string) => string[]]>([
    ["a glob", (folder) => [`${folder}/*.parquet`]],
    ["a folder", (folder) => [folder]],
    ["files", (folder) => Object.keys(SMALL_EXPORT).map((name) => path.join(folder, name))],
  ])("may be %s", async (_, inputs) => {
    const folder = await place();
    const { db, rows, files } = await build(inputs(folder));
    expect(rows).toEqual({ rounds: 2, tool_calls: 1, timing_events: 1 });
    expect(files).toHaveLength(3);
    expect(await query(db, "SELECT round_pk, ingest_seq, provider, model FROM rounds")).toEqual([
      [1, 1, "claude", null],
      [2, 2, "codex", null],
    ]);
    expect(await query(db, "SELECT round_pk, event_index, event_type FROM timing_events")).toEqual([[2, 1, "text"]]);
  });

  it("may be partitioned, by folders that alone hold the column, and rows are in the order of their keys", async () => {
    const folder = await place({
      ...SMALL_EXPORT,
      "rounds/provider=claude/a.parquet": "SELECT unnest([4, 1]) AS round_pk",
      "rounds/provider=__HIVE_DEFAULT_PARTITION__/b.parquet": "SELECT 2 AS round_pk, 'm' AS model",
      "rounds/provider=co%20dex/c.parquet": "SELECT 3 AS round_pk",
    });
    fs.rmSync(path.join(folder, "rounds.parquet"));
    const { db } = await build(folder, { threads: 2 });
    expect(await query(db, "SELECT round_pk, provider, model FROM rounds")).toEqual([
      [1, "claude", null],
      [2, null, "m"],
      [3, "co dex", null],
      [4, "claude", null],
    ]);
  });

  it("may be a partition of each table", async () => {
    const folder = await place({
      "rounds/provider=a/0.parquet": "SELECT 1 AS round_pk",
      "rounds/provider=b/0.parquet": "SELECT 2 AS round_pk",
      "tool_calls/provider=a/0.parquet": "SELECT 1 AS round_pk",
      "tool_calls/provider=b/0.parquet": "SELECT 2 AS round_pk",
      "timing_events/provider=b/0.parquet": "SELECT 2 AS round_pk",
    });
    const { rows } = await build(`${folder}/*/provider=b/*.parquet`);
    expect(rows).toEqual({ rounds: 1, tool_calls: 1, timing_events: 1 });
  });

  it("have names that say nothing: columns do", async () => {
    const folder = await place({
      "a.parquet": "SELECT 1 AS round_pk, 0 AS round_index",
      "b.parquet": "SELECT 1 AS round_pk, 'Bash' AS tool_name, 3 AS input_chars",
      "c.parquet": "SELECT 1 AS round_pk, 'text' AS event_type",
    });
    expect((await build(folder)).rows).toEqual({ rounds: 1, tool_calls: 1, timing_events: 1 });
  });

  it("of the database engine's own export are read too", async () => {
    const folder = await place({
      ...SMALL_EXPORT,
      "parquet_source.parquet": "SELECT 'old' AS path",
      "trace_source.parquet": "SELECT 't' AS path",
    });
    const { db } = await build(folder);
    expect(await query(db, "SELECT path FROM trace_source")).toEqual([["t"]]);
    expect(await query(db, "SELECT count(*) FROM parquet_source WHERE path <> 'old'")).toEqual([[5]]);
  });

  it("are the source when none is named", async () => {
    const folder = await place();
    const { db } = await build(folder);
    const names = ["rounds.parquet", "timing_events.parquet", "tool_calls.parquet"];
    expect(await query(db, "SELECT path FROM trace_source")).toEqual([[names.join("\n")]]);
    expect(await query(db, "SELECT path FROM parquet_source")).toEqual(names.map((name) => [name]));
  });

  it("number events in the order of the files when they have no index", async () => {
    const folder = await place({
      ...SMALL_EXPORT,
      "timing_events.parquet": "SELECT 1 AS round_pk, unnest(['a', 'b']) AS event_type",
      "timing_events_1.parquet": "SELECT unnest([2, 1]) AS round_pk, unnest(['x', 'c']) AS event_type",
    });
    const { db } = await build(folder, { threads: 2 });
    expect(await query(db, "SELECT round_pk, event_index, event_type FROM timing_events")).toEqual([
      [1, 1, "a"],
      [1, 2, "b"],
      [1, 3, "c"],
      [2, 1, "x"],
    ]);
  });
});

describe("several exports", () => {
  it("are united in the order in which they are given", async () => {
    const first = await place({
      ...SMALL_EXPORT,
      "rounds.parquet": "SELECT unnest([-5, -3]) AS round_pk, unnest([8, 7]) AS ingest_seq, unnest(['a', 'b']) AS model",
      "tool_calls.parquet": "SELECT -3 AS round_pk, 'in b' AS tool_name",
      "timing_events.parquet": "SELECT -5 AS round_pk",
      "round_details.parquet": "SELECT -5 AS round_pk, 'ra' AS response_id",
      "sessions.parquet": "SELECT unnest(['t', 'u']) AS transcript_id, 5 AS record_count, 'first' AS project",
      "trace_source.parquet": "SELECT '/x/one' AS path",
    });
    const second = await place({
      ...SMALL_EXPORT,
      "rounds.parquet": "SELECT unnest([-5, 100]) AS round_pk, unnest([1, 2]) AS ingest_seq, unnest(['c', 'd']) AS model",
      "tool_calls.parquet": "SELECT 100 AS round_pk, 'in d' AS tool_name",
      "timing_events.parquet": "SELECT -5 AS round_pk",
      "round_details.parquet": "SELECT 100 AS round_pk, 'rd' AS response_id",
      "sessions.parquet": "SELECT unnest(['t', 'u']) AS transcript_id, unnest([9, 5]) AS record_count, 'second' AS project",
      "trace_source.parquet": "SELECT '/y/two' AS path",
    });
    const { db, rows, companions } = await build([second, first], { threads: 2 });
    expect(rows).toEqual({ rounds: 4, tool_calls: 2, timing_events: 2 });
    expect(companions).toMatchObject({ transcripts: 2, describedSteps: 2 });
    expect(
      await query(db, "SELECT round_pk, ingest_seq, model, response_id FROM rounds LEFT JOIN round_details USING (round_pk) ORDER BY 1"),
    ).toEqual([
      [1, 1, "c", null],
      [106, 2, "d", "rd"],
      [107, 4, "a", "ra"],
      [109, 3, "b", null],
    ]);
    expect(await query(db, CHILDREN)).toEqual([
      [106, "in d"],
      [109, "in b"],
    ]);
    expect(await query(db, "SELECT transcript_id, project FROM sessions ORDER BY 1")).toEqual([
      ["t", "second"],
      ["u", "second"],
    ]);
    expect(await query(db, "SELECT path FROM trace_source")).toEqual([["/y/two\n/x/one"]]);
  });

  it("are numbered as far as numbers go", async () => {
    const far = await place({
      "rounds.parquet": "SELECT unnest([-9223372036854775808, 9223372036854775807]) AS round_pk",
      "tool_calls.parquet": "SELECT 9223372036854775807 AS round_pk",
      "timing_events.parquet": "SELECT 1 AS round_pk WHERE false",
    });
    expect(await query((await build(far)).db, CHILDREN.replace("round_pk,", "round_pk::VARCHAR,"))).toEqual([
      ["9223372036854775807", null],
    ]);
    expect(await message(build([await place(), far]))).toMatch(
      /^UserError: The round_pk or ingest_seq of \d+ reach too far to be numbered on/,
    );
  });

  it("may be empty", async () => {
    const empty = await place(Object.fromEntries(Object.entries(SMALL_EXPORT).map(([name, sql]) => [name, `FROM (${sql}) WHERE false`])));
    const { db, rows } = await build([empty, await place(), empty]);
    expect(rows).toEqual({ rounds: 2, tool_calls: 1, timing_events: 1 });
    expect(await query(db, CHILDREN)).toEqual([[1, "Bash"]]);
  });
});

describe("columns of other types", () => {
  it.each<[string, string, string, unknown[]]>([
    ["small integers", "rounds.round_index", "unnest([1, NULL]::UTINYINT[])", [1, null]],
    ["wide integers", "rounds.round_index", "unnest([1, NULL]::HUGEINT[])", [1, null]],
    ["fractions", "rounds.round_index", "unnest([2.5, NULL, -0.5]::DOUBLE[])", [3, null, -1]],
    ["decimals", "rounds.round_index", "unnest([2.5, NULL]::DECIMAL(4, 2)[])", [3, null]],
    ["text", "rounds.round_index", "unnest(['12', NULL])", [12, null]],
    ["no values", "rounds.round_index", "unnest([NULL, NULL]::BLOB[])", [null, null]],
    ["numbers", "rounds.model", "unnest([1, NULL])", ["1", null]],
    ["truth", "rounds.model", "unnest([true, NULL])", ["true", null]],
    ["words of an enum", "rounds.model", "unnest(['a', NULL]::ENUM('a', 'b')[])", ["a", null]],
    ["JSON", "rounds.model", "unnest(['\"a\"', 'null', NULL]::JSON[])", ["a", null, null]],
    ["JSON numbers", "rounds.round_index", "unnest(['7', 'null']::JSON[])", [7, null]],
    ["numbers for truth", "tool_calls.is_error", "unnest([1, 0, NULL])", [true, false, null]],
    ["words for truth", "tool_calls.is_error", "unnest(['true', 'f', NULL])", [true, false, null]],
    [
      "nanoseconds",
      "tool_calls.result_at",
      "unnest([TIMESTAMP_NS '2026-01-02 03:04:05.123456', NULL])",
      ["2026-01-02 03:04:05.123456", null],
    ],
    ["zoned times", "tool_calls.result_at", "unnest([TIMESTAMPTZ '2026-01-02 03:04:05.1+02', NULL])", ["2026-01-02 01:04:05.1", null]],
    ["days", "tool_calls.result_at", "unnest([DATE '2026-01-02', NULL])", ["2026-01-02 00:00:00", null]],
    ["texts of times", "tool_calls.result_at", "unnest(['2026-01-02T03:04:05Z', NULL])", ["2026-01-02 03:04:05", null]],
  ])("%s are read", async (_, column, values, expected) => {
    const [table, name] = column.split(".") as [string, string];
    const key = table === "rounds" ? "row_number() OVER () AS round_pk" : "1 AS round_pk";
    const folder = await place({
      ...SMALL_EXPORT,
      [`${table}.parquet`]: `SELECT ${key}, value AS ${name} FROM (SELECT ${values} AS value)`,
      ...(table === "rounds" ? { "timing_events.parquet": "SELECT 1 AS round_pk" } : {}),
    });
    const { db } = await build(folder);
    const shown = name === "result_at" ? `${name}::VARCHAR` : name;
    expect((await query(db, `SELECT ${shown} FROM ${table} ORDER BY round_pk`)).flat()).toEqual(expected);
  });

  it.each([
    ["a fraction that is not a number", "round_index", "'nan'::DOUBLE", "DOUBLE, not BIGINT", "nan"],
    ["too large a number", "round_index", "10::HUGEINT ** 30", "DOUBLE, not BIGINT", "1e+30"],
    ["a word", "round_index", "'many'", "VARCHAR, not BIGINT", "many"],
    ["a list", "model", "['a']", "VARCHAR[], not VARCHAR", "[a]"],
    ["bytes", "model", "'a'::BLOB", "BLOB, not VARCHAR", "a"],
    ["truth", "round_index", "true", "BOOLEAN, not BIGINT", "true"],
  ])("%s is refused", async (_, name, value, types, shown) => {
    const folder = await place({ ...SMALL_EXPORT, "rounds.parquet": `SELECT unnest([1, 2]) AS round_pk, ${value} AS ${name}` });
    expect(await message(build(folder))).toBe(
      `UserError: ${path.basename(folder)}/rounds.parquet: column ${name} of rounds is ${types}, and 2 values cannot be read as that, for example ${JSON.stringify(shown)}. Correct the column or leave it out.`,
    );
  });

  it("of one file among several are named with their file", async () => {
    const folder = await place({
      ...SMALL_EXPORT,
      "tool_calls-1.parquet": "SELECT 1 AS round_pk, '5' AS tool_index",
      "tool_calls-2.parquet": "SELECT 1 AS round_pk, 'x' AS tool_index",
      "tool_calls-3.parquet": "SELECT 1 AS round_pk, 7::UINTEGER AS tool_index",
    });
    expect(await message(build(folder))).toMatch(
      /tool_calls-2\.parquet: column tool_index of tool_calls is VARCHAR, not BIGINT, and 1 value/,
    );
    fs.rmSync(path.join(folder, "tool_calls-2.parquet"));
    const { db } = await build(folder);
    expect(await query(db, "SELECT tool_index FROM tool_calls ORDER BY 1 NULLS FIRST")).toEqual([[null], [5], [7]]);
  });

  it("unknown ones are left out and reported", async () => {
    const folder = await place({
      ...SMALL_EXPORT,
      "rounds.parquet": 'SELECT unnest([1, 2]) AS round_pk, unnest([NULL, 3]) AS foo, 1 AS "Model", 6 AS filename',
    });
    const report = await build(folder);
    expect(report.unknownKeys.map(({ key, count, line }) => [key, count, line])).toEqual([
      ["rounds.Model", 2, null],
      ["rounds.filename", 2, null],
      ["rounds.foo", 1, null],
    ]);
    expect(formatBuildReport(report)).toContain(
      `3 unknown columns left out with 5 values: rounds.Model (first in ${folder}/rounds.parquet), rounds.filename (first in ${folder}/rounds.parquet), rounds.foo (first in ${folder}/rounds.parquet)`,
    );
    expect(await query(report.db, "SELECT DISTINCT model FROM rounds")).toEqual([[null]]);
  });
});

describe("what does not fit together is refused", () => {
  it.each<[string, Readonly<Record<string, string>>, RegExp]>([
    [
      "a step twice",
      { "rounds-1.parquet": "SELECT 2 AS round_pk" },
      /rounds-1\.parquet and \d+\/rounds\.parquet: round_pk 2 is in more than one row of rounds\. Give/,
    ],
    ["a step twice in a file", { "rounds.parquet": "SELECT unnest([1, 2, 2]) AS round_pk" }, /: \d+\/rounds\.parquet: round_pk 2 is in/],
    [
      "a step without key",
      { "rounds.parquet": "SELECT unnest([1, 2, NULL]) AS round_pk" },
      /rounds\.parquet: 1 row of rounds has no round_pk\./,
    ],
    [
      "a call of no step",
      { "tool_calls.parquet": "SELECT unnest([9, 8, 1]) AS round_pk" },
      /tool_calls\.parquet: 2 rows of tool_calls belong to no row of rounds, the first with round_pk 8\./,
    ],
    [
      "an event of no step",
      { "timing_events.parquet": "SELECT 7 AS round_pk" },
      /timing_events\.parquet: 1 row of timing_events belongs to no row of rounds: round_pk 7\./,
    ],
    [
      "a call without key",
      { "tool_calls.parquet": "SELECT NULL::BIGINT AS round_pk, 'a' AS tool_name" },
      /1 row of tool_calls has no round_pk/,
    ],
    [
      "two details of a step",
      { "round_details.parquet": "SELECT unnest([1, 1]) AS round_pk" },
      /round_pk 1 is in more than one row of round_details/,
    ],
    ["details of no step", { "round_details.parquet": "SELECT 3 AS round_pk" }, /1 row of round_details belongs to no row/],
    [
      "a table without keys",
      { "tool_calls.parquet": "SELECT 'a' AS tool_name" },
      /tool_calls\.parquet has no column round_pk, which tool_calls needs; its columns are tool_name\./,
    ],
    [
      "a column of the scan",
      { "rounds.parquet": "SELECT 1 AS round_pk, 2 AS File_Index" },
      /rounds\.parquet has a column File_Index, a name that reading needs/,
    ],
    [
      "no table",
      { "other.parquet": "SELECT 1 AS foo, 2 AS bar" },
      /other\.parquet is of no table that is known: its columns are foo, bar\./,
    ],
  ])("%s", async (_, files, expected) => {
    expect(await message(build(await place({ ...SMALL_EXPORT, ...files })))).toMatch(expected);
  });

  it("an export without one of its tables", async () => {
    const folder = await place();
    expect(await message(build(`${folder}/{rounds,tool_calls}.parquet`))).toMatch(
      /^UserError: Of the Parquet files in \S+ that were given, none has timing_events\. Give all files of the export, or its folder/,
    );
  });

  it("Parquet and JSON lines", async () => {
    const folder = await place();
    fs.writeFileSync(path.join(folder, "t.jsonl"), "{}\n");
    expect(await message(build([folder, path.join(folder, "t.jsonl")]))).toMatch(
      /^UserError: \d+\/rounds\.parquet is a Parquet file and \d+\/t\.jsonl is not; a database is built of one kind\./,
    );
  });

  it.each<[string, (bytes: Buffer) => Buffer, RegExp]>([
    [
      "cut off",
      (bytes) => bytes.subarray(0, bytes.length - 9),
      /rounds\.parquet is cut off: a Parquet file ends with PAR1\. Fetch it again\.$/,
    ],
    ["of four bytes", (bytes) => bytes.subarray(0, 4), /rounds\.parquet is cut off/],
    ["encrypted", (bytes) => Buffer.concat([Buffer.from("PARE"), bytes.subarray(4)]), /rounds\.parquet is an encrypted Parquet file/],
    [
      "with a damaged footer",
      (bytes) => Buffer.concat([bytes.subarray(0, -40), Buffer.alloc(32, 0xff), bytes.subarray(-8)]),
      /rounds\.parquet cannot be read as a Parquet file: .*Fetch it again\.$/s,
    ],
    [
      "with damaged pages",
      (bytes) => Buffer.concat([bytes.subarray(0, 4), Buffer.alloc(40, 0xff), bytes.subarray(44)]),
      /rounds\.parquet is damaged: .*Fetch it again\.$/s,
    ],
  ])("a file %s", async (_, damage, expected) => {
    const folder = await place();
    const file = path.join(folder, "rounds.parquet");
    fs.writeFileSync(file, damage(fs.readFileSync(file)));
    expect(await message(build(folder))).toMatch(expected);
    expect(fs.readdirSync(root).filter((name) => name.startsWith("."))).toEqual([]);
  });
});

it("a build that is stopped leaves nothing behind", async () => {
  const stop = new AbortController();
  const work = build(await place(), { signal: stop.signal, onProgress: () => stop.abort() });
  expect(await message(work)).toBe("UserError: The build was stopped; no database was written.");
  expect(fs.readdirSync(root).filter((name) => name.startsWith("."))).toEqual([]);
});
