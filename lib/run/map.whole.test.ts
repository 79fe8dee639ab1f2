import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { experimentIds } from "../artifacts/experiment-folders.ts";
import { Pool } from "../db/open/pool.ts";
import { exportPool } from "../export/export.ts";
import { call } from "../testing/call.ts";
import { outputsOf } from "../testing/outputs.ts";
import { sampleDatabase } from "../testing/sample.ts";
import { loadExperiments, selectIds } from "./discover.ts";

const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "map-")));
afterAll(() => fs.rmSync(root, { recursive: true }));

const SHARDS = 3;
const ONLY = ["prefix_cache/cache_hit_ratio", "trace_facts/overview_summary", "session/session_token_steps"];
const folder = path.join(root, "pool");
const parts = path.join(root, "parts");
const experiments = await loadExperiments(selectIds(experimentIds(), ONLY));

beforeAll(async () => {
  await exportPool({ db: await sampleDatabase(), out: folder, format: "parquet", shards: SHARDS });
});

const map = (shard: string, out = parts, pool = folder) =>
  call("map", "--pool", pool, "--shard", shard, "--out", out, ...ONLY.flatMap((id) => ["--only", id]));

const stamps = () => new Map(fs.readdirSync(parts).map((file) => [file, fs.statSync(path.join(parts, file)).mtimeMs]));

/** What the runs that merge have said. */
const said: string[] = [];
const merged = async () => outputsOf(experiments, await Pool.open(folder, { parts: { folder: parts, say: (line) => said.push(line) } }));

describe("parts that map computed", () => {
  let whole: Record<string, string>;
  beforeAll(async () => {
    whole = await outputsOf(experiments, await Pool.open(await sampleDatabase()));
    for (let k = 1; k <= SHARDS; k++) expect((await map(`${k}/${SHARDS}`)).status).toBe(0);
  });

  it("give the bytes of the whole pool, and are not computed again", async () => {
    const before = stamps();
    expect(before.size).toBeGreaterThan(SHARDS);
    expect(await merged()).toEqual(whole);
    const after = stamps();
    for (const [file, stamp] of before) expect(after.get(file)).toBe(stamp);
  });

  it.each<[string, (file: string, other: string) => void, string | null]>([
    ["missing, as after a killed task", (file) => fs.rmSync(file), null],
    ["cut", (file) => fs.truncateSync(file, 20), "can't be used and is computed again: "],
    ["empty", (file) => fs.truncateSync(file, 0), "can't be used and is computed again: "],
    [
      "of another question",
      (file, other) => fs.copyFileSync(other, file),
      "can't be used and is computed again: it has the rows of another question",
    ],
  ])("are computed by the run when one is %s", async (_, damage, sentence) => {
    const [file = "", other = ""] = [...stamps().keys()].sort();
    const place = path.join(parts, file);
    const bytes = fs.readFileSync(place);
    damage(place, path.join(parts, other));
    said.length = 0;
    expect(await merged()).toEqual(whole);
    expect(said).toEqual(sentence === null ? [] : [expect.stringMatching(new RegExp(`${file}, a part of shard \\d, ${sentence}`))]);
    expect(fs.readFileSync(place).equals(bytes)).toBe(true);
  });
});

describe("map is refused", () => {
  it("for a number of shards that the pool doesn't have", async () => {
    expect(await map("1/2")).toMatchObject({ status: 2, stderr: expect.stringContaining(`has ${SHARDS} shards. Give k/${SHARDS}.`) });
  });

  it("for a database", async () => {
    const { status, stderr } = await map("1/2", parts, await sampleDatabase());
    expect({ status, stderr }).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("has no shards. Export it with --shards first."),
    });
  });

  it("for a place that is a file", async () => {
    const file = path.join(root, "file");
    fs.writeFileSync(file, "");
    expect((await map(`1/${SHARDS}`, file)).status).toBe(2);
  });
});
