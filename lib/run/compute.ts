/** Runs an experiment: rows from the pool and its own judgment. Nothing is written. */

import fs from "node:fs";
import path from "node:path";
import type { QueryRecord } from "../artifacts/artifacts.ts";
import { isOutOfMemory } from "../db/open/memory.ts";
import type { MergedQuery } from "../db/open/merge.ts";
import type { Pool } from "../db/open/pool.ts";
import type { Experiment, ExperimentResult, Query, QueryContext, SqlParams } from "../experiment.ts";
import { known } from "../stats/known.ts";
import { FINAL_COUNTS, type FinalCount, withFinalCounts } from "../trace/final-counts.ts";
import type { Plan } from "./plan.ts";

/** What an experiment returned, with nothing left out. */
export type Result<P = unknown> = Required<Omit<ExperimentResult, "alarm" | "provides">> & Pick<ExperimentResult<P>, "alarm" | "provides">;
/** And the queries that it ran. */
export interface Computed extends Result {
  readonly queries: readonly QueryRecord[];
}

/**
 * Says how many output counts are final where it matters, puts the sentence for an empty pool first where an experiment drew nothing,
 * and empty lists where it returned none.
 */
export async function completed<P>(experiment: Experiment<P>, returned: ExperimentResult<P>, pool: Pool): Promise<Result<P>> {
  const { unfinishedOutput } = experiment;
  const result = unfinishedOutput ? withFinalCounts(returned, unfinishedOutput, await pool.rows<FinalCount>(FINAL_COUNTS)) : returned;
  const { figures, notes = [] } = result;
  return {
    ...result,
    documents: result.documents ?? [],
    texts: result.texts ?? [],
    figures: figures ?? [],
    headlines: result.headlines ?? [],
    notes: figures ? notes : [experiment.empty, ...notes],
  };
}

/** Read access for an experiment; closing it gives back the rows that it keeps. */
export interface Queries extends QueryContext {
  close(): Promise<void>;
}

/** Read access for an experiment: queries of its own folder by file name. */
export function queriesOf(experiment: Experiment, pool: Pool, onQuery?: (query: string, params?: SqlParams) => void): Queries {
  const reductions = pool.reductions();
  const read = ({ file }: Query, params?: SqlParams) => {
    onQuery?.(file, params);
    return readQuery(experiment, file);
  };
  return {
    rows: (query, params) => pool.rows(withMerge(experiment, query.file, read(query, params)), params, query),
    columns: (query, params) => pool.columns(withMerge(experiment, query.file, read(query, params)), params, query),
    distributions: (query, request, params) => reductions.distributions(read(query, params), request, params, query),
    bins: (query, request, params) => reductions.bins(read(query, params), request, params, query),
    sample: (query, request, params) => reductions.sample(read(query, params), request, params, query),
    intervals: (query, request, params) => reductions.intervals(read(query, params), request, params, query),
    close: () => reductions.close(),
  };
}

export function readQuery(experiment: Experiment, query: string): string {
  return fs.readFileSync(path.join(experiment.folder, query), "utf8");
}

/** A query with the file next to it, `<name>.merge.sql`, where there is one. */
export function withMerge(experiment: Experiment, query: string, sql = readQuery(experiment, query)): string | MergedQuery {
  const file = query.replace(/\.sql$/, ".merge.sql");
  return fs.existsSync(path.join(experiment.folder, file)) ? { sql, merge: { file, sql: readQuery(experiment, file) } } : sql;
}

/** What is needed to run an experiment. */
type Planned = Pick<Plan, "experiment" | "options" | "watch">;

/** Results by experiment, each computed once, after those it needs (which are computed even when their files are fresh). */
export class Results {
  private readonly plans: readonly Planned[];
  private readonly pool: Pool;
  private readonly computed = new Map<string, Promise<Computed>>();

  constructor(plans: readonly Planned[], pool: Pool) {
    this.plans = plans;
    this.pool = pool;
  }

  of(plan: Planned, log: (message: string) => void): Promise<Computed> {
    const { id } = plan.experiment;
    const result = this.computed.get(id) ?? this.compute(plan, log);
    this.computed.set(id, result);
    result.catch((error) => {
      // With fewer others at work there may be enough memory.
      if (isOutOfMemory(error) && this.computed.get(id) === result) this.computed.delete(id);
    });
    return result;
  }

  /** Keeps only what others may need of a result: the rest, hundreds of megabytes in a large pool, need not stay until the run ends. */
  published(plan: Planned, result: Computed): void {
    this.computed.set(plan.experiment.id, Promise.resolve({ ...result, tables: [], figures: [], documents: [], texts: [] }));
  }

  private async compute({ experiment, options, watch }: Planned, log: (message: string) => void): Promise<Computed> {
    const needs: Record<string, unknown> = {};
    for (const [name, { id }] of Object.entries(experiment.needs)) {
      const needed = known(this.plans.find((other) => other.experiment.id === id));
      needs[name] = (await this.of(needed, log)).provides;
    }
    const queries = new Map<string, QueryRecord>();
    const onQuery = (file: string, params: SqlParams = {}) => {
      if (!queries.has(file)) queries.set(file, { file, params });
    };
    const asked = queriesOf(experiment, this.pool, onQuery);
    try {
      const result = await watch.run(asked, (db) => experiment.run({ db, options, needs, log }));
      return { ...(await completed(experiment, result, this.pool)), queries: [...queries.values()] };
    } finally {
      await asked.close();
    }
  }
}
