/**
 * Relations: SQL that more than one experiment needs, one definition per file of this folder.
 * A query names the relations it reads in a header line, `-- uses: ordered_steps, step_times`, and finds
 * each as a table that was computed once in the run. Relations may use other relations.
 */
import fs from "node:fs";

const folder = new URL("./", import.meta.url);
const USES = /^--\s*uses:\s*(.+)$/gim;

/** Names in the `-- uses:` lines of a query. */
export function relationsOf(sql: string): string[] {
  return [...sql.matchAll(USES)].flatMap(([, names]) => (names ?? "").split(",").map((name) => name.trim())).filter(Boolean);
}

/** These relations and those that they read, by name; names of which there is none are left out. */
export function withThoseTheyRead(names: readonly string[]): string[] {
  const found = new Set<string>();
  const visit = (name: string) => {
    if (found.has(name) || !fs.existsSync(relationFile(name))) return;
    found.add(name);
    relationsOf(relationSql(name)).forEach(visit);
  };
  names.forEach(visit);
  return [...found].sort();
}

/** The query of a relation. @throws when there is none of that name */
export function relationSql(name: string): string {
  const file = relationFile(name);
  if (!/^[a-z][a-z0-9_]*$/.test(name) || !fs.existsSync(file)) throw new Error(`no relation ${name}: expected lib/relations/${name}.sql`);
  return fs.readFileSync(file, "utf8");
}

export function relationFile(name: string): URL {
  return new URL(`${name}.sql`, folder);
}
