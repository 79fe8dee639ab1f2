/** What a map shows of a session: its time without idle stretches, calls, requests with their phases, and what they add up to. */
import { groupBy } from "../../../lib/stats/group-by.ts";
import { at } from "../../../lib/stats/known.ts";
import { type ActiveAxis, type AxisOptions, activeAxis } from "../../../lib/trace/active-axis.ts";
import { type Claim, partition, splitOf, type TimeSplit } from "../../../lib/trace/spans.ts";
import type { StepActivity } from "../../../lib/trace/step-activities.ts";
import type { Timeline, TimelineCall, TimelineStep } from "../../../lib/trace/timeline.ts";

/** A shorter request is one phase. */
const STEPS_OF_A_LONG_REQUEST = 6;
/** A phase begins where so many steps in a row do something else. */
const STEPS_OF_A_TURN = 3;

export interface MapCall {
  readonly call: TimelineCall;
  /** 0-based. */
  readonly step: number;
  /** Place among the listed calls of its step, from 0, and how many these are. */
  readonly place: number;
  readonly of: number;
}

/** Neighboring steps: the first and the last, 0-based. */
export interface Stretch {
  readonly first: number;
  readonly last: number;
}

/** 0: steps before the first request. */
export interface MapRequest extends Stretch {
  readonly no: number;
}

export interface MapPhase extends Stretch {
  readonly activity: StepActivity;
}

export interface SessionMap {
  readonly timeline: Timeline;
  readonly axis: ActiveAxis;
  /** From the first to the last moment, in seconds since the first event; equal without times. */
  readonly fromS: number;
  readonly toS: number;
  readonly calls: readonly MapCall[];
  readonly requests: readonly MapRequest[];
  readonly phases: readonly MapPhase[];
  /** Of the whole time. */
  readonly split: TimeSplit;
}

export function mapOf(timeline: Timeline, options: AxisOptions): SessionMap {
  const calls = timeline.steps.flatMap(({ calls: own }, step) =>
    own.map((call, place): MapCall => ({ call, step, place, of: own.length })),
  );
  const claims = claimsOf(timeline);
  const { fromS, toS } = extentOf(timeline, claims);
  const gaps = timeline.gaps.filter((gap) => gap.toS <= toS);
  const requests = requestsOf(timeline.steps);
  const shifted = claims.map((claim) => ({ ...claim, from: claim.from - fromS, to: claim.to - fromS }));
  return {
    timeline,
    axis: activeAxis(fromS, toS, gaps, options),
    fromS,
    toS,
    calls,
    requests,
    phases: requests.flatMap((request) => phasesOf(timeline.steps, request)),
    split: splitOf(partition(shifted, toS - fromS)),
  };
}

/** What ran, and when people were waited for: within a call, and before a message after more than a minute. */
function claimsOf({ steps, gaps }: Timeline): Claim[] {
  const generation = steps.flatMap(({ generationStartS, generationS }) => claim("generation", generationStartS, generationS));
  const calls = steps.flatMap((step) =>
    step.calls.flatMap(({ startS, wallS, waitS }) => [
      ...claim("human", startS, waitS),
      ...claim("tool", startS === null ? null : startS + (waitS ?? 0), wallS === null ? null : wallS - (waitS ?? 0)),
    ]),
  );
  const waits = gaps.flatMap(({ kind, fromS, toS }) => (kind === "human" ? claim("human", fromS, toS - fromS) : []));
  return [...generation, ...calls, ...waits];
}

function claim(activity: Claim["activity"], from: number | null, seconds: number | null): Claim[] {
  return from === null || seconds === null || seconds <= 0 ? [] : [{ activity, from, to: from + seconds }];
}

/** Of a session that is shown whole, its events and what ran beyond them; else up to the last thing that its steps are known to do. */
function extentOf({ steps, stepCount, durationS }: Timeline, claims: readonly Claim[]) {
  if (durationS === null) return { fromS: 0, toS: 0 };
  const ran = claims.filter(({ activity }) => activity !== "human");
  const events = steps.length === stepCount ? [durationS] : steps.flatMap(({ startS }) => startS ?? []);
  return {
    fromS: ran.reduce((least, { from }) => Math.min(least, from), 0),
    toS: [...events, ...ran.map(({ to }) => to)].reduce((most, to) => Math.max(most, to), 0),
  };
}

function requestsOf(steps: readonly TimelineStep[]): MapRequest[] {
  const indexed = steps.map(({ request }, i) => ({ request, i }));
  return [...groupBy(indexed, ({ request }) => request)].map(([no, own]) => ({ no, first: at(own, 0).i, last: at(own, -1).i }));
}

/** A long request is cut where what the steps do changes for three steps in a row; a phase is named for what most of its steps do. */
export function phasesOf(steps: readonly TimelineStep[], { first, last }: Stretch): MapPhase[] {
  const activities = steps.slice(first, last + 1).map(({ activity }) => activity);
  if (activities.length < STEPS_OF_A_LONG_REQUEST) return [{ first, last, activity: commonest(activities) }];
  const starts = [0];
  let current: StepActivity | null = null;
  for (const [i, activity] of activities.entries()) {
    const turn = activities.slice(i, i + STEPS_OF_A_TURN);
    if (activity === current || turn.length < STEPS_OF_A_TURN || turn.some((each) => each !== activity)) continue;
    if (current !== null) starts.push(i);
    current = activity;
  }
  return starts.map((start, i) => {
    const end = (starts[i + 1] ?? activities.length) - 1;
    return { first: first + start, last: first + end, activity: commonest(activities.slice(start, end + 1)) };
  });
}

/** The first one among equals. */
function commonest(activities: readonly StepActivity[]): StepActivity {
  const groups = [...groupBy(activities, (activity) => activity).values()];
  return at(
    groups.reduce((most, group) => (group.length > most.length ? group : most)),
    0,
  );
}

/**
 * The most expensive session, the one with the largest context, that with most idle gaps, the second most expensive one, … until there
 * are enough, each once.
 */
export function chooseMaps(maps: readonly SessionMap[], most: number): SessionMap[] {
  const rankings = [
    (map: SessionMap) => map.timeline.cost.usd,
    (map: SessionMap) => peakOf(map.timeline.steps),
    (map: SessionMap) => map.axis.gaps.length,
  ].map((score) => maps.toSorted((a, b) => score(b) - score(a)));
  const chosen = new Set<SessionMap>();
  for (let turn = 0; chosen.size < Math.min(most, maps.length); turn++) {
    const next = at(rankings, turn % rankings.length).find((map) => !chosen.has(map));
    if (next) chosen.add(next);
  }
  return [...chosen];
}

export function contextOf({ prefixTokens, appendTokens }: TimelineStep): number {
  return prefixTokens + appendTokens;
}

export function peakOf(steps: readonly TimelineStep[]): number {
  return steps.reduce((most, step) => Math.max(most, contextOf(step)), 0);
}

/** Tokens by which the context is smaller after a compaction; null for a step without one. */
export function freedBefore(steps: readonly TimelineStep[], step: number): number | null {
  const [before, after] = [steps[step - 1], at(steps, step)];
  return after.compaction === null || !before ? null : Math.max(0, contextOf(before) - contextOf(after));
}
