/**
 * How long collecting takes, on copies of real transcripts under new ids, so that no row is a duplicate:
 * a large tree for the first time; a tree of many files again, when nothing is new; one very large transcript; and very many tiny ones.
 *
 *     npx tsx bench/collect.ts [--transcripts home] [--megabytes 350] [--files 1000] [--huge-megabytes 2000] [--tiny-files 100000] [--threads N]
 *
 * Every measurement runs in a process of its own; `wall` is that of collecting, `process` includes the start of the program.
 */
import { fork } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import yargs from "yargs";
import { collect } from "../lib/collect/collect.ts";
import { shared } from "../lib/testing/paths.ts";

interface Measurement {
  readonly wall_ms: number;
  readonly process_ms: number;
  readonly cpu_ms: number;
  readonly peak_rss_mib: number;
  readonly rows: number;
}

export interface CollectBenchOptions {
  /** A home with transcripts. */
  readonly transcripts: string;
  readonly megabytes: number;
  readonly files: number;
  readonly hugeMegabytes: number;
  readonly tinyFiles: number;
  readonly threads: number;
}

export type CollectBenchResult = Readonly<Record<string, Measurement & { readonly megabytes: number; readonly files: number }>>;

/** Keys: `tree`, `nothing_new`, `one_grown`, `huge`, `tiny`. */
export async function benchCollect(options: CollectBenchOptions): Promise<CollectBenchResult> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "bench-collect-"));
  const sources = readTranscripts(options.transcripts);
  const measureIn = (home: string) => measureApart(path.join(folder, home), options.threads);
  try {
    const tree = writeTree(sources, path.join(folder, "tree"), options.megabytes * 1e6);
    const treeTaken = { ...tree, ...(await measureIn("tree")) };
    fs.rmSync(path.join(folder, "tree"), { recursive: true });
    const many = writeManySmall(sources, path.join(folder, "many"), options.files, 40);
    await measureIn("many");
    const nothingNew = { ...many, ...(await measureIn("many")) };
    fs.appendFileSync(
      fs
        .readdirSync(path.join(folder, "many"), { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith("3.jsonl"))
        .map((name) => path.join(folder, "many", name))[0] as string,
      "{}\n",
    );
    const oneGrown = { ...many, ...(await measureIn("many")) };
    fs.rmSync(path.join(folder, "many"), { recursive: true });
    const huge = writeHuge(sources, path.join(folder, "huge"), options.hugeMegabytes * 1e6);
    const hugeTaken = { ...huge, ...(await measureIn("huge")) };
    fs.rmSync(path.join(folder, "huge"), { recursive: true });
    const tiny = writeManySmall(sources, path.join(folder, "tiny"), options.tinyFiles, 4);
    return {
      tree: treeTaken,
      nothing_new: nothingNew,
      one_grown: oneGrown,
      huge: hugeTaken,
      tiny: { ...tiny, ...(await measureIn("tiny")) },
    };
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

export function formatCollectBench(result: CollectBenchResult): string {
  const rows = Object.entries(result).map(([name, of]) =>
    [
      name.padEnd(12),
      of.files.toString().padStart(6),
      of.megabytes.toFixed(0).padStart(6),
      of.rows.toString().padStart(8),
      of.wall_ms.toFixed(0).padStart(8),
      of.process_ms.toFixed(0).padStart(10),
      of.cpu_ms.toFixed(0).padStart(8),
      of.peak_rss_mib.toFixed(0).padStart(9),
    ].join(" "),
  );
  return ["what          files     MB     rows  wall ms process ms   cpu ms  peak MiB", ...rows].join("\n");
}

interface Source {
  /** Within the home. */
  readonly path: string;
  readonly text: string;
}

export function readTranscripts(home: string): Source[] {
  return (fs.readdirSync(home, { recursive: true }) as string[])
    .filter((file) => file.endsWith(".jsonl"))
    .sort()
    .map((file) => ({ path: file, text: fs.readFileSync(path.join(home, file), "utf8") }));
}

/** Other ids, otherwise the same. */
function renamed(text: string, copy: number): string {
  const mark = copy.toString(16).padStart(4, "0");
  return text
    .replace(/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-)[0-9a-f]{4}([0-9a-f]{8})/g, `$1${mark}$2`)
    .replace(/"(msg|toolu|call|req)_/g, `"$1_${mark}`);
}

export function writeTree(sources: readonly Source[], home: string, bytes: number) {
  let written = 0;
  let files = 0;
  for (let copy = 1; written < bytes; copy++)
    for (const source of sources) {
      written += write(path.join(home, renamed(source.path, copy)), renamed(source.text, copy));
      files++;
    }
  return { files, megabytes: written / 1e6 };
}

/** The first lines of each. */
function writeManySmall(sources: readonly Source[], home: string, files: number, lines: number) {
  let written = 0;
  for (let i = 0; i < files; i++) {
    const source = sources[i % sources.length] as Source;
    const copy = Math.floor(i / sources.length) + 1;
    const text = `${source.text.split("\n").slice(0, lines).join("\n")}\n`;
    written += write(path.join(home, renamed(source.path, copy)), renamed(text, copy));
  }
  return { files, megabytes: written / 1e6 };
}

/** One Claude transcript after the other in a single file. */
function writeHuge(sources: readonly Source[], home: string, bytes: number) {
  const claude = sources.filter((source) => source.path.startsWith(".claude"));
  const file = path.join(home, (claude[0] as Source).path);
  let written = 0;
  for (let copy = 1; written < bytes; copy++)
    for (const source of claude) if (written < bytes) written += write(file, renamed(source.text, copy));
  return { files: 1, megabytes: written / 1e6 };
}

function write(file: string, text: string): number {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.appendFileSync(file, text);
  return Buffer.byteLength(text);
}

/** In a process of its own, so that the peak of memory is its own. */
function measureApart(home: string, threads: number): Promise<Measurement> {
  const start = performance.now();
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), ["--measure", home, "--threads", String(threads)]);
    let taken: Omit<Measurement, "process_ms"> | null = null;
    child.once("message", (message) => {
      taken = message as Omit<Measurement, "process_ms">;
    });
    child.once("exit", (code) => {
      if (taken) resolve({ ...taken, process_ms: performance.now() - start });
      else reject(new Error(`collecting ${home} ended with code ${code}`));
    });
  });
}

async function measure(home: string, threads: number): Promise<Omit<Measurement, "process_ms">> {
  const start = performance.now();
  const report = await collect({ homes: [home], output: `${home}.jsonl`, jobs: threads, say: () => {} });
  const wall = performance.now() - start;
  const cpu = process.cpuUsage();
  return {
    wall_ms: wall,
    cpu_ms: (cpu.user + cpu.system) / 1000,
    peak_rss_mib: process.resourceUsage().maxRSS / 1024,
    rows: Object.values(report.providers).reduce((sum, provider) => sum + provider.rows, 0),
  };
}

async function main(): Promise<void> {
  const args = await yargs(process.argv.slice(2))
    .options({
      transcripts: { type: "string", default: shared("transcripts", "home") },
      megabytes: { type: "number", default: 350 },
      files: { type: "number", default: 1_000 },
      "huge-megabytes": { type: "number", default: 2_000 },
      "tiny-files": { type: "number", default: 100_000 },
      threads: { type: "number", default: os.availableParallelism() },
      measure: { type: "string", hidden: true },
    })
    .strict()
    .parse();
  if (args.measure !== undefined) {
    process.send?.(await measure(args.measure, args.threads));
    process.disconnect?.();
    return;
  }
  const result = await benchCollect(args);
  console.log(formatCollectBench(result));
  console.log(JSON.stringify(result));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
