/**
 * What was found in files, kept with what the file system says of them, so that a file that did not change since need not be read
 * again. As in git's index: https://git-scm.com/docs/racy-git
 */
import fs from "node:fs";
import path from "node:path";
import { writeAtomically } from "./atomic.ts";
import { readInside } from "./inside.ts";
import { isObject } from "./json.ts";

interface Finding {
  readonly stamp: string;
  readonly found: string;
}

const SEEN_FILE = ".seen";

export class SeenFiles {
  private readonly folder: string;
  private readonly findings: Map<string, Finding>;
  /** What changed no earlier may have changed again without another time. */
  private readonly savedNs: bigint;
  private hasChanged = false;

  /** @param folder keeps what was found, in a hidden file; one that is missing or damaged keeps nothing */
  constructor(folder: string) {
    this.folder = folder;
    this.findings = readFindings(folder);
    this.savedNs = statsOf(path.join(folder, SEEN_FILE))?.mtimeNs ?? 0n;
  }

  /** What was found in a file that has not changed since; null for any other. `name` is what it is remembered by. */
  of(name: string, file: string): string | null {
    const finding = this.findings.get(name);
    const stats = statsOf(file);
    if (!finding || !stats || finding.stamp !== stampOf(stats)) return null;
    return stats.mtimeNs < this.savedNs && stats.ctimeNs < this.savedNs ? finding.found : null;
  }

  /** As `of`; of a file that has changed, what `look` finds now. */
  async find(name: string, file: string, look: () => Promise<string>): Promise<string> {
    const earlier = this.of(name, file);
    if (earlier !== null) return earlier;
    const stats = statsOf(file);
    const found = await look();
    this.remember(name, found, stats);
    return found;
  }

  /** Keeps what is in a file as it is now. */
  note(name: string, file: string, found: string): void {
    this.remember(name, found, statsOf(file));
  }

  /** Writes what is new. In a folder that can't be written nothing is kept, and files are read again. */
  save(): void {
    if (!this.hasChanged) return;
    try {
      writeAtomically(path.join(this.folder, SEEN_FILE), `${JSON.stringify(Object.fromEntries(this.findings))}\n`);
    } catch {
      // Read again the next time.
    }
  }

  private remember(name: string, found: string, stats: fs.BigIntStats | undefined): void {
    if (!stats) return;
    this.findings.set(name, { stamp: stampOf(stats), found });
    this.hasChanged = true;
  }
}

function readFindings(folder: string): Map<string, Finding> {
  try {
    const kept: unknown = JSON.parse(readInside(folder, SEEN_FILE) ?? "{}");
    return new Map(Object.entries(isObject(kept) ? kept : {}).flatMap(([name, value]) => (isFinding(value) ? [[name, value]] : [])));
  } catch {
    return new Map();
  }
}

function isFinding(value: unknown): value is Finding {
  return isObject(value) && typeof value.stamp === "string" && typeof value.found === "string";
}

/** Undefined for what can't be looked at. */
export function statsOf(file: string): fs.BigIntStats | undefined {
  try {
    return fs.statSync(file, { bigint: true });
  } catch {
    return undefined;
  }
}

function stampOf({ size, mtimeNs, ctimeNs, ino }: fs.BigIntStats): string {
  return [size, mtimeNs, ctimeNs, ino].join(" ");
}
