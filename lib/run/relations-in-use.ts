import type { Pool } from "../db/open/pool.ts";
import { isOfPool, isRelation, relationSql, relationsOf } from "../relations/relations.ts";
import type { SourceFile } from "./code.ts";

const RELATION_FILE = /^lib\/relations\/(\w+)\.sql$/;

type Sources = readonly Pick<SourceFile, "path">[];

interface Reader {
  readonly experiment: { readonly id: string };
  readonly sources: Sources;
}

/** Names of the relations among the source files of an experiment. */
export function relationsIn(sources: Sources): string[] {
  return sources.flatMap(({ path }) => RELATION_FILE.exec(path)?.[1] ?? []);
}

/** Names of the relations that do not need the whole pool but are read by queries that do. */
export function relationsForPool(sources: readonly SourceFile[]): string[] {
  const queries = sources.filter(({ path, text }) => path.endsWith(".sql") && !RELATION_FILE.test(path) && isOfPool(text));
  return [...new Set(queries.flatMap(({ text }) => relationsOf(text)))]
    .filter((name) => isRelation(name) && !isOfPool(relationSql(name)))
    .sort();
}

/**
 * Frees the relations that no experiment under way or to come reads: in a large pool they are a gigabyte. One that is asked for all
 * the same is made again.
 */
export class RelationsInUse {
  private readonly pool: Pool;
  private readonly readers = new Map<string, Set<string>>();
  /** Nothing is freed before what else reads the pool has read it. */
  private others: Promise<unknown> | null = null;
  private unused: string[] = [];
  private freed: Promise<unknown> = Promise.resolve();

  constructor(pool: Pool, plans: readonly Reader[]) {
    this.pool = pool;
    for (const { experiment, sources } of plans)
      for (const name of relationsIn(sources)) this.readers.set(name, (this.readers.get(name) ?? new Set()).add(experiment.id));
  }

  /** From now on relations may go as soon as `others` has ended, well or not. */
  mayFreeAfter(others: Promise<unknown>): void {
    this.others = others.catch(() => null);
    this.freeUnused();
  }

  /** An experiment needs its relations no longer. */
  done(id: string): void {
    for (const [name, readers] of this.readers)
      if (readers.delete(id) && readers.size === 0) {
        this.readers.delete(name);
        this.unused.push(name);
      }
    this.freeUnused();
  }

  /** Resolves when nothing is being freed. */
  async settled(): Promise<void> {
    await this.freed;
  }

  private freeUnused(): void {
    if (this.others === null || this.unused.length === 0) return;
    const names = this.unused.splice(0);
    this.freed = Promise.all([this.freed, this.others]).then(() => Promise.all(names.map((name) => this.pool.freeRelation(name))));
  }
}
