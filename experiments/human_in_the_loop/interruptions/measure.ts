/** What is read of the pool. */
import { providerOrder } from "../../../lib/chart/palette.ts";
import {
  type Bin,
  type Distribution,
  integer,
  type QueryContext,
  query,
  type RowOf,
  type SqlParams,
  text,
} from "../../../lib/experiment.ts";
import { UserError } from "../../../lib/files/errors.ts";
import { roundHalfEven } from "../../../lib/format/numbers.ts";
import { at } from "../../../lib/stats/known.ts";
import { power } from "../../../lib/stats/power.ts";
import { quantileNumpy } from "../../../lib/stats/quantile.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { kaplanMeier } from "../../../lib/stats/survival.ts";
import { NOTHING } from "../../../lib/trace/scopes.ts";

/** A nudge is a hint of a correction, no more. */
export const KINDS = ["interrupt", "cut", "steer", "denied", "nudge", "length_only"] as const;
export type Kind = (typeof KINDS)[number];

export const MARKS = query("interventions.sql", {
  provider: "text",
  session_id: "text",
  request_no: "number",
  step: "number",
  at: "text?",
  kind: KINDS,
  evidence: [
    "logged",
    "length, a message follows",
    "length, after an error",
    "length",
    "order of events",
    "time",
    "failed question",
    "failed after a wait",
  ],
  is_counted: "boolean",
  is_first: "boolean",
  steps_since_request: "number?",
  active_s_since_request: "number?",
  stopped_tokens: "number?",
  stopped_usd: "number?",
});
export const REQUESTS = query("requests.sql", {
  provider: "text",
  steps: "number",
  free_steps: "number",
  active_s: "number?",
  is_cut: "boolean",
  is_stopped: "boolean",
  response_s: "number?",
  human_s: "number",
});
export const CALLS = query("approvals.sql", {
  provider: "text",
  tool: "text",
  wall_s: "number?",
  human_s: "number?",
  long_s: "number?",
  is_waiting: "boolean",
});
const LENGTHS = query("lengths.sql", { chars: "number", messages: "number" });
export type Length = RowOf<typeof LENGTHS>;

export const FLAGS = {
  approvalSeconds: integer({
    default: 5,
    min: 5,
    says: "A call that takes no time by itself waited for an approval when it took so many seconds",
  }),
  nudgeSeconds: integer({
    default: 60,
    min: 0,
    says: "A request that begins within so many seconds of the end of the one before is a nudge",
  }),
  lengths: text({
    default: "56,69",
    says: "Lengths of the texts that Claude Code logs when a person stops it while it generates, and while a tool runs",
  }),
} as const;
export interface Options {
  readonly approvalSeconds: number;
  readonly nudgeSeconds: number;
  readonly lengths: string;
}

export interface KindCount {
  readonly provider: string;
  readonly kind: Kind;
  /** A denial that is the same act as an interrupt is not counted. */
  readonly events: number;
  readonly marks: number;
  readonly sessions: number;
  readonly p50_steps: number | null;
  readonly stopped_tokens: number;
  readonly stopped_usd: number;
}

export interface RequestSums {
  readonly provider: string;
  readonly requests: number;
  readonly stopped: number;
  readonly response_s: number;
  readonly human_s: number;
}

export interface AutonomyPoint {
  readonly provider: string;
  readonly unit: "steps" | "active_s";
  readonly x: number;
  readonly at_risk: number;
  readonly events: number;
  readonly undisturbed: number;
  readonly lo95: number;
  readonly hi95: number;
  /** By whole steps: the same with cut requests alone. */
  readonly cuts: number | null;
  readonly uncut: number | null;
}

export interface ToolWaits {
  readonly provider: string;
  readonly tool: string;
  readonly calls: number;
  readonly waits: number;
  readonly p50_s: number | null;
  readonly p90_s: number | null;
  readonly hours: number;
  readonly long_hours: number;
}

export type WallBin = Bin<Pick<RowOf<typeof CALLS>, "provider" | "tool" | "is_waiting">>;

export interface Signature {
  readonly generating: number;
  readonly tool: number;
}

export interface Interruptions {
  readonly params: SqlParams;
  /** In the order of figures. */
  readonly providers: readonly string[];
  readonly kinds: readonly KindCount[];
  readonly requests: readonly RequestSums[];
  readonly curve: readonly AutonomyPoint[];
  /** With waits: most hours first. */
  readonly tools: readonly ToolWaits[];
  readonly bins: readonly WallBin[];
  readonly lengths: readonly Length[];
  readonly signature: Signature;
}

/** @throws UserError for lengths that can't be read */
export async function readInterruptions(db: QueryContext, options: Options): Promise<Interruptions> {
  const signature = signatureOf(options.lengths);
  const lengths = { generating_chars: signature.generating, tool_chars: signature.tool };
  const params = { ...lengths, nudge_us: options.nudgeSeconds * 1e6 };
  const requests = await readRequests(db, lengths);
  const { tools, bins } = await readTools(db, { approval_us: options.approvalSeconds * 1e6 });
  return {
    params,
    providers: providerOrder(requests.sums.map(({ provider }) => provider)),
    kinds: await readKinds(db, params),
    requests: requests.sums,
    curve: requests.curve,
    tools,
    bins,
    lengths: await db.rows(LENGTHS, {
      from_chars: Math.min(signature.generating, signature.tool) - BEFORE,
      to_chars: Math.max(signature.generating, signature.tool) + AFTER,
    }),
    signature,
  };
}

/** Lengths in the figure before the shorter and after the longer text. */
const BEFORE = 16;
const AFTER = 11;
/** Around a length, for the count that would be there without interrupts. */
const NEIGHBORS = 5;

function signatureOf(flag: string): Signature {
  const lengths = flag.split(",").map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : Number.NaN));
  const [generating, tool] = lengths;
  if (lengths.length !== 2 || !generating || !tool || generating === tool)
    throw new UserError(`--lengths ${flag} is not two different lengths. Write them as 56,69: while it generates, while a tool runs.`);
  return { generating, tool };
}

/** Messages of a length that would be there without interrupts: the mean of the lengths around it, without those of the texts. */
export function expectedAt(length: number, { lengths, signature }: Pick<Interruptions, "lengths" | "signature">): number {
  const around = Array.from({ length: 2 * NEIGHBORS + 1 }, (_, i) => length - NEIGHBORS + i).filter(
    (each) => each !== signature.generating && each !== signature.tool,
  );
  return sumOf(around, (each) => messagesAt(each, lengths)) / around.length;
}

export function messagesAt(length: number, lengths: readonly Length[]): number {
  return lengths.find(({ chars }) => chars === length)?.messages ?? 0;
}

/** Costs are whole nano-dollars. */
const NANO_DIGITS = 9;

async function readKinds(db: QueryContext, params: SqlParams): Promise<KindCount[]> {
  const of = ["step", "stopped_tokens", "stopped_usd"] as const;
  const sums = await db.distributions(MARKS, { by: ["provider", "kind", "is_counted", "is_first"], of, quantiles: [] }, params);
  const medians = await db.distributions(
    MARKS,
    { by: ["provider", "kind", "is_counted"], of: ["steps_since_request"], quantiles: [0.5] },
    params,
  );
  const providers = providerOrder(sums.map(({ group }) => group.provider));
  return providers.flatMap((provider) =>
    KINDS.flatMap((kind) => {
      const own = sums.filter(({ group }) => group.provider === provider && group.kind === kind);
      const counts = own.filter(({ column }) => column === "step");
      const n = (isOf: (group: (typeof own)[number]["group"]) => boolean) =>
        sumOf(
          counts.filter(({ group }) => isOf(group)),
          (count) => count.n,
        );
      const sum = (name: string) =>
        sumOf(
          own.filter(({ column }) => column === name),
          (each) => each.sum,
        );
      const steps = medians.find(({ group }) => group.provider === provider && group.kind === kind && group.is_counted);
      if (counts.length === 0) return [];
      return [
        {
          ...{ provider, kind, events: n(({ is_counted }) => is_counted), marks: n(() => true), sessions: n(({ is_first }) => is_first) },
          p50_steps: quantileNumpy(steps?.ascending ?? [], 0.5),
          stopped_tokens: Math.round(sum("stopped_tokens")),
          stopped_usd: roundHalfEven(sum("stopped_usd"), NANO_DIGITS),
        },
      ];
    }),
  );
}

/** The last number of steps of the curve, and the longest activity, in seconds. */
export const MOST_STEPS = 64;
const PER_DECADE = 8;
const DECADES = 5;
const MORE = 1e12;
const STEP_EDGES = [...Array.from({ length: MOST_STEPS + 1 }, (_, i) => i + 1), MORE];
/** From 1 s to a day and a little. */
const ACTIVE_EDGES = [
  0,
  ...Array.from({ length: PER_DECADE * DECADES + 1 }, (_, i) => Number(power(10, i / PER_DECADE).toPrecision(3))),
  MORE,
];

async function readRequests(db: QueryContext, params: SqlParams): Promise<{ sums: RequestSums[]; curve: AutonomyPoint[] }> {
  const groups = await db.distributions(
    REQUESTS,
    { by: ["provider", "is_stopped"], of: ["steps", "response_s", "human_s"], quantiles: [] },
    params,
  );
  const stops = await db.bins(REQUESTS, { by: ["provider", "is_stopped"], of: "free_steps", edges: STEP_EDGES }, params);
  const cuts = await db.bins(REQUESTS, { by: ["provider", "is_cut"], of: "steps", edges: STEP_EDGES }, params);
  const active = await db.bins(REQUESTS, { by: ["provider", "is_stopped"], of: "active_s", edges: ACTIVE_EDGES }, params);
  const providers = providerOrder(groups.map(({ group }) => group.provider));
  const sums = providers.map((provider) => {
    const of = (column: string, value: (each: (typeof groups)[number]) => number) =>
      sumOf(
        groups.filter((each) => each.group.provider === provider && each.column === column),
        value,
      );
    return {
      provider,
      requests: of("steps", ({ n }) => n),
      stopped: of("steps", ({ group, n }) => (group.is_stopped ? n : 0)),
      response_s: of("response_s", ({ sum }) => sum),
      human_s: of("human_s", ({ sum }) => sum),
    };
  });
  const curve = providers.flatMap((provider) => {
    const isOwn = ({ group }: { readonly group: { readonly provider: string } }) => group.provider === provider;
    const uncut = curveOf(cuts.filter(isOwn), ({ is_cut }) => is_cut);
    const bySteps = curveOf(stops.filter(isOwn), ({ is_stopped }) => is_stopped);
    const byTime = curveOf(active.filter(isOwn), ({ is_stopped }) => is_stopped);
    return [
      ...bySteps
        .filter(({ length }) => length < MOST_STEPS)
        .map((point) => {
          const cut = at(uncut, point.length);
          return { provider, unit: "steps" as const, x: point.length + 1, ...shared(point), cuts: cut.ended, uncut: cut.survival };
        }),
      ...byTime
        .filter(({ length }) => length < ACTIVE_EDGES.length - 2)
        .map((point) => ({
          provider,
          unit: "active_s" as const,
          x: at(ACTIVE_EDGES, point.length + 1),
          ...shared(point),
          cuts: null,
          uncut: null,
        })),
    ];
  });
  return { sums, curve };
}

function curveOf<G>(bins: readonly Bin<G>[], ended: (group: G) => boolean) {
  return kaplanMeier(bins.map(({ group, bin, n }) => ({ length: bin, ended: ended(group), n })));
}

function shared({ atRisk, ended, survival, lo, hi }: ReturnType<typeof kaplanMeier>[number]) {
  return { at_risk: atRisk, events: ended, undisturbed: survival, lo95: lo, hi95: hi };
}

/** Of wall times in the figure, in seconds: four per decade. */
const WALL_PER_DECADE = 4;
export const WALL_EDGES_S = Array.from({ length: 8 * WALL_PER_DECADE + 1 }, (_, i) =>
  Number(power(10, i / WALL_PER_DECADE - 3).toPrecision(3)),
);

async function readTools(db: QueryContext, params: SqlParams): Promise<Pick<Interruptions, "tools" | "bins">> {
  const by = ["provider", "tool"] as const;
  const waits = await db.distributions(CALLS, { by, of: ["human_s", "long_s"], quantiles: [0.5, 0.9] }, params);
  const calls = await db.distributions(CALLS, { by, of: ["wall_s"], quantiles: [] }, params);
  const tools = waits.flatMap(({ group, column, n, sum, ascending }) => {
    if (column !== "human_s") return [];
    const isOwn = (each: Distribution<typeof group>) => each.group.provider === group.provider && each.group.tool === group.tool;
    const long = waits.find((each) => each.column === "long_s" && isOwn(each)) ?? NOTHING;
    return [
      {
        ...group,
        ...{ calls: calls.find(isOwn)?.n ?? 0, waits: n, hours: sum / 3_600, long_hours: long.sum / 3_600 },
        ...{ p50_s: quantileNumpy(ascending, 0.5), p90_s: quantileNumpy(ascending, 0.9) },
      },
    ];
  });
  return {
    tools: tools.sort((a, b) => b.hours - a.hours),
    bins: await db.bins(CALLS, { by: ["provider", "tool", "is_waiting"], of: "wall_s", edges: WALL_EDGES_S }, params),
  };
}
