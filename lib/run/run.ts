/** Runs a list of experiments: skips what is fresh, keeps going after a failure, and says what became of each. */
import fs from "node:fs";
import path from "node:path";
import type { ExperimentArtifacts, FileRecord } from "../artifacts/artifacts.ts";
import { say } from "../cli/parse.ts";
import type { Pool, PoolSummary } from "../db/open/pool.ts";
import type { Experiment } from "../experiment.ts";
import { sha256, sha256OfFile } from "../files/atomic.ts";
import { messageOf } from "../files/errors.ts";
import { type Lock, lockFile, tryLock } from "../files/lock.ts";
import { closedAt, type PlaceError, placeProblem } from "../files/place.ts";
import { createRenderPool } from "../render/pool.ts";
import { SCHEMA_VERSION } from "../trace/schema.ts";
import { experimentSources, hashOfSources, rendererHash, type SourceFile } from "./code.ts";
import { type Computed, compute, type Plan, publish, type RunEnvironment } from "./execute.ts";
import { givenFlags, parseFlags } from "./flags.ts";
import { RelationsInUse } from "./relations-in-use.ts";
import type { Outcome, Reporter } from "./reporter.ts";
import { outputRecords, readArtifacts, tidy } from "./staging.ts";
import { Stopwatch } from "./stopwatch.ts";
import { versions } from "./versions.ts";

export interface RunRequest {
  /** In the order to run, each after those it needs. */
  readonly experiments: readonly Experiment[];
  /** Ids to write; the others are only computed when one of these needs them. Default: all. */
  readonly targets?: readonly string[];
  /** Flags as the command line gave them, by name. */
  readonly rawFlags: Readonly<Record<string, unknown>>;
  readonly pool: Pool;
  readonly summary: PoolSummary;
  /** Output folder of an experiment. */
  readonly folderOf: (experiment: Experiment) => string;
  /** Figures drawn at once, and experiments under way at once. */
  readonly jobs: number;
  readonly force: boolean;
  readonly stopOnFail: boolean;
  /** Folder for one log per experiment. */
  readonly logFolder: string;
  readonly reporter: Reporter;
  /** Called once, when the first experiment starts that is not fresh. */
  readonly meanwhile?: () => void;
  /** Called once, when half of the experiments are done and the engine has time for other work. */
  readonly halfway?: () => Promise<void>;
}

const LOCK_FILE = ".lock";
/** For the results of another process that lives. */
const LONGEST_WAIT_MS = 60 * 60_000;

/**
 * Outcomes in the order of `experiments`. A failure is an outcome, not an exception; with `stopOnFail` nothing new
 * starts after it and what did not start is `skipped`. Of several processes that write to the same folders, one runs an
 * experiment and the others go on with other experiments and find its results.
 * @throws PlaceError when results can't be written
 */
export async function runExperiments(request: RunRequest): Promise<Outcome[]> {
  const plans = await planAll(request);
  const renderer = createRenderPool({ threads: request.jobs });
  const env: RunEnvironment = { pool: request.pool, summary: request.summary, renderer, versions: versions() };
  const computed = new Map<string, Promise<Computed>>();
  const outcomes = new Map<string, Outcome>();
  const targets = plans.filter((plan) => request.targets?.includes(plan.experiment.id) ?? true);
  request.reporter.begin(targets.length);
  const queue = [...targets];
  const elsewhere = new Set<Plan>();
  let place: PlaceError | null = null;
  let { meanwhile, halfway } = request;
  const relations = new RelationsInUse(request.pool, plans);
  if (!halfway) relations.mayFreeAfter(Promise.resolve());
  const failed = () => [...outcomes.values()].some((outcome) => outcome.state === "failed");
  const work = async () => {
    for (let plan = queue.shift(); plan && !place; plan = queue.shift()) {
      if (request.stopOnFail && failed()) {
        outcomes.set(plan.experiment.id, {
          id: plan.experiment.id,
          state: "skipped",
          seconds: 0,
          artifacts: null,
          error: "not started after a failure",
        });
        continue;
      }
      const claim = await claimOf(plan, request, elsewhere.has(plan));
      if (claim === null) {
        elsewhere.add(plan);
        queue.push(plan);
        continue;
      }
      request.reporter.start(plan.experiment.id);
      if (!("earlier" in claim)) {
        meanwhile?.();
        meanwhile = undefined;
      }
      const outcome = await runOne(plan, claim, plans, request, env, computed);
      outcomes.set(outcome.id, outcome);
      request.reporter.finish(outcome);
      relations.done(outcome.id);
      if (halfway && 2 * outcomes.size >= targets.length) {
        relations.mayFreeAfter(halfway());
        halfway = undefined;
      }
    }
  };
  const workUntilRefused = () =>
    work().catch((error) => {
      place ??= placeProblem(error, request.logFolder);
      if (!place) throw error;
    });
  try {
    await Promise.all(Array.from({ length: request.jobs }, workUntilRefused));
  } finally {
    request.reporter.end();
    await Promise.all([renderer.close(), relations.settled()]);
  }
  if (place) throw place;
  return targets.map((plan) => outcomes.get(plan.experiment.id) as Outcome);
}

async function planAll(request: RunRequest): Promise<Plan[]> {
  const [sources, renderer] = await Promise.all([experimentSources(request.experiments), rendererHash()]);
  const keys = new Map<string, string>();
  return request.experiments.map((experiment) => {
    const options = parseFlags(experiment.flags, request.rawFlags);
    const flags = givenFlags(experiment.flags, options);
    const own = sources.get(experiment.id) as SourceFile[];
    const readme = path.join(experiment.folder, "README.md");
    const key = sha256(
      JSON.stringify({
        schema: SCHEMA_VERSION,
        fingerprint: request.summary.fingerprint,
        flags,
        code: hashOfSources(own),
        readme: fs.existsSync(readme) ? sha256(fs.readFileSync(readme)) : null,
        renderer,
        versions: versions(),
        needs: experiment.needs.map((id) => keys.get(id)),
      }),
    );
    keys.set(experiment.id, key);
    return { experiment, options, flags, sources: own, key, folder: request.folderOf(experiment), watch: new Stopwatch() };
  });
}

/** Results that are fresh, or the right to make them. */
type Claim = { readonly earlier: ExperimentArtifacts } | { readonly release: () => void } | { readonly error: unknown };

/** Null when another process is making the results and there is no need to wait for it yet. */
async function claimOf(plan: Plan, { force }: RunRequest, wait: boolean): Promise<Claim | null> {
  try {
    const found = force ? null : await freshArtifacts(plan);
    if (found) {
      tidy(plan.folder);
      if (fs.existsSync(path.join(plan.folder, LOCK_FILE))) tryLockFolder(plan)?.();
      return { earlier: found };
    }
    const release = wait ? (await lockFolder(plan)).release : tryLockFolder(plan);
    const earlier = release && !force ? await freshArtifacts(plan) : null;
    if (earlier) release?.();
    return earlier ? { earlier } : release && { release };
  } catch (error) {
    return { error };
  }
}

function tryLockFolder({ folder }: Plan): (() => void) | null {
  try {
    fs.mkdirSync(folder, { recursive: true });
    return tryLock(path.join(folder, LOCK_FILE));
  } catch (error) {
    throw closedAt(folder, error);
  }
}

function lockFolder({ folder, experiment }: Plan): Promise<Lock> {
  return lockFile(path.join(folder, LOCK_FILE), {
    onWait: (holder) => say(`waiting for ${experiment.id}, which ${holder} is running`),
    limitMs: LONGEST_WAIT_MS,
  });
}

async function runOne(
  plan: Plan,
  claim: Claim,
  plans: readonly Plan[],
  request: RunRequest,
  env: RunEnvironment,
  computed: Map<string, Promise<Computed>>,
): Promise<Outcome> {
  const begin = performance.now();
  const log: string[] = [];
  const { id } = plan.experiment;
  const outcome = (state: Outcome["state"], artifacts: ExperimentArtifacts | null, error?: string): Outcome => ({
    id,
    state,
    artifacts,
    seconds: (performance.now() - begin) / 1000,
    ...(state === "ran" ? { timings: plan.watch.taken } : {}),
    ...(error === undefined ? {} : { error }),
  });
  if ("earlier" in claim) return outcome("fresh", claim.earlier);
  try {
    if ("error" in claim) throw claim.error;
    const result = await resultOf(plan, plans, request.pool, computed, log);
    const artifacts = await publish(plan, result, env, (message) => log.push(message));
    computed.set(id, Promise.resolve(withoutContent(result)));
    writeLog(request.logFolder, id, log);
    return outcome("ran", artifacts);
  } catch (error) {
    const place = placeProblem(error, plan.folder);
    if (place) throw place;
    log.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
    writeLog(request.logFolder, id, log);
    return outcome("failed", null, messageOf(error).split("\n", 1)[0]);
  } finally {
    if ("release" in claim) claim.release();
  }
}

/** Computes an experiment once, after those it needs (which are computed even when their files are fresh). */
function resultOf(
  plan: Plan,
  plans: readonly Plan[],
  pool: Pool,
  computed: Map<string, Promise<Computed>>,
  log: string[],
): Promise<Computed> {
  let result = computed.get(plan.experiment.id);
  if (!result) {
    result = computeWithNeeds(plan, plans, pool, computed, log);
    computed.set(plan.experiment.id, result);
  }
  return result;
}

/** What others may still need of it. The rest, hundreds of megabytes in a large pool, need not stay until the run ends. */
function withoutContent(result: Computed): Computed {
  return { ...result, tables: [], figures: [], documents: [], texts: [] };
}

async function computeWithNeeds(
  plan: Plan,
  plans: readonly Plan[],
  pool: Pool,
  computed: Map<string, Promise<Computed>>,
  log: string[],
): Promise<Computed> {
  const needs: Record<string, unknown> = {};
  for (const id of plan.experiment.needs) {
    const needed = plans.find((other) => other.experiment.id === id) as Plan;
    needs[id] = (await resultOf(needed, plans, pool, computed, log)).provides;
  }
  return compute(plan, pool, needs, (message) => log.push(message));
}

/** What an earlier run left, if its key is the same and none of its files has changed since. */
async function freshArtifacts(plan: Plan): Promise<ExperimentArtifacts | null> {
  const artifacts = readArtifacts(plan.folder);
  if (artifacts?.key !== plan.key || !artifacts.queries) return null;
  const records = outputRecords(artifacts);
  const fileOf = ({ file }: FileRecord) => path.join(plan.folder, file);
  if (records.some((record) => fs.statSync(fileOf(record), { throwIfNoEntry: false })?.size !== record.bytes)) return null;
  const hashes = await Promise.all(records.map((record) => sha256OfFile(fileOf(record))));
  return hashes.every((hash, i) => hash === records[i]?.sha256) ? artifacts : null;
}

function writeLog(folder: string, id: string, lines: readonly string[]): void {
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, `${id.replaceAll("/", "__")}.log`), lines.map((line) => `${line}\n`).join(""));
}
