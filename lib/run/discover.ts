/** Which experiments a run is about, by their ids. */
import path from "node:path";
import { experimentFile, experimentFolder, OWN_ROOTS, type Roots } from "../artifacts/experiment-folders.ts";
import type { Experiment } from "../experiment.ts";
import { didYouMean } from "../files/did-you-mean.ts";
import { codeOf, UserError } from "../files/errors.ts";
import { moduleUrl } from "../files/program.ts";
import { makeOwnNameKnown } from "./own-name.ts";

/**
 * Ids that match any of the patterns: a category, an exact name, or `category/nameprefix`. No pattern means all.
 * @throws UserError when a pattern matches nothing
 */
export function selectIds(ids: readonly string[], patterns: readonly string[]): string[] {
  const wanted = patterns
    .flatMap((p) => p.split(","))
    .map((p) => p.trim().replace(/^\/+|\/+$/g, ""))
    .filter(Boolean);
  for (const pattern of wanted)
    if (!ids.some((id) => matches(id, pattern)))
      throw new UserError(`--only ${pattern} matches no experiment.${didYouMean(pattern, namesOf(ids)) || " --list shows them all."}`);
  return wanted.length === 0 ? [...ids] : ids.filter((id) => wanted.some((pattern) => matches(id, pattern)));
}

/** What experiments can be called by: category, name, or both. */
export function namesOf(ids: readonly string[]): string[] {
  return [...new Set(ids.flatMap((id) => [...id.split("/"), id]))];
}

/** Imports experiments and, before each, those it needs. */
export async function loadExperiments(ids: readonly string[], roots: Roots = OWN_ROOTS): Promise<Experiment[]> {
  const loaded = new Map<string, Experiment>();
  for (const id of ids) {
    const folder = experimentFolder(id, roots);
    if (folder === null) throw new UserError(`No experiment ${id} in ${roots.join(" or ")}.`);
    add(await loadFrom(folder), loaded);
  }
  return [...loaded.values()];
}

/** @throws UserError for a module that is not an experiment, or that this Node can't read */
async function loadFrom(folder: string): Promise<Experiment> {
  const file = experimentFile(folder);
  const isOwn = OWN_ROOTS.some((root) => file.startsWith(root + path.sep));
  if (!isOwn) makeOwnNameKnown();
  const { default: experiment }: { default?: Experiment } = await import(moduleUrl(file)).catch((error) => explain(error, file));
  if (typeof experiment?.run !== "function")
    throw new UserError(`${file} does not export an experiment; write export default defineExperiment(…).`);
  return experiment;
}

function explain(error: unknown, file: string): never {
  if (codeOf(error) === "ERR_UNKNOWN_FILE_EXTENSION")
    throw new UserError(
      `${file} is TypeScript, which Node ${process.versions.node} does not read: use Node 22.18 or newer, or write experiment.js.`,
      2,
      { cause: error },
    );
  if (error instanceof SyntaxError && error.message.includes("import statement outside a module"))
    throw new UserError(`${file} is read as CommonJS: put "type": "module" into the package.json above it.`, 2, { cause: error });
  throw error;
}

/** Modules cannot need each other in a circle: `needs` holds what was imported. */
function add(experiment: Experiment, loaded: Map<string, Experiment>): void {
  if (loaded.has(experiment.id)) return;
  for (const needed of Object.values(experiment.needs)) add(needed, loaded);
  loaded.set(experiment.id, experiment);
}

function matches(id: string, pattern: string): boolean {
  const [category, name] = id.split("/");
  return pattern.includes("/") ? id.startsWith(pattern) : category === pattern || name === pattern;
}
