/**
 * Labels that the user gives to sessions, for `--labels FILE`: a CSV file with a line for each session and key.
 *
 *     session,key,value
 *     0d5f2a,team,search
 *     0d5f2a,prompt,long
 *
 * A session is named by its id or the beginning of it. Keys and values are any text; a session has one value of a key.
 */
import Papa from "papaparse";
import { UserError } from "../files/errors.ts";
import { known } from "../stats/known.ts";

export interface Label {
  /** In the file, from 1, for messages. */
  readonly line: number;
  /** The session as it is named in the file. */
  readonly session: string;
  readonly key: string;
  readonly value: string;
}

/** A file of labels. */
export interface Labels {
  /** Its name, for messages. */
  readonly file: string;
  /** 64 hex digits over its contents. */
  readonly id: string;
  readonly rows: readonly Label[];
}

const COLUMNS = ["session", "key", "value"] as const;
type LabelColumn = (typeof COLUMNS)[number];
const EXAMPLE = "session,key,value";

/**
 * Reads the text of a file of labels.
 * @param file its name, for messages
 * @throws UserError that names file, line, value and the fix
 */
export function parseLabels(text: string, file: string): Label[] {
  const [head, ...records] = recordsOf(text, file);
  if (!head) throw new UserError(`${file} is empty; begin it with the line ${EXAMPLE}.`);
  const columns = columnsOf(head, file);
  const labels = records.map((record) => labelOf(record, columns, file));
  if (labels.length === 0) throw new UserError(`${file} has no labels; write a line for each session and key below ${EXAMPLE}.`);
  return labels;
}

interface LabelRecord {
  readonly line: number;
  readonly cells: readonly string[];
}

/** Lines without any text are left out. A record in quotes may have several lines; its line is the first. */
function recordsOf(given: string, file: string): LabelRecord[] {
  const text = given.replace(/^\ufeff/, "");
  const records: LabelRecord[] = [];
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

/** The place of each column. */
function columnsOf({ line, cells }: LabelRecord, file: string): Record<LabelColumn, number> {
  const names = cells.map((cell) => cell.toLowerCase());
  const missing = COLUMNS.find((column) => !names.includes(column));
  if (missing)
    throw new UserError(`${file}, line ${line} has no column ${missing} but ${cells.join(", ")}; the first line must be ${EXAMPLE}.`);
  const other = cells.find((_, i) => !COLUMNS.some((column) => column === names[i]) || names.indexOf(known(names[i])) !== i);
  if (other !== undefined)
    throw new UserError(`${file}, line ${line} has the column ${JSON.stringify(other)}; only ${COLUMNS.join(", ")} are read, each once.`);
  return { session: names.indexOf("session"), key: names.indexOf("key"), value: names.indexOf("value") };
}

function labelOf({ line, cells }: LabelRecord, columns: Record<LabelColumn, number>, file: string): Label {
  if (cells.length !== COLUMNS.length)
    throw new UserError(
      `${file}, line ${line} has ${cells.length} values, not ${COLUMNS.length}; put a value that has a comma in double quotes.`,
    );
  const cell = (column: LabelColumn) => {
    const value = cells[columns[column]];
    if (value) return value;
    throw new UserError(`${file}, line ${line} has no ${column}; fill in the column, or remove the line.`);
  };
  return { line, session: cell("session"), key: cell("key"), value: cell("value") };
}
