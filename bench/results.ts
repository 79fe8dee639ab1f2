/** What a measuring leaves: the shape of `results.json`, and the judgement of targets. */
import os from "node:os";
import type { AtlasResult } from "./atlas.ts";
import type { BuildBenchResult } from "./build-db.ts";
import type { CollectBenchResult } from "./collect.ts";
import type { Growth, SizeTimes } from "./growth.ts";
import type { Measurement } from "./process.ts";

export interface Machine {
  readonly cores: number;
  readonly cpu: string;
  readonly memory_gib: number;
  readonly platform: string;
  readonly node: string;
}

export interface SizeResult {
  readonly steps: number;
  /** Of each measurement; medians are kept. */
  readonly repeats: number;
  readonly jsonl: BuildBenchResult;
  readonly gz: BuildBenchResult;
  readonly atlas: AtlasResult;
}

export interface Results {
  readonly machine: Machine;
  /** Processes that wanted to run, averaged over a minute, before the first measurement and after the last. */
  readonly load: { readonly before: number; readonly after: number };
  readonly sizes: readonly SizeResult[];
  readonly growth: readonly Growth[];
  readonly targets: readonly Target[];
  /** Null when there were no transcripts to collect, or when it was not asked for. */
  readonly collect: CollectBenchResult | null;
}

export interface Target {
  readonly what: string;
  readonly limit: number;
  readonly measured: number;
  readonly unit: string;
  readonly met: boolean;
}

export function machine(): Machine {
  return {
    cores: os.availableParallelism(),
    cpu: (os.cpus()[0]?.model ?? "unknown").trim(),
    memory_gib: Math.round(os.totalmem() / 2 ** 30),
    platform: `${os.platform()} ${os.arch()}`,
    node: process.versions.node,
  };
}

/** All times of a size, by what was measured. */
export function timesOf({ steps, jsonl, gz, atlas }: SizeResult): SizeTimes {
  const build = (name: string, { medians }: BuildBenchResult) =>
    Object.entries(medians).map(([kind, { wall_ms }]) => [`${kind === "build" ? "build-db" : `DuckDB ${kind}`} of ${name}`, wall_ms]);
  return {
    steps,
    times: Object.fromEntries([
      ...build("JSONL", jsonl),
      ...build("gz", gz),
      ["whole atlas", atlas.cold.wall_ms],
      ["nothing changed", atlas.fresh.wall_ms],
      ...atlas.experiments.flatMap(({ id, query_ms, compute_ms, render_ms }) => [
        [`${id}: query`, query_ms],
        [`${id}: compute`, compute_ms],
        [`${id}: render`, render_ms],
      ]),
    ]) as Record<string, number>,
  };
}

const SMALL = 13_106;
const PUBLIC = 357_161;
const TENFOLD = 3_571_610;

/** What was promised for two cores, as far as its size was measured. */
export function targetsOf(sizes: readonly SizeResult[]): Target[] {
  const at = (steps: number) => sizes.find((size) => size.steps === steps);
  const [small, published, tenfold] = [at(SMALL), at(PUBLIC), at(TENFOLD)];
  return [
    ...(small
      ? [
          atMost("whole atlas of 13,106 steps", 20, secondsOf(small.atlas.cold), "s"),
          atMost("nothing changed at 13,106 steps", 2, secondsOf(small.atlas.fresh), "s"),
        ]
      : []),
    ...(published
      ? [
          atMost("build-db over DuckDB's scan of the same JSONL, 357,161 steps", 2.5, published.jsonl.build_over.scan, "x"),
          ...memory("build-db of 357,161 steps", 2, published.jsonl.medians.build),
          atMost("whole atlas of 357,161 steps", 60, secondsOf(published.atlas.cold), "s"),
          ...memory("whole atlas of 357,161 steps", 3, published.atlas.cold),
          atMost("nothing changed at 357,161 steps", 2, secondsOf(published.atlas.fresh), "s"),
        ]
      : []),
    ...(published && tenfold
      ? [
          atMost("whole atlas of 3,571,610 steps over that of 357,161", 11, tenfold.atlas.cold.wall_ms / published.atlas.cold.wall_ms, "x"),
          ...memory("whole atlas of 3,571,610 steps", 6, tenfold.atlas.cold),
        ]
      : []),
  ];
}

function atMost(what: string, limit: number, measured: number, unit: string): Target {
  return { what, limit, measured, unit, met: measured <= limit };
}

/** Peak memory in GB of 10^9 bytes. */
function memory(what: string, limit: number, { peak_rss_mib }: Measurement): Target[] {
  return peak_rss_mib === null ? [] : [atMost(`memory of ${what}`, limit, (peak_rss_mib * 2 ** 20) / 1e9, "GB")];
}

function secondsOf({ wall_ms }: Measurement): number {
  return wall_ms / 1000;
}
