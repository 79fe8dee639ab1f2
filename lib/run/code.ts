/** Which source files an experiment is made of: what its figures carry and what decides whether they are fresh. */
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { init, parse } from "es-module-lexer";
import { experimentFile } from "../artifacts/experiment-folders.ts";
import type { Experiment } from "../experiment.ts";
import { UserError } from "../files/errors.ts";
import { sha256 } from "../files/hash.ts";
import { PROJECT_FOLDER, projectFile } from "../files/program.ts";
import { relationFile, relationsOf, withThoseTheyRead } from "../relations/relations.ts";

export interface SourceFile {
  /** Path from the project's folder with forward slashes, e.g. `lib/chart/theme.ts`. */
  readonly path: string;
  readonly text: string;
  /** Of this program, and not of an experiment. */
  readonly isLibrary: boolean;
}

/**
 * The source files of each experiment: its folder's code and queries, the relations and the lib modules it imports.
 * @throws UserError for a file that is not TypeScript or JavaScript
 */
export async function experimentSources(experiments: readonly Experiment[]): Promise<Map<string, SourceFile[]>> {
  await init;
  return new Map(experiments.map((experiment) => [experiment.id, sourcesOf(experiment)]));
}

/** Hash over everything that turns a spec into pixels. */
export async function rendererHash(): Promise<string> {
  await init;
  return hashOfSources(withImports(projectFile("lib/render/render.ts")).map((file) => readSource(file, PROJECT_FOLDER)));
}

export function hashOfSources(sources: readonly SourceFile[]): string {
  return sha256(sources.map((source) => `${source.path}\0${source.text}\0`).join(""));
}

function sourcesOf({ folder }: Experiment): SourceFile[] {
  const queries = fs
    .readdirSync(folder)
    .filter((name) => name.endsWith(".sql"))
    .map((name) => path.join(folder, name));
  const modules = withImports(experimentFile(folder));
  const relations = queries.flatMap((file) => relationFiles(fs.readFileSync(file, "utf8")));
  // An experiment may be elsewhere, in `<experiments>/<category>/<name>`.
  const home = path.resolve(folder, "../../..");
  const nameFrom = (file: string) => (file.startsWith(PROJECT_FOLDER + path.sep) ? PROJECT_FOLDER : home);
  return [...new Set([...modules, ...queries, ...relations])].sort().map((file) => readSource(file, nameFrom(file)));
}

function relationFiles(sql: string): string[] {
  return withThoseTheyRead(relationsOf(sql)).map((name) => fileURLToPath(relationFile(name)));
}

/** A module and what it imports statically, at any depth; packages are left out. */
function withImports(entry: string): string[] {
  const seen = new Set<string>();
  const visit = (file: string) => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const specifier of importsOf(file)) visit(path.resolve(path.dirname(file), specifier));
  };
  visit(entry);
  return [...seen];
}

/** What each file imports; files don't change while the program runs. */
const imports = new Map<string, readonly string[]>();

function importsOf(file: string): readonly string[] {
  const known = imports.get(file) ?? readImports(file);
  imports.set(file, known);
  return known;
}

function readImports(file: string): string[] {
  if (!/\.[cm]?[jt]s$/.test(file)) return [];
  try {
    const [found] = parse(fs.readFileSync(file, "utf8"));
    return found.flatMap((one) => {
      const isRead = (one.type === "static" || one.type === "reexport-star") && !one.typeOnly && one.specifier.startsWith(".");
      return isRead ? [one.specifier] : [];
    });
  } catch (cause) {
    throw new UserError(`The imports of ${file} can't be read; is it plain TypeScript or JavaScript?`, 1, { cause });
  }
}

function readSource(file: string, from: string): SourceFile {
  const name = path.relative(from, file).replaceAll(path.sep, "/");
  return { path: name, text: fs.readFileSync(file, "utf8"), isLibrary: from === PROJECT_FOLDER && !name.startsWith("experiments/") };
}
