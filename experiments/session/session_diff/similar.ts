/** Sessions of the pool that do the same, call by call: candidates for one task done twice. */
import { type QueryContext, query, type RowOf, type Table, table } from "../../../lib/experiment.ts";
import { similarity } from "../../../lib/stats/alignment.ts";

const SEQUENCES = query("sequences.sql", { session_id: "text", calls: "number", categories: "text" });
type Sequence = RowOf<typeof SEQUENCES>;

/** All pairs of them are looked at. */
export const MOST_COMPARED = 2_000;

interface SimilarPair {
  readonly a: Sequence;
  readonly b: Sequence;
  readonly similarity: number;
}

export async function readSimilar(db: QueryContext, most: number): Promise<{ readonly pairs: SimilarPair[]; readonly sessions: number }> {
  const sequences = await db.rows(SEQUENCES, { most: MOST_COMPARED });
  return { pairs: mostSimilar(sequences, most), sessions: sequences.length };
}

/** @param sequences the longest first. Of pairs that are as similar the longer one is first. */
export function mostSimilar(sequences: readonly Sequence[], most: number): SimilarPair[] {
  const counts = sequences.map(({ categories }) => countsOf(categories));
  let found: SimilarPair[] = [];
  for (const [i, a] of sequences.entries()) {
    for (const [j, b] of sequences.slice(0, i).entries()) {
      const least = found.length < most ? 0 : (found.at(-1)?.similarity ?? 0);
      if (atMost(counts[i], counts[j], a.calls + b.calls) <= least) continue;
      const pair = { a: b, b: a, similarity: similarity(a.categories, b.categories) };
      if (pair.similarity > least) found = [...found, pair].sort((x, y) => y.similarity - x.similarity).slice(0, most);
    }
  }
  return found;
}

function countsOf(word: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const letter of word) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  return counts;
}

/** The similarity of words with these letters, in the best order. */
function atMost(a: ReadonlyMap<string, number> = new Map(), b: ReadonlyMap<string, number> = new Map(), length: number): number {
  let common = 0;
  for (const [letter, count] of a) common += Math.min(count, b.get(letter) ?? 0);
  return (2 * common) / length;
}

export function similarTable(pairs: readonly SimilarPair[]): Table {
  return table(
    "session_diff_pairs",
    pairs,
    {
      a: { of: ({ a }) => a.session_id, says: "Session" },
      b: { of: ({ b }) => b.session_id, says: "Another session" },
      edit_similarity: {
        of: (pair) => pair.similarity,
        says: "Twice the longest common subsequence of the categories of their calls over the calls of both",
        unit: "share",
      },
      calls_a: { of: ({ a }) => a.calls, says: "Calls of a", unit: "calls" },
      calls_b: { of: ({ b }) => b.calls, says: "Calls of b", unit: "calls" },
    },
    { title: "The most similar sessions", caption: "One row per pair of sessions of at least ten calls, with `--pairs`." },
  );
}
