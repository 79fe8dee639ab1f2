/** The tables. */
import { streamedTable, type Table, table } from "../../../lib/experiment.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import type { Summary } from "../../../lib/stats/summary.ts";
import { PROVIDER_COLUMN } from "../../../lib/trace/scopes.ts";
import { FEWEST_RESETS } from "./ceilings.ts";
import type { Occupancy, Options } from "./occupancy.ts";
import { BINS_OF_A_WINDOW, type ModelUse } from "./windows.ts";

export function tablesOf(found: Occupancy, options: Options): Table[] {
  return [
    summaryTable(found),
    peaksTable(found, options),
    hazardTable(found),
    ceilingTable(found, options),
    runwayTable(found),
    economicsTable(found),
    compactionsTable(),
  ];
}

const tokens = (says: string) => ({ says, unit: "tokens" });
const share = (says: string) => ({ says, unit: "share" });
const usd = (says: string) => ({ says, unit: "USD" });

const WINDOW_SAYS = "Window that the context is compared with";

function summaryTable({ models }: Occupancy): Table {
  return table(
    "occupancy_summary",
    models,
    {
      provider: PROVIDER_COLUMN,
      model: { says: "Model; `<unknown-model>` when missing" },
      window_tokens: { of: ({ windowTokens }) => windowTokens, ...tokens(`${WINDOW_SAYS}; empty: unknown`) },
      window_basis: {
        of: ({ basis }) => basis,
        says: "Where it is known from: `logged` in the transcript, `listed` for the model, or `given` by `--window`; empty: unknown",
      },
      steps: { says: "Agent steps", unit: "steps" },
      unknown_window: {
        of: (model) => (model.windowTokens === null ? model.steps : 0),
        says: "Those whose window is unknown; they have no occupancy",
        unit: "steps",
      },
      p50_context_tokens: { of: ({ contextTokens }) => contextTokens.p50, ...tokens("Median context of these steps") },
      max_context_tokens: { of: ({ contextTokens }) => contextTokens.max, ...tokens("Largest context") },
      p50_occupancy: { of: occupancyAt(({ p50 }) => p50), ...share("Median of context / window") },
      p90_occupancy: { of: occupancyAt(({ p90 }) => p90), ...share("90th percentile of context / window") },
      p99_occupancy: { of: occupancyAt(({ p99 }) => p99), ...share("99th percentile of context / window") },
      ...Object.fromEntries(
        LEVELS.map((level) => [
          `share_over_${level}`,
          { of: shareOver(level / 100), ...share(`Share of steps with at least ${level} % of the window in use`) },
        ]),
      ),
      max_occupancy: {
        of: occupancyAt(({ max }) => max),
        ...share("Largest of context / window; above 1 the window is larger than it is taken to be"),
      },
    },
    {
      title: "Occupancy by model",
      caption: "One row per provider, model and window. Nothing is added up over steps: a context already holds its history.",
    },
  );
}

const LEVELS = [50, 80, 90] as const;

function occupancyAt(of: (context: Summary<null>) => number | null): (model: ModelUse) => number | null {
  return ({ contextTokens, windowTokens }) => {
    const tokens = of(contextTokens);
    return tokens === null || windowTokens === null ? null : tokens / windowTokens;
  };
}

function shareOver(level: number): (model: ModelUse) => number | null {
  return ({ bins, steps, windowTokens }) => {
    const over = bins.filter(({ bin }) => bin >= level * BINS_OF_A_WINDOW);
    return windowTokens === null
      ? null
      : ratio(
          sumOf(over, (bin) => bin.steps),
          steps,
        );
  };
}

function peaksTable({ peaks }: Occupancy, { warn }: Options): Table {
  return table(
    "occupancy_peaks",
    peaks,
    {
      provider: PROVIDER_COLUMN,
      sessions: { of: ({ peak }) => peak.n, says: "Sessions with a known window", unit: "sessions" },
      p25_peak: { of: ({ peak }) => peak.p25, ...share("25th percentile of each session's largest occupancy") },
      p50_peak: { of: ({ peak }) => peak.p50, ...share("Median of it") },
      p75_peak: { of: ({ peak }) => peak.p75, ...share("75th percentile of it") },
      p90_peak: { of: ({ peak }) => peak.p90, ...share("90th percentile of it") },
      warn: { of: () => warn, ...share("Share of the window from which a context counts as nearly full, `--warn`") },
      p50_summed: {
        of: ({ p50Summed }) => p50Summed,
        says: "Median of what agent-strace takes for occupancy: the contexts of all steps added up, though each holds those before it",
        unit: "windows",
      },
      nearly_full: { of: ({ nearlyFull }) => nearlyFull, says: "Sessions that reach it", unit: "sessions" },
    },
    { title: "How full sessions get", caption: "One row per provider, over the fullest step of each session." },
  );
}

function hazardTable({ ceilings }: Occupancy): Table {
  const rows = ceilings.flatMap((ceiling) => ceiling.bins.map((bin) => ({ ...ceiling, ...bin })));
  return table(
    "occupancy_hazard",
    rows,
    {
      provider: PROVIDER_COLUMN,
      window_tokens: { of: ({ windowTokens }) => windowTokens, ...tokens(WINDOW_SAYS) },
      bin_lo: { of: ({ low }) => low, ...share("Occupancy from which the bin begins") },
      bin_hi: { of: ({ high }) => high, ...share("And at which it ends; empty: no end") },
      at_risk: { of: ({ steps }) => steps, says: "Steps in the bin", unit: "steps" },
      resets: { says: "Those that a reset follows", unit: "steps" },
      hazard: { of: ({ resets, steps }) => ratio(resets, steps), ...share("resets / at_risk: chance of a reset after one such step") },
      survival: { ...share("Product of 1 - hazard up to this bin: one step in each bin") },
      segments_at_risk: {
        of: ({ segments }) => segments,
        says: "Contexts, from a start or reset to the next, that get into this bin or beyond",
        unit: "segments",
      },
      segment_resets: {
        of: ({ segmentResets }) => segmentResets,
        says: "Those that are fullest in this bin and end with a reset",
        unit: "segments",
      },
      segment_survival: {
        of: ({ segmentSurvival }) => segmentSurvival,
        ...share(
          "Share of contexts that get beyond this bin without a reset (Kaplan-Meier: those whose session ends earlier count until then)",
        ),
      },
    },
    {
      title: "Resets by how full the window is",
      caption:
        "One row per provider, window and bin of 5 % with any step. A hazard is of a step; a context takes many steps to cross a bin.",
    },
  );
}

function ceilingTable({ ceilings }: Occupancy, { warn }: Options): Table {
  return table(
    "context_ceiling",
    ceilings,
    {
      provider: PROVIDER_COLUMN,
      window_tokens: { of: ({ windowTokens }) => windowTokens, ...tokens(WINDOW_SAYS) },
      resets: { says: "Resets of contexts in such windows, inferred and logged", unit: "resets" },
      p10_before: { of: ({ before }) => before.p10, ...tokens("10th percentile of the context before a reset") },
      p50_before: { of: ({ before }) => before.p50, ...tokens("Median of it") },
      p90_before: { of: ({ before }) => before.p90, ...tokens("90th percentile of it") },
      p50_after: { of: ({ p50After }) => p50After, ...tokens("Median of the context after") },
      kept_share: { of: ({ keptShare }) => keptShare, ...share("Median of the context after / before") },
      ceiling_tokens: {
        of: ({ ceilingTokens }) => ceilingTokens,
        ...tokens("Ceiling that runways are measured to: the median before, or assumed"),
      },
      ceiling: { of: ({ ceiling }) => ceiling, ...share("ceiling_tokens / window_tokens") },
      assumed: { says: `With fewer than ${FEWEST_RESETS} resets the ceiling is taken to be ${warn} of the window (\`--warn\`)` },
    },
    {
      title: "Where contexts are reset",
      caption: "One row per provider and window. The ceiling, not the window, is what ends a context in practice.",
    },
  );
}

function runwayTable({ runwayParams }: Occupancy): Table {
  return streamedTable(
    "context_runway",
    { query: "runway.sql", params: { ...runwayParams, session_id: null } },
    {
      provider: { says: PROVIDER_COLUMN.says },
      session_id: { says: "Session" },
      step: { says: "Number of the step in its session" },
      moment: { says: "The first step from which a `quarter`, `half` or `three_quarters` of the window are full, or the `last` step" },
      context_tokens: tokens("Context of the step"),
      window_tokens: tokens(WINDOW_SAYS),
      occupancy: share("context_tokens / window_tokens"),
      growth_per_step: tokens("Median growth of the steps that grew, of the last `--growth-steps`"),
      growth_basis: { says: "`session`, or `provider` where fewer than five of these steps grew" },
      seconds_per_step: { says: "Median time between the starts of two steps, over the same steps; empty without times", unit: "s" },
      ceiling_tokens: tokens("Ceiling of the provider in such a window"),
      assumed: { says: "The ceiling isn't measured" },
      runway_steps: { says: "Estimate: steps until the context is as large as the ceiling; 0: it is; empty: nothing grows", unit: "steps" },
      runway_minutes: { says: "The same at seconds_per_step", unit: "min" },
    },
    {
      title: "Steps left",
      caption:
        "Up to four rows per session with a known window, the shortest runway first. An estimate: growth is taken to go on as before.",
    },
  );
}

function economicsTable({ params }: Occupancy): Table {
  return streamedTable(
    "reset_economics",
    { query: "resets.sql", params },
    {
      round_pk: { says: "Number of the first step after the reset in the pool" },
      provider: { says: PROVIDER_COLUMN.says },
      session_id: { says: "Session" },
      step: { says: "Number of that step in its session" },
      known_from: { says: "`inferred` from the size of the context, `logged` as a compaction, or `both`" },
      trigger: { says: "What the log says of it, such as `auto` or `manual`; empty: nothing" },
      window_tokens: tokens("Window before the reset; empty: unknown"),
      tokens_before: tokens("Context before"),
      tokens_after: tokens("Context after"),
      freed_tokens: tokens("The difference"),
      occupancy: share("tokens_before / window_tokens"),
      kept_share: share("tokens_after / tokens_before"),
      reset_cost_usd: usd(
        "Billed input of the step after, less what reading all of tokens_before from the cache costs; below 0 the reset is cheaper at once; empty: no price",
      ),
      saved_per_step_usd: usd("What reading freed_tokens from the cache costs: an upper bound of the saving in each later step"),
      payback_steps: { says: "Steps until that has paid for the reset; 0: at once; empty: no price, or nothing was freed", unit: "steps" },
      steps_until_end: { says: "Later steps of the session", unit: "steps" },
      paid_back: { says: "The session had at least payback_steps more steps" },
      cache_miss_reason: { says: "Reason of a cache miss that the transcript logs for the step after; empty: none" },
    },
    { title: "What resets cost and save", caption: "One row per reset, in file order. Forks back to an earlier point look like resets." },
  );
}

function compactionsTable(): Table {
  return streamedTable(
    "logged_compactions",
    { query: "compactions.sql" },
    {
      session_id: { says: "Session" },
      seq: { says: "Number among the events of its transcript" },
      provider: { says: "Provider of the step after it; empty: none" },
      step: { says: "Number of that step in its session" },
      kind: { says: "`compact`: a summary takes the place of the history; `micro_compact`: results of tools are cleared" },
      trigger: { says: "What the log says, such as `auto` or `manual`; empty: nothing" },
      logged_before: tokens("Context before, as logged"),
      logged_after: tokens("Context after, as logged"),
      context_before: tokens("Context of the step before"),
      context_after: tokens("Context of the step after"),
      cleared_results: { says: "Results of tools that were cleared", unit: "results" },
      is_inferred: { says: "The context fell so far that the reset is also inferred" },
    },
    {
      title: "Logged compactions",
      caption: "One row per compaction that a transcript logs; pools of traces alone have none. A micro-compaction is not a reset.",
    },
  );
}
