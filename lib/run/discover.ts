/** Which experiments a run is about, by their ids. */
import path from "node:path";
import { EXPERIMENTS_FOLDER, experimentFile } from "../artifacts/experiment-folders.ts";
import type { Experiment } from "../experiment.ts";
import { UserError } from "../files/errors.ts";
import { moduleUrl } from "../files/program.ts";

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
    if (!ids.some((id) => matches(id, pattern))) throw new UserError(`--only ${pattern} matches no experiment; --list shows them all.`);
  return wanted.length === 0 ? [...ids] : ids.filter((id) => wanted.some((pattern) => matches(id, pattern)));
}

/** Imports experiments and, before each, those it needs. */
export async function loadExperiments(ids: readonly string[], folder = EXPERIMENTS_FOLDER): Promise<Experiment[]> {
  const loaded = new Map<string, Experiment>();
  for (const id of ids) await load(id, folder, loaded, []);
  return [...loaded.values()];
}

async function load(id: string, folder: string, loaded: Map<string, Experiment>, path_: readonly string[]): Promise<void> {
  if (loaded.has(id)) return;
  if (path_.includes(id)) throw new Error(`experiments need each other in a circle: ${[...path_, id].join(" -> ")}`);
  const { default: experiment } = (await import(moduleUrl(experimentFile(path.join(folder, id))))) as { default: Experiment };
  for (const { id: needed } of Object.values(experiment.needs)) await load(needed, folder, loaded, [...path_, id]);
  loaded.set(id, experiment);
}

function matches(id: string, pattern: string): boolean {
  const [category, name] = id.split("/") as [string, string];
  return pattern.includes("/") ? id.startsWith(pattern) : category === pattern || name === pattern;
}
