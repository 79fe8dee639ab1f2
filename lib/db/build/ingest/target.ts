/** The file to be built: prepared beside its place, moved there when it is whole. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { isAlive } from "../../../files/alive.ts";
import { UserError } from "../../../files/errors.ts";

const MAGIC = Buffer.from("DUCK");
const MAGIC_AT = 8;

let builds = 0;

/** Names of hosts may hold anything; in names of files they are words. */
const HOST = os.hostname().replaceAll(/[^A-Za-z0-9_-]/g, "_") || "_";

/**
 * Everything that a build writes has its host and process in the name, so that the next build can tell what a dead one
 * left: of another host, which may share the folder, nobody here knows what is alive.
 */
export class Target {
  readonly file: string;
  /** The database under construction. */
  readonly database: string;
  /** Bad lines, as long as the build is not finished. */
  readonly rejects: string;
  /** Spooled records and what the engine moves out of memory. */
  readonly folder: string;
  readonly rejectsFile: string;

  private constructor(file: string, tempDirectory: string | undefined) {
    this.file = file;
    const name = partialName(path.basename(file));
    this.database = path.join(path.dirname(file), name);
    this.rejects = `${this.database}.rejects.csv`;
    this.rejectsFile = `${file}.rejects.csv`;
    this.folder = path.join(tempDirectory ?? path.dirname(file), `${name}.work`);
    fs.mkdirSync(this.folder, { recursive: true });
  }

  /**
   * Checks the place of the database and removes what builds on this host that were killed have left beside it.
   * @throws UserError when there is a file that is no DuckDB database, or no folder to write to
   */
  static prepare(db: string, tempDirectory?: string): Target {
    const folder = path.dirname(path.resolve(db));
    if (!fs.existsSync(folder))
      throw new UserError(`The folder ${folder} for the database ${path.basename(db)} does not exist. Create it first.`);
    const file = fs.existsSync(db) ? fs.realpathSync(db) : path.resolve(db);
    refuseForeign(db, file);
    for (const place of new Set([path.dirname(file), tempDirectory ?? path.dirname(file)])) removeLeftovers(place, path.basename(file));
    return new Target(file, tempDirectory);
  }

  /** Moves the database (and the list of bad lines) to its place, synced, so that it is there whole or not at all. */
  publish(hasRejects: boolean): void {
    sync(this.database);
    if (hasRejects) fs.renameSync(this.rejects, this.rejectsFile);
    else fs.rmSync(this.rejectsFile, { force: true });
    // A log that an older database left behind would be replayed into the new one.
    fs.rmSync(`${this.file}.wal`, { force: true });
    fs.renameSync(this.database, this.file);
    syncFolder(path.dirname(this.file));
    this.discard();
  }

  /** Removes everything that is not in its place. */
  discard(): void {
    for (const leftover of [this.database, `${this.database}.wal`, this.rejects, this.folder])
      fs.rmSync(leftover, { recursive: true, force: true });
  }
}

function refuseForeign(db: string, file: string): void {
  if (!fs.existsSync(file)) return;
  const stat = fs.statSync(file);
  if (stat.isDirectory())
    throw new UserError(`${db} is a folder. Give the database a file name, for example ${path.join(db, "trace.duckdb")}.`);
  if (stat.size > 0 && !isDuckDb(file))
    throw new UserError(`${db} exists and is no DuckDB database, so it is not overwritten. Remove it or choose another name.`);
}

function isDuckDb(file: string): boolean {
  const head = Buffer.alloc(MAGIC_AT + MAGIC.length);
  const handle = fs.openSync(file, "r");
  try {
    fs.readSync(handle, head, 0, head.length, 0);
  } finally {
    fs.closeSync(handle);
  }
  return head.subarray(MAGIC_AT).equals(MAGIC);
}

/** A hidden name for something that is to become `name`, which no other process uses. */
export function partialName(name: string): string {
  return `.${name}.${HOST}.${process.pid}-${builds++}.partial`;
}

/** Removes what processes of this host that were killed have left under {@link partialName}s, with any ending. */
export function removeLeftovers(folder: string, name: string): void {
  if (!fs.existsSync(folder)) return;
  const ours = `.${name}.${HOST}.`;
  for (const entry of fs.readdirSync(folder)) {
    const process = entry.startsWith(ours) ? /^(\d+)-\d+\.partial(\..*)?$/.exec(entry.slice(ours.length)) : null;
    if (process && !isAlive(Number(process[1]))) fs.rmSync(path.join(folder, entry), { recursive: true, force: true });
  }
}

export function sync(file: string): void {
  const handle = fs.openSync(file, "r+");
  try {
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}

/** Some systems cannot open a folder; there the rename is as durable as the system makes it. */
export function syncFolder(folder: string): void {
  if (process.platform === "win32") return;
  const handle = fs.openSync(folder, "r");
  try {
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}
