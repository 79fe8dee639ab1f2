/** What is read of the pool. */
import { providerOrder } from "../../../lib/chart/palette.ts";
import { type Bin, integer, type QueryContext, query, type RowOf, type SqlParams, text } from "../../../lib/experiment.ts";
import { UserError } from "../../../lib/files/errors.ts";
import { roundHalfEven } from "../../../lib/format/numbers.ts";
import { at } from "../../../lib/stats/known.ts";
import { power } from "../../../lib/stats/power.ts";
import { quantileNumpy } from "../../../lib/stats/quantile.ts";
import { sumOf, sumsOf } from "../../../lib/stats/sum.ts";
import { kaplanMeier, type LastingPoint } from "../../../lib/stats/survival.ts";
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
  first_in_session: "number?",
  steps_since_request: "number?",
  active_s_since_request: "number?",
  stopped_tokens: "number?",
  stopped_usd: "number?",
});
export const REQUESTS = query("requests.sql", {
  provider: "text",
  is_stopped: "boolean",
  is_cut: "boolean?",
  steps: "number?",
  free_steps: "number?",
  active_bin: "number?",
  requests: "number",
  response_us: "number",
  human_us: "number",
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
  const of = ["step", "first_in_session", "steps_since_request", "stopped_tokens", "stopped_usd"] as const;
  const found = await db.distributions(MARKS, { by: ["provider", "kind", "is_counted"], of, quantiles: [0.5] }, params);
  const providers = providerOrder(found.map(({ group }) => group.provider));
  return providers.flatMap((provider) =>
    KINDS.flatMap((kind) => {
      const own = found.filter(({ group }) => group.provider === provider && group.kind === kind);
      const all = (name: (typeof of)[number], value: "n" | "sum") =>
        sumOf(
          own.filter(({ column }) => column === name),
          (each) => each[value],
        );
      const counted = (name: (typeof of)[number]) => own.find(({ column, group }) => column === name && group.is_counted) ?? NOTHING;
      if (own.length === 0) return [];
      return [
        {
          ...{ provider, kind, events: counted("step").n, marks: all("step", "n"), sessions: all("first_in_session", "n") },
          p50_steps: quantileNumpy(counted("steps_since_request").ascending, 0.5),
          stopped_tokens: Math.round(all("stopped_tokens", "sum")),
          stopped_usd: roundHalfEven(all("stopped_usd", "sum"), NANO_DIGITS),
        },
      ];
    }),
  );
}

/** The last number of steps of the curve. */
export const MOST_STEPS = 64;
/** Ends of the bins of active time, in seconds: eight per decade from 1 s to a day and a little. */
const PER_DECADE = 8;
const DECADES = 5;
const ACTIVE_S = Array.from({ length: PER_DECADE * DECADES + 1 }, (_, i) => Number(power(10, i / PER_DECADE).toPrecision(3)));

type RequestCounts = RowOf<typeof REQUESTS>;

async function readRequests(db: QueryContext, lengths: SqlParams): Promise<{ sums: RequestSums[]; curve: AutonomyPoint[] }> {
  const found = await db.rows(REQUESTS, { ...lengths, most_steps: MOST_STEPS, active_edges: ACTIVE_S.join(" ") });
  const providers = providerOrder(found.map(({ provider }) => provider));
  return {
    sums: providers.map((provider) => {
      const own = found.filter((row) => row.provider === provider && row.steps !== null);
      const { requests, response_us, human_us } = sumsOf(own, ["requests", "response_us", "human_us"]);
      const stopped = sumOf(own, (row) => (row.is_stopped ? row.requests : 0));
      return { provider, requests, stopped, response_s: response_us / 1e6, human_s: human_us / 1e6 };
    }),
    curve: providers.flatMap((provider) =>
      pointsOf(
        provider,
        found.filter((row) => row.provider === provider),
      ),
    ),
  };
}

function pointsOf(provider: string, rows: readonly RequestCounts[]): AutonomyPoint[] {
  const curve = (length: (row: RequestCounts) => number | null, ended: (row: RequestCounts) => boolean) =>
    kaplanMeier(
      rows.flatMap((row) => {
        const found = length(row);
        return found === null ? [] : [{ length: found, ended: ended(row), n: row.requests }];
      }),
    );
  const uncut = curve(
    ({ steps }) => steps,
    ({ is_cut }) => is_cut === true,
  );
  const bySteps = curve(
    ({ free_steps }) => free_steps,
    ({ is_stopped }) => is_stopped,
  );
  const byTime = curve(
    ({ active_bin }) => active_bin,
    ({ is_stopped }) => is_stopped,
  );
  return [
    ...bySteps.slice(1, MOST_STEPS + 1).map((point) => {
      const { ended, survival } = at(uncut, point.length);
      return { provider, unit: "steps" as const, x: point.length, ...named(point), cuts: ended, uncut: survival };
    }),
    ...byTime.slice(0, ACTIVE_S.length).map((point) => {
      return { provider, unit: "active_s" as const, x: at(ACTIVE_S, point.length), ...named(point), cuts: null, uncut: null };
    }),
  ];
}

function named({ atRisk, ended, survival, lo, hi }: LastingPoint) {
  return { at_risk: atRisk, events: ended, undisturbed: survival, lo95: lo, hi95: hi };
}

/** Of wall times in the figure, in seconds: four per decade. */
const WALL_PER_DECADE = 4;
export const WALL_EDGES_S = Array.from({ length: 8 * WALL_PER_DECADE + 1 }, (_, i) =>
  Number(power(10, i / WALL_PER_DECADE - 3).toPrecision(3)),
);

async function readTools(db: QueryContext, params: SqlParams): Promise<Pick<Interruptions, "tools" | "bins">> {
  const by = ["provider", "tool"] as const;
  const found = await db.distributions(CALLS, { by, of: ["human_s", "long_s", "wall_s"], quantiles: [0.5, 0.9] }, params);
  const tools = found.flatMap(({ group, column, n, sum, ascending }) => {
    if (column !== "human_s") return [];
    const own = (name: string) =>
      found.find((each) => each.column === name && each.group.provider === group.provider && each.group.tool === group.tool) ?? NOTHING;
    return [
      {
        ...group,
        ...{ calls: own("wall_s").n, waits: n, hours: sum / 3_600, long_hours: own("long_s").sum / 3_600 },
        ...{ p50_s: quantileNumpy(ascending, 0.5), p90_s: quantileNumpy(ascending, 0.9) },
      },
    ];
  });
  return {
    tools: tools.sort((a, b) => b.hours - a.hours),
    bins: await db.bins(CALLS, { by: ["provider", "tool", "is_waiting"], of: "wall_s", edges: WALL_EDGES_S }, params),
  };
}
