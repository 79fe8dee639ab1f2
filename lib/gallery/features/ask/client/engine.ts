/** The database engine of the page: loaded when the first question is asked. */
import { AsyncDuckDB, type AsyncDuckDBConnection, VoidLogger } from "@duckdb/duckdb-wasm";
import { quoteName } from "../../../../db/sql.ts";
import { fetched, fetchedText, unpacked } from "../../../page/client/unpacked.ts";
import type { Answer, Download, EngineFile, EngineFiles, MadeTable, OwnTable } from "./api.ts";
import { type ArrowField, cellOf, columnsFor } from "./arrow.ts";
import { csvOf, parquetOf } from "./files.ts";
import { CELL_CHARACTERS, cut, type DescribedColumn, describing, inOwnLines, keptRows, onlyStatement } from "./statement.ts";
import { type Cell, shortened } from "./values.ts";

/** An answer with long cells keeps fewer rows. */
const KEPT_CHARACTERS = 20_000_000;
const DATABASE = "explore.duckdb";
const CSV = "table.csv";

/** Downloads are kept, so the engine can restart without them. */
interface Loaded {
  readonly worker: string;
  readonly wasm: string;
  readonly database: Uint8Array<ArrayBuffer> | readonly MadeTable[];
  readonly table: { readonly name: string; readonly csv: string } | null;
}

interface Running {
  readonly engine: AsyncDuckDB;
  readonly connection: AsyncDuckDBConnection;
}

let loaded: Promise<Loaded> | null = null;
let running: Promise<Running> | null = null;
/** What was loaded. */
let opened: EngineFiles["database"] | null = null;

async function start(files: EngineFiles, progress: (download: Download) => void): Promise<void> {
  if (isMade(opened) && opened !== files.database) {
    await stop();
    loaded = null;
  }
  opened = files.database;
  loaded ??= load(files, progress).catch((error) => {
    loaded = null;
    throw error;
  });
  const parts = await loaded;
  running ??= run(parts).catch((error) => {
    running = null;
    throw error;
  });
  await running;
}

async function load(files: EngineFiles, progress: (download: Download) => void): Promise<Loaded> {
  const { database: given } = files;
  const total = files.wasm.packed + (isMade(given) ? 0 : given.packed);
  let done = 0;
  const count = (bytes: number) => {
    done += bytes;
    progress({ done, total });
  };
  const [worker, wasm, database, table] = await Promise.all([
    fetched(files.worker),
    counted(files.wasm, count),
    isMade(given) ? given : counted(given, count),
    tableOf(files.table),
  ]);
  return {
    // The worker is made on the page, so that the page's policy binds it: one that is loaded from its own address has none.
    worker: URL.createObjectURL(new Blob([worker], { type: "text/javascript" })),
    wasm: URL.createObjectURL(new Blob([wasm], { type: "application/wasm" })),
    database,
    table,
  };
}

async function tableOf(table: OwnTable | null): Promise<Loaded["table"]> {
  if (table === null) return null;
  return { name: table.name, csv: await fetchedText(table.address) };
}

/** @throws Error when the file has another size than the page was made with */
async function counted({ address, bytes }: EngineFile, count: (bytes: number) => void): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(address);
  if (!response.ok || !response.body) throw new Error(`The server returned ${response.status} for ${address}.`);
  const counting = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(part, controller) {
      count(part.length);
      controller.enqueue(part);
    },
  });
  const content = await unpacked(new Uint8Array(await new Response(response.body.pipeThrough(counting)).arrayBuffer()));
  if (content.length !== bytes) throw new Error(`${address} has ${content.length} bytes, not ${bytes}; reload the page and try again.`);
  return content;
}

/** Nothing from elsewhere: no files, no addresses, no extensions, and no way to change that by a query. */
const SETTINGS = ["SET autoinstall_known_extensions = false", "SET autoload_known_extensions = false"];
const OPENING = [`ATTACH '${DATABASE}' AS explore (READ_ONLY)`, "USE explore"];
const LOCKS = ["SET enable_external_access = false", "SET lock_configuration = true"];

async function run({ worker, wasm, database, table }: Loaded): Promise<Running> {
  const engine = new AsyncDuckDB(new VoidLogger(), new Worker(worker));
  try {
    await engine.instantiate(wasm, null);
    await engine.open({});
    // The buffer goes over to the worker, so it gets one of its own.
    if (database instanceof Uint8Array) await engine.registerFileBuffer(DATABASE, database.slice());
    const connection = await engine.connect();
    for (const setting of SETTINGS) await connection.query(setting);
    if (table) {
      await engine.registerFileText(CSV, table.csv);
      await connection.query(`CREATE TEMP TABLE ${quoteName(table.name)} AS FROM read_csv('${CSV}', header = true, sample_size = -1)`);
    }
    if (database instanceof Uint8Array) for (const statement of OPENING) await connection.query(statement);
    else for (const made of database) await makeTable(connection, made);
    for (const lock of LOCKS) await connection.query(lock);
    return { engine, connection };
  } catch (error) {
    await engine.terminate();
    throw error;
  }
}

async function makeTable(connection: AsyncDuckDBConnection, { name, columns, rows }: MadeTable): Promise<void> {
  const definitions = columns.map((column) => `${quoteName(column.name)} ${column.type}`);
  await connection.query(`CREATE TABLE ${quoteName(name)} (${definitions.join(", ")})`);
  if (rows) await connection.insertArrowFromIPCStream(rows.slice(), { name, schema: "main", create: false });
}

function isMade(database: EngineFiles["database"] | null): database is readonly MadeTable[] {
  return Array.isArray(database);
}

async function ask(text: string): Promise<Answer> {
  if (!running) throw new Error("The engine is not running; run the query again.");
  const { engine, connection } = await running;
  const { sql, isQuery } = onlyStatement(text, await engine.tokenize(text));
  const begin = performance.now();
  const answer = isQuery ? await answerOf(connection, sql) : await read(connection, sql, null);
  return { ...answer, seconds: (performance.now() - begin) / 1000 };
}

async function answerOf(connection: AsyncDuckDBConnection, query: string): Promise<Omit<Answer, "seconds">> {
  try {
    const described = await connection.query(describing(query));
    const textsOf = (name: string) => [...(described.getChild(name) ?? [])].map(String);
    const types = textsOf("column_type");
    const columns = textsOf("column_name").map((name, i) => ({ name, type: types[i] ?? "" }));
    return await read(connection, cut(query, columns), columns);
  } catch (error) {
    throw error instanceof Error ? new Error(inOwnLines(error.message), { cause: error }) : error;
  }
}

/** @param described null for what can't be cut by the engine, which is cut here */
async function read(
  connection: AsyncDuckDBConnection,
  sql: string,
  described: readonly DescribedColumn[] | null,
): Promise<Omit<Answer, "seconds">> {
  const reader = await connection.send(sql, true);
  await reader.open();
  const fields: readonly ArrowField[] = reader.schema.fields;
  const columns = columnsFor(fields, described);
  const most = keptRows(columns.length);
  let [rows, characters, isCut, hasLongCells] = [0, 0, false, false];
  const kept = (cell: Cell): Cell => {
    if (typeof cell !== "string") return cell;
    hasLongCells ||= cell.length > CELL_CHARACTERS;
    const short = shortened(cell, CELL_CHARACTERS);
    characters += short.length;
    return short;
  };
  for await (const batch of reader) {
    const taken = Math.min(batch.numRows, most - rows);
    for (const [j, { type }] of fields.entries()) {
      const vector = batch.getChildAt(j);
      const values = columns[j]?.values;
      for (let i = 0; i < taken; i++) values?.push(kept(cellOf(vector?.get(i), type)));
    }
    rows += taken;
    isCut = taken < batch.numRows || characters > KEPT_CHARACTERS;
    if (isCut) break;
  }
  if (isCut) await connection.cancelSent();
  return { columns, rows, isCut, hasLongCells };
}

/** Ends what runs at once; what was loaded stays. */
async function stop(): Promise<void> {
  const ended = running;
  running = null;
  await (await ended)?.engine.terminate();
}

globalThis.askEngine = { start, ask, stop, csv: csvOf, parquet: parquetOf };
