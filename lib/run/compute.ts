/** Runs an experiment: rows from the pool and its own judgment. Nothing is written. */
import fs from "node:fs";
import path from "node:path";
import type { QueryRecord } from "../artifacts/artifacts.ts";
import type { Pool } from "../db/open/pool.ts";
import type { Experiment, ExperimentResult, QueryContext, SqlParams } from "../experiment.ts";
import type { Plan } from "./plan.ts";

/** What an experiment returned, and the queries that it ran. */
export interface Computed extends ExperimentResult {
  readonly queries: readonly QueryRecord[];
}

export async function compute(
  plan: Plan,
  pool: Pool,
  needs: Readonly<Record<string, unknown>>,
  log: (message: string) => void,
): Promise<Computed> {
  const { experiment, options } = plan;
  const queries = new Map<string, QueryRecord>();
  const onQuery = (file: string, params: SqlParams = {}) => {
    if (!queries.has(file)) queries.set(file, { file, params });
  };
  const result = await plan.watch.run(queriesOf(experiment, pool, onQuery), (db) => experiment.run({ db, options, needs, log }));
  return { ...result, queries: [...queries.values()] };
}

/** Read access for an experiment: queries of its own folder by file name. */
export function queriesOf(experiment: Experiment, pool: Pool, onQuery?: (query: string, params?: SqlParams) => void): QueryContext {
  const read = (query: string, params?: SqlParams) => {
    onQuery?.(query, params);
    return readQuery(experiment, query);
  };
  return {
    rows: <T>(query: string, params?: SqlParams) => pool.rows<T>(read(query, params), params),
    columns: <T>(query: string, params?: SqlParams) => pool.columns<T>(read(query, params), params),
  };
}

export function readQuery(experiment: Experiment, query: string): string {
  return fs.readFileSync(path.join(experiment.folder, query), "utf8");
}

/** Results by experiment, each computed once, after those it needs (which are computed even when their files are fresh). */
export class Results {
  private readonly plans: readonly Plan[];
  private readonly pool: Pool;
  private readonly computed = new Map<string, Promise<Computed>>();

  constructor(plans: readonly Plan[], pool: Pool) {
    this.plans = plans;
    this.pool = pool;
  }

  of(plan: Plan, log: (message: string) => void): Promise<Computed> {
    const { id } = plan.experiment;
    const result = this.computed.get(id) ?? this.computeWithNeeds(plan, log);
    this.computed.set(id, result);
    return result;
  }

  /** Keeps only what others may need of a result: the rest, hundreds of megabytes in a large pool, need not stay until the run ends. */
  published(plan: Plan, result: Computed): void {
    this.computed.set(plan.experiment.id, Promise.resolve({ ...result, tables: [], figures: [], documents: [], texts: [] }));
  }

  private async computeWithNeeds(plan: Plan, log: (message: string) => void): Promise<Computed> {
    const needs: Record<string, unknown> = {};
    for (const id of plan.experiment.needs) {
      const needed = this.plans.find((other) => other.experiment.id === id) as Plan;
      needs[id] = (await this.of(needed, log)).provides;
    }
    return compute(plan, this.pool, needs, log);
  }
}
