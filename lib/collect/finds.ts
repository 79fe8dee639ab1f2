/** Which of the files that were found are transcripts to read, and in which order: of folders, and of files dropped into a page. */
import { bytesOf } from "../files/bytes.ts";
import { at } from "../stats/known.ts";
import type { Provider } from "./row.ts";

export interface Transcript {
  readonly provider: Provider;
  readonly store: string;
  readonly home: string;
  /** Last part of the home. */
  readonly user: string;
  /** Name of the project's folder; null for Codex. */
  readonly project: string | null;
  /** Claude: path within the project's folder, separated by `/`; Codex: file name. Both without extensions. */
  readonly sessionKey: string;
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
}

export interface SkippedPath {
  /** `unreadable` may hide transcripts; a `duplicate` is read elsewhere; a `misplaced` file belongs to no project. */
  readonly kind: "unreadable" | "duplicate" | "misplaced";
  readonly user: string;
  readonly store: string;
  readonly path: string;
  readonly reason: string;
}

export const TRANSCRIPT_NAME = /\.jsonl(\.zst|\.gz)?$/;
const PACKED_EXTENSION = /\.(zst|gz)$/;

/** Where Claude Code and Codex keep their files, from the home down; the label of the store, too. */
export const CLAUDE_STORES = [".claude", ".claude.back", ".config/claude"];
export const CODEX_STORE = ".codex";

/** A store of transcripts. */
export interface Place {
  readonly provider: Provider;
  readonly label: string;
  readonly home: string;
  readonly user: string;
}

/** A file found below a folder. */
export interface Found {
  /** Names from the folder down. */
  readonly parts: readonly string[];
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
  /** When its bytes were last written on this disk: a copy may have the time of its original. */
  readonly changedMs: number;
}

/** The transcripts among the files of places, which come in the order of their rows. */
export class Finds {
  /** What was last changed earlier has no step since. */
  private readonly sinceMs: number | null;
  private readonly projects: readonly string[];
  readonly transcripts: Transcript[] = [];
  readonly skipped: SkippedPath[] = [];
  readonly leftOut = { since: 0, projects: 0 };

  constructor(sinceMs: number | null = null, projects: readonly string[] = []) {
    this.sinceMs = sinceMs;
    this.projects = projects;
  }

  claudeProject(place: Place, project: string, found: readonly Found[]): void {
    const files = this.withoutTwins(place, found);
    const isWanted = this.projects.length === 0 || this.projects.some((text) => project.includes(text));
    if (!isWanted) this.leftOut.projects += files.length;
    else for (const file of files) this.add(place, place.label, project, file.parts.join("/"), file);
  }

  codex(place: Place, archived: Place, found: readonly Found[], foundInArchive: readonly Found[]): void {
    const sessions = this.withoutTwins(place, found);
    const old = this.withoutTwins(archived, foundInArchive);
    const moved = this.movedRollouts(place, archived, sessions, old);
    for (const file of sessions) if (!moved.has(file)) this.add(place, place.label, null, fileName(file), file);
    for (const file of old) if (!moved.has(file)) this.add(place, archived.label, null, fileName(file), file);
  }

  /** Of rollouts that are in both folders, the worse copies. */
  private movedRollouts(place: Place, archived: Place, sessions: readonly Found[], old: readonly Found[]): Set<Found> {
    const byName = new Map(sessions.map((file) => [withoutPacking(fileName(file)), file]));
    const worse = new Set<Found>();
    for (const copy of old) {
      const first = byName.get(withoutPacking(fileName(copy)));
      if (first === undefined) continue;
      const [kept, left] = isPacked(first) && !isPacked(copy) ? [copy, first] : [first, copy];
      worse.add(left);
      this.skip("duplicate", left === copy ? archived : place, left.path, `the same rollout as ${kept.path}, which is read`);
    }
    return worse;
  }

  /** Codex packs old files in place, and for a moment both copies are there. */
  private withoutTwins(place: Place, files: readonly Found[]): Found[] {
    const kept = new Map<string, Found>();
    for (const file of files) {
      const key = withoutPacking(file.path);
      const twin = kept.get(key);
      // In their order the plain file comes first.
      if (twin === undefined) kept.set(key, file);
      else this.skip("duplicate", place, file.path, `the same transcript as ${twin.path}, which is read`);
    }
    return [...kept.values()];
  }

  private add(place: Place, store: string, project: string | null, name: string, file: Found): void {
    if (this.sinceMs !== null && file.changedMs < this.sinceMs) {
      this.leftOut.since++;
      return;
    }
    const { provider, home, user } = place;
    const { path, size, mtimeMs } = file;
    this.transcripts.push({ provider, store, home, user, project, sessionKey: sessionKeyOf(name), path, size, mtimeMs });
  }

  skip(kind: SkippedPath["kind"], { user, label }: Pick<Place, "user" | "label">, path: string, reason: string): void {
    this.skipped.push({ kind, user, store: label, path, reason });
  }
}

/** By path components. */
export function byParts(a: Pick<Found, "parts">, b: Pick<Found, "parts">): number {
  for (let index = 0; index < Math.min(a.parts.length, b.parts.length); index++) {
    const order = byCodePoints(at(a.parts, index), at(b.parts, index));
    if (order !== 0) return order;
  }
  return a.parts.length - b.parts.length;
}

/** Name or `/`-separated path of a transcript without the extension of its packing and then its last one. */
export function sessionKeyOf(name: string): string {
  return withoutPacking(name).replace(/(?<=[^/])\.[^./]*$/, "");
}

function fileName(file: Found): string {
  return at(file.parts, -1);
}

function withoutPacking(name: string): string {
  return name.replace(PACKED_EXTENSION, "");
}

function isPacked(file: Found): boolean {
  return PACKED_EXTENSION.test(file.path);
}

/** The order of UTF-8 bytes, which that of JavaScript's code units is not. */
export function byCodePoints(a: string, b: string): number {
  const [one, other] = [bytesOf(a), bytesOf(b)];
  const index = one.findIndex((byte, index) => byte !== other[index]);
  return index < 0 ? one.length - other.length : at(one, index) - (other[index] ?? -1);
}
