/** The table of sessions: what each adds up to and where its time went. */
import { type Column, type Table, table } from "../../../lib/experiment.ts";
import { type Span, splitOf, type TimeSplit } from "../../../lib/trace/spans.ts";
import type { Timeline, TimelineStep } from "../../../lib/trace/timeline.ts";

export interface DrawnTimeline {
  readonly timeline: Timeline;
  readonly spans: readonly Span[];
}

/** Sums are over the steps of the timeline. */
export function timelinesTable(drawn: readonly DrawnTimeline[]): Table {
  return table(
    "session_timelines",
    drawn,
    {
      session: { of: ({ timeline }) => timeline.name, says: "Short id, as in file names" },
      session_id: { of: ({ timeline }) => timeline.sessionId, says: "Id of the session" },
      provider: { of: ({ timeline }) => timeline.provider, says: "Provider of most steps" },
      model: { of: ({ timeline }) => timeline.model, says: "Model of most steps" },
      steps: { of: ({ timeline }) => timeline.stepCount, says: "Steps of the session", unit: "steps" },
      timeline_steps: {
        of: ({ timeline }) => timeline.steps.length,
        says: "Steps in the timeline; all columns but the duration are about these",
        unit: "steps",
      },
      user_message_steps: sum((step) => Number(step.user), "Steps with a user message", "steps"),
      start: { of: ({ timeline }) => timeline.start, says: "First event, ISO 8601 in UTC; empty for a session without times" },
      duration_s: {
        of: ({ timeline }) => timeline.durationS,
        says: "From the first event of the whole session to the last; empty for a session without times",
        unit: "s",
      },
      generation_s: time("generation", "Time in which the model generated"),
      tool_s: time("tool", "Time in which tools ran and the model did not generate"),
      human_wait_s: time("human", "Waits before user messages, when nothing else went on"),
      unaccounted_s: time("other", "Time that none of the three accounts for"),
      prefix_tokens: sum((step) => step.prefixTokens, "Sum of cached prefix", "tokens"),
      append_tokens: sum((step) => step.appendTokens, "Sum of new input", "tokens"),
      output_tokens: sumOfKnown((step) => step.outputTokens, "Sum of output; only of final counts, empty without any", "tokens"),
      reasoning_tokens: sumOfKnown(
        (step) => step.reasoningTokens,
        "Sum of reasoning, a part of the output; empty if the trace never reports it",
        "tokens",
      ),
      tool_calls: sum((step) => step.callCount, "Tool calls", "calls"),
      failed_tool_calls: sum(
        (step) => step.calls.filter((call) => call.failed === true).length,
        "Tool calls known to have failed",
        "calls",
      ),
      compactions: sum((step) => Number(step.compaction !== null), "Steps before which the context was compacted", "compactions"),
    },
    {
      title: "Sessions and where their time went",
      caption:
        "One row per chosen session, in the order of choice. The times add up to the duration: where generation, tools and waits overlap, the moment goes to the first of them.",
    },
  );
}

function sum(of: (step: TimelineStep) => number, says: string, unit: string): Column<DrawnTimeline> {
  return { of: ({ timeline }) => total(timeline.steps, of), says, unit };
}

/** Empty when no step has a value. */
function sumOfKnown(of: (step: TimelineStep) => number | null, says: string, unit: string): Column<DrawnTimeline> {
  const sumOf = (values: readonly number[]) => (values.length > 0 ? values.reduce((sum, value) => sum + value, 0) : null);
  return { of: ({ timeline }) => sumOf(timeline.steps.flatMap((step) => of(step) ?? [])), says, unit };
}

function time(kind: keyof TimeSplit, says: string): Column<DrawnTimeline> {
  return {
    of: ({ timeline, spans }) => (timeline.durationS === null ? null : milliseconds(splitOf(spans)[kind])),
    says: `${says}; empty for a session without times`,
    unit: "s",
  };
}

function total(steps: readonly TimelineStep[], of: (step: TimelineStep) => number): number {
  return steps.reduce((sum, step) => sum + of(step), 0);
}

/** Seconds to three digits: sums of thousandths carry noise beyond. */
function milliseconds(seconds: number): number {
  return Math.round(seconds * 1e3) / 1e3;
}
