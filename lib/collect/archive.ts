/**
 * A copy of transcripts that only ever grows, because agents delete and rewrite theirs.
 *
 * Below the archive's folder there is one folder per home, named like its user, and in it the tree of the stores, so that it
 * can be read as a home itself. A transcript that grew is appended to; one that was rewritten or became shorter is copied
 * next to the older version as `<name>.2`, `<name>.3`, ...; nothing is ever changed or removed.
 */

import fs from "node:fs";
import path from "node:path";
import { writeAtomically } from "../files/atomic.ts";
import { codeOf, messageOf, UserError } from "../files/errors.ts";
import { makeFolder } from "../files/folder.ts";
import { keepOutOfGit } from "../files/gitignore.ts";
import { jsonText } from "../files/json.ts";
import { acquireLock, lockIn } from "../files/lock.ts";
import { makePrivateFolder, OWNER_ONLY_FILE } from "../files/place.ts";
import { readAt, readText } from "../files/read.ts";
import { writeFully } from "../files/writer.ts";
import { at, known } from "../stats/known.ts";
import { changedMs, type Discovery, type Store } from "./discover.ts";
import { sessionKeyOf, type Transcript } from "./finds.ts";

/** A transcript to read, and what names it. */
export interface Source {
  readonly transcript: Transcript;
  /** Path in the rows' `session_file`: where the agent kept it. */
  readonly sessionFile: string;
  /** Distinct for every source of a trace. */
  readonly identity: string;
}

export interface ArchiveReport {
  /** Files that are new in the archive, grew there, or got a further version. */
  copied: number;
  appended: number;
  versions: number;
  bytes: number;
  /** Transcripts that only the archive has, older versions included; they are read too. */
  kept: number;
  /** What could not be copied. */
  problems: { path: string; reason: string }[];
}

export interface Archived {
  readonly sources: readonly Source[];
  readonly report: ArchiveReport;
}

const HOMES_FILE = ".homes.json";
const COPY_BYTES = 1 << 20;
/** Compared at the start and at the end of what the archive has, to distinguish a file that grew from one that was rewritten. */
const SAMPLE_BYTES = 1 << 16;
const VERSIONED_NAME = /^(.+\.jsonl(?:\.zst|\.gz)?)(?:\.(\d+))?$/;
/** Copies carry the time of the original, which file systems keep with different precision. */
const SAME_TIME_MS = 2;

export interface ArchiveRequest {
  /** Absolute. */
  readonly folder: string;
  readonly discovery: Discovery;
  readonly projects: readonly string[];
  /** Takes sentences for people. */
  readonly say: (line: string) => void;
}

/** Copies what is new into the archive. Returns what only the archive has: deleted transcripts, and older versions of rewritten ones. */
export async function archiveTranscripts({ folder, discovery, projects, say }: ArchiveRequest): Promise<Archived> {
  refuseWithinStore(folder, discovery.stores);
  makePrivateFolder(folder, "--archive");
  keepOutOfGit({ folder, flag: "--archive" });
  const lock = await acquireLock(lockIn(folder), {
    onWait: (holder) => say(`waiting for ${folder}, which ${holder} is using`),
    flag: "--archive",
  });
  try {
    return bringUpToDateAll(folder, discovery, projects);
  } finally {
    lock.release();
  }
}

function bringUpToDateAll(folder: string, discovery: Discovery, projects: readonly string[]): Archived {
  const homes = new Homes(folder);
  const report: ArchiveReport = { copied: 0, appended: 0, versions: 0, bytes: 0, kept: 0, problems: [] };
  const current = new Set<string>();
  for (const transcript of discovery.transcripts) {
    const base = path.join(folder, homes.folderOf(transcript), placeInHome(transcript, discovery.stores));
    try {
      current.add(bringUpToDate(base, transcript, report));
    } catch (error) {
      report.problems.push({ path: transcript.path, reason: `it could not be copied into the archive (${messageOf(error)})` });
    }
  }
  homes.save();
  const sources = onlyInArchive(folder, homes, discovery, projects, current);
  report.kept = sources.length;
  return { sources, report };
}

function refuseWithinStore(folder: string, stores: readonly Store[]): void {
  const store = stores.find((store) => !path.relative(store.folder, folder).startsWith(".."));
  if (store)
    throw new UserError(`--archive ${folder} is inside ${store.folder}, where transcripts are looked for. Give a folder elsewhere.`);
}

/** Path of a transcript below the folder of its home in the archive. */
function placeInHome(transcript: Transcript, stores: readonly Store[]): string {
  const { store: label, home } = transcript;
  const store = known(stores.find((store) => store.label === label && store.home === home && isWithin(store.folder, transcript.path)));
  return path.join(folderOfStore(store), path.relative(store.folder, transcript.path));
}

function folderOfStore(store: Store): string {
  return isWithin(store.home, store.folder) ? path.relative(store.home, store.folder) : store.label;
}

function isWithin(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== "" && !relative.startsWith("..") && !path.isAbsolute(relative);
}

/** Which folder of the archive belongs to which home; homes of equal name get a number. */
class Homes {
  private readonly archive: string;
  private readonly folders: Record<string, string>;
  private changed = false;

  constructor(archive: string) {
    this.archive = archive;
    this.folders = readHomes(path.join(archive, HOMES_FILE));
  }

  folderOf({ home, user }: { home: string; user: string }): string {
    const present = this.known(home);
    if (present) return present;
    const name = user || "home";
    let folder = name;
    for (let number = 2; Object.hasOwn(this.folders, folder); number++) folder = `${name}.${number}`;
    this.folders[folder] = home;
    this.changed = true;
    return folder;
  }

  known(home: string): string | null {
    return Object.keys(this.folders).find((folder) => this.folders[folder] === home) ?? null;
  }

  save(): void {
    if (this.changed) writeAtomically(path.join(this.archive, HOMES_FILE), jsonText(this.folders), OWNER_ONLY_FILE);
  }
}

function readHomes(file: string): Record<string, string> {
  try {
    return JSON.parse(readText(file) ?? "{}");
  } catch (error) {
    throw new UserError(`${file} is damaged (${messageOf(error)}); it should say which folder of the archive belongs to which home.`, 1);
  }
}

/** Returns the archive's file that has the same content as the transcript. */
function bringUpToDate(base: string, transcript: Transcript, report: ArchiveReport): string {
  const newest = versionsOf(base).at(-1);
  if (newest === undefined) {
    append(transcript, base, 0, report);
    report.copied++;
    return base;
  }
  const copy = fs.statSync(newest.file);
  if (copy.size === transcript.size && Math.abs(copy.mtimeMs - transcript.mtimeMs) < SAME_TIME_MS) return newest.file;
  if (isContinued(newest.file, copy.size, transcript.path)) {
    const bytes = append(transcript, newest.file, copy.size, report);
    if (bytes > 0) report.appended++;
    return newest.file;
  }
  const next = `${base}.${newest.version + 1}`;
  append(transcript, next, 0, report);
  report.versions++;
  return next;
}

interface Version {
  readonly file: string;
  /** The file without number is 1. */
  readonly version: number;
}

/** Oldest first. */
function versionsOf(base: string): Version[] {
  const versions: Version[] = [];
  for (let version = 1; ; version++) {
    const file = version === 1 ? base : `${base}.${version}`;
    if (!fs.existsSync(file)) return versions;
    versions.push({ file, version });
  }
}

/** Whether the file starts with what the archive has, judged by the two ends of that. */
function isContinued(copy: string, copyBytes: number, file: string): boolean {
  const one = fs.openSync(copy, "r");
  const other = fs.openSync(file, "r");
  try {
    if (fs.fstatSync(other).size < copyBytes) return false;
    const length = Math.min(SAMPLE_BYTES, copyBytes);
    return [0, copyBytes - length].every((start) => readAt(one, start, length).equals(readAt(other, start, length)));
  } finally {
    fs.closeSync(one);
    fs.closeSync(other);
  }
}

/** Copies from the offset on; what an interrupted copy left is a beginning that the next one continues. */
function append(transcript: Transcript, target: string, offset: number, report: ArchiveReport): number {
  makeFolder(path.dirname(target), { mode: 0o700 });
  const input = fs.openSync(transcript.path, "r");
  const output = fs.openSync(target, "a", 0o600);
  try {
    const stat = fs.fstatSync(input);
    const buffer = Buffer.allocUnsafe(COPY_BYTES);
    let end = offset;
    for (let bytes = readAt(input, end, COPY_BYTES, buffer); bytes.length > 0; bytes = readAt(input, end, COPY_BYTES, buffer)) {
      writeFully(output, bytes);
      end += bytes.length;
    }
    fs.futimesSync(output, stat.atimeMs / 1000, stat.mtimeMs / 1000);
    report.bytes += end - offset;
    return end - offset;
  } finally {
    fs.closeSync(input);
    fs.closeSync(output);
  }
}

/**
 * Newer versions before older ones, so that of rows with the same key the newest is written. The newest version of a
 * transcript that is gone takes its place; of one that is still there, or lives on packed or in Codex's own archive, only older
 * versions are read.
 */
function onlyInArchive(
  folder: string,
  homes: Homes,
  discovery: Discovery,
  projects: readonly string[],
  current: ReadonlySet<string>,
): Source[] {
  const live = new Set(discovery.transcripts.map(sameTranscriptKey));
  return discovery.stores.flatMap((store) => {
    const home = homes.known(store.home);
    if (home === null) return [];
    const root = path.join(folder, home, folderOfStore(store));
    const outermost = store.provider === "claude" ? 2 : 1;
    return filesBelow(root, []).flatMap((parts) => {
      if (parts.length < outermost) return [];
      const base = path.join(root, ...parts);
      const versions = versionsOf(base).reverse();
      return versions.flatMap(({ file }, age): Source[] => {
        const transcript = transcriptAt(file, store, parts);
        const isNewest = age === 0;
        const isLive = current.has(file) || (isNewest && live.has(sameTranscriptKey(transcript)));
        if (isLive || !isWanted(transcript, file, discovery, projects)) return [];
        const sessionFile = path.join(store.folder, ...parts);
        return [{ transcript, sessionFile, identity: isNewest ? sessionFile : file }];
      });
    });
  });
}

function transcriptAt(file: string, store: Store, parts: readonly string[]): Transcript {
  const { size, mtimeMs } = fs.statSync(file);
  const { provider, home, user, label } = store;
  const isClaude = provider === "claude";
  const name = isClaude ? parts.slice(1).join("/") : at(parts, -1);
  const project = isClaude ? at(parts, 0) : null;
  return { provider, store: label, home, user, project, sessionKey: sessionKeyOf(name), path: file, size, mtimeMs };
}

/** Codex moves rollouts and both may be packed; Claude's stay in their project. */
function sameTranscriptKey({ provider, home, store, project, sessionKey }: Transcript): string {
  return JSON.stringify(provider === "codex" ? [provider, home, sessionKey] : [provider, home, store, project, sessionKey]);
}

function isWanted({ project }: Transcript, file: string, { period: { sinceMs } }: Discovery, projects: readonly string[]): boolean {
  const inProjects = project === null || projects.length === 0 || projects.some((text) => project.includes(text));
  return inProjects && (sinceMs === null || changedMs(fs.statSync(file)) >= sinceMs);
}

/** Unnumbered files, as names from the folder down, by path components. */
function filesBelow(folder: string, parts: readonly string[]): string[][] {
  let entries: fs.Dirent[];
  try {
    entries = fs.readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    throw error;
  }
  return entries
    .sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)))
    .flatMap((entry) => {
      const below = [...parts, entry.name];
      if (entry.isDirectory()) return filesBelow(path.join(folder, entry.name), below);
      return VERSIONED_NAME.exec(entry.name)?.[2] === undefined && VERSIONED_NAME.test(entry.name) ? [below] : [];
    });
}
