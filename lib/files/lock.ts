/**
 * One process at a time works on what several share: a database, the results of an experiment, the state of a collection.
 *
 * A lock is a file that only one process can create, with its holder's process and host in it. The holder touches the file
 * every few seconds. Others wait, and take over a lock whose process has ended or that nobody has touched for a minute.
 */
import { randomUUID } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive } from "./alive.ts";
import { codeOf } from "./errors.ts";
import { makeFolder } from "./folder.ts";
import { closedAt } from "./place.ts";

export interface LockOptions {
  /** Called once when another process has the lock, e.g. with `process 12 on host`. */
  readonly onWait?: (holder: string) => void;
  /** The flag that names another place, for the error message. Default: `--out`. */
  readonly flag?: string;
  readonly pollMs?: number;
  /** How often the holder touches its lock. */
  readonly beatMs?: number;
  /** A lock that nobody has touched for so long is taken over. */
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
  /** Distinguishes the locks of one process. */
  readonly serial: number;
}

/** What others see of a lock. */
export interface Sighting {
  readonly text: string;
  readonly changedMs: number;
}

let serials = 0;

/** The lock of a file or folder that others look at while it is written: a hidden file next to it. */
export function lockBeside(place: string): string {
  return path.join(path.dirname(path.resolve(place)), `.${path.basename(place)}.lock`);
}

/** The lock of a folder that only lock holders write to: a hidden file in it. */
export function lockIn(folder: string): string {
  return path.resolve(folder, ".lock");
}

/**
 * Waits for as long as another process has the lock. The folder of the lock is created if it is missing.
 * @throws PlaceError when the lock cannot be written
 */
export async function acquireLock(file: string, options: LockOptions = {}): Promise<Lock> {
  const { onWait, pollMs = 250, patienceMs = 60_000 } = options;
  const watch = new Watch(patienceMs);
  let waited = false;
  for (;;) {
    const release = tryLock(file, options);
    if (release) return { waited, release };
    const seen = look(file);
    if (seen === null) continue;
    if (watch.isSilent(seen, performance.now())) {
      remove(file, seen.text);
      continue;
    }
    if (!waited) onWait?.(nameOf(seen.text));
    waited = true;
    await sleep(pollMs);
  }
}

/**
 * The release of a lock that is free, or that a process of this host left behind when it ended; null when it is held.
 * @throws PlaceError when the lock cannot be written
 */
export function tryLock(file: string, { beatMs = 5_000, flag }: Pick<LockOptions, "beatMs" | "flag"> = {}): (() => void) | null {
  const own = JSON.stringify({ process: process.pid, host: os.hostname(), serial: serials++ } satisfies Holder);
  try {
    makeFolder(path.dirname(file));
    if (create(file, own)) return hold(file, own, beatMs);
    const seen = look(file);
    if (seen && hasEnded(seen.text)) remove(file, seen.text);
    return create(file, own) ? hold(file, own, beatMs) : null;
  } catch (error) {
    throw closedAt(path.dirname(file), error, flag);
  }
}

/** Notices when a lock has not been touched for a while. Clocks of hosts differ, so only changes count, by our own clock. */
export class Watch {
  private readonly patienceMs: number;
  private last: Sighting | null = null;
  private sinceMs = 0;

  constructor(patienceMs: number) {
    this.patienceMs = patienceMs;
  }

  isSilent(seen: Sighting, nowMs: number): boolean {
    if (seen.text !== this.last?.text || seen.changedMs !== this.last.changedMs) {
      this.last = seen;
      this.sinceMs = nowMs;
    }
    return nowMs - this.sinceMs > this.patienceMs;
  }
}

function create(file: string, text: string): boolean {
  try {
    fs.writeFileSync(file, text, { flag: "wx" });
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

/** Touches the lock until it is released or the process ends. */
function hold(file: string, own: string, beatMs: number): () => void {
  const beat = setInterval(() => {
    const now = new Date();
    fs.utimes(file, now, now, () => {});
  }, beatMs).unref();
  const release = () => {
    clearInterval(beat);
    process.off("exit", release);
    if (look(file)?.text === own) fs.rmSync(file, { force: true });
  };
  process.once("exit", release);
  return release;
}

/**
 * Removes a lock whose holder is gone. It is renamed first, which only one process can do: another one may have taken it over
 * since we looked, and then it is put back.
 */
function remove(file: string, expected: string): void {
  const aside = `${file}.${randomUUID()}`;
  try {
    fs.renameSync(file, aside);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return;
    throw error;
  }
  const text = fs.readFileSync(aside, "utf8");
  if (text !== expected) create(file, text);
  fs.rmSync(aside);
}

function look(file: string): Sighting | null {
  try {
    return { text: fs.readFileSync(file, "utf8"), changedMs: fs.statSync(file).mtimeMs };
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  }
}

/** Whether a process of this host has ended. Of other hosts, and of a lock that is just being written, nothing is known. */
function hasEnded(text: string): boolean {
  const holder = holderIn(text);
  return holder?.host === os.hostname() && holder.process !== undefined && !isAlive(holder.process);
}

function nameOf(text: string): string {
  const holder = holderIn(text);
  return holder?.process === undefined ? "another process" : `process ${holder.process} on ${holder.host}`;
}

function holderIn(text: string): Partial<Holder> | null {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
