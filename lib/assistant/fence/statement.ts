/**
 * What a statement may be: one SELECT, or EXPLAIN of one, that reads the fenced tables and calls functions whose result depends on their
 * arguments alone. DuckDB's own parser says what a statement names (`json_serialize_sql`), before anything binds or runs it.
 */
import { type DuckDBConnection, StatementType } from "@duckdb/node-api";
import { didYouMean } from "../../files/did-you-mean.ts";
import { messageOf } from "../../files/errors.ts";
import { isObject } from "../../files/json.ts";

const MOST_CHARACTERS = 20_000;

export interface CheckedStatement {
  /** Fenced tables that it reads. */
  readonly tables: readonly string[];
  readonly isExplain: boolean;
}

/** What statements may name, in lower case. */
export interface Allowed {
  readonly tables: readonly string[];
  readonly functions: ReadonlySet<string>;
  /** Names that the engine itself gives to views, such as duckdb_settings: a WITH of such a name could hide that the view is read. */
  readonly systemViews: ReadonlySet<string>;
}

/** Functions that read rows from nowhere but their arguments. */
const TABLE_FUNCTIONS: ReadonlySet<string> = new Set(["range", "generate_series", "unnest", "json_each", "json_tree"]);

/** They name no function of the list, or one that changes from call to call and is harmless. */
const ALSO_ALLOWED = ["unnest", "now", "today", "current_date", "get_current_timestamp", "get_current_time", "transaction_timestamp"];

/** They show settings, read a text as SQL, take states that could be made up, or are the engine's own. */
const NEVER =
  /^(__internal_|pg_|has_|inet_|st_|variant_|icu_)|^(current_setting|getvariable|json_serialize_plan|json_serialize_sql|json_deserialize_sql|combine|finalize|create_sort_key|parse_duckdb_log_message|get_block_size|format_type|map_to_pg_oid|vector_type|replace_type|make_type|get_type|cast_to_type|add_parquet_key)$/;

/** Reads what the engine offers. */
export async function allowedBy(connection: DuckDBConnection, tables: readonly string[]): Promise<Allowed> {
  const functions = await namesIn(
    connection,
    `SELECT DISTINCT lower(function_name) FROM duckdb_functions()
     WHERE (function_type = 'scalar' AND stability = 'CONSISTENT') OR function_type = 'aggregate'
       OR (function_type = 'macro' AND NOT regexp_matches(macro_definition, 'duckdb_|pragma_|sleep|current_(database|schema|query)'))`,
  );
  return {
    tables,
    functions: new Set([...functions.filter((name) => !NEVER.test(name)), ...ALSO_ALLOWED]),
    systemViews: new Set(await namesIn(connection, "SELECT DISTINCT lower(view_name) FROM duckdb_views() WHERE internal")),
  };
}

/** @throws Error with a sentence for anything but a harmless SELECT */
export async function checkStatement(connection: DuckDBConnection, sql: string, allowed: Allowed): Promise<CheckedStatement> {
  if (sql.length > MOST_CHARACTERS) throw new Error(`The statement is longer than ${MOST_CHARACTERS.toLocaleString("en-US")} characters.`);
  // The parser ends at a NUL.
  if (sql.includes("\0")) throw new Error("The statement has a NUL character.");
  const select = sql.replace(EXPLAIN, "");
  const found = namedIn(await parsed(connection, select));
  refuseFunctions(found, allowed);
  const tables = tablesRead(found, allowed);
  return { tables, isExplain: select !== sql };
}

/** @throws Error unless DuckDB sees one SELECT or EXPLAIN; views of what it reads have been made */
export async function refuseOtherTypes(connection: DuckDBConnection, sql: string): Promise<void> {
  const statements = await connection.extractStatements(sql);
  if (statements.count !== 1) throw new Error(ONE_SELECT);
  const statement = await statements.prepare(0);
  const { statementType, parameterCount } = statement;
  statement.destroySync();
  if (statementType !== StatementType.SELECT && statementType !== StatementType.EXPLAIN) throw new Error(ONE_SELECT);
  if (parameterCount > 0) throw new Error("The statement has parameters. Write their values into it.");
}

const EXPLAIN = /^\s*explain\s+(analyze\s+)?(?=select|with|from|\()/i;
const ONE_SELECT = "Only one SELECT statement, or EXPLAIN of one, can run here.";

/** The syntax tree of a SELECT. */
async function parsed(connection: DuckDBConnection, sql: string): Promise<unknown> {
  const reader = await connection.runAndReadAll("SELECT json_serialize_sql($sql::VARCHAR)", { sql });
  const tree: unknown = JSON.parse(String(reader.value(0, 0)));
  if (!isObject(tree)) throw new Error(ONE_SELECT);
  if (tree.error === true) throw new Error(tree.error_type === "parser" ? messageOf(new Error(String(tree.error_message))) : ONE_SELECT);
  if (!Array.isArray(tree.statements) || tree.statements.length !== 1) throw new Error(ONE_SELECT);
  return tree;
}

interface Named {
  /** Names as they are after FROM, whole. */
  readonly tables: Set<string>;
  readonly withNames: Set<string>;
  readonly functions: Set<string>;
  readonly tableFunctions: Set<string>;
  /** What is refused whatever its name. */
  readonly refused: string[];
}

function namedIn(tree: unknown): Named {
  const found: Named = { tables: new Set(), withNames: new Set(), functions: new Set(), tableFunctions: new Set(), refused: [] };
  const waiting: unknown[] = [tree];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (Array.isArray(node)) waiting.push(...node);
    else if (isObject(node)) waiting.push(...note(node, found));
  }
  return found;
}

/** Notes what a node names; returns the nodes below it that are still to be looked at. */
function note(node: Readonly<Record<string, unknown>>, found: Named): unknown[] {
  if (node.type === "TABLE_FUNCTION" && isObject(node.function)) {
    found.tableFunctions.add(wholeName(node.function, "function_name"));
    const { function: called, ...rest } = node;
    return [...Object.values(rest), called.children];
  }
  if (node.type === "BASE_TABLE") {
    found.tables.add(wholeName(node, "table_name"));
    if (node.at_clause !== null) found.refused.push("AT");
  } else if (node.type === "SHOW_REF") {
    if (node.query === null) found.refused.push("SHOW");
  } else if (typeof node.table_name === "string" && node.table_name !== "") found.refused.push(node.table_name);
  if (typeof node.function_name === "string") {
    const isWindow = node.class === "WINDOW" && node.type !== "WINDOW_AGGREGATE";
    if (!isWindow) found.functions.add(wholeName(node, "function_name"));
  }
  if (typeof node.cte_name === "string" && node.cte_name !== "") found.withNames.add(node.cte_name.toLowerCase());
  if (isObject(node.cte_map) && Array.isArray(node.cte_map.map))
    for (const entry of node.cte_map.map)
      if (isObject(entry) && typeof entry.key === "string") found.withNames.add(entry.key.toLowerCase());
  return Object.values(node);
}

/** In lower case, with the database and schema that it is given; operators and lists are written in the engine's own schema. */
function wholeName(node: Readonly<Record<string, unknown>>, key: "table_name" | "function_name"): string {
  const [catalog, schema, name] = [node.catalog_name ?? node.catalog, node.schema_name ?? node.schema, node[key]];
  const place = [catalog, schema].filter((part) => part !== "" && !(key === "function_name" && part === "main"));
  return [...place, name].map(String).join(".").toLowerCase();
}

function refuseFunctions({ functions, tableFunctions }: Named, allowed: Allowed): void {
  for (const name of functions) if (!allowed.functions.has(name)) throw new Error(`The function ${name} can't be used here.`);
  for (const name of tableFunctions) if (!TABLE_FUNCTIONS.has(name)) throw new Error(`The table function ${name} can't be used here.`);
}

function tablesRead({ tables, withNames, refused }: Named, allowed: Allowed): string[] {
  const [odd] = refused;
  if (odd !== undefined) throw new Error(`${odd} can't be used here. Only SELECT over these tables can: ${allowed.tables.join(", ")}.`);
  for (const name of withNames) if (allowed.systemViews.has(name)) throw new Error(`WITH can't define ${name}: choose another name.`);
  for (const name of tables)
    if (!allowed.tables.includes(name) && !withNames.has(name))
      throw new Error(`Unknown table ${name}.${didYouMean(name, allowed.tables) || ` The tables are ${allowed.tables.join(", ")}.`}`);
  return allowed.tables.filter((name) => tables.has(name));
}

async function namesIn(connection: DuckDBConnection, sql: string): Promise<string[]> {
  const reader = await connection.runAndReadAll(sql);
  return reader.getRows().map(([name]) => String(name));
}
