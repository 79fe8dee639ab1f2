/** The program as its users start it. */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Called, call } from "../testing/call.ts";
import { project } from "../testing/paths.ts";
import { tracedStep } from "../testing/runs.ts";

const EXPERIMENT = "trace_facts/paper_macros";
/** Has nothing to draw here, which takes a second less. */
const UNDRAWN = "validation/response_copies";
let folder: string;
let trace: string;

beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "run-all-"));
  trace = path.join(folder, "trace.jsonl");
  fs.writeFileSync(trace, [step(0, "user_message"), step(1, "tool_result")].map((row) => `${JSON.stringify(row)}\n`).join(""));
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const step = (index: number, input: string) => ({
  ...tracedStep(index, input, Date.UTC(2026, 0, 1, 0, index)),
  session_id: "claude:<b>one</b>",
});

/** As `npx tsx <program>`, without the seconds that npx takes. */
function start(program: string, words: readonly string[], input = "") {
  const tsx = pathToFileURL(project("node_modules", "tsx", "dist", "esm", "index.mjs")).href;
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", tsx, program, ...words], {
    cwd: folder,
    encoding: "utf8",
    input,
  });
  return { status, stdout, stderr };
}

const out = (name: string) => path.join(folder, name);
const read = (...parts: string[]) => fs.readFileSync(path.join(folder, ...parts), "utf8");

it("writes figures for papers, and says which of them are not readable in a column", async () => {
  const id = "prefix_cache/redundant_prefill";
  const { status, stdout } = await call("--out", out("paper"), "--only", id, "--no-gallery", "--for", "paper");
  expect(status).toBe(0);
  expect(stdout).toMatch(/of 1, \d at column width \(3\.3 in\) and 1 at page width \(7 in\)/);
  const written = ["column", "page"].filter((width) => !stdout.includes(`Not readable at ${width} width`));
  const files = written.flatMap((width) => ["pdf", "svg"].map((ending) => `redundant_prefill-${width}.${ending}`));
  expect(fs.readdirSync(out(`paper/paper-figures/${id}`)).sort()).toEqual(files);
  expect(read(`paper/paper-figures/${id}`, "redundant_prefill-page.pdf")).toMatch(/^%PDF/);
});

describe("a run", () => {
  let first: Called;
  beforeAll(async () => {
    first = await call("--input", trace, "--out", out("a"), "--only", EXPERIMENT);
  });

  it("builds the database, writes whole folders and a gallery, and is fresh the second time", async () => {
    expect(first).toMatchObject({ status: 0 });
    expect(first.stdout).toContain(path.join("a", "gallery", "index.html"));
    expect(fs.existsSync(out("a/trace.duckdb"))).toBe(true);
    const artifacts = JSON.parse(read("a", EXPERIMENT, "artifacts.json"));
    expect(artifacts.tables.map(({ file }: { file: string }) => file)).toContain("paper_macros.csv");
    const report = JSON.parse(read("a", "run.json"));
    expect(report.experiments).toMatchObject([{ id: EXPERIMENT, state: "done" }]);

    const second = await call("--input", trace, "--out", out("a"), "--only", EXPERIMENT, "--no-gallery");
    expect(second.stderr).toMatch(new RegExp(`fresh +${EXPERIMENT}`));
    expect(read("a", "run.json")).toBe(JSON.stringify(report, null, 2).concat("\n"));
  });

  it("draws again what was changed by hand, and gives the same bytes elsewhere", async () => {
    const whole = read("a", EXPERIMENT, "paper_macros.csv");
    const keys = read("a", EXPERIMENT, "artifacts.json");
    fs.appendFileSync(out(`a/${EXPERIMENT}/paper_macros.csv`), "tampered\n");
    const again = await call("--input", trace, "--out", out("a"), "--only", EXPERIMENT, "--no-gallery", "--jobs", "1");
    expect(again.stderr).toMatch(new RegExp(`ran +${EXPERIMENT}`));
    expect(read("a", EXPERIMENT, "paper_macros.csv")).toBe(whole);
    await call("--input", trace, "--out", out("c"), "--only", EXPERIMENT, "--no-gallery", "--jobs", "1");
    expect(read("c", EXPERIMENT, "artifacts.json")).toBe(keys);
  });

  it("finishes the others after a failure and exits with 1", async () => {
    const failed = await call(
      "--input",
      trace,
      "--out",
      out("d"),
      "--only",
      "session/session_token_steps",
      "--only",
      UNDRAWN,
      "--session-id",
      "nobody",
      "--no-gallery",
      "--jobs",
      "1",
    );
    expect(failed.status).toBe(1);
    expect(failed.stderr).toContain("nobody");
    expect(failed.stderr).toMatch(new RegExp(`ran +${UNDRAWN}`));
    expect(read("d", "logs", "session__session_token_steps.log")).toContain("nobody");
    expect(fs.existsSync(out("d/session/session_token_steps/artifacts.json"))).toBe(false);
  });
});

it("a run is finished, reported and ends with 1 when a query is wrong and when the database for the gallery can't be written", async () => {
  const broken = "trace_facts/misspelled";
  const code = `
    import { defineExperiment, query, table } from ${JSON.stringify(project("lib", "experiment.ts"))};
    export default defineExperiment(import.meta.url, {
      title: "Counted", question: "How many?", empty: "None.",
      run: async ({ db }) => ({
        tables: [table("counted", await db.rows(query("query.sql", { n: "number" })), { n: { says: "Number" } }, { title: "Counted" })],
      }),
    });`;
  fs.mkdirSync(out(`own/${broken}`), { recursive: true });
  fs.writeFileSync(out(`own/${broken}/experiment.ts`), code);
  fs.writeFileSync(out(`own/${broken}/query.sql`), "-- uses: step_timez\nSELECT count(*) AS n FROM step_timez");
  const inTheWay = out("f/explore.duckdb");
  fs.mkdirSync(path.join(inTheWay, "full"), { recursive: true });
  const words = ["--experiments", out("own"), "--only", UNDRAWN, "--only", broken, "--no-gallery"];
  const { status, stdout, stderr } = await call("--input", trace, "--out", out("f"), ...words);
  expect({ status, stdout }).toEqual({ status: 1, stdout: `Results are in ${out("f")}\n` });
  expect(stderr).toContain(
    `  ${broken}  query.sql uses the relation step_timez, but lib/relations has no step_timez.sql. Did you mean step_times?\n`,
  );
  expect(stderr).toMatch(/explore\.duckdb can't be written, so the gallery has no page for questions: \w+: .*directory/);
  expect(JSON.parse(read("f", "run.json")).experiments).toMatchObject([
    { id: broken, state: "failed" },
    { id: UNDRAWN, state: "done" },
  ]);
});

it("reads a trace from standard input", () => {
  const built = start(project("run-all.ts"), ["build-db", "--input", "-", "--db", out("stdin.duckdb")], fs.readFileSync(trace, "utf8"));
  expect(built).toMatchObject({ status: 0, stderr: expect.stringContaining("2 steps") });
});

it("a wrong call is one sentence and exit status 2", () => {
  const { status, stderr } = start(project("run-all.ts"), ["draw"]);
  expect([status, stderr]).toEqual([2, expect.stringMatching(/^Unknown command: "draw"\. Commands: experiment, new, collect, .*\n$/)]);
});

it("--list shows the experiments that are selected", async () => {
  const { status, stdout } = await call("--list", "--only", "session");
  const lines = stdout.trimEnd().split("\n");
  expect([status, lines]).toEqual([
    0,
    expect.arrayContaining([expect.stringMatching(/^session\/session_compaction_counts +Compactions per session$/)]),
  ]);
  expect(lines.filter((line) => !line.startsWith("session/"))).toEqual([]);
});

describe("--dry-run says what would run, and writes nothing", () => {
  const OTHER = "trace_facts/overview_summary";
  const dryRun = (...words: string[]) => call("--dry-run", "--only", UNDRAWN, "--only", OTHER, "--out", out("e"), ...words);
  const lines = (stdout: string) =>
    stdout
      .trimEnd()
      .split("\n")
      .map((line) => line.replace(/ {2,}/g, " | "));

  it.each<[string, () => Promise<unknown>, string[], string[]]>([
    [
      "before anything is built",
      async () => undefined,
      ["--input", "TRACE"],
      [`build | DATABASE | from TRACE`, `run | ${OTHER} | the database is new`, `run | ${UNDRAWN} | the database is new`],
    ],
    [
      "after a run",
      () => call("--input", trace, "--out", out("e"), "--only", UNDRAWN, "--no-gallery", "--jobs", "1"),
      ["--input", "TRACE"],
      [`read | DATABASE | from TRACE`, `run | ${OTHER} | no results yet`, `fresh | ${UNDRAWN} | same pool, flags and code`],
    ],
    [
      "of results that were changed by hand",
      async () => fs.appendFileSync(out(`e/${UNDRAWN}/checks.csv`), "x\n"),
      ["--db", "DATABASE"],
      ["read | DATABASE", `run | ${OTHER} | no results yet`, `run | ${UNDRAWN} | files were changed`],
    ],
    [
      "that are to be made again",
      async () => undefined,
      ["--db", "DATABASE", "--force", "--shard", "1/2"],
      ["read | DATABASE", `run | ${OTHER} | --force`],
    ],
  ])("%s", async (_, prepare, words, expected) => {
    await prepare();
    const before = fs.existsSync(out("e")) ? fs.readdirSync(out("e"), { recursive: true }) : null;
    const named = (text: string) => text.replaceAll("TRACE", trace).replaceAll("DATABASE", out("e/trace.duckdb"));
    const { status, stdout, stderr } = await dryRun(...words.map(named));
    expect({ status, stderr, lines: lines(stdout) }).toEqual({ status: 0, stderr: "", lines: expected.map(named) });
    expect(fs.existsSync(out("e")) ? fs.readdirSync(out("e"), { recursive: true }) : null).toEqual(before);
  });
});

it("an experiment is a program of its own", () => {
  const { status, stderr } = start(project("experiments", UNDRAWN, "experiment.ts"), ["--input", trace, "-o", out("alone")]);
  expect([status, stderr]).toEqual([0, expect.stringContaining(`ran     ${UNDRAWN}`)]);
  expect(fs.readdirSync(out("alone"))).toEqual(expect.arrayContaining(["artifacts.json", "checks.csv"]));
  expect(fs.readdirSync(out("alone")).filter((name) => /log/.test(name))).toEqual([]);
});
