import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LastRun, type Said } from "./last-run.ts";

const SAID: Said = { reading: ["Reading"], progress: ["fresh"], summary: ["1 experiment: 1 fresh"], printed: "Results", isPrivate: false };
const CALL = { only: ["session"] };

const LATER = new Date(Date.now() + 600_000);

let out: string;
const file = (name: string) => path.join(out, name);
const write = (name: string, text = "1\n") => fs.writeFileSync(file(name), text);
const lastRun = (call: unknown = CALL, started = LATER) =>
  new LastRun(call, { out, read: [file("db"), file("db.wal")], left: [file("results"), file("run.json")] }, started.getTime());

async function keep(run = lastRun(), isWhole = true): Promise<void> {
  await run.keep(SAID, async () => isWhole);
  // Files of a test may have the time of the record.
  if (fs.existsSync(file(".last-run"))) fs.utimesSync(file(".last-run"), LATER, LATER);
}

beforeEach(() => {
  out = fs.mkdtempSync(path.join(os.tmpdir(), "last-run-"));
  fs.mkdirSync(file("results/a"), { recursive: true });
  for (const name of ["db", "run.json", "results/a/table.csv", "results/figure.png"]) write(name);
});

afterEach(() => fs.rmSync(out, { recursive: true }));

describe("what the last run said", () => {
  it.each<[string, () => void, boolean]>([
    ["nothing changed", () => {}, true],
    ["notes of what was looked at are new", () => write("results/.seen"), true],
    ["a file next to the results is new", () => write("notes.txt"), true],
    ["the database has changed", () => write("db", "2\n"), false],
    ["the database has a log of changes", () => write("db.wal"), false],
    ["a result has another text of the same size", () => write("results/a/table.csv", "2\n"), false],
    ["a result is gone", () => fs.rmSync(file("results/figure.png")), false],
    ["a result is new", () => write("results/a/other.csv"), false],
    ["the report is gone", () => fs.rmSync(file("run.json")), false],
    ["another process writes a result", () => write("results/a/.lock"), false],
    ["a killed process left a draft", () => write(".run.json.host.1-0-0.partial"), false],
    ["the record is damaged", () => write(".last-run", "{"), false],
  ])("when %s", async (_, change, isKnown) => {
    await keep();
    change();
    expect(lastRun().said()).toEqual(isKnown ? SAID : null);
  });

  it("is not that of another call", async () => {
    await keep();
    expect(lastRun({ only: ["validation"] }).said()).toBeNull();
  });

  it("is not kept when results changed meanwhile, or when a file that was read is younger than the program", async () => {
    await keep(lastRun(), false);
    expect(lastRun().said()).toBeNull();
    await keep(lastRun(CALL, new Date(0)));
    expect(lastRun().said()).toBeNull();
  });

  it("is not trusted about files as young as the record", async () => {
    await keep();
    fs.utimesSync(file(".last-run"), new Date(0), new Date(0));
    expect(lastRun().said()).toBeNull();
  });
});
