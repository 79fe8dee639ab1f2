/** For tests: what is dear to make is made by the first test file that needs it; others that run side by side wait for it. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { project } from "./paths.ts";

/** Path of something that is kept between runs of the tests. */
export function inTestCache(name: string): string {
  return project("node_modules", ".cache", "trace-atlas", name);
}

/**
 * Makes a file or folder unless this run of the tests has done so already; `TEST_RUN` tells one run from the next.
 * Returns its path.
 */
export async function oncePerTestRun(place: string, make: (place: string) => Promise<void>): Promise<string> {
  const made = `${place}.made`;
  const run = process.env.TEST_RUN ?? String(process.pid);
  fs.mkdirSync(path.dirname(place), { recursive: true });
  await locked(`${place}.lock`, async () => {
    if (fs.existsSync(made) && fs.readFileSync(made, "utf8") === run) return;
    await make(place);
    fs.writeFileSync(made, run);
  });
  return place;
}

async function locked(lock: string, use: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      fs.writeFileSync(lock, `${os.hostname()} ${process.pid}`, { flag: "wx" });
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      if (isStale(lock)) fs.rmSync(lock, { force: true });
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
  try {
    await use();
  } finally {
    fs.rmSync(lock, { force: true });
  }
}

/** Left by a process that is gone. */
function isStale(lock: string): boolean {
  try {
    process.kill(Number(fs.readFileSync(lock, "utf8").split(" ")[1]), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}
