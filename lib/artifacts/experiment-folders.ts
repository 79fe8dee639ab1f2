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
