/** For tests: what is expensive to make is made by the first test file that needs it; others wait for it. */
import fs from "node:fs";
import { acquireLock, lockBeside } from "../files/lock.ts";
import { project } from "./paths.ts";

/** Path of something that is kept between runs of the tests. */
export function inTestCache(name: string): string {
  return project(".cache", name);
}

/**
 * Makes a file or folder unless this run of the tests has done so already; `TEST_RUN` names the run.
 * Returns its path.
 */
export async function oncePerTestRun(place: string, make: (place: string) => Promise<void>): Promise<string> {
  const made = `${place}.made`;
  const run = process.env.TEST_RUN ?? String(process.pid);
  const lock = await acquireLock(lockBeside(place));
  try {
    if (fs.existsSync(made) && fs.readFileSync(made, "utf8") === run) return place;
    await make(place);
    fs.writeFileSync(made, run);
    return place;
  } finally {
    lock.release();
  }
}
