/** Runs tasks on a Ray cluster, by a Python program that the user's own `ray` runs. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { UserError } from "../../files/errors.ts";
import { projectFile } from "../../files/program.ts";
import type { Failure, MapEngine } from "../engine.ts";
import { copyProgram } from "./program-copy.ts";

export interface RayOptions {
  /** Of the cluster; null for the one that Ray finds, or a new one on this machine. */
  readonly address: string | null;
  /** What one task takes. */
  readonly cpus: number;
  readonly memoryBytes: number;
  /** What runs instead of a copy of this program: a command, and the folder that it is started in. */
  readonly program?: { readonly command: readonly string[]; readonly folder: string };
}

type Event = { readonly say: string } | { readonly failed: string; readonly why: string } | { readonly problem: string };

const PYTHON = "python3";

export function rayEngine({ address, cpus, memoryBytes, program }: RayOptions): MapEngine {
  return {
    async map(tasks, say) {
      const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "trace-atlas-ray-"));
      try {
        const { command, folder } = program ?? { command: copyProgram(scratch), folder: scratch };
        return await drive({ address, cpus, memory: memoryBytes, folder, program: command, tasks }, say);
      } finally {
        fs.rmSync(scratch, { recursive: true, force: true });
      }
    },
  };
}

/** @throws UserError for a Python without Ray, a cluster that can't be reached, and one whose nodes are too small */
async function drive(request: object, say: (line: string) => void): Promise<readonly Failure[]> {
  const child = spawn(PYTHON, [projectFile("lib/engine/ray/driver.py")], { stdio: ["pipe", "pipe", "inherit"] });
  const started = once(child, "spawn");
  const ended = once(child, "close");
  await started.catch((error) => {
    throw new UserError(`--engine ray needs ${PYTHON} with the package ray on the PATH: activate its environment first.`, 2, {
      cause: error,
    });
  });
  // A driver that ends early says why in its last line.
  child.stdin.on("error", () => undefined);
  // The driver ends when its input does, so it stays open.
  child.stdin.write(`${JSON.stringify(request)}\n`);
  const failures: Failure[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const event: Event = JSON.parse(line);
    if ("problem" in event) throw new UserError(event.problem, 1);
    if ("say" in event) say(event.say);
    else failures.push({ shard: event.failed, why: event.why });
  }
  child.stdin.end();
  const [status]: (number | null)[] = await ended;
  if (status !== 0) throw new UserError("The driver of Ray was killed. Start again: finished parts are used.", 1);
  return failures;
}
