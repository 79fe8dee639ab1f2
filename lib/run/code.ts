/** Which source files an experiment is made of: what its figures carry and what decides whether they are fresh. */
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Metafile } from "esbuild";
import type { Experiment } from "../experiment.ts";
import { sha256 } from "../files/atomic.ts";
import { PROJECT_FOLDER } from "../files/program.ts";
import { relationFile, relationsOf, withThoseTheyRead } from "../relations/relations.ts";

export interface SourceFile {
  /** Path from the project's folder with forward slashes, e.g. `lib/chart/theme.ts`. */
  readonly path: string;
  readonly text: string;
}

/** The source files of each experiment: its folder's code and queries, the relations and the lib modules it imports. */
export async function experimentSources(experiments: readonly Experiment[]): Promise<Map<string, SourceFile[]>> {
  const entries = experiments.map((experiment) => path.join(experiment.folder, "experiment.ts"));
  const graph = await importGraph(entries);
  return new Map(experiments.map((experiment, i) => [experiment.id, sourcesOf(experiment, reachable(graph, entries[i] as string))]));
}

/** Hash over everything that turns a spec into pixels. */
export async function rendererHash(): Promise<string> {
  const entry = path.join(PROJECT_FOLDER, "lib/render/render.ts");
  return hashOfSources(reachable(await importGraph([entry]), entry).map(readSource));
}

export function hashOfSources(sources: readonly SourceFile[]): string {
  return sha256(sources.map((source) => `${source.path}\0${source.text}\0`).join(""));
}

function sourcesOf(experiment: Experiment, modules: readonly string[]): SourceFile[] {
  const queries = fs
    .readdirSync(experiment.folder)
    .filter((name) => name.endsWith(".sql"))
    .map((name) => path.join(experiment.folder, name));
  const files = new Set([...modules, ...queries, ...queries.flatMap((file) => relationFiles(fs.readFileSync(file, "utf8")))]);
  return [...files].sort().map(readSource);
}

function relationFiles(sql: string): string[] {
  return withThoseTheyRead(relationsOf(sql)).map((name) => fileURLToPath(relationFile(name)));
}

async function importGraph(entryPoints: readonly string[]): Promise<Metafile> {
  const result = await build({
    entryPoints: [...entryPoints],
    absWorkingDir: PROJECT_FOLDER,
    outdir: path.join(PROJECT_FOLDER, "out"),
    bundle: true,
    write: false,
    metafile: true,
    packages: "external",
    platform: "node",
    format: "esm",
    logLevel: "silent",
  });
  return result.metafile;
}

/** Files reached by static imports. */
function reachable(graph: Metafile, entry: string): string[] {
  const seen = new Set<string>();
  const visit = (file: string) => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const imported of graph.inputs[file]?.imports ?? [])
      if (imported.kind === "import-statement" && !imported.external) visit(imported.path);
  };
  visit(path.relative(PROJECT_FOLDER, entry).replaceAll(path.sep, "/"));
  return [...seen].map((file) => path.join(PROJECT_FOLDER, file));
}

function readSource(file: string): SourceFile {
  return { path: path.relative(PROJECT_FOLDER, file).replaceAll(path.sep, "/"), text: fs.readFileSync(file, "utf8") };
}
