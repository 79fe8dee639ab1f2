/** Compares the columns that a query returns with those that its experiment declares. */
import { type DuckDBType, DuckDBTypeId } from "@duckdb/node-api";
import type { ColumnKind, Query } from "../../experiment.ts";

/** A column of a result. */
export interface ReturnedColumn {
  readonly name: string;
  readonly type: DuckDBType;
}

const NUMBERS = new Set<DuckDBTypeId>([
  DuckDBTypeId.TINYINT,
  DuckDBTypeId.SMALLINT,
  DuckDBTypeId.INTEGER,
  DuckDBTypeId.BIGINT,
  DuckDBTypeId.HUGEINT,
  DuckDBTypeId.UTINYINT,
  DuckDBTypeId.USMALLINT,
  DuckDBTypeId.UINTEGER,
  DuckDBTypeId.UBIGINT,
  DuckDBTypeId.UHUGEINT,
  DuckDBTypeId.FLOAT,
  DuckDBTypeId.DOUBLE,
]);

/** @throws Error that names the query and the first column that is missing, undeclared or of another type */
export function checkColumns({ file, columns }: Query, returned: readonly ReturnedColumn[]): void {
  const undeclared = returned.find(({ name }) => !Object.hasOwn(columns, name));
  if (undeclared) throw new Error(`${file} returns a column ${undeclared.name} that its experiment does not declare`);
  for (const [name, kind] of Object.entries(columns)) {
    const column = returned.find((candidate) => candidate.name === name);
    if (!column) throw new Error(`${file} does not return the column ${name} that its experiment declares`);
    if (!fits(kind, column.type))
      throw new Error(`${file} returns ${name} as ${column.type}, but its experiment declares ${JSON.stringify(kind)}`);
  }
}

function fits(kind: ColumnKind, { typeId }: DuckDBType): boolean {
  if (typeId === DuckDBTypeId.SQLNULL) return true;
  if (typeof kind === "object") return "list" in kind ? typeId === DuckDBTypeId.LIST : isText(typeId);
  if (kind.startsWith("text")) return isText(typeId);
  return kind.startsWith("boolean") ? typeId === DuckDBTypeId.BOOLEAN : NUMBERS.has(typeId);
}

function isText(typeId: DuckDBTypeId): boolean {
  return typeId === DuckDBTypeId.VARCHAR || typeId === DuckDBTypeId.ENUM;
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
