/** The folder to be exported to: checked before, filled as a draft, moved to its place when it is complete. */
import fs from "node:fs";
import path from "node:path";
import { filesIn, MANIFEST_FILE, readManifest } from "../db/build/parquet/manifest.ts";
import { Draft, sync } from "../files/atomic.ts";
import { UserError } from "../files/errors.ts";
import { makeFolder } from "../files/folder.ts";

const SPILL = ".spill";

export class ExportTarget {
  /** What is to become the folder. */
  readonly partial: string;
  /** What the engine moves out of memory. */
  readonly spill: string;
  private readonly draft: Draft;

  private constructor(out: string) {
    this.draft = new Draft(out, { endings: [SPILL] });
    this.partial = this.draft.makeFolder();
    this.spill = this.partial + SPILL;
  }

  /**
   * @param filesOf what an earlier export has left in a folder; relative, with `/`
   * @throws UserError when there is something that is not an earlier export
   */
  static prepare(folder: string, filesOf: (folder: string) => readonly string[] = filesOfTables): ExportTarget {
    const out = fs.existsSync(folder) ? fs.realpathSync(folder) : path.resolve(folder);
    refuseForeign(folder, out, filesOf);
    return new ExportTarget(out);
  }

  /** Path of a file in the folder to be; its folders are made. */
  place(file: string): string {
    const place = path.join(this.partial, file);
    makeFolder(path.dirname(place));
    return place;
  }

  /** Moves the folder to its place with all files on disk; an earlier export leaves just before. */
  async publish(files: readonly string[]): Promise<void> {
    const places = files.map((file) => path.join(this.partial, file));
    await sync([...places, ...new Set(places.map((place) => path.dirname(place)))]);
    this.draft.publish();
  }

  /** Removes everything that is not in its place. */
  discard(): void {
    this.draft.discard();
  }
}

function filesOfTables(folder: string): string[] {
  const manifest = readManifest(folder);
  return manifest ? [MANIFEST_FILE, ...filesIn(manifest)] : [];
}

function refuseForeign(named: string, out: string, filesOf: (folder: string) => readonly string[]): void {
  if (!fs.existsSync(out)) return;
  if (!fs.statSync(out).isDirectory()) throw new UserError(`${named} is a file. Give a folder for the export with --out.`);
  const found = fs.readdirSync(out, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isDirectory());
  const own = new Set(filesOf(out).map((file) => path.join(out, file)));
  const foreign = found.map((entry) => path.join(entry.parentPath ?? entry.path, entry.name)).find((file) => !own.has(file));
  if (foreign !== undefined)
    throw new UserError(
      `${named} holds ${path.relative(out, foreign)}, which is not part of an earlier export, so it is not replaced. Empty the folder or give another with --out.`,
    );
}
