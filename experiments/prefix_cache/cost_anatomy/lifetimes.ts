/** How long the cache writes of a session were kept: as logged, and as its pauses show. */
import { choice, query, type RowOf } from "../../../lib/experiment.ts";

export const LIFETIMES = ["1h", "5m", "unknown"] as const;
export type Lifetime = (typeof LIFETIMES)[number];

export const TTL_FLAG = choice(["auto", "5m", "1h"], {
  default: "auto",
  says: "How long cache writes live where no transcript says it: auto judges each session by its pauses",
});
export type TtlFlag = NonNullable<(typeof TTL_FLAG)["value"]>;

export const LIFETIME_PAIRS = query("lifetimes.sql", {
  logged: ["1h", "5m", null],
  inferred: LIFETIMES,
  sessions: "number",
  tokens: "number",
  low_nano: "number",
  high_nano: "number",
});
export type LifetimePair = RowOf<typeof LIFETIME_PAIRS>;

/** What writes without a logged lifetime are taken to have. */
export function takenLifetime(inferred: Lifetime, ttl: TtlFlag): Lifetime {
  return ttl === "auto" ? inferred : ttl;
}

/** How far the inference can be trusted, in sessions that log a lifetime. */
export function inferenceTest(pairs: readonly LifetimePair[]): {
  readonly logged: number;
  readonly decided: number;
  readonly right: number;
} {
  const sessionsOf = (isMeant: (pair: LifetimePair) => boolean) =>
    pairs.filter((pair) => pair.logged !== null && isMeant(pair)).reduce((sum, { sessions }) => sum + sessions, 0);
  return {
    logged: sessionsOf(() => true),
    decided: sessionsOf(({ inferred }) => inferred !== "unknown"),
    right: sessionsOf(({ logged, inferred }) => inferred === logged),
  };
}
