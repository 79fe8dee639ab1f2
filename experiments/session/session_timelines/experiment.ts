import { defineExperiment, type Headline, integer, type TextDocument } from "../../../lib/experiment.ts";
import { counted } from "../../../lib/format/counts.ts";
import { durationCompact } from "../../../lib/format/durations.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { splitOf, type TimeSplit } from "../../../lib/trace/spans.ts";
import { type Timeline, timelineText } from "../../../lib/trace/timeline.ts";
import tokenSteps from "../session_token_steps/experiment.ts";
import { timelinesFigure } from "./chart.ts";
import { readTimelines } from "./read.ts";
import { addSplits, spansOf } from "./spans.ts";
import { timelinesTable } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Timelines of single sessions",
  question: "Inside one session, when does the model write, when do tools run, and when does everything wait for the human?",
  empty: "No chosen session in this pool has a time.",
  unfinishedOutput: "left out of tables",
  flags: {
    timelineSteps: integer({ min: 1, default: 2000, says: "Maximum number of steps in a timeline: of a longer session, its first" }),
    timelineCalls: integer({ min: 0, default: 40, says: "Maximum number of tool calls listed for a step of a timeline; all are counted" }),
  },
  needs: { tokenSteps },
  async run({ db, options, needs }) {
    const timelines = await readTimelines(db, needs.tokenSteps, { steps: options.timelineSteps, callsPerStep: options.timelineCalls });
    const drawn = timelines.map((timeline) => ({ timeline, spans: spansOf(timeline) }));
    const timed = drawn.filter(({ spans }) => spans.length > 0);
    return {
      tables: [timelinesTable(drawn)],
      texts: timelines.map(documentOf),
      ...(timed.length > 0 && {
        figures: [timelinesFigure(timed, drawn.length)],
        headlines: headlines(addSplits(timed.map(({ spans }) => splitOf(spans)))),
      }),
      notes: notes(timelines, timed.length),
      /** In the order of choice, also those without times. */
      provides: timelines,
    };
  },
});

/** The data of a session's timeline on its page. */
function documentOf(timeline: Timeline): TextDocument {
  return {
    name: `${timeline.name}.timeline.json`,
    says: "a session step by step with its tokens, times, cost and tool calls, for the interactive timeline of its page",
    text: timelineText(timeline),
  };
}

function headlines(all: TimeSplit): Headline[] {
  return [
    { label: "Time of these sessions", value: durationCompact(all.total) },
    { label: "Waits for the user", value: percent(all.human / all.total, 1) },
    { label: "Tool time", value: percent(all.tool / all.total, 1) },
    { label: "Generation time", value: percent(all.generation / all.total, 1) },
  ];
}

function notes(timelines: readonly Timeline[], timed: number): string[] {
  const cut = timelines.filter(({ steps, stepCount }) => steps.length < stepCount);
  const fewerCalls = timelines.reduce(
    (sum, { steps }) => sum + steps.reduce((calls, step) => calls + step.callCount - step.calls.length, 0),
    0,
  );
  return [
    ...(timed < timelines.length
      ? [`Sessions without a time are not in the figure: ${grouped(timelines.length - timed)} of ${grouped(timelines.length)}.`]
      : []),
    ...cut.map(
      ({ name, steps, stepCount }) => `The timeline of ${name} holds the first ${grouped(steps.length)} of ${grouped(stepCount)} steps.`,
    ),
    ...(fewerCalls > 0
      ? [`Of steps with very many tool calls, ${counted(fewerCalls, "call")} ${fewerCalls === 1 ? "is" : "are"} counted but not listed.`]
      : []),
  ];
}
