/** The tables. */
import { streamedTable, type Table, table } from "../../../lib/experiment.ts";
import { grouped, roundHalfEven } from "../../../lib/format/numbers.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { SOURCES, SOURCES_SAY } from "../../../lib/trace/context.ts";
import { PROVIDER_COLUMN } from "../../../lib/trace/scopes.ts";
import { type Amount, type Attribution, type Calibration, type Scope, usdOf } from "./attribution.ts";
import type { Composition } from "./composition.ts";

export interface DeltaOptions {
  readonly minDelta: number;
  readonly relation: string | null;
}

export function tablesOf({ scopes, calibration }: Attribution, compositions: readonly Composition[], options: DeltaOptions): Table[] {
  return [sourcesTable(scopes), deltasTable(options), growthTable(scopes), calibrationTable(calibration), compositionTable(compositions)];
}

const SCOPE_SAYS = "`merged` (all providers) or a provider";

function sourcesTable(scopes: readonly Scope[]): Table {
  const rows = scopes.flatMap(({ scope, sources, tools, total }) =>
    SOURCES.flatMap((source) => [
      ...[sources.get(source)].flatMap((amount) => (amount ? [{ scope, source, tool: null, amount, total }] : [])),
      ...(source === "tool_result" ? tools.map((amount) => ({ scope, source, tool: amount.tool, amount, total })) : []),
    ]),
  );
  const amountColumn = (of: (amount: Amount) => number, says: string, unit: string) => ({
    of: ({ amount }: (typeof rows)[number]) => of(amount),
    says,
    unit,
  });
  return table(
    "context_sources",
    rows,
    {
      scope: { says: SCOPE_SAYS },
      source: { says: SOURCES_SAY },
      tool: { says: "Of `tool_result`, the tool; empty: all of the source, of which rows with a tool are parts" },
      tokens: amountColumn(({ tokens }) => tokens, "Tokens that entered contexts: bases exact, the other sources estimated", "tokens"),
      token_share: {
        of: ({ amount, total }) => ratio(amount.tokens, total.tokens),
        says: "Share of all tokens that entered",
        unit: "share",
      },
      rent_usd: amountColumn(({ usd }) => usd, "What they cost from the step where they entered until they left, at list prices", "USD"),
      rent_share: { of: ({ amount, total }) => ratio(amount.usd, total.usd), says: "Share of the input cost", unit: "share" },
      steps: amountColumn(({ steps }) => steps, "Steps that added such tokens", "steps"),
      unpriced_tokens: amountColumn(({ unpricedTokens }) => unpricedTokens, "Tokens without a price, not in rent_usd", "tokens"),
      one_read_usd: amountColumn(
        ({ oneReadUsd }) => oneReadUsd,
        "For comparison: one cache read of the tokens, as tools price them that look at a step alone",
        "USD",
      ),
    },
    {
      title: "What fills contexts",
      caption:
        "One row per source, and per tool of tool results. The sources of a scope add up to all tokens that entered, and to the input cost.",
    },
  );
}

function deltasTable({ minDelta, relation }: DeltaOptions): Table {
  const part = (of: string) => ({ says: `Part of the growth from ${of}, estimated`, unit: "tokens" });
  return streamedTable(
    "context_deltas",
    { query: "deltas.sql", params: { min_delta: minDelta, relation } },
    {
      provider: { says: PROVIDER_COLUMN.says },
      session_id: { says: "Session" },
      step: { says: "Step of the session, from 1" },
      request_no: { says: "Request that the step belongs to, from 1; 0 before the first one" },
      relation: { says: "Kind of its transcript: `main`, `sub-agent`, `fork`, `resume`; empty when unknown" },
      agent_type: { says: "Kind of the sub-agent; empty when unknown" },
      segment: { says: "Resets of the context before this step" },
      replayed: { says: "The step is history that a child of Codex repeats: nobody waited for it" },
      prior_context_tokens: { says: "Context of the step before; empty at the first step", unit: "tokens" },
      context_tokens: { says: "Context of the step", unit: "tokens" },
      delta_tokens: { says: "What it changed by; the whole context at the first step", unit: "tokens" },
      freed_tokens: { says: "What left it: the difference to a larger context before", unit: "tokens" },
      base_tokens: { says: "The context itself, if it is the first one of the session or after a reset", unit: "tokens" },
      prior_output_tokens: part("what the model wrote in the step before"),
      tool_result_tokens: part("tool results"),
      user_message_tokens: part("user messages"),
      client_message_tokens: part("messages of the client or another agent"),
      unexplained_tokens: { says: "Growth that none of these accounts for", unit: "tokens" },
      driver: { says: "The largest part, as in `context_sources`; empty where nothing was added" },
      driver_tool: { says: "The tool, if these are results of one" },
      driver_tokens: { says: "Tokens of that part", unit: "tokens" },
      clipped: { says: "By their characters, results and messages need more tokens than the context grew by" },
      ride_steps: { says: "Later steps until the next reset, which read the growth again", unit: "steps" },
      rent_usd: { says: "What the growth, or the base, costs until it leaves; empty without a price", unit: "USD" },
      one_read_usd: {
        says: "For comparison: one cache read of a positive delta; 0 at first steps",
        unit: "USD",
      },
    },
    {
      title: "Steps that change a context most",
      caption: `One row per step that changes its context by ${grouped(minDelta)} tokens or more, and per reset; the largest growth first.`,
    },
  );
}

function growthTable(scopes: readonly Scope[]): Table {
  const count = (of: keyof Scope["growth"], says: string, unit: string) => ({ of: ({ growth }: Scope) => growth[of], says, unit });
  return table(
    "context_growth",
    scopes,
    {
      scope: { says: SCOPE_SAYS },
      steps: count("steps", "Agent steps of named sessions", "steps"),
      grown_steps: count("grown_steps", "Steps whose context is larger than that of the step before, resets left out", "steps"),
      clipped_steps: count("clipped_steps", "Those whose results and messages need more tokens by their characters", "steps"),
      p50_ride_steps: { of: ({ p50Rides }) => p50Rides, says: "Later steps that read a growth again, median of these", unit: "steps" },
      p90_ride_steps: { of: ({ p90Rides }) => p90Rides, says: "The same, 90 % of them at most", unit: "steps" },
      resets: count("resets", "Resets of a context", "resets"),
      reset_tokens: count("reset_tokens", "Tokens that left contexts there", "tokens"),
      shrunk_steps: count("shrunk_steps", "Other steps with a smaller context than the step before", "steps"),
      shrunk_tokens: count("shrunk_tokens", "Tokens that left contexts there", "tokens"),
      logged_compactions: count("compactions", "Compactions that transcripts log; resets are found by what they leave", "compactions"),
      micro_compactions: count("micro_compactions", "Logged ones that only clear results of tools", "compactions"),
      micro_freed_tokens: count("micro_tokens", "Tokens that these freed, as logged", "tokens"),
      input_usd: { of: ({ growth }) => growth.input_nano / 1e9, says: "Billed input of the steps with a price", unit: "USD" },
      one_read_usd: {
        of: ({ growth }) => usdOf(growth.one_read_pico),
        says: "For comparison: one cache read of all growth, first steps left out",
        unit: "USD",
      },
      unpriced_steps: count("unpriced_steps", "Steps without a price", "steps"),
      unknown_lifetime_steps: count("open_steps", "Steps that wrote to the cache for an unknown time, priced as 5 minutes", "steps"),
      unknown_lifetime_usd: { of: ({ growth }) => growth.open_nano / 1e9, says: "What these would cost more for an hour", unit: "USD" },
      replayed_steps: count(
        "replayed_steps",
        "Steps that repeat history: their tokens and cost count, what they were given isn't known",
        "steps",
      ),
    },
    { title: "How contexts change", caption: "One row per provider and for all: growth, resets, and what the numbers don't cover." },
  );
}

function calibrationTable(calibration: readonly Calibration[]): Table {
  return table(
    "context_calibration",
    calibration,
    {
      provider: PROVIDER_COLUMN,
      pairs: { says: "Pairs of steps whose growth comes from tool results alone", unit: "pairs" },
      cpt: {
        of: ({ chars_per_token }) => chars_per_token,
        says: "Characters of a tool result per token that are used: the median of these",
      },
      p25_cpt: { of: ({ p25 }) => p25, says: "First quartile of the measured ones" },
      p75_cpt: { of: ({ p75 }) => p75, says: "Third quartile" },
      fallback: { of: ({ pairs }) => pairs < FEWEST_PAIRS, says: `Fewer than ${FEWEST_PAIRS} pairs, so that 4 is used, the usual guess` },
    },
    { title: "Characters per token", caption: "One row per provider. Tool results and messages become tokens by this ratio." },
  );
}

/** As in the relation `chars_per_token`. */
export const FEWEST_PAIRS = 30;

function compositionTable(compositions: readonly Composition[]): Table {
  const rows = compositions.flatMap(({ sessionId, steps }) => steps.map((step) => ({ sessionId, ...step })));
  return table(
    "context_composition",
    rows,
    {
      session_id: { of: ({ sessionId }) => sessionId, says: "Session" },
      step: { says: "Step of the session, from 1" },
      opens_request: { of: ({ opensRequest }) => opensRequest, says: "A user message begins a request here" },
      is_reset: { of: ({ isReset }) => isReset, says: "The context was reset before this step" },
      clears_results: { of: ({ clearsResults }) => clearsResults, says: "Before this step results of tools were cleared, as logged" },
      context_tokens: { of: ({ contextTokens }) => contextTokens, says: "Context of the step", unit: "tokens" },
      ...Object.fromEntries(
        SOURCES.map((source) => [
          `${source}_tokens`,
          {
            of: ({ live }: (typeof rows)[number]) => roundHalfEven(live[source], 3),
            says: `Tokens of the context that come from ${source}, of this step or an earlier one`,
            unit: "tokens",
          },
        ]),
      ),
    },
    {
      title: "What fills the contexts of single sessions",
      caption: "One row per step of the drawn sessions. The sources of a row add up to its context.",
    },
  );
}
