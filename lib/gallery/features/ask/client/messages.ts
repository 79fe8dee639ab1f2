/** What the page says about an answer or an error. */
import type { Answer } from "./api.ts";
import { CELL_CHARACTERS, ONLY_TABLES } from "./statement.ts";

const count = new Intl.NumberFormat("en-US");

/** @param emptyTables names of tables in the query that have no rows in this pool */
export function summaryOf({ rows, isCut, hasLongCells, seconds, columns }: Answer, emptyTables: readonly string[]): string {
  const took = `${seconds.toFixed(seconds < 1 ? 2 : 1)} s`;
  if (isDone(columns, rows)) return `Done in ${took}. This statement returns no rows.`;
  const shape = `${count.format(rows)} ${rows === 1 ? "row" : "rows"}, ${columns.length} ${columns.length === 1 ? "column" : "columns"}`;
  const notes = [
    isCut ? `There are more: only the first ${count.format(rows)} are kept.` : "",
    hasLongCells ? `Cells are cut to ${count.format(CELL_CHARACTERS)} characters.` : "",
    ...emptyTables.map((name) => `The table ${name} is empty in this pool.`),
  ];
  return [`${shape} in ${took}.`, ...notes].filter((note) => note !== "").join(" ");
}

/** The engine's answer to a statement that isn't a query. */
function isDone(columns: Answer["columns"], rows: number): boolean {
  return rows === 0 && columns.length === 1 && columns[0]?.name === "Success";
}

/** The engine's own words, without advice that doesn't apply here. */
export function plainWords(error: unknown): string {
  const text = messageOf(error);
  const firstLine = text.split("\n", 1)[0] ?? "";
  const extension = /exists in the (\w+) extension/.exec(text)?.[1];
  if (extension)
    return `${firstLine.replace(/^Catalog Error: /, "")} This engine comes without the ${extension} extension, and pages load nothing from elsewhere.`;
  if (/file system operations are disabled|external extensions is disabled/i.test(text)) return ONLY_TABLES;
  if (/attached in read-only mode/.test(text)) return "These tables can't be changed. CREATE TEMP TABLE works.";
  if (/Out of Memory/i.test(text)) return `The query needs more memory than the browser has. ${firstLine}`;
  return text.trim().replace(/^(?:Parser|Binder|Catalog|Invalid Input|Conversion|Out of Range) Error: /, "");
}

/** The engine wraps errors of its parser in JSON. */
function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  if (!text.startsWith('{"exception_type"')) return text;
  const { exception_message: message }: { exception_message: string } = JSON.parse(text);
  return message;
}
