import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exportPool } from "../export/export.ts";
import { call } from "../testing/call.ts";
import { hashesOf } from "../testing/runs.ts";
import { sampleDatabase } from "../testing/sample.ts";

const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "map-all-")));
afterAll(() => fs.rmSync(root, { recursive: true }));

const SHARDS = 3;
const folder = path.join(root, "pool");
const QUICK = ["--only", "trace_facts/volume_over_time", "--no-gallery"];
let db: string;

beforeAll(async () => {
  db = await sampleDatabase();
  await exportPool({ db, out: folder, format: "parquet", shards: SHARDS });
});

const filesIn = (out: string) =>
  fs
    .readdirSync(path.join(out, "trace_facts/volume_over_time"))
    .filter((name) => !name.startsWith("."))
    .map((name) => `trace_facts/volume_over_time/${name}`);

describe("--engine local", () => {
  it("computes each shard in a process of its own, and the files are the bytes of a plain run", async () => {
    const [plain, out] = [path.join(root, "plain"), path.join(root, "engine")];
    expect((await call("--db", folder, "--out", plain, ...QUICK)).status).toBe(0);
    const { status, stderr } = await call("--db", folder, "--engine", "local", "--jobs", "2", "--out", out, ...QUICK);
    expect(status).toBe(0);
    for (let k = 1; k <= SHARDS; k++) expect(stderr).toContain(`Shard ${k}/${SHARDS} is computed.`);
    expect(stderr).toContain(`found in ${path.join(out, "parts")}, none computed here.`);
    expect(hashesOf(out, filesIn(out))).toEqual(hashesOf(plain, filesIn(plain)));
  });

  it("says which shard is missing when its file is damaged, and draws nothing", async () => {
    const [pool, out] = [path.join(root, "damaged pool"), path.join(root, "damaged")];
    fs.cpSync(folder, pool, { recursive: true });
    const file = path.join(pool, "rounds/shard-1.parquet");
    const bytes = fs.readFileSync(file);
    fs.writeFileSync(file, bytes.fill(0, 100, 200));
    const { status, stderr } = await call("--db", pool, "--engine", "local", "--jobs", "1", "--out", out, ...QUICK);
    expect(status).toBe(1);
    expect(stderr).toContain(`Shard 2/${SHARDS} is missing: ${file} is damaged: its SHA-256 is not what the manifest of the export lists.`);
    expect(stderr).toContain(`1 of ${SHARDS} shards could not be computed, so nothing is drawn`);
    expect(fs.existsSync(path.join(out, "run.json"))).toBe(false);
  });
});

describe("is refused before any work", () => {
  it.each([
    ["a database", () => ["--db", db, "--engine", "local"], "has no shards, so no parts can be kept of it. Export it with --shards first."],
    ["no --db", () => ["--engine", "local"], "--engine needs --db with a folder that export --shards wrote"],
    ["an address without an engine", () => ["--ray-address", "a:1"], "--ray-address does nothing without --engine."],
    ["an unknown engine", () => ["--engine", "spark"], '--engine must be one of local, ray, not "spark".'],
  ])("%s", async (_, words, sentence) => {
    const { status, stderr } = await call(...words(), "--out", path.join(root, "refused"), ...QUICK);
    expect({ status, stderr }).toMatchObject({ status: 2, stderr: expect.stringContaining(sentence) });
  });
});
