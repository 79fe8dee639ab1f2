/**
 * Relations: SQL that more than one experiment needs, one definition per file of this folder.
 * A query names the relations it reads in a header line, `-- uses: ordered_steps, step_times`, and finds
 * each as a table that was computed once in the run. Relations may use other relations.
 */
import fs from "node:fs";

const folder = new URL("./", import.meta.url);
const USES = /^--\s*uses:\s*(.+)$/gim;
const POOL_SCOPE = /^--\s*scope:\s*pool\b/im;

/** Names in the `-- uses:` lines of a query. */
export function relationsOf(sql: string): string[] {
  return [...sql.matchAll(USES)].flatMap(([, names]) => (names ?? "").split(",").map((name) => name.trim())).filter(Boolean);
}

/** These relations and those that they read, by name; names of which there is none are left out. */
export function withThoseTheyRead(names: readonly string[]): string[] {
  const found = new Set<string>();
  const visit = (name: string) => {
    if (found.has(name) || !isRelation(name)) return;
    found.add(name);
    relationsOf(relationSql(name)).forEach(visit);
  };
  names.forEach(visit);
  return [...found].sort();
}

/** Whether a query says in its header, `-- scope: pool`, that it needs the whole pool: what it says of a step depends on other conversations. */
export function isOfPool(sql: string): boolean {
  return POOL_SCOPE.test(sql);
}

let names: readonly string[] | undefined;

/** Names of all relations. */
export function relationNames(): readonly string[] {
  names ??= fs.readdirSync(folder).flatMap((file) => /^([a-z][a-z0-9_]*)\.sql$/.exec(file)?.[1] ?? []);
  return names;
}

export function isRelation(name: string): boolean {
  return relationNames().includes(name);
}

/** The query of a relation. */
export function relationSql(name: string): string {
  return fs.readFileSync(relationFile(name), "utf8");
}

export function relationFile(name: string): URL {
  return new URL(`${name}.sql`, folder);
}
