/** What is known of an experiment before it runs, and whether the results of an earlier run still hold. */

import fs from "node:fs";
import path from "node:path";
import type { ExperimentArtifacts } from "../artifacts/artifacts.ts";
import { outputRecords, readArtifacts } from "../artifacts/artifacts-file.ts";
import { versions } from "../artifacts/versions.ts";
import type { PoolSummary } from "../db/open/pool.ts";
import type { Experiment } from "../experiment.ts";
import { sha256, sha256OfFile } from "../files/hash.ts";
import { SeenFiles } from "../files/seen.ts";
import { known } from "../stats/known.ts";
import { type Reading, readingOf } from "../trace/readings.ts";
import { SCHEMA_VERSION } from "../trace/schema.ts";
import { experimentSources, hashOfSources, rendererHash, type SourceFile } from "./code.ts";
import { givenFlags, parseFlags, textsOfFiles } from "./flags.ts";
import { Stopwatch } from "./stopwatch.ts";

export interface Plan {
  readonly experiment: Experiment;
  readonly options: Record<string, unknown>;
  /** Flags that differ from their defaults, as words of a command line. */
  readonly flags: readonly string[];
  readonly sources: readonly SourceFile[];
  readonly reading: Reading;
  /** Same key, same results. */
  readonly key: string;
  /** Output folder. */
  readonly folder: string;
  readonly watch: Stopwatch;
}

/** What decides which rows an experiment reads. */
export type PoolIdentity = Pick<PoolSummary, "fingerprint" | keyof Reading>;

export interface PlanRequest {
  /** In the order to run, each after those it needs. */
  readonly experiments: readonly Experiment[];
  /** Flags as the command line gave them, by name. */
  readonly rawFlags: Readonly<Record<string, unknown>>;
  readonly pool: PoolIdentity;
  /** Output folder of an experiment. */
  readonly folderOf: (experiment: Experiment) => string;
}

/** @throws UserError for a flag with a wrong value */
export async function planAll({ experiments, rawFlags, pool, folderOf }: PlanRequest): Promise<Plan[]> {
  const [sources, renderer] = await Promise.all([experimentSources(experiments), rendererHash()]);
  const keys = new Map<string, string>();
  return experiments.map((experiment) => {
    const options = parseFlags(experiment.flags, rawFlags);
    const flags = givenFlags(experiment.flags, options);
    const own = known(sources.get(experiment.id));
    const reading = { ...readingOf(pool), ...(readsLabels(own) ? {} : { labels: null }) };
    const readme = path.join(experiment.folder, "README.md");
    const key = sha256(
      JSON.stringify({
        schema: SCHEMA_VERSION,
        fingerprint: pool.fingerprint,
        reading,
        flags,
        files: textsOfFiles(options).map(sha256),
        code: hashOfSources(own),
        readme: fs.existsSync(readme) ? sha256(fs.readFileSync(readme)) : null,
        renderer,
        versions: versions(),
        needs: Object.values(experiment.needs).map(({ id }) => keys.get(id)),
      }),
    );
    keys.set(experiment.id, key);
    return { experiment, options, flags, sources: own, reading, key, folder: folderOf(experiment), watch: new Stopwatch() };
  });
}

/** What does not depend on labels need not be drawn again when they change. */
function readsLabels(sources: readonly SourceFile[]): boolean {
  return sources.some(({ path }) => path === "lib/relations/labels.sql");
}

export interface FreshnessOptions {
  /** Read each file, also those that look as they did when they were read. */
  readonly verify?: boolean | undefined;
  /** Leave the folder as it is. */
  readonly lookOnly?: boolean;
}

/** What an earlier run left, if its key is the same and none of its files has changed since. */
export async function freshArtifacts(
  plan: Pick<Plan, "folder" | "key">,
  { verify = false, lookOnly = false }: FreshnessOptions = {},
): Promise<ExperimentArtifacts | null> {
  const artifacts = readArtifacts(plan.folder);
  if (artifacts?.key !== plan.key) return null;
  const records = outputRecords(artifacts);
  const fileOf = (name: string) => path.join(plan.folder, name);
  if (records.some(({ file, bytes }) => fs.statSync(fileOf(file), { throwIfNoEntry: false })?.size !== bytes)) return null;
  const seen = new SeenFiles(plan.folder);
  const hashOf = (name: string) => sha256OfFile(fileOf(name));
  const hashes = await Promise.all(records.map(({ file }) => (verify ? hashOf(file) : seen.find(file, fileOf(file), () => hashOf(file)))));
  if (hashes.some((hash, i) => hash !== records[i]?.sha256)) return null;
  if (!lookOnly) seen.save();
  return artifacts;
}
