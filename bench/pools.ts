/** Pools to measure with: made by the generator in a process of its own, and kept. */
import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { Draft } from "../lib/files/atomic.ts";
import { PROJECT, runMeasured } from "./process.ts";

const SEED = 17;
export const POOL_FOLDER = path.join(os.tmpdir(), "trace-atlas-bench");

export interface PoolFiles {
  readonly steps: number;
  readonly jsonl: string;
  readonly gz: string;
}

/** The pool of a size as JSONL and gz, in `folder`; made when it is not there. Files of another version of the generator are not used. */
export async function poolOf(steps: number, folder: string): Promise<PoolFiles> {
  fs.mkdirSync(folder, { recursive: true });
  const jsonl = path.join(folder, `pool-${steps}-${generatorVersion()}.jsonl`);
  const gz = `${jsonl}.gz`;
  if (!fs.existsSync(jsonl)) await runMeasured("data/generate.ts", ["--steps", String(steps), "--seed", String(SEED), "-o", jsonl]);
  if (!fs.existsSync(gz)) {
    const draft = new Draft(gz);
    await pipeline(fs.createReadStream(jsonl), createGzip(), fs.createWriteStream(draft.path));
    draft.publish();
  }
  return { steps, jsonl, gz };
}

function generatorVersion(): string {
  const folder = path.join(PROJECT, "data");
  const hash = createHash("sha256");
  for (const file of fs.readdirSync(folder).sort())
    if (/(?<!\.test)\.ts$|\.json$/.test(file)) hash.update(fs.readFileSync(path.join(folder, file)));
  return hash.digest("hex").slice(0, 10);
}
