import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import type { createDuckDB, DuckDBBundles, NODE_RUNTIME, VoidLogger } from "@duckdb/duckdb-wasm/blocking";
import { beforeAll, describe, expect, it } from "vitest";
import { OWN_ROOTS } from "../../../artifacts/experiment-folders.ts";
import { readReport } from "../../../artifacts/run-report.ts";
import { sampleRun } from "../../../testing/browser.ts";
import { project } from "../../../testing/paths.ts";
import { type Examples, readExamples } from "./examples.ts";
import { explorePath } from "./explore.ts";
import { readQuestions } from "./questions.ts";

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
  const questions = readQuestions(path.join(import.meta.dirname, "questions"));
  let ids: string[];
  let examples: Examples;
  let rowsOf: (sql: string) => number;

  beforeAll(async () => {
    const out = await sampleRun();
    const artifacts = readReport(out).experiments.flatMap((run) => (run.artifacts ? [run.artifacts] : []));
    ids = artifacts.map(({ id }) => id);
    examples = await readExamples(artifacts, OWN_ROOTS, explorePath(out));
    const engine = await create(BUNDLES, new Logger(), runtime);
    await engine.instantiate(() => {});
    engine.open({});
    engine.registerFileBuffer("explore.duckdb", new Uint8Array(fs.readFileSync(explorePath(out))));
    const connection = engine.connect();
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

  it.each(questions)("answers: $title", ({ sql }) => {
    expect(rowsOf(sql)).toBeGreaterThan(1);
  });
});
