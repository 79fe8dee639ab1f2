/** Helpers for tests. */
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const sharedRoot = path.resolve(root, "..", "shared");

/** Whether the reference data beside the checkout is there; tests that need it are skipped without it. */
export const hasShared = fs.existsSync(path.join(sharedRoot, "golden"));

if (!hasShared) console.warn(`SKIPPED: tests that compare with reference data, because ${sharedRoot} is absent.`);

/** Absolute path of a file of the reference data. */
export function shared(...parts: string[]): string {
  return path.join(sharedRoot, ...parts);
}

/** Absolute path of a file of the project. */
export function project(...parts: string[]): string {
  return path.join(root, ...parts);
}
