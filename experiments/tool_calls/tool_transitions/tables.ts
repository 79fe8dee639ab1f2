/** The tables, and the summary. */
import { type Column, type JsonDocument, type Table, table } from "../../../lib/experiment.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { type Chain, compared, divergence, type OUTCOMES, START } from "./chain.ts";
import { type Flow, type Group, type Level, OTHER } from "./flow.ts";

export function tablesOf(flow: Flow): Table[] {
  return [transitionsTable(flow), statesTable(flow), motifsTable(flow), comparisonTable(flow)];
}

const BY_COLUMN: Column<{ readonly group: Group }> = {
  of: ({ group }) => group.by,
  says: "What makes the scope: `all`, `provider`, `model` or `agent` (kind of sub-agent, collected traces only)",
};
const SCOPE_COLUMN: Column<{ readonly group: Group }> = {
  of: ({ group }) => group.name,
  says: "`all`, or the name of the provider, model or agent",
};
const LEVEL_SAYS = "`category`, `tool` or `verb`, see `--level`";

function transitionsTable({ groups, level }: Flow): Table {
  const rows = groups.flatMap((group) => group.chain.transitions.map((edge) => ({ group, ...edge })));
  const after = (outcome: (typeof OUTCOMES)[number]) => (row: (typeof rows)[number]) => row.group.chain.pAfter(row.from, row.to, outcome);
  return table(
    "transitions",
    rows,
    {
      by: BY_COLUMN,
      scope: SCOPE_COLUMN,
      level: { of: () => level, says: LEVEL_SAYS },
      from: { says: "State; `START` is the beginning of a request" },
      to: { says: "The state that follows; `END` is the end of the request" },
      n: { says: "How often, in a later step", unit: "transitions" },
      p: { of: ({ group, from, to }) => group.chain.p(from, to), says: "`n` as a share of all that follows `from`", unit: "share" },
      lift: {
        of: ({ group, from, to }) => group.chain.lift(from, to),
        says: "`p` over the share of `to` in all that follows anything: above 1, more often than usual",
      },
      p_after_error: { of: (row) => after("failed")(row).p, says: "The same after calls that failed", unit: "share" },
      n_after_error: { of: (row) => after("failed")(row).of, says: "Calls that failed before anything in a later step", unit: "calls" },
      p_after_ok: {
        of: (row) => after("worked")(row).p,
        says: "The same after calls that worked; searches that found nothing left out",
        unit: "share",
      },
      n_after_ok: { of: (row) => after("worked")(row).of, says: "Calls that worked before anything in a later step", unit: "calls" },
      p_after_empty: { of: (row) => after("empty")(row).p, says: "The same after searches that found nothing", unit: "share" },
      n_parallel: {
        of: ({ parallel }) => parallel,
        says: "How often among parallel calls of one step, which aren't in `n`",
        unit: "transitions",
      },
    },
    { title: "Transitions", caption: "One row per scope and pair of states that follow each other." },
  );
}

function statesTable({ groups, level, states }: Flow): Table {
  const rows = groups.flatMap((group) => {
    const { chain } = group;
    const total = sumOf(states, (state) => visitsOf(chain, state));
    return states.flatMap((state) =>
      visitsOf(chain, state) === 0 ? [] : [{ group, chain, state, total, outcomes: chain.visitsOf(state) }],
    );
  });
  return table(
    "transition_states",
    rows,
    {
      by: BY_COLUMN,
      scope: SCOPE_COLUMN,
      level: { of: () => level, says: LEVEL_SAYS },
      state: { says: "State" },
      visits: { of: ({ chain, state }) => visitsOf(chain, state), says: "Calls, or steps with `--parallel merge`", unit: "calls" },
      share: { of: ({ chain, state, total }) => visitsOf(chain, state) / total, says: "Of all visits", unit: "share" },
      starts: { of: ({ chain, state }) => chain.count(START, state), says: "Requests that begin with it", unit: "requests" },
      ends: { of: ({ chain, state }) => chain.count(state, "END"), says: "Requests that end with it", unit: "requests" },
      self_p: { of: ({ chain, state }) => chain.p(state, state), says: "How often the same state follows", unit: "share" },
      run_length: { of: ({ chain, state }) => chain.runLength(state), says: "Expected visits in a row: 1 / (1 - `self_p`)", unit: "calls" },
      calls_to_end: {
        of: ({ chain, state }) => chain.visitsToEnd(state),
        says: "Expected visits in different steps until the request ends, this one among them, if the next state depended on the last one alone",
        unit: "calls",
      },
      failed: { of: ({ outcomes }) => outcomes.failed, says: "Visits that are marked as an error", unit: "calls" },
      empty: {
        of: ({ outcomes }) => outcomes.empty,
        says: "Searches that found nothing, estimated by the length of the reply",
        unit: "calls",
      },
      unknown: { of: ({ outcomes }) => outcomes.unknown, says: "Visits whose status is not known", unit: "calls" },
      error_rate: {
        of: ({ outcomes: { failed, worked, empty } }) => ratio(failed, failed + worked + empty),
        says: "`failed` of those whose status is known",
        unit: "share",
      },
      p50_wall_ms: {
        of: ({ group, state }) => group.medianMs(state),
        says: "Median time between a call and its result; empty for agents",
        unit: "ms",
      },
    },
    { title: "States", caption: "One row per scope and state." },
  );
}

function visitsOf(chain: Chain, state: string): number {
  return sumOf(Object.values(chain.visitsOf(state)), (n) => n);
}

function motifsTable({ paths }: Flow): Table {
  return table(
    "transition_motifs",
    paths,
    {
      scope: { of: ({ group }) => group, says: "`all` or the provider" },
      path: { of: ({ states }) => states.join(">"), says: "Three states that follow one another, in different steps" },
      n: { says: "How often", unit: "paths" },
      requests: { says: "Requests with it", unit: "requests" },
      support: { says: "Share of the requests with calls", unit: "share" },
      per_request: { of: ({ n, requests }) => n / requests, says: "How often in a request that has it", unit: "paths" },
    },
    { title: "Frequent paths", caption: "One row per scope and path of three, those in the most requests first; see `--min-support`." },
  );
}

function comparisonTable({ shown }: Flow): Table {
  const rows = pairsOf(shown).flatMap(([a, b]) => compared(a.chain, b.chain).map((test) => ({ a, b, ...test })));
  return table(
    "transition_compare",
    rows,
    {
      from: { says: "State" },
      to: { says: "The state that follows" },
      group_a: { of: ({ a }) => a.name, says: "One group, see `--by`" },
      group_b: { of: ({ b }) => b.name, says: "Another" },
      departures_a: { of: ({ departuresA }) => departuresA, says: "Transitions from the state in the one", unit: "transitions" },
      departures_b: { of: ({ departuresB }) => departuresB, says: "And in the other", unit: "transitions" },
      p_a: { of: ({ pA }) => pA, says: "Share of them that lead to the second state", unit: "share" },
      p_b: { of: ({ pB }) => pB, says: "And in the other", unit: "share" },
      z: { says: "Of the test of two proportions; transitions of a session resemble one another, so it is rather too large" },
      p_holm: {
        of: ({ pHolm }) => pHolm,
        says: "Two-sided probability of such a z by chance, by Holm's rule for all rows of the two groups",
      },
    },
    { title: "Groups compared", caption: "One row per pair of groups and transition from a state that has at least 50 in both." },
  );
}

function pairsOf(groups: readonly Group[]): (readonly [Group, Group])[] {
  return groups.flatMap((a, i) => groups.slice(i + 1).map((b) => [a, b] as const));
}

/** What an edit should be followed by, and soon; null where states are tools. */
const EDIT_TO: Readonly<Record<Level, readonly [edit: string, check: string] | null>> = {
  category: ["edit", "shell"],
  verb: ["edit", "test"],
  tool: null,
};

export function summaryOf(flow: Flow): JsonDocument {
  return {
    name: "transition_summary.json",
    says: "Per scope: `entropy_rate_bits` per call and its Miller-Madow correction for few departures, requests without calls, the two states that alternate the most, and how soon a check (a shell call or a test) follows an edit by the chain; per pair of groups the Jensen-Shannon divergence of the shares of transitions, in bits",
    value: {
      level: flow.level,
      parallel: flow.merge ? "merge" : "ignore",
      scopes: flow.groups.map((group) => scopeSummary(flow, group)),
      divergence: pairsOf(flow.shown).map(([a, b]) => ({ group_a: a.name, group_b: b.name, bits: divergence(a.chain, b.chain) })),
    },
  };
}

function scopeSummary({ states, level }: Flow, { by, name, chain, emptyRequests }: Group) {
  const edge = EDIT_TO[level];
  const passage = edge === null ? null : chain.passage(...edge);
  const visits = sumOf(states, (state) => visitsOf(chain, state));
  return {
    by,
    scope: name,
    entropy_rate_bits: chain.entropyRate(),
    entropy_rate_bits_corrected: chain.correctedEntropyRate(),
    departures: chain.departures,
    parallel: sumOf(chain.transitions, ({ parallel }) => parallel),
    requests: chain.requests,
    empty_requests: emptyRequests,
    dominant_cycle: dominantCycle(chain, states),
    ...(edge !== null && {
      [`${edge[0]}_to_${edge[1]}_mean_calls`]: passage?.visits ?? null,
      [`${edge[0]}_to_${edge[1]}_reached`]: passage?.reached ?? null,
      [`${edge[0]}_${edge[1]}_cycle_share`]: ratio(chain.count(...edge) + chain.count(edge[1], edge[0]), chain.departures),
    }),
    other_share: ratio(visitsOf(chain, OTHER), visits),
  };
}

function dominantCycle(chain: Chain, states: readonly string[]) {
  const pairs = states.flatMap((a, i) => states.slice(i + 1).map((b) => ({ states: [a, b], n: chain.count(a, b) + chain.count(b, a) })));
  const [first] = pairs.toSorted((x, y) => y.n - x.n);
  return first && first.n > 0 ? { states: first.states, share: first.n / chain.departures } : null;
}
