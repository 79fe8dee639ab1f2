/** Compared sessions for programs. Names of fields don't change; docs/diff.md lists them. */
import { ratio } from "../../stats/ratio.ts";
import { requestAt, sumsOfRequest, wordOf } from "../../trace/session-diff/compare.ts";
import { METRIC_NAMES, METRICS } from "../../trace/session-diff/metrics.ts";
import type { ComparedPair, Side } from "../../trace/session-diff/read.ts";
import { divergenceText } from "../../trace/session-diff/words.ts";
import type { DiffFacts, DiffOptions } from "./view.ts";

/** What `--json` prints. */
export function diffJson({ comparison, about, edits }: DiffFacts, { accounting }: DiffOptions) {
  const { sides, pairs, medians } = comparison;
  const [a] = sides;
  return {
    accounting,
    sessions: sides.map((side) => sessionJson(side, about)),
    metrics: METRIC_NAMES.map((metric) => ({
      metric,
      unit: METRICS[metric].unit,
      values: sides.map(({ facts }) => facts[metric]),
      ratios: sides.map(({ facts }) => quotient(facts[metric], a?.facts[metric] ?? null)),
      ranks: sides.map(({ ranks }) => ranks.get(metric) ?? null),
      median: medians.get(metric) ?? null,
    })),
    comparisons: pairs.map(comparisonJson),
    editedFiles: edits.map(({ file, edits: counts }) => ({ file, edits: sides.map(({ letter }) => counts.get(letter) ?? 0) })),
  };
}

function quotient(value: number | null, of: number | null): number | null {
  return value === null || of === null ? null : ratio(value, of);
}

function sessionJson({ letter, id, name, sessions, facts }: Side, about: DiffFacts["about"]) {
  const said = about.get(id);
  return {
    side: letter,
    sessionId: id,
    sessionIds: sessions,
    name,
    title: said?.title ?? null,
    project: said?.project ?? null,
    provider: facts.provider,
    modelsUsed: facts.models.split(" "),
    firstActivity: facts.from_us === null ? null : new Date(facts.from_us / 1000).toISOString(),
    unpricedSteps: facts.unpriced_steps,
  };
}

function comparisonJson(pair: ComparedPair) {
  const { a, other, comparison } = pair;
  const { divergence, editSimilarity, toolMixBits, score, pairs } = comparison;
  const requestOf = (side: Side, place: number | null) => {
    const request = requestAt(side, place);
    return request ? { request: request.request, does: wordOf(request), ...moneyOf(sumsOfRequest(request)) } : null;
  };
  return {
    a: a.letter,
    b: other.letter,
    editSimilarity,
    toolMixBits,
    alignmentScore: score,
    firstDivergence: divergence && {
      pair: divergence.pair + 1,
      requestA: requestOf(a, divergence.a)?.request ?? null,
      requestB: requestOf(other, divergence.b)?.request ?? null,
      callA: divergence.callA,
      callB: divergence.callB,
      says: divergenceText(a, other, divergence),
    },
    requests: pairs.map(({ aligned, similarity }) => ({ similarity, a: requestOf(a, aligned.a), b: requestOf(other, aligned.b) })),
  };
}

function moneyOf({ steps, calls, errors, costUsd, activeS }: ReturnType<typeof sumsOfRequest>) {
  return { steps, calls, errors, costUSD: costUsd, activeSeconds: activeS };
}
