/** CSV files of the user's own, such as labels of sessions. */
import Papa from "papaparse";
import { UserError } from "../files/errors.ts";
import { known } from "../stats/known.ts";

export interface CsvRow<C extends string> {
  /** In the file, from 1; a row in quotes may have several, then the first. */
  readonly line: number;
  /** Without spaces around it. */
  readonly cells: Readonly<Record<C, string>>;
}

interface CsvRecord {
  readonly line: number;
  readonly cells: readonly string[];
}

/**
 * The rows of a file with exactly these columns, in any order. Lines without any text are left out.
 * @param file its name, for messages
 * @throws UserError that names file, line, value and the fix
 */
export function csvRows<const C extends string>(text: string, file: string, columns: readonly C[]): CsvRow<C>[] {
  const [head, ...records] = recordsOf(text, file);
  if (!head) throw new UserError(`${file} is empty; begin it with the line ${columns.join(",")}.`);
  const places = placesOf(head, file, columns);
  return records.map(({ line, cells }) => {
    if (cells.length !== columns.length)
      throw new UserError(
        `${file}, line ${line} has ${cells.length} values, not ${columns.length}; put a value that has a comma in double quotes.`,
      );
    const named = places.map(([column, place]) => [column, known(cells[place])] as const);
    return { line, cells: Object.fromEntries(named) as Record<C, string> };
  });
}

function recordsOf(given: string, file: string): CsvRecord[] {
  const text = given.replace(/^\ufeff/, "");
  const records: CsvRecord[] = [];
  let [line, start] = [1, 0];
  Papa.parse<string[]>(text, {
    delimiter: ",",
    step: ({ data, errors, meta }) => {
      const [error] = errors;
      if (error) throw new UserError(`${file}, line ${line}: a quote is not closed or not doubled (${error.message}).`);
      const cells = data.map((cell) => cell.trim());
      if (cells.some((cell) => cell !== "")) records.push({ line, cells });
      line += text.slice(start, meta.cursor).split(/\r\n|\r|\n/).length - 1;
      start = meta.cursor;
    },
  });
  return records;
}

function placesOf<C extends string>({ line, cells }: CsvRecord, file: string, columns: readonly C[]): (readonly [C, number])[] {
  const names = cells.map((cell) => cell.toLowerCase());
  const missing = columns.find((column) => !names.includes(column));
  if (missing)
    throw new UserError(
      `${file}, line ${line} has no column ${missing} but ${cells.join(", ")}; the first line must be ${columns.join(",")}.`,
    );
  const other = cells.find((_, i) => !columns.some((column) => column === names[i]) || names.indexOf(known(names[i])) !== i);
  if (other !== undefined)
    throw new UserError(`${file}, line ${line} has the column ${JSON.stringify(other)}; only ${columns.join(", ")} are read, each once.`);
  return columns.map((column) => [column, names.indexOf(column)]);
}
