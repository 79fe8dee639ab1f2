import path from "node:path";
import { openDuckDb } from "../db/open/connection.ts";
import { quoteLiteral } from "../db/sql.ts";

/** Makes a database by SQL statements; returns the file. */
export async function makeDatabase(file: string, ...statements: readonly string[]): Promise<string> {
  const instance = await openDuckDb({ threads: 1 }, { folders: [path.dirname(file)] });
  const connection = await instance.connect();
  for (const sql of [`ATTACH ${quoteLiteral(file)} AS made`, "USE made", ...statements, "USE memory", "DETACH made"])
    await connection.run(sql);
  connection.closeSync();
  instance.closeSync();
  return file;
}
