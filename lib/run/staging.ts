import fs from "node:fs";
import path from "node:path";
import type { ExperimentArtifacts } from "../artifacts/artifacts.ts";
import { ARTIFACTS_FILE, outputFiles, outputRecords, readArtifacts } from "../artifacts/artifacts-file.ts";
import { Draft, removeLeftovers, sync } from "../files/atomic.ts";
import { areFilesOf, inside, readInside } from "../files/inside.ts";
import { jsonText } from "../files/json.ts";
import { SeenFiles } from "../files/seen.ts";
import { Writer } from "../files/writer.ts";

/** Names of the files that may be in a folder while it has no `artifacts.json`. */
const LEAVING_FILE = ".leaving.json";
const STAGING = "staging";

/**
 * The output folder of one experiment while it is being written, by one process at a time. Files are gathered in a hidden
 * folder and moved in together; `artifacts.json` leaves first and comes back last, so a folder that has it is complete.
 */
export class Staging {
  readonly target: string;
  readonly folder: string;
  private readonly draft: Draft;

  constructor(target: string) {
    this.target = target;
    this.draft = new Draft(path.join(target, STAGING));
    this.folder = this.draft.makeFolder();
  }

  write(file: string, content: string | Uint8Array): void {
    fs.writeFileSync(this.path(file), content);
  }

  writeAll(file: string, pieces: Iterable<string>): void {
    const writer = new Writer(this.path(file));
    try {
      for (const piece of pieces) writer.write(piece);
      writer.close();
    } finally {
      writer.abandon();
    }
  }

  path(file: string): string {
    return path.join(this.folder, file);
  }

  /** Sees everything onto the disk, moves it into place and removes what an earlier run left. */
  async commit(artifacts: ExperimentArtifacts): Promise<void> {
    const current = outputFiles(artifacts);
    const earlier = readArtifacts(this.target);
    const earlierFiles = [...(earlier ? outputFiles(earlier) : []), ...leftBehind(this.target)];
    this.write(LEAVING_FILE, jsonText([...new Set([...earlierFiles, ...current])]));
    this.write(ARTIFACTS_FILE, jsonText(artifacts));
    await sync(fs.readdirSync(this.folder).map((file) => this.path(file)));
    // From here on nothing needs space.
    this.moveIn(LEAVING_FILE);
    fs.rmSync(path.join(this.target, ARTIFACTS_FILE), { force: true });
    for (const file of current) this.moveIn(file);
    for (const file of earlierFiles) if (!current.includes(file)) fs.rmSync(inside(this.target, file), { force: true });
    this.moveIn(ARTIFACTS_FILE);
    fs.rmSync(path.join(this.target, LEAVING_FILE), { force: true });
    const seen = new SeenFiles(this.target);
    for (const { file, sha256 } of outputRecords(artifacts)) seen.note(file, path.join(this.target, file), sha256);
    seen.save();
    this.discard();
  }

  discard(): void {
    this.draft.discard();
  }

  private moveIn(file: string): void {
    fs.renameSync(this.path(file), path.join(this.target, file));
  }
}

/** Removes what runs of this host that were killed have left in a folder whose results are whole. */
export function tidy(folder: string): void {
  removeLeftovers(path.join(folder, STAGING));
}

/** What a run that was killed while it moved files in may have left. */
function leftBehind(folder: string): string[] {
  try {
    const names: unknown = JSON.parse(readInside(folder, LEAVING_FILE) ?? "[]");
    // What another hand wrote names what is not ours.
    return Array.isArray(names) && areFilesOf(folder, names) ? names : [];
  } catch {
    return [];
  }
}
