/** Sessions as they are compared in a browser: from their timelines to requests and numbers. */
import { countCompact } from "../../../format/counts.ts";
import { durationCompact } from "../../../format/durations.ts";
import { grouped, money, NONE, percent } from "../../../format/numbers.ts";
import { ratio } from "../../../stats/ratio.ts";
import { activeAxis } from "../../../trace/active-axis.ts";
import { type ComparedRequest, requestsOf } from "../../../trace/session-diff/compare.ts";
import type { Timeline, TimelineStep } from "../../../trace/timeline.ts";

/** Names of what the address gives: `?a=…&b=…`. */
export const LETTERS = ["a", "b", "c", "d"] as const;
export type Letter = (typeof LETTERS)[number];

export interface Side {
  readonly letter: Letter;
  readonly timeline: Timeline;
  readonly requests: readonly ComparedRequest[];
  /** Active seconds in all; null without times. */
  readonly activeS: number | null;
}

export function sideOf(letter: Letter, timeline: Timeline): Side {
  const { durationS, gaps, steps } = timeline;
  const axis = activeAxis(0, durationS ?? 0, gaps);
  const requests = requestsOf(
    steps.map((step) => ({
      request: step.request,
      activity: step.activity,
      costUsd: step.costUsd,
      contextTokens: step.prefixTokens + step.appendTokens,
      fromS: step.startS === null ? null : axis.at(step.startS),
      toS: step.startS === null ? null : axis.at(endOf(step, step.startS)),
      calls: step.calls.map(({ tool, activity, failed }) => ({ tool, category: activity, failed })),
    })),
  );
  return { letter, timeline, requests, activeS: durationS === null ? null : axis.lengthS };
}

/** The latest moment that is known of a step. */
function endOf(step: TimelineStep, startS: number): number {
  const ends = step.calls.map((call) => (call.startS ?? startS) + (call.wallS ?? 0));
  return Math.max(startS, (step.generationStartS ?? startS) + (step.generationS ?? 0), ...ends);
}

interface Metric {
  readonly title: string;
  readonly of: (side: Side) => number | null;
  readonly text: (value: number) => string;
}

const sum = ({ timeline }: Side, of: (step: TimelineStep) => number) => timeline.steps.reduce((total, step) => total + of(step), 0);
const inputOf = ({ prefixTokens, appendTokens }: TimelineStep) => prefixTokens + appendTokens;

export const METRICS: readonly Metric[] = [
  { title: "Requests", of: ({ requests }) => requests.filter(({ request }) => request > 0).length, text: grouped },
  { title: "Steps", of: ({ timeline }) => timeline.stepCount, text: grouped },
  { title: "Tool calls", of: (side) => sum(side, ({ callCount }) => callCount), text: grouped },
  { title: "Failed calls", of: (side) => sum(side, ({ calls }) => calls.filter(({ failed }) => failed).length), text: grouped },
  { title: "Cost", of: ({ timeline: { cost } }) => (cost.pricedSteps === 0 ? null : cost.usd), text: money },
  { title: "Active time", of: ({ activeS }) => activeS, text: durationCompact },
  { title: "Generation", of: (side) => sum(side, ({ generationS }) => generationS ?? 0), text: durationCompact },
  { title: "Input tokens", of: (side) => sum(side, inputOf), text: countCompact },
  {
    title: "Input from the cache",
    of: (side) =>
      ratio(
        sum(side, ({ prefixTokens }) => prefixTokens),
        sum(side, inputOf),
      ),
    text: (share) => percent(share, 1),
  },
  { title: "Largest context", of: ({ timeline }) => Math.max(0, ...timeline.steps.map(inputOf)), text: countCompact },
  { title: "Compactions", of: (side) => sum(side, ({ compaction }) => Number(compaction !== null)), text: grouped },
  { title: "Output tokens in final counts", of: (side) => sum(side, ({ outputTokens }) => outputTokens ?? 0), text: countCompact },
];

export function metricText({ of, text }: Metric, side: Side): string {
  const value = of(side);
  return value === null ? NONE : text(value);
}

/** `1.41x`: how many times the value of the first session. */
export function timesText({ of }: Metric, first: Side, other: Side): string {
  const [whole, part] = [of(first), of(other)];
  const times = whole === null || part === null ? null : ratio(part, whole);
  return times === null ? NONE : `${grouped(times, times < 100 ? 2 : 0)}x`;
}

/** Names in the address, the first of them a and so on; those that have no page are left out. Fewer than two: the first of the list are added. */
export function chosenNames(search: string, names: readonly string[]): string[] {
  const params = new URLSearchParams(search);
  const asked = LETTERS.map((letter) => params.get(letter)).filter((name) => name !== null && names.includes(name));
  const rest = names.filter((name) => !asked.includes(name)).slice(0, Math.max(0, 2 - asked.length));
  return [...asked, ...rest].filter((name) => name !== null);
}
