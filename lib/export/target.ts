/** The folder to be exported to: filled beside its place, moved there when it is whole. */
import fs from "node:fs";
import path from "node:path";
import { partialName, removeLeftovers, sync, syncFolder } from "../db/build/ingest/target.ts";
import { filesIn, MANIFEST_FILE, readManifest } from "../db/build/parquet/manifest.ts";
import { UserError } from "../files/errors.ts";

export class ExportTarget {
  private readonly out: string;
  /** What is to become the folder. */
  readonly partial: string;
  /** What the engine moves out of memory. */
  readonly spill: string;
  private readonly earlier: string;

  private constructor(out: string) {
    this.out = out;
    this.partial = path.join(path.dirname(out), partialName(path.basename(out)));
    this.spill = `${this.partial}.spill`;
    this.earlier = `${this.partial}.earlier`;
    try {
      fs.mkdirSync(this.partial, { recursive: true });
    } catch (error) {
      throw new UserError(
        `Can't write to ${path.dirname(out)} (${(error as NodeJS.ErrnoException).code}); give another folder with --out.`,
        1,
        {
          cause: error,
        },
      );
    }
    process.once("exit", this.discard);
  }

  /** @throws UserError when there is something that is not an earlier export */
  static prepare(folder: string): ExportTarget {
    const out = fs.existsSync(folder) ? fs.realpathSync(folder) : path.resolve(folder);
    refuseForeign(folder, out);
    if (fs.existsSync(path.dirname(out))) removeLeftovers(path.dirname(out), path.basename(out));
    return new ExportTarget(out);
  }

  /** Path of a file in the folder to be; its folders are made. */
  place(file: string): string {
    const place = path.join(this.partial, file);
    fs.mkdirSync(path.dirname(place), { recursive: true });
    return place;
  }

  /** Moves the folder to its place, synced, so that it is there whole or not at all; an earlier export leaves just before. */
  publish(files: readonly string[]): void {
    for (const file of files) sync(path.join(this.partial, file));
    for (const folder of new Set(files.map((file) => path.dirname(path.join(this.partial, file))))) syncFolder(folder);
    if (fs.existsSync(this.out)) fs.renameSync(this.out, this.earlier);
    fs.renameSync(this.partial, this.out);
    syncFolder(path.dirname(this.out));
    this.discard();
  }

  /** Removes everything that is not in its place. */
  readonly discard = (): void => {
    process.off("exit", this.discard);
    for (const leftover of [this.partial, this.spill, this.earlier]) fs.rmSync(leftover, { recursive: true, force: true, maxRetries: 3 });
  };
}

function refuseForeign(named: string, out: string): void {
  if (!fs.existsSync(out)) return;
  if (!fs.statSync(out).isDirectory()) throw new UserError(`${named} is a file. Give a folder for the export with --out.`);
  const found = fs.readdirSync(out, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isDirectory());
  const manifest = readManifest(out);
  const own = new Set(manifest ? [MANIFEST_FILE, ...filesIn(manifest)].map((file) => path.join(out, file)) : []);
  const foreign = found.map((entry) => path.join(entry.parentPath ?? entry.path, entry.name)).find((file) => !own.has(file));
  if (foreign !== undefined)
    throw new UserError(
      `${named} holds ${path.relative(out, foreign)}, which is of no earlier export, so it is not replaced. Empty the folder or give another with --out.`,
    );
}
