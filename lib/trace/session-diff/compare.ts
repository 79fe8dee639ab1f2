/** Two sessions request by request: which requests belong together, and where the sessions part. No verdict. Runs in browsers, too. */
import { type Aligned, align, commonSubsequence, type Match, similarity } from "../../stats/alignment.ts";
import { jensenShannon } from "../../stats/divergence.ts";
import { at, known } from "../../stats/known.ts";
import type { StepActivity } from "../step-activities.ts";

export interface ComparedCall {
  readonly tool: string;
  /** What the tool is for, as in the relation `tool_activity`. */
  readonly category: string;
  /** Null when the trace doesn't say. */
  readonly failed: boolean | null;
}

/** A step of a session or of a run. */
export interface ComparedStep {
  /** What it does, as in the relation `step_activity`. */
  readonly activity: StepActivity;
  /** Dollars; null without a price. */
  readonly costUsd: number | null;
  readonly contextTokens: number;
  /** Active seconds before its first and its last moment; null when it has no time. */
  readonly fromS: number | null;
  readonly toS: number | null;
  readonly calls: readonly ComparedCall[];
}

/** Steps from a user message to the next. */
export interface ComparedRequest {
  /** As in the session, from 1; 0: what is before its first request. */
  readonly request: number;
  /** Number of its first call in the session, or of the next one if it has none; from 1. */
  readonly firstCall: number;
  readonly steps: readonly ComparedStep[];
}

/** A request and its counterpart. Places are from 0. */
export interface RequestPair {
  readonly aligned: Aligned;
  /** Of the activities of their steps; null without a counterpart. */
  readonly similarity: number | null;
}

/** Where two sessions part for the first time. */
export interface Divergence {
  /** Place in the alignment, from 0. */
  readonly pair: number;
  /** Places of the requests, from 0; null: this side has none here. */
  readonly a: number | null;
  readonly b: number | null;
  /** Numbers in their sessions of the first calls that differ, from 1; null where a side makes no more calls in this request. */
  readonly callA: number | null;
  readonly callB: number | null;
}

export interface SessionComparison {
  readonly pairs: readonly RequestPair[];
  /** Of the alignment. */
  readonly score: number;
  /** Null: the same calls, with the same results, in all requests. */
  readonly divergence: Divergence | null;
  /** Calls of a and b that go together: a longest common subsequence of their categories. Places from 0. */
  readonly matches: readonly Match[];
  /** Twice the number of these over the calls of both; null when neither has calls. */
  readonly editSimilarity: number | null;
  /** Jensen-Shannon divergence of the tools, by name, in bits; null when either has no calls. */
  readonly toolMixBits: number | null;
}

/** What a request without a counterpart costs the alignment. */
export const GAP_PENALTY = 0.5;
/** Words of one step are equal by chance, so such a pair counts half. */
const SHORT_WEIGHT = 0.5;
/** Later requests have no counterpart: the alignment takes the product of both numbers. */
export const MOST_ALIGNED = 500;

export function compareSessions(
  a: readonly ComparedRequest[],
  b: readonly ComparedRequest[],
  gapPenalty: number = GAP_PENALTY,
): SessionComparison {
  const words = { a: a.slice(0, MOST_ALIGNED).map(activitiesOf), b: b.slice(0, MOST_ALIGNED).map(activitiesOf) };
  const similarityOf = remembered((i, j) => similarity(at(words.a, i), at(words.b, j)), words);
  const scoreOf = (i: number, j: number) => {
    const isShort = Math.min(at(words.a, i).length, at(words.b, j).length) <= 1;
    return similarityOf(i, j) * (isShort ? SHORT_WEIGHT : 1);
  };
  const { pairs: aligned, score } = align({ a: words.a.length, b: words.b.length }, scoreOf, gapPenalty);
  const rest = [
    ...a.slice(MOST_ALIGNED).map((_, i): Aligned => ({ a: MOST_ALIGNED + i, b: null })),
    ...b.slice(MOST_ALIGNED).map((_, i): Aligned => ({ a: null, b: MOST_ALIGNED + i })),
  ];
  const pairs = [...aligned, ...rest].map((pair): RequestPair => ({ aligned: pair, similarity: pairSimilarity(pair, similarityOf) }));
  const calls = { a: callsOf(a), b: callsOf(b) };
  const matches = commonSubsequence(
    calls.a.map(({ category }) => category),
    calls.b.map(({ category }) => category),
  );
  const count = calls.a.length + calls.b.length;
  return {
    pairs,
    score,
    divergence: divergenceOf(a, b, pairs),
    matches,
    editSimilarity: count === 0 ? null : (2 * matches.length) / count,
    toolMixBits: jensenShannon(toolCounts(calls.a), toolCounts(calls.b)),
  };
}

function pairSimilarity({ a, b }: Aligned, similarityOf: (a: number, b: number) => number): number | null {
  return a === null || b === null ? null : similarityOf(a, b);
}

/** Many requests have the same words. */
function remembered(
  similarityOf: (a: number, b: number) => number,
  words: { readonly a: readonly (readonly string[])[]; readonly b: readonly (readonly string[])[] },
): (a: number, b: number) => number {
  const kinds = new Map<string, number>();
  const kindsOf = (side: readonly (readonly string[])[]) =>
    side.map((word) => {
      const key = word.join(" ");
      const kind = kinds.get(key) ?? kinds.size;
      kinds.set(key, kind);
      return kind;
    });
  const kindOf = { a: kindsOf(words.a), b: kindsOf(words.b) };
  const found = new Map<number, number>();
  return (a, b) => {
    const key = at(kindOf.a, a) * kinds.size + at(kindOf.b, b);
    const value = found.get(key) ?? similarityOf(a, b);
    found.set(key, value);
    return value;
  };
}

function activitiesOf({ steps }: ComparedRequest): string[] {
  return steps.map(({ activity }) => activity);
}

/** All calls in order. */
export function callsOf(requests: readonly ComparedRequest[]): ComparedCall[] {
  return requests.flatMap(({ steps }) => steps.flatMap(({ calls }) => calls));
}

function toolCounts(calls: readonly ComparedCall[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { tool } of calls) counts.set(tool, (counts.get(tool) ?? 0) + 1);
  return counts;
}

function divergenceOf(a: readonly ComparedRequest[], b: readonly ComparedRequest[], pairs: readonly RequestPair[]): Divergence | null {
  for (const [pair, { aligned }] of pairs.entries()) {
    if (aligned.a === null || aligned.b === null) return { pair, a: aligned.a, b: aligned.b, callA: null, callB: null };
    const [left, right] = [at(a, aligned.a), at(b, aligned.b)];
    const calls = { a: callsOf([left]), b: callsOf([right]) };
    const first = firstDifference(calls.a, calls.b);
    if (first === null) continue;
    return {
      pair,
      a: aligned.a,
      b: aligned.b,
      callA: first < calls.a.length ? left.firstCall + first : null,
      callB: first < calls.b.length ? right.firstCall + first : null,
    };
  }
  return null;
}

/** Place of the first calls that differ in category or outcome; null for none. */
function firstDifference(a: readonly ComparedCall[], b: readonly ComparedCall[]): number | null {
  const length = Math.max(a.length, b.length);
  for (let i = 0; i < length; i++) if (a[i]?.category !== b[i]?.category || a[i]?.failed !== b[i]?.failed) return i;
  return null;
}

/** Null for a place without a request. */
export function requestAt(side: { readonly requests: readonly ComparedRequest[] }, place: number | null): ComparedRequest | null {
  return place === null ? null : (side.requests[place] ?? null);
}

/** The steps of a session, in order, by request. */
export function requestsOf(steps: readonly (ComparedStep & { readonly request: number })[]): ComparedRequest[] {
  const requests: { request: number; firstCall: number; steps: ComparedStep[] }[] = [];
  let calls = 0;
  for (const { request, ...step } of steps) {
    if (requests.at(-1)?.request !== request) requests.push({ request, firstCall: calls + 1, steps: [] });
    known(requests.at(-1)).steps.push(step);
    calls += step.calls.length;
  }
  return requests;
}

/** What the steps of a request do: `explore×4 edit run`. */
export function wordOf(request: ComparedRequest): string {
  return runsOf(request)
    .map(({ activity, steps }) => (steps.length === 1 ? activity : `${activity}×${steps.length}`))
    .join(" ");
}

/** Steps in a row that do the same. */
export function runsOf({ steps }: ComparedRequest): { readonly activity: StepActivity; readonly steps: readonly ComparedStep[] }[] {
  const runs: { activity: StepActivity; steps: ComparedStep[] }[] = [];
  for (const step of steps) {
    const last = runs.at(-1);
    if (last?.activity === step.activity) last.steps.push(step);
    else runs.push({ activity: step.activity, steps: [step] });
  }
  return runs;
}

/** What a request took. */
export function sumsOfRequest({ steps }: ComparedRequest) {
  const priced = steps.flatMap(({ costUsd }) => (costUsd === null ? [] : [costUsd]));
  const times = steps.flatMap(({ fromS, toS }) => (fromS === null || toS === null ? [] : [fromS, toS]));
  return {
    steps: steps.length,
    /** Dollars; null when no step has a price. */
    costUsd: priced.length === 0 ? null : rounded(priced.reduce((sum, usd) => sum + usd, 0)),
    /** Active seconds from its first moment to its last; null without times. */
    activeS: times.length === 0 ? null : rounded(Math.max(...times) - Math.min(...times)),
    calls: steps.reduce((sum, { calls }) => sum + calls.length, 0),
    errors: steps.reduce((sum, { calls }) => sum + calls.filter(({ failed }) => failed).length, 0),
  };
}

/** To a billionth: the rest is noise of sums. */
function rounded(value: number): number {
  return Math.round(value * 1e9) / 1e9;
}
