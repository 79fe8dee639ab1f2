/**
 * Writes a synthetic pool of any size: `npx tsx data/generate.ts [--steps 5000] [--seed 17] [-o data/sample.jsonl.gz | -]`.
 * Rows stream to the file; the same steps and seed give the same bytes.
 */
import fs from "node:fs";
import path from "node:path";
import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { createGzip } from "node:zlib";
import yargs from "yargs";
import { Draft } from "../lib/files/atomic.ts";
import { codeOf, UserError } from "../lib/files/errors.ts";
import { closedAt } from "../lib/files/place.ts";
import { dataOutput, say } from "../lib/files/say.ts";
import { poolRows } from "./pool.ts";
import { refuse, runAsProgram } from "./program.ts";

export const SAMPLE_STEPS = 5000;
export const SAMPLE_SEED = 17;
export const SAMPLE_FILE = fileURLToPath(new URL("./sample.jsonl.gz", import.meta.url));

const CHUNK_CHARS = 1 << 18;
const MAX_SEED = 2 ** 32 - 1;

/** The lines of a pool in chunks of whole lines. */
export function* poolText(steps: number, seed: number): Generator<string, void> {
  const rows = poolRows(seed);
  let chunk = "";
  for (let written = 0; written < steps; written++) {
    chunk += `${JSON.stringify(rows.next().value)}\n`;
    if (chunk.length < CHUNK_CHARS) continue;
    yield chunk;
    chunk = "";
  }
  if (chunk !== "") yield chunk;
}

/** Writes a pool to a file that appears whole or not at all; a name in `.gz` is compressed. */
export async function writePool(file: string, steps: number, seed: number): Promise<void> {
  const draft = new Draft(file);
  try {
    const target = fs.createWriteStream(draft.path);
    await (file.endsWith(".gz") ? pipeline(chunks(steps, seed), createGzip(), target) : pipeline(chunks(steps, seed), target));
    draft.publish();
  } catch (error) {
    throw codeOf(error) === undefined ? error : closedAt(file, error, "-o");
  } finally {
    draft.discard();
  }
}

/** Writes a pool to a stream that stays open; a reader that has seen enough may close it. */
async function streamPool(target: Writable, steps: number, seed: number): Promise<void> {
  try {
    await pipeline(chunks(steps, seed), target, { end: false });
  } catch (error) {
    if (codeOf(error) !== "EPIPE") throw error;
  }
}

function chunks(steps: number, seed: number): Readable {
  return Readable.from(poolText(steps, seed), { objectMode: true, highWaterMark: 1 });
}

/** @throws UserError when the call is wrong or the pool can't be written */
export async function main(argv: readonly string[]): Promise<void> {
  const options = yargs([...argv])
    .scriptName("data/generate.ts")
    .usage("npx tsx $0 [options]\n\nWrites a synthetic pool: JSONL, one agent step per line, compressed when the name ends in .gz.")
    .options({
      steps: { type: "string", default: String(SAMPLE_STEPS), describe: "Agent steps to write" },
      seed: {
        type: "string",
        default: String(SAMPLE_SEED),
        describe: `Whole number from 0 to ${MAX_SEED}; another one gives another pool`,
      },
      output: {
        alias: "o",
        type: "string",
        default: path.relative(process.cwd(), SAMPLE_FILE),
        describe: "File to write; - is standard output",
      },
    })
    .version(false)
    .strict()
    .fail(refuse)
    .parseSync();
  const steps = wholeNumber("steps", options.steps, 1, Number.MAX_SAFE_INTEGER);
  const seed = wholeNumber("seed", options.seed, 0, MAX_SEED);
  if (options.output === "-") return streamPool(dataOutput(), steps, seed);
  await writePool(options.output, steps, seed);
  say(`${options.output}: ${steps} steps, ${fs.statSync(options.output).size} bytes`);
}

function wholeNumber(flag: string, text: string, low: number, high: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < low || value > high)
    throw new UserError(`--${flag} is ${JSON.stringify(text)}; give a whole number from ${low} to ${high}.`);
  return value;
}

runAsProgram(import.meta.url, main);
