/** The process that runs fenced statements, one after the other. It has no environment, and DuckDB in it reaches nothing but the pool. */
import type { DuckDBConnection } from "@duckdb/node-api";
import { Pool } from "../../db/open/pool.ts";
import { messageOf } from "../../files/errors.ts";
import { printableText } from "../../files/printable.ts";
import { readAnswer } from "./answer.ts";
import type { OpenRequest, Reply, Request, RunRequest } from "./messages.ts";
import { FENCED_SCHEMA, FENCED_TABLES, makeTable } from "./schema.ts";
import { type Allowed, allowedBy, checkStatement, refuseOtherTypes } from "./statement.ts";

/** Below what the process may take, so that most large queries end with an error of the engine. */
const MEMORY = "1500MB";
const THREADS = 2;
/** Of an error, which may quote a value of any length. */
const MOST_CHARACTERS = 600;

interface Opened {
  readonly pool: Pool;
  readonly names: boolean;
  readonly connection: DuckDBConnection;
  readonly allowed: Allowed;
}

let opened: Opened | null = null;
let isInterrupted = false;

process.on("message", (request: Request) => {
  if (request.kind === "interrupt") {
    isInterrupted = true;
    opened?.connection.interrupt();
  } else void answer(request);
});
process.once("disconnect", () => process.exit());

async function answer(request: OpenRequest | RunRequest): Promise<void> {
  try {
    if (request.kind === "open") {
      opened = await open(request);
      reply({ kind: "open" });
    } else reply({ kind: "answer", answer: await run(request) });
  } catch (error) {
    reply({ kind: "failed", message: sentence(error) });
  }
}

function reply(message: Reply): void {
  process.send?.(message);
}

async function open({ db, reading, names }: OpenRequest): Promise<Opened> {
  const pool = await Pool.open(db, { ...reading, threads: THREADS, memoryLimit: MEMORY });
  await pool.rows(`CREATE SCHEMA memory.${FENCED_SCHEMA}`);
  const connection = await pool.connect(`memory.${FENCED_SCHEMA}`);
  return { pool, names, connection, allowed: await allowedBy(connection, Object.keys(FENCED_TABLES)) };
}

async function run({ sql, ...limits }: RunRequest) {
  if (!opened) throw new Error("The pool is not open yet.");
  const { pool, names, connection, allowed } = opened;
  isInterrupted = false;
  const { tables, isExplain } = await checkStatement(connection, sql, allowed);
  for (const table of tables) await makeTable(pool, table, names);
  if (isInterrupted) throw new Error("INTERRUPT Error: Interrupted!");
  reply({ kind: "running" });
  await refuseOtherTypes(connection, sql);
  return readAnswer(connection, sql, isExplain ? { ...limits, cellCharacters: limits.bytes } : limits);
}

/** What the engine says, without the SQL. */
function sentence(error: unknown): string {
  const [said = ""] = messageOf(error).split(/\n+SQL: /, 1);
  return printableText(said.length > MOST_CHARACTERS ? `${said.slice(0, MOST_CHARACTERS)}…` : said);
}
