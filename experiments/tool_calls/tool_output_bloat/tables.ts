/** The tables. */
import { type MemoryTable, streamedTable, type Table, table } from "../../../lib/experiment.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { PROVIDER_COLUMN } from "../../../lib/trace/scopes.ts";
import { giniOf, heldBy } from "./concentration.ts";
import type { Bloat, Group, Options, Total } from "./results.ts";

export function tablesOf(bloat: Bloat, options: Options): Table[] {
  return [summaryTable(bloat, options), topTable(options), capsTable(bloat), oversizedTable(bloat, options), concentrationTable(bloat)];
}

const tokens = (says: string) => ({ says, unit: "tokens" });
const share = (says: string) => ({ says, unit: "share" });
const usd = (says: string) => ({ says, unit: "USD" });
const results = (says: string) => ({ says, unit: "results" });

/** How names that aren't in a trace are written in tables. */
export function nameOf({ name, isNamed }: Pick<Group, "name" | "isNamed">): string {
  return isNamed ? (name ?? "<unknown>") : "<others>";
}

function summaryTable({ groups, all, providers }: Bloat, { by }: Options): MemoryTable {
  const totals = [...(providers.length > 1 ? [all] : []), ...providers];
  const rows = [
    ...totals.map((total) => ({ ...total, scope: total.provider ?? "merged", name: "all" })),
    ...groups.map((group) => ({
      ...group,
      scope: group.provider,
      name: nameOf(group),
      inputNano: providers.find(({ provider }) => provider === group.provider)?.inputNano ?? 0,
    })),
  ];
  type Line = (typeof rows)[number];
  const rent = ({ sums }: Line) => (sums.unpriced === sums.results ? null : sums.cost_pico / 1e12);
  return table(
    "tool_output_summary",
    rows,
    {
      scope: { says: "`merged` (all providers), or the provider" },
      tool: {
        of: ({ name }) => name,
        says: `\`all\`, or the ${by}; \`<unknown>\` when missing, \`<others>\`: all beyond the 200 most expensive`,
      },
      results: { of: ({ sums }) => sums.results, ...results("Results that a step sees") },
      errors: { of: ({ sums }) => sums.errors, ...results("Those that are errors") },
      offered_tokens: { of: ({ sums }) => sums.offered_micro / 1e6, ...tokens("Characters at the measured characters per token") },
      carried_tokens: { of: ({ sums }) => sums.carried_micro / 1e6, ...tokens("Allocated: what of these the contexts grew by") },
      clipped_share: { of: ({ sums }) => clipped(sums), ...share("1 - carried / offered: cut by the client, or the ratio differs") },
      p50_tokens: { of: (row) => row.tokens.p50, ...tokens("Median of carried tokens; 0 counts where they are unknown") },
      p95_tokens: { of: (row) => row.tokens.p95, ...tokens("95th percentile") },
      p99_tokens: { of: (row) => row.tokens.p99, ...tokens("99th percentile") },
      max_tokens: { of: (row) => row.tokens.max, ...tokens("Maximum") },
      oversized: { of: ({ sums }) => sums.oversized, ...results("Those that reach the threshold in tool_output_oversized") },
      into_reset: {
        of: ({ sums }) => sums.into_reset,
        ...results("Those that came with the first step after a reset or of a session: their tokens are unknown"),
      },
      unpriced: { of: ({ sums }) => sums.unpriced, ...results("Those without a price; not in the costs") },
      rent_usd: {
        of: rent,
        ...usd("Allocated: what the carried tokens cost from the step that sees them first until they leave; empty without a price"),
      },
      rent_share_of_input: { of: (row) => ratio(rent(row) ?? 0, row.inputNano / 1e9), ...share("rent_usd / the provider's input bill") },
      usd_per_1k_tokens: {
        of: ({ sums }) => ratio(sums.cost_pico / 1e9, sums.priced_micro / 1e6),
        ...usd("rent_usd of 1,000 carried tokens"),
      },
      p50_ride_steps: { of: ({ p50Ride }) => p50Ride, says: "Median number of later steps that read a result again", unit: "steps" },
      error_tokens: { of: ({ sums }) => sums.error_micro / 1e6, ...tokens("Carried tokens of errors") },
      error_usd: { of: ({ sums }) => sums.error_pico / 1e12, ...usd("What errors cost") },
    },
    {
      title: `Results by ${by}`,
      caption: "Totals first, then the most expensive. Tokens and costs are allocated by one ratio per provider, not measured.",
    },
  );
}

function clipped({ carried_micro, offered_micro }: Total["sums"]): number | null {
  const carried = ratio(carried_micro, offered_micro);
  return carried === null ? null : 1 - carried;
}

function topTable({ top, by }: Options): Table {
  return streamedTable(
    "tool_output_top",
    { query: "top.sql", params: { top, by } },
    {
      provider: { says: PROVIDER_COLUMN.says },
      session_id: { says: "Session" },
      step: { says: "Number of the step in its session that sees the result first" },
      call_no: { says: "Number of the call in its session" },
      tool: { says: "Tool" },
      is_error: { says: "The result is an error; empty: not known" },
      chars: { says: "Characters of the result", unit: "characters" },
      offered_tokens: tokens("Characters at the measured characters per token"),
      carried_tokens: tokens("Allocated: what of these the context grew by"),
      ride_steps: { says: "Later steps that read it again", unit: "steps" },
      rent_usd: usd("What it cost until it left the context; empty without a price"),
      ended_by: { says: "What took it out: `reset` of the context, `micro_compact` or `session_end`" },
      target: { says: "File, command or address that the call is about: private, so only with `--by target`; empty when unknown" },
      call_round_pk: { says: "Number of the step of the call in the pool" },
      tool_index: { says: "Number of the call in its step" },
    },
    { title: "The most expensive results", caption: "One row per result, the most expensive first." },
  );
}

function capsTable({ caps }: Bloat): MemoryTable {
  return table(
    "tool_output_caps",
    caps,
    {
      provider: PROVIDER_COLUMN,
      cap_tokens: { of: ({ capTokens }) => capTokens, ...tokens("Largest size that a result would have") },
      results_above: { of: (cap) => cap.results, ...results("Results with more carried tokens") },
      tokens_above: { of: (cap) => cap.tokens, ...tokens("Their carried tokens above the cap") },
      saved_usd: { of: ({ savedUsd }) => savedUsd, ...usd("Upper bound: what these tokens cost until they left") },
      share_of_input: { of: ({ savedUsd, inputUsd }) => ratio(savedUsd, inputUsd), ...share("saved_usd / the provider's input bill") },
    },
    {
      title: "What a cap would save at most",
      caption:
        "One row per provider and cap. It is a counterfactual of size alone: that the rest wasn't needed and that no other call takes its place. The only published trial of such a cap made sessions 5.6 % more expensive.",
    },
  );
}

function oversizedTable({ oversized }: Bloat, { floor }: Options): MemoryTable {
  return table(
    "tool_output_oversized",
    oversized,
    {
      provider: PROVIDER_COLUMN,
      floor_tokens: { of: () => floor, ...tokens("`--floor`") },
      over_floor_at_4: { of: ({ at_4 }) => at_4, ...results("Results above the floor at 4 characters per token") },
      over_floor_measured: { of: ({ measured }) => measured, ...results("The same at the measured characters per token") },
      over_floor_carried: { of: ({ carried }) => carried, ...results("The same by what the context grew by") },
      threshold_tokens: {
        of: ({ threshold }) => threshold,
        ...tokens("The larger of the floor and the 95th percentile of carried tokens"),
      },
      oversized: results("Results whose carried tokens reach it"),
      burn_threshold_tokens: {
        of: ({ burnThreshold }) => burnThreshold,
        ...tokens("AgentWorkforce/burn: the larger of the floor and the 95th percentile of characters / 4"),
      },
      burn_results: results("Results above that by characters / 4"),
      burn_usd: {
        of: ({ burnUsd }) => burnUsd,
        ...usd("What burn gives as their cost: one charge at the input rate, none for the steps that read them again"),
      },
    },
    { title: "Oversized results", caption: "One row per provider. How characters become tokens decides how many results are too large." },
  );
}

const TOP_SHARES = [0.01, 0.05, 0.1, 0.25, 0.5] as const;

function concentrationTable({ concentration }: Bloat): MemoryTable {
  return table(
    "tool_output_concentration",
    concentration.flatMap((each) => TOP_SHARES.map((top) => ({ ...each, top }))),
    {
      provider: PROVIDER_COLUMN,
      top_share: { of: ({ top }) => top, ...share("Of the results, the largest or most expensive so many") },
      token_share: { of: ({ tokens: curve, top }) => heldBy(curve, top), ...share("Carried tokens that the largest hold") },
      rent_share: { of: ({ cost, top }) => heldBy(cost, top), ...share("Costs that the most expensive cause; empty without a price") },
      gini: { of: ({ tokens: curve }) => giniOf(curve), says: "Gini coefficient of carried tokens: 0 if all results were alike" },
      gini_rent: { of: ({ cost }) => giniOf(cost), says: "The same of costs" },
    },
    {
      title: "How few results hold how much",
      caption: "Five rows per provider, from bins of about 4 %. Results of unknown size are left out.",
    },
  );
}
