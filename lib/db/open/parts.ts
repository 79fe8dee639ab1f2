/**
 * Answers of shards that are kept as Parquet files, so that other processes can compute them and later runs find them. The name of a
 * file is a hash over all that an answer depends on: the rows of the shard, the question, the relations it reads, and the program.
 */
import fs from "node:fs";
import path from "node:path";
import { version } from "@duckdb/node-api";
import { Draft } from "../../files/atomic.ts";
import { messageOf, UserError } from "../../files/errors.ts";
import { makeFolder } from "../../files/folder.ts";
import { sha256 } from "../../files/hash.ts";
import { printable } from "../../files/printable.ts";
import { isOfPool, relationSql, relationsOf, withThoseTheyRead } from "../../relations/relations.ts";
import { SCHEMA_VERSION } from "../../trace/schema.ts";
import type { ExportManifest } from "../build/parquet/manifest.ts";
import { quoteLiteral, quoteName } from "../sql.ts";
import type { Engine } from "./engine.ts";
import type { MapTask } from "./map-task.ts";
import { isOutOfMemory } from "./memory.ts";
import type { PartColumn } from "./merge.ts";
import type { PoolFolder } from "./pool-folder.ts";
import { madeFor, type OpenedReading, pricesId } from "./reading.ts";

export interface PartsOptions {
  /** Where parts are kept. */
  readonly folder: string;
  /** The only shard to ask, from 0 on: for its parts alone, since answers then are of that shard. */
  readonly only?: number | undefined;
  /** Gets a sentence for each part that is there but can't be used. */
  readonly say?: ((line: string) => void) | undefined;
}

/** How many parts were found, and how many had to be computed. */
export interface PartsUsed {
  readonly found: number;
  /** How many parts were missing or damaged, by shard from 0 on. */
  readonly made: ReadonlyMap<number, number>;
}

/** @throws UserError for a pool that is not exported in shards, and for a shard that it doesn't have */
export function shardsToKeep(file: string, folder: PoolFolder | null, { only }: Pick<PartsOptions, "only"> = {}): number {
  const shards = folder?.manifest.shards;
  if (!shards) throw new UserError(`${file} has no shards, so no parts can be kept of it. Export it with --shards first.`);
  if (only !== undefined && only >= shards) throw new UserError(`${file} has ${shards} shards, not ${only + 1}. Give --shard k/${shards}.`);
  return shards;
}

/** Tables that all shards share. */
const OF_ALL_SHARDS = /_source\b|\bmemory\.|\bcounted\./;

/** Relations whose rows the program has. */
const GIVEN = new Set(["rates", "labels"]);

export class Parts {
  private readonly engine: Engine;
  private readonly folder: string;
  private readonly manifest: ExportManifest;
  private readonly reading: OpenedReading;
  /** Rows of the given relations. */
  private readonly given: () => Promise<Readonly<Record<string, unknown>>>;
  private readonly say: (line: string) => void;
  private written = 0;
  private found = 0;
  private readonly made = new Map<number, number>();

  constructor(
    engine: Engine,
    { folder, say = () => undefined }: PartsOptions,
    manifest: ExportManifest,
    reading: OpenedReading,
    given: () => Promise<Readonly<Record<string, unknown>>>,
  ) {
    this.engine = engine;
    this.folder = path.resolve(folder);
    this.manifest = manifest;
    this.reading = reading;
    this.given = given;
    this.say = say;
    makeFolder(this.folder);
  }

  /**
   * Puts the rows that a shard answers into a table. A part that is missing or damaged is made first.
   * @param into the statement that adds the rows of the query after it
   * @param prepare makes the relations that the question reads
   */
  async insert(into: string, task: MapTask, shard: number, searchPath: string, prepare: () => Promise<void>): Promise<void> {
    const name = await this.nameOf(task, shard);
    const file = path.join(this.folder, `${name}.parquet`);
    if (fs.existsSync(file) && (await this.use(into, file, name, shard))) return;
    await prepare();
    await this.write(task, file, name, searchPath);
    this.made.set(shard, 1 + (this.made.get(shard) ?? 0));
    await this.engine.run(`${into}${await this.read(file, name)}`);
  }

  used(): PartsUsed {
    return { found: this.found, made: this.made };
  }

  private async use(into: string, file: string, name: string, shard: number): Promise<boolean> {
    try {
      await this.engine.run(`${into}${await this.read(file, name)}`);
      this.found++;
      return true;
    } catch (error) {
      if (isOutOfMemory(error)) throw error;
      const [reason = ""] = messageOf(error).split("\n", 1);
      this.say(`${file}, a part of shard ${shard + 1}, can't be used and is computed again: ${printable(reason)}`);
      return false;
    }
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
    const isGiven = relations.some(([name]) => GIVEN.has(name));
    const given = Object.entries(isGiven ? await this.given() : {}).filter(([name]) => relations.some(([read]) => read === name));
    const rows = [shard, this.manifest.shards, files];
    return sha256(JSON.stringify([rows, sql, params, relations, given, made, pricesId(this.reading.prices), SCHEMA_VERSION, version()]));
  }

  private async write({ sql, params }: MapTask, file: string, name: string, searchPath: string): Promise<void> {
    const table = `memory.main.${quoteName(`part ${this.written++}`)}`;
    const draft = new Draft(file, { tidy: false });
    await this.engine.run(`CREATE TABLE ${table} AS ${sql}`, params, searchPath);
    try {
      const columns = await this.engine.rows<PartColumn>(`SELECT column_name AS name, column_type AS type FROM (DESCRIBE ${table})`);
      const stored = columns.map(({ name, type }) => `${quoteName(name)}::${storedType(type)} AS ${quoteName(name)}`);
      const format = `FORMAT parquet, COMPRESSION zstd, KV_METADATA {${META_KEY}: ${quoteLiteral(JSON.stringify({ name, columns }))}}`;
      await this.engine.writeFile(draft.path, (place) =>
        this.engine.run(`COPY (SELECT ${stored.join(", ")} FROM ${table}) TO ${quoteLiteral(place)} (${format})`),
      );
      draft.publish();
    } finally {
      draft.discard();
      await this.engine.run(`DROP TABLE ${table}`);
    }
  }

  private async read(file: string, name: string): Promise<string> {
    const [found] = await this.engine.rows<{ text: string }>(
      `SELECT decode(value) AS text FROM parquet_kv_metadata(${quoteLiteral(file)}) WHERE decode(key) = ${quoteLiteral(META_KEY)}`,
    );
    const meta: PartMeta | null = found ? JSON.parse(found.text) : null;
    if (meta?.name !== name) throw new Error("it has the rows of another question");
    const selected = meta.columns.map(({ name, type }) => `${quoteName(name)}::${type} AS ${quoteName(name)}`);
    return `SELECT ${selected.join(", ")} FROM read_parquet(${quoteLiteral(file)}, hive_partitioning = false)`;
  }
}

const META_KEY = "trace_atlas_part";

interface PartMeta {
  readonly name: string;
  readonly columns: readonly PartColumn[];
}

/** Parquet has no integers of 128 bits: the engine would write them as DOUBLE. */
function storedType(type: string): string {
  return type.replaceAll(/\bU?HUGEINT\b/g, "DECIMAL(38, 0)");
}
