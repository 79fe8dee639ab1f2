import type { QueryContext } from "../experiment.ts";

/** What an experiment spent its wall time on, in milliseconds. */
export interface Timings {
  /** While at least one of its queries ran, with the making of relations that it was the first to ask for. */
  readonly queryMs: number;
  /** In its own code. */
  readonly computeMs: number;
  /** Drawing its figures: the sum over the threads that drew them. */
  readonly renderMs: number;
}

/** Measures one experiment. Clocks belong to what is said about a run, never to what it leaves. */
export class Stopwatch {
  private queryMs = 0;
  private runMs = 0;
  private queriesOfRunMs = 0;
  private renderMs = 0;
  private underWay = 0;
  private busySince = 0;

  get taken(): Timings {
    return { queryMs: this.queryMs, computeMs: this.runMs - this.queriesOfRunMs, renderMs: this.renderMs };
  }

  /** Queries side by side count once. */
  async query<T>(ask: () => Promise<T>): Promise<T> {
    if (this.underWay++ === 0) this.busySince = performance.now();
    try {
      return await ask();
    } finally {
      if (--this.underWay === 0) this.queryMs += performance.now() - this.busySince;
    }
  }

  /** The run of an experiment, which asks through `db`. */
  async run<T>(db: QueryContext, run: (db: QueryContext) => Promise<T>): Promise<T> {
    const start = performance.now();
    try {
      return await run({
        rows: (query, params) => this.query(() => db.rows(query, params)),
        columns: (query, params) => this.query(() => db.columns(query, params)),
        distributions: (query, request, params) => this.query(() => db.distributions(query, request, params)),
        bins: (query, request, params) => this.query(() => db.bins(query, request, params)),
        sample: (query, request, params) => this.query(() => db.sample(query, request, params)),
        intervals: (query, request, params) => this.query(() => db.intervals(query, request, params)),
      });
    } finally {
      this.runMs += performance.now() - start;
      this.queriesOfRunMs = this.queryMs;
    }
  }

  drew(milliseconds: number): void {
    this.renderMs += milliseconds;
  }
}
