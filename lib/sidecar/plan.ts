/** Which entries of a sidecar may become files, and under which names. Keys come from strangers. */
import { destinationOf } from "./keys.ts";

export interface ExtractedFile {
  readonly key: string;
  /** Below the folder, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

export interface ExtractionPlan {
  readonly files: readonly ExtractedFile[];
  /** Entries that are left out, with the reason. */
  readonly warnings: readonly string[];
}

/** `a` and `a/b` of `a/b/c`. */
function parentsOf(path: string): string[] {
  const names = path.split("/");
  return names.slice(1).map((_, i) => names.slice(0, i + 1).join("/"));
}

/** Which entries may be written, and where to. Of keys that differ in case only, the last counts. */
export function planExtraction(entries: readonly { readonly key: string; readonly text: string }[]): ExtractionPlan {
  const files = new Map<string, ExtractedFile>();
  const warnings: string[] = [];
  for (const { key, text } of entries) {
    const destination = destinationOf(key);
    if ("refused" in destination) {
      warnings.push(`${JSON.stringify(key)} is not unpacked: ${destination.refused}`);
      continue;
    }
    const slot = destination.path.toLowerCase();
    const other = files.get(slot);
    if (other) warnings.push(`${JSON.stringify(other.key)} is not unpacked: ${JSON.stringify(key)} would overwrite it`);
    files.set(slot, { key, path: destination.path, text });
  }
  for (const [slot, { key, path }] of files) {
    const other = parentsOf(slot)
      .map((parent) => files.get(parent))
      .find((file) => file !== undefined);
    if (!other) continue;
    warnings.push(`${JSON.stringify(key)} is not unpacked: ${path} would be below ${JSON.stringify(other.key)}, which is a file`);
    files.delete(slot);
  }
  return { files: [...files.values()], warnings };
}
