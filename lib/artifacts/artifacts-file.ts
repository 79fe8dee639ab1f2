/** `artifacts.json`: what one experiment has written. */
import fs from "node:fs";
import path from "node:path";
import { sha256OfFile } from "../files/hash.ts";
import type { ExperimentArtifacts, FigureArtifact, FileRecord } from "./artifacts.ts";

export const ARTIFACTS_FILE = "artifacts.json";

/** That of an output folder, or null when there is none or it can't be read. */
export function readArtifacts(folder: string): ExperimentArtifacts | null {
  try {
    return JSON.parse(fs.readFileSync(path.join(folder, ARTIFACTS_FILE), "utf8"));
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

function figureRecords(figure: FigureArtifact): FileRecord[] {
  return [figure, figure.spec, figure.dark, figure.svg].filter((record) => record !== null);
}

/** Name, size and hash of a file. */
export async function recordOf(folder: string, file: string): Promise<FileRecord> {
  const full = path.join(folder, file);
  return { file, bytes: fs.statSync(full).size, sha256: await sha256OfFile(full) };
}
