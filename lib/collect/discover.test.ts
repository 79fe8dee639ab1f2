import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { hasShared, shared } from "../testing/paths.ts";
import { censusLines, takeCensus } from "./census.ts";
import { changedMs, type DiscoverOptions, discover } from "./discover.ts";
import { sessionKeyOf } from "./finds.ts";

const root = fs.mkdtempSync(path.join(os.tmpdir(), "discover-"));
afterAll(() => fs.rmSync(root, { recursive: true, force: true }));
let trees = 0;

/** A folder with these files; `a -> b` is a link to `b`, a path that ends in `/` a folder. Contents are the path's own name. */
function tree(...paths: readonly string[]): string {
  const folder = path.join(root, `t${++trees}`);
  fs.mkdirSync(folder);
  for (const entry of paths) {
    const [name, target] = entry.split(" -> ") as [string, string | undefined];
    const file = path.join(folder, name);
    fs.mkdirSync(name.endsWith("/") ? file : path.dirname(file), { recursive: true });
    if (target !== undefined) fs.symlinkSync(path.resolve(folder, target), file);
    else if (!name.endsWith("/")) fs.writeFileSync(file, path.basename(name));
  }
  return folder;
}

const noEnvironment = { environment: {} };

/** Paths below the home, in order of discovery. */
function found(home: string, options: DiscoverOptions = {}): string[] {
  const discovery = discover({ ownHome: home, ...noEnvironment, ...options });
  return discovery.transcripts.map((transcript) => path.relative(home, transcript.path));
}

function skipped(home: string, options: DiscoverOptions = {}): string[] {
  return discover({ ownHome: home, ...noEnvironment, ...options }).skipped.map(
    ({ kind, path: file }) => `${kind} ${path.relative(home, file)}`,
  );
}

const P = ".claude/projects";
const S = ".codex/sessions";
const A = ".codex/archived_sessions";

describe("order", () => {
  it.each<[string, string[]]>([
    ["Claude before Codex", [`${P}/p/a.jsonl`, `${S}/2026/01/02/rollout-a.jsonl`]],
    [
      "the backup, the newer place, the archive",
      [`${P}/p/b.jsonl`, ".claude.back/projects/p/a.jsonl", ".config/claude/projects/p/c.jsonl", `${S}/z.jsonl`, `${A}/a.jsonl`],
    ],
    ["projects by path, of different case and with dots", [`${P}/-B/x.jsonl`, `${P}/-a/x.jsonl`, `${P}/-a.b/x.jsonl`]],
    [
      "sub-agents before their session",
      [`${P}/p/s1/subagents/agent-1.jsonl`, `${P}/p/s1/subagents/workflows/wf_1/agent-2.jsonl`, `${P}/p/s1.jsonl`],
    ],
    ["by components, not by the whole path", [`${P}/p/a/z.jsonl`, `${P}/p/a-b/y.jsonl`, `${P}/p/a.jsonl`]],
    ["by code points, not by code units", [`${P}/p/\uff5e.jsonl`, `${P}/p/\u{1f600}.jsonl`]],
    ["within hidden folders", [`${P}/.hidden/.deep/a.jsonl`]],
    ["Codex by date", [`${S}/2025/12/31/rollout-b.jsonl`, `${S}/2026/01/01/rollout-a.jsonl`]],
  ])("%s", (_, files) => {
    expect(found(tree(...files.toReversed()))).toEqual(files);
  });
});

describe("is a transcript", () => {
  it.each<[string, string[], string[], string[]]>([
    ["packed ones", [`${S}/a.jsonl.zst`, `${P}/p/b.jsonl.gz`], [`${P}/p/b.jsonl.gz`, `${S}/a.jsonl.zst`], []],
    ["no other files", [`${P}/p/a.json`, `${P}/p/a.jsonl.bak`, `${S}/notes.txt`, `${S}/jsonl`], [], []],
    ["no folder of that name", [`${S}/a.jsonl/`], [], []],
    [
      "a plain file before its packed twin",
      [`${S}/a.jsonl`, `${S}/a.jsonl.zst`, `${S}/a.jsonl.gz`],
      [`${S}/a.jsonl`],
      [`duplicate ${S}/a.jsonl.gz`, `duplicate ${S}/a.jsonl.zst`],
    ],
    ["the same name elsewhere", [`${S}/1/a.jsonl`, `${S}/2/a.jsonl.zst`], [`${S}/1/a.jsonl`, `${S}/2/a.jsonl.zst`], []],
    ["a rollout that was archived once", [`${S}/1/a.jsonl`, `${A}/a.jsonl`], [`${S}/1/a.jsonl`], [`duplicate ${A}/a.jsonl`]],
    ["of an archived rollout the plain copy", [`${S}/1/a.jsonl.zst`, `${A}/a.jsonl`], [`${A}/a.jsonl`], [`duplicate ${S}/1/a.jsonl.zst`]],
    ["none next to the projects", [`${P}/a.jsonl`, `${P}/notes.txt`], [], [`misplaced ${P}/a.jsonl`]],
    ["a link to a file", ["elsewhere.jsonl", `${S}/a.jsonl -> elsewhere.jsonl`], [`${S}/a.jsonl`], []],
    ["no link to nothing", [`${S}/a.jsonl -> nowhere`], [], [`unreadable ${S}/a.jsonl`]],
    ["nothing behind a link to a folder", ["else/b.jsonl", `${P}/p/a.jsonl`, `${P}/p/sub -> else`], [`${P}/p/a.jsonl`], []],
    ["a project that is a link", ["else/b.jsonl", `${P}/p -> else`], [`${P}/p/b.jsonl`], []],
    ["a project under two names once", [`${P}/p/a.jsonl`, `${P}/q -> ${P}/p`], [`${P}/p/a.jsonl`], [`duplicate ${P}/q`]],
    ["a store that is a link", ["dots/projects/p/a.jsonl", ".claude -> dots"], [`${P}/p/a.jsonl`], []],
    [
      "a store under two names once",
      [`${P}/p/a.jsonl`, ".config/claude -> .claude"],
      [`${P}/p/a.jsonl`],
      ["duplicate .config/claude/projects"],
    ],
    ["nothing where a store is a file", [".claude"], [], []],
    ["nothing behind a link to itself", [".claude -> .claude", `${S}/a.jsonl`], [`${S}/a.jsonl`], ["unreadable .claude/projects"]],
  ])("%s", (_, files, expected, left) => {
    const home = tree(...files);
    expect(found(home)).toEqual(expected);
    expect(skipped(home)).toEqual(left);
  });
});

it.skipIf(process.getuid?.() === 0)("what cannot be read is reported and the rest is read", () => {
  const home = tree(`${P}/locked/a.jsonl`, `${P}/open/b.jsonl`);
  fs.chmodSync(path.join(home, P, "locked"), 0);
  expect(found(home)).toEqual([`${P}/open/b.jsonl`]);
  expect(skipped(home)).toEqual([`unreadable ${P}/locked`]);
  fs.chmodSync(path.join(home, P, "locked"), 0o755);
});

it.each([
  ["a.jsonl", "a"],
  ["a.b.jsonl", "a.b"],
  ["a.jsonl.zst", "a"],
  ["a.b.jsonl.gz", "a.b"],
  ["s/subagents/agent-1.jsonl", "s/subagents/agent-1"],
  ["s.x/agent.jsonl.gz", "s.x/agent"],
  [".jsonl", ".jsonl"],
])("the key of %s is %s", (name, key) => {
  expect(sessionKeyOf(name)).toBe(key);
});

it("says of a transcript where it is from", () => {
  const home = tree(`${P}/-w-p/s/subagents/agent-1.jsonl`, `${S}/2026/rollout-x.jsonl.zst`, `${A}/rollout-y.jsonl`);
  const own = { home, user: path.basename(home), mtimeMs: expect.any(Number) };
  expect(discover({ ownHome: home, ...noEnvironment }).transcripts).toEqual([
    {
      ...own,
      provider: "claude",
      store: ".claude",
      project: "-w-p",
      sessionKey: "s/subagents/agent-1",
      size: 13,
      path: path.join(home, P, "-w-p/s/subagents/agent-1.jsonl"),
    },
    {
      ...own,
      provider: "codex",
      store: ".codex",
      project: null,
      sessionKey: "rollout-x",
      size: 19,
      path: path.join(home, S, "2026/rollout-x.jsonl.zst"),
    },
    {
      ...own,
      provider: "codex",
      store: ".codex/archived_sessions",
      project: null,
      sessionKey: "rollout-y",
      size: 15,
      path: path.join(home, A, "rollout-y.jsonl"),
    },
  ]);
});

describe("the environment", () => {
  const home = tree(
    `${P}/p/a.jsonl`,
    "one/projects/p/b.jsonl",
    "two/projects/p/c.jsonl",
    "xdg/claude/projects/p/d.jsonl",
    "codex/sessions/e.jsonl",
    "codex/archived_sessions/f.jsonl",
  );
  const at = (...names: string[]) => names.map((name) => path.join(home, name)).join(",");

  it.each<[Record<string, string>, string[]]>([
    [{}, [".claude a"]],
    [{ CLAUDE_CONFIG_DIR: at("one") }, [".claude a", "CLAUDE_CONFIG_DIR b"]],
    [{ CLAUDE_CONFIG_DIR: ` ${at("one")} , ${at("two")},` }, [".claude a", "CLAUDE_CONFIG_DIR b", "CLAUDE_CONFIG_DIR c"]],
    [{ CLAUDE_CONFIG_DIR: "~/one" }, [".claude a", "CLAUDE_CONFIG_DIR b"]],
    [{ CLAUDE_CONFIG_DIR: at(".claude") }, [".claude a"]],
    [{ CLAUDE_CONFIG_DIR: at("nowhere") }, [".claude a"]],
    [{ XDG_CONFIG_HOME: at("xdg") }, [".claude a", "XDG_CONFIG_HOME d"]],
    [{ CODEX_HOME: at("codex") }, [".claude a", "CODEX_HOME e", "CODEX_HOME/archived_sessions f"]],
    [{ CODEX_HOME: "" }, [".claude a"]],
  ])("%j", (environment, expected) => {
    const names = (options: DiscoverOptions) =>
      discover({ ownHome: home, environment, ...options }).transcripts.map(({ store, sessionKey }) => `${store} ${sessionKey}`);
    expect(names({})).toEqual(expected);
    expect(names({ homes: [home] })).toEqual([".claude a"]);
    expect(names({ allUsers: true, homeRoot: tree(`x/${P}/p/z.jsonl`) })).toEqual([".claude z"]);
  });
});

describe("homes", () => {
  const users = tree(`bob/${P}/p/a.jsonl`, `Al/${S}/b.jsonl`, `al/${P}/p/c.jsonl`, `al/${S}/d.jsonl`, "empty/", "file");

  it("of all users, by path", () => {
    const { transcripts, scan, homes } = discover({ allUsers: true, homeRoot: users });
    expect(transcripts.map(({ user, sessionKey }) => `${user} ${sessionKey}`)).toEqual(["al c", "bob a", "Al b", "al d"]);
    expect([scan, homes.map((home) => path.basename(home))]).toEqual(["all users", ["Al", "al", "bob", "empty"]]);
  });

  it("in the order given, each once", () => {
    const homes = ["bob", "al", "bob/."].map((name) => path.join(users, name));
    const { transcripts, scan } = discover({ homes });
    expect(transcripts.map(({ user, sessionKey }) => `${user} ${sessionKey}`)).toEqual(["bob a", "al c", "al d"]);
    expect(scan).toBe("given homes");
  });

  it.each<[DiscoverOptions, string]>([
    [{ homes: [path.join(users, "nobody")] }, "is not a folder. Name the folder that holds .claude or .codex."],
    [{ allUsers: true, homeRoot: path.join(users, "file") }, "is not a folder. Name the folder that holds the users' homes."],
    [{ allUsers: true, homes: [users] }, "--home and --all-users exclude each other."],
    [{ homeRoot: users }, "has no effect without --all-users."],
  ])("%j is a wrong call", (options, sentence) => {
    expect(() => discover(options)).toThrow(sentence);
  });
});

describe("filters", () => {
  const home = tree(
    `${P}/-w-app/new.jsonl`,
    `${P}/-w-app/old.jsonl`,
    `${P}/-w-lib/new.jsonl`,
    ".claude.back/projects/-w-app/x.jsonl",
    `${S}/old.jsonl`,
    `${S}/new.jsonl`,
  );
  const EVERYTHING = [
    ...[".claude.back/projects/-w-app/x.jsonl", `${P}/-w-app/new.jsonl`, `${P}/-w-app/old.jsonl`, `${P}/-w-lib/new.jsonl`],
    ...[`${S}/new.jsonl`, `${S}/old.jsonl`],
  ];
  // A restored copy has the time of its original.
  fs.utimesSync(path.join(home, `${P}/-w-app/old.jsonl`), 0, Date.parse("2026-01-31T00:00:00Z") / 1000);

  it.each<[DiscoverOptions, string[], { since: number; projects: number }]>([
    [{ since: "2026-02-01" }, EVERYTHING, { since: 0, projects: 0 }],
    [{ since: "9999-01-01" }, [], { since: 6, projects: 0 }],
    [{ until: "2026-01-01" }, EVERYTHING, { since: 0, projects: 0 }],
    [{ provider: "codex" }, [`${S}/new.jsonl`, `${S}/old.jsonl`], { since: 0, projects: 0 }],
    [{ provider: "claude", withoutBackup: true, projects: ["lib", "nothing"] }, [`${P}/-w-lib/new.jsonl`], { since: 0, projects: 2 }],
    [{ projects: ["app", "lib"], since: "9999-01-01", withoutBackup: true }, [], { since: 5, projects: 0 }],
    [{ projects: ["nothing"] }, [`${S}/new.jsonl`, `${S}/old.jsonl`], { since: 0, projects: 4 }],
  ])("%j", (options, expected, leftOut) => {
    expect(found(home, options).toSorted()).toEqual(expected.toSorted());
    expect(discover({ ownHome: home, ...noEnvironment, ...options }).leftOut).toEqual(leftOut);
  });

  it.each([
    [5, 3, 5],
    [3, 5, 5],
  ])("a file with times %d and %d was changed at %d", (mtimeMs, ctimeMs, changed) => {
    expect(changedMs({ mtimeMs, ctimeMs })).toBe(changed);
  });
});

describe("census", () => {
  const homes = tree(
    `al/${P}/p/s1.jsonl`,
    `al/${P}/p/s1/subagents/agent-1.jsonl`,
    `al/${P}/p/agent-2.jsonl`,
    "al/.claude.back/projects/p/s1.jsonl",
    `al/${P}/misplaced.jsonl`,
    `al/${S}/r.jsonl`,
    `al/${S}/r.jsonl.zst`,
    `bob/${S}/old.jsonl`,
    `bob/${S}/new.jsonl`,
  );
  for (const file of fs.readdirSync(homes, { recursive: true, encoding: "utf8" }))
    if (file.includes("jsonl"))
      fs.utimesSync(path.join(homes, file), 0, Date.parse(file.includes("old") ? "2026-01-02" : "2026-03-04") / 1000);
  const census = takeCensus(discover({ allUsers: true, homeRoot: homes }));

  it("counts by user and agent", () => {
    const march = "2026-03-04T00:00:00.000Z";
    const of = (name: string) => ({ user: name, home: path.join(homes, name) });
    const at = (firstChangedAt: string) => ({ firstChangedAt, lastChangedAt: march });
    expect(census.users).toEqual([
      { ...of("al"), provider: "claude", transcripts: 4, sessions: 1, subAgentTranscripts: 2, bytes: 8 + 13 + 13 + 8, ...at(march) },
      { ...of("al"), provider: "codex", transcripts: 1, sessions: 1, subAgentTranscripts: 0, bytes: 7, ...at(march) },
      {
        ...of("bob"),
        provider: "codex",
        transcripts: 2,
        sessions: 2,
        subAgentTranscripts: 0,
        bytes: 18,
        ...at("2026-01-02T00:00:00.000Z"),
      },
    ]);
    expect(census.total).toEqual({ transcripts: 7, sessions: 4, subAgentTranscripts: 2, bytes: 67, ...at("2026-01-02T00:00:00.000Z") });
    expect(
      census.stores.filter((store) => store.transcripts > 0).map(({ label, user, transcripts }) => `${user} ${label} ${transcripts}`),
    ).toEqual(["al .claude 3", "al .claude.back 1", "al .codex 1", "bob .codex 2"]);
    expect(JSON.parse(JSON.stringify(census))).toEqual(census);
  });

  it("reads as a table", () => {
    expect(censusLines(census)).toEqual([
      "user   agent   transcripts  sessions  of sub-agents      size  changed (UTC)",
      "al     claude            4         1              2  42 bytes  2026-03-04 to 2026-03-04",
      "al     codex             1         1              0   7 bytes  2026-03-04 to 2026-03-04",
      "bob    codex             2         2              0  18 bytes  2026-01-02 to 2026-03-04",
      "total                    7         4              2  67 bytes  2026-01-02 to 2026-03-04",
      `not read: ${homes}/al/${P}/misplaced.jsonl: it is next to the project folders, not in one, so its project is unknown`,
      `a second copy, left out: ${homes}/al/${S}/r.jsonl.zst: the same transcript as ${homes}/al/${S}/r.jsonl, which is read`,
    ]);
  });

  it("says what was left out", () => {
    const lines = censusLines(takeCensus(discover({ homes: [path.join(homes, "bob")], since: "9999-01-01" })));
    expect(lines.at(-1)).toBe("Left out by --since, not changed since 9999-01-01T00:00:00.000Z: 2");
  });

  it("says where it looked in vain", () => {
    const home = tree("x");
    expect(censusLines(takeCensus(discover({ homes: [home] })))).toEqual([
      "No transcripts found. Looked in:",
      ...[P, ".claude.back/projects", ".config/claude/projects", S, A].map((folder) => `  ${home}/${folder}`),
    ]);
  });
});

describe.skipIf(!hasShared)("the reference home", () => {
  it("has its files in the order of the expected rows", () => {
    const home = shared("transcripts/home");
    const rows = fs.readFileSync(shared("transcripts/expected_rounds.jsonl"), "utf8").trimEnd().split("\n");
    const order = [...new Set(rows.map((row) => (JSON.parse(row) as { session_file: string }).session_file))];
    const files = discover({ homes: [home] }).transcripts.map((transcript) => transcript.path.replace(home, "$HOME"));
    expect(files.filter((file) => order.includes(file))).toEqual(order);
    expect(order.length).toBeGreaterThan(10);
  });
});
