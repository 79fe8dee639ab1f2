import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Draft } from "../files/atomic.ts";
import { lockIn, tryLock } from "../files/lock.ts";
import { call } from "../testing/call.ts";
import { hasShared, shared } from "../testing/paths.ts";
import type { DetailsLine, EventLine, InputLine, SessionLine } from "../trace/companions.ts";
import { type CollectOptions, collect, collectForRun, writeReportFile } from "./collect.ts";
import { at, claudeTurn, codexHeader, codexTurn, Home, jsonLines, outputTexts, parseLines, temporaryFolder } from "./fixture.ts";
import { reportLines } from "./report.ts";

const UUIDS = [
  "11111111-1111-4111-8111-111111111111",
  "22222222-2222-4222-8222-222222222222",
  "33333333-3333-4333-8333-333333333333",
] as const;
const [A, B, C] = UUIDS;
/** Version 7: the first one is older. */
const PARENT = "019b7000-0000-7000-8000-000000000000";
const CHILD = "019b7001-0000-7000-8000-000000000000";
const CODEX_TURNS = ["019b7000-0001-7000-8000-000000000000", "019b7001-0001-7000-8000-000000000000"] as const;

let home: Home;
beforeEach(() => {
  home = new Home();
});
afterEach(() => home.remove());

const details = () => parseLines(home.output.replace(/\.jsonl$/, ".details.jsonl")) as DetailsLine[];
const sessions = () => parseLines(home.output.replace(/\.jsonl$/, ".sessions.jsonl")) as SessionLine[];
const inputs = () => parseLines<InputLine>(home.output.replace(/\.jsonl$/, ".inputs.jsonl"));
const ids = () => home.rows().map((row) => row.round_id);

describe("what is written", () => {
  it("rows in the order of discovery with home, user, store and trace key last, and companions in lockstep", async () => {
    home.write(home.codex(PARENT), [codexHeader(PARENT, 0), ...codexTurn(CODEX_TURNS[0], 1, 100)]);
    home.write(home.claude(B), claudeTurn("b", 0));
    home.write(home.claude(A), [...claudeTurn("a1", 0), ...claudeTurn("a2", 10)]);
    const report = await home.collect();
    const rows = home.rows();
    expect(rows.map((row) => row.trace_key)).toEqual([
      `claude:claude:${A}:msg_a1`,
      `claude:claude:${A}:msg_a2`,
      `claude:claude:${B}:msg_b`,
      `codex:codex:${PARENT}:${CODEX_TURNS[0]}:0`,
    ]);
    for (const row of rows) {
      expect(Object.keys(row).slice(-4)).toEqual(["home", "user", "store", "trace_key"]);
      expect(row).toMatchObject({ home: home.folder, user: "home" });
    }
    expect(details().map((line) => line.trace_key)).toEqual(rows.map((row) => row.trace_key));
    expect(sessions().map((line) => [line.session_id, line.round_count])).toEqual([
      [`claude:${A}`, 2],
      [`claude:${B}`, 1],
      [`codex:${PARENT}`, 1],
    ]);
    const transcripts = new Map(sessions().map((line) => [line.transcript_id, line.session_id]));
    expect(details().map((line) => transcripts.get(line.transcript_id))).toEqual(rows.map((row) => row.session_id));
    expect(report).toMatchObject({
      written: "written",
      reading: { full: 3, grown: 0, unchanged: 0, gone: 0 },
      providers: {
        claude: {
          files: 2,
          filesRead: 2,
          records: 9,
          rows: 3,
          duplicates: 0,
          firstAt: "2026-01-01T00:00:00.000Z",
          lastAt: "2026-01-01T00:00:12.000Z",
        },
        codex: { files: 1, records: 4, rows: 1 },
      },
      problems: [],
    });
  });

  it("companions hold pseudonyms, never what they replace", async () => {
    home.write(home.claude(A), claudeTurn("a", 0));
    await home.collect();
    expect(details()[0]).toMatchObject({
      response_id: expect.stringMatching(/^response_[0-9a-f]{16}$/),
      request_id: expect.stringMatching(/^request_[0-9a-f]{16}$/),
      transcript_id: expect.stringMatching(/^transcript_[0-9a-f]{16}$/),
    });
    for (const line of details()) expect(JSON.stringify({ ...line, trace_key: "" })).not.toContain("msg_a");
    expect(JSON.stringify(sessions())).not.toContain(home.folder);
  });

  it("the key is made once, kept private, and makes the same pseudonyms wherever it is used", async () => {
    const keyFile = path.join(home.root, "secret", "key");
    home.write(home.claude(A), claudeTurn("a", 0));
    await home.collect({ keyFile });
    expect(home.said.join("\n")).toContain(keyFile);
    expect(fs.statSync(keyFile).mode & 0o777).toBe(0o600);
    const key = fs.readFileSync(keyFile, "utf8").trim();
    expect(key).toMatch(/^[0-9a-f]{64}$/);
    expect(home.said.join("\n")).not.toContain(key);
    expect((await home.collectAfresh({ keyFile }))[2]).toBe(outputTexts(home.output)[2]);
    fs.writeFileSync(keyFile, "hello");
    await expect(home.collect({ keyFile })).rejects.toThrow(/is not a key/);
  });

  it("goes to standard output without companions", async () => {
    home.write(home.claude(A), claudeTurn("a", 0));
    const pieces: Uint8Array[] = [];
    const report = await home.collect({ output: "-", stdout: async (bytes) => void pieces.push(Buffer.from(bytes)) });
    await home.collect();
    expect(Buffer.concat(pieces).toString()).toBe(fs.readFileSync(home.output, "utf8"));
    expect(report).toMatchObject({ written: "streamed", output: null });
    expect(fs.readdirSync(home.root).sort()).toEqual([
      ".gitignore",
      "home",
      "rounds.details.jsonl",
      "rounds.events.jsonl",
      "rounds.inputs.jsonl",
      "rounds.jsonl",
      "rounds.jsonl.state",
      "rounds.names.txt",
      "rounds.sessions.jsonl",
    ]);
  });

  it("is readable by its owner alone, and lists the names that it has seen", async () => {
    home.write(home.claude(A), [{ ...claudeTurn("a", 0)[0], cwd: "/srv/acme", gitBranch: "feature/merger" }, ...claudeTurn("b", 1)]);
    writeReportFile(home.output, await home.collect());
    const files = fs.readdirSync(home.root).filter((name) => name.startsWith("rounds.") && !name.endsWith(".state"));
    expect(files.map((name) => (fs.statSync(path.join(home.root, name)).mode & 0o777).toString(8))).toEqual(files.map(() => "600"));
    const names = fs.readFileSync(path.join(home.root, "rounds.names.txt"), "utf8").split("\n");
    expect(names).toEqual(expect.arrayContaining([os.hostname(), "/srv/acme", "feature/merger"]));
  });

  it("threads write what one thread writes", async () => {
    for (const [i, uuid] of UUIDS.entries()) home.write(home.claude(uuid), claudeTurn(`t${i}`, i));
    await home.collect({ jobs: 2, worthThreadsBytes: 0 });
    expect(outputTexts(home.output)).toEqual(await home.collectAfresh({ jobs: 1 }));
  });
});

it("a small transcript that grew is read from its start, with the same result", async () => {
  home.write(home.claude(A), claudeTurn("a", 0));
  await home.collect({ resumedBytes: 1 << 20 });
  home.append(home.claude(A), claudeTurn("b", 10));
  expect((await home.collect({ resumedBytes: 1 << 20 })).reading).toMatchObject({ full: 1, grown: 0 });
  expect(outputTexts(home.output)).toEqual(await home.collectAfresh());
});

describe("many small transcripts", () => {
  it("with the same fault each are a few lines", async () => {
    for (let i = 0; i < 30; i++) home.write(home.claude(`${A.slice(0, -2)}${10 + i}`), `{\n${jsonLines(claudeTurn(`t${i}`, i))}`);
    const lines = reportLines(await home.collect(), null);
    expect(lines.filter((line) => line.includes("rejected")).length).toBe(10);
    expect(lines).toContainEqual(expect.stringContaining("20 more"));
  });
});

describe("counting once", () => {
  it("a transcript in .claude and in .claude.back counts for the first", async () => {
    home.write(home.claude(A), claudeTurn("a", 0));
    home.write(home.claude(A, ".claude.back"), [...claudeTurn("a", 0), ...claudeTurn("a2", 10)]);
    const report = await home.collect();
    expect(home.rows().map((row) => [row.round_id, row.store])).toEqual([
      ["msg_a", ".claude"],
      ["msg_a2", ".claude.back"],
    ]);
    expect(report.providers.claude).toMatchObject({ rows: 2, duplicates: 1, repeatedResponses: 0 });
    expect(new Set(sessions().map((line) => line.transcript_id)).size).toBe(2);
  });

  it("what a Codex sub-agent replays of its parent counts for the parent", async () => {
    home.write(home.codex(PARENT), [codexHeader(PARENT, 0), ...codexTurn(CODEX_TURNS[0], 1, 100)]);
    home.write(home.codex(CHILD), [
      codexHeader(CHILD, 20, { subagent: { thread_spawn: { parent_thread_id: PARENT } } }),
      codexHeader(PARENT, 20),
      ...codexTurn(CODEX_TURNS[0], 20, 100),
      ...codexTurn(CODEX_TURNS[1], 30, 200),
    ]);
    const report = await home.collect();
    expect(home.rows().map((row) => row.session_id)).toEqual([`codex:${PARENT}`, `codex:${CHILD}`]);
    expect(report.providers.codex).toMatchObject({ rows: 2, duplicates: 1 });
  });

  it("a resumed session repeats responses under its own keys; the first holder is the session that started first", async () => {
    home.write(home.claude(A), [...claudeTurn("shared", 50), ...claudeTurn("own", 100)]);
    home.write(home.claude(B), claudeTurn("shared", 10));
    const report = await home.collect();
    expect(details().map((line) => [line.trace_key.slice(-10), line.is_first_holder, line.first_holder_session_id])).toEqual([
      ["msg_shared", false, `claude:${B}`],
      [expect.stringMatching(/msg_own$/), true, `claude:${A}`],
      ["msg_shared", true, `claude:${B}`],
    ]);
    expect(details()[0]?.response_id).toBe(details()[2]?.response_id);
    expect(report.providers.claude).toMatchObject({
      rows: 3,
      repeatedResponses: 1,
      repeatedRows: 1,
      repeatedTokens: { prefix: 30, append: 30, output: 5 },
    });
  });

  it("events that a resumed session repeats belong to the session that started first", async () => {
    const boundary = (session: string, uuid: string, seconds: number) => ({
      ...{ type: "system", subtype: "compact_boundary", sessionId: session, uuid, timestamp: at(seconds) },
      compactMetadata: { trigger: "auto", preTokens: seconds },
    });
    home.write(home.claude(A), [...claudeTurn("one", 0), boundary(A, "u1", 5), ...claudeTurn("two", 20), boundary(A, "u2", 25)]);
    home.write(home.claude(B), [...claudeTurn("one", -10), boundary(B, "u1", 5)]);
    await home.collect();
    const events = parseLines<EventLine>(home.output.replace(".jsonl", ".events.jsonl"));
    expect(events.map((line) => [line.session_id, line.seq, line.tokens_before])).toEqual([
      [`claude:${A}`, 2, 25],
      [`claude:${B}`, 1, 5],
    ]);
  });

  it("a sub-agent is linked to the call of its parent that started it", async () => {
    const spawned = {
      type: "user",
      timestamp: at(3),
      toolUseResult: { agentId: "1" },
      message: { role: "user", content: [{ type: "tool_result", tool_use_id: "toolu_spawn", content: "" }] },
    };
    home.write(home.claude(A), [...claudeTurn("spawn", 0), spawned]);
    home.write(home.claude(`${A}/subagents/agent-1`), claudeTurn("one", 5));
    home.write(home.claude(`${A}/subagents/agent-2`), claudeTurn("two", 6));
    await home.collect();
    expect(sessions().map((line) => [line.session_id.slice(-7), line.parent_session_id, line.parent_tool_call_id])).toEqual([
      ["agent-1", `claude:${A}`, "toolu_spawn"],
      ["agent-2", `claude:${A}`, null],
      [A.slice(-7), null, null],
    ]);
  });

  it("on equal times a main session holds before a sub-agent, else the order of discovery decides", async () => {
    home.write(home.claude(`${A}/subagents/agent-1`), claudeTurn("shared", 0));
    home.write(home.claude(B), claudeTurn("shared", 0));
    home.write(home.claude(C), claudeTurn("shared", 0));
    await home.collect();
    expect(details().map((line) => [line.is_first_holder, line.first_holder_session_id])).toEqual([
      [false, `claude:${B}`],
      [true, `claude:${B}`],
      [false, `claude:${B}`],
    ]);
  });
});

describe("which steps", () => {
  const day = (time: string) => (Date.parse(time) - Date.parse(at(0))) / 1000;
  const OTHER = "019b7002-0000-7000-8000-000000000000";
  const inFolder = (id: string, cwd: string, turn: string, total: number) => {
    const header = codexHeader(id, 0);
    const moved = codexTurn(turn, 1, total).map((record) => JSON.parse(JSON.stringify(record).replaceAll("/home/user/project", cwd)));
    return [{ ...header, payload: { ...(header.payload as object), cwd } }, ...moved];
  };

  it.each<[Partial<CollectOptions>, ids: string[], outside: number]>([
    [{}, ["msg_jan", "msg_late", "msg_restored"], 0],
    [{ since: "2026-11-01" }, ["msg_late", "msg_restored"], 1],
    [{ until: "2026-10-31" }, ["msg_jan"], 2],
    [{ since: "2026-11-27", until: "2026-11-27" }, ["msg_restored"], 2],
    [{ since: "2026-11-28" }, ["msg_late"], 2],
    [{ since: "2026-11-28", timezone: "Asia/Tokyo" }, ["msg_late", "msg_restored"], 1],
    [{ until: "2026-11-27", timezone: "America/New_York" }, ["msg_jan", "msg_late", "msg_restored"], 0],
  ])("%j: those of the time, whatever the files' times", async (options, expected, outside) => {
    home.write(home.claude(A), [...claudeTurn("jan", day("2026-01-14T11:00:00Z")), ...claudeTurn("late", day("2026-11-28T03:00:00Z"))]);
    home.write(home.claude(B), claudeTurn("restored", day("2026-11-27T17:00:00Z")));
    fs.utimesSync(home.claude(B), 1e9, 1e9);
    const report = await home.collect(options);
    expect(ids()).toEqual(expected);
    expect(details().map((line) => line.trace_key)).toEqual(home.rows().map((row) => row.trace_key));
    expect(inputs().map((line) => line.trace_key)).toEqual(home.rows().map((row) => row.trace_key));
    expect(sessions().map((line) => line.session_id)).toEqual([...new Set(home.rows().map((row) => row.session_id))]);
    expect(report.providers.claude).toMatchObject({ outside: { steps: outside, tokens: outside * 65 } });
    expect(report.selection.timezone).toBe(options.timezone ?? "UTC");
    const said = reportLines(report, null).join("\n");
    expect(said.includes("left out by --since or --until")).toBe(outside > 0);
    expect(said.includes(`days are those of ${options.timezone ?? "UTC"}`)).toBe(
      options.since !== undefined || options.until !== undefined,
    );
  });

  it.each<[string[], projects: (string | null)[], left: number]>([
    [[], ["-home-user-project", "-srv-shop", "-home-user-my-app"], 0],
    [["shop"], ["-srv-shop"], 2],
    [["my.app"], ["-home-user-my-app"], 2],
    [["my-app", "user-project"], ["-home-user-project", "-home-user-my-app"], 1],
  ])("--project %j: of both agents", async (projects, expected, left) => {
    home.write(home.claude(A), claudeTurn("a", 0));
    home.write(home.codex(PARENT), inFolder(PARENT, "/srv/shop", CODEX_TURNS[0], 100));
    home.write(home.codex(OTHER), inFolder(OTHER, "/home/user/my.app", CODEX_TURNS[1], 200));
    const report = await home.collect({ projects });
    expect(sessions().map((line) => line.project)).toEqual(expected);
    expect(report.leftOut.projects + report.leftOut.codexProjects).toBe(left);
  });

  it("of no project is a failure", async () => {
    home.write(home.codex(PARENT), inFolder(PARENT, "/srv/shop", CODEX_TURNS[0], 100));
    await expect(home.collect({ projects: ["nothing"] })).rejects.toThrow(
      "None of the 1 transcripts is of a project with nothing in its name.",
    );
  });

  it("says why there are more sessions or fewer than transcripts", async () => {
    home.write(home.claude(A), claudeTurn("a", 0));
    home.write(home.claude(A, ".claude.back"), [...claudeTurn("a", 0), ...claudeTurn("a2", 10)]);
    home.write(home.claude(B), [{ type: "summary", summary: "nothing" }]);
    expect(reportLines(await home.collect(), null)).toContain(
      "  3 transcripts and 1 session: 1 transcript without steps in the trace, 1 transcript of a session that another one has too",
    );
  });
});

describe("what is private", () => {
  it("is readable by its owner alone under any umask, and out of repositories", async () => {
    const before = process.umask(0o022);
    try {
      home.write(home.claude(A), claudeTurn("a", 0));
      writeReportFile(home.output, await home.collect({ archive: path.join(home.root, "archive") }));
    } finally {
      process.umask(before);
    }
    const entries = fs.readdirSync(home.root, { withFileTypes: true, recursive: true });
    const own = entries.filter(
      ({ name, parentPath }) => `${parentPath}/`.startsWith(`${home.root}/home`) === false && name !== "home" && name !== ".gitignore",
    );
    const odd = own.filter((entry) => (fs.statSync(path.join(entry.parentPath, entry.name)).mode & 0o077) !== 0).map(({ name }) => name);
    expect(odd).toEqual([]);
    const ignored = fs.readFileSync(path.join(home.root, ".gitignore"), "utf8");
    expect(ignored.split("\n")).toEqual(
      expect.arrayContaining(["/rounds.jsonl", "/rounds.inputs.jsonl", "/rounds.report.json", "/rounds.jsonl.state"]),
    );
    for (const folder of ["rounds.jsonl.state", "archive"])
      expect(fs.readFileSync(path.join(home.root, folder, ".gitignore"), "utf8")).toBe("*\n");
  });

  it("inputs have keyed hashes, and the trace of another key has others", async () => {
    home.write(home.claude(A), [...claudeTurn("a", 0), ...claudeTurn("b", 10)]);
    await home.collect();
    const [first, second] = inputs();
    expect(first).toMatchObject({ tool_index: home.rows()[0]?.tools[0]?.tool_index, target: "ls", verb: "list" });
    expect(first?.input_hash).toMatch(/^[0-9a-f]{16}$/);
    expect(second?.input_hash).toBe(first?.input_hash);
    await home.collect({ keyFile: path.join(home.root, "other") });
    expect(inputs()[0]?.input_hash).not.toBe(first?.input_hash);
  });
});

describe("going on from a state", () => {
  beforeEach(async () => {
    home.write(home.claude(A), claudeTurn("a", 0));
    home.write(home.claude(B), claudeTurn("b", 5));
    home.write(home.codex(PARENT), [codexHeader(PARENT, 0), ...codexTurn(CODEX_TURNS[0], 1, 100)]);
    await home.collect();
  });

  it("opens nothing and leaves the output when nothing is new", async () => {
    // A file of the same size and time is taken for the same; opened, its content would make other rows.
    const { size } = fs.statSync(home.claude(A));
    const changeTime = () => fs.utimesSync(home.claude(A), 1e9, 1e9);
    changeTime();
    await home.collect();
    const before = fs.statSync(home.output);
    home.write(home.claude(A), "x".repeat(size));
    changeTime();
    const report = await home.collect();
    expect(report).toMatchObject({ written: "unchanged", reading: { full: 0, grown: 0, unchanged: 3, gone: 0 } });
    expect(report.providers.claude).toMatchObject({ rows: 2, records: 6 });
    expect(fs.statSync(home.output)).toMatchObject({ mtimeMs: before.mtimeMs, ino: before.ino });
  });

  it.each([
    ["grown", () => home.append(home.claude(A), claudeTurn("a2", 10)), { full: 0, grown: 1, unchanged: 2, gone: 0 }],
    [
      "rewritten",
      () => home.write(home.claude(A), [...claudeTurn("z", 0), ...claudeTurn("z2", 10)]),
      { full: 1, grown: 0, unchanged: 2, gone: 0 },
    ],
    ["shrunk", () => fs.truncateSync(home.claude(A), 200), { full: 1, grown: 0, unchanged: 2, gone: 0 }],
    ["touched", () => fs.utimesSync(home.claude(A), 1, 1), { full: 0, grown: 1, unchanged: 2, gone: 0 }],
    ["new", () => home.write(home.claude(C), claudeTurn("c", 0)), { full: 1, grown: 0, unchanged: 3, gone: 0 }],
    ["deleted", () => fs.rmSync(home.claude(A)), { full: 0, grown: 0, unchanged: 2, gone: 1 }],
    [
      "Codex grown",
      () => home.append(home.codex(PARENT), codexTurn(CODEX_TURNS[1], 50, 200)),
      { full: 0, grown: 1, unchanged: 2, gone: 0 },
    ],
  ] as const)("%s: the same bytes as a run without state", async (_, change, reading) => {
    change();
    const report = await home.collect();
    expect(report.reading).toEqual(reading);
    const output = outputTexts(home.output);
    expect(output).toEqual(await home.collectAfresh());
  });

  it("tool results that arrive later complete rows that were written before", async () => {
    const [request, response, result] = claudeTurn("late", 20);
    home.append(home.claude(A), [request, response] as never);
    await home.collect();
    expect(home.rows()[1]?.tools[0]?.result_chars).toBeNull();
    home.append(home.claude(A), [result] as never);
    await home.collect();
    expect(home.rows()[1]?.tools[0]?.result_chars).toBe(5);
  });

  it("a torn last line waits until it is complete, and counts once", async () => {
    const before = ids();
    const line = jsonLines([claudeTurn("torn", 30)[1]]);
    home.append(home.claude(A), line.slice(0, 100));
    const torn = await home.collect();
    expect(ids()).toEqual(before);
    expect(torn.problems).toEqual([{ path: home.claude(A), error: null, rejected: { count: 0, first: [] }, tornTailBytes: 100 }]);
    home.append(home.claude(A), line.slice(100, -1));
    const complete = await home.collect();
    expect(complete.problems).toEqual([]);
    expect(ids()).toEqual(["msg_a", "msg_torn", ...before.slice(1)]);
    const events = home.rows()[1]?.timing_events.length;
    home.append(home.claude(A), "\n");
    await home.collect();
    expect(ids()).toEqual(["msg_a", "msg_torn", ...before.slice(1)]);
    expect(home.rows()[1]?.timing_events.length).toBe(events);
    home.append(home.claude(A), claudeTurn("next", 40));
    await home.collect();
    expect(outputTexts(home.output)).toEqual(await home.collectAfresh());
  });

  it("any cutting of a growing transcript ends in the same bytes", async () => {
    const text = jsonLines([...claudeTurn("g1", 0), ...claudeTurn("g2", 9), ...claudeTurn("g3", 20)]);
    home.write(home.claude(C), "");
    for (let done = 0; done < text.length; done += 173) {
      home.append(home.claude(C), text.slice(done, done + 173));
      await home.collect();
    }
    expect(outputTexts(home.output)).toEqual(await home.collectAfresh());
  });

  it("an output that someone changed or removed is written again", async () => {
    const before = outputTexts(home.output);
    fs.appendFileSync(home.output, "{}\n");
    expect(await home.collect()).toMatchObject({ written: "written" });
    expect(outputTexts(home.output)).toEqual(before);
    fs.rmSync(home.output.replace(/\.jsonl$/, ".details.jsonl"));
    expect(await home.collect()).toMatchObject({ written: "written" });
    expect(outputTexts(home.output)).toEqual(before);
  });

  it.each([
    ["the index", (state: string) => fs.rmSync(path.join(state, "index.jsonl"))],
    ["half of the index", (state: string) => fs.truncateSync(path.join(state, "index.jsonl"), 700)],
    ["a state file", (state: string) => fs.rmSync(someState(state))],
    ["the end of a state file", (state: string) => fs.truncateSync(someState(state), 100)],
    ["all of a state file", (state: string) => fs.truncateSync(someState(state), 0)],
    ["nothing, with leftovers of a killed run", (state: string) => leaveDraft(path.join(state, "transcripts", "x"))],
  ] as const)("a kill that costs %s costs no row", async (_, damage) => {
    const before = outputTexts(home.output);
    damage(`${home.output}.state`);
    home.append(home.claude(B), claudeTurn("b2", 20));
    await home.collect();
    expect(outputTexts(home.output)).toEqual(await home.collectAfresh());
    expect(outputTexts(home.output)).not.toEqual(before);
    expect(fs.readdirSync(path.join(`${home.output}.state`, "transcripts")).filter((name) => name.endsWith(".partial"))).toEqual([]);
  });

  it("--no-resume reads all again", async () => {
    expect((await home.collect({ resume: false })).reading).toEqual({ full: 3, grown: 0, unchanged: 0, gone: 0 });
  });

  it("files that a filter leaves out are not forgotten", async () => {
    await home.collect({ provider: "codex" });
    expect(home.rows().map((row) => row.provider)).toEqual(["codex"]);
    expect((await home.collect()).reading).toEqual({ full: 0, grown: 0, unchanged: 3, gone: 0 });
    expect(home.rows()).toHaveLength(3);
  });
});

/** As a process that was killed leaves it. */
function leaveDraft(file: string): void {
  const ended = spawnSync(process.execPath, ["-e", ""]).pid;
  fs.writeFileSync(new Draft(file).path.replace(`.${process.pid}-`, `.${ended}-`), "half");
}

const someState = (state: string) => path.join(state, "transcripts", fs.readdirSync(path.join(state, "transcripts"))[0] as string);

describe("one process at a time", () => {
  it("a second one says who has the state, and waits", async () => {
    home.write(home.claude(A), claudeTurn("a", 0));
    const release = tryLock(lockIn(`${home.output}.state`));
    await home.collect({
      say: (line) => {
        if (line === `waiting for ${home.output}.state, which process ${process.pid} on ${os.hostname()} is using`) release?.();
      },
    });
    expect(ids()).toEqual(["msg_a"]);
  });

  it("a lock of a process that has ended is taken over", async () => {
    home.write(home.claude(A), claudeTurn("a", 0));
    const ended = spawnSync(process.execPath, ["-e", ""]).pid;
    fs.mkdirSync(`${home.output}.state`);
    fs.writeFileSync(path.join(`${home.output}.state`, ".lock"), JSON.stringify({ process: ended, host: os.hostname() }));
    await home.collect();
    expect(ids()).toEqual(["msg_a"]);
    expect(fs.existsSync(path.join(`${home.output}.state`, ".lock"))).toBe(false);
  });
});

describe("problems", () => {
  it("of single lines and files are listed and cost no record", async () => {
    const [request, response] = claudeTurn("a", 0).map((record) => JSON.stringify(record));
    home.write(home.claude(A), `${request}\nnonsense\n[1]\n\n{"a":\n"text"\n${response}\n`);
    home.write(home.claude(B), claudeTurn("b", 0));
    const report = await home.collect();
    expect(ids()).toEqual(["msg_a", "msg_b"]);
    expect(report.problems).toEqual([
      {
        path: home.claude(A),
        error: null,
        rejected: {
          count: 4,
          first: [
            { line: 2, reason: "not JSON" },
            { line: 3, reason: "JSON, but not an object" },
            { line: 5, reason: "not JSON" },
          ],
        },
        tornTailBytes: 0,
      },
    ]);
  });

  it("unknown records are counted by name with the clients' versions", async () => {
    home.write(home.claude(A), [{ type: "brand-new", version: "9.9.9" }, ...claudeTurn("a", 0)]);
    const report = await home.collect();
    expect(report.unknown).toContainEqual({
      provider: "claude",
      kind: "record",
      name: "brand-new",
      count: 1,
      files: 1,
      clientVersions: expect.arrayContaining(["2.1.0"]),
    });
  });

  it("nothing found is one sentence", async () => {
    await expect(home.collect()).rejects.toThrow(/^No transcripts found in .*\.claude.*--home.*CODEX_HOME\.$/);
    expect(fs.readdirSync(home.root)).toEqual(["home"]);
  });

  it("filters that leave nothing are named", async () => {
    home.write(home.claude(A), claudeTurn("a", 0));
    await expect(home.collect({ projects: ["elsewhere"] })).rejects.toThrow(/--project 1\./);
  });

  it("of damaged packed files, what comes before is read", async () => {
    const { gzipSync } = await import("node:zlib");
    const packed = gzipSync(jsonLines(Array.from({ length: 400 }, (_, i) => claudeTurn(`p${i}`, i)).flat()));
    home.write(`${home.claude(A)}.gz`, packed.subarray(0, packed.length - 200));
    home.write(home.claude(B), claudeTurn("b", 0));
    const report = await home.collect();
    expect(report.problems[0]?.error).toContain(`${home.claude(A)}.gz`);
    expect(ids()).toContain("msg_b");
    expect(await home.collect()).toMatchObject({ written: "unchanged" });
  });

  it("an output that can't be written is one sentence", async () => {
    home.write(home.claude(A), claudeTurn("a", 0));
    fs.mkdirSync(path.join(home.root, "taken"));
    fs.writeFileSync(path.join(home.root, "file"), "");
    await expect(
      home.collect({ output: path.join(home.root, "file", "rounds.jsonl"), state: path.join(home.root, "state") }),
    ).rejects.toThrow(/Can't write/);
  });
});

it("collects for a run and says where", async () => {
  home.write(home.claude(A), claudeTurn("a", 0));
  const { trace, report } = await collectForRun({ homes: [home.folder], out: home.root, say: () => {} });
  expect(trace).toBe(path.join(home.root, "collected", "rounds.jsonl"));
  expect(parseLines(trace)).toHaveLength(1);
  expect(JSON.parse(fs.readFileSync(trace.replace(".jsonl", ".report.json"), "utf8"))).toEqual(JSON.parse(JSON.stringify(report)));
});

describe.skipIf(!hasShared)("real transcripts", () => {
  it("yield the rows of the published extractor, field by field", async () => {
    const folder = shared("transcripts", "home");
    const output = path.join(temporaryFolder(), "rounds.jsonl");
    const report = await collect({ homes: [folder], output, reading: "published", jobs: 2, worthThreadsBytes: 0, say: () => {} });
    const withoutPlace = (row: Record<string, unknown>) => {
      const { home: _home, user: _user, session_file, ...rest } = row;
      return { ...rest, session_file: path.basename(String(session_file)) };
    };
    const rows = parseLines(output) as Record<string, unknown>[];
    const expected = parseLines(shared("transcripts", "expected_rounds.jsonl")) as Record<string, unknown>[];
    expect(rows.length).toBe(expected.length);
    for (const [i, row] of rows.entries()) {
      expect(withoutPlace(row)).toEqual(withoutPlace(expected[i] as Record<string, unknown>));
      expect(Object.keys(row)).toEqual(Object.keys(expected[i] as object));
    }
    expect(report.problems).toEqual([]);
    fs.rmSync(path.dirname(output), { recursive: true });
  });
});

describe("the command", () => {
  it("writes trace, companions and report; data to standard output, words to standard error", async () => {
    home.write(home.claude(A), claudeTurn("a", 0));
    vi.stubEnv("HOME", home.root);
    const run = await call("collect", "--home", home.folder, "-o", home.output, "--json");
    expect(run.stderr).toMatch(/1 transcript/);
    expect(run.status).toBe(0);
    expect(JSON.parse(run.stdout)).toMatchObject({ output: home.output, providers: { claude: { rows: 1 } } });
    expect(fs.readdirSync(home.root)).toContain("rounds.report.json");
    const dry = await call("collect", "--home", home.folder, "--dry-run", "--json");
    vi.unstubAllEnvs();
    expect(dry.status).toBe(0);
    expect(() => JSON.parse(dry.stdout)).not.toThrow();
  });

  it.each([
    [["--home", "/nowhere"], 2, /--home/],
    [["--jobs", "0"], 2, /--jobs must be at least 1, not 0/],
    [["--unknown"], 2, /unknown/i],
    [["-o", "rounds.jsonl.gz"], 2, /unpacked/],
    [["--provider", "other"], 2, /other/],
  ] as const)("%j is refused", async (args, status, message) => {
    const run = await call("collect", ...args);
    expect([run.status, run.stderr]).toEqual([status, expect.stringMatching(message)]);
  });
});
