import {
  choice,
  defineExperiment,
  flag,
  type Headline,
  integer,
  number,
  type QueryContext,
  type SqlParams,
  type Table,
  text,
} from "../../../lib/experiment.ts";
import { UserError } from "../../../lib/files/errors.ts";
import { grouped, toFixedHalfEven } from "../../../lib/format/numbers.ts";
import { sumInOrder } from "../../../lib/stats/sum.ts";
import { arrivalTimesMs, emissionOrder } from "./arrivals.ts";
import { sessionsFigure } from "./charts.ts";

/** A row of `sessions.sql`; its columns are described there. */
export interface Session {
  readonly session_id: string;
  readonly provider: string;
  readonly steps: number;
  readonly untold_steps: number;
  readonly shrinks: boolean;
  readonly wait_ms: number;
  readonly calls: number;
  readonly missing: number;
  readonly invalid: number;
}

export interface EmittedSession extends Session {
  readonly arrivalMs: number;
}

const ALL_PROVIDERS = "all";

export default defineExperiment(import.meta.url, {
  title: "Workload for serving simulators",
  question: "What would a serving system have to serve if the sessions of this pool arrived anew?",
  flags: {
    arrivalRate: number({ default: 1, says: "Sessions per second, more than 0" }),
    arrivalPattern: choice(["poisson", "constant"], { default: "poisson", says: "How sessions arrive" }),
    seed: integer({ min: 0, default: 0, says: "Of the order; arrivals are drawn with the next seed" }),
    provider: text({ default: "all", says: "Replay only steps of this provider, such as claude" }),
    maxSessions: integer({ min: 1, says: "Keep this many sessions after ordering" }),
    sessionOrder: choice(["shuffle", "stable"], { default: "shuffle", says: "Shuffled, or as in the file" }),
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
    const [sessions, pool] = await Promise.all([db.rows<Session>("sessions.sql", source), unnamedSteps(db, chosen)]);
    const replayable = options.strict ? sessions : sessions.filter(({ steps }) => steps > 0);
    const inOrder = emissionOrder(replayable, { order: options.sessionOrder, seed: options.seed, maxSessions: options.maxSessions });
    if (options.strict) refuseUntoldSteps(inOrder);
    const arrivals = arrivalTimesMs(inOrder.length, {
      pattern: options.arrivalPattern,
      sessionsPerSecond: options.arrivalRate,
      seed: options.seed,
    });
    const emitted = inOrder.map((session, i) => ({ ...session, arrivalMs: arrivals[i] as number }));
    const untoldSteps = sumInOrder(sessions.map(({ untold_steps }) => untold_steps));
    const summary = { ...pool, sessions: sessions.length, untoldSteps, ...totalsOf(emitted) };
    return {
      tables: [workloadTable(emitted, source), summaryTable(summary)],
      figures: emitted.length > 1 ? [sessionsFigure(emitted)] : [],
      headlines: emitted.length > 0 ? headlines(summary) : [],
      notes: notes(summary, options.provider),
    };
  },
});

async function unnamedSteps(db: QueryContext, chosen: SqlParams): Promise<{ steps: number; unnamed: number }> {
  const [row] = await db.rows<{ steps: number; unnamed: number }>("unnamed.sql", chosen);
  return row ?? { steps: 0, unnamed: 0 };
}

function refuseUntoldSteps(sessions: readonly Session[]): void {
  const first = sessions.find(({ untold_steps }) => untold_steps > 0);
  if (!first) return;
  throw new UserError(
    `Session ${first.session_id} has ${first.untold_steps} steps without token counts, which --strict does not allow; run without it to leave them out.`,
    1,
  );
}

/** The file grows with the pool, so its rows are streamed. */
function workloadTable(emitted: readonly EmittedSession[], source: SqlParams): Table {
  const list = emitted.map(({ session_id, arrivalMs }) => ({ session_id, arrival_time: toFixedHalfEven(arrivalMs, 6) }));
  return {
    name: "coding_trace",
    title: "Workload",
    caption: "One row per step, in order of session and step. Lengths are tokens, times milliseconds; arrival times are made up.",
    columns: ["id", "input_len", "output_len", "arrival_time", "round_idx", "tool_wait_after_ms", "prefix_len"],
    rows: { query: "export.sql", params: { ...source, emitted: JSON.stringify(list) } },
  };
}

interface Summary extends ReturnType<typeof totalsOf> {
  readonly steps: number;
  readonly unnamed: number;
  readonly sessions: number;
  readonly untoldSteps: number;
}

function totalsOf(emitted: readonly EmittedSession[]) {
  const total = (value: (session: Session) => number) => sumInOrder(emitted.map(value));
  const [missing, invalid] = [total((session) => session.missing), total((session) => session.invalid)];
  return {
    emittedSessions: emitted.length,
    emittedSteps: total((session) => session.steps),
    shrinkingSessions: total((session) => Number(session.shrinks)),
    waitS: total((session) => session.wait_ms) / 1000,
    used: total((session) => session.calls) - missing - invalid,
    missing,
    invalid,
    lastArrivalS: (emitted.at(-1)?.arrivalMs ?? 0) / 1000,
  };
}

function summaryTable(summary: Summary): Table {
  const values: [key: string, value: number][] = [
    ["input_steps", summary.steps],
    ["sessions_seen", summary.sessions],
    ["sessions_emitted", summary.emittedSessions],
    ["steps_emitted", summary.emittedSteps],
    ["steps_without_session", summary.unnamed],
    ["steps_without_tokens", summary.untoldSteps],
    ["sessions_with_shrinking_context", summary.shrinkingSessions],
    ["total_tool_wait_s", summary.waitS],
    ["tool_latencies_used", summary.used],
    ["tool_latencies_missing", summary.missing],
    ["tool_latencies_invalid", summary.invalid],
    ["last_arrival_s", summary.lastArrivalS],
  ];
  return {
    name: "export_summary",
    title: "What went into the workload",
    caption: "Tool latencies are those of all steps but the last of a session: what follows the last step is not waited for.",
    columns: ["key", "value"],
    rows: values.map(([key, value]) => ({ key, value })),
  };
}

function headlines(summary: Summary): Headline[] {
  return [
    { label: "sessions", value: grouped(summary.emittedSessions) },
    { label: "steps", value: grouped(summary.emittedSteps) },
    { label: "tool wait", value: `${grouped(summary.waitS / 3600, 1)} h` },
  ];
}

function notes(summary: Summary, provider: string): string[] {
  const of = provider === ALL_PROVIDERS ? "this pool" : `provider ${provider}`;
  return [
    ...(summary.emittedSessions === 0 ? [`There is nothing to show: no named session of ${of} has a step with token counts.`] : []),
    ...(summary.emittedSessions === 1 ? ["No figure: a single session has no others to arrive among."] : []),
    ...(summary.unnamed > 0 ? [`Left out because they belong to no named session: ${grouped(summary.unnamed)} steps.`] : []),
    ...(summary.untoldSteps > 0 ? [`Left out because they lack token counts: ${grouped(summary.untoldSteps)} steps.`] : []),
    ...(summary.invalid > 0 ? [`Tool calls with a negative latency, not waited for: ${grouped(summary.invalid)}.`] : []),
  ];
}
