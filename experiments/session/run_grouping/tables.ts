/** The tables. */
import { streamedTable, type Table, table } from "../../../lib/experiment.ts";
import { groupBy } from "../../../lib/stats/group-by.ts";
import { quantileNumpy } from "../../../lib/stats/quantile.ts";
import { NOTHING, PROVIDER_COLUMN } from "../../../lib/trace/scopes.ts";
import type { Grouping, RunDistribution } from "./measure.ts";

export function tablesOf(grouping: Grouping): Table[] {
  return [runsTable(grouping), membersTable(grouping), parallelismTable(grouping), summaryTable(grouping.summary)];
}

const RUN = { says: "The smallest session id of the run" };
const BASIS = { says: "`lineage` (one session started the other) or `burst` (started within `--burst-seconds`, with `--with-bursts`)" };

function runsTable({ params }: Grouping): Table {
  return streamedTable(
    "runs",
    { query: "runs.sql", params: { ...params, most: null } },
    {
      run: RUN,
      basis: BASIS,
      sessions: { says: "Sessions with steps", unit: "sessions" },
      roots: { says: "Those that no session of the run started", unit: "sessions" },
      max_depth: { says: "Depth of the deepest session below its root" },
      started_at: { says: "First activity, UTC" },
      ended_at: { says: "Last activity, UTC" },
      span_s: { says: "Time in which some session was active: the union of their episodes", unit: "s" },
      work_s: { says: "Episodes of all sessions added up", unit: "s" },
      speedup: { says: "work_s / span_s" },
      max_parallel: { says: "Sessions that were active at once, at most", unit: "sessions" },
      steps: { says: "Agent steps; a response that several sessions hold counts once", unit: "steps" },
      calls: { says: "Tool calls", unit: "calls" },
      errors: { says: "Those that failed", unit: "calls" },
      input_tokens: { says: "Input, cached or not", unit: "tokens" },
      output_tokens: { says: "Output as logged", unit: "tokens" },
      cache_write_tokens: { says: "The part of the input that was written to the cache", unit: "tokens" },
      tokenjam_tokens: { says: "What TokenJam adds up: input without cache writes, and output", unit: "tokens" },
      cost_usd: { says: "Cost at list prices; empty when no step has a price", unit: "USD" },
      unpriced_steps: { says: "Steps without a price", unit: "steps" },
      base_usd: { says: "Input of the first step of each session: what starting them costs before any work", unit: "USD" },
      replayed_steps: { says: "Steps that repeat a response of another session, in none of the sums", unit: "steps" },
      replayed_usd: { says: "Their cost; empty where the reading of the pool leaves them out", unit: "USD" },
      models: { says: "Models, separated by spaces" },
      providers: { says: "Providers, separated by spaces" },
    },
    { title: "Runs", caption: "One row per run of at least two sessions, the most expensive first." },
  );
}

function membersTable({ memberParams }: Grouping): Table {
  const second = (says: string) => ({ says: `${says}, after the first activity of the run`, unit: "s" });
  return streamedTable(
    "run_members",
    { query: "members.sql", params: { ...memberParams, runs: null, most: null } },
    {
      run: RUN,
      basis: BASIS,
      session_id: { says: "Session" },
      parent_session_id: { says: "Session that started it; empty when nothing did" },
      edge: {
        says:
          "How that is known: `declared` (parent and call are named), `parent` (the parent is named), `path` (the session id names it), " +
          "`nested` (by the times of a call), `parent (outside)` (it isn't in the pool)",
      },
      depth: { says: "Steps down from the root" },
      kind: { says: "`main`, `sub-agent`, `fork` or `resume`" },
      agent_type: { says: "Type of a sub-agent; empty when unknown" },
      started_at: { says: "First activity, UTC" },
      ended_at: { says: "Last activity, UTC" },
      called_at: { says: "When a call started it, UTC; empty when the call isn't known" },
      from_s: second("First activity"),
      to_s: second("Last activity"),
      called_s: second("The call"),
      sessions: { says: "Sessions of the run", unit: "sessions" },
      steps: { says: "Its steps; a response that another session holds first is not among them", unit: "steps" },
      cost_usd: { says: "Their cost", unit: "USD" },
    },
    { title: "Sessions of each run", caption: "One row per session, by run and depth." },
  );
}

function parallelismTable({ params }: Grouping): Table {
  return streamedTable(
    "parallelism",
    { query: "parallelism.sql", params },
    {
      scope: { says: "`person`, `run` or `burst`" },
      key: { says: "The person, `<unknown-person>` when missing, or the run" },
      provider: { says: `${PROVIDER_COLUMN.says}. Empty: the sessions of all providers` },
      agents_at_once: { says: "Sessions that are active at the same time", unit: "sessions" },
      hours: { says: "For how long", unit: "h" },
      share: { says: "Share of the hours with any activity", unit: "share" },
    },
    { title: "Agents at once", caption: "One row per person or run, provider and number of sessions that are active at once." },
  );
}

function summaryTable(summary: readonly RunDistribution[]): Table {
  const bases = [...groupBy(summary, ({ group }) => group.basis)].map(([basis, rows]) => ({
    basis,
    of: (column: RunDistribution["column"]) => rows.find((row) => row.column === column) ?? NOTHING,
  }));
  return table(
    "run_summary",
    bases,
    {
      basis: BASIS,
      runs: { of: ({ of }) => of("sessions").n, says: "Runs", unit: "runs" },
      sessions: { of: ({ of }) => of("sessions").sum, says: "Their sessions", unit: "sessions" },
      cost_usd: { of: ({ of }) => of("cost_usd").sum, says: "Their cost", unit: "USD" },
      median_sessions: {
        of: ({ of }) => quantileNumpy(of("sessions").ascending, 0.5),
        says: "Median of the sessions of a run",
        unit: "sessions",
      },
      median_speedup: { of: ({ of }) => quantileNumpy(of("speedup").ascending, 0.5), says: "Median speedup" },
    },
    { title: "Runs by what links them", caption: "One row per basis." },
  );
}
