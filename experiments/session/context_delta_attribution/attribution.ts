/** What contexts are filled with, by provider, and what is known of these numbers. */
import { providerOrder } from "../../../lib/chart/palette.ts";
import {
  choice,
  type Distribution,
  integer,
  list,
  noneOf,
  numberColumns,
  type QueryContext,
  query,
  type RowOf,
  text,
} from "../../../lib/experiment.ts";
import { quantileWeighted } from "../../../lib/stats/quantile.ts";
import { sumsOf } from "../../../lib/stats/sum.ts";
import { SOURCES, type Source } from "../../../lib/trace/context.ts";

const RELATIONS = ["main", "sub-agent", "fork", "resume"] as const;

export const FLAGS = {
  minDelta: integer({
    default: 1_000,
    min: 1,
    says: "Smallest change of a context that the table of steps has, tokens; resets are always there",
  }),
  top: integer({ default: 20, min: 1, max: 100, says: "Number of steps in the figure of the largest changes" }),
  sessionId: list(text({ says: "Draw the contexts of exactly these sessions, in this order, instead of choosing some" })),
  relation: choice(RELATIONS, { says: "Only steps of transcripts of this kind; pools without transcripts have none" }),
} as const;

const SOURCE_ROWS = query("sources.sql", {
  provider: "text",
  source: SOURCES,
  tool: "text?",
  steps: "number",
  micro_tokens: "number",
  unpriced_micro_tokens: "number",
  rent_pico: "number",
  one_read_pico: "number",
});
type SourceRow = RowOf<typeof SOURCE_ROWS>;

const GROWTH = query("growth.sql", {
  provider: "text",
  steps: "number",
  grown_steps: "number",
  clipped_steps: "number",
  resets: "number",
  reset_tokens: "number",
  shrunk_steps: "number",
  shrunk_tokens: "number",
  compactions: "number",
  micro_compactions: "number",
  micro_tokens: "number",
  replayed_steps: "number",
  replayed_tokens: "number",
  replayed_pico: "number",
  unpriced_steps: "number",
  open_steps: "number",
  open_nano: "number",
  input_nano: "number",
  one_read_pico: "number",
});
export type Growth = Omit<RowOf<typeof GROWTH>, "provider">;

const CALIBRATION = query("calibration.sql", {
  provider: "text",
  pairs: "number",
  chars_per_token: "number",
  p25: "number?",
  p75: "number?",
});
export type Calibration = RowOf<typeof CALIBRATION>;

const RIDES = query("rides.sql", { provider: "text", ride_steps: "number" });

/** Tokens of a source or a tool, and what they cost. */
export interface Amount {
  readonly steps: number;
  readonly tokens: number;
  readonly unpricedTokens: number;
  /** Until they leave. */
  readonly usd: number;
  /** One cache read of each. */
  readonly oneReadUsd: number;
}

/** All providers together, or one. */
export interface Scope {
  /** `merged`, or the provider. */
  readonly scope: string;
  readonly sources: ReadonlyMap<Source, Amount>;
  /** The most expensive first. */
  readonly tools: readonly (Amount & { readonly tool: string })[];
  readonly total: Amount;
  readonly growth: Growth;
  /** Later steps that a growth stays for: half of them at most, nine of ten at most; null where nothing grew. */
  readonly p50Rides: number | null;
  readonly p90Rides: number | null;
}

export interface Attribution {
  readonly scopes: readonly Scope[];
  readonly calibration: readonly Calibration[];
}

export async function readAttribution(db: QueryContext, relation: string | null): Promise<Attribution> {
  const params = { relation };
  const rows = await db.rows(SOURCE_ROWS, params);
  const growth = await db.rows(GROWTH, params);
  const [rides] = await db.distributions(RIDES, { by: [], of: ["ride_steps"] }, params);
  const ridesByProvider = await db.distributions(RIDES, { by: ["provider"], of: ["ride_steps"] }, params);
  const providers = providerOrder(growth.map(({ provider }) => provider));
  return {
    scopes: [
      scopeOf("merged", rows, growth, rides),
      ...providers.map((name) =>
        scopeOf(
          name,
          rows.filter(({ provider }) => provider === name),
          growth.filter(({ provider }) => provider === name),
          ridesByProvider.find(({ group }) => group.provider === name),
        ),
      ),
    ],
    calibration: await db.rows(CALIBRATION),
  };
}

function scopeOf(
  scope: string,
  rows: readonly SourceRow[],
  growth: readonly RowOf<typeof GROWTH>[],
  rides: Distribution | undefined,
): Scope {
  const whole = rows.filter(({ tool }) => tool === null);
  const tools = [...new Set(rows.flatMap(({ tool }) => tool ?? []))].map((tool) => ({
    tool,
    ...amountOf(rows.filter((row) => row.tool === tool)),
  }));
  return {
    scope,
    sources: new Map(SOURCES.map((source) => [source, amountOf(whole.filter((row) => row.source === source))])),
    tools: tools.sort((a, b) => b.usd - a.usd || b.tokens - a.tokens || (a.tool < b.tool ? -1 : 1)),
    total: amountOf(whole),
    growth: { ...noneOf(GROWTH), ...sumsOf(growth, numberColumns(GROWTH)) },
    p50Rides: quantileWeighted(rides?.ascending ?? [], 0.5),
    p90Rides: quantileWeighted(rides?.ascending ?? [], 0.9),
  };
}

/** To the thousandth of a token and the nano-dollar: beyond that digits would depend on the order of the sum. */
function amountOf(rows: readonly SourceRow[]): Amount {
  const sums = sumsOf(rows, numberColumns(SOURCE_ROWS));
  return {
    steps: sums.steps,
    tokens: tokensOf(sums.micro_tokens),
    unpricedTokens: tokensOf(sums.unpriced_micro_tokens),
    usd: usdOf(sums.rent_pico),
    oneReadUsd: usdOf(sums.one_read_pico),
  };
}

function tokensOf(micro: number): number {
  return Math.round(micro / 1e3) / 1e3;
}

export function usdOf(pico: number): number {
  return Math.round(pico / 1e3) / 1e9;
}
