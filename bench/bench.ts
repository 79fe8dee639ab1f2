/**
 * Measures in one run: building a database from JSONL and gz against DuckDB alone, the whole atlas from nothing and again
 * with nothing changed, every experiment's query, compute and render time, and collecting; with the peak of memory of each
 * process, at several sizes.
 *
 *     npm run bench -- [--sizes 13106,357161,3571610] [--repeats 3,3,1] [--no-collect] [--out bench]
 *
 * Writes results.json, RESULTS.md and results.png. Pools are generated once and kept in `--pools`.
 */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import yargs from "yargs";
import { buildDatabase } from "../lib/db/build/build.ts";
import { renderFigure } from "../lib/render/render.ts";
import { hasShared, shared } from "../lib/testing/paths.ts";
import { benchAtlas } from "./atlas.ts";
import { benchBuildDb } from "./build-db.ts";
import { benchCollect, type CollectBenchResult } from "./collect.ts";
import { growthOf } from "./growth.ts";
import { POOL_FOLDER, poolOf } from "./pools.ts";
import { resultsFigure, resultsMarkdown } from "./report.ts";
import { machine, type Results, type SizeResult, targetsOf, timesOf } from "./results.ts";

const PUBLIC_SIZES = "13106,357161";

async function measureSize(steps: number, pools: string, repeats: number): Promise<SizeResult> {
  say(`the pool of ${steps} steps`);
  const files = await poolOf(steps, pools);
  const threads = os.availableParallelism();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "trace-atlas-bench-"));
  try {
    say(`${steps} steps: databases from JSONL`);
    const jsonl = await benchBuildDb({ trace: files.jsonl, threads, repeats });
    say(`${steps} steps: databases from gz`);
    const gz = await benchBuildDb({ trace: files.gz, threads, repeats });
    const db = path.join(folder, "pool.duckdb");
    await buildDatabase({ inputs: [files.jsonl], db, threads });
    say(`${steps} steps: the whole atlas`);
    return { steps, repeats, jsonl, gz, atlas: await benchAtlas({ db, folder, repeats }) };
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function measureCollecting(): Promise<CollectBenchResult | null> {
  if (!hasShared) {
    say("SKIPPED: collecting, because there are no transcripts to copy");
    return null;
  }
  say("collecting");
  return benchCollect({
    transcripts: shared("transcripts", "home"),
    megabytes: 350,
    files: 1_000,
    hugeMegabytes: 2_000,
    tinyFiles: 100_000,
    threads: os.availableParallelism(),
  });
}

async function write(results: Results, out: string): Promise<void> {
  fs.mkdirSync(out, { recursive: true });
  fs.writeFileSync(path.join(out, "results.json"), `${JSON.stringify(results, rounded, 2)}\n`);
  fs.writeFileSync(path.join(out, "RESULTS.md"), resultsMarkdown(results));
  if (results.sizes.length < 2) return;
  const { png } = await renderFigure({ name: "bench/results/time_by_size", spec: resultsFigure(results) });
  fs.writeFileSync(path.join(out, "results.png"), png);
}

function rounded(_key: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value;
}

function wholeNumbers(flag: string, words: string): number[] {
  const numbers = words.split(",").map(Number);
  if (numbers.some((number) => !Number.isSafeInteger(number) || number < 1))
    throw new Error(`--${flag} takes whole numbers from 1 on with commas, not ${words}`);
  return numbers;
}

function say(message: string): void {
  process.stderr.write(`${message}\n`);
}

async function main(): Promise<void> {
  const args = await yargs(process.argv.slice(2))
    .options({
      sizes: { type: "string", default: PUBLIC_SIZES, describe: "Steps of the pools, with commas" },
      repeats: { type: "string", default: "3", describe: "Of each measurement, for all sizes or by size; medians are reported" },
      collect: { type: "boolean", default: true, describe: "Measure collecting, too" },
      pools: { type: "string", default: POOL_FOLDER, describe: "Folder for generated pools" },
      out: { type: "string", default: fileURLToPath(new URL("./", import.meta.url)), describe: "Folder for the results" },
    })
    .strict()
    .parse();
  const [before = 0] = os.loadavg();
  const sizes: SizeResult[] = [];
  let collect: CollectBenchResult | null = null;
  const save = () => {
    const [after = 0] = os.loadavg();
    const growth = growthOf(sizes.map(timesOf));
    return write({ machine: machine(), load: { before, after }, sizes, growth, targets: targetsOf(sizes), collect }, args.out);
  };
  const repeats = wholeNumbers("repeats", args.repeats);
  for (const [i, steps] of wholeNumbers("sizes", args.sizes).entries()) {
    sizes.push(await measureSize(steps, args.pools, repeats[Math.min(i, repeats.length - 1)] as number));
    await save();
  }
  if (args.collect) {
    collect = await measureCollecting();
    await save();
  }
  process.stdout.write(fs.readFileSync(path.join(args.out, "RESULTS.md")));
}

await main();
