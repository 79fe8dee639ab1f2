/** What is read of the pool. */
import { providerOrder } from "../../../lib/chart/palette.ts";
import { type Distribution, integer, numberColumns, type QueryContext, query, type RowOf, text } from "../../../lib/experiment.ts";
import { UserError } from "../../../lib/files/errors.ts";
import { groupBy } from "../../../lib/stats/group-by.ts";
import { sumsOf } from "../../../lib/stats/sum.ts";
import { ALL } from "../../../lib/trace/groups.ts";
import { STEP_ACTIVITIES } from "../../../lib/trace/step-activities.ts";

export const FLAGS = {
  minRequests: integer({ default: 5, min: 1, says: "Fewest requests of a provider and model whose row is not marked as a small sample" }),
  session: text({ says: "Session in the figure of one session, by its id; the most expensive unless given" }),
} as const;

export const GROUPS = query("groups.sql", {
  provider: "text",
  model: "text",
  requests: "number",
  unpublished: "number",
  with_error: "number",
  steps: "number",
  unpriced_steps: "number",
  calls: "number",
  errors: "number",
  unknown: "number",
  tokens: "number",
  touched_tokens: "number",
  repair_steps: "number",
  repair_tokens: "number",
  nano: "number",
  touched_nano: "number",
  repair_nano: "number",
  lasting_us: "number",
  touched_us: "number",
  repair_us: "number",
  edit_requests: "number",
  one_shot: "number",
  loops: "number",
  edit_steps: "number",
  looping_edit_steps: "number",
});
type Sums = Omit<RowOf<typeof GROUPS>, "provider" | "model">;

const ACTIVITIES = query("activities.sql", {
  provider: "text",
  model: "text",
  activity: STEP_ACTIVITIES,
  phases: "number",
  steps: "number",
  calls: "number",
  errors: "number",
  tokens: "number",
  nano: "number",
  lasting_us: "number",
  human_us: "number",
});
export type ActivitySums = RowOf<typeof ACTIVITIES>;

const OUTSIDE = query("outside.sql", { steps: "number", outside_steps: "number", nano: "number", outside_nano: "number" });

export const REQUESTS = query("requests.sql", {
  provider: "text",
  session_id: "text",
  request_no: "number",
  published_request_no: "number",
  model: "text",
  started_at: "text?",
  steps: "number",
  phases: "number",
  calls: "number",
  errors: "number",
  unknown_status: "number",
  rework_loops: "number",
  one_shot: "boolean?",
  edit_steps: "number?",
  looping_edit_steps: "number?",
  e2e_s: "number?",
  generation_s: "number",
  tool_s: "number",
  input_tokens: "number",
  output_tokens: "number",
  cost_usd: "number?",
  unpriced_steps: "number",
  repair_steps: "number",
  repair_tokens: "number",
  repair_usd: "number?",
  repair_s: "number",
  touched_by_error: "boolean",
  touched_usd: "number?",
  verify_calls: "number?",
  revert_calls: "number?",
  files_edited: "number?",
  docs_only: "boolean?",
});

const SHARES = query("shares.sql", {
  session_id: "text",
  provider: "text",
  model: "text",
  steps: "number",
  e2e_s: "number?",
  cost_usd: "number?",
  usd: "number",
  touched_usd: "number",
  repair_usd: "number",
  edited: "number",
  one_shot: "number",
});

const POINTS = query("points.sql", {
  request: "text",
  provider: "text",
  steps: "number",
  usd: "number",
  repair_share: "number",
  e2e_s: "number?",
});
export type Point = RowOf<typeof POINTS>;

const LARGEST = query("largest.sql", {
  session_id: "text",
  request_no: "number",
  provider: "text",
  model: "text",
  steps: "number",
  calls: "number",
  errors: "number",
  cost_nano: "number",
  tokens: "number",
  repair_nano: "number",
  e2e_s: "number?",
});
export type LargestRequest = RowOf<typeof LARGEST>;

const SESSION = query("session.sql", {
  session_id: "text",
  provider: "text",
  requests: "number",
  cost_nano: "number",
  tokens: "number",
});

const RIBBON = query("ribbon.sql", {
  request_no: "number",
  phase: "number",
  activity: STEP_ACTIVITIES,
  from_s: "number",
  to_s: "number",
  human_s: "number",
  request_usd: "number?",
  request_repair_usd: "number",
  request_steps: "number",
  rework_loops: "number",
});
export type RibbonPhase = RowOf<typeof RIBBON>;

const WINDOWS = query("windows.sql", { request_no: "number", first_step: "number", from_s: "number", to_s: "number" });

const MOST_POINTS = 2_000;
const MOST_LABELED = 5;
const MOST_REQUESTS = 24;
const MOST_PHASES = 2_000;

const MEASURED = ["cost_usd", "steps", "e2e_s"] as const;
export type Measured = (typeof MEASURED)[number];

interface Interval {
  readonly lo: number;
  readonly hi: number;
}

/** Requests of a provider and model; `all` for those of any. */
export interface Group extends Sums {
  readonly provider: string;
  readonly model: string;
  readonly activities: readonly ActivitySums[];
  readonly spread: (column: Measured) => Pick<Distribution, "n" | "ascending"> | undefined;
  readonly intervals: {
    readonly repair: Interval | null;
    readonly touched: Interval | null;
    readonly oneShot: Interval | null;
  };
}

export interface SessionRibbon extends RowOf<typeof SESSION> {
  readonly phases: readonly RibbonPhase[];
  readonly windows: readonly RowOf<typeof WINDOWS>[];
}

export interface Requests {
  /** Everything, then each provider, then each model, the most tokens first. Empty without a request. */
  readonly groups: readonly Group[];
  readonly outside: RowOf<typeof OUTSIDE>;
  readonly points: readonly Point[];
  readonly largest: readonly LargestRequest[];
  readonly session: SessionRibbon | null;
}

/** @throws UserError for a session that has no request */
export async function readRequests(db: QueryContext, session: string | undefined): Promise<Requests> {
  const [outside = { steps: 0, outside_steps: 0, nano: 0, outside_nano: 0 }] = await db.rows(OUTSIDE);
  return {
    groups: await readGroups(db),
    outside,
    points: await db.sample(POINTS, { by: ["provider"], key: "request", most: MOST_POINTS }),
    largest: await db.rows(LARGEST, { most: MOST_LABELED }),
    session: await readSession(db, session),
  };
}

async function readGroups(db: QueryContext): Promise<Group[]> {
  const rows = await db.rows(GROUPS);
  const activities = await db.rows(ACTIVITIES);
  const of = await readStatistics(db);
  const group = (provider: string, model: string): Group => {
    const isMember = (row: { readonly provider: string; readonly model: string }) =>
      (provider === ALL || row.provider === provider) && (model === ALL || row.model === model);
    return {
      provider,
      model,
      ...sumsOf(rows.filter(isMember), numberColumns(GROUPS)),
      activities: activities.filter(isMember),
      ...of(provider, model),
    };
  };
  const byProvider = groupBy(rows, ({ provider }) => provider);
  const models = rows.toSorted((a, b) => b.tokens - a.tokens || (a.provider + a.model < b.provider + b.model ? -1 : 1));
  return [
    ...(rows.length > 0 ? [group(ALL, ALL)] : []),
    ...providerOrder(byProvider.keys()).map((provider) => group(provider, ALL)),
    ...models.map(({ provider, model }) => group(provider, model)),
  ];
}

const DIVISIONS = [[], ["provider"], ["provider", "model"]] as const;

/** Quantiles and intervals of a group. */
async function readStatistics(db: QueryContext): Promise<(provider: string, model: string) => Pick<Group, "spread" | "intervals">> {
  const parts = DIVISIONS.map(async (division) => {
    const by = [...division];
    return {
      spreads: await db.distributions(SHARES, { by, of: [...MEASURED], quantiles: [0.5, 0.9, 0.99] }),
      shares: [
        ...(await db.intervals(SHARES, { by, of: ["touched_usd", "repair_usd"], whole: "usd", session: "session_id" })),
        ...(await db.intervals(SHARES, { by, of: ["one_shot"], whole: "edited", session: "session_id" })),
      ],
    };
  });
  const found = await Promise.all(parts);
  const [spreads, shares] = [found.flatMap((part) => part.spreads), found.flatMap((part) => part.shares)];
  return (provider, model) => {
    const key = keyOf({ ...(provider === ALL ? {} : { provider }), ...(model === ALL ? {} : { model }) });
    const interval = (column: string) => shares.find((row) => keyOf(row.group) === key && row.column === column)?.interval ?? null;
    return {
      spread: (column) => spreads.find((row) => keyOf(row.group) === key && row.column === column),
      intervals: { repair: interval("repair_usd"), touched: interval("touched_usd"), oneShot: interval("one_shot") },
    };
  };
}

function keyOf(group: object): string {
  return JSON.stringify(group);
}

async function readSession(db: QueryContext, wanted: string | undefined): Promise<SessionRibbon | null> {
  const [session] = await db.rows(SESSION, { session: wanted ?? null });
  if (!session) {
    if (wanted === undefined) return null;
    throw new UserError(
      `--session ${wanted} has no request in this pool. Give an id of the column session_id of the table requests, or leave the flag out.`,
    );
  }
  const own = { session: session.session_id, most: MOST_PHASES };
  return { ...session, phases: await db.rows(RIBBON, { ...own, requests: MOST_REQUESTS }), windows: await db.rows(WINDOWS, own) };
}
