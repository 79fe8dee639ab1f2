/** Runs a list of experiments: skips what is fresh, keeps going after a failure, shares the work with other processes. */

import fs from "node:fs";
import path from "node:path";
import type { ExperimentArtifacts } from "../artifacts/artifacts.ts";
import { versions } from "../artifacts/versions.ts";
import { isOutOfMemory } from "../db/open/memory.ts";
import type { Pool, PoolSummary } from "../db/open/pool.ts";
import type { Experiment, Headline } from "../experiment.ts";
import { firstLineOf } from "../files/errors.ts";
import { makeFolder } from "../files/folder.ts";
import { acquireLock, lockIn, tryLock } from "../files/lock.ts";
import { type PlaceError, placeProblem } from "../files/place.ts";
import { say } from "../files/say.ts";
import { createRenderPool } from "../render/pool.ts";
import { known } from "../stats/known.ts";
import { Results } from "./compute.ts";
import { OtherReading } from "./other-reading.ts";
import { freshArtifacts, type Plan, planAll } from "./plan.ts";
import { publish, type RunEnvironment } from "./publish.ts";
import { RelationsInUse } from "./relations-in-use.ts";
import type { Outcome, Reporter } from "./reporter.ts";
import { tidy } from "./staging.ts";

export interface RunRequest {
  /** In the order to run, each after those it needs. */
  readonly experiments: readonly Experiment[];
  /** Ids to write; the others are only computed when one of these needs them. Default: all. */
  readonly targets?: readonly string[];
  /** Flags as the command line gave them, by name. */
  readonly rawFlags: Readonly<Record<string, unknown>>;
  readonly pool: Pool;
  /** The same pool in the other reading, for a note where headlines differ; closed when the run ends. */
  readonly otherPool?: () => Promise<Pool | null>;
  readonly summary: PoolSummary;
  /** Output folder of an experiment. */
  readonly folderOf: (experiment: Experiment) => string;
  /** Figures drawn at once, and experiments under way at once. */
  readonly jobs: number;
  readonly force: boolean;
  /** Read the files of earlier results even if they look unchanged. */
  readonly verify?: boolean;
  /** Start nothing new after a failure. */
  readonly stopOnFail: boolean;
  /** Folder for one log per experiment. */
  readonly logFolder: string;
  /** Whether an experiment that ran leaves a log, too. Default: true. */
  readonly logSuccess?: boolean;
  readonly reporter: Reporter;
  /** Called once, when the first experiment starts that is not fresh: what the pages need whatever it finds. */
  readonly startGallery?: () => void;
  /** Called once, when half of the experiments are done and the engine has time for other queries. */
  readonly writeExplore?: () => Promise<void>;
}

/**
 * Outcomes in the order of `experiments`. A failure is an outcome, not an exception; with `stopOnFail` what did not start
 * after it is `skipped`. Of several processes that write to the same folders, one runs an experiment and the others go on
 * with other experiments and find its results.
 * @throws PlaceError when results can't be written
 */
export async function runExperiments(request: RunRequest): Promise<Outcome[]> {
  const plans = await planAll({ ...request, pool: request.summary });
  const { pool, summary } = request;
  // Each thread loads Vega and warms it up, and queries need processors, too.
  const renderer = createRenderPool({ threads: Math.ceil(request.jobs / 2) });
  const schedule = new Schedule(plans, { pool, summary, renderer, versions: versions() }, request);
  try {
    return await schedule.run();
  } finally {
    await renderer.close();
  }
}

class Schedule {
  private readonly plans: readonly Plan[];
  private readonly targets: readonly Plan[];
  private readonly results: Results;
  private readonly relations: RelationsInUse;
  /** From the first experiment that runs on. */
  private opened: Promise<OtherReading | null> | null = null;
  private readonly env: RunEnvironment;
  private readonly request: RunRequest;
  private readonly queue: Plan[];
  /** Those that ran out of memory next to others. They run again, one at a time, when the queue is empty. */
  private readonly alone: Plan[] = [];
  /** Those that were put off: if another process is running one, there is nothing left to do but to wait for it. */
  private readonly putOff = new Set<Plan>();
  private readonly outcomes = new Map<Plan, Outcome>();
  /** Why nothing can be written any more. */
  private closed: PlaceError | null = null;
  private readonly startGallery: () => void;
  private readonly writeExplore: () => Promise<void>;

  constructor(plans: readonly Plan[], env: RunEnvironment, request: RunRequest) {
    this.plans = plans;
    this.targets = plans.filter(({ experiment }) => request.targets?.includes(experiment.id) ?? true);
    this.results = new Results(plans, env.pool);
    this.relations = new RelationsInUse(env.pool, plans);
    this.env = env;
    this.request = request;
    this.queue = [...this.targets];
    this.startGallery = once(() => request.startGallery?.());
    this.writeExplore = once(() => {
      const written = request.writeExplore?.() ?? Promise.resolve();
      this.relations.mayFreeAfter(written);
      return written;
    });
    if (!request.writeExplore) void this.writeExplore();
  }

  async run(): Promise<Outcome[]> {
    this.request.reporter.begin(this.targets.length);
    try {
      await Promise.all(Array.from({ length: this.request.jobs }, () => this.work(this.queue, this.request.jobs > 1)));
      await this.work(this.alone, false);
      if (this.closed) throw this.closed;
      await this.writeExplore();
    } finally {
      await this.relations.settled();
      await (await this.opened)?.close();
    }
    return this.targets.map((plan) => known(this.outcomes.get(plan)));
  }

  /** @param isShared whether others work at the same time */
  private async work(queue: Plan[], isShared: boolean): Promise<void> {
    for (let plan = queue.shift(); plan && !this.closed; plan = queue.shift())
      try {
        await this.take(plan, isShared);
      } catch (error) {
        this.closed ??= placeProblem(error, this.request.logFolder);
        if (!this.closed) throw error;
      }
  }

  private async take(plan: Plan, isShared: boolean): Promise<void> {
    if (this.request.stopOnFail && this.hasFailed()) return this.record(plan, skipped(plan));
    const claim = await claimOf(plan, this.request, this.putOff.has(plan));
    if (claim === null) {
      this.putOff.add(plan);
      this.queue.push(plan);
      return;
    }
    this.request.reporter.start(plan.experiment.id);
    if (!("earlier" in claim)) this.startGallery();
    const outcome = await this.outcomeOf(plan, claim, isShared);
    if (outcome === null) {
      this.request.reporter.postpone(plan.experiment.id);
      this.putOff.add(plan);
      this.alone.push(plan);
      return;
    }
    this.request.reporter.finish(outcome);
    this.record(plan, outcome);
  }

  private record(plan: Plan, outcome: Outcome): void {
    this.outcomes.set(plan, outcome);
    this.relations.done(plan.experiment.id);
    this.opened?.then((other) => other?.done(plan.experiment.id)).catch(() => null);
    // A failure is thrown where the run waits for it.
    if (2 * this.outcomes.size >= this.targets.length) this.writeExplore().catch(() => null);
  }

  private hasFailed(): boolean {
    return [...this.outcomes.values()].some(({ state }) => state === "failed");
  }

  /** Null when others took the memory. */
  private async outcomeOf(plan: Plan, claim: Claim, isShared: boolean): Promise<Outcome | null> {
    const begin = performance.now();
    const seconds = () => (performance.now() - begin) / 1000;
    const { id } = plan.experiment;
    if ("earlier" in claim) return { id, state: "fresh", seconds: seconds(), artifacts: claim.earlier };
    const log: string[] = [];
    try {
      if ("error" in claim) throw claim.error;
      const note = (message: string) => log.push(message);
      const result = await this.results.of(plan, note);
      const notes = await this.notesOfOtherReading(plan, result.headlines, note);
      const artifacts = await publish(plan, { ...result, notes: [...result.notes, ...notes] }, this.env, note);
      this.results.published(plan, result);
      if (this.request.logSuccess === false) fs.rmSync(logFile(this.request.logFolder, id), { force: true });
      else writeLog(this.request.logFolder, id, log);
      return { id, state: "ran", seconds: seconds(), timings: plan.watch.taken, artifacts };
    } catch (error) {
      const place = placeProblem(error, plan.folder);
      if (place) throw place;
      if (isShared && isOutOfMemory(error)) return null;
      writeLog(this.request.logFolder, id, [...log, error instanceof Error ? (error.stack ?? error.message) : String(error)]);
      return { id, state: "failed", seconds: seconds(), artifacts: null, error: firstLineOf(error) };
    } finally {
      if ("release" in claim) claim.release();
    }
  }

  private async notesOfOtherReading(plan: Plan, headlines: readonly Headline[], log: (message: string) => void): Promise<string[]> {
    this.opened ??= this.openOtherReading();
    return (await this.opened)?.notes(plan, this.env.pool.accounting, headlines, log) ?? [];
  }

  private async openOtherReading(): Promise<OtherReading | null> {
    const pool = await this.request.otherPool?.();
    return pool ? new OtherReading(pool, this.plans) : null;
  }
}

/** The results of an earlier run, the right to make new ones, or why they can't be made. */
type Claim = { readonly earlier: ExperimentArtifacts } | { readonly release: () => void } | { readonly error: unknown };

/** Null when another process is making the results and there is no need to wait for it yet. */
async function claimOf(plan: Plan, { force, verify }: Pick<RunRequest, "force" | "verify">, wait: boolean): Promise<Claim | null> {
  const lock = lockIn(plan.folder);
  try {
    const found = force ? null : await freshArtifacts(plan, { verify });
    if (found) {
      tidy(plan.folder);
      if (fs.existsSync(lock)) tryLock(lock)?.();
      return { earlier: found };
    }
    const onWait = (holder: string) => say(`waiting for ${plan.experiment.id}, which ${holder} is running`);
    const release = wait ? (await acquireLock(lock, { onWait })).release : tryLock(lock);
    const earlier = release && !force ? await freshArtifacts(plan, { verify }) : null;
    if (earlier) release?.();
    return earlier ? { earlier } : release && { release };
  } catch (error) {
    return { error };
  }
}

function skipped({ experiment }: Plan): Outcome {
  return { id: experiment.id, state: "skipped", seconds: 0, artifacts: null, error: "not started after a failure" };
}

function once<T>(work: () => T): () => T {
  let made: { readonly of: T } | null = null;
  return () => {
    made ??= { of: work() };
    return made.of;
  };
}

function writeLog(folder: string, id: string, lines: readonly string[]): void {
  makeFolder(folder);
  const file = logFile(folder, id);
  // A link in its place would be written through.
  fs.rmSync(file, { force: true });
  fs.writeFileSync(file, lines.map((line) => `${line}\n`).join(""), { flag: "wx" });
}

function logFile(folder: string, id: string): string {
  return path.join(folder, `${id.replaceAll("/", "__")}.log`);
}
