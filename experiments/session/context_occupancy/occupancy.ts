/** How full windows are, where contexts are reset, and what is left until then, from what the queries count. */
import { integer, number, type OptionsOf, type QueryContext, query, type RowOf, text } from "../../../lib/experiment.ts";
import { UserError } from "../../../lib/files/errors.ts";
import { known } from "../../../lib/stats/known.ts";
import { type Summary, summaryOf } from "../../../lib/stats/summary.ts";
import { type Ceiling, readCeilings } from "./ceilings.ts";
import { type Paid, RESETS, type Reset, readPaid } from "./resets.ts";
import { MODELS, type ModelUse, quantileOf, readModels, WINDOW_FLAG, windowsParam } from "./windows.ts";

export const FLAGS = {
  window: WINDOW_FLAG,
  warn: number({ default: 0.8, min: 0.01, max: 1, says: "Share of the window from which a context counts as nearly full" }),
  growthSteps: integer({ default: 20, min: 1, says: "Steps up to a moment from which the growth of the context is taken" }),
  drawnSession: text({ says: "Draw this session instead of the one with the most resets" }),
} as const;
export type Options = OptionsOf<typeof FLAGS>;

const PEAKS = query("peaks.sql", { provider: "text", peak: "number", summed: "number" });
const BY_STEP = query("by_step.sql", { provider: "text", step: "number", occupancy: "number?" });
const GROWTH = query("growth.sql", { provider: "text", growth: "number" });

export const RUNWAY = query("runway.sql", {
  provider: "text",
  session_id: "text",
  step: "number",
  moment: ["quarter", "half", "three_quarters", "last"],
  context_tokens: "number",
  window_tokens: "number",
  occupancy: "number",
  growth_per_step: "number?",
  growth_basis: ["session", "provider"],
  seconds_per_step: "number?",
  ceiling_tokens: "number",
  assumed: "boolean",
  runway_steps: "number?",
  runway_minutes: "number?",
});
export type Runway = RowOf<typeof RUNWAY>;

const CHOSEN = query("chosen.sql", { session_id: "text", resets: "number", steps: "number" });
const SESSION = query("session.sql", {
  session_id: "text",
  provider: "text",
  steps: "number",
  step: "number",
  context_tokens: "number",
  window_tokens: "number?",
  is_reset: "boolean",
});
export type SessionStep = RowOf<typeof SESSION>;

export interface Peaks {
  readonly provider: string;
  /** Largest occupancy of each session. */
  readonly peak: Summary<null>;
  readonly nearlyFull: number;
  /** Median of what the contexts of all steps of a session add up to, in windows. */
  readonly p50Summed: number | null;
}

/** Occupancy in the sessions of a provider that have a step of this number. */
export interface StepBand {
  readonly provider: string;
  readonly step: number;
  readonly sessions: number;
  readonly p25: number;
  readonly p50: number;
  readonly p75: number;
}

export interface Occupancy {
  readonly models: readonly ModelUse[];
  readonly ceilings: readonly Ceiling[];
  readonly peaks: readonly Peaks[];
  readonly bands: readonly StepBand[];
  readonly paid: readonly Paid[];
  /** A sample where there are many. */
  readonly resets: readonly Reset[];
  readonly session: readonly SessionStep[];
  readonly sessionRunway: readonly Runway[];
  /** For queries that follow the flags. */
  readonly params: { readonly windows: string };
  readonly runwayParams: { readonly windows: string; readonly ceilings: string; readonly growth_steps: number };
}

const MOST_DRAWN_RESETS = 2_000;
const MOST_DRAWN_STEPS = 600;

/** @throws UserError for a session that the pool doesn't have, and as `windowsParam` does */
export async function readOccupancy(db: QueryContext, options: Options): Promise<Occupancy> {
  const params = { windows: windowsParam(await db.rows(MODELS), options.window) };
  const session = await readSession(db, options.drawnSession, params);
  const models = await readModels(db, params);
  const ceilings = await readCeilings(db, models, options.warn, params);
  const runwayParams = { ...params, ceilings: await ceilingsParam(db, ceilings), growth_steps: options.growthSteps };
  return {
    models,
    ceilings,
    peaks: await readPeaks(db, options.warn, params),
    bands: await readBands(db, params),
    paid: await readPaid(db, params),
    resets: await db.sample(RESETS, { by: [], key: "round_pk", most: MOST_DRAWN_RESETS }, params),
    session,
    sessionRunway: session[0] ? await db.rows(RUNWAY, { ...runwayParams, session_id: session[0].session_id }) : [],
    params,
    runwayParams,
  };
}

type Params = Occupancy["params"];

async function readSession(db: QueryContext, drawn: string | undefined, params: Params): Promise<readonly SessionStep[]> {
  const session_id = drawn ?? (await db.rows(CHOSEN, params))[0]?.session_id;
  if (session_id === undefined) return [];
  const steps = await db.rows(SESSION, { ...params, session_id, points: MOST_DRAWN_STEPS });
  if (drawn !== undefined && steps.length === 0)
    throw new UserError(`--drawn-session is "${drawn}", but no step of this pool has that session.`);
  return steps;
}

async function ceilingsParam(db: QueryContext, ceilings: readonly Ceiling[]): Promise<string> {
  const growth = await db.distributions(GROWTH, { by: ["provider"], of: ["growth"], quantiles: [0.5] });
  return JSON.stringify(
    ceilings.map(({ provider, windowTokens, ceilingTokens, assumed }) => ({
      provider,
      window_tokens: windowTokens,
      ceiling_tokens: ceilingTokens,
      assumed,
      growth: quantileOf(
        growth.find(({ group }) => group.provider === provider),
        0.5,
      ),
    })),
  );
}

async function readPeaks(db: QueryContext, warn: number, params: Params): Promise<Peaks[]> {
  const by = ["provider"] as const;
  const found = await db.distributions(PEAKS, { by, of: ["peak", "summed"] }, params);
  const full = await db.bins(PEAKS, { by, of: "peak", edges: [warn, Number.POSITIVE_INFINITY] }, params);
  return found
    .filter(({ column }) => column === "peak")
    .map(({ group: { provider }, ...peak }) => ({
      provider,
      peak: summaryOf(peak, null),
      nearlyFull: full.find(({ group }) => group.provider === provider)?.n ?? 0,
      p50Summed: quantileOf(
        found.find(({ group, column }) => group.provider === provider && column === "summed"),
        0.5,
      ),
    }));
}

async function readBands(db: QueryContext, params: Params): Promise<StepBand[]> {
  const found = await db.distributions(BY_STEP, { by: ["provider", "step"], of: ["occupancy"], quantiles: [0.25, 0.5, 0.75] }, params);
  return found.map((band) => ({
    ...band.group,
    sessions: band.n,
    p25: known(quantileOf(band, 0.25)),
    p50: known(quantileOf(band, 0.5)),
    p75: known(quantileOf(band, 0.75)),
  }));
}
