/** A query to read and to copy: its parameters in place. */
import type { SqlParams } from "../experiment.ts";
import { quoteLiteral } from "./sql.ts";

/** Comments, strings and quoted names as they are; parameters apart. */
const TOKENS = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$([A-Za-z_]\w*)/g;

/** A query with its `$parameters` replaced by literals. @throws when one has no value */
export function withValues(sql: string, params: SqlParams): string {
  return sql.replace(TOKENS, (token, name: string | undefined) => {
    if (name === undefined) return token;
    const value = Object.hasOwn(params, name) ? params[name] : undefined;
    if (value === undefined) throw new Error(`parameter $${name} has no value`);
    return literal(value);
  });
}

function literal(value: SqlParams[string]): string {
  if (typeof value === "string") return quoteLiteral(value);
  if (typeof value === "number" && value < 0) return `(${value})`;
  return String(value).toUpperCase();
}
