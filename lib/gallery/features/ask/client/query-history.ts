/** The queries that ran, as entries of the browser's history: Back goes to the one before, and an address shares one. */

/** The query in the page's address; null when there is none. */
export function queryOfAddress(): string | null {
  return new URLSearchParams(location.hash.slice(1)).get("sql");
}

/** The first query of a visit doesn't get an entry of its own, so that Back still leaves the page. */
export function rememberQuery(sql: string): void {
  const before = queryOfAddress();
  if (sql === before) return;
  const address = `#${new URLSearchParams({ sql })}`;
  if (before === null) history.replaceState(null, "", address);
  else history.pushState(null, "", address);
}
