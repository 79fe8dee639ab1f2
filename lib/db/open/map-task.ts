import type { SqlParams } from "../../experiment.ts";

/** One question to each shard, in plain data: SQL that is run where the tables of the shard are, and the relations in its `-- uses:` lines. */
export interface MapTask {
  readonly sql: string;
  readonly params?: SqlParams | undefined;
  /** Of the query, which begins in the second line of `sql`, for messages. */
  readonly file?: string | undefined;
}
