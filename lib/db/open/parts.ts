/**
 * Answers of shards that are kept as Parquet files, so that other processes can compute them and later runs find them. The name of a
 * file is a hash over all that an answer depends on: the rows of the shard, the question, the relations it reads, and the program.
 */
import fs from "node:fs";
import path from "node:path";
import { version } from "@duckdb/node-api";
import { Draft } from "../../files/atomic.ts";
import { UserError } from "../../files/errors.ts";
import { makeFolder } from "../../files/folder.ts";
import { sha256 } from "../../files/hash.ts";
import { isOfPool, relationSql, relationsOf, withThoseTheyRead } from "../../relations/relations.ts";
import { SCHEMA_VERSION } from "../../trace/schema.ts";
import type { ExportManifest } from "../build/parquet/manifest.ts";
import { quoteLiteral, quoteName } from "../sql.ts";
import type { Engine } from "./engine.ts";
import type { MapTask } from "./map-task.ts";
import type { PartColumn } from "./merge.ts";
import type { PoolFolder } from "./pool-folder.ts";
import { madeFor, type OpenedReading, pricesId } from "./reading.ts";

export interface PartsOptions {
  /** Where parts are kept. */
  readonly folder: string;
  /** The only shard to ask, from 0 on: for its parts alone, since answers then are of that shard. */
  readonly only?: number | undefined;
}

/** @throws UserError for a pool that is not exported in shards, and for a shard that it doesn't have */
export function shardsToKeep(file: string, folder: PoolFolder | null, { only }: PartsOptions): number {
  const shards = folder?.manifest.shards;
  if (!shards) throw new UserError(`${file} has no shards, so no parts can be kept of it. Export it with --shards first.`);
  if (only !== undefined && only >= shards)
    throw new UserError(`${file} has ${shards} shards, so there is no shard ${only + 1}. Give --shard k/${shards}.`);
  return shards;
}

/** Tables that all shards share. */
const OF_ALL_SHARDS = /_source\b|\bmemory\.|\bcounted\./;

export class Parts {
  private readonly engine: Engine;
  private readonly folder: string;
  private readonly manifest: ExportManifest;
  private readonly reading: OpenedReading;
  /** Of relations whose rows the program has. */
  private readonly given: () => Promise<Readonly<Record<string, unknown>>>;
  private written = 0;

  constructor(
    engine: Engine,
    { folder }: PartsOptions,
    manifest: ExportManifest,
    reading: OpenedReading,
    given: () => Promise<Readonly<Record<string, unknown>>>,
  ) {
    this.engine = engine;
    this.folder = path.resolve(folder);
    this.manifest = manifest;
    this.reading = reading;
    this.given = given;
    makeFolder(this.folder);
  }

  /**
   * SQL for the rows that a shard answers, from its file; one that is missing or damaged is made first.
   * @param prepare makes the relations that the question reads
   */
  async of(task: MapTask, shard: number, searchPath: string, prepare: () => Promise<void>): Promise<string> {
    const file = path.join(this.folder, `${await this.nameOf(task, shard)}.parquet`);
    const kept = fs.existsSync(file) ? await this.read(file).catch(() => null) : null;
    if (kept !== null) return kept;
    await prepare();
    await this.write(task, file, searchPath);
    return this.read(file);
  }

  private async nameOf({ sql, params }: MapTask, shard: number): Promise<string> {
    const relations = withThoseTheyRead(relationsOf(sql)).map((name) => [name, relationSql(name)] as const);
    const made = madeFor(this.reading.accounting);
    const texts = [sql, ...relations.map(([, text]) => text)];
    // In the counted reading, what is known of a step may depend on other conversations.
    const isOfAll = this.reading.accounting === "counted" || texts.some((text) => isOfPool(text) || OF_ALL_SHARDS.test(text));
    const files = Object.entries(this.manifest.tables).flatMap(([table, { files }]) =>
      files.filter((file) => isOfAll || file.shard === shard).map(({ sha256 }) => [table, sha256]),
    );
    const given = Object.entries(await this.given()).filter(([name]) => relations.some(([read]) => read === name));
    const rows = [shard, this.manifest.shards, files];
    return sha256(JSON.stringify([rows, sql, params, relations, given, made, pricesId(this.reading.prices), SCHEMA_VERSION, version()]));
  }

  private async write({ sql, params }: MapTask, file: string, searchPath: string): Promise<void> {
    const table = `memory.main.${quoteName(`part ${this.written++}`)}`;
    const draft = new Draft(file, { tidy: false });
    await this.engine.run(`CREATE TABLE ${table} AS ${sql}`, params, searchPath);
    try {
      const columns = await this.engine.rows<PartColumn>(`SELECT column_name AS name, column_type AS type FROM (DESCRIBE ${table})`);
      const stored = columns.map(({ name, type }) => `${quoteName(name)}::${storedType(type)} AS ${quoteName(name)}`);
      const format = `FORMAT parquet, COMPRESSION zstd, KV_METADATA {columns: ${quoteLiteral(JSON.stringify(columns))}}`;
      await this.engine.writeFile(draft.path, (place) =>
        this.engine.run(`COPY (SELECT ${stored.join(", ")} FROM ${table}) TO ${quoteLiteral(place)} (${format})`),
      );
      draft.publish();
    } finally {
      draft.discard();
      await this.engine.run(`DROP TABLE ${table}`);
    }
  }

  private async read(file: string): Promise<string> {
    const { columns } = await this.engine.one<{ columns: string }>(
      `SELECT decode(value) AS columns FROM parquet_kv_metadata(${quoteLiteral(file)}) WHERE decode(key) = 'columns'`,
    );
    const types: readonly PartColumn[] = JSON.parse(columns);
    const selected = types.map(({ name, type }) => `${quoteName(name)}::${type} AS ${quoteName(name)}`);
    return `SELECT ${selected.join(", ")} FROM read_parquet(${quoteLiteral(file)}, hive_partitioning = false)`;
  }
}

/** Parquet has no integers of 128 bits: the engine would write them as DOUBLE. */
function storedType(type: string): string {
  return type.replaceAll(/\bU?HUGEINT\b/g, "DECIMAL(38, 0)");
}
