/** The table of sessions: what each adds up to and where its time went. */
import type { Row, Table } from "../../../lib/experiment.ts";
import type { Timeline, TimelineStep } from "../../../lib/trace/timeline.ts";
import { type Span, splitOf } from "./spans.ts";

export interface DrawnTimeline {
  readonly timeline: Timeline;
  readonly spans: readonly Span[];
}

const COLUMNS = [
  "session",
  "session_id",
  "provider",
  "model",
  "steps",
  "timeline_steps",
  "user_message_steps",
  "start",
  "duration_s",
  "generation_s",
  "tool_s",
  "human_wait_s",
  "unaccounted_s",
  "prefix_tokens",
  "append_tokens",
  "output_tokens",
  "reasoning_tokens",
  "tool_calls",
  "failed_tool_calls",
  "compactions",
] as const;

/** Sums are over the steps of the timeline, which are all unless `steps` says otherwise. */
export function timelinesTable(drawn: readonly DrawnTimeline[]): Table {
  return {
    name: "session_timelines",
    title: "Sessions and where their time went",
    caption:
      "One row per chosen session, in the order of choice. Times are in seconds and add up to the duration: where generation, tools and waits overlap, the moment goes to the first of them that claims it.",
    columns: COLUMNS,
    rows: drawn.map(sessionRow),
  };
}

function sessionRow({ timeline, spans }: DrawnTimeline): Row {
  const { steps } = timeline;
  const split = splitOf(spans);
  const sum = (count: (step: TimelineStep) => number) => steps.reduce((total, step) => total + count(step), 0);
  const reported = steps.some((step) => step.reasoningTokens !== null);
  const timed = timeline.durationS !== null;
  return {
    session: timeline.name,
    session_id: timeline.sessionId,
    provider: timeline.provider,
    model: timeline.model,
    steps: timeline.stepCount,
    timeline_steps: steps.length,
    user_message_steps: sum((step) => Number(step.user)),
    start: timeline.start,
    duration_s: timeline.durationS,
    generation_s: timed ? milliseconds(split.generation) : null,
    tool_s: timed ? milliseconds(split.tool) : null,
    human_wait_s: timed ? milliseconds(split.human) : null,
    unaccounted_s: timed ? milliseconds(split.other) : null,
    prefix_tokens: sum((step) => step.prefixTokens),
    append_tokens: sum((step) => step.appendTokens),
    output_tokens: sum((step) => step.outputTokens),
    reasoning_tokens: reported ? sum((step) => step.reasoningTokens ?? 0) : null,
    tool_calls: sum((step) => step.callCount),
    failed_tool_calls: sum((step) => step.calls.filter((call) => call.failed === true).length),
    compactions: sum((step) => Number(step.compaction !== null)),
  };
}

/** Seconds to three digits: sums of thousandths carry noise beyond. */
function milliseconds(seconds: number): number {
  return Math.round(seconds * 1e3) / 1e3;
}
