/**
 * Puts parameters into SQL as literals: the engine for browsers binds none by name. It lacks `from_json` too, so a list that a query
 * reads from a JSON parameter becomes a literal list of the type that the query names.
 */

import { quoteLiteral, quoteName } from "../../../../db/sql.ts";
import type { SqlParams } from "../../../../experiment.ts";
import { known } from "../../../../stats/known.ts";

const FROM_JSON = /from_json\(\$(\w+)(?:::VARCHAR)?,\s*'(\[[^']*\])'\)/g;
/** Texts, names and comments keep their dollars. */
const PARAMETER = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\$(\w+)/g;

/** @throws Error for a parameter without a value */
export function withParameters(sql: string, params: SqlParams = {}): string {
  const given = (name: string) => {
    const value = params[name];
    if (value === undefined) throw new Error(`the parameter $${name} has no value`);
    return value;
  };
  return sql
    .replace(FROM_JSON, (_, name: string, type: string) => listSql(String(given(name)), JSON.parse(type)))
    .replace(PARAMETER, (found, name?: string) => (name === undefined ? found : literalSql(given(name))));
}

function literalSql(value: string | number | boolean | null): string {
  if (value === null) return "NULL";
  if (typeof value === "string") return `${quoteLiteral(value)}::VARCHAR`;
  if (typeof value === "boolean") return String(value);
  return Number.isInteger(value) ? `(${value})` : `'${value}'::DOUBLE`;
}

/** As `from_json` describes types: a name, or names by field. */
type ItemType = string | Readonly<Record<string, string>>;

function listSql(json: string, [type]: readonly ItemType[]): string {
  const items: readonly unknown[] = JSON.parse(json);
  return `[${items.map((item) => itemSql(item, known(type))).join(", ")}]::${typeSql(known(type))}[]`;
}

function typeSql(type: ItemType): string {
  if (typeof type === "string") return type;
  return `STRUCT(${Object.entries(type)
    .map(([name, of]) => `${quoteName(name)} ${of}`)
    .join(", ")})`;
}

function itemSql(item: unknown, type: ItemType): string {
  if (typeof type === "string") return item === null || item === undefined ? `NULL::${type}` : `${quoteLiteral(String(item))}::${type}`;
  const fields: Readonly<Record<string, unknown>> = Object(item);
  return `{${Object.entries(type)
    .map(([name, of]) => `${quoteLiteral(name)}: ${itemSql(fields[name], of)}`)
    .join(", ")}}`;
}
