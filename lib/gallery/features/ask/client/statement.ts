/** What a reader typed, made into a statement whose answer is small enough for the page. */
import { quoteName } from "../../../../db/sql.ts";

/** Rows that an answer keeps, for the table and the downloads. */
const KEPT_ROWS = 100_000;
/** An answer with many columns keeps fewer rows. */
const KEPT_CELLS = 500_000;
/** Longer cells are cut. */
export const CELL_CHARACTERS = 2_000;
/** Items of a list that become text: more than fit into a cell. */
const LIST_ITEMS = 1_000;

/** Where tokens begin, in bytes, as the engine's own parser sees them; comments are none. */
export interface Tokens {
  readonly offsets: readonly number[];
}

export interface Statement {
  /** Without what separates statements. */
  readonly sql: string;
  /** Whether it can be in parentheses, so that the engine can cut its answer. */
  readonly isQuery: boolean;
}

const QUERY = /^(select|with|from|values|table|describe|desc|show|summarize|pivot|unpivot)$/i;
/** The engine would do as if these worked. */
const INSTALLS = /^(install|force|load)$/i;

/** @throws Error with a sentence when there is not exactly one statement, or it is one that the page refuses */
export function onlyStatement(text: string, { offsets }: Tokens): Statement {
  const bytes = new TextEncoder().encode(text);
  const textBetween = (start: number, end?: number) => new TextDecoder().decode(bytes.subarray(start, end));
  const statements: string[] = [];
  let start: number | null = null;
  for (const offset of offsets) {
    if (bytes[offset] !== SEMICOLON) start ??= offset;
    else if (start !== null) {
      statements.push(textBetween(start, offset));
      start = null;
    }
  }
  if (start !== null) statements.push(textBetween(start));
  const [sql] = statements;
  if (sql === undefined) throw new Error("There is nothing to run: write a query first.");
  if (statements.length > 1)
    throw new Error(`There are ${statements.length} statements, and the console runs one at a time. Keep the one that you want to run.`);
  const [word = ""] = /\w+/.exec(sql) ?? [];
  if (INSTALLS.test(word)) throw new Error(ONLY_TABLES);
  return { sql, isQuery: QUERY.test(word) };
}

const SEMICOLON = ";".charCodeAt(0);
export const ONLY_TABLES = "Queries can only read this page's tables: no files, no other addresses, no extensions.";

export interface DescribedColumn {
  readonly name: string;
  readonly type: string;
}

/** Names and types of a query's answer, without running it. The query begins in the second line. */
export function describing(query: string): string {
  return `DESCRIBE SELECT * FROM (\n${query}\n)`;
}

/** A query whose answer is cut by the engine: one row and one character too many show that something is missing. */
export function cut(query: string, columns: readonly DescribedColumn[]): string {
  const places = columns.map((_, i) => `c${i}`);
  const cells = columns.map(({ name, type }, i) => `${cutCell(`c${i}`, type)} AS ${quoteName(name)}`);
  return `SELECT ${cells.join(", ")} FROM (\n${query}\n) AS answer(${places.join(", ")}) LIMIT ${keptRows(columns.length) + 1}`;
}

export function keptRows(columns: number): number {
  return Math.min(KEPT_ROWS, Math.floor(KEPT_CELLS / Math.max(1, columns)));
}

/** Types with values of a fixed size; all others become text. */
const SMALL = /^(BOOLEAN|U?(TINYINT|SMALLINT|INTEGER|BIGINT)|HUGEINT|FLOAT|DOUBLE|DECIMAL\(\d+,\s?\d+\)|DATE|TIMESTAMP.*)$/;

function cutCell(place: string, type: string): string {
  if (SMALL.test(type)) return place;
  const value = type.endsWith("[]") ? `${place}[:${LIST_ITEMS}]` : place;
  return `left(${value}::VARCHAR, ${CELL_CHARACTERS + 1})`;
}

/** What the engine says about a query, with the lines counted as the reader sees them. */
export function inOwnLines(message: string): string {
  return message.replaceAll(/\bLINE (\d+):/g, (_, line: string) => `LINE ${Math.max(1, Number(line) - 1)}:`);
}
