/**
 * Files and folders that appear whole or not at all: written under a hidden name in the same folder, renamed when complete.
 *
 * The hidden name holds host and process, so that the next process on that host can remove what a killed one left. Other
 * hosts may share the folder; which of their processes still run is not known here. What an interrupted process was writing
 * is removed as it exits.
 */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { threadId } from "node:worker_threads";
import { isAlive } from "./alive.ts";
import { codeOf } from "./errors.ts";
import { makeFolder } from "./folder.ts";
import { closedAt } from "./place.ts";
import { Writer } from "./writer.ts";

/** Names of hosts may hold any character. */
const HOST = os.hostname().replaceAll(/[^A-Za-z0-9_-]/g, "_") || "_";
/** How many files are synced at a time. */
const SYNCED_AT_ONCE = 64;

const drafts = new Set<Draft>();
let serials = 0;

process.once("exit", () => {
  for (const draft of drafts) draft.discard();
});

export interface DraftOptions {
  /** Where the draft is written. Default: the folder of the target. */
  readonly folder?: string;
  /** Further files and folders of the draft, named like it with these endings, e.g. `.wal`. They are removed with it. */
  readonly endings?: readonly string[];
  /** Whether leftovers of the same target are removed first. Default: true. */
  readonly tidy?: boolean;
  /** The flag that names another place, for the error message. Default: `--out`. */
  readonly flag?: string;
}

export class Draft {
  /** Where to write. Nothing is there yet, but its folder is. */
  readonly path: string;
  private readonly target: string;
  private readonly flag: string | undefined;
  private readonly places: readonly string[];

  /** @throws PlaceError when the folder cannot be created */
  constructor(target: string, { folder = path.dirname(target), endings = [], tidy = true, flag }: DraftOptions = {}) {
    const name = path.basename(target);
    this.target = target;
    this.flag = flag;
    this.path = path.join(folder, `.${name}.${HOST}.${process.pid}-${threadId}-${serials++}.partial`);
    this.places = ["", EARLIER, ...endings].map((ending) => this.path + ending);
    this.create(() => makeFolder(folder));
    if (tidy) removeLeftovers(path.join(folder, name));
    drafts.add(this);
  }

  /**
   * Makes the draft a file.
   * @throws PlaceError when that is not possible
   */
  open(mode?: number): Writer {
    return this.create(() => new Writer(this.path, mode));
  }

  /**
   * Makes the draft a folder and returns its path.
   * @throws PlaceError when that is not possible
   */
  makeFolder(mode?: number): string {
    this.create(() => fs.mkdirSync(this.path, { mode }));
    return this.path;
  }

  /**
   * Renames the draft to its target. A file replaces a file, a folder a folder.
   * @param options.sync wait until the draft, not what is in a folder, is on disk. Default: true
   */
  publish({ sync = true }: { readonly sync?: boolean } = {}): void {
    if (sync) syncSync(this.path);
    const earlier = this.path + EARLIER;
    const replacesFolder = isFolder(this.path) && isFolder(this.target);
    if (replacesFolder) fs.renameSync(this.target, earlier);
    try {
      fs.renameSync(this.path, this.target);
    } catch (error) {
      if (replacesFolder) fs.renameSync(earlier, this.target);
      throw error;
    }
    if (sync) syncSync(path.dirname(this.target));
    this.discard();
  }

  /** Removes what is not published. */
  discard(): void {
    if (!drafts.delete(this)) return;
    // Removing what is not there takes long.
    for (const place of this.places)
      if (fs.lstatSync(place, { throwIfNoEntry: false })) fs.rmSync(place, { recursive: true, force: true, maxRetries: 3 });
  }

  private create<T>(make: () => T): T {
    try {
      return make();
    } catch (error) {
      throw closedAt(path.dirname(this.path), error, this.flag);
    }
  }
}

/** What a folder is renamed to just before another one takes its place. */
const EARLIER = ".earlier";

/** Removes the drafts of a file or folder that killed processes of this host have left. */
export function removeLeftovers(target: string): void {
  const name = path.basename(target);
  removeDrafts(path.dirname(target), (of) => of === name);
}

/** Removes all drafts in a folder that killed processes of this host have left. */
export function removeLeftoversIn(folder: string): void {
  removeDrafts(folder, () => true);
}

function removeDrafts(folder: string, isMeant: (name: string) => boolean): void {
  if (!fs.existsSync(folder)) return;
  for (const entry of fs.readdirSync(folder)) {
    const [, name, host, pid] = DRAFT_NAME.exec(entry) ?? [];
    if (name !== undefined && host === HOST && isMeant(name) && !isAlive(Number(pid))) removeLeftover(path.join(folder, entry));
  }
}

function removeLeftover(place: string): void {
  try {
    fs.rmSync(place, { recursive: true, force: true });
  } catch (error) {
    // Left by another user.
    if (codeOf(error) !== "EPERM" && codeOf(error) !== "EACCES") throw error;
  }
}

const DRAFT_NAME = /^\.(.+)\.([A-Za-z0-9_-]+)\.(\d+)-\d+-\d+\.partial(?:\..*)?$/;

/** Writes a file that appears whole or not at all; creates its folder. */
export function writeAtomically(file: string, content: string | Uint8Array, mode?: number): void {
  const draft = new Draft(file);
  try {
    fs.writeFileSync(draft.path, content, { flag: "wx", mode });
    draft.publish();
  } finally {
    draft.discard();
  }
}

/** Waits until files and folders are on disk, while other work goes on. */
export async function sync(places: readonly string[]): Promise<void> {
  for (let from = 0; from < places.length; from += SYNCED_AT_ONCE)
    await Promise.all(places.slice(from, from + SYNCED_AT_ONCE).map(syncOne));
}

async function syncOne(place: string): Promise<void> {
  if (cannotSync(place)) return;
  const handle = await fs.promises.open(place, flagsFor(place));
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function syncSync(place: string): void {
  if (cannotSync(place)) return;
  const handle = fs.openSync(place, flagsFor(place));
  try {
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}

/** Windows cannot open a folder; there a rename is as durable as the system makes it. */
function cannotSync(place: string): boolean {
  return process.platform === "win32" && isFolder(place);
}

function flagsFor(place: string): string {
  return isFolder(place) ? "r" : "r+";
}

function isFolder(place: string): boolean {
  return fs.statSync(place, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
