/** Pools with what a writer may get wrong: missing and wrong values, times that are equal or out of order, names and ids that repeat. */
import { databaseFiles, openDuckDb } from "../db/open/connection.ts";
import { quoteLiteral, quoteName } from "../db/sql.ts";

export interface Damage {
  /** Chooses what is damaged, and how. */
  readonly seed: number;
  /** Of sessions that the copy has. */
  readonly share: number;
  /** Of the values of a column that are damaged, about. */
  readonly rate: number;
}

interface Column {
  readonly name: string;
  readonly type: string;
}

/** What puts a row in its place. */
const KEYS = { rounds: ["round_pk"], tool_calls: ["round_pk", "tool_index"], timing_events: ["round_pk", "event_index"] } as const;
/** What keeps its value: copies of a step are another kind of fault. */
const KEPT = new Set(["round_pk", "ingest_seq", "event_index", "tool_index", "trace_key"]);
const VOCABULARY = new Set(["provider", "event_type", "first_input_event_type"]);

/** Writes a damaged copy of some sessions of a database: the same one for the same seed. Paths are absolute. */
export async function damagedCopy(source: string, out: string, damage: Damage): Promise<void> {
  const instance = await openDuckDb({ threads: 1 }, { files: [source, out].flatMap(databaseFiles) });
  const connection = await instance.connect();
  const run = (sql: string) => connection.run(sql);
  try {
    await run(`ATTACH ${quoteLiteral(source)} AS source (READ_ONLY); ATTACH ${quoteLiteral(out)} AS damaged; USE damaged`);
    const chosen = `SELECT round_pk FROM source.rounds WHERE ${draw("session_id", damage.seed, "chosen")} < ${damage.share}`;
    for (const [table, keys] of Object.entries(KEYS)) {
      const reader = await connection.runAndReadAll(
        `SELECT column_name AS name, data_type AS type FROM duckdb_columns() WHERE database_name = 'source' AND table_name = ${quoteLiteral(table)} ORDER BY column_index`,
      );
      const columns = reader.getRowObjects().map(({ name, type }) => ({ name: String(name), type: String(type) }));
      const key = keys.join(", ");
      const values = columns.map((column) => `${damaged(column, key, damage)} AS ${quoteName(column.name)}`);
      const isThere = table === "rounds" ? "true" : `${draw(key, damage.seed, "gone")} > ${damage.rate / 2}`;
      await run(
        `CREATE TABLE ${table} AS SELECT ${values.join(", ")} FROM source.${table} WHERE round_pk IN (${chosen}) AND ${isThere} ORDER BY ${key}`,
      );
    }
    const { seed, rate } = damage;
    await run(
      `UPDATE tool_calls SET tool_call_id = 'again_' || hash(round_pk) % 20 WHERE ${draw("round_pk, tool_index", seed, "again")} < ${rate / 2}`,
    );
    await run(`UPDATE rounds SET round_index = round_index + hash(round_pk) % 3 - 1 WHERE ${draw("round_pk", seed, "index")} < ${rate}`);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

function damaged({ name, type }: Column, key: string, { seed, rate }: Damage): string {
  const value = quoteName(name);
  if (KEPT.has(name)) return value;
  const [chance, random] = [draw(key, seed, name), draw(key, seed, `${name} random`)];
  const cases = (...shares: readonly [share: number, instead: string][]) =>
    `CASE ${shares.map(([share, instead]) => `WHEN ${chance} < ${rate * share} THEN ${instead}`).join(" ")} ELSE ${value} END`;
  if (name === "session_id") return sessionOf(value, seed);
  if (VOCABULARY.has(name)) return cases([0.25, "NULL"], [0.33, "'other'"], [0.5, "''"]);
  switch (type) {
    case "BIGINT":
      return cases([0.33, "NULL"], [0.6, "0"], [0.8, `-(${random} * 1000)::BIGINT`], [1, `(${random} * 3)::BIGINT`]);
    case "TIMESTAMP":
      return cases(
        [0.5, "NULL"],
        [0.8, `${value} + to_milliseconds(((${random} - 0.5) * 200000)::BIGINT)`],
        [1, `date_trunc('minute', ${value})`],
        [6, `date_trunc('second', ${value})`],
      );
    case "BOOLEAN":
      return cases([1, "NULL"], [2, `NOT ${value}`]);
    default:
      return cases([0.33, "NULL"], [0.5, "''"], [0.6, `' ' || ${value}`]);
  }
}

/** Runs of steps lose their session, or are a helper's. */
function sessionOf(value: string, seed: number): string {
  return `CASE
    WHEN hash(round_pk // 40, ${seed}) % 97 = 0 THEN NULL
    WHEN hash(round_pk // 40, ${seed}) % 89 = 0 THEN ''
    WHEN hash(round_pk // 15, ${seed}) % 53 = 0 THEN ${value} || '/subagents/agent-' || hash(round_pk // 15) % 5
    ELSE ${value} END`;
}

/** A number from 0 to 1 for each row. */
function draw(key: string, seed: number, what: string): string {
  return `(hash(${key}, ${seed}, ${quoteLiteral(what)}) % 1000000 / 1e6)`;
}
