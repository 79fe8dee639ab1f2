import type { SqlParams } from "../../experiment.ts";

/** One question to each shard, in plain data: SQL that is run where the tables of the shard are, and the relations in its `-- uses:` lines. */
export interface MapTask {
  readonly sql: string;
  readonly params?: SqlParams | undefined;
  /** Of the query, which begins in the second line of `sql`, for messages. */
  readonly file?: string | undefined;
  /** For a reduction of a query: the same question, to a table of the query's rows. */
  readonly reduced?: { readonly sql: string; readonly rows: ReducedRows } | undefined;
}

/** The rows of a query, kept as a table because several questions are asked of them. */
export interface ReducedRows extends Pick<MapTask, "sql" | "params" | "file"> {
  readonly table: string;
}
