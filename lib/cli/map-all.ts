/** `--engine`: computes all shards of a pool as tasks before the run that merges what they leave. */
import path from "node:path";
import { bytesOf } from "../db/open/memory.ts";
import type { MapEngine, Task } from "../engine/engine.ts";
import type { Experiment } from "../experiment.ts";
import { UserError } from "../files/errors.ts";
import { inside } from "../files/inside.ts";
import { checkFolder } from "../files/place.ts";
import { say } from "../files/say.ts";
import type { ReadingRequest } from "../run/database.ts";
import { givenFlags, parseFlags } from "../run/flags.ts";
import type { Call } from "./command.ts";

export const ENGINES = ["local", "ray"] as const;
type EngineName = (typeof ENGINES)[number];

/** Options of the run. */
interface MapValues extends ReadingRequest {
  readonly db: string | undefined;
  readonly input: readonly string[];
  readonly out: string;
  readonly parts: string | undefined;
  readonly experiments: readonly string[];
  readonly threads: number;
  readonly memory: string;
  readonly jobs: number;
  readonly rayAddress: string | undefined;
}

/**
 * Returns the folder with the parts.
 * @throws UserError for a pool without shards, and when a shard could not be computed
 */
export async function mapAll(name: EngineName, experiments: readonly Experiment[], values: MapValues, flags: Call["raw"]): Promise<string> {
  const parts = path.resolve(values.parts ?? inside(values.out, "parts"));
  const { db, shards } = await shardsIn(values);
  checkFolder(parts, values.parts === undefined ? "--out" : "--parts");
  await keepRelations(db, parts, experiments, values, flags);
  const { engine, threads, memory } = await engineOf(name, values);
  const common = ["--pool", path.resolve(db), "--out", parts, ...wordsOf(values), "--threads", String(threads), "--memory", memory];
  const wordsFor = (shard: string, asked: readonly Experiment[]) => [
    "map",
    "--shard",
    shard,
    ...common,
    ...asked.flatMap(({ id }) => ["--only", id]),
    ...flagWords(asked, flags),
  ];
  const middle = Math.ceil(experiments.length / 2);
  const halves = experiments.length < 2 ? [] : [experiments.slice(0, middle), experiments.slice(middle)];
  const tasks = Array.from({ length: shards }, (_, i): Task => {
    const shard = `${i + 1}/${shards}`;
    return { shard, words: wordsFor(shard, experiments), halves: halves.map((half) => wordsFor(shard, half)) };
  });
  const failures = await engine.map(tasks, say);
  const [first] = failures;
  if (!first) return parts;
  for (const { shard, why } of failures) say(`Shard ${shard} is missing: ${why}`);
  throw new UserError(
    `${failures.length} of ${shards} shards could not be computed, so nothing is drawn; the parts of the others are in ${parts}, and the same call goes on from there.`,
    1,
  );
}

/** What all tasks need of the whole pool, computed here, with all memory of the run. */
async function keepRelations(
  file: string,
  out: string,
  experiments: readonly Experiment[],
  { threads, memory, ...values }: MapValues,
  rawFlags: Call["raw"],
): Promise<void> {
  const [{ readingOptionsOf }, { mapRelations }] = await Promise.all([import("../run/database.ts"), import("../run/map.ts")]);
  await mapRelations({ file, reading: readingOptionsOf(values), threads, memory, out, experiments, rawFlags, say });
}

async function shardsIn({ db, input }: MapValues): Promise<{ readonly db: string; readonly shards: number }> {
  if (db === undefined || input.length > 0)
    throw new UserError("--engine needs --db with a folder that export --shards wrote, without --input.");
  const [{ poolFolder }, { shardsToKeep }] = await Promise.all([import("../db/open/pool-folder.ts"), import("../db/open/parts.ts")]);
  return { db, shards: shardsToKeep(db, poolFolder(db)) };
}

/** With what one task takes. Processes here share threads and memory of the run. */
async function engineOf(
  name: EngineName,
  { threads, memory, jobs, rayAddress }: MapValues,
): Promise<{ readonly engine: MapEngine; readonly threads: number; readonly memory: string }> {
  if (name === "ray") {
    const { rayEngine } = await import("../engine/ray/ray.ts");
    return { engine: rayEngine({ address: rayAddress ?? null, cpus: threads, memoryBytes: bytesOf(memory) }), threads, memory };
  }
  const { localEngine } = await import("../engine/local.ts");
  const each = Math.max(MB_OF_TASK, Math.floor(bytesOf(memory) / jobs / 1e6));
  return { engine: localEngine(jobs), threads: Math.max(1, Math.floor(threads / jobs)), memory: `${each}MB` };
}

/** At least. */
const MB_OF_TASK = 512;

function wordsOf({ accounting, prices, labels, experiments }: MapValues): string[] {
  const files = Object.entries({ prices, labels }).flatMap(([name, file]) => (file === undefined ? [] : [`--${name}`, path.resolve(file)]));
  return [
    ...(accounting === undefined ? [] : ["--accounting", accounting]),
    ...files,
    ...experiments.flatMap((folder) => ["--experiments", path.resolve(folder)]),
  ];
}

/** The flags that these experiments were given; one that several share comes once. */
function flagWords(experiments: readonly Experiment[], raw: Call["raw"]): string[] {
  const words = new Map<string, string[]>();
  for (const { flags } of experiments)
    for (const [name, flag] of Object.entries(flags)) words.set(name, givenFlags({ [name]: flag }, parseFlags({ [name]: flag }, raw)));
  return [...words.values()].flat();
}
