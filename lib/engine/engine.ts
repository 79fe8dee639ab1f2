/** The port to where the shards of a pool are computed: each shard is one task, a call of the command `map`. */

export interface Task {
  /** As in `--shard`: `3/64`. */
  readonly shard: string;
  /** What the program is called with. */
  readonly words: readonly string[];
  /** The same work in two calls with half of the experiments each, for a task that runs out of memory; none when it can't be divided. */
  readonly halves: readonly (readonly string[])[];
}

/** A task that was given up, and why. */
export interface Failure {
  readonly shard: string;
  readonly why: string;
}

export interface MapEngine {
  /**
   * Runs all tasks. One that fails is tried again; what it has finished stays and is not computed a second time.
   * @param say gets a sentence for each task that ended or is tried again
   * @throws UserError when no task can run at all
   */
  map(tasks: readonly Task[], say: (line: string) => void): Promise<readonly Failure[]>;
}

/** How a process of the program ended. */
export interface Ended {
  /** Null when it was killed or could not be started. */
  readonly status: number | null;
  /** The end of its standard error. */
  readonly said: string;
}

export const WRONG_CALL = 2;

export function ranOutOfMemory({ said }: Ended): boolean {
  return /out of memory/i.test(said);
}

/** The sentence that a process ended with, or what it died of. */
export function lastLine({ said, status }: Ended): string {
  const lines = said
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  // Node prints its version after the stack of an error that nobody caught, and a stack after what it can't go on from.
  const crash = lines.at(-1)?.startsWith("Node.js v") ? lines.find((line) => /\bError\b/.test(line)) : undefined;
  return (
    lines.find((line) => line.startsWith("FATAL ERROR: ")) ??
    crash ??
    lines.at(-1) ??
    (status === null ? "it was killed" : `it ended with exit status ${status}`)
  );
}
