import fs from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import fc from "fast-check";
import { strToU8, zipSync } from "fflate";
import { packTar } from "modern-tar";
import { afterAll, describe, expect, it } from "vitest";
import { PROJECT_FOLDER } from "../../files/program.ts";
import { FOR_BROWSERS, replacing } from "../../gallery/bundle.ts";
import { sanitizeDropped } from "../../sanitize/dropped.ts";
import { hasShared, shared } from "../../testing/paths.ts";
import { zstdStored } from "../../testing/unpack-fixture.ts";
import { writeClaudeHelpers } from "../claude-helpers-fixture.ts";
import { claudeTurn, codexHeader, codexTurn, Home, jsonLines, outputTexts } from "../fixture.ts";
import { collectDropped, type DroppedFile, type DropReport, DropTooLarge, dropLines, unpackDropped } from "./index.ts";
import { TABLES } from "./kind.ts";

const homes: Home[] = [];
afterAll(() => {
  for (const home of homes) home.remove();
});

function newHome(): Home {
  const home = new Home();
  homes.push(home);
  return home;
}

function dropped(name: string, content: string | Uint8Array, pieceBytes = 7000): DroppedFile {
  const bytes = Buffer.from(content);
  const pieces = Array.from({ length: Math.ceil(bytes.length / pieceBytes) }, (_, index) =>
    Uint8Array.from(bytes.subarray(index * pieceBytes, (index + 1) * pieceBytes)),
  );
  return {
    path: name,
    size: bytes.length,
    stream: () =>
      new ReadableStream({
        start(controller) {
          for (const piece of pieces) controller.enqueue(piece);
          controller.close();
        },
      }),
  };
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

/** All files of a folder, the last first. */
function filesOf(folder: string): DroppedFile[] {
  const names = fs.readdirSync(folder, { recursive: true, encoding: "utf8" }).sort().reverse();
  const files = names.map((name) => path.join(folder, name)).filter((file) => fs.statSync(file).isFile());
  return files.map((file) => dropped(file, fs.readFileSync(file)));
}

type Options = Partial<Parameters<typeof collectDropped>[1]>;
interface Functions {
  readonly collectDropped: typeof collectDropped;
  readonly unpackDropped: typeof unpackDropped;
}

async function drop(
  files: readonly DroppedFile[],
  options: Options = {},
  functions: Functions = { collectDropped, unpackDropped },
): Promise<{ texts: string[]; report: DropReport }> {
  const parts = new Map(TABLES.map((table) => [table, [] as Uint8Array[]]));
  const sink = { write: (table: (typeof TABLES)[number], lines: Uint8Array) => void parts.get(table)?.push(Uint8Array.from(lines)) };
  const report = await functions.collectDropped(functions.unpackDropped(each(files)), { sink, key: Buffer.alloc(32, 7), ...options });
  const inOrder = (["rounds", "sessions", "round_details", "session_events", "tool_inputs"] as const).map(
    (table) => parts.get(table) ?? [],
  );
  return { texts: inOrder.map((chunks) => Buffer.concat(chunks).toString()), report };
}

/** What `collect` writes of a home, with the key of `drop`. */
async function collected(home: string, asPublished: boolean): Promise<string[]> {
  const output = newHome();
  output.write(path.join(output.root, "key"), "07".repeat(32));
  await output.collect({ homes: [home], keyFile: path.join(output.root, "key"), reading: asPublished ? "published" : "counted" });
  return outputTexts(output.output);
}

/** With sessions of both agents, helpers, copies, packed files, moved rollouts and broken lines. */
function madeUpHome(): Home {
  const home = newHome();
  writeClaudeHelpers(home);
  home.write(home.claude("a"), [...claudeTurn("one", 10), ...claudeTurn("two", 20)]);
  home.write(home.claude("b"), [...claudeTurn("one", 10), ...claudeTurn("three", 30)]);
  home.write(home.claude("c", ".claude.back", "-other"), `${jsonLines(claudeTurn("é€😀", 40))}{broken\n{"type":"user","tor`);
  home.write(`${home.claude("d", ".config/claude")}.gz`, gzipSync(jsonLines(claudeTurn("packed", 50))));
  home.write(`${home.claude("a")}.gz`, gzipSync("{}"));
  home.write(home.codex("0190-a"), [codexHeader("0190-a", 0), ...codexTurn("t1", 1, 100), ...codexTurn("t2", 10, 200)]);
  home.write(`${home.codex("0190-b")}.zst`, zstdStored(jsonLines([codexHeader("0190-b", 0), ...codexTurn("t3", 1, 100)])));
  const moved = path.join(home.folder, ".codex", "archived_sessions", path.basename(home.codex("0190-b")));
  home.write(moved, [codexHeader("0190-b", 0), ...codexTurn("t3", 1, 100)]);
  home.write(path.join(home.folder, ".claude", "history.jsonl"), [{ display: "hello" }]);
  home.write(path.join(home.folder, ".claude", "settings.json"), "{}");
  return home;
}

describe.each([false, true])("as published: %s", (asPublished) => {
  it("a home that was dropped has the bytes of one that was collected", async () => {
    const home = madeUpHome();
    const { texts, report } = await drop(filesOf(home.folder), { asPublished });
    expect(texts).toEqual(await collected(home.folder, asPublished));
    expect(report.lines.rounds).toBe(linesOf(texts[0]).length);
    expect(report.refused).toEqual([]);
  });

  it.skipIf(!hasShared).each(["transcripts", "transcripts-2026"])("and so have the shared %s", async (name) => {
    const { texts } = await drop(filesOf(shared(name, "home")), { asPublished });
    expect(texts).toEqual(await collected(shared(name, "home"), asPublished));
  });
});

const linesOf = (text = "") => text.split("\n").filter((line) => line !== "");

/** Members of an archive, with the paths of a home's files behind the given folder. */
function membersOf(home: Home, folder: string): [string, Uint8Array][] {
  return filesOf(home.folder).map(({ path: file }) => [path.posix.join(folder, path.relative(home.folder, file)), fs.readFileSync(file)]);
}

async function tar(members: readonly [string, Uint8Array][]): Promise<Uint8Array> {
  return packTar(members.map(([name, body]) => ({ header: { name, size: body.length }, body: Uint8Array.from(body) })));
}

describe("archives", () => {
  const home = madeUpHome();
  const members = membersOf(home, "./alice");
  /** The same files as they are, from a folder. */
  const plain = () => drop(membersOf(home, "pack/alice").map(([name, bytes]) => dropped(name, bytes)));

  it.each<[string, () => Uint8Array | Promise<Uint8Array>]>([
    ["pack.zip", () => zipSync(Object.fromEntries(members))],
    ["pack.zip", () => zipSync(Object.fromEntries(members), { level: 0 })],
    ["pack.tar", () => tar(members)],
    ["pack.tar.gz", async () => gzipSync(await tar(members))],
    ["pack.tgz", async () => gzipSync(await tar(members))],
    ["pack.zip", () => zipSync({ ...Object.fromEntries(members), "__MACOSX/._x.jsonl": strToU8("?"), "notes.txt": strToU8("?") })],
  ])("%s has what its files have", async (name, bytes) => {
    const { texts, report } = await drop([dropped(name, await bytes())]);
    expect(texts).toEqual((await plain()).texts);
    expect(report.refused).toEqual([]);
    expect(report.providers.claude?.files).toBe(10);
  });

  const zip = zipSync(Object.fromEntries(members));
  it.each<[string, () => Uint8Array | Promise<Uint8Array>, RegExp]>([
    ["a.zip", () => zip.subarray(0, -30), /^a\.zip is cut off or not a zip file \(.+\)\. Make it again\.$/],
    ["a.zip", () => encrypted(zip), /^a\.zip is encrypted\. Unpack it with its password first, and drop the folder\.$/],
    ["a.tar", async () => (await tar(members)).subarray(0, 2000), /^a\.tar is cut off or damaged \(.+\)\. What comes before was read\.$/],
    [
      "a.tgz",
      async () => gzipSync(await tar(members)).subarray(0, 900),
      /^a\.tgz is cut off or damaged \(.+\)\. What comes before was read\.$/,
    ],
    ["a.tgz", () => gzipSync("{}"), /^a\.tgz is not an archive, although its name says so\.$/],
    ["a.gz", () => gzipSync("{}").subarray(0, 5), /^a\.gz can't be opened: it ends within its compressed data\.$/],
    ["a.7z", () => Uint8Array.of(0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c), /^a\.7z is a 7z archive\. Make it a \.zip or a \.tar\.gz\.$/],
    ["a.jsonl", () => strToU8("hello\n"), /^a\.jsonl was not read: its first line is not JSON\.$/],
    ["a.jsonl", () => strToU8("[1]\n"), /^a\.jsonl was not read: its first line is JSON, but not an object\.$/],
    ["a.jsonl", () => strToU8('{"a":1}\n'), /^a\.jsonl was not read: its first record is neither of a transcript nor of a trace\.$/],
    ["a.jsonl", () => new Uint8Array(0), /^a\.jsonl was not read: it is empty\.$/],
  ])("%s is refused in a sentence", async (name, bytes, sentence) => {
    const { report } = await drop([dropped(name, await bytes())]);
    expect(report.refused.map((refused) => refused.sentence)).toEqual([expect.stringMatching(sentence)]);
    expect(dropLines(report)).toContain(report.refused[0]?.sentence);
  });

  it("what a cut file holds is read, and the report says so", async () => {
    const records = jsonLines(Array.from({ length: 500 }, (_, index) => claudeTurn(`${index * 7919}`, index)).flat());
    const cut = (text: string) => gzipSync(text).subarray(0, -3000);
    const whole = await drop([dropped(".claude/projects/-x/other.jsonl", records)]);
    const files = ["a.jsonl.gz", ".claude/projects/-y/a.jsonl.gz"].map((name) => dropped(name, cut(records)));
    const { report } = await drop([...files, dropped("rounds.jsonl.gz", cut(whole.texts[0] ?? ""))]);
    const problem = "it ends within its compressed data; what comes before was read.";
    expect(report.problems.map(({ path: file, error }) => error === `${file}: ${problem}`)).toEqual([true, true]);
    expect(report.refused.map(({ sentence }) => sentence)).toEqual([`rounds.jsonl.gz: ${problem}`]);
    expect(report.taken[0]?.lines).toBeGreaterThan(50);
    expect(report.providers.claude?.rows).toBeGreaterThan(50);
  });

  it("any damage ends in rows, refusals and problems, never in an error", async () => {
    const small = membersOf(home, "alice").slice(0, 6);
    const packs: [string, Uint8Array][] = [
      ["a.zip", zipSync(Object.fromEntries(small))],
      ["a.tar", await tar(small)],
      ["a.tar.gz", gzipSync(await tar(small))],
      ["a.jsonl.zst", zstdStored(jsonLines(claudeTurn("one", 10)))],
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...packs),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }),
        fc.option(fc.nat()),
        async ([name, bytes], changes, end) => {
          const damaged = Uint8Array.from(bytes);
          for (const [at, byte] of changes) damaged[at % damaged.length] = byte;
          const { report } = await drop([dropped(name, end === null ? damaged : damaged.subarray(0, end % damaged.length))]);
          expect(report.lines.rounds).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });

  it("more text than is allowed ends the work", async () => {
    await expect(drop([dropped("pack.zip", zip)], { maxBytes: 2000 })).rejects.toBeInstanceOf(DropTooLarge);
  });
});

/** With the sign of encryption in the list of members. */
function encrypted(zip: Uint8Array): Uint8Array {
  const bytes = Buffer.from(zip);
  for (let at = bytes.indexOf("PK\x01\x02"); at >= 0; at = bytes.indexOf("PK\x01\x02", at + 4))
    bytes.writeUInt16LE(bytes.readUInt16LE(at + 8) | 1, at + 8);
  return bytes;
}

describe("a trace", () => {
  const rounds = ["one", "two"].map((id) => ({
    provider: "claude",
    session_id: "claude:s",
    round_id: id,
    trace_key: `claude:claude:s:${id}`,
  }));

  it("passes through as it is", async () => {
    const { texts, report } = await drop([dropped("rounds.jsonl.gz", gzipSync(`${jsonLines(rounds)}\n{"a":1}\n`))]);
    expect(texts[0]).toBe(jsonLines(rounds));
    expect(report.taken).toEqual([
      {
        path: "rounds.jsonl.gz",
        table: "rounds",
        lines: 2,
        repeated: 0,
        rejected: { count: 1, first: [{ line: 4, reason: "not a line of rounds" }] },
      },
    ]);
  });

  it("and the tables next to it do, and steps that transcripts have too are there once", async () => {
    const home = madeUpHome();
    await home.collect({ keyFile: path.join(home.root, "key") });
    const texts = outputTexts(home.output);
    const names = ["rounds", "sessions", "details", "events", "inputs"];
    const files = names.map((name, index) => dropped(`${name}.jsonl`, texts[index] ?? "")).filter(({ size }) => size > 0);
    const alone = await drop(files);
    expect(alone.texts).toEqual(texts);
    const mixed = await drop([...files, ...filesOf(home.folder), ...files.map((file) => ({ ...file, path: `again/${file.path}` }))]);
    expect(mixed.texts[0]).toBe(texts[0]);
    expect(mixed.report.taken.map(({ lines, repeated }) => [lines > 0, repeated > 0])).toEqual([
      ...files.map(() => [true, false]),
      ...files.map(() => [false, true]),
    ]);
    expect(dropLines(mixed.report).join("\n")).toMatch(/^rounds\.jsonl: a trace, its \d+ steps taken as they are$/m);
  });
});

it.each<[string, DroppedFile[], Partial<Record<"claude" | "codex", number>>]>([
  ["one of Claude", [dropped("s.jsonl", jsonLines(claudeTurn("a", 1).map((record) => ({ sessionId: "s", ...record }))))], { claude: 1 }],
  ["one of Codex", [dropped("rollout-x.jsonl", jsonLines([codexHeader("x", 0), ...codexTurn("t", 1, 100)]))], { codex: 1 }],
  ["a project's folder", [dropped("-home-x/s.jsonl", jsonLines(claudeTurn("a", 1)))], { claude: 1 }],
])("a transcript alone is recognized: %s", async (_, files, rows) => {
  const { report } = await drop(files);
  expect({ claude: report.providers.claude?.rows, codex: report.providers.codex?.rows }).toMatchObject(rows);
  expect(report.refused).toEqual([]);
});

describe("bundled for browsers, without anything of Node", () => {
  const dropHome = (home: Home, functions: Functions) => drop(filesOf(home.folder), { asPublished: false }, functions);

  it("collects the same bytes", async () => {
    const home = madeUpHome();
    const pack = [dropped("pack.tar.gz", gzipSync(await tar(membersOf(home, "alice"))))];
    const inBrowser = await bundledFunctions();
    expect(await dropHome(home, inBrowser)).toEqual(await dropHome(home, { collectDropped, unpackDropped }));
    expect((await drop(pack, {}, inBrowser)).texts).toEqual((await drop(pack)).texts);
  });

  it("sanitizes to the same bytes", async () => {
    const { texts, report } = await drop(filesOf(madeUpHome().folder));
    const options = { names: report.names, key: Buffer.alloc(32, 7) };
    const { sanitizeDropped: inBrowser } = await bundledFunctions();
    const [here, there] = [
      await sanitizeDropped(each([strToU8(texts[0] ?? "")]), options),
      await inBrowser(each([strToU8(texts[0] ?? "")]), options),
    ];
    expect(here.findings).toEqual([]);
    expect(here.rows).toBe(report.lines.rounds);
    expect(Buffer.concat(there.lines ?? [])).toEqual(Buffer.concat(here.lines ?? []));
  });
});

/** What pages run, in a function that has none of the names of Node. */
async function bundledFunctions(): Promise<Functions & { sanitizeDropped: typeof sanitizeDropped }> {
  const { outputFiles, metafile } = await build({
    stdin: {
      contents: 'export * from "./lib/collect/dropped/index.ts"; export * from "./lib/sanitize/dropped.ts";',
      resolveDir: PROJECT_FOLDER,
    },
    ...{ bundle: true, write: false, format: "iife", globalName: "bundled", platform: "browser", metafile: true, logLevel: "silent" },
    plugins: FOR_BROWSERS.map(replacing),
    absWorkingDir: PROJECT_FOLDER,
  });
  expect(Object.values(metafile.inputs).flatMap(({ imports }) => imports.filter((imported) => imported.external))).toEqual([]);
  const run = new Function("process", "Buffer", "require", "global", `${outputFiles[0]?.text}; return bundled;`);
  return run();
}
