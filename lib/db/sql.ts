/** Quotes a text for SQL. The engine's parser ends at a NUL character, so a text with one is put together. */
export function quoteLiteral(value: string): string {
  const parts = value.split("\0").map((part) => `'${part.replaceAll("'", "''")}'`);
  const joined = parts.join(" || chr(0) || ");
  return parts.length === 1 ? joined : `(${joined})`;
}

/** Quotes an identifier for SQL. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
