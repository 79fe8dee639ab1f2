/** `artifacts.json`: what one experiment has written. */
import fs from "node:fs";
import path from "node:path";
import { sha256OfFile } from "../files/hash.ts";
import { areFilesOf, isSegment, readInside } from "../files/inside.ts";
import type { ExperimentArtifacts, FigureArtifact, FileRecord } from "./artifacts.ts";

export const ARTIFACTS_FILE = "artifacts.json";

/** That of an output folder, or null when there is none, it can't be read, or it names what are not files of the folder. */
export function readArtifacts(folder: string): ExperimentArtifacts | null {
  try {
    const artifacts = JSON.parse(readInside(folder, ARTIFACTS_FILE) ?? "null");
    return isOfFolder(artifacts, folder) ? artifacts : null;
  } catch {
    return null;
  }
}

/** Whether artifacts from anywhere name only files of a folder. Whatever else is in them is only shown. */
export function isOfFolder(artifacts: ExperimentArtifacts | null, folder: string): boolean {
  if (artifacts === null) return false;
  const names = [...artifacts.figures, ...artifacts.tables].map(({ name }) => name);
  return [...names, artifacts.category, artifacts.name].every(isSegment) && areFilesOf(folder, outputFiles(artifacts));
}

/** Names of all files that an experiment wrote. */
export function outputFiles(artifacts: ExperimentArtifacts): string[] {
  return outputRecords(artifacts).map((record) => record.file);
}

export function outputRecords(artifacts: ExperimentArtifacts): FileRecord[] {
  return [...artifacts.tables, ...artifacts.documents, ...artifacts.figures.flatMap(figureRecords)];
}

function figureRecords(figure: FigureArtifact): FileRecord[] {
  return [figure, figure.spec, figure.svg].filter((record) => record !== null);
}

/** Name, size and hash of a file. */
export async function recordOf(folder: string, file: string): Promise<FileRecord> {
  const full = path.join(folder, file);
  return { file, bytes: fs.statSync(full).size, sha256: await sha256OfFile(full) };
}
