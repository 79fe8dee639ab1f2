/** Reads transcripts on several threads. */
import { Tinypool } from "tinypool";
import { threadsOf } from "../files/program.ts";
import type { ReadJob, ReadOutcome } from "./worker.ts";

/** A thread costs about half a second to start; less than this is read sooner without. */
const WORTH_THREADS_BYTES = 12 << 20;
const JOBS_PER_THREAD = 4;

export interface ReadAllOptions {
  readonly jobs: readonly ReadJob[];
  readonly threads: number;
  /** A transcript is done; `outcome` is the error when the worker failed. */
  readonly onDone: (job: ReadJob, outcome: ReadOutcome | Error) => void;
}

/** Largest first, so that no thread is left with a long one at the end. */
export async function readAll({ jobs, threads, onDone }: ReadAllOptions): Promise<void> {
  const bytes = jobs.reduce((sum, job) => sum + job.transcript.size, 0);
  const bySize = [...jobs].sort((a, b) => b.transcript.size - a.transcript.size);
  if (threads > 1 && jobs.length > 1 && bytes >= WORTH_THREADS_BYTES) await onThreads(bySize, threads, onDone);
  else await onThisThread(bySize, onDone);
}

async function onThisThread(jobs: readonly ReadJob[], onDone: ReadAllOptions["onDone"]): Promise<void> {
  if (jobs.length === 0) return;
  const { default: readTranscript } = await import("./worker.ts");
  for (const job of jobs) onDone(job, await readTranscript(job).catch(asError));
}

async function onThreads(jobs: readonly ReadJob[], threads: number, onDone: ReadAllOptions["onDone"]): Promise<void> {
  const pool = new Tinypool({
    ...threadsOf("lib/collect/worker.ts"),
    runtime: "worker_threads",
    minThreads: Math.min(threads, jobs.length),
    maxThreads: Math.min(threads, jobs.length),
    isolateWorkers: false,
  });
  try {
    // A few at a time: the pool's own queue gets slow when it is long.
    const queue = jobs.values();
    const takeJobs = async () => {
      for (const job of queue) {
        const outcome: ReadOutcome | Error = await pool.run(job).catch(asError);
        onDone(job, outcome);
      }
    };
    await Promise.all(Array.from({ length: JOBS_PER_THREAD * threads }, takeJobs));
  } finally {
    await pool.destroy();
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
