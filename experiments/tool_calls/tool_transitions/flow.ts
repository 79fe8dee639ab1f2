/** What the figures and tables are made of: chains of groups of requests, their paths and one session. */
import { providerOrder } from "../../../lib/chart/palette.ts";
import { choice, number, type QueryContext, query, type RowOf, text } from "../../../lib/experiment.ts";
import { groupBy } from "../../../lib/stats/group-by.ts";
import { median } from "../../../lib/stats/quantile.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { ALL } from "../../../lib/trace/groups.ts";
import { Chain, type Outcome, type Transition } from "./chain.ts";

export const LEVELS = ["category", "tool", "verb"] as const;
export type Level = (typeof LEVELS)[number];

export const FLAGS = {
  level: choice(LEVELS, {
    default: "category",
    says: "What makes a state: the category of the tool, the tool, or what the call does (collected traces only)",
  }),
  parallel: choice(["ignore", "merge"], {
    default: "ignore",
    says: "`ignore` transitions between calls of one step, or `merge` its calls into one visit",
  }),
  minSupport: number({ default: 0.01, min: 0, max: 1, says: "Smallest share of requests that a path of three is in" }),
  by: choice(["provider", "model", "agent"], { default: "provider", says: "What makes a group in figures and comparisons" }),
  session: text({ says: "Session of the last figure, or the beginning of its id. Default: the one with the most calls" }),
} as const;

const STATES = query("states.sql", { name: "text", calls: "number" });
const FLOW = query("flow.sql", {
  part: ["edge", "path"],
  provider: "text",
  model: "text?",
  agent: "text?",
  from_state: "text",
  outcome: ["start", "worked", "failed", "empty", "unknown", null],
  kind: ["next", "within", null],
  to_state: "text",
  third_state: "text?",
  n: "number",
  requests: "number",
});
const REQUESTS = query("requests.sql", { provider: "text", model: "text", requests: "number" });
const LATENCIES = query("latencies.sql", { provider: "text", model: "text", state: "text", wall_ms: "number" });
const LONGEST = query("longest.sql", { session_id: "text", provider: "text", calls: "number", requests: "number", failed: "number" });
const SESSION = query("session.sql", { request_no: "number", step: "number", call_no: "number", state: "text", failed: "boolean" });

type FlowRow = RowOf<typeof FLOW>;
export type SessionCall = RowOf<typeof SESSION>;
export type By = "all" | "provider" | "model" | "agent";

/** Requests of one provider, model or kind of agent, or all. */
export interface Group {
  readonly by: By;
  readonly name: string;
  readonly chain: Chain;
  /** Without a call; null for kinds of agents. */
  readonly emptyRequests: number | null;
  /** Median wall time of a state's calls; null where none has a time, and for kinds of agents. */
  readonly medianMs: (state: string) => number | null;
}

/** Three visits in a row, in different steps. */
export interface Path {
  readonly group: string;
  readonly states: readonly [string, string, string];
  readonly n: number;
  readonly requests: number;
  /** Of the requests with calls. */
  readonly support: number;
}

export interface Flow {
  readonly level: Level;
  readonly merge: boolean;
  /** In the order of figures. */
  readonly states: readonly string[];
  /** Everything, each provider, each model and each kind of agent. */
  readonly groups: readonly Group[];
  /** The groups that figures show and that are compared. */
  readonly shown: readonly Group[];
  readonly paths: readonly Path[];
  readonly session: { readonly about: RowOf<typeof LONGEST>; readonly calls: readonly SessionCall[] } | null;
}

export interface Options {
  readonly level: Level;
  readonly parallel: "ignore" | "merge";
  readonly minSupport: number;
  readonly by: Exclude<By, "all">;
  readonly session: string | undefined;
}

/** In the order of all figures. */
export const CATEGORIES = ["read", "edit", "shell", "agent", "plan", "web", "other"];
export const OTHER = "other";
export const MIXED = "mixed";
/** Of a tool that is a state of its own. */
const LEAST_CALLS = 20;
/** That a figure has room for. */
const MOST_SESSION_CALLS = 600;

export async function readFlow(db: QueryContext, options: Options): Promise<Flow> {
  const { level } = options;
  const named = await db.rows(STATES, { level });
  const merge = options.parallel === "merge";
  const states = [...new Set([...statesOf(level, named), OTHER]), ...(merge ? [MIXED] : [])];
  const params = { level, states: JSON.stringify(states), other: OTHER };
  const [rows, requests, latencies, [longest]] = await Promise.all([
    db.rows(FLOW, { ...params, merge }),
    db.rows(REQUESTS),
    latenciesOf(db, params),
    db.rows(LONGEST, { session: options.session ?? null }),
  ]);
  const edges = rows.filter(({ part }) => part === "edge");
  const groupOf = (by: By, name: string): Group => {
    const isIn = (row: { readonly provider: string; readonly model: string | null; readonly agent?: string | null }) =>
      by === "all" || row[by] === name;
    const chain = new Chain(transitionsOf(edges.filter(isIn)));
    const asked = sumOf(requests.filter(isIn), (row) => row.requests);
    return {
      by,
      name,
      chain,
      emptyRequests: by === "agent" ? null : asked - chain.requests,
      medianMs: (state) => latencies(by, name, state),
    };
  };
  const names = (by: "provider" | "model" | "agent") => [...new Set(edges.flatMap((row) => row[by] ?? []))].sort();
  const groups = [
    groupOf("all", ALL),
    ...providerOrder(names("provider")).map((name) => groupOf("provider", name)),
    ...names("model").map((name) => groupOf("model", name)),
    ...names("agent").map((name) => groupOf("agent", name)),
  ];
  const visited = new Set(edges.flatMap(({ from_state, to_state }) => [from_state, to_state]));
  return {
    level,
    merge,
    states: states.filter((state) => visited.has(state)),
    groups,
    shown: groups.filter(({ by }) => by === options.by),
    paths: pathsOf(rows, groups, options.minSupport),
    session: longest
      ? { about: longest, calls: await db.rows(SESSION, { ...params, session: longest.session_id, most: MOST_SESSION_CALLS }) }
      : null,
  };
}

function statesOf(level: Level, named: readonly RowOf<typeof STATES>[]): string[] {
  if (level === "category") return CATEGORIES;
  return named.flatMap(({ name, calls }) => (level === "verb" || calls >= LEAST_CALLS ? [name] : []));
}

async function latenciesOf(db: QueryContext, params: { readonly level: string; readonly states: string; readonly other: string }) {
  const of = { of: ["wall_ms"], quantiles: [0.5] } as const;
  const [all, byProvider, byModel] = await Promise.all([
    db.distributions(LATENCIES, { ...of, by: ["state"] }, params),
    db.distributions(LATENCIES, { ...of, by: ["provider", "state"] }, params),
    db.distributions(LATENCIES, { ...of, by: ["model", "state"] }, params),
  ]);
  return (by: By, name: string, state: string): number | null => {
    const found = {
      all: all.find(({ group }) => group.state === state),
      provider: byProvider.find(({ group }) => group.provider === name && group.state === state),
      model: byModel.find(({ group }) => group.model === name && group.state === state),
      agent: undefined,
    }[by];
    return found ? median(found.ascending) : null;
  };
}

function transitionsOf(rows: readonly FlowRow[]): Transition[] {
  return [...groupBy(rows, ({ from_state, to_state }) => JSON.stringify([from_state, to_state])).values()].map((own) => {
    const count = (kind: "next" | "within", outcome?: Outcome) =>
      sumOf(
        own.filter((row) => row.kind === kind && (outcome === undefined || row.outcome === outcome)),
        ({ n }) => n,
      );
    const by = (kind: "next" | "within") => ({
      worked: count(kind, "worked"),
      failed: count(kind, "failed"),
      empty: count(kind, "empty"),
      unknown: count(kind, "unknown"),
    });
    const [first] = own;
    return {
      from: first?.from_state ?? "",
      to: first?.to_state ?? "",
      n: count("next"),
      parallel: count("within"),
      after: by("next"),
      parallelAfter: by("within"),
    };
  });
}

/** Of all requests, then of those of each provider; those in the most requests first. */
function pathsOf(rows: readonly FlowRow[], groups: readonly Group[], minSupport: number): Path[] {
  const paths = rows.filter(({ part }) => part === "path");
  return groups
    .filter(({ by }) => by === "all" || by === "provider")
    .flatMap(({ by, name, chain }) =>
      [
        ...groupBy(
          paths.filter((row) => by === "all" || row.provider === name),
          ({ from_state, to_state, third_state }) => JSON.stringify([from_state, to_state, third_state]),
        ).values(),
      ]
        .flatMap((own): Path[] => {
          const [first] = own;
          if (!first?.third_state) return [];
          const requests = sumOf(own, (row) => row.requests);
          return [
            {
              group: name,
              states: [first.from_state, first.to_state, first.third_state],
              n: sumOf(own, ({ n }) => n),
              requests,
              support: requests / chain.requests,
            },
          ];
        })
        .filter(({ support }) => support >= minSupport)
        .sort((a, b) => b.requests - a.requests || b.n - a.n || (a.states.join() < b.states.join() ? -1 : 1)),
    );
}
