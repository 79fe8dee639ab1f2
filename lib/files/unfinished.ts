/** Files and folders that are being written now, so that a program that is interrupted can leave a clean tree. */
import fs from "node:fs";

const unfinished = new Set<string>();

/** Until {@link finished}, an interrupt removes the file or folder. */
export function unfinishedAt(place: string): void {
  unfinished.add(place);
}

export function finished(place: string): void {
  unfinished.delete(place);
}

/** Removes whatever is half written. */
export function removeUnfinished(): void {
  for (const place of unfinished) fs.rmSync(place, { recursive: true, force: true, maxRetries: 3 });
}
