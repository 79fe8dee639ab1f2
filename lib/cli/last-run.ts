/**
 * What a run said when it ended, kept with hashes over what the file system says of all files that it read and left. The same call
 * finds both hashes as they were when nothing has changed, and says the same again without loading experiments, database or pages.
 */
import fs from "node:fs";
import path from "node:path";
import { versions } from "../artifacts/versions.ts";
import { writeAtomically } from "../files/atomic.ts";
import { sha256 } from "../files/hash.ts";
import { readInside } from "../files/inside.ts";
import { projectFile } from "../files/program.ts";
import { statsOf } from "../files/seen.ts";

const FILE = ".last-run";
/** They say what was looked at, and change when a run looks. */
const OWN_NOTES: readonly string[] = [FILE, ".seen"];

export interface Said {
  /** Messages before the experiments. */
  readonly reading: readonly string[];
  /** A line per experiment, where standard error is not a terminal. */
  readonly progress: readonly string[];
  readonly summary: readonly string[];
  readonly printed: string;
  readonly isPrivate: boolean;
}

export interface Places {
  readonly out: string;
  /** Files that a run reads besides the program. */
  readonly read: readonly string[];
  /** Files and folders that it leaves. */
  readonly left: readonly string[];
}

interface Kept {
  readonly inputs: string;
  readonly outputs: string;
  readonly said: Said;
}

/** A call, and the files that it reads as they are when this is made. */
export class LastRun {
  private readonly places: Places;
  private readonly inputs: Snapshot;
  private readonly startedNs: bigint;

  /**
   * @param call what else has to be equal: the options with their values
   * @param startedMs when the program started, in epoch milliseconds
   */
  constructor(call: unknown, places: Places, startedMs = performance.timeOrigin) {
    this.startedNs = BigInt(Math.floor(startedMs)) * 1_000_000n;
    this.places = places;
    const files = [...["lib", "dist", "experiments", "data", "package.json"].map(projectFile), ...places.read];
    this.inputs = snapshotOf(files, [call, process.cwd(), process.version, versions()]);
  }

  /** What the same call said, when no file has changed since; else null. */
  said(): Said | null {
    const kept = readKept(this.places.out);
    if (kept?.inputs !== this.inputs.hash) return null;
    const outputs = this.outputs();
    // What changed no earlier may have changed again without another time.
    const savedNs = statsOf(path.join(this.places.out, FILE))?.mtimeNs ?? 0n;
    return kept.outputs === outputs.hash && this.inputs.latestNs < savedNs && outputs.latestNs < savedNs ? kept.said : null;
  }

  /**
   * Keeps what a run says that has just ended.
   * @param isWhole whether what it left is still as it was written
   */
  async keep(said: Said, isWhole: () => Promise<boolean>): Promise<void> {
    // A module may have been loaded before its file was changed.
    if (this.inputs.latestNs >= this.startedNs) return;
    const outputs = this.outputs().hash;
    if (!(await isWhole())) return;
    const kept: Kept = { inputs: this.inputs.hash, outputs, said };
    try {
      writeAtomically(path.join(this.places.out, FILE), `${JSON.stringify(kept)}\n`);
    } catch {
      // The next run looks at everything again.
    }
  }

  /** With drafts and locks, which killed processes leave and others hold. */
  private outputs(): Snapshot {
    const { out, left } = this.places;
    const hidden = statsOf(out)?.isDirectory()
      ? fs.readdirSync(out).filter((name) => name.startsWith(".") && !OWN_NOTES.includes(name))
      : [];
    return snapshotOf([...left, ...hidden.sort().map((name) => path.join(out, name))]);
  }
}

interface Snapshot {
  readonly hash: string;
  /** When one of the files was changed last. */
  readonly latestNs: bigint;
}

function snapshotOf(places: readonly string[], others: readonly unknown[] = []): Snapshot {
  let latestNs = 0n;
  const stamps = places.flatMap(filesIn).map((file) => {
    const stats = statsOf(file);
    if (!stats) return [file];
    // Pages share large files by hard links; another link changes only the second time.
    const { size, mtimeNs, ctimeNs, ino, nlink } = stats;
    const times = nlink > 1n ? [mtimeNs] : [mtimeNs, ctimeNs];
    for (const time of times) if (time > latestNs) latestNs = time;
    return [file, [size, ino, ...times].join(" ")];
  });
  return { hash: sha256(JSON.stringify([others, stamps])), latestNs };
}

/** In a fixed order. What is not a folder counts as a file, also a link to one and a place where nothing is. */
function filesIn(place: string): string[] {
  return isFolder(place) ? filesBelow(place) : [place];
}

function filesBelow(folder: string): string[] {
  const entries = fs.readdirSync(folder, { withFileTypes: true }).filter(({ name }) => !OWN_NOTES.includes(name));
  return entries
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const place = path.join(folder, entry.name);
      return entry.isDirectory() ? filesBelow(place) : [place];
    });
}

function isFolder(place: string): boolean {
  try {
    return fs.lstatSync(place).isDirectory();
  } catch {
    return false;
  }
}

function readKept(out: string): Kept | null {
  try {
    const kept: Kept | null = JSON.parse(readInside(out, FILE) ?? "null");
    return kept;
  } catch {
    return null;
  }
}
