/** Says where in which file an error of SQL is. */
import { messageOf } from "../../files/errors.ts";
import { isRelation } from "../../relations/relations.ts";

/** What the engine says, the line if it knows it, and the SQL as `Engine` adds it. The other errors of the engine are not about SQL. */
const SQL_ERROR =
  /^(?:Failed to extract statements: )?(?<said>(?:Binder|Catalog|Conversion|Invalid Input|Not implemented|Out of Range|Parser) Error: .*?)(?<rest>\n\n(?:LINE (?<line>\d+):.*)?|\nSQL: .*)$/s;
const MISSING_TABLE = /^Catalog Error: Table with name (\w+) does not exist!/;

/**
 * The result of a query whose text is from `file`, where it is from one.
 * @param linesBefore how many lines come before that text in the SQL that runs
 * @throws Error whose first line names file and line and says what is wrong
 */
export async function inFile<T>(file: string | undefined, result: Promise<T>, linesBefore = 0): Promise<T> {
  try {
    return await result;
  } catch (error) {
    const { said, rest = "", line } = SQL_ERROR.exec(messageOf(error))?.groups ?? {};
    if (file === undefined || said === undefined) throw error;
    const place = line === undefined ? file : `${file}:${Number(line) - linesBefore}`;
    throw new Error(`${place}: ${withAdvice(said, file)}${rest}`, { cause: error });
  }
}

function withAdvice(said: string, file: string): string {
  const [missing, name = ""] = MISSING_TABLE.exec(said) ?? [];
  if (missing !== undefined && isRelation(name)) return `${missing} It is a relation: add "-- uses: ${name}" to ${file}.`;
  return said.replaceAll("\n", " ");
}
