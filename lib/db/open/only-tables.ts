/**
 * Refuses databases that hold more than stored values. A view, a macro or a computed column is a program of whoever made the
 * file: it would run with our queries and take part in what they publish.
 */
import fs from "node:fs";
import { UserError } from "../../files/errors.ts";
import { printable } from "../../files/printable.ts";
import { shown } from "../shown.ts";
import type { Engine } from "./engine.ts";

const ONLY_TABLES = fs.readFileSync(new URL("./only-tables.sql", import.meta.url), "utf8");
const PLAIN_COLUMNS = fs.readFileSync(new URL("./plain-columns.sql", import.meta.url), "utf8");

export interface Attached {
  /** Its name on the engine. */
  readonly database: string;
  /** Where it comes from, for messages. */
  readonly file: string;
  /** Tables that are read; null for all. Others are ignored. */
  readonly tables: readonly string[] | null;
}

/** @throws UserError that names the first view, macro, type, schema, computed column, check or index */
export async function refuseCode(engine: Engine, { database, file, tables }: Attached): Promise<void> {
  const [object] = await engine.rows<{ kind: string; name: string }>(ONLY_TABLES, { database });
  if (object) throw refusal(file, `it holds the ${object.kind} ${shown(object.name)}`);
  const [computed] = await engine.rows<{ what: string; table: string; found: string }>(PLAIN_COLUMNS, {
    database,
    tables: tables?.join(",") ?? null,
  });
  if (computed) throw refusal(file, `${shown(computed.what)} of ${shown(computed.table)} is ${shown(computed.found)}`);
}

function refusal(file: string, found: string): UserError {
  return new UserError(
    `${printable(file)} is refused: ${found}. A database may hold only tables of stored values. Build it again from its trace with build-db, or copy the tables into a new file.`,
  );
}
