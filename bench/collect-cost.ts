/**
 * Processor time and peak memory of the command `collect`, of several checkouts of the program one after the other, for the first
 * time and again with nothing new, on copies of real transcripts under new ids.
 *
 *     npx tsx bench/collect-cost.ts [--programs .,../other-checkout,dist] [--transcripts home] [--megabytes 350] [--repeats 3]
 *
 * Prints the lowest of the repeats: on a machine that others use, too, more is their doing.
 */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import yargs from "yargs";
import { shared } from "../lib/testing/paths.ts";
import { readTranscripts, writeTree } from "./collect.ts";

interface Cost {
  readonly cpu_ms: number;
  readonly peak_rss_mib: number;
}

const USAGE = fileURLToPath(new URL("usage.mjs", import.meta.url));

function collectOnce(program: string, home: string, output: string): Cost {
  const start = fs.existsSync(path.join(program, "run-all.js")) ? ["run-all.js"] : ["--import", "tsx", "run-all.ts"];
  const args = ["--import", USAGE, ...start, "collect", "--home", home, "--output", output];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: program, encoding: "utf8", maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`collect of ${program} ended with status ${status}:\n${stderr.slice(-2000)}`);
  return JSON.parse(stderr.trimEnd().split("\n").at(-1) ?? "");
}

const lowest = (costs: readonly Cost[]) => ({
  cpu_ms: Math.round(Math.min(...costs.map(({ cpu_ms }) => cpu_ms))),
  peak_rss_mib: Math.round(Math.min(...costs.map(({ peak_rss_mib }) => peak_rss_mib))),
});

const { programs, transcripts, megabytes, repeats } = await yargs(process.argv.slice(2))
  .options({
    programs: { type: "string", default: ".", describe: "Folders of checkouts or of built packages, with commas" },
    transcripts: { type: "string", default: shared("transcripts", "home"), describe: "A home with transcripts" },
    megabytes: { type: "number", default: 350 },
    repeats: { type: "number", default: 3 },
  })
  .strict()
  .parse();
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "bench-collect-cost-"));
try {
  const home = path.join(folder, "home");
  const { files } = writeTree(readTranscripts(transcripts), home, megabytes * 1e6);
  const costs = programs.split(",").map((program) => ({ program, first: [] as Cost[], again: [] as Cost[] }));
  for (let repeat = 0; repeat < repeats; repeat++)
    for (const [index, { program, first, again }] of costs.entries()) {
      // A new folder each time: the file system takes long to use the places of files that were just deleted.
      const output = path.join(folder, `${repeat}-${index}`, "rounds.jsonl");
      fs.mkdirSync(path.dirname(output));
      first.push(collectOnce(path.resolve(program), home, output));
      again.push(collectOnce(path.resolve(program), home, output));
    }
  for (const { program, first, again } of costs)
    process.stdout.write(`${JSON.stringify({ program, files, megabytes, first: lowest(first), again: lowest(again) })}\n`);
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}
