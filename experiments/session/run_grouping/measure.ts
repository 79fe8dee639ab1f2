/** What is read of the pool. */
import { type Distribution, type QueryContext, query, type RowOf, type SqlParams } from "../../../lib/experiment.ts";
import { UserError } from "../../../lib/files/errors.ts";
import { sessionHashes } from "../../../lib/trace/sessions.ts";

export const RUNS = query("runs.sql", {
  run: "text",
  basis: ["lineage", "burst"],
  sessions: "number",
  roots: "number",
  max_depth: "number",
  started_at: "text?",
  ended_at: "text?",
  span_s: "number?",
  work_s: "number?",
  speedup: "number?",
  max_parallel: "number?",
  steps: "number",
  calls: "number",
  errors: "number",
  input_tokens: "number",
  output_tokens: "number",
  cache_write_tokens: "number",
  tokenjam_tokens: "number",
  cost_usd: "number?",
  unpriced_steps: "number",
  base_usd: "number?",
  replayed_steps: "number",
  replayed_usd: "number?",
  models: "text",
  providers: "text",
});
export type Run = RowOf<typeof RUNS>;

export const KINDS = ["main", "sub-agent", "fork", "resume"] as const;
export const MEMBERS = query("members.sql", {
  run: "text",
  basis: ["lineage", "burst"],
  session_id: "text",
  parent_session_id: "text?",
  edge: ["declared", "parent", "path", "nested", "parent (outside)", null],
  depth: "number",
  kind: KINDS,
  agent_type: "text?",
  started_at: "text?",
  ended_at: "text?",
  called_at: "text?",
  from_s: "number?",
  to_s: "number?",
  called_s: "number?",
  sessions: "number",
  steps: "number",
  cost_usd: "number?",
});
export type Member = RowOf<typeof MEMBERS>;

const EPISODES = query("episodes.sql", { episode: "text", session_id: "text", from_us: "number", to_us: "number" });
export type Episode = RowOf<typeof EPISODES>;

export const PARALLELISM = query("parallelism.sql", {
  scope: ["person", "run", "burst"],
  key: "text",
  provider: "text?",
  agents_at_once: "number",
  hours: "number",
  share: "number",
});

export interface Options {
  readonly burstSeconds: number;
  readonly withBursts: boolean;
  readonly episodeGapSeconds: number;
  readonly run: string | undefined;
}

const MOST_RUNS = 25;
/** Sessions of a run in the figure of all runs, and in that of one. */
const MOST_DOTS = 40;
const MOST_ROWS = 40;
const MOST_EPISODES = 200;

/** Hours in which so many sessions of a person were active at once, of one provider or (null) of all. */
export interface Level {
  readonly provider: string | null;
  readonly agents: number;
  readonly hours: number;
}

export type RunDistribution = Distribution<Pick<Run, "basis">, "sessions" | "speedup" | "cost_usd">;

export interface Grouping {
  readonly params: SqlParams;
  readonly memberParams: SqlParams;
  /** The most expensive. */
  readonly runs: readonly Run[];
  readonly summary: readonly RunDistribution[];
  readonly levels: readonly Level[];
  /** Of `runs`: all sessions of each, or as many as can be drawn. */
  readonly dots: readonly Member[];
  readonly one: OneRun | null;
}

/** A run whose sessions are drawn over time. */
export interface OneRun {
  readonly run: string;
  readonly sessions: number;
  readonly members: readonly Member[];
  readonly episodes: readonly Episode[];
}

/** @throws UserError for a run that there isn't */
export async function readGrouping(db: QueryContext, options: Options): Promise<Grouping> {
  const memberParams = { with_bursts: options.withBursts, burst_us: options.burstSeconds * 1e6 };
  const params = { ...memberParams, gap_us: options.episodeGapSeconds * 1e6 };
  const runs = await db.rows(RUNS, { ...params, most: MOST_RUNS });
  const levels = await db.distributions(PARALLELISM, { by: ["scope", "provider", "agents_at_once"], of: ["hours"] }, params);
  return {
    params,
    memberParams,
    runs,
    summary: await db.distributions(RUNS, { by: ["basis"], of: ["sessions", "speedup", "cost_usd"] }, { ...params, most: null }),
    levels: levels.flatMap(({ group, sum }) =>
      group.scope === "person" ? [{ provider: group.provider, agents: group.agents_at_once, hours: sum }] : [],
    ),
    dots: await db.sample(
      MEMBERS,
      { by: ["basis", "run"], key: "session_id", most: MOST_DOTS },
      { ...memberParams, runs: sessionHashes(runs.map(({ run }) => run)), most: null },
    ),
    one: await readOne(db, options, (runs.find(isParallel) ?? runs[0])?.run, memberParams),
  };
}

function isParallel({ max_parallel }: Run): boolean {
  return max_parallel !== null && max_parallel > 1;
}

async function readOne(db: QueryContext, options: Options, largest: string | undefined, params: SqlParams): Promise<OneRun | null> {
  const run = options.run ?? largest;
  if (run === undefined) return null;
  const found = await db.rows(MEMBERS, { ...params, runs: sessionHashes([run]), most: MOST_ROWS });
  const basis = found.some((member) => member.basis === "lineage") ? "lineage" : "burst";
  const members = found.filter((member) => member.basis === basis);
  const [first] = members;
  if (!first)
    throw new UserError(`--run ${run} is not a run of this pool. Give an id of the column run of the table runs, or leave the flag out.`);
  const sessions = sessionHashes(members.map(({ session_id }) => session_id));
  return {
    run,
    sessions: first.sessions,
    members,
    episodes: await db.sample(
      EPISODES,
      { by: ["session_id"], key: "episode", most: MOST_EPISODES },
      { sessions, gap_us: options.episodeGapSeconds * 1e6 },
    ),
  };
}
