/**
 * The queries that ran: as entries of the browser's history, so that Back goes to the one before and an address shares one; and as
 * a list that this browser keeps.
 */

import type { OwnTable } from "./api.ts";

/** The query in the page's address; null when there is none. */
export function queryOfAddress(): string | null {
  return inAddress("sql");
}

/** A table of an experiment's folder in the gallery, and its name. */
const TABLE_FILE = /^[\w-]+\/[\w-]+\/files\/([\w-]+)\.csv(?:\.gz)?$/;

/** The experiment's table that the page's address names; null when there is none. */
export function tableOfAddress(): OwnTable | null {
  const [file, name] = TABLE_FILE.exec(inAddress("table") ?? "") ?? [];
  return file !== undefined && name !== undefined ? { name, address: `../${file}` } : null;
}

function inAddress(name: "sql" | "table"): string | null {
  return new URLSearchParams(location.hash.slice(1)).get(name);
}

/** The first query of a visit doesn't get an entry of its own, so that Back still leaves the page. */
export function rememberQuery(sql: string): void {
  keep([sql, ...earlierQueries().filter((other) => other !== sql)].slice(0, MOST_EARLIER));
  const before = queryOfAddress();
  if (sql === before) return;
  const table = inAddress("table");
  const address = `#${new URLSearchParams({ ...(table !== null && { table }), sql })}`;
  if (before === null) history.replaceState(null, "", address);
  else history.pushState(null, "", address);
}

const EARLIER = "trace-atlas-queries";
const MOST_EARLIER = 20;

/** The latest first. */
export function earlierQueries(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(EARLIER) ?? "[]");
    return Array.isArray(kept) ? kept.filter((sql) => typeof sql === "string") : [];
  } catch {
    return [];
  }
}

export function forgetQueries(): void {
  keep([]);
}

/** Browsers may refuse to store anything; the list is empty then. */
function keep(queries: readonly string[]): void {
  try {
    localStorage.setItem(EARLIER, JSON.stringify(queries));
  } catch {}
}
