/** The tables. */
import { streamedTable, type Table, table } from "../../../lib/experiment.ts";
import { groupBy } from "../../../lib/stats/group-by.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { PROVIDER_COLUMN } from "../../../lib/trace/scopes.ts";
import type { Anatomy, Group } from "./anatomy.ts";
import { type Amount, COMPONENTS, isPriced, pricedParts, sumsOfParts, totalOf, usd } from "./bill.ts";
import type { RePrefill } from "./causes.ts";
import type { LifetimePair } from "./lifetimes.ts";
import { POLICIES, policiesOf } from "./policies.ts";

export function tablesOf(anatomy: Anatomy): Table[] {
  return [
    componentsTable(anatomy.groups),
    sessionsTable(anatomy),
    policiesTable(anatomy.groups),
    causesTable(anatomy.causes),
    reasonsTable(anatomy.causes),
    lifetimesTable(anatomy.lifetimes),
    outputTable(anatomy.groups),
    repeatTable(anatomy),
  ];
}

const GROUP_COLUMNS = {
  by: { of: ({ by }: Group) => by, says: "What the row is for: `all`, a `provider`, a `model` or a `month` in UTC" },
  name: { of: ({ name }: Group) => name, says: "Its name" },
};

function componentsTable(groups: readonly Group[]): Table {
  const rows = groups.flatMap((group) => {
    const total = totalOf(group.bill).point;
    const steps = sumOf(pricedParts(group.judged), (part) => part.steps);
    const unpriced = group.judged.map(({ part }) => part).filter((part) => !isPriced(part));
    return [
      ...COMPONENTS.map((component) => {
        const amount: Amount = group.bill[component];
        return { group, component, steps, tokens: amount.tokens, amount, share: ratio(amount.point, total) };
      }),
      {
        group,
        component: "unpriced",
        steps: sumOf(unpriced, (part) => part.steps),
        tokens: sumOf(unpriced, (part) => part.context_tokens + part.visible_tokens + part.reasoning_tokens),
        amount: null,
        share: null,
      },
    ];
  });
  const dollars = (of: (amount: Amount) => number) => (row: (typeof rows)[number]) => row.amount && usd(of(row.amount));
  return table(
    "cost_components",
    rows,
    {
      by: { ...GROUP_COLUMNS.by, of: ({ group }) => group.by },
      name: { ...GROUP_COLUMNS.name, of: ({ group }) => group.name },
      component: {
        says: "`fresh` input, cache writes for 5 minutes, an hour or for an unknown time, cache reads, visible output, reasoning; `unpriced` are steps without a price",
      },
      steps: { says: "Steps with a price; in the row `unpriced` those without", unit: "steps" },
      tokens: { says: "Tokens of the component in these steps", unit: "tokens" },
      usd_logged: {
        of: dollars(({ logged }) => logged),
        says: "At logged counts, and at the rate for 5 minutes where the lifetime of a write isn't known",
        unit: "USD",
      },
      usd_lo: { of: dollars(({ low }) => low), says: "The least it can cost: as logged", unit: "USD" },
      usd_hi: {
        of: dollars(({ high }) => high),
        says: "The most: writes at the rate for an hour unless they are known to be shorter, output as long as its text needs",
        unit: "USD",
      },
      usd_point: {
        of: dollars(({ point }) => point),
        says: "Best estimate: writes by the lifetime that is logged or that `--ttl` gives them, output as logged",
        unit: "USD",
      },
      share_point: { of: ({ share }) => share, says: "Share of usd_point in that of all components", unit: "share" },
    },
    {
      title: "Components of the bill",
      caption:
        "One row per component for all steps, each provider, model and month; list prices. Writes count for the lifetime that they have or are taken to have.",
    },
  );
}

function sessionsTable({ params }: Anatomy): Table {
  const usdColumn = (says: string) => ({ says, unit: "USD" });
  return streamedTable(
    "cost_sessions",
    { query: "sessions.sql", params },
    {
      session_id: { says: "Session" },
      provider: { says: PROVIDER_COLUMN.says },
      ttl_class: { says: "Lifetime of its cache writes as its pauses show it: `1h`, `5m` or `unknown`" },
      ttl_logged: { says: "Lifetime of most of the tokens that it wrote; empty where none is logged" },
      steps: { says: "Agent steps", unit: "steps" },
      unpriced_steps: { says: "Those without a price, which are left out of all costs", unit: "steps" },
      ...Object.fromEntries(COMPONENTS.map((component) => [`${component}_usd`, usdColumn(`Best estimate for ${component}`)])),
      total_lo_usd: usdColumn("The least it can cost: as logged"),
      total_point_usd: usdColumn("Best estimate"),
      total_hi_usd: usdColumn("The most it can cost"),
      hit_ratio: { says: "Share of the input that was read from the cache", unit: "share" },
      re_prefill_usd: usdColumn("Paid for input that the context held before, beyond what cache reads would cost"),
      ...Object.fromEntries(POLICIES.map((policy) => [`input_${policy}_usd`, usdColumn(`Cost of the input, ${POLICY_SAYS[policy]}`)])),
      returning_share: {
        says: "Tokens that return after 5 to 60 minutes, as a share of these and of the tokens written; empty for models that bill all writes alike",
        unit: "share",
      },
    },
    { title: "The bill of each session", caption: "One row per session; costs are empty where no step has a price." },
  );
}

const POLICY_SAYS = {
  observed: "best estimate",
  all_5m: "if all writes were for 5 minutes",
  all_1h: "if all writes were for an hour",
  no_cache: "without a cache",
} as const;

function policiesTable(groups: readonly Group[]): Table {
  const rows = groups.flatMap((group) => {
    if (pricedParts(group.judged).length === 0) return [];
    const found = policiesOf(group.judged);
    const shown = POLICIES.filter((policy) => found.hasLifetimes || policy === "observed" || policy === "no_cache");
    return shown.map((policy) => ({ group, policy, found, nano: found.nano[policy], observed: found.nano.observed }));
  });
  return table(
    "cache_counterfactual",
    rows,
    {
      by: { ...GROUP_COLUMNS.by, of: ({ group }) => group.by },
      name: { ...GROUP_COLUMNS.name, of: ({ group }) => group.name },
      policy: {
        says: "`observed`, `all_5m` and `all_1h` (every write for 5 minutes, for an hour; only where models bill by lifetime), `no_cache`",
      },
      input_usd: { of: ({ nano }) => usd(nano), says: "Cost of the same input", unit: "USD" },
      difference_usd: { of: ({ nano, observed }) => usd(nano - observed), says: "Beyond the observed cost", unit: "USD" },
      difference_share: {
        of: ({ nano, observed }) => ratio(nano - observed, observed),
        says: "The same as a share of the observed cost",
        unit: "share",
      },
      gaps_5_60: {
        of: ({ found }) => found.returns,
        says: "Steps 5 to 60 minutes after the step before that go on with its context",
        unit: "steps",
      },
      saved_prefill_tokens: {
        of: ({ found, policy }) => found.savedTokens[policy],
        says: "Input that the policy would read from the cache and that was billed as new; negative: the reverse",
        unit: "tokens",
      },
      returning_share: {
        of: ({ found }) => (found.hasLifetimes ? found.returningShare : null),
        says: "Tokens that return after such gaps, as a share of these and of the tokens written",
        unit: "share",
      },
      breakeven_gap_share: {
        of: ({ found }) => found.breakEvenShare,
        says: "returning_share from which on writes for an hour are cheaper; empty where nothing returns",
        unit: "share",
      },
    },
    {
      title: "The input with other cache lifetimes",
      caption:
        "One row per group and policy, over steps with a price. The tokens are the same; only what is read, written and at which rate differs.",
    },
  );
}

function causesTable(causes: readonly RePrefill[]): Table {
  const groups = [
    ...groupBy(
      causes.filter(({ cause }) => cause !== null),
      ({ provider, cause }) => JSON.stringify([provider, cause]),
    ).values(),
  ];
  const rows = groups.flatMap((group) => {
    const [first] = group;
    const priced = group.filter((row) => row.is_priced);
    const sum = (of: (row: RePrefill) => number, of_: readonly RePrefill[] = priced) => sumOf(of_, of);
    const allSteps = sum((row) => row.steps, group);
    const steps = sum((row) => row.steps);
    return first ? [{ ...first, steps, tokens: sum((row) => row.tokens), nano: sum((row) => row.nano), unpriced: allSteps - steps }] : [];
  });
  rows.sort((a, b) => (a.provider < b.provider ? -1 : a.provider > b.provider ? 1 : b.nano - a.nano));
  return table(
    "re_prefill_causes",
    rows,
    {
      provider: PROVIDER_COLUMN,
      cause: { of: ({ cause }) => cause, says: CAUSE_SAYS },
      steps: { says: "Steps with a price that are billed for such input", unit: "steps" },
      tokens: { says: "Input of these that the context held before", unit: "tokens" },
      usd: { of: ({ nano }) => usd(nano), says: "What it cost beyond cache reads", unit: "USD" },
      unpriced_steps: { of: ({ unpriced }) => unpriced, says: "Steps without a price, not among the others", unit: "steps" },
    },
    {
      title: "Input that was billed twice, by cause",
      caption: "One row per provider and cause, the most expensive first. Causes are inferred from gaps and contexts.",
    },
  );
}

const CAUSE_SAYS =
  "First that holds: `reset` of the context, `model change`, `tail` (at most 2,048 tokens), `gap >= 60 min`, `gap 5-60 min`, `unknown gap`, `broken` (a shorter gap: the prefix was changed)";

function reasonsTable(causes: readonly RePrefill[]): Table {
  const rows = [
    ...groupBy(
      causes.filter((row) => row.logs_reasons),
      ({ provider, cause, reason }) => JSON.stringify([provider, cause, reason]),
    ).values(),
  ].flatMap((group) => {
    const [first] = group;
    return first ? [{ ...first, steps: sumOf(group, (row) => row.steps), tokens: sumOf(group, (row) => row.tokens) }] : [];
  });
  return table(
    "cache_miss_reasons",
    rows,
    {
      provider: PROVIDER_COLUMN,
      inferred: { of: ({ cause }) => cause, says: "Cause as in `re_prefill_causes`; empty: nothing was billed twice" },
      logged: { of: ({ reason }) => reason, says: "Reason of the cache miss that the transcript logs; empty: none" },
      steps: { says: "Agent steps", unit: "steps" },
      tokens: { says: "Input of these that the context held before", unit: "tokens" },
    },
    {
      title: "Causes of cache misses, inferred and logged",
      caption: "One row per pair, over the steps of sessions that log a reason at least once. Clients before 2026-08 log none.",
    },
  );
}

function lifetimesTable(pairs: readonly LifetimePair[]): Table {
  return table(
    "cache_lifetimes",
    pairs,
    {
      logged: { says: "Lifetime of most tokens that the session wrote, as logged; empty where none is" },
      inferred: { says: "Lifetime as its pauses show it" },
      sessions: { says: "Sessions whose model bills writes by lifetime", unit: "sessions" },
      write_tokens: { of: ({ tokens }) => tokens, says: "Tokens that they wrote to the cache", unit: "tokens" },
      write_usd_lo: { of: ({ low_nano }) => usd(low_nano), says: "What these cost at least", unit: "USD" },
      write_usd_hi: { of: ({ high_nano }) => usd(high_nano), says: "What these cost at most", unit: "USD" },
    },
    {
      title: "Cache lifetimes, inferred and logged",
      caption: "One row per pair. Where lifetimes are logged, the rows test the inference.",
    },
  );
}

function outputTable(groups: readonly Group[]): Table {
  const rows = groups
    .filter(({ by }) => by !== "month")
    .map((group) => ({ group, sums: sumsOfParts(group.judged.map(({ part }) => part)) }));
  return table(
    "output_certainty",
    rows,
    {
      by: { ...GROUP_COLUMNS.by, of: ({ group }) => group.by },
      name: { ...GROUP_COLUMNS.name, of: ({ group }) => group.name },
      steps: { of: ({ sums }) => sums.steps, says: "Agent steps", unit: "steps" },
      streamed_steps: {
        of: ({ sums }) => sums.streamed_steps,
        says: "Steps whose output was logged while the response was streaming, as flagged",
        unit: "steps",
      },
      below_floor_steps: {
        of: ({ sums }) => sums.below_floor_steps,
        says: "Steps whose logged output, reasoning not included, is less than a quarter of the characters that they wrote",
        unit: "steps",
      },
      visible_tokens: { of: ({ sums }) => sums.visible_tokens, says: "Output as logged, reasoning not included", unit: "tokens" },
      missing_tokens: {
        of: ({ sums }) => sums.output_open_tokens,
        says: "By how much these floors exceed the logged output",
        unit: "tokens",
      },
      missing_usd: { of: ({ sums }) => usd(sums.output_open_nano), says: "What that costs, where the step has a price", unit: "USD" },
    },
    {
      title: "How sure the output is",
      caption: "One row for all steps, each provider and each model: what is flagged, and what the characters show, side by side.",
    },
  );
}

function repeatTable({ repeats }: Anatomy): Table {
  return table(
    "repeat_share",
    repeats,
    {
      provider: PROVIDER_COLUMN,
      sessions: { says: "Named sessions", unit: "sessions" },
      prompt_tokens: { says: "Input of all steps, cached or not", unit: "tokens" },
      largest_prompt_tokens: { says: "The largest input of each session, added up", unit: "tokens" },
      repeat_share: {
        of: (row) => ratio(row.prompt_tokens - row.largest_prompt_tokens, row.prompt_tokens),
        says: "1 - largest_prompt_tokens / prompt_tokens: a bound on the input that was sent before",
        unit: "share",
      },
    },
    { title: "Input that repeats", caption: "One row per provider. A session that never repeated itself would send each token once." },
  );
}
