import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { main } from "../cli/main.ts";
import { buildDatabase } from "../db/build/build.ts";
import { sampleDatabase } from "../testing/sample.ts";
import { exportPool } from "./export.ts";

const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "export-")));
afterAll(() => fs.rmSync(root, { recursive: true }));

const EXPERIMENTS = ["prefix_cache/redundant_prefill", "trace_facts/overview_summary"];

it("results are the same bytes from the database that was built again", async () => {
  const [first, again] = [path.join(root, "first"), path.join(root, "again")];
  fs.mkdirSync(first);
  fs.copyFileSync(await sampleDatabase(), path.join(first, "pool.duckdb"));
  await rebuildSample(path.join(again, "pool.duckdb"));
  for (const folder of [first, again]) {
    const words = ["--db", path.join(folder, "pool.duckdb"), "--out", path.join(folder, "out"), "--no-gallery", "--jobs", "1"];
    expect(await main([...words, "--only", ...EXPERIMENTS])).toBe(0);
  }
  const results = resultsIn(first);
  expect(Object.keys(results).filter((file) => file.endsWith(".png")).length).toBeGreaterThan(0);
  expect(resultsIn(again)).toEqual(results);
});

/** From an export in many files, a few steps at a time, as if the pool were large. */
async function rebuildSample(db: string): Promise<void> {
  const out = path.join(root, "export");
  await exportPool({ db: await sampleDatabase(), out, format: "parquet", partition: "provider", stepsPerFile: 2_000, threads: 1 });
  fs.mkdirSync(path.dirname(db));
  await buildDatabase({ inputs: [out], db, threads: 2, stepsPerRange: 1_500 });
}

/** Bytes by file. What a run keeps of the times of files is not a result. */
function resultsIn(folder: string): Record<string, string> {
  const out = path.join(folder, "out");
  const files = EXPERIMENTS.flatMap((id) => fs.readdirSync(path.join(out, id)).map((file) => path.join(id, file)));
  return Object.fromEntries(
    files
      .filter((file) => path.basename(file) !== ".seen")
      .sort()
      .map((file) => [file, fs.readFileSync(path.join(out, file), "base64")]),
  );
}
