/** Output folders that somebody else prepared: nothing outside them is read, changed or removed. */
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ExperimentArtifacts, FigureArtifact } from "../artifacts/artifacts.ts";
import { at } from "../stats/known.ts";
import { call } from "../testing/call.ts";
import { tracedStep } from "../testing/runs.ts";

/** Has nothing to draw here, which takes a second less. */
const ID = "validation/response_copies";
const DRAWN = "trace_facts/volume_over_time";
const SECRET = "canary-4711";

let folder: string;
/** A finished run with its gallery, to be copied. */
let finished: string;
let trace: string;
beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "poisoned-"));
  finished = path.join(folder, "finished");
  trace = path.join(folder, "trace.jsonl");
  const rows = Array.from({ length: 4 }, (_, i) => tracedStep(i, "user_message", Date.UTC(2026, 0, 1, i)));
  fs.writeFileSync(trace, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  expect(await draw(finished, "--only", DRAWN)).toMatchObject({ status: 0 });
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const draw = (out: string, ...words: string[]) => call("--input", trace, "--only", ID, "--out", out, ...words);

interface Poisoned {
  readonly out: string;
  /** Not below the output folder; nothing in it may change. */
  readonly victim: string;
}

/** A copy of the finished run next to a folder with a canary. */
function copy(name: string): Poisoned {
  const home = path.join(folder, name.replaceAll(/\W+/g, "-"));
  const [out, victim] = [path.join(home, "out"), path.join(home, "victim")];
  fs.cpSync(finished, out, { recursive: true });
  fs.mkdirSync(victim, { recursive: true });
  fs.writeFileSync(path.join(victim, "secret.txt"), SECRET);
  // A gallery may be replaced.
  fs.writeFileSync(path.join(victim, "gallery.json"), JSON.stringify({ generator: SECRET }));
  return { out, victim };
}

/** Sets a value deep inside a JSON file. */
function edit(out: string, file: string, keys: readonly (string | number)[], value: unknown): void {
  const full = path.join(out, file);
  const json: unknown = JSON.parse(fs.readFileSync(full, "utf8"));
  const holder = keys.slice(0, -1).reduce((at: unknown, key) => (at as Record<string | number, unknown>)[key], json);
  Object.assign(holder as object, { [keys.at(-1) ?? ""]: value });
  fs.writeFileSync(full, JSON.stringify(json));
}

/** What is known of the figure. */
function drawn(out: string): FigureArtifact {
  const { figures }: ExperimentArtifacts = JSON.parse(fs.readFileSync(path.join(out, DRAWN, "artifacts.json"), "utf8"));
  return at(figures, 0);
}

function replaceByPipe(out: string, file: string): void {
  fs.rmSync(path.join(out, file));
  execFileSync("mkfifo", [path.join(out, file)]);
}

function replaceByLink(out: string, file: string, target: string): void {
  fs.rmSync(path.join(out, file), { recursive: true, force: true });
  fs.mkdirSync(path.dirname(path.join(out, file)), { recursive: true });
  fs.symlinkSync(target, path.join(out, file));
}

const treeOf = (place: string) =>
  fs.readdirSync(place, { recursive: true, withFileTypes: true }).map((entry) => {
    const full = path.join(entry.parentPath, entry.name);
    return [path.relative(place, full), entry.isFile() ? fs.readFileSync(full, "utf8") : null];
  });

/** Files, not links, that hold the canary. */
const leaksIn = (out: string) =>
  fs
    .readdirSync(out, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => fs.readFileSync(file).includes(SECRET));

/** Exit status of each command that reads an output folder. */
const COMMANDS = {
  run: async (out: string) => (await draw(out, "--force", "--no-gallery")).status,
  "run with gallery": async (out: string) => (await draw(out, "--force")).status,
  gallery: async (out: string) => (await call("gallery", "--run", out)).status,
};
type Expected = Partial<Record<keyof typeof COMMANDS, number>>;

const UP = "../../../victim/secret.txt";
type Case = readonly [name: string, poison: (run: Poisoned) => void, expected: Expected];

const CASES: readonly Case[] = [
  [
    "files to remove that are elsewhere",
    ({ out }) => fs.writeFileSync(path.join(out, ID, ".leaving.json"), JSON.stringify([UP])),
    { run: 0 },
  ],
  ["files to remove that are not a list", ({ out }) => fs.writeFileSync(path.join(out, ID, ".leaving.json"), '{"length": 1}'), { run: 0 }],
  ["a table of an earlier run elsewhere", ({ out }) => edit(out, `${ID}/artifacts.json`, ["tables", 0, "file"], UP), { run: 0 }],
  [
    "a picture of an earlier run elsewhere",
    ({ out }) => edit(out, `${ID}/artifacts.json`, ["figures"], [{ ...drawn(out), svg: { ...drawn(out).svg, file: UP } }]),
    { run: 0 },
  ],
  [
    "artifacts that are a link",
    ({ out, victim }) => replaceByLink(out, `${ID}/artifacts.json`, path.join(victim, "secret.txt")),
    { "run with gallery": 0 },
  ],
  [
    "a table that is a link",
    ({ out, victim }) => replaceByLink(out, `${ID}/checks.csv`, path.join(victim, "secret.txt")),
    { gallery: 2, "run with gallery": 0 },
  ],
  ["the folder of an experiment that is a link", ({ out, victim }) => replaceByLink(out, ID, victim), { run: 1 }],
  ["the folder of a category that is a link", ({ out, victim }) => replaceByLink(out, "validation", victim), { run: 1 }],
  ["logs that are a link", ({ out, victim }) => replaceByLink(out, "logs", victim), { run: 1 }],
  ["a gallery that is a link", ({ out, victim }) => replaceByLink(out, "gallery", victim), { "run with gallery": 1, gallery: 1 }],
  ["a database that is a link", ({ out, victim }) => replaceByLink(out, "trace.duckdb", path.join(victim, "secret.txt")), { run: 1 }],
  [
    "a log that is a link",
    ({ out, victim }) => replaceByLink(out, `logs/${ID.replace("/", "__")}.log`, path.join(victim, "secret.txt")),
    { run: 0 },
  ],
  [
    "a database for pages that is a link",
    ({ out, victim }) => replaceByLink(out, "explore.duckdb", path.join(victim, "secret.txt")),
    { "run with gallery": 0 },
  ],
  [
    "a record of the database for pages that is a link",
    ({ out, victim }) => replaceByLink(out, "explore.json", path.join(victim, "secret.txt")),
    { gallery: 0, "run with gallery": 0 },
  ],
  [
    "a document of the run elsewhere",
    ({ out }) => edit(out, "run.json", ["experiments", 0, "artifacts", "documents", 0, "file"], UP),
    { gallery: 2 },
  ],
  ["an experiment of the run elsewhere", ({ out }) => edit(out, "run.json", ["experiments", 0, "id"], "../victim"), { gallery: 2 }],
  [
    "a figure's name that leads elsewhere",
    ({ out }) => edit(out, "run.json", ["experiments", 0, "artifacts", "figures", 0, "name"], "../../x"),
    { gallery: 2 },
  ],
  ["a run without experiments", ({ out }) => fs.writeFileSync(path.join(out, "run.json"), "{}"), { gallery: 2 }],
  ["a run that is a link", ({ out, victim }) => replaceByLink(out, "run.json", path.join(victim, "secret.txt")), { gallery: 2 }],
  ["a run that is a pipe", ({ out }) => replaceByPipe(out, "run.json"), { gallery: 2 }],
];

describe.skipIf(process.platform === "win32")("an output folder from elsewhere", () => {
  it.each(CASES)("%s", async (name, poison, expected) => {
    const run = copy(name);
    poison(run);
    const before = treeOf(run.victim);
    for (const [command, status] of Object.entries(expected)) expect(await COMMANDS[command as keyof Expected](run.out)).toBe(status);
    expect(treeOf(run.victim)).toEqual(before);
    expect(leaksIn(run.out)).toEqual([]);
  });
});
