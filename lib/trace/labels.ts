/**
 * Labels that the user gives to sessions, for `--labels FILE`: a CSV file with a line for each session and key.
 *
 *     session,key,value
 *     0d5f2a,team,search
 *     0d5f2a,prompt,long
 *
 * A session is named by its id or the beginning of it. Keys and values are any text; a session has one value of a key.
 */
import { UserError } from "../files/errors.ts";
import { csvRows } from "./csv-rows.ts";

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

/**
 * Reads the text of a file of labels.
 * @param file its name, for messages
 * @throws UserError that names file, line, value and the fix
 */
export function parseLabels(text: string, file: string): Label[] {
  const labels = csvRows(text, file, COLUMNS).map(({ line, cells }): Label => {
    const missing = COLUMNS.find((column) => cells[column] === "");
    if (missing) throw new UserError(`${file}, line ${line} has no ${missing}; fill in the column, or remove the line.`);
    return { line, ...cells };
  });
  if (labels.length === 0) throw new UserError(`${file} has no labels; write a line for each session and key below ${COLUMNS.join(",")}.`);
  return labels;
}
