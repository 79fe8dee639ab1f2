/** The headlines of a run in the reading that it does not have. */
import type { Pool } from "../db/open/pool.ts";
import type { Headline } from "../experiment.ts";
import type { Accounting } from "../trace/readings.ts";
import { Results } from "./compute.ts";
import type { Plan } from "./plan.ts";
import { RelationsInUse } from "./relations-in-use.ts";

/** Smaller differences are not worth a note. */
const LEAST_DIFFERENCE = 0.01;

/** Computes headlines a second time, without figures or files. */
export class OtherReading {
  private readonly pool: Pool;
  private readonly results: Results;
  private readonly relations: RelationsInUse;

  constructor(pool: Pool, plans: readonly Plan[]) {
    this.pool = pool;
    this.results = new Results(plans, pool);
    this.relations = new RelationsInUse(pool, plans);
    this.relations.mayFreeAfter(Promise.resolve());
  }

  /** One note that gives both values of the headlines that differ; none when none does. */
  async notes(plan: Plan, accounting: Accounting, headlines: readonly Headline[], log: (message: string) => void): Promise<string[]> {
    if (headlines.length === 0) return [];
    const result = await this.results.of(plan, log);
    this.results.published(plan, result);
    return readingNotes({ accounting, headlines }, { accounting: this.pool.accounting, headlines: result.headlines });
  }

  done(id: string): void {
    this.relations.done(id);
  }

  async close(): Promise<void> {
    await this.relations.settled();
    this.pool.close();
  }
}

const WORDS: Readonly<Record<Accounting, string>> = { counted: "Counted", published: "Published rules" };

interface Read {
  readonly accounting: Accounting;
  readonly headlines: readonly Headline[];
}

/** Headlines that only one of the readings has are left out. */
export function readingNotes(own: Read, other: Read): string[] {
  const differing = own.headlines.flatMap(({ label, value }) => {
    const found = other.headlines.find((headline) => headline.label === label);
    return found && differ(value, found.value) ? `${label} ${value} (${found.value})` : [];
  });
  if (differing.length === 0) return [];
  return [`${WORDS[own.accounting]} (${WORDS[other.accounting].toLowerCase()} in parentheses): ${differing.join("; ")}.`];
}

/** Headlines are texts: their numbers are compared one by one, and what is around them must be the same. */
function differ(one: string, other: string): boolean {
  if (one === other) return false;
  const [a, b] = [numbersOf(one), numbersOf(other)];
  if (a.length === 0 || a.length !== b.length || one.replace(NUMBER, "#") !== other.replace(NUMBER, "#")) return true;
  return a.some((value, i) => Math.abs(value - (b[i] ?? 0)) > LEAST_DIFFERENCE * Math.max(Math.abs(value), Math.abs(b[i] ?? 0)));
}

const NUMBER = /\d[\d,]*(?:\.\d+)?/g;

function numbersOf(text: string): number[] {
  return [...text.matchAll(NUMBER)].map(([digits]) => Number(digits.replaceAll(",", "")));
}
