import type {
  Bin,
  BinsRequest,
  Distribution,
  DistributionRequest,
  IntervalOf,
  IntervalsRequest,
  Query,
  SampleRequest,
  SqlParams,
} from "../../experiment.ts";
import type { Answers } from "./answers.ts";
import type { Engine } from "./engine.ts";
import { intervals, intervalsOf, type SessionBlock } from "./intervals.ts";
import type { ReducedRows } from "./map-task.ts";
import {
  type BinnedValues,
  bins,
  binsOf,
  distributions,
  distributionsOf,
  type RankedValue,
  type Reduction,
  sample,
  withoutSemicolon,
} from "./reduce.ts";

/** What reductions need of the pool that is asked. */
export interface ReducedPool {
  /** The answers of shards, or of the whole pool for a query that needs it. */
  answersTo(sql: string): Answers;
  free(table: string): Promise<void>;
  /** Compares the columns of a query with those declared. */
  check(sql: string, params: SqlParams | undefined, declared: Query): Promise<void>;
}

/** How many tables of rows there have been, so that each has a name of its own. */
let tables = 0;

/**
 * Bounded answers to queries with a row per step, call or event, as `QueryContext` has them, for the texts of queries. The rows of a
 * query are kept until `close`: most queries are asked for several answers, and computing their rows takes longer than reducing them.
 */
export class Reductions {
  private readonly engine: Engine;
  private readonly pool: ReducedPool;
  private readonly kept = new Map<string, ReducedRows>();

  constructor(engine: Engine, pool: ReducedPool) {
    this.engine = engine;
    this.pool = pool;
  }

  async distributions<G, C extends string>(
    sql: string,
    request: DistributionRequest<string, C>,
    params?: SqlParams,
    declared?: Query,
  ): Promise<Distribution<G, C>[]> {
    return distributionsOf(await this.reduced<RankedValue<G, C>>(sql, (rows) => distributions(rows, request), params, declared));
  }

  async bins<G>(sql: string, request: BinsRequest<string, string>, params?: SqlParams, declared?: Query): Promise<Bin<G>[]> {
    return binsOf(await this.reduced<BinnedValues<G>>(sql, (rows) => bins(rows, request), params, declared));
  }

  async intervals<G, C extends string>(
    sql: string,
    request: IntervalsRequest<string, C>,
    params?: SqlParams,
    declared?: Query,
  ): Promise<IntervalOf<G, C>[]> {
    return intervalsOf(await this.reduced<SessionBlock<G, C>>(sql, (rows) => intervals(rows, request), params, declared));
  }

  sample<T>(sql: string, request: SampleRequest<string>, params?: SqlParams, declared?: Query<T>): Promise<T[]> {
    return this.ask(sql, (rows) => sample(rows, request), params, declared, declared);
  }

  /** Gives back the rows that it keeps. */
  async close(): Promise<void> {
    const kept = [...this.kept.values()];
    this.kept.clear();
    await Promise.all(kept.map(({ table }) => this.pool.free(table)));
  }

  private async reduced<T>(sql: string, reduce: (rows: string) => Reduction, params?: SqlParams, declared?: Query): Promise<T[]> {
    const rows = await this.ask<T>(sql, reduce, params, declared);
    if (declared) await this.pool.check(sql, params, declared);
    return rows;
  }

  /** @param returned what the answer is compared with */
  private async ask<T>(
    sql: string,
    reduce: (rows: string) => Reduction,
    params: SqlParams | undefined,
    { file }: Partial<Query> = {},
    returned?: Query<T>,
  ): Promise<T[]> {
    const rows = this.rowsOf(sql, params, file);
    const { map, merge } = reduce(sql);
    const reduced = { sql: reduce(`FROM "${rows.table}"`).map, rows };
    return this.pool
      .answersTo(sql)
      .ask({ sql: map, params, file, reduced }, { one: merge, many: () => merge }, (asked, bound, path) =>
        this.engine.rows<T>(asked, bound, returned, path),
      );
  }

  private rowsOf(sql: string, params: SqlParams | undefined, file: string | undefined): ReducedRows {
    const asked = JSON.stringify([sql, params]);
    const rows = this.kept.get(asked) ?? { table: `rows ${tables++}`, sql: withoutSemicolon(sql), params, file };
    this.kept.set(asked, rows);
    return rows;
  }
}
