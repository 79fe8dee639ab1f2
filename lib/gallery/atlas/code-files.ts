/** The source code behind an experiment, for its page and for that of the shared relations. */

import fs from "node:fs";
import path from "node:path";
import { experimentFolder, type Roots } from "../../artifacts/experiment-folders.ts";
import { relationFile, relationsOf, withThoseTheyRead } from "../../relations/relations.ts";

/** Where experiments are in the project, as their READMEs see it. */
export const EXPERIMENTS = "experiments";

export interface CodeFile {
  /** File name, or for what several experiments share, its path. */
  readonly name: string;
  /** Path from the project's folder. */
  readonly path: string;
  readonly shared: boolean;
  readonly text: string;
}

/** The experiment's own files, queries first: they say what it looks at. Then the relations that the queries read. */
export function readCode(id: string, roots: Roots): CodeFile[] {
  const folder = experimentFolder(id, roots);
  if (folder === null) return [];
  const rank = (name: string) => (name === "query.sql" ? 0 : name.endsWith(".sql") ? 1 : name === "experiment.ts" ? 2 : 3);
  const own = fs
    .readdirSync(folder)
    .filter((name) => /\.(sql|ts)$/.test(name) && !name.endsWith(".test.ts"))
    .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .map((name) => ({ name, path: path.posix.join(EXPERIMENTS, id, name), shared: false, text: readText(path.join(folder, name)) }));
  const queries = own.filter((file) => file.name.endsWith(".sql"));
  const relations = withThoseTheyRead(queries.flatMap((file) => relationsOf(file.text))).map((name) => ({
    path: `lib/relations/${name}.sql`,
    text: readText(relationFile(name)),
  }));
  return [...own, ...relations.map((file) => ({ ...file, name: file.path, shared: true }))];
}

function readText(file: string | URL): string {
  return fs.readFileSync(file, "utf8").trimEnd();
}
