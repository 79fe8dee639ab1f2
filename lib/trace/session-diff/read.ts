/**
 * What is read of a pool to compare sessions: the sides, and where they are among the sessions of the pool. The queries are those of
 * experiments/session/session_diff.
 */
import { type QueryContext, query, type RowOf } from "../../experiment.ts";
import { UserError } from "../../files/errors.ts";
import { groupBy } from "../../stats/group-by.ts";
import { at, known } from "../../stats/known.ts";
import { median } from "../../stats/quantile.ts";
import { activeAxis } from "../active-axis.ts";
import { sessionHashes, shortId } from "../sessions.ts";
import { STEP_ACTIVITIES, TOOL_ACTIVITIES } from "../step-activities.ts";
import { type ComparedRequest, type ComparedStep, compareSessions, requestsOf, type SessionComparison } from "./compare.ts";
import { FACTS, type Facts, METRIC_NAMES, type Metric, sumOfFacts } from "./metrics.ts";

/** The two sessions that are compared unless others are named; no row without any. */
export const PAIR = query("pair.sql", { a: "text", b: "text" });
const NAMED = query("named.sql", { session_id: "text", is_whole: "boolean" });
const RUN = query("run.sql", { session_id: "text" });
const STEPS = query("steps.sql", {
  session_id: "text",
  step: "number",
  round_pk: "number",
  request_no: "number",
  activity: STEP_ACTIVITIES,
  context_tokens: "number",
  cost_nano: "number?",
  first_us: "number?",
  last_us: "number?",
});
type StepRow = RowOf<typeof STEPS>;
const CALLS = query("calls.sql", {
  session_id: "text",
  round_pk: "number",
  call_no: "number",
  tool: "text",
  category: TOOL_ACTIVITIES,
  is_error: "boolean?",
  ended_us: "number?",
});
type CallRow = RowOf<typeof CALLS>;
const GAPS = query("gaps.sql", { session_id: "text", from_us: "number", to_us: "number", kind: ["running", "human", "silent"] });
type GapRow = RowOf<typeof GAPS>;
const RANKS = query("ranks.sql", {
  provider: "text",
  metric: "text",
  value: "number",
  below: "number",
  equal: "number",
  sessions: "number",
});

/** Fewer sessions of a provider say nothing of what is usual. */
export const FEWEST_RANKED = 20;
const MOST_IN_RUN = 200;
const MOST_NAMED = 5;
const RUN_PREFIX = "run:";
export const LETTERS = ["a", "b", "c", "d"] as const;
export type Letter = (typeof LETTERS)[number];

export interface Side {
  readonly letter: Letter;
  /** Short name of the session, or of the run. */
  readonly name: string;
  /** The session, or the run with `run:` in front. */
  readonly id: string;
  readonly sessions: readonly string[];
  readonly facts: Facts;
  readonly requests: readonly ComparedRequest[];
  /** Share of the provider's sessions with less, by metric; null for runs, for unknown values, and where the provider has too few sessions. */
  readonly ranks: ReadonlyMap<Metric, number>;
}

/** Side a and another one. */
export interface ComparedPair {
  readonly a: Side;
  readonly other: Side;
  readonly comparison: SessionComparison;
}

export interface Comparison {
  readonly sides: readonly Side[];
  /** Side a with each other one. */
  readonly pairs: readonly ComparedPair[];
  /** Medians of the sessions of a's provider. */
  readonly medians: ReadonlyMap<Metric, number>;
}

/**
 * @param words ids or beginnings of ids, two at least; none: the pair that the pool suggests
 * @returns null when no word is given and the pool has no such pair
 * @throws UserError for a word that names no session, or several
 */
export async function readComparison(db: QueryContext, words: readonly string[], gapPenalty?: number): Promise<Comparison | null> {
  const chosen = words.length === 0 ? await suggested(db) : await Promise.all(words.map((word) => sessionsOf(db, word)));
  if (chosen === null) return null;
  const hashes = sessionHashes(chosen.flatMap(({ sessions }) => sessions));
  const [facts, steps, calls, gaps] = await Promise.all([
    db.rows(FACTS, { sessions: hashes }),
    db.rows(STEPS, { sessions: hashes }),
    db.rows(CALLS, { sessions: hashes }),
    db.rows(GAPS, { sessions: hashes }),
  ]);
  const ranks = await readRanks(db, facts);
  const sides = chosen.map(({ id, name, sessions }, i): Side => {
    const own = facts.filter(({ session_id }) => sessions.includes(session_id));
    const sum = sumOfFacts(own);
    if (!sum) throw new UserError(`${id} has no step of its own in this pool: all repeat history of another session. Compare others.`);
    const isOf = ({ session_id }: { readonly session_id: string }) => sessions.includes(session_id);
    return {
      letter: at(LETTERS, i),
      ...{ id, name, sessions, facts: sum },
      requests: requestsOfSide(own, steps.filter(isOf), calls.filter(isOf), gaps.filter(isOf)),
      ranks: own.length === 1 && !id.startsWith(RUN_PREFIX) ? ranksOf(sum, ranks) : new Map(),
    };
  });
  const a = at(sides, 0);
  return {
    sides,
    pairs: sides.slice(1).map((other) => ({ a, other, comparison: compareSessions(a.requests, other.requests, gapPenalty) })),
    medians: await readMedians(db, a.facts.provider),
  };
}

interface Chosen {
  readonly id: string;
  readonly name: string;
  readonly sessions: readonly string[];
}

async function suggested(db: QueryContext): Promise<Chosen[] | null> {
  const [pair] = await db.rows(PAIR);
  return pair ? [pair.a, pair.b].map((id) => ({ id, name: shortId(id), sessions: [id] })) : null;
}

async function sessionsOf(db: QueryContext, word: string): Promise<Chosen> {
  if (word.startsWith(RUN_PREFIX)) return sessionsOfRun(db, word.slice(RUN_PREFIX.length));
  const found = word === "" ? [] : await db.rows(NAMED, { word });
  const [first, ...others] = found;
  if (!first) throw new UserError(`No session ${JSON.stringify(word)} was found; report session --json lists the ids.`);
  const isHelper = ({ session_id }: { readonly session_id: string }) => session_id.startsWith(`${first.session_id}/`);
  if (!first.is_whole && !others.every(isHelper)) {
    const named = found.slice(0, MOST_NAMED).map(({ session_id }) => session_id);
    const more = found.length > MOST_NAMED ? " and others" : "";
    throw new UserError(`${JSON.stringify(word)} is the beginning of several sessions: ${named.join(", ")}${more}. Give more of the id.`);
  }
  return { id: first.session_id, name: shortId(first.session_id), sessions: [first.session_id] };
}

async function sessionsOfRun(db: QueryContext, run: string): Promise<Chosen> {
  const members = await db.rows(RUN, { run, most: MOST_IN_RUN });
  if (members.length === 0)
    throw new UserError(`${RUN_PREFIX}${run} is not a run of this pool; the table runs of session/run_grouping lists their ids.`);
  return { id: `${RUN_PREFIX}${run}`, name: `run of ${shortId(run)}`, sessions: members.map(({ session_id }) => session_id) };
}

/** Sessions of a run come one after the other, by their start; so do their active axes. */
function requestsOfSide(
  facts: readonly Facts[],
  steps: readonly StepRow[],
  calls: readonly CallRow[],
  gaps: readonly GapRow[],
): ComparedRequest[] {
  const callsOf = groupBy(calls, ({ round_pk }) => round_pk);
  const stepsOf = groupBy(steps, ({ session_id }) => session_id);
  const gapsOf = groupBy(gaps, ({ session_id }) => session_id);
  const inOrder = facts.toSorted((x, y) => (x.from_us ?? 0) - (y.from_us ?? 0) || (x.session_id < y.session_id ? -1 : 1));
  let [before, requestsBefore] = [0, 0];
  return requestsOf(
    inOrder.flatMap(({ session_id, from_us, active_s, requests }) => {
      const activeAt = secondsOnAxis(from_us, gapsOf.get(session_id) ?? [], before);
      const first = requestsBefore;
      before += active_s ?? 0;
      requestsBefore += requests;
      return (stepsOf.get(session_id) ?? []).map((step) => {
        const own = callsOf.get(step.round_pk) ?? [];
        const ends = own.flatMap(({ ended_us }) => (ended_us === null ? [] : [ended_us]));
        return {
          request: first + step.request_no,
          activity: step.activity,
          costUsd: step.cost_nano === null ? null : step.cost_nano / 1e9,
          contextTokens: step.context_tokens,
          fromS: activeAt(step.first_us),
          toS: activeAt(step.last_us === null ? null : Math.max(step.last_us, ...ends)),
          calls: own.map(({ tool, category, is_error }) => ({ tool, category, failed: is_error })),
        } satisfies ComparedStep & { request: number };
      });
    }),
  );
}

/** Gives the active seconds before a moment. */
function secondsOnAxis(fromUs: number | null, gaps: readonly GapRow[], before: number): (us: number | null) => number | null {
  if (fromUs === null) return () => null;
  const seconds = (us: number) => (us - fromUs) / 1e6;
  const axis = activeAxis(
    0,
    0,
    gaps.map(({ from_us, to_us, kind }) => ({ fromS: seconds(from_us), toS: seconds(to_us), kind })),
  );
  return (us) => (us === null ? null : before + axis.at(seconds(us)));
}

type Ranked = RowOf<typeof RANKS>;

async function readRanks(db: QueryContext, facts: readonly Facts[]): Promise<Ranked[]> {
  const values = facts.flatMap((session) =>
    METRIC_NAMES.flatMap((metric) => {
      const value = session[metric];
      return value === null ? [] : [{ provider: session.provider, metric, value }];
    }),
  );
  return db.rows(RANKS, { values: JSON.stringify(values) });
}

/** Share of the other sessions with less; those with as much count half. */
function ranksOf(facts: Facts, ranks: readonly Ranked[]): Map<Metric, number> {
  return new Map(
    METRIC_NAMES.flatMap((metric) => {
      const found = ranks.find((rank) => rank.provider === facts.provider && rank.metric === metric && rank.value === facts[metric]);
      if (!found || found.sessions < FEWEST_RANKED) return [];
      return [[metric, (found.below + (found.equal - 1) / 2) / (found.sessions - 1)] as const];
    }),
  );
}

async function readMedians(db: QueryContext, provider: string): Promise<Map<Metric, number>> {
  const found = await db.distributions(FACTS, { by: ["provider"], of: METRIC_NAMES, quantiles: [0.5] }, { sessions: null });
  return new Map(
    found.flatMap(({ group, column, ascending }) => (group.provider === provider ? [[column, known(median(ascending))] as const] : [])),
  );
}
