/** Compares the columns that a query returns with those that its experiment declares. */
import type { ColumnKind, Query } from "../../experiment.ts";

export type ReturnedKind = "number" | "text" | "boolean" | "list" | "null" | "other";

/** A column of a result. */
export interface ReturnedColumn {
  readonly name: string;
  readonly kind: ReturnedKind;
  /** As SQL calls it. */
  readonly type: string;
}

/** @throws Error that names the query and the first column that is missing, undeclared or of another type */
export function checkColumns({ file, columns }: Query, returned: readonly ReturnedColumn[]): void {
  const undeclared = returned.find(({ name }) => !Object.hasOwn(columns, name));
  if (undeclared) throw new Error(`${file} returns a column ${undeclared.name} that its experiment does not declare`);
  for (const [name, kind] of Object.entries(columns)) {
    const column = returned.find((candidate) => candidate.name === name);
    if (!column) throw new Error(`${file} does not return the column ${name} that its experiment declares`);
    if (!fits(kind, column))
      throw new Error(`${file} returns ${name} as ${column.type}, but its experiment declares ${JSON.stringify(kind)}`);
  }
}

function fits(declared: ColumnKind, { kind }: ReturnedColumn): boolean {
  if (kind === "null") return true;
  if (typeof declared === "object") return kind === ("list" in declared ? "list" : "text");
  return kind === declared.replace("?", "");
}

/**
 * The first value that its declaration does not allow, as a sentence; null when all are allowed. Costs a look at every value:
 * for tests.
 */
export function undeclaredValue({ file, columns }: Query, rows: readonly Readonly<Record<string, unknown>>[]): string | null {
  for (const [name, kind] of Object.entries(columns)) {
    const odd = rows.find((row) => !allows(kind, row[name]));
    if (odd) return `${file} returns ${name} = ${JSON.stringify(odd[name])}, but its experiment declares ${JSON.stringify(kind)}`;
  }
  return null;
}

function allows(kind: ColumnKind, value: unknown): boolean {
  if (typeof kind === "object") return "list" in kind ? Array.isArray(value) : (kind as readonly unknown[]).includes(value);
  if (value === null) return kind.endsWith("?");
  return typeof value === (kind.startsWith("text") ? "string" : kind.replace("?", ""));
}
