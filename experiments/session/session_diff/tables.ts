/** The tables and the document. */
import { type JsonDocument, type Table, table } from "../../../lib/experiment.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import {
  type ComparedRequest,
  callsOf,
  type RequestPair,
  requestAt,
  sumsOfRequest,
  wordOf,
} from "../../../lib/trace/session-diff/compare.ts";
import { METRIC_NAMES, METRICS } from "../../../lib/trace/session-diff/metrics.ts";
import type { ComparedPair, Comparison, Letter, Side } from "../../../lib/trace/session-diff/read.ts";

const OTHER = { says: "The session that is compared with A: `b`, `c` or `d`. What is said of B is said of it" };

export function tablesOf(comparison: Comparison): Table[] {
  const { pairs } = comparison;
  return [metricsTable(comparison), requestsTable(pairs), callsTable(pairs)];
}

function metricsTable({ pairs, medians }: Comparison): Table {
  const rows = pairs.flatMap(({ a, other }) =>
    METRIC_NAMES.map((metric) => {
      const [ofA, ofB] = [a.facts[metric], other.facts[metric]];
      return {
        other: other.letter,
        metric,
        unit: METRICS[metric].unit,
        a: ofA,
        b: ofB,
        difference: ofA === null || ofB === null ? null : Math.round((ofB - ofA) * 1e9) / 1e9,
        ratio: ofA === null || ofB === null ? null : ratio(ofB, ofA),
        rank_a: a.ranks.get(metric) ?? null,
        rank_b: other.ranks.get(metric) ?? null,
        pool_p50: medians.get(metric) ?? null,
      };
    }),
  );
  const rank = (side: string) => ({
    says: `Share of the other sessions of the provider of ${side} with less than ${side} has; those with as much count half. Empty for fewer than 20 sessions of the provider, and for runs`,
    unit: "share",
  });
  return table(
    "session_diff_metrics",
    rows,
    {
      other: OTHER,
      metric: { says: "What is compared; README.md has the meanings" },
      unit: { says: "Of a, b, difference and pool_p50" },
      a: { says: "Of A; empty when unknown" },
      b: { says: "Of B; empty when unknown" },
      difference: { says: "b less a" },
      ratio: { says: "b / a; empty when a is 0" },
      rank_a: rank("A"),
      rank_b: rank("B"),
      pool_p50: { says: "Median over the sessions of A's provider" },
    },
    { title: "Two sessions in numbers", caption: "One row per compared session and metric." },
  );
}

interface RequestRow {
  readonly other: Letter;
  readonly pair: number;
  readonly a: ComparedRequest | null;
  readonly b: ComparedRequest | null;
  readonly similarity: RequestPair["similarity"];
}

function requestsTable(pairs: readonly ComparedPair[]): Table {
  const rows = pairs.flatMap(({ a, other, comparison }) =>
    comparison.pairs.map(
      ({ aligned, similarity }, i): RequestRow => ({
        other: other.letter,
        pair: i + 1,
        a: requestAt(a, aligned.a),
        b: requestAt(other, aligned.b),
        similarity,
      }),
    ),
  );
  const sums = (side: "a" | "b") => (row: RequestRow) => row[side] && sumsOfRequest(row[side]);
  const word = (side: "a" | "b") => ({
    of: (row: RequestRow) => row[side] && wordOf(row[side]),
    says: `What the steps of ${side.toUpperCase()}'s request do, as in session/request_phases; steps in a row that do the same are one word with their number`,
  });
  return table(
    "session_diff_requests",
    rows,
    {
      other: OTHER,
      pair: { says: "Place in the alignment" },
      a_request: { of: ({ a }) => a?.request ?? null, says: "Request of A; 0: what is before its first one" },
      b_request: { of: ({ b }) => b?.request ?? null, says: "Request of B" },
      status: {
        of: ({ a, b }) => (a && b ? "paired" : a ? "only_a" : "only_b"),
        says: "`paired`, `only_a` or `only_b`",
      },
      similarity: {
        says: "Twice the longest common subsequence of the activities of their steps over the steps of both",
        unit: "share",
      },
      a_word: word("a"),
      b_word: word("b"),
      steps_a: { of: (row) => sums("a")(row)?.steps ?? null, says: "Steps of A's request", unit: "steps" },
      steps_b: { of: (row) => sums("b")(row)?.steps ?? null, says: "Steps of B's request", unit: "steps" },
      cost_a_usd: { of: (row) => sums("a")(row)?.costUsd ?? null, says: "Cost of A's request; empty without a price", unit: "USD" },
      cost_b_usd: { of: (row) => sums("b")(row)?.costUsd ?? null, says: "Cost of B's request; empty without a price", unit: "USD" },
      active_a_s: { of: (row) => sums("a")(row)?.activeS ?? null, says: "Active time of A's request; empty without times", unit: "s" },
      active_b_s: { of: (row) => sums("b")(row)?.activeS ?? null, says: "Active time of B's request; empty without times", unit: "s" },
      errors_a: { of: (row) => sums("a")(row)?.errors ?? null, says: "Failed calls of A's request", unit: "calls" },
      errors_b: { of: (row) => sums("b")(row)?.errors ?? null, says: "Failed calls of B's request", unit: "calls" },
    },
    {
      title: "Requests that belong together",
      caption: "One row per compared session and pair of requests, or request without a counterpart.",
    },
  );
}

function callsTable(pairs: readonly ComparedPair[]): Table {
  return table(
    "session_diff_calls",
    pairs.flatMap(alignedCalls),
    {
      other: OTHER,
      position: { says: "Place in the alignment of all calls; calls that go together have the same" },
      side: { says: "The session that makes the call: `a`, or `other`" },
      call_no: { says: "Number of the call in its session" },
      request_no: { says: "Its request" },
      tool: { says: "Tool as logged; `<unknown-tool>` when missing" },
      category: { says: "What the tool is for, as in session/request_phases" },
      is_error: { says: "Whether it failed; empty when unknown" },
      aligned_with: { says: "Number of the call of the other session that it goes with; empty for none" },
    },
    {
      title: "Calls that go together",
      caption: "One row per compared session and call. Calls go together by a longest common subsequence of categories.",
    },
  );
}

function alignedCalls({ a, other, comparison: { matches } }: ComparedPair) {
  const calls = { a: numberedCalls(a), b: numberedCalls(other) };
  let position = 0;
  const row = (side: Letter, call: NumberedCall, alignedWith: number | null) => ({
    other: other.letter,
    position,
    side,
    ...call,
    aligned_with: alignedWith,
  });
  const alone = (side: Letter, own: readonly NumberedCall[]) =>
    own.map((call) => {
      position++;
      return row(side, call, null);
    });
  let [i, j] = [0, 0];
  return [...matches, { a: calls.a.length, b: calls.b.length }].flatMap((match) => {
    const before = [...alone("a", calls.a.slice(i, match.a)), ...alone(other.letter, calls.b.slice(j, match.b))];
    [i, j] = [match.a + 1, match.b + 1];
    const [left, right] = [calls.a[match.a], calls.b[match.b]];
    if (!left || !right) return before;
    position++;
    return [...before, row("a", left, right.call_no), row(other.letter, right, left.call_no)];
  });
}

type NumberedCall = ReturnType<typeof numberedCalls>[number];

function numberedCalls({ requests }: Side) {
  return requests.flatMap((request) =>
    callsOf([request]).map(({ tool, category, failed }, i) => ({
      call_no: request.firstCall + i,
      request_no: request.request,
      tool,
      category,
      is_error: failed,
    })),
  );
}

export function documentOf({ sides, pairs }: Comparison): JsonDocument {
  return {
    name: "session_diff.json",
    says: "The sessions, and for each that is compared with A where they part, how alike their calls are, and how their tools differ",
    value: {
      sessions: sides.map(({ letter, id, facts }) => ({ side: letter, id, provider: facts.provider, models: facts.models.split(" ") })),
      comparisons: pairs.map(({ a, other, comparison: { divergence, editSimilarity, toolMixBits, score } }) => ({
        a: a.id,
        b: other.id,
        first_divergence: divergence && {
          request_a: requestAt(a, divergence.a)?.request ?? null,
          request_b: requestAt(other, divergence.b)?.request ?? null,
          call_a: divergence.callA,
          call_b: divergence.callB,
        },
        edit_similarity: editSimilarity,
        tool_mix_jsd: toolMixBits,
        alignment_score: score,
      })),
    },
  };
}
