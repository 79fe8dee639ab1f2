/** What is read of the pool. */
import { providerOrder } from "../../../lib/chart/palette.ts";
import { type Distribution, noneOf, type QueryContext, query, type RowOf, type SqlParams } from "../../../lib/experiment.ts";
import { UserError } from "../../../lib/files/errors.ts";
import { S_PER_H } from "../../../lib/format/durations.ts";
import { roundHalfEven } from "../../../lib/format/numbers.ts";
import { type Interval, wilsonInterval } from "../../../lib/stats/intervals.ts";
import { power } from "../../../lib/stats/power.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { ALL } from "../../../lib/trace/groups.ts";
import { sessionHashes } from "../../../lib/trace/sessions.ts";

export const TIERS = ["active", "idle", "stale"] as const;
export const ENDINGS = ["answered", "asked", "cut_in_loop", "cut_in_call"] as const;

export const SESSIONS = query("sessions.sql", {
  session_id: "text",
  provider: "text",
  relation: ["main", "sub-agent", "fork", "resume"],
  model: "text",
  started_at: "text",
  last_event_at: "text",
  wall_s: "number",
  active_s: "number",
  silence_s: "number",
  tier: TIERS,
  ending: ENDINGS,
  failing: "boolean",
  ended_reason: "text?",
  requests: "number",
  steps: "number",
  unpriced_steps: "number",
  calls: "number",
  errors: "number",
  total_input_tokens: "number",
  output_tokens: "number",
  cost_usd: "number?",
  resumes: "number",
  longest_gap_s: "number?",
});
export type Session = RowOf<typeof SESSIONS>;

const MOMENT = query("moment.sql", { last_us: "number?", transcripts: "number" });
const GAPS = query("gaps.sql", { provider: "text", silence_s: "number" });
const LEFT_OUT = query("left_out.sql", {
  provider: "text",
  empty_sessions: "number",
  untimed_sessions: "number",
  replayed_sessions: "number",
  resumed_sessions: "number",
});
export type LeftOut = RowOf<typeof LEFT_OUT>;
const EPISODES = query("episodes.sql", { episode: "text", session_id: "text", from_us: "number", to_us: "number" });
export type Episode = RowOf<typeof EPISODES>;

export interface Options {
  readonly asOf: string | undefined;
  readonly activeSeconds: number;
  readonly idleSeconds: number;
  readonly failingStreak: number;
}

/** What has become of silences of at least `silence_s`. */
export interface CurvePoint {
  readonly provider: string;
  readonly silence_s: number;
  /** The session went on. */
  readonly resumed: number;
  /** It had not by the moment. */
  readonly ended: number;
  readonly interval: Interval | null;
}

type Count = Pick<Distribution, "n" | "sum">;
/** Sessions of a provider that ended in one way; costs in USD, tokens of input and output. */
export interface Ending {
  readonly provider: string;
  readonly ending: Session["ending"];
  readonly sessions: number;
  readonly failing: number;
  readonly cost_usd: number;
  readonly tokens: number;
  readonly steps: ArrayLike<number>;
}

/** Sessions of a provider in one tier. */
export interface Tier {
  readonly provider: string;
  readonly tier: Session["tier"];
  readonly sessions: number;
  readonly cost_usd: number;
  readonly tokens: number;
}

export interface Lifecycle {
  readonly params: SqlParams;
  readonly asOfUs: number;
  /** In the order of figures. */
  readonly providers: readonly string[];
  readonly curve: readonly CurvePoint[];
  readonly endings: readonly Ending[];
  readonly tiers: readonly Tier[];
  readonly leftOut: readonly LeftOut[];
  /** The sessions with the latest events, of pools with transcripts or for a given moment. */
  readonly archive: { readonly newest: readonly Session[]; readonly episodes: readonly Episode[] } | null;
}

/** Costs are whole nano-dollars. */
const NANO_DIGITS = 9;
const MOST_ROWS = 60;
const MOST_EPISODES = 200;

/** Null without times. @throws UserError for a moment that can't be read */
export async function readLifecycle(db: QueryContext, options: Options): Promise<Lifecycle | null> {
  const given = options.asOf === undefined ? null : microsecondsOf(options.asOf);
  if (options.idleSeconds < options.activeSeconds)
    throw new UserError(
      `--idle-seconds ${options.idleSeconds} is less than --active-seconds ${options.activeSeconds}. Give at least as many seconds.`,
    );
  const [{ last_us, transcripts } = noneOf(MOMENT)] = await db.rows(MOMENT);
  if (last_us === null) return null;
  const asOfUs = given ?? last_us;
  const moment = { as_of_us: asOfUs, active_us: options.activeSeconds * 1e6 };
  const params = {
    ...moment,
    seen_until_us: given ?? Number.MAX_SAFE_INTEGER,
    idle_us: options.idleSeconds * 1e6,
    streak: options.failingStreak,
    most: null,
  };
  const leftOut = await db.rows(LEFT_OUT, { as_of_us: asOfUs });
  const groups = await db.distributions(
    SESSIONS,
    {
      by: ["provider", "tier", "ending", "failing"],
      of: ["steps", "cost_usd", "total_input_tokens", "output_tokens"],
      quantiles: [],
    },
    params,
  );
  const steps = await db.distributions(SESSIONS, { by: ["provider", "ending"], of: ["steps"], quantiles: [0.5] }, params);
  const providers = providerOrder(groups.map(({ group }) => group.provider));
  const sumsOf = (isOf: (group: (typeof groups)[number]["group"]) => boolean) => {
    const of = (column: string, value: (count: Count) => number) =>
      sumOf(
        groups.filter((each) => each.column === column && isOf(each.group)),
        value,
      );
    return {
      sessions: of("steps", ({ n }) => n),
      cost_usd: roundHalfEven(
        of("cost_usd", ({ sum }) => sum),
        NANO_DIGITS,
      ),
      tokens: Math.round(of("total_input_tokens", ({ sum }) => sum) + of("output_tokens", ({ sum }) => sum)),
    };
  };
  const isIn = (provider: string, ending: string) => (group: (typeof groups)[number]["group"]) =>
    group.provider === provider && group.ending === ending;
  return {
    params,
    asOfUs,
    providers,
    curve: await readCurve(db, options, providers, { asOfUs, params }),
    endings: providers.flatMap((provider) =>
      ENDINGS.map((ending) => ({
        provider,
        ending,
        ...sumsOf(isIn(provider, ending)),
        failing: sumsOf((group) => isIn(provider, ending)(group) && group.failing).sessions,
        steps: steps.find(({ group }) => group.provider === provider && group.ending === ending)?.ascending ?? [],
      })),
    ),
    tiers: providers.flatMap((provider) =>
      TIERS.map((tier) => ({ provider, tier, ...sumsOf((group) => group.provider === provider && group.tier === tier) })),
    ),
    leftOut,
    archive: transcripts > 0 || given !== null ? await readArchive(db, params, moment) : null,
  };
}

const ISO_TIME = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?<zone>Z|[+-]\d\d:\d\d)?)?$/;

/** Epoch microseconds. A day is its beginning; a time without a zone is UTC. */
function microsecondsOf(text: string): number {
  const found = ISO_TIME.exec(text);
  const ms = found ? Date.parse(text.includes("T") && !found.groups?.zone ? `${text}Z` : text) : Number.NaN;
  if (Number.isNaN(ms)) throw new UserError(`--as-of ${text} is not a time. Write it as 2026-01-31 or 2026-01-31T12:00:00Z.`);
  return ms * 1e3;
}

/** Of the curve. */
export const SHORTEST_S = 10;
export const LONGEST_S = 30 * 24 * S_PER_H;
const PER_DECADE = 8;
const ROUND_S = [60, 300, 900, S_PER_H, 4 * S_PER_H, 24 * S_PER_H, 7 * 24 * S_PER_H];
/** Longer than any silence. */
const FOREVER_S = 1e12;

/** Silences that the curve has a point for: eight per decade, those that people have words for, and the limits of tiers. */
function silencesOf({ activeSeconds, idleSeconds }: Options): number[] {
  const decades = Math.ceil(PER_DECADE * Math.log10(LONGEST_S / SHORTEST_S));
  const even = Array.from({ length: decades }, (_, i) => Number((SHORTEST_S * power(10, i / PER_DECADE)).toPrecision(3)));
  const all = [...even, ...ROUND_S, activeSeconds, idleSeconds].filter((silence) => silence >= SHORTEST_S && silence < LONGEST_S);
  return [...new Set([...all, LONGEST_S])].sort((a, b) => a - b);
}

async function readCurve(
  db: QueryContext,
  options: Options,
  providers: readonly string[],
  { asOfUs, params }: Pick<Lifecycle, "asOfUs" | "params">,
): Promise<CurvePoint[]> {
  const silences = silencesOf(options);
  const bins = { by: ["provider"], of: "silence_s", edges: [...silences, FOREVER_S] } as const;
  const gaps = await db.bins(GAPS, bins, { as_of_us: asOfUs });
  const ends = await db.bins(SESSIONS, bins, params);
  return [ALL, ...providers].flatMap((provider) =>
    silences.map((silence_s, i) => {
      const reaching = (found: typeof gaps) =>
        sumOf(
          found.filter(({ group, bin }) => bin >= i && (provider === ALL || group.provider === provider)),
          ({ n }) => n,
        );
      const [resumed, ended] = [reaching(gaps), reaching(ends)];
      return { provider, silence_s, resumed, ended, interval: wilsonInterval(resumed, resumed + ended) };
    }),
  );
}

/** The share of silences after which the session went on; null where there is none. */
export function resumeShare({ resumed, ended }: CurvePoint): number | null {
  return ratio(resumed, resumed + ended);
}

async function readArchive(db: QueryContext, params: SqlParams, moment: SqlParams): Promise<Lifecycle["archive"]> {
  const newest = await db.rows(SESSIONS, { ...params, most: MOST_ROWS });
  const sessions = sessionHashes(newest.map(({ session_id }) => session_id));
  const request = { by: ["session_id"], key: "episode", most: MOST_EPISODES } as const;
  return { newest, episodes: await db.sample(EPISODES, request, { ...moment, sessions }) };
}
