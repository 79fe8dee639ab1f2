/** Reads transcripts on several threads. */
import { threadsOf } from "../files/program.ts";
import type { ReadJob, ReadOutcome } from "./worker.ts";

/** Less is read in a few seconds by one thread, with half the memory and less processor time. */
export const WORTH_THREADS_BYTES = 512 << 20;
const JOBS_PER_THREAD = 4;

export interface ReadAllOptions {
  readonly jobs: readonly ReadJob[];
  readonly threads: number;
  /** Of smaller jobs, bytes in all, none is given to a thread. */
  readonly worthThreadsBytes: number;
  /** A transcript is done; `outcome` is the error when the worker failed. */
  readonly onDone: (job: ReadJob, outcome: ReadOutcome | Error) => void;
}

/** Largest first, so that no thread is left with a long one at the end. */
export async function readAll({ jobs, threads, worthThreadsBytes, onDone }: ReadAllOptions): Promise<void> {
  const bytes = jobs.reduce((sum, job) => sum + job.transcript.size, 0);
  const bySize = [...jobs].sort((a, b) => b.transcript.size - a.transcript.size);
  if (threads > 1 && jobs.length > 1 && bytes >= worthThreadsBytes) await onThreads(bySize, threads, onDone);
  else await onThisThread(bySize, onDone);
}

async function onThisThread(jobs: readonly ReadJob[], onDone: ReadAllOptions["onDone"]): Promise<void> {
  if (jobs.length === 0) return;
  const { default: readTranscript } = await import("./worker.ts");
  for (const job of jobs) onDone(job, await readTranscript(job).catch(asError));
}

async function onThreads(jobs: readonly ReadJob[], threads: number, onDone: ReadAllOptions["onDone"]): Promise<void> {
  const { Tinypool } = await import("tinypool");
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
