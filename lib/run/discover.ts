/** Experiments are found by their folder: `experiments/<category>/<name>/experiment.ts`. */
import fs from "node:fs";
import path from "node:path";
import type { Experiment } from "../experiment.ts";
import { UserError } from "../files/errors.ts";
import { moduleUrl, projectFile } from "../files/program.ts";

export const EXPERIMENTS_FOLDER = projectFile("experiments");

/** Categories in the order of the published atlas; others follow by name. */
export const CATEGORIES = [
  "session",
  "human_in_the_loop",
  "llm_generation",
  "tool_calls",
  "prefix_cache",
  "trace_facts",
  "validation",
] as const;

/** What `defineExperiment` is called in, by preference. */
const MODULES = ["experiment.ts", "experiment.js"];

/** The module of an experiment's folder. @throws UserError when there is none */
export function experimentFile(folder: string): string {
  const file = MODULES.map((name) => path.join(folder, name)).find((candidate) => fs.existsSync(candidate));
  if (!file) throw new UserError(`There is no experiment in ${folder}: it holds neither ${MODULES.join(" nor ")}.`);
  return file;
}

/** Ids of all experiments, by category and name. */
export function experimentIds(folder = EXPERIMENTS_FOLDER): string[] {
  return subfolders(folder)
    .flatMap((category) => subfolders(path.join(folder, category)).map((name) => `${category}/${name}`))
    .filter((id) => MODULES.some((name) => fs.existsSync(path.join(folder, id, name))))
    .sort((a, b) => categoryRank(a) - categoryRank(b) || (a < b ? -1 : 1));
}

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

function subfolders(folder: string): string[] {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
}

function categoryRank(id: string): number {
  const rank = (CATEGORIES as readonly string[]).indexOf(id.split("/")[0] ?? "");
  return rank < 0 ? CATEGORIES.length : rank;
}
