/**
 * One process at a time works on a place that several share: a database, the results of an experiment, the pages. What a
 * build of a database writes is safe without it, for every build writes beside the database under names of its own and
 * moves it into place when it is whole.
 */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive } from "../db/build/ingest/target.ts";
import { UserError } from "./errors.ts";

export interface LockOptions {
  /** Called once when another process has the lock. */
  readonly onWait?: (holder: string) => void;
  readonly pollMs?: number;
  /** How often a holder shows that it lives. */
  readonly beatMs?: number;
  /** A lock of another host that shows no life for so long is taken over. */
  readonly patienceMs?: number;
  /** How long to wait for a holder that lives; by default as long as it takes. */
  readonly limitMs?: number;
}

export interface Lock {
  /** Whether another process had it before. */
  readonly waited: boolean;
  release(): void;
}

interface Holder {
  readonly process: number;
  readonly host: string;
  /** Tells locks of one process apart. */
  readonly serial: number;
}

let serials = 0;

/**
 * Waits for the lock of a database, which is a hidden file beside it; makes the folder when there is none.
 * @throws UserError when the folder cannot be written to
 */
export async function lockDatabase(db: string, options: LockOptions = {}): Promise<Lock> {
  const file = path.join(path.dirname(path.resolve(db)), `.${path.basename(db)}.lock`);
  makeFolder(path.dirname(file), db);
  try {
    return await lockFile(file, options);
  } catch (error) {
    throw error instanceof UserError ? error : cannotWrite(file, db, error);
  }
}

/**
 * Waits until the file can be made, which then is the lock. A lock whose process has ended is taken over: on this host at
 * once, on another, where nobody can tell, when it shows no life for a while.
 * @throws UserError after `limitMs`; what the system says when the file cannot be made
 */
export async function lockFile(file: string, options: LockOptions = {}): Promise<Lock> {
  const { onWait, pollMs = 250, patienceMs = 60_000, limitMs = Number.POSITIVE_INFINITY } = options;
  const begin = performance.now();
  const watch = new Watch(patienceMs);
  let waited = false;
  for (;;) {
    const release = tryLock(file, options);
    if (release) return { waited, release };
    const found = read(file);
    if (found === null) continue;
    if (watch.showsNoLife(found)) {
      removeLock(file, found.text);
      continue;
    }
    if (performance.now() - begin > limitMs)
      throw new UserError(
        `${path.dirname(file)} is still in use by ${nameOf(found.text)} after ${(limitMs / 60_000).toFixed(0)} minutes; wait for it, or end it and run again.`,
        1,
      );
    if (!waited) onWait?.(nameOf(found.text));
    waited = true;
    await sleep(pollMs);
  }
}

/** The release of a lock that is free or was left by a process of this host that has ended; null when it is held. */
export function tryLock(file: string, { beatMs = 5_000 }: Pick<LockOptions, "beatMs"> = {}): (() => void) | null {
  const own = JSON.stringify({ process: process.pid, host: os.hostname(), serial: serials++ } satisfies Holder);
  if (tryCreate(file, own)) return hold(file, own, beatMs);
  const found = read(file);
  if (found && isGone(found.text)) removeLock(file, found.text);
  return tryCreate(file, own) ? hold(file, own, beatMs) : null;
}

function removeLock(file: string, text: string): void {
  if (read(file)?.text === text) fs.rmSync(file, { force: true });
}

/** Keeps the lock fresh until it is released or the process ends. */
function hold(file: string, own: string, beatMs: number): () => void {
  const beat = setInterval(() => {
    const now = new Date();
    fs.utimes(file, now, now, () => {});
  }, beatMs).unref();
  const release = () => {
    clearInterval(beat);
    process.off("exit", release);
    removeLock(file, own);
  };
  process.once("exit", release);
  return release;
}

interface Found {
  readonly text: string;
  readonly changedMs: number;
}

/** Times of hosts differ, so only changes count, by the own clock. */
class Watch {
  private readonly patienceMs: number;
  private last: Found | null = null;
  private since = 0;

  constructor(patienceMs: number) {
    this.patienceMs = patienceMs;
  }

  showsNoLife(found: Found): boolean {
    const now = performance.now();
    if (found.text !== this.last?.text || found.changedMs !== this.last.changedMs) {
      this.last = found;
      this.since = now;
    }
    return now - this.since > this.patienceMs;
  }
}

function makeFolder(folder: string, db: string): void {
  try {
    fs.mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw cannotWrite(folder, db, error);
  }
}

function tryCreate(file: string, text: string): boolean {
  try {
    fs.writeFileSync(file, text, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function cannotWrite(place: string, db: string, error: unknown): UserError {
  const { code } = error as NodeJS.ErrnoException;
  return new UserError(`${db} can't be built: ${place} can't be written (${code}). Give another place with --db or --out.`, 1, {
    cause: error,
  });
}

function read(file: string): Found | null {
  try {
    return { text: fs.readFileSync(file, "utf8"), changedMs: fs.statSync(file).mtimeMs };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/** A process of this host that has ended; of a lock that is just being written, nothing is known. */
function isGone(text: string): boolean {
  const holder = holderIn(text);
  return holder?.host === os.hostname() && holder.process !== undefined && !isAlive(holder.process);
}

function nameOf(text: string): string {
  const holder = holderIn(text);
  return holder?.process === undefined ? "another process" : `process ${holder.process} on ${holder.host}`;
}

function holderIn(text: string): Partial<Holder> | null {
  try {
    return JSON.parse(text) as Partial<Holder> | null;
  } catch {
    return null;
  }
}
