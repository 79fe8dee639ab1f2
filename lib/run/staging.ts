import fs from "node:fs";
import path from "node:path";
import { UserError } from "../errors.ts";
import type { ExperimentArtifacts, FigureArtifact, FileRecord } from "./artifacts.ts";
import { jsonText, syncFile, writeAtomically } from "./files.ts";

export const ARTIFACTS_FILE = "artifacts.json";

/** Folders being written now, so that an interrupted run can leave a clean tree. */
const active = new Set<Staging>();

/** Removes whatever is half written. */
export function discardAll(): void {
  for (const staging of active) staging.discard();
}

/**
 * The output folder of one experiment while it is being written. Files are gathered in a hidden folder and moved
 * in together; `artifacts.json` leaves first and comes back last, so a folder that has it is complete.
 */
export class Staging {
  readonly folder: string;

  constructor(readonly target: string) {
    this.folder = path.join(target, `.partial-${process.pid}`);
    try {
      fs.mkdirSync(target, { recursive: true });
      for (const name of fs.readdirSync(target))
        if (name.startsWith(".partial-")) fs.rmSync(path.join(target, name), { recursive: true, force: true });
      fs.mkdirSync(this.folder);
      active.add(this);
    } catch (error) {
      throw new UserError(`Can't write to ${target} (${(error as NodeJS.ErrnoException).code}); give another folder with --out.`, 1, {
        cause: error,
      });
    }
  }

  write(file: string, content: string | Uint8Array): void {
    fs.writeFileSync(this.path(file), content);
  }

  path(file: string): string {
    return path.join(this.folder, file);
  }

  /** Sees everything onto the disk, moves it into place and removes what an earlier run left. */
  async commit(artifacts: ExperimentArtifacts): Promise<void> {
    await Promise.all(fs.readdirSync(this.folder).map((file) => syncFile(this.path(file))));
    const earlier = readArtifacts(this.target);
    fs.rmSync(path.join(this.target, ARTIFACTS_FILE), { force: true });
    for (const file of fs.readdirSync(this.folder)) fs.renameSync(this.path(file), path.join(this.target, file));
    const current = new Set(outputFiles(artifacts));
    for (const file of earlier ? outputFiles(earlier) : [])
      if (!current.has(file)) fs.rmSync(path.join(this.target, file), { force: true });
    writeAtomically(path.join(this.target, ARTIFACTS_FILE), jsonText(artifacts));
    this.discard();
  }

  discard(): void {
    active.delete(this);
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

/** `artifacts.json` of an output folder, or null when there is none or it can't be read. */
export function readArtifacts(folder: string): ExperimentArtifacts | null {
  try {
    return JSON.parse(fs.readFileSync(path.join(folder, ARTIFACTS_FILE), "utf8")) as ExperimentArtifacts;
  } catch {
    return null;
  }
}

/** Names of all files that an experiment wrote. */
export function outputFiles(artifacts: ExperimentArtifacts): string[] {
  return outputRecords(artifacts).map((record) => record.file);
}

export function outputRecords(artifacts: ExperimentArtifacts): FileRecord[] {
  return [...artifacts.tables, ...artifacts.documents, ...artifacts.figures.flatMap(figureRecords)];
}

/** An earlier version of the program wrote no twins, and said nothing of them. */
function figureRecords(figure: FigureArtifact): FileRecord[] {
  return [figure, figure.spec, figure.dark ?? null, figure.svg ?? null].filter((record) => record !== null);
}
