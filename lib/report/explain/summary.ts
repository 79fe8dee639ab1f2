/** What a session did, in numbers for people and for programs. */
import { groupBy } from "../../stats/group-by.ts";
import { sumOf, sumsOf } from "../../stats/sum.ts";
import { STEP_ACTIVITIES, type StepActivity } from "../../trace/step-activities.ts";
import type { BusyInterval, SessionPhase, SessionRequest, SessionStory } from "./read.ts";
import { type Stretch, type TimeSplit, timeSplit } from "./time.ts";

export interface ActivityAmount {
  readonly activity: StepActivity;
  readonly phases: number;
  readonly steps: number;
  readonly calls: number;
  readonly errors: number;
  readonly tokens: number;
  readonly cost_nano: number;
  /** Without waits for a person; microseconds. */
  readonly work_us: number;
  readonly human_us: number;
}

export interface ExplainedRequest {
  readonly request: SessionRequest;
  readonly phases: readonly SessionPhase[];
}

export interface Explanation {
  readonly story: SessionStory;
  /** Whether any step has a price. */
  readonly isPriced: boolean;
  /** Of all requests. */
  readonly inRequests: Readonly<Record<"steps" | "calls" | "errors" | "unknown_calls" | "tokens" | "cost_nano", number>> &
    Readonly<Record<"repair_steps" | "repair_tokens" | "repair_nano" | "rework_loops", number>>;
  readonly editRequests: number;
  readonly oneShotRequests: number;
  /** Those that there are, the most expensive first. */
  readonly activities: readonly ActivityAmount[];
  readonly requests: readonly ExplainedRequest[];
  /** Of requests whose times are known. */
  readonly time: TimeSplit;
  readonly timedRequests: number;
  /** Steps whose generation is known. */
  readonly generationSteps: number;
  /** From the last output of a request to the message of the next; microseconds. */
  readonly betweenUs: number;
  /** Waits for a person within requests, the longest first. */
  readonly waits: readonly BusyInterval[];
}

export function explanationOf(story: SessionStory): Explanation {
  const { requests, phases, totals, intervals } = story;
  const byRequest = groupBy(phases, ({ request_no }) => request_no);
  const timed = requests.flatMap(({ start_us, end_us }) =>
    start_us === null || end_us === null ? [] : [{ from_us: start_us, to_us: end_us }],
  );
  return {
    story,
    isPriced: totals.unpriced_steps < totals.steps,
    inRequests: sumsOf(requests, [
      "steps",
      "calls",
      "errors",
      "unknown_calls",
      "tokens",
      "cost_nano",
      "repair_steps",
      "repair_tokens",
      "repair_nano",
      "rework_loops",
    ]),
    editRequests: requests.filter(({ has_edit }) => has_edit).length,
    oneShotRequests: requests.filter(({ has_edit, rework_loops }) => has_edit && rework_loops === 0).length,
    activities: activitiesOf(phases),
    requests: requests.map((request) => ({ request, phases: byRequest.get(request.request_no) ?? [] })),
    time: timeSplit(timed, intervals),
    timedRequests: timed.length,
    generationSteps: new Set(intervals.filter(({ kind }) => kind === "generation").map(({ step }) => step)).size,
    betweenUs: betweenOf(timed),
    waits: waitsOf(timed, intervals),
  };
}

function activitiesOf(phases: readonly SessionPhase[]): ActivityAmount[] {
  const amounts = STEP_ACTIVITIES.map((activity) => {
    const own = phases.filter((phase) => phase.activity === activity);
    const lasting = sumOf(own, ({ from_us, to_us }) => (from_us === null || to_us === null ? 0 : to_us - from_us));
    const sums = sumsOf(own, ["steps", "calls", "errors", "tokens", "cost_nano", "human_us"]);
    return { activity, phases: own.length, ...sums, work_us: lasting - sums.human_us };
  });
  return amounts.filter(({ steps }) => steps > 0).sort((a, b) => b.cost_nano - a.cost_nano || b.tokens - a.tokens);
}

function betweenOf(timed: readonly Stretch[]): number {
  let [end, sum] = [Number.POSITIVE_INFINITY, 0];
  for (const { from_us, to_us } of timed.toSorted((a, b) => a.from_us - b.from_us)) {
    sum += Math.max(0, from_us - end);
    end = Number.isFinite(end) ? Math.max(end, to_us) : to_us;
  }
  return sum;
}

function waitsOf(timed: readonly Stretch[], intervals: readonly BusyInterval[]): BusyInterval[] {
  return intervals
    .filter(({ kind, from_us, to_us }) => kind === "human" && timed.some((own) => from_us >= own.from_us && to_us <= own.to_us))
    .sort((a, b) => b.to_us - b.from_us - (a.to_us - a.from_us) || a.step - b.step);
}
