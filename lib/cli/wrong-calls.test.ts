/** A wrong call is one sentence and exit status 2, before any work: nothing is written. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { globSync } from "tinyglobby";
import { afterAll, describe, expect, it } from "vitest";
import { call } from "../testing/call.ts";
import { hasShared, shared } from "../testing/paths.ts";

const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "wrong-calls-")));
afterAll(() => fs.rmSync(folder, { recursive: true }));

const at = (name: string) => path.join(folder, name);
const FILES = {
  "file.txt": "text, and no database\n",
  "hello.jsonl": '{"hello":1}\n',
  "claude.jsonl": '{"type":"user","sessionId":"s","cwd":"/x","message":{"role":"user"}}\n',
  "codex.jsonl": '{"timestamp":"2026-01-01T00:00:00Z","type":"session_meta","payload":{}}\n',
  "rounds.jsonl": '{"provider":"claude","session_id":"s","round_index":0}\n',
};
for (const [name, text] of Object.entries(FILES)) fs.writeFileSync(at(name), text);
/** Results would go there. */
const OUT = ["--out", at("out")];

async function refused(words: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await call(...words);
  expect({ words, status, stdout }).toEqual({ words, status: 2, stdout: "" });
  expect(stderr).toMatch(/^.*\n$/);
  expect(fs.readdirSync(folder).sort()).toEqual(Object.keys(FILES).sort());
  return stderr.trimEnd();
}

type Case = readonly [words: readonly string[], sentence: string];

describe("a name that is nearly right", () => {
  it.each<Case>([
    [["buid-db"], 'Unknown command: "buid-db". Did you mean build-db?'],
    [["--ony", "session"], "Unknown option: --ony. Did you mean --only?"],
    [["--only", "sesion"], "--only sesion matches no experiment. Did you mean session?"],
    [
      ["--only", "session/sesion_token_steps"],
      "--only session/sesion_token_steps matches no experiment. Did you mean session/session_token_steps?",
    ],
    [["--only", "nothing_like_it"], "--only nothing_like_it matches no experiment. --list shows them all."],
    [["experiment", "sesion_token_steps"], "Unknown experiment: sesion_token_steps. Did you mean session_token_steps?"],
    [["export", "--db", "a", "--out", "b", "--session", "c"], "--session does nothing with --format parquet. Leave it out."],
    [["export", "--db", "a", "--out", "b", "--format", "otlp", "--release"], "--release does nothing with --format otlp. Leave it out."],
    [
      ["export", "--db", "a", "--out", "b", "--format", "perfetto", "--endpoint", "http://c"],
      "--endpoint does nothing with --format perfetto. Add --format otlp, or leave it out.",
    ],
    [
      ["export", "--db", "a", "--out", "b", "--format", "otlp", "--endpoint", "http://c"],
      "--endpoint sends what --out would write. Leave one of them out.",
    ],
    [["export", "--db", "a", "--format", "otlp"], "--out is missing: give a file, or a collector with --endpoint."],
    [["export", "--db", "a"], "--out is missing. See --help."],
    [
      ["export", "--db", "a.duckdb", "--out", "x", "--for", "spreadsheet"],
      "--for spreadsheet does nothing to parquet files. Add --format csv, or leave it out.",
    ],
    [["sidecar", "lst", "a.png"], 'Unknown command of sidecar: "lst". Did you mean list?'],
    [["report", "daily"], 'report cannot group by "daily". Did you mean day?'],
    [
      ["report", "galaxy"],
      'report cannot group by "galaxy". Choose one of: day, week, month, session, project, model, tool, helper, block, label:KEY.',
    ],
    [["ask", "cost/by_dai"], "Unknown question cost/by_dai. Did you mean cost/by_day?"],
    [["ask", "cost/by_day", "--set", "sicne=2026-01-01"], 'cost/by_day has no parameter "sicne". Did you mean since?'],
    [
      ["ask", "cost/by_day", "--open", "--gallery", "nowhere"],
      "--open needs the pages of a run, and nowhere has no Ask page. Draw the pool first, or name the pages with --gallery.",
    ],
    [["contxt"], 'Unknown command: "contxt". Did you mean context?'],
    [["explian"], 'Unknown command: "explian". Did you mean explain?'],
    [["context", "--explian"], "Unknown option: --explian. Did you mean --explain?"],
    [["validate", "--onl", "integrity"], "Unknown option: --onl. Did you mean --only?"],
    [["gallery", "--sreve"], "Unknown option: --sreve. Did you mean --serve?"],
    [["session_token_steps", "--top-session", "3"], "Unknown option: --top-session. Did you mean --top-sessions?"],
    [["--dryRun"], "Unknown option: --dryRun. Did you mean --dry-run?"],
    [["--vortex", "9"], "Unknown option: --vortex. See --help."],
    [["-x"], "Unknown option: -x. See --help."],
  ])("%j", async (words, sentence) => expect(await refused(words)).toBe(sentence));
});

describe("a value of the wrong kind", () => {
  it.each<Case>([
    [["--jobs", "abc"], '--jobs takes a number, not "abc".'],
    [["--jobs", "0"], "--jobs must be at least 1, not 0."],
    [["-j", "1", "-j", "2"], "--jobs was given 2 times (1, 2); give it once."],
    [["--threads", "1.5"], "--threads takes a whole number, not 1.5."],
    [["--memory", "lots"], '--memory takes an amount such as 512MB, 4GB or 2GiB, not "lots".'],
    [["--memory", "4"], '--memory takes an amount such as 512MB, 4GB or 2GiB, not "4".'],
    [["--memory", "1KB"], "--memory must be at least 256MB, not 1KB."],
    [["--shard", "3/2"], "--shard takes k/n with k from 1 to n, for example 2/4, not 3/2."],
    [["gallery", "--serve", "--port", "x"], '--port takes a number, not "x".'],
    [["gallery", "--serve", "--port", "70000"], "--port must be at most 65535, not 70000."],
    [["collect", "--jobs", "many"], '--jobs takes a number, not "many".'],
    [
      ["collect", "--since", "soon", "--dry-run"],
      "--since soon is not a time. Give a date such as 2026-01-31, a time such as 2026-01-31T12:00:00Z, or an age such as 30d, 12h or 2w.",
    ],
    [["collect", "-o", at("rounds.jsonl.gz")], `--output ${at("rounds.jsonl.gz")}: the trace is written unpacked. Leave out the .gz.`],
    [["collect", "--home", at("none")], `--home ${at("none")} is not a folder. Name the folder that holds .claude or .codex.`],
    [["collect", "--provider", "gemini"], '--provider must be one of claude, codex, not "gemini".'],
    [["report", "--timezone", "Mars"], "--timezone Mars is not a time zone. Give a name such as UTC, Europe/Berlin or America/New_York."],
    [["context", "--top", "0"], "--top must be at least 1, not 0."],
    [["explain", "--top", "0"], "--top must be at least 1, not 0."],
    [["diff", "a", "b", "--top", "0"], "--top must be at least 1, not 0."],
    [["context", "--top", "many"], '--top takes a number, not "many".'],
    [["context", "--out", at("file.txt")], `--out ${at("file.txt")} is a file; give a folder.`],
    [["report", "--order", "up"], '--order must be one of asc, desc, not "up".'],
    [["report", "--out", at("file.txt")], `--out ${at("file.txt")} is a file; give a folder.`],
    [
      ["export", "--db", "a", "--out", "b", "--format", "xml"],
      '--format must be one of parquet, csv, mooncake, aiperf, inference-perf, perfetto, otlp, not "xml".',
    ],
    [["--only", "session_token_steps", "--top-sessions", "0"], "--top-sessions must be at least 1, not 0."],
    [["--only", "session_token_steps", "--top-sessions", "0", "--dry-run"], "--top-sessions must be at least 1, not 0."],
    [["session_token_steps", "--top-sessions", "few"], '--top-sessions takes a number, not "few".'],
    [["--input"], "--input needs a value. See --help."],
    [["--force=yes"], '--force takes no value, and was given "yes". Leave out the value.'],
    [["--no-gallery=1"], '--no-gallery takes no value, and was given "1". Leave out the value.'],
  ])("%j", async (words, sentence) => expect(await refused(words)).toBe(sentence));
});

describe("an option that would do nothing", () => {
  it.each<Case>([
    ...[
      "--since 30d",
      "--home x",
      "--project shop",
      "--archive x",
      "--all-users",
      "--no-resume",
      "--key-file x",
      "--as-published",
      "--sanitized",
      "--until 1d",
    ].map((words): Case => {
      const [name] = words.split(" ") as [string];
      return [words.split(" "), `${name} does nothing without --collect. Add --collect, or leave it out.`];
    }),
    [["--collect", "--home-root", "x"], "--home-root does nothing without --all-users. Add --all-users, or leave it out."],
    [
      ["--provider", "codex", "--only", "trace_facts/overview_summary"],
      "--provider does nothing here: it narrows --collect and is a flag of session/session_token_steps and trace_facts/csv_export. Add --collect or select one of these, or leave it out.",
    ],
    [["--collect", "--provider", "gemini"], "--provider gemini: there are transcripts of claude and codex only. Leave it out for both."],
    [
      ["--top-groups", "5", "--only", "session"],
      "--top-groups is a flag of llm_generation/timing_feature_ambiguity and validation/tool_duplicate_audit, which --only leaves out. Select one of them too, or leave out the flag.",
    ],
    [["--top-groups", "5", "--list"], "--top-groups does nothing with --list. Leave it out."],
    [["--list", "--out", "x"], "--out does nothing with --list. Leave it out."],
    [["gallery", "--port", "8000"], "--port does nothing without --serve. Add --serve, or leave it out."],
    [["report", "--json", "--csv"], "--json and --csv exclude each other. Pass one of them."],
    [["report", "model", "--breakdown"], "--breakdown does nothing to a report by model. Leave it out."],
    [
      ["context", "--db", "a.duckdb", "--no-resume"],
      "--no-resume does nothing with --db or --input, which name what is read. Leave it out.",
    ],
    [["context", "--home-root", "x"], "--home-root does nothing without --all-users. Add --all-users, or leave it out."],
    [["report", "--db", "a.duckdb", "--home", "x"], "--home does nothing with --db or --input, which name what is read. Leave it out."],
    [
      ["report", "--accounting", "published", "--prices", "x"],
      "--prices does nothing in the published reading, which has a price table of its own; add --accounting counted, or leave it out.",
    ],
    [
      ["report", "--prices", at("none.json")],
      `--prices: ${at("none.json")} was not found; name a file of rates, as docs/readings.md describes it.`,
    ],
    [["report", "label:team"], "report by a label needs --labels FILE, which docs/labels.md describes. Add it."],
    [["report", "--labels", at("none.csv")], "--labels does nothing to a report by day. Write report label:KEY, or leave it out."],
    [
      ["--labels", at("none.csv"), ...OUT],
      `--labels: ${at("none.csv")} was not found; name a file of labels, as docs/labels.md describes it.`,
    ],
    [
      ["session_token_steps", "--labels", at("file.txt"), ...OUT],
      `${at("file.txt")}, line 1 has no column session but text, and no database; the first line must be session,key,value.`,
    ],
    [["report", "--home-root", "x"], "--home-root does nothing without --all-users. Add --all-users, or leave it out."],
    [["validate", "--input", "-", "--keep-names", "x"], "--keep-names does nothing without --sanitized. Add --sanitized, or leave it out."],
    [
      ["sanitize", "--check", at("rounds.jsonl"), "-o", "x"],
      "--check writes nothing and needs no key; leave out --output, --key-file and --coarse-times.",
    ],
  ])("%j", async (words, sentence) => expect(await refused(words)).toBe(sentence));
});

describe("a place that is not what it should be", () => {
  it.each<Case>([
    [
      [...OUT, "--db", at("none.duckdb")],
      `No database at ${at("none.duckdb")}. Give an existing file with --db, or a trace with --input to build it.`,
    ],
    [[...OUT, "--db", at("file.txt")], `${at("file.txt")} is not a DuckDB database. Give one with --db, or a trace with --input.`],
    [
      [...OUT, "--db", at("file.txt"), "--dry-run"],
      `${at("file.txt")} is not a DuckDB database. Give one with --db, or a trace with --input.`,
    ],
    [
      [...OUT, "--db", folder],
      `${folder} is a folder, not a database. Give a file or a folder that export wrote with --db, or a folder of Parquet files with --input.`,
    ],
    [
      ["context", "--db", at("none.duckdb")],
      `No database at ${at("none.duckdb")}. Give an existing file with --db, or a trace with --input to build it.`,
    ],
    [
      ["validate", ...OUT, "--db", at("file.txt")],
      `${at("file.txt")} is not a DuckDB database. Give one with --db, or a trace with --input.`,
    ],
    [
      ["export", ...OUT, "--db", at("file.txt")],
      `${at("file.txt")} is not a DuckDB database. Give one with --db, or a trace with --input.`,
    ],
    [
      ["build-db", "--input", at("rounds.jsonl"), "--db", at("file.txt")],
      `${at("file.txt")} exists and is not a DuckDB database, so it is not overwritten. Remove it or choose another name.`,
    ],
    [["--out", at("file.txt")], `--out ${at("file.txt")} is a file; give a folder.`],
    [["--out", at("file.txt/x/y")], `--out ${at("file.txt/x/y")} is below the file ${at("file.txt")}; give a folder.`],
    [["--out", at("file.txt"), "--dry-run"], `--out ${at("file.txt")} is a file; give a folder.`],
    ...["-o", "--out", "--output-dir"].map(
      (name): Case => [["paper_macros", name, at("file.txt")], `--out ${at("file.txt")} is a file; give a folder.`],
    ),
    [["collect", "-o", at("file.txt/rounds.jsonl")], `--output ${at("file.txt")} is a file; give a folder.`],
    [
      [...OUT, "--input", at("*.nothing")],
      `No trace file matches ${at("*.nothing")}. Check the path; relative ones start at ${process.cwd()}.`,
    ],
    [
      ["build-db", "--input", at("none.jsonl"), "--db", at("sub/x.duckdb")],
      `No trace file matches ${at("none.jsonl")}. Check the path; relative ones start at ${process.cwd()}.`,
    ],
    [
      ["gallery", "--run", at("nowhere")],
      `No run in ${at("nowhere")}: ${at("nowhere/run.json")} is missing. Give the folder of a finished run with --run.`,
    ],
    [
      ["experiment", "paper_macros", "--db", at("file.txt"), "-o", at("out")],
      `${at("file.txt")} is not a DuckDB database. Give one with --db, or a trace with --input.`,
    ],
  ])("%j", async (words, sentence) => expect(await refused(words)).toBe(sentence));
});

describe("lines that are not steps", () => {
  const collect =
    "Make a trace of your transcripts with npx tsx run-all.ts collect, or draw them at once with npx tsx run-all.ts --collect.";
  it.each<Case>([
    [
      [...OUT, "--input", at("hello.jsonl")],
      `${at("hello.jsonl")}:1: bad line (not a step): it has none of the keys of an agent step, such as round_index, timing_events or prefix_tokens. Give a trace as collect writes it, or pass --skip-bad-lines to leave out such lines.`,
    ],
    [
      [...OUT, "--input", at("claude.jsonl")],
      `${at("claude.jsonl")}:1: bad line (not a step): it looks like a transcript of Claude Code. ${collect}`,
    ],
    [
      [...OUT, "--input", at("codex.jsonl"), "--dry-run"],
      `${at("codex.jsonl")}:1: bad line (not a step): it looks like a transcript of Codex. ${collect}`,
    ],
    [
      ["build-db", "--input", at("rounds.jsonl"), at("claude.jsonl"), "--db", at("x.duckdb")],
      `${at("claude.jsonl")}:1: bad line (not a step): it looks like a transcript of Claude Code. ${collect}`,
    ],
  ])("%j", async (words, sentence) => expect(await refused(words)).toBe(sentence));

  it.skipIf(!hasShared)("are found in the transcripts of both agents", async () => {
    const transcripts = globSync(`${shared("transcripts", "home")}/**/*.jsonl`, { dot: true });
    expect(transcripts).toHaveLength(17);
    for (const file of transcripts)
      expect(await refused([...OUT, "--input", file])).toMatch(/looks like a transcript of (Claude Code|Codex)\./);
  });
});

describe("choices that exclude each other", () => {
  it.each<Case>([
    [[...OUT, "--collect", "--input", at("rounds.jsonl")], "--collect makes the trace itself; leave out --input, or leave out --collect."],
    [
      [...OUT, "--collect", "--shard", "1/2"],
      "--shard and --collect don't go together: collect first, then give every shard the trace with --input.",
    ],
    [[...OUT, "--shard", "1/2", "--input", "-"], "A shard can't read standard input; build a database first and give it with --db."],
    [["sidecar", "show", "a.png"], '"show <png> <key>" takes more words: 1 of 2 were given. See --help.'],
    [["build-db", "--input", at("rounds.jsonl")], "--db is missing. See --help."],
    [["diff", "a"], '"diff <a> <b> [c] [d]" takes more words: 1 of 2 were given. See --help.'],
    [["diff", "a", "b", "c", "d", "e"], '"e" is one word too many. See --help.'],
    [["context", "one", "two"], '"two" is one word too many. See --help.'],
    [["explain", "one", "two"], '"two" is one word too many. See --help.'],
    [["--list", "extra"], '"extra" is one word too many. See --help.'],
  ])("%j", async (words, sentence) => expect(await refused(words)).toBe(sentence));
});

it("a folder in which nothing can be made is refused at once", async () => {
  const { status, stderr } = await call("--out", "/proc/x");
  expect([status, stderr]).toEqual([1, expect.stringMatching(/^Can't write to \/proc\/x \(\w+\); give another path with --out\.\n$/)]);
});
