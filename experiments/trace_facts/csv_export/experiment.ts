import { choice, defineExperiment, flag, type Headline, integer, number, text } from "../../../lib/experiment.ts";
import { UserError } from "../../../lib/files/errors.ts";
import { counted } from "../../../lib/format/counts.ts";
import { hoursCompact } from "../../../lib/format/durations.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { at } from "../../../lib/stats/known.ts";
import { arrivalTimesMs, emissionOrder } from "./arrivals.ts";
import { sessionsFigure } from "./charts.ts";
import { SESSIONS, type Session, type Summary, summarize, summaryTable, UNNAMED, workloadTable } from "./workload.ts";

const ALL_PROVIDERS = "all";

export default defineExperiment(import.meta.url, {
  title: "Workload for serving simulators",
  question: "What would a serving system have to serve if the sessions of this pool arrived again?",
  empty: "No named session in this pool has a step with token counts.",
  unfinishedOutput: "counted as logged",
  flags: {
    arrivalRate: number({ default: 1, says: "Number of sessions per second, above 0" }),
    arrivalPattern: choice(["poisson", "constant"], { default: "poisson", says: "How sessions arrive" }),
    seed: integer({ min: 0, default: 0, says: "Seed of the order; arrivals are drawn with the next seed" }),
    provider: text({ default: "all", says: "Replay only steps of this provider, such as claude" }),
    maxSessions: integer({ min: 1, says: "Maximum number of sessions to keep after ordering" }),
    sessionOrder: choice(["shuffle", "stable"], { default: "shuffle", says: "Order of the sessions: shuffled, or as in the file" }),
    toolLatencySource: choice(["wall", "internal"], {
      default: "wall",
      says: "Wait as long as between call and result (wall), or as the tool reported (internal)",
    }),
    strict: flag({ says: "Stop at a step without token counts instead of leaving it out" }),
  },
  async run({ db, options }) {
    if (!(options.arrivalRate > 0)) throw new UserError(`--arrival-rate is ${options.arrivalRate}; give a number above 0.`);
    const chosen = { provider: options.provider === ALL_PROVIDERS ? null : options.provider };
    const source = { ...chosen, clock: options.toolLatencySource };
    const sessions = await db.rows(SESSIONS, source);
    const replayable = options.strict ? sessions : sessions.filter(({ steps }) => steps > 0);
    const inOrder = emissionOrder(replayable, { order: options.sessionOrder, seed: options.seed, maxSessions: options.maxSessions });
    if (options.strict) refuseStepsWithoutTokens(inOrder);
    const arrivals = arrivalTimesMs(inOrder.length, {
      pattern: options.arrivalPattern,
      sessionsPerSecond: options.arrivalRate,
      seed: options.seed,
    });
    const emitted = inOrder.map((session, i) => ({ ...session, arrivalMs: at(arrivals, i) }));
    const summary = summarize(at(await db.rows(UNNAMED, chosen), 0), sessions, emitted);
    const figure = sessionsFigure(emitted);
    return {
      tables: [workloadTable(emitted, source), summaryTable(summary)],
      ...(emitted.length > 0 && { figures: figure ? [figure] : [], headlines: headlines(summary) }),
      notes: notes(summary, figure !== null),
    };
  },
});

function refuseStepsWithoutTokens(sessions: readonly Session[]): void {
  const first = sessions.find((session) => session.steps_without_tokens > 0);
  if (!first) return;
  throw new UserError(
    `Session ${first.session_id} has ${counted(first.steps_without_tokens, "step")} without token counts, which --strict does not allow; run without it to leave them out.`,
    1,
  );
}

function headlines(summary: Summary): Headline[] {
  return [
    { label: "Sessions", value: grouped(summary.emittedSessions) },
    { label: "Steps", value: grouped(summary.emittedSteps) },
    { label: "Time in tool calls", value: hoursCompact(summary.waitS / 3600) },
  ];
}

function notes(summary: Summary, drawn: boolean): string[] {
  return [
    ...(summary.emittedSessions > 0 && !drawn
      ? [`No figure was drawn: the workload has only ${counted(summary.emittedSessions, "session")}.`]
      : []),
    ...(summary.unnamed > 0 ? [`Left out because they belong to no named session: ${counted(summary.unnamed, "step")}.`] : []),
    ...(summary.stepsWithoutTokens > 0 ? [`Left out because they lack token counts: ${counted(summary.stepsWithoutTokens, "step")}.`] : []),
    ...(summary.invalid > 0 ? [`Tool calls with a negative latency, for which nothing waits: ${grouped(summary.invalid)}.`] : []),
  ];
}
