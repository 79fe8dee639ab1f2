import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildDatabase } from "../lib/db/build/build.ts";
import { Pool } from "../lib/db/open/pool.ts";
import { UserError } from "../lib/files/errors.ts";
import { SYNTHETIC_PREFIX, SYNTHETIC_USER_PREFIX } from "../lib/trace/synthetic.ts";
import { main, poolText, SAMPLE_FILE, SAMPLE_SEED, SAMPLE_STEPS, writePool } from "./generate.ts";

const MAX_SAMPLE_BYTES = 1_500_000;

let folder = "";
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "generate-"));
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

const text = (steps: number, seed: number) => [...poolText(steps, seed)].join("");

describe("the bundled sample", () => {
  it("is what the generator writes; if not, run npx tsx data/generate.ts and npx tsx data/calibration.ts --write", () => {
    expect(gunzipSync(fs.readFileSync(SAMPLE_FILE)).toString("utf8") === text(SAMPLE_STEPS, SAMPLE_SEED)).toBe(true);
  });

  it("is recognised as made up once it is a database", async () => {
    expect(SYNTHETIC_USER_PREFIX.startsWith(SYNTHETIC_PREFIX)).toBe(true);
    const db = path.join(folder, "sample.duckdb");
    const report = await buildDatabase({ inputs: [SAMPLE_FILE], db });
    expect([report.rows.rounds, report.badLines.count, report.unknownKeys]).toEqual([SAMPLE_STEPS, 0, []]);
    const pool = await Pool.open(db);
    const summary = await pool.summary().finally(() => pool.close());
    fs.rmSync(db);
    expect(summary.synthetic).toBe(true);
    expect(summary.providers).toEqual(["claude", "codex"]);
  });

  it("is small and carries no time of its making", () => {
    const bytes = fs.readFileSync(SAMPLE_FILE);
    expect(bytes.length).toBeLessThan(MAX_SAMPLE_BYTES);
    expect(bytes.readUInt32LE(4)).toBe(0);
  });
});

describe("poolText", () => {
  it.each([1, 2, 999, 3000])("has %d lines when asked for so many", (steps) => {
    const lines = text(steps, 9).split("\n");
    expect(lines.pop()).toBe("");
    expect(lines.length).toBe(steps);
  });

  it("gives the same bytes for the same seed and others for another", () => {
    expect(text(700, 5)).toBe(text(700, 5));
    expect(text(700, 5)).not.toBe(text(700, 6));
  });

  it("holds a chunk at a time", () => {
    let longest = 0;
    for (const chunk of poolText(5000, 2)) longest = Math.max(longest, chunk.length);
    expect(longest).toBeLessThan(400_000);
  });
});

describe("writePool", () => {
  it("writes plain or compressed text by the file's name and leaves nothing else", async () => {
    await writePool(path.join(folder, "a.jsonl"), 300, 5);
    await writePool(path.join(folder, "a.jsonl.gz"), 300, 5);
    expect(fs.readFileSync(path.join(folder, "a.jsonl"), "utf8")).toBe(text(300, 5));
    expect(gunzipSync(fs.readFileSync(path.join(folder, "a.jsonl.gz"))).toString()).toBe(text(300, 5));
    expect(fs.readdirSync(folder).sort()).toEqual(["a.jsonl", "a.jsonl.gz"]);
  });

  it("keeps what was there when it fails", async () => {
    const occupied = path.join(folder, "occupied");
    fs.mkdirSync(path.join(occupied, "inside"), { recursive: true });
    await expect(writePool(occupied, 10, 1)).rejects.toThrow(/^Can't write to .*occupied \(/);
    expect(fs.readdirSync(folder).filter((name) => name.includes("partial"))).toEqual([]);
    fs.rmSync(occupied, { recursive: true });
  });

  it("creates the folder", async () => {
    await writePool(path.join(folder, "new", "a.jsonl"), 10, 1);
    expect(fs.readdirSync(path.join(folder, "new"))).toEqual(["a.jsonl"]);
  });
});

describe("the program", () => {
  it.each([
    [["--steps", "0"], '--steps is "0"; give a whole number from 1'],
    [["--steps", "1e3"], '--steps is "1e3"; give a whole number from 1'],
    [["--seed", "-1"], '--seed is "-1"; give a whole number from 0'],
    [["--seed", "4294967296"], '--seed is "4294967296"; give a whole number from 0 to 4294967295'],
    [["--rows", "5"], "Unknown argument: rows"],
    [["5"], "Unknown argument: 5"],
  ])("refuses %j in one sentence", async (argv, message) => {
    const error = await main(argv).catch((error) => error);
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({ exitCode: 2, message: expect.stringContaining(message) });
    expect(error.message).not.toContain("\n");
  });
});
