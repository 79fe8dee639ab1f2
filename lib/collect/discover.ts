/** Finds the transcripts that Claude Code and Codex keep. */

import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { codeOf, UserError } from "../files/errors.ts";
import { type Period, type PeriodOptions, periodOf } from "./days.ts";
import {
  byCodePoints,
  CLAUDE_STORES,
  CODEX_STORE,
  Finds,
  type Found,
  type Place,
  type SkippedPath,
  TRANSCRIPT_NAME,
  type Transcript,
} from "./finds.ts";
import type { Provider } from "./row.ts";
import { whyUnreadable } from "./source.ts";

export interface DiscoverOptions extends PeriodOptions {
  /** Homes to look in; the environment does not count for them. */
  readonly homes?: readonly string[];
  /** Looks in every folder of `homeRoot`, again without the environment. */
  readonly allUsers?: boolean;
  /** Default: /home, /Users or C:\Users. */
  readonly homeRoot?: string;
  readonly provider?: Provider;
  /** Only projects whose name contains one of these. Those of Codex are known once its files are read, and none is left out here. */
  readonly projects?: readonly string[];
  /** Leaves out `.claude.back`. */
  readonly withoutBackup?: boolean;
  /** Default: that of the process. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** The launching user's home. */
  readonly ownHome?: string;
}

/** A folder that was looked for. */
export interface Store {
  readonly provider: Provider;
  /** Names the kind of store and never holds a path of the user. */
  readonly label: string;
  readonly home: string;
  readonly user: string;
  readonly folder: string;
  readonly exists: boolean;
}

export interface Discovery {
  readonly scan: "own home" | "given homes" | "all users";
  readonly homes: readonly string[];
  readonly stores: readonly Store[];
  /** Claude's before Codex's; by home, store, project folder, then path within. */
  readonly transcripts: readonly Transcript[];
  readonly skipped: readonly SkippedPath[];
  /** Transcripts that are too old for `since` or not of `projects`. */
  readonly leftOut: { readonly since: number; readonly projects: number };
  readonly period: Period;
}

const DEFAULT_HOME_ROOT: Partial<Record<NodeJS.Platform, string>> = { win32: "C:\\Users", darwin: "/Users" };

/**
 * A path that cannot be read is reported, not fatal.
 * @throws UserError for a home, root of homes or period that makes no sense
 */
export function discover(options: DiscoverOptions = {}): Discovery {
  const period = periodOf(options);
  const search = new Search(period.sinceMs, options.projects ?? []);
  const { scan, homes } = homesOf(options, search);
  const isWanted = ({ provider, label }: PlaceOnDisk) =>
    (options.provider === undefined || provider === options.provider) && !(options.withoutBackup && label === BACKUP_LABEL);
  const places = homes.flatMap((home) => [...standardPlaces(home), ...(scan === "own home" ? placesOfEnvironment(home, options) : [])]);
  for (const place of places.filter((place) => place.provider === "claude" && isWanted(place))) search.claude(place);
  for (const place of places.filter((place) => place.provider === "codex" && isWanted(place))) search.codex(place);
  return { scan, homes, ...search.result(), period };
}

function homesOf(options: DiscoverOptions, search: Search): Pick<Discovery, "scan" | "homes"> {
  if (options.allUsers) {
    if (options.homes?.length) throw new UserError("--home and --all-users exclude each other. Pass one of them.");
    return { scan: "all users", homes: homesUnder(options.homeRoot ?? DEFAULT_HOME_ROOT[process.platform] ?? "/home", search) };
  }
  if (options.homeRoot !== undefined) throw new UserError(`--home-root ${options.homeRoot} has no effect without --all-users. Pass both.`);
  if (!options.homes?.length) return { scan: "own home", homes: [path.resolve(options.ownHome ?? os.homedir())] };
  return { scan: "given homes", homes: [...new Set(options.homes.map((home) => givenHome(home)))] };
}

function givenHome(home: string): string {
  const resolved = path.resolve(home);
  if (!isFolder(resolved)) throw new UserError(`--home ${home} is not a folder. Name the folder that holds .claude or .codex.`);
  return resolved;
}

function homesUnder(root: string, search: Search): string[] {
  const resolved = path.resolve(root);
  if (!isFolder(resolved)) throw new UserError(`--home-root ${root} is not a folder. Name the folder that holds the users' homes.`);
  return search
    .entries({ user: "", label: "" }, resolved)
    .map(({ name }) => path.join(resolved, name))
    .filter((home) => isFolder(home))
    .sort(byCodePoints);
}

function isFolder(folder: string): boolean {
  try {
    return fs.statSync(folder).isDirectory();
  } catch {
    return false;
  }
}

/** A store that may exist, with what else belongs to the same installation. */
interface PlaceOnDisk extends Place {
  readonly folder: string;
  /** Codex moves rollouts from `sessions` there. */
  readonly archive?: { readonly label: string; readonly folder: string };
}

const BACKUP_LABEL = ".claude.back";

function standardPlaces(home: string): PlaceOnDisk[] {
  return [
    ...CLAUDE_STORES.map((label) => claudePlace(home, label, path.join(home, label))),
    codexPlace(home, CODEX_STORE, path.join(home, CODEX_STORE)),
  ];
}

/** Where the environment says that the tools of the launching user keep their files; older ones may still be at the standard places. */
function placesOfEnvironment(home: string, options: DiscoverOptions): PlaceOnDisk[] {
  const environment = options.environment ?? process.env;
  const resolve = (folder: string) => path.resolve(folder.replace(/^~(?=$|[/\\])/, home));
  const { CLAUDE_CONFIG_DIR = "", XDG_CONFIG_HOME = "", CODEX_HOME = "" } = environment;
  return [
    ...partsOf(XDG_CONFIG_HOME === "" ? "" : path.join(XDG_CONFIG_HOME, "claude")).map((folder) =>
      claudePlace(home, "XDG_CONFIG_HOME", resolve(folder)),
    ),
    ...partsOf(CLAUDE_CONFIG_DIR).map((folder) => claudePlace(home, "CLAUDE_CONFIG_DIR", resolve(folder))),
    ...(CODEX_HOME.trim() === "" ? [] : [codexPlace(home, "CODEX_HOME", resolve(CODEX_HOME.trim()))]),
  ];
}

function partsOf(list: string): string[] {
  return list
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

function claudePlace(home: string, label: string, folder: string): PlaceOnDisk {
  return { provider: "claude", label, home, user: path.basename(home), folder: path.join(folder, "projects") };
}

function codexPlace(home: string, label: string, folder: string): PlaceOnDisk {
  const archive = { label: `${label}/archived_sessions`, folder: path.join(folder, "archived_sessions") };
  return { provider: "codex", label, home, user: path.basename(home), folder: path.join(folder, "sessions"), archive };
}

class Search {
  private readonly finds: Finds;
  private readonly stores: Store[] = [];
  /** Real paths of stores and project folders, so that none is read twice by a link. */
  private readonly visited = new Map<string, string>();

  constructor(sinceMs: number | null, projects: readonly string[]) {
    this.finds = new Finds(sinceMs, projects);
  }

  result(): Pick<Discovery, "stores" | "transcripts" | "skipped" | "leftOut"> {
    const { transcripts, skipped, leftOut } = this.finds;
    return { stores: this.stores, transcripts, skipped, leftOut };
  }

  claude(place: PlaceOnDisk): void {
    if (!this.enterStore(place)) return;
    const entries = this.entries(place, place.folder);
    for (const name of entries
      .map((entry) => entry.name)
      .sort((a, b) => byCodePoints(path.join(place.folder, a), path.join(place.folder, b))))
      this.claudeProject(place, name, path.join(place.folder, name));
  }

  private claudeProject(place: PlaceOnDisk, project: string, folder: string): void {
    if (!this.isProject(place, project, folder) || !this.enter(place, folder)) return;
    this.finds.claudeProject(place, project, this.filesBelow(place, folder, []));
  }

  private isProject(place: Place, name: string, folder: string): boolean {
    try {
      if (fs.statSync(folder).isDirectory()) return true;
    } catch (error) {
      this.finds.skip("unreadable", place, folder, whyUnreadable(error));
      return false;
    }
    if (TRANSCRIPT_NAME.test(name))
      this.finds.skip("misplaced", place, folder, "it is next to the project folders, not in one, so its project is unknown");
    return false;
  }

  codex(place: PlaceOnDisk): void {
    const { archive = place } = place;
    const archived = { ...place, ...archive };
    const sessions = this.enterStore(place) ? this.filesBelow(place, place.folder, []) : [];
    const old = this.enterStore(archived) ? this.filesBelow(archived, archive.folder, []) : [];
    this.finds.codex(place, archived, sessions, old);
  }

  private enterStore(place: PlaceOnDisk): boolean {
    const { provider, label, home, user, folder } = place;
    const exists = isFolder(folder);
    if (!this.stores.some((store) => store.folder === folder)) this.stores.push({ provider, label, home, user, folder, exists });
    return this.enter(place, folder);
  }

  /** Whether a folder is there and was not visited before. */
  private enter(place: Place, folder: string): boolean {
    let real: string;
    try {
      real = fs.realpathSync(folder);
    } catch (error) {
      if (!isAbsent(error)) this.finds.skip("unreadable", place, folder, whyUnreadable(error));
      return false;
    }
    const before = this.visited.get(real);
    if (before === undefined) this.visited.set(real, folder);
    else if (before !== folder) this.finds.skip("duplicate", place, folder, `the same folder as ${before}, which is read`);
    return before === undefined;
  }

  /** What is in a folder; nothing when it cannot be read. */
  entries(place: Pick<Place, "user" | "label">, folder: string): fs.Dirent[] {
    try {
      return fs.readdirSync(folder, { withFileTypes: true });
    } catch (error) {
      this.finds.skip("unreadable", place, folder, whyUnreadable(error));
      return [];
    }
  }

  /** Transcripts at any depth, by path components. Links to folders are not followed. */
  private filesBelow(place: Place, folder: string, parts: readonly string[]): Found[] {
    const entries = this.entries(place, folder).sort((a, b) => byCodePoints(a.name, b.name));
    return entries.flatMap((entry) => {
      const file = path.join(folder, entry.name);
      if (entry.isDirectory()) return this.filesBelow(place, file, [...parts, entry.name]);
      if (!TRANSCRIPT_NAME.test(entry.name) || !(entry.isFile() || entry.isSymbolicLink())) return [];
      return this.stat(place, file, [...parts, entry.name]);
    });
  }

  private stat(place: Place, file: string, parts: readonly string[]): Found[] {
    try {
      const stat = fs.statSync(file);
      return stat.isFile() ? [{ parts, path: file, size: stat.size, mtimeMs: stat.mtimeMs, changedMs: changedMs(stat) }] : [];
    } catch (error) {
      this.finds.skip("unreadable", place, file, whyUnreadable(error));
      return [];
    }
  }
}

export function changedMs({ mtimeMs, ctimeMs }: { readonly mtimeMs: number; readonly ctimeMs: number }): number {
  return Math.max(mtimeMs, ctimeMs);
}

function isAbsent(error: unknown): boolean {
  return ["ENOENT", "ENOTDIR"].includes(codeOf(error) ?? "");
}
