/** The tables. */
import { streamedTable, type Table, table } from "../../../lib/experiment.ts";
import { quantileNumpy } from "../../../lib/stats/quantile.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { PROVIDER_COLUMN } from "../../../lib/trace/scopes.ts";
import { type CurvePoint, type Ending, type Lifecycle, resumeShare } from "./measure.ts";

export function tablesOf(lifecycle: Lifecycle | null): Table[] {
  return [
    ...(lifecycle ? [archiveTable(lifecycle)] : []),
    curveTable(lifecycle?.curve ?? []),
    endingsTable(lifecycle?.endings.filter(({ sessions }) => sessions > 0) ?? []),
    summaryTable(lifecycle),
  ];
}

const COST = { says: "Cost at list prices; steps without a price are left out", unit: "USD" };

function archiveTable({ params }: Lifecycle): Table {
  return streamedTable(
    "session_archive",
    { query: "sessions.sql", params },
    {
      session_id: { says: "Session; of one that was resumed in another file, the first part" },
      provider: { says: PROVIDER_COLUMN.says },
      relation: { says: "`main`, `sub-agent`, `fork`, or `resume` where the session that it goes on from is not in the pool" },
      model: { says: "Model of most of its steps" },
      started_at: { says: "First event or record of the transcript, UTC" },
      last_event_at: { says: "Last event or record of the transcript by the moment, UTC" },
      wall_s: { says: "From the first to the last", unit: "s" },
      active_s: { says: "Its episodes of activity added up", unit: "s" },
      silence_s: { says: "From the last to the moment", unit: "s" },
      tier: { says: "`active`, `idle` or `stale`, by silence_s" },
      ending: { says: "What its last step left: `answered`, `asked`, `cut_in_loop` or `cut_in_call`" },
      failing: { says: "Whether its last `--failing-streak` calls all failed" },
      ended_reason: { says: "Why the last turn ended, where the transcript says it" },
      requests: { says: "Requests", unit: "requests" },
      steps: { says: "Agent steps", unit: "steps" },
      unpriced_steps: { says: "Those without a price", unit: "steps" },
      calls: { says: "Tool calls", unit: "calls" },
      errors: { says: "Those that failed", unit: "calls" },
      total_input_tokens: { says: "Input, cached or not", unit: "tokens" },
      output_tokens: { says: "Output as logged", unit: "tokens" },
      cost_usd: { says: "Cost at list prices; empty when no step has a price", unit: "USD" },
      resumes: { says: "Silences of at least `--active-seconds` after which it went on", unit: "silences" },
      longest_gap_s: { says: "The longest silence after which it went on; empty when below 10 s", unit: "s" },
    },
    { title: "All sessions", caption: "One row per session with tokens or calls, the latest first." },
  );
}

function curveTable(curve: readonly CurvePoint[]): Table {
  return table(
    "resume_curve",
    curve,
    {
      provider: { says: "Provider, or `all`" },
      silence_s: { says: "A silence of at least so long", unit: "s" },
      resumed: { says: "Such silences after which the session went on", unit: "silences" },
      ended: { says: "Sessions that have been silent so long at the moment", unit: "sessions" },
      p_resume: { of: resumeShare, says: "resumed / (resumed + ended)", unit: "share" },
      lo95: { of: ({ interval }) => interval?.lo ?? null, says: "Lower end of its 95% interval (Wilson)", unit: "share" },
      hi95: { of: ({ interval }) => interval?.hi ?? null, says: "Upper end", unit: "share" },
    },
    { title: "What follows a silence", caption: "One row per provider and length of the silence." },
  );
}

function endingsTable(endings: readonly Ending[]): Table {
  const all = (provider: string) =>
    sumOf(
      endings.filter((each) => each.provider === provider),
      ({ sessions }) => sessions,
    );
  return table(
    "session_endings",
    endings,
    {
      provider: PROVIDER_COLUMN,
      ending: { says: "What the last step left" },
      sessions: { says: "Sessions", unit: "sessions" },
      share: { of: ({ provider, sessions }) => ratio(sessions, all(provider)), says: "Share of the provider's sessions", unit: "share" },
      failing: { says: "Those whose last calls all failed", unit: "sessions" },
      cost_usd: COST,
      tokens: { says: "Input and output", unit: "tokens" },
      p50_steps: { of: ({ steps }) => quantileNumpy(steps, 0.5), says: "Median of the steps of a session", unit: "steps" },
    },
    { title: "How sessions end", caption: "One row per provider and ending." },
  );
}

function summaryTable(lifecycle: Lifecycle | null): Table {
  const empty = (lifecycle?.leftOut ?? [])
    .filter(({ empty_sessions }) => empty_sessions > 0)
    .map(({ provider, empty_sessions }) => ({ provider, tier: "empty", sessions: empty_sessions, cost_usd: 0, tokens: 0 }));
  return table(
    "lifecycle_summary",
    [...(lifecycle?.tiers ?? []), ...empty],
    {
      provider: PROVIDER_COLUMN,
      tier: { says: "`active`, `idle`, `stale`; or `empty`: sessions without tokens and calls, which are in no other table" },
      sessions: { says: "Sessions", unit: "sessions" },
      cost_usd: COST,
      tokens: { says: "Input and output", unit: "tokens" },
    },
    { title: "Sessions by tier", caption: "One row per provider and tier at the moment." },
  );
}
