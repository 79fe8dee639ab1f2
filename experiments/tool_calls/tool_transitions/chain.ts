/** The flow of requests as a Markov chain: what follows from how often one state comes after another. Numbers alone; nothing is read here. */
import { jensenShannon } from "../../../lib/stats/divergence.ts";
import { known } from "../../../lib/stats/known.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { sumOf } from "../../../lib/stats/sum.ts";

export const START = "START";
export const END = "END";
export const OUTCOMES = ["worked", "failed", "empty", "unknown"] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** How often a visit of one state was followed by one of another. */
export interface Transition {
  readonly from: string;
  readonly to: string;
  /** In a later step: what the chain is made of. */
  readonly n: number;
  /** To a parallel call of the same step. */
  readonly parallel: number;
  /** `n` by outcome of the visit that is left; all 0 from START. */
  readonly after: Readonly<Record<Outcome, number>>;
  /** `parallel`, likewise. */
  readonly parallelAfter: Readonly<Record<Outcome, number>>;
}

export class Chain {
  readonly transitions: readonly Transition[];
  readonly #departures = new Map<string, number>();
  readonly #arrivals = new Map<string, number>();
  readonly #n = new Map<string, Map<string, number>>();
  readonly total: number;

  constructor(transitions: readonly Transition[]) {
    this.transitions = transitions;
    for (const { from, to, n } of transitions) {
      add(this.#departures, from, n);
      add(this.#arrivals, to, n);
      const row = this.#n.get(from) ?? new Map<string, number>();
      add(row, to, n);
      this.#n.set(from, row);
    }
    this.total = sumOf(transitions, ({ n }) => n);
  }

  count(from: string, to: string): number {
    return this.#n.get(from)?.get(to) ?? 0;
  }

  departuresOf(state: string): number {
    return this.#departures.get(state) ?? 0;
  }

  /** Departures of all states but START. */
  get departures(): number {
    return this.total - this.departuresOf(START);
  }

  /** Requests with a call. */
  get requests(): number {
    return this.departuresOf(START);
  }

  /** The probability that `to` comes after `from`; null where nothing does. */
  p(from: string, to: string): number | null {
    return ratio(this.count(from, to), this.departuresOf(from));
  }

  /** `p` over the share of `to` among all that follows anything: above 1, more often than usual. */
  lift(from: string, to: string): number | null {
    const p = this.p(from, to);
    const share = ratio(this.#arrivals.get(to) ?? 0, this.total);
    return p === null || share === null ? null : ratio(p, share);
  }

  /** The probability after visits of one outcome, and how many there are. */
  pAfter(from: string, to: string, outcome: Outcome): { readonly hits: number; readonly of: number; readonly p: number | null } {
    const own = this.transitions.filter((transition) => transition.from === from);
    const of = sumOf(own, ({ after }) => after[outcome]);
    const hits = sumOf(
      own.filter((transition) => transition.to === to),
      ({ after }) => after[outcome],
    );
    return { hits, of, p: ratio(hits, of) };
  }

  /** Visits by outcome: what was left, one way or the other. */
  visitsOf(state: string): Record<Outcome, number> {
    const own = this.transitions.filter(({ from }) => from === state);
    const count = (outcome: Outcome) => sumOf(own, ({ after, parallelAfter }) => after[outcome] + parallelAfter[outcome]);
    return { worked: count("worked"), failed: count("failed"), empty: count("empty"), unknown: count("unknown") };
  }

  /** Visits in a row: 1 / (1 - p) of the state after itself. Null where it never ends. */
  runLength(state: string): number | null {
    const again = this.p(state, state);
    return again === null || again === 1 ? null : 1 / (1 - again);
  }

  /** Bits per call that the next state is uncertain by, START left out. Null without departures. */
  entropyRate(): number | null {
    const states = [...this.#n.keys()].filter((state) => state !== START);
    const bits = sumOf(states, (state) => this.departuresOf(state) * entropyOf([...known(this.#n.get(state)).values()]));
    return ratio(bits, this.departures);
  }

  /** The same with the Miller-Madow correction: entropy of few observations comes out too low. Miller 1955, Note on the bias of information estimates. */
  correctedEntropyRate(): number | null {
    const rate = this.entropyRate();
    const states = [...this.#n].filter(([state]) => state !== START);
    const extra = sumOf(states, ([, row]) => [...row.values()].filter((n) => n > 0).length - 1);
    return rate === null ? null : rate + extra / (2 * Math.LN2 * this.departures);
  }

  /** Expected visits until a request ends, the one in `state` among them. Null where the chain may never end. */
  visitsToEnd(state: string): number | null {
    const states = this.#ending();
    return solved(states, this.#inner(states), () => 1).get(state) ?? null;
  }

  /** How often a request reaches `target` after a visit of `state`, and then after how many visits on average. */
  passage(state: string, target: string): { readonly reached: number; readonly visits: number } | null {
    const states = this.#ending().filter((each) => each !== target);
    if (!states.includes(state)) return null;
    const inner = this.#inner(states);
    const reached = solved(states, inner, (each) => this.p(each, target) ?? 0);
    const visits = solved(states, inner, (each) => known(reached.get(each)));
    const share = known(reached.get(state));
    // Rounding makes nothing a little more than nothing.
    return share < 1e-12 ? null : { reached: share, visits: known(visits.get(state)) / share };
  }

  /** States that surely lead to END sooner or later. */
  #ending(): string[] {
    const states = [...this.#n.keys()].filter((state) => state !== START && this.departuresOf(state) > 0);
    const successors = (state: string) => [...known(this.#n.get(state))].flatMap(([to, n]) => (n > 0 ? [to] : []));
    const grown = (found: ReadonlySet<string>): Set<string> => {
      const more = new Set([...found, ...states.filter((state) => successors(state).some((to) => found.has(to)))]);
      return more.size === found.size ? more : grown(more);
    };
    const shrunk = (found: ReadonlySet<string>): Set<string> => {
      const fewer = new Set([...found].filter((state) => state === END || successors(state).every((to) => found.has(to))));
      return fewer.size === found.size ? fewer : shrunk(fewer);
    };
    return [...shrunk(grown(new Set([END])))].filter((state) => state !== END);
  }

  #inner(states: readonly string[]): number[][] {
    return states.map((from) => states.map((to) => this.p(from, to) ?? 0));
  }
}

function add(counts: Map<string, number>, key: string, n: number): void {
  counts.set(key, (counts.get(key) ?? 0) + n);
}

/** In bits. */
function entropyOf(counts: readonly number[]): number {
  const total = sumOf(counts, (n) => n);
  return -sumOf(
    counts.filter((n) => n > 0),
    (n) => (n / total) * Math.log2(n / total),
  );
}

/** The solution of `(I - q) x = constants` by Gaussian elimination with pivots, by state. */
function solved(states: readonly string[], q: readonly (readonly number[])[], constantOf: (state: string) => number): Map<string, number> {
  const rows = states.map((state, i) => [...known(q[i]).map((value, j) => (i === j ? 1 : 0) - value), constantOf(state)]);
  const size = states.length;
  const cell = (i: number, j: number) => known(rows[i]?.[j]);
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let i = column + 1; i < size; i++) if (Math.abs(cell(i, column)) > Math.abs(cell(pivot, column))) pivot = i;
    [rows[column], rows[pivot]] = [known(rows[pivot]), known(rows[column])];
    for (let i = 0; i < size; i++) {
      const factor = i === column ? 0 : cell(i, column) / cell(column, column);
      if (factor !== 0) rows[i] = known(rows[i]).map((value, j) => value - factor * cell(column, j));
    }
  }
  return new Map(states.map((state, i) => [state, cell(i, size) / cell(i, i)]));
}

export interface Comparison {
  readonly from: string;
  readonly to: string;
  readonly departuresA: number;
  readonly departuresB: number;
  readonly pA: number;
  readonly pB: number;
  readonly z: number;
  /** Two-sided, by Holm's rule for all edges that are compared. */
  readonly pHolm: number;
}

/** Fewer departures are not compared. */
export const LEAST_DEPARTURES = 50;

/** Edges of two chains by a test of two proportions, the largest difference first. Both have at least 50 departures from where the edge starts. */
export function compared(a: Chain, b: Chain): Comparison[] {
  const edges = new Map([...a.transitions, ...b.transitions].map((edge) => [JSON.stringify([edge.from, edge.to]), edge]));
  const tests = [...edges.values()].flatMap(({ from, to }) => {
    const [departuresA, departuresB] = [a.departuresOf(from), b.departuresOf(from)];
    if (Math.min(departuresA, departuresB) < LEAST_DEPARTURES || a.count(from, to) + b.count(from, to) === 0) return [];
    const [pA, pB] = [a.count(from, to) / departuresA, b.count(from, to) / departuresB];
    const pooled = (a.count(from, to) + b.count(from, to)) / (departuresA + departuresB);
    const error = Math.sqrt(pooled * (1 - pooled) * (1 / departuresA + 1 / departuresB));
    const z = error === 0 ? 0 : (pA - pB) / error;
    return [{ from, to, departuresA, departuresB, pA, pB, z, pValue: erfc(Math.abs(z) / Math.SQRT2) }];
  });
  let least = 0;
  return tests
    .sort((x, y) => x.pValue - y.pValue || (`${x.from} ${x.to}` < `${y.from} ${y.to}` ? -1 : 1))
    .map(({ pValue, ...test }, i) => {
      least = Math.min(1, Math.max(least, pValue * (tests.length - i)));
      return { ...test, pHolm: least };
    });
}

/** The complement of the error function for x >= 0, to 1.2e-7 of its value. Press et al., Numerical Recipes, 6.2 */
function erfc(x: number): number {
  const t = 1 / (1 + x / 2);
  const coefficients = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223, 0.17087277,
  ];
  return t * Math.exp(-x * x + coefficients.reduceRight((sum, coefficient) => coefficient + t * sum, 0));
}

/** Jensen-Shannon divergence of the shares of edges, in bits. Null without edges. */
export function divergence(a: Chain, b: Chain): number | null {
  return jensenShannon(edgeCounts(a), edgeCounts(b));
}

function edgeCounts({ transitions }: Chain): Map<string, number> {
  return new Map(transitions.map(({ from, to, n }) => [JSON.stringify([from, to]), n]));
}
