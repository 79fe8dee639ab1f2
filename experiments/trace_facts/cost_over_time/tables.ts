/** The tables. */
import { type Column, type Table, table } from "../../../lib/experiment.ts";
import { dateOf, type PeriodScale } from "../../../lib/format/periods.ts";
import { groupBy } from "../../../lib/stats/group-by.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { PROVIDER_COLUMN } from "../../../lib/trace/scopes.ts";
import { byPeriod, COMPONENTS, type Component, type Cost, costOf, type DayCost, datedOf } from "./costs.ts";

type HasCost = { readonly cost: Cost };

const SAYS: Readonly<Record<Component, string>> = {
  fresh: "input that was neither read from the cache nor written to it",
  cache_write_5m: "cache writes for 5 minutes or of unknown lifetime",
  cache_write_1h: "cache writes for an hour",
  cache_read: "input that the cache gave",
  output: "output, reasoning included",
};

const COST_COLUMNS: Readonly<Record<string, Column<HasCost>>> = {
  steps: { of: ({ cost }) => cost.steps, says: "Agent steps", unit: "steps" },
  unpriced_steps: { of: ({ cost }) => cost.unpricedSteps, says: "Those without a price, left out of all other columns", unit: "steps" },
  unpriced_tokens: { of: ({ cost }) => cost.unpricedTokens, says: "Input and output of these", unit: "tokens" },
  ...Object.fromEntries(
    COMPONENTS.map((component) => [
      `${component}_tokens`,
      { of: ({ cost }: HasCost) => cost.tokens[component], says: `Tokens of ${SAYS[component]}`, unit: "tokens" },
    ]),
  ),
  ...Object.fromEntries(
    COMPONENTS.map((component) => [
      `${component}_usd`,
      { of: ({ cost }: HasCost) => dollars(cost, cost.usd[component]), says: `Cost of ${SAYS[component]}`, unit: "USD" },
    ]),
  ),
  usd: { of: ({ cost }) => dollars(cost, cost.usd.total), says: "Cost at list prices; empty without a price", unit: "USD" },
  usd_hi: {
    of: ({ cost }) => dollars(cost, cost.usd.most),
    says: "The most it can be: writes of unknown lifetime for an hour, output as long as its text needs",
    unit: "USD",
  },
};

/** Empty where no step has a price. */
function dollars({ steps, unpricedSteps }: Cost, usd: number): number | null {
  return steps === unpricedSteps ? null : usd;
}

/** @param scale null without a step that has a time */
export function tablesOf(rows: readonly DayCost[], scale: PeriodScale | null): Table[] {
  const keyed = (of: readonly DayCost[], key: (row: DayCost) => unknown) => [...groupBy(of, (row) => JSON.stringify(key(row))).values()];
  const periodOf = ({ day }: DayCost) => (day === null || scale === null ? null : scale.startOf(day));
  const periods = keyed(rows, (row) => [periodOf(row), row.provider, row.model, row.project]).flatMap((group) =>
    group.slice(0, 1).map((first) => ({ ...first, start: periodOf(first), cost: costOf(group) })),
  );
  const models = keyed(rows, (row) => [row.provider, row.model, row.project])
    .flatMap((group) => group.slice(0, 1).map((first) => ({ ...first, cost: costOf(group) })))
    .sort((a, b) => b.cost.usd.total - a.cost.usd.total);
  const cumulative = scale === null ? [] : byPeriod(datedOf(rows), scale).map(({ start, rows: own }) => ({ start, cost: costOf(own) }));
  const upTo = (start: number, of: (cost: Cost) => number) =>
    sumOf(
      cumulative.filter((period) => period.start <= start),
      ({ cost }) => of(cost),
    );
  const PERIOD = { of: ({ start }: { readonly start: number | null }) => start && dateOf(start), says: PERIOD_SAYS };
  const KEYS = {
    provider: PROVIDER_COLUMN,
    model: { says: "Model; `<unknown-model>` when missing" },
    project: { says: "Project; empty when unknown" },
  };
  return [
    table(
      "cost_by_period",
      periods,
      { period: PERIOD, ...KEYS, ...COST_COLUMNS },
      {
        title: "Cost of each period",
        caption: "One row per period, provider, model and project that has steps; periods without any have no row.",
      },
    ),
    table(
      "cost_by_model",
      models,
      { ...KEYS, ...COST_COLUMNS },
      {
        title: "Cost of each model and project",
        caption: "One row per provider, model and project over all periods, the most expensive first.",
      },
    ),
    table(
      "cost_cumulative",
      cumulative,
      {
        period: PERIOD,
        ...COST_COLUMNS,
        cumulative_usd: { of: ({ start }) => upTo(start, ({ usd }) => usd.total), says: "Cost up to the end of the period", unit: "USD" },
        cumulative_usd_hi: { of: ({ start }) => upTo(start, ({ usd }) => usd.most), says: "The most that can be", unit: "USD" },
      },
      { title: "Cost up to each period", caption: "One row per period that has steps, in order. Steps without a time are left out." },
    ),
  ];
}

const PERIOD_SAYS = "First day of the period in UTC; empty for steps without a time";
