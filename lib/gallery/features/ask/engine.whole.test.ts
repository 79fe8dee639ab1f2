import fs from "node:fs";
import { createRequire } from "node:module";
import type { createDuckDB, DuckDBBindings, DuckDBBundles, DuckDBConnection, NODE_RUNTIME, VoidLogger } from "@duckdb/duckdb-wasm/blocking";
import { beforeAll, describe, expect, it } from "vitest";
import { OWN_ROOTS } from "../../../artifacts/experiment-folders.ts";
import { readReport } from "../../../artifacts/run-report.ts";
import { loadQuestions } from "../../../assistant/questions/load.ts";
import { sampleRun } from "../../../testing/browser.ts";
import { project } from "../../../testing/paths.ts";
import { samplePool } from "../../../testing/sample.ts";
import { cut, describing, inOwnLines, onlyStatement } from "./client/statement.ts";
import { type Examples, readExamples, usualSql } from "./examples.ts";
import { explorePath } from "./explore.ts";

interface Blocking {
  readonly createDuckDB: typeof createDuckDB;
  readonly NODE_RUNTIME: typeof NODE_RUNTIME;
  readonly VoidLogger: typeof VoidLogger;
}

const require = createRequire(import.meta.url);
const { createDuckDB: create, NODE_RUNTIME: runtime, VoidLogger: Logger } = require("@duckdb/duckdb-wasm/blocking") as Blocking;
const bundle = { mainModule: require.resolve("@duckdb/duckdb-wasm/dist/duckdb-eh.wasm"), mainWorker: "" };
const BUNDLES: DuckDBBundles = { mvp: bundle, eh: bundle };

describe("the engine for browsers, on the exported database of the sample", () => {
  let ids: string[];
  let examples: Examples;
  let rowsOf: (sql: string) => number;
  let engine: DuckDBBindings;
  let connection: DuckDBConnection;

  beforeAll(async () => {
    const out = await sampleRun();
    const artifacts = readReport(out).experiments.flatMap((run) => (run.artifacts ? [run.artifacts] : []));
    ids = artifacts.map(({ id }) => id);
    examples = await readExamples({ artifacts, roots: OWN_ROOTS, questions: await loadQuestions(), file: explorePath(out) });
    engine = await create(BUNDLES, new Logger(), runtime);
    await engine.instantiate(() => {});
    engine.open({});
    engine.registerFileBuffer("explore.duckdb", new Uint8Array(fs.readFileSync(explorePath(out))));
    connection = engine.connect();
    for (const statement of ["SET autoload_known_extensions = false", "ATTACH 'explore.duckdb' AS explore (READ_ONLY)", "USE explore"])
      connection.query(statement);
    rowsOf = (sql) => connection.query(sql).numRows;
  });

  it("answers the query of every experiment that is offered, with rows", () => {
    expect(examples.runnable.map(({ id, sql }) => [id, rowsOf(sql) > 0])).toEqual(examples.runnable.map(({ id }) => [id, true]));
  });

  it("offers the main query of every experiment but those that need what is left out", () => {
    expect([...examples.refused.keys()]).toEqual(["tool_calls/claude_long_tool_calls", "validation/response_copies"]);
    const main = ids.filter((id) => fs.existsSync(project("experiments", id, "query.sql")));
    const offered = examples.runnable.filter(({ file }) => file === "query.sql").map(({ id }) => id);
    expect(offered).toEqual(main.filter((id) => !examples.refused.has(id)));
  });

  it("answers every question, with the rows of the pool", async () => {
    const questions = await loadQuestions();
    const pool = await samplePool();
    const rows = new Map<string, readonly number[]>();
    for (const question of questions) {
      const sql = usualSql(question);
      rows.set(question.id, [rowsOf(sql), (await pool.rows(sql)).length]);
    }
    expect([...rows].filter(([, [here, there]]) => here !== there)).toEqual([]);
    expect(examples.questions).toEqual(questions);
    expect(examples.names.providers).toEqual(["claude", "codex"]);
  });

  const statementOf = (sql: string) => onlyStatement(sql, engine.tokenize(sql));

  it.each<[string, string, string, boolean]>([
    ["a query", "SELECT 1", "SELECT 1", true],
    ["one that ends", "SELECT 1; -- done\n;", "SELECT 1", true],
    ["one below a comment", "-- first; second\nFROM rounds /* ; */", "FROM rounds /* ; */", true],
    ["one in parentheses", "(SELECT 1)", "(SELECT 1)", true],
    ["one with marks in texts", "SELECT 'é;', $$;$$, \";\" FROM t;", "SELECT 'é;', $$;$$, \";\" FROM t", true],
    ["a table of its own", "CREATE TEMP TABLE t AS SELECT 1", "CREATE TEMP TABLE t AS SELECT 1", false],
    ["what can't be read", "SELEC 1", "SELEC 1", false],
  ])("finds %s", (_, text, sql, isQuery) => {
    expect(statementOf(text)).toEqual({ sql, isQuery });
  });

  it.each([
    ["SELECT 1; SELECT 2", "There are 2 statements, and the console runs one at a time."],
    ["-- nothing\n;", "There is nothing to run"],
    ["INSTALL httpfs", "Queries can only read this page's tables"],
    ["force install httpfs;", "Queries can only read this page's tables"],
  ])("refuses %s", (text, message) => {
    expect(() => statementOf(text)).toThrow(message);
  });

  function cutAnswer(sql: string) {
    const described = connection.query(describing(sql)).toArray();
    const columns = described.map(({ column_name, column_type }) => ({ name: String(column_name), type: String(column_type) }));
    return { columns, answer: connection.query(cut(sql, columns)) };
  }

  it.each<[string, string, number]>([
    ["one column", "FROM range(250000)", 100_001],
    ["25 columns", `SELECT ${Array.from({ length: 25 }, (_, i) => `range AS c${i}`).join(", ")} FROM range(250000)`, 20_001],
    ["few rows", "VALUES (1), (2)", 2],
    ["tables", "SELECT name FROM (SHOW TABLES) WHERE name = 'rounds' -- one", 1],
    ["a description", "DESCRIBE rounds", 25],
    ["a summary", "SUMMARIZE SELECT 1 AS a, 2 AS b", 2],
    ["a pivot", "PIVOT (SELECT provider FROM rounds) ON provider USING count(*)", 1],
  ])("cuts the rows of an answer: %s", (_, sql, rows) => {
    expect(cutAnswer(sql).answer.numRows).toBe(rows);
  });

  it.each([
    ["repeat('x', 5000)", "VARCHAR", "x".repeat(2001)],
    ["range(100000)", "BIGINT[]", expect.stringMatching(/^\[0, 1, 2, .{1991}$/)],
    ["INTERVAL 90 MINUTE", "INTERVAL", "01:30:00"],
    ["{'a': 1.50, 'b': [DATE '2026-01-01']}", "STRUCT(a DECIMAL(3,2), b DATE[])", "{'a': 1.50, 'b': [2026-01-01]}"],
    ["TIME '10:00:01.5'", "TIME", "10:00:01.5"],
    ["'\\x01\\xFF'::BLOB", "BLOB", "\\x01\\xFF"],
    ["9007199254740993", "BIGINT", 9007199254740993n],
    ["NULL", "INTEGER", null],
  ])("cuts the cell %s", (value, type, shown) => {
    const { columns, answer } = cutAnswer(`SELECT ${value} AS "a ""cell"""`);
    expect([columns, answer.getChildAt(0)?.get(0)]).toEqual([[{ name: 'a "cell"', type }], shown]);
  });

  it("keeps the order of a query, and lines count as the reader sees them", () => {
    const { answer } = cutAnswer("SELECT range AS n FROM range(200000) ORDER BY n DESC");
    expect([0, 1, 100_000].map((row) => answer.getChildAt(0)?.get(row))).toEqual([199_999n, 199_998n, 99_999n]);
    expect(() => cutAnswer("SELECT 1,\n nope FROM rounds")).toThrow("LINE 3:");
    expect(inOwnLines("LINE 3: nope")).toBe("LINE 2: nope");
  });
});
