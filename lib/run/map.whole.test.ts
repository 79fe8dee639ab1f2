import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { experimentIds } from "../artifacts/experiment-folders.ts";
import { filesIn, readManifest } from "../db/build/parquet/manifest.ts";
import { Pool } from "../db/open/pool.ts";
import { exportPool } from "../export/export.ts";
import { known } from "../stats/known.ts";
import { call } from "../testing/call.ts";
import { outputsOf } from "../testing/outputs.ts";
import { sampleDatabase } from "../testing/sample.ts";
import { loadExperiments, selectIds } from "./discover.ts";

const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "map-")));
afterAll(() => fs.rmSync(root, { recursive: true }));

const SHARDS = 3;
const ONLY = ["prefix_cache/cache_hit_ratio", "session/run_grouping", "session/session_token_steps"];
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

const READERS_OF_POOL = ["session/session_lifecycle", "session/subagent_attribution", "trace_facts/cost_over_time"];

describe.each(["published", "counted"])("what tasks need of the whole pool, in the %s reading", (accounting) => {
  const newParts = () => fs.mkdtempSync(path.join(root, "relations-"));
  const mapped = (pool: string, out: string, ...words: string[]) =>
    call("map", "--pool", pool, "--out", out, "--accounting", accounting, ...READERS_OF_POOL.flatMap((id) => ["--only", id]), ...words);

  it("is computed once, and a task then reads the files of its shard alone", async () => {
    const [pool, parts, alone] = [path.join(newParts(), "pool"), newParts(), newParts()];
    expect((await mapped(folder, parts)).status).toBe(0);
    const kept = fs.readdirSync(parts);
    expect(kept.length).toBeGreaterThan(0);
    fs.cpSync(parts, alone, { recursive: true });
    expect((await mapped(folder, parts, "--shard", `2/${SHARDS}`)).status).toBe(0);

    fs.cpSync(folder, pool, { recursive: true });
    // The first files say which columns all have.
    const others = filesIn(known(readManifest(pool) ?? undefined)).filter((file) => file.endsWith(`shard-${SHARDS - 1}.parquet`));
    expect(others.length).toBeGreaterThan(0);
    for (const file of others.map((name) => path.join(pool, name))) fs.writeFileSync(file, Buffer.alloc(fs.statSync(file).size));
    const { status, stderr } = await mapped(pool, alone, "--shard", `2/${SHARDS}`);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(fs.readdirSync(alone)).toEqual(fs.readdirSync(parts));
  });

  it("is computed by the first task, and again when it is damaged", async () => {
    const parts = newParts();
    expect((await mapped(folder, parts)).status).toBe(0);
    const kept = fs.readdirSync(parts);
    for (const file of kept) fs.truncateSync(path.join(parts, file), 20);
    const { status, stderr } = await mapped(folder, parts, "--shard", `2/${SHARDS}`);
    expect(status).toBe(0);
    expect(stderr).toContain("a part of the pool, can't be used and is computed again");
    expect(stderr).toContain("the relation lineage of the pool, can't be used and is computed again");
    for (const file of kept) expect(fs.statSync(path.join(parts, file)).size, file).toBeGreaterThan(20);
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

/** They have queries with `-- scope: pool` that read relations without it. */
const ASKED_OF_POOL = [
  "llm_generation/append_vs_prefix_latency",
  "llm_generation/timing_feature_ambiguity",
  "session/run_grouping",
  "session/subagent_attribution",
  "tool_calls/claude_long_tool_calls",
  "validation/response_copies",
  "validation/tool_duplicate_audit",
];

describe.each(["published", "counted"] as const)(
  "relations of the whole pool that are made shard by shard, in the %s reading",
  (accounting) => {
    it("give the bytes of those made at once", async () => {
      const readers = await loadExperiments(selectIds(experimentIds(), ASKED_OF_POOL));
      const whole = await outputsOf(readers, await Pool.open(await sampleDatabase(), { accounting }));
      const parts = { folder: fs.mkdtempSync(path.join(root, "gathered-")), gather: true };
      expect(await outputsOf(readers, await Pool.open(folder, { accounting, parts }))).toEqual(whole);
    });
  },
);
