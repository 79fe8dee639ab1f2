/** Shapes of random quantities: quantile curves, weighted choices, and shares that are kept up. */

/** Values by the share of draws that stay below them: from 0 to 1, both ends included. */
export type Quantiles = Readonly<Record<number, number>>;
/** Whole numbers with their relative weights. */
export type Weights = Readonly<Record<number, number>>;

/** A distribution by its quantiles; between two knots the logarithm of the value runs straight. */
export class QuantileCurve {
  private readonly probabilities: readonly number[];
  private readonly logs: readonly number[];

  /** @throws when an end is missing or a value is not positive or below the one before */
  constructor(quantiles: Quantiles) {
    const knots = entriesOf(quantiles).sort(([a], [b]) => a - b);
    this.probabilities = knots.map(([probability]) => probability);
    this.logs = knots.map(([, value]) => Math.log(value));
    if (this.probabilities[0] !== 0 || this.probabilities.at(-1) !== 1) throw new Error("quantiles must run from 0 to 1");
    if (knots.some(([, value], i) => !(value > 0) || value < (knots[i - 1]?.[1] ?? 0)))
      throw new Error("quantiles must be positive and must not fall");
  }

  /** The value below which the share `u`, in [0, 1], of all draws lies. */
  at(u: number): number {
    let i = 1;
    while (u > (this.probabilities[i] as number)) i++;
    const low = this.probabilities[i - 1] as number;
    const share = (u - low) / ((this.probabilities[i] as number) - low);
    const from = this.logs[i - 1] as number;
    return Math.exp(from + ((this.logs[i] as number) - from) * share);
  }
}

/** Items with relative weights. */
export class Weighted<T> {
  private readonly items: readonly (readonly [item: T, weight: number])[];
  private readonly limits: readonly number[];

  constructor(items: readonly (readonly [item: T, weight: number])[]) {
    this.items = items;
    let sum = 0;
    this.limits = items.map(([, weight]) => (sum += weight));
  }

  static of(weights: Weights): Weighted<number> {
    return new Weighted(entriesOf(weights));
  }

  /** The item at `u` in [0, 1). */
  at(u: number): T {
    const target = u * (this.limits.at(-1) as number);
    const index = this.limits.findIndex((limit) => target < limit);
    return (this.items[index] as readonly [T, number])[0];
  }
}

/** Hands out items so that each one's part of what was handed out stays near its share. */
export class Shares<T> {
  private readonly items: readonly (readonly [item: T, share: number])[];
  private readonly given: number[];
  private total = 0;

  /** `items`: shares add up to 1. */
  constructor(items: readonly (readonly [item: T, share: number])[]) {
    this.items = items;
    this.given = items.map(() => 0);
  }

  /** The item that is furthest behind once `amount` more is handed out. */
  next(amount: number): T {
    const behind = this.items.map(([, share], i) => share * (this.total + amount) - (this.given[i] as number));
    const index = behind.indexOf(Math.max(...behind));
    const [item] = this.items[index] as readonly [T, number];
    this.give(item, amount);
    return item;
  }

  /** Counts what was handed out without asking. */
  give(item: T, amount: number): void {
    const index = this.items.findIndex(([known]) => known === item);
    this.given[index] = (this.given[index] as number) + amount;
    this.total += amount;
  }
}

function entriesOf(record: Readonly<Record<number, number>>): [number, number][] {
  return Object.entries(record).map(([key, value]) => [Number(key), value]);
}
