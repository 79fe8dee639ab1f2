/** Small disks for tests that fill them. */
import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

const mounted: string[] = [];

/** A small disk of its own; null, loudly, where nobody may mount one. */
export function mountDisk(size: string): string | null {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "disk-"));
  const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", folder]);
  if (status !== 0) {
    console.warn("SKIPPED: a full disk, because this user can't mount one.");
    fs.rmdirSync(folder);
    return null;
  }
  mounted.push(folder);
  return folder;
}

export function unmountAll(): void {
  for (const folder of mounted.splice(0)) {
    execFileSync("umount", ["-l", folder]);
    fs.rmdirSync(folder);
  }
}
