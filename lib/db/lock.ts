/**
 * One process at a time builds a database, so that several that need the same one build it once. What a build writes is
 * safe without it, for every build writes beside the database under names of its own and moves it into place when it is whole.
 */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../errors.ts";
import { isAlive } from "./ingest/target.ts";

export interface LockOptions {
  /** Called once when another process has the lock. */
  readonly onWait?: (holder: string) => void;
  readonly pollMs?: number;
  /** How often a holder shows that it lives. */
  readonly beatMs?: number;
  /** A lock of another host that shows no life for so long is taken over. */
  readonly patienceMs?: number;
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
 * Waits for the lock of a database, which is a hidden file beside it; makes the folder when there is none. A lock whose process has ended is taken over: on this
 * host at once, on another, where nobody can tell, when it shows no life for a while.
 * @throws UserError when the folder cannot be written to
 */
export async function lockDatabase(db: string, options: LockOptions = {}): Promise<Lock> {
  const { onWait, pollMs = 250, beatMs = 5_000, patienceMs = 60_000 } = options;
  const file = path.join(path.dirname(path.resolve(db)), `.${path.basename(db)}.lock`);
  makeFolder(path.dirname(file), db);
  const own = JSON.stringify({ process: process.pid, host: os.hostname(), serial: serials++ } satisfies Holder);
  const watch = new Watch(patienceMs);
  let waited = false;
  while (!tryCreate(file, own, db)) {
    const found = read(file);
    if (found === null) continue;
    if (isGone(found.text) || watch.showsNoLife(found)) {
      if (read(file)?.text === found.text) fs.rmSync(file, { force: true });
      continue;
    }
    if (!waited) onWait?.(nameOf(found.text));
    waited = true;
    await sleep(pollMs);
  }
  return { waited, release: hold(file, own, beatMs) };
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
    if (read(file)?.text === own) fs.rmSync(file, { force: true });
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
  private last: Found | null = null;
  private since = 0;

  constructor(private readonly patienceMs: number) {}

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

function tryCreate(file: string, text: string, db: string): boolean {
  try {
    fs.writeFileSync(file, text, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw cannotWrite(file, db, error);
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
