/** Experiments are found by their folder: `experiments/<category>/<name>/experiment.ts`. */
import fs from "node:fs";
import path from "node:path";
import { UserError } from "../files/errors.ts";
import { projectFile } from "../files/program.ts";

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
  if (!file) throw new UserError(`No experiment in ${folder}: it holds neither ${MODULES.join(" nor ")}.`);
  return file;
}

/** Folders of `<category>/<name>`: the project's own, and those that `--experiments` adds. */
export type Roots = readonly string[];
export const OWN_ROOTS: Roots = [EXPERIMENTS_FOLDER];

/** The project's own folder and others. @throws UserError for a folder without experiments */
export function rootsWith(others: readonly string[]): Roots {
  const added = others.map((folder) => path.resolve(folder));
  for (const folder of added)
    if (idsIn(folder).length === 0)
      throw new UserError(`--experiments ${folder}: found no experiment there; it needs folders <category>/<name> with an experiment.ts.`);
  return [...new Set([...OWN_ROOTS, ...added])];
}

/**
 * Ids of all experiments, by category and name.
 * @throws UserError when two folders hold an experiment of the same id
 */
export function experimentIds(roots: Roots = OWN_ROOTS): string[] {
  const ids = roots.flatMap(idsIn);
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  if (twice)
    throw new UserError(
      `Two folders hold an experiment ${twice}: ${roots.filter((root) => idsIn(root).includes(twice)).join(" and ")}. Rename one.`,
    );
  return ids.sort((a, b) => categoryRank(a) - categoryRank(b) || (a < b ? -1 : 1));
}

function idsIn(root: string): string[] {
  return subfolders(root)
    .flatMap((category) => subfolders(path.join(root, category)).map((name) => `${category}/${name}`))
    .filter((id) => isExperiment(path.join(root, id)));
}

export function isExperiment(folder: string): boolean {
  return MODULES.some((name) => fs.existsSync(path.join(folder, name)));
}

/** The folder of an experiment; null when no root has it. */
export function experimentFolder(id: string, roots: Roots = OWN_ROOTS): string | null {
  return roots.map((root) => path.join(root, id)).find((folder) => fs.existsSync(folder)) ?? null;
}

function subfolders(folder: string): string[] {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
}

function categoryRank(id: string): number {
  const rank = CATEGORIES.findIndex((category) => id.startsWith(`${category}/`));
  return rank < 0 ? CATEGORIES.length : rank;
}
