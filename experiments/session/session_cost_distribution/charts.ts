/** Figures: what money is spent on, and how cost is distributed over sessions. */
import { logAxis, shareAxis } from "../../../lib/chart/axes.ts";
import { type CurvePoint, curvesPanel, ecdfPoints } from "../../../lib/chart/cdf.ts";
import { figure, grid, withHeading } from "../../../lib/chart/grid.ts";
import type { Axis } from "../../../lib/chart/spec.ts";
import { splitBars } from "../../../lib/chart/split-bars.ts";
import { textTable } from "../../../lib/chart/text-table.ts";
import { kindColor, providerColor } from "../../../lib/chart/theme.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { counted } from "../../../lib/format/counts.ts";
import { formatG, grouped, percent } from "../../../lib/format/numbers.ts";
import { sorted } from "../../../lib/stats/quantile.ts";
import { sumInOrder } from "../../../lib/stats/sum.ts";
import type { PriceFacts } from "../../../lib/trace/prices/coverage.ts";
import { SCOPES, type Scope, scopeTitle } from "../../../lib/trace/scopes.ts";
import { type CostSummary, costSummaryOf, dollars, valuesOf } from "./measure.ts";
import { amountsOf, type Granularity, PARTS, type Part, type Usage } from "./usage.ts";

const PART_TITLES: Readonly<Record<Part, string>> = { append: "Append", prefix: "Prefix", output: "Output" };
const PART_COLORS: Readonly<Record<Part, string>> = {
  append: kindColor("append"),
  prefix: kindColor("prefix"),
  output: kindColor("output"),
};
const TICKS_USD = [0.0001, 0.001, 0.01, 0.1, 1, 10, 100, 1_000, 10_000, 100_000];
/** The axis begins here, or at this share of the most expensive session if that is less. What costs less is drawn at its left end. */
const LEFT_END_USD = 0.01;
const LEFT_END_SHARE = 0.001;
const PANEL_HEIGHT = 260;

const SHARES_READING = `What the steps were paid for. A large share of prefix is a matter of volume: cached input costs a tenth of fresh input, but is
read again at every step. A large share of append points to missed caches.`;
const CURVES_READING = `Above, the share of sessions that cost up to each amount; below, the share of the whole bill that these sessions make up. The
further the lower curve is to the right, the fewer sessions carry the bill.`;

/** Null when nothing was spent. */
export function sharesFigure(summaries: readonly CostSummary[], { sentence }: PriceFacts): Figure | null {
  const scopes = SCOPES.filter((scope) => PARTS.some((part) => shareOf(summaries, scope, part) > 0));
  if (scopes.length === 0) return null;
  const panel = splitBars({
    bars: scopes.map((scope) => ({
      name: `${scopeTitle(scope)} (${counted(costSummaryOf(summaries, scope, "step", "total").n, "step")})`,
      values: Object.fromEntries(PARTS.map((part) => [PART_TITLES[part], shareOf(summaries, scope, part)])),
    })),
    parts: PARTS.map((part) => ({ name: PART_TITLES[part], color: PART_COLORS[part] })),
    x: shareAxis({ title: "Share of the cost at list prices" }),
    label: (share) => percent(share, 1),
  });
  const facts = PARTS.map((part) => `${percent(shareOf(summaries, "merged", part), 1)} for ${part}`).join(", ");
  const largest = PARTS.reduce((a, b) => (shareOf(summaries, "merged", b) > shareOf(summaries, "merged", a) ? b : a));
  return {
    name: "session_cost_shares",
    title: "What the money is spent on",
    spec: figure(
      panel,
      `${PART_TITLES[largest]} takes ${percent(shareOf(summaries, "merged", largest))} of the cost`,
      `Append is new input, prefix is input read from the cache, output includes reasoning. ${sentence}`,
    ),
    caption: `Cost of all steps that have a price, split by what was paid for, for all providers together and by provider: ${facts}.`,
    reading: SHARES_READING,
    alt: `Stacked horizontal bars of shares of cost, one for all and one for each provider. All: ${facts}.`,
  };
}

/** Null when no session has a price. */
export function sessionsFigure(usage: Usage, summaries: readonly CostSummary[], { sentence }: PriceFacts): Figure | null {
  const costs = sessionCosts(usage);
  if (costs.length === 0) return null;
  const ascending = sorted(valuesOf(amountsOf(usage, "merged", "session"), "usd", "total"));
  const { n, mean, p50, p99, max } = costSummaryOf(summaries, "merged", "session", "total");
  const tenth = Math.ceil(ascending.length / 10);
  const topShare = sumInOrder(ascending.slice(-tenth)) / sumInOrder(ascending);
  const domain = [Math.min(LEFT_END_USD, LEFT_END_SHARE * max), max] as const;
  const panel = (points: readonly CurvePoint[], title: string, heading: string, isLast: boolean) =>
    withHeading(
      curvesPanel({
        points,
        x: dollarAxis(domain, isLast ? "Cost of a session at list prices (log scale)" : null),
        y: shareAxis({ title, ticks: [0, 0.25, 0.5, 0.75, 1] }),
        stairs: true,
        legend: null,
        height: PANEL_HEIGHT,
      }),
      heading,
      { over: "plot" },
    );
  const most = n < 10 ? `The most expensive of ${counted(n, "session")}` : "The most expensive tenth of the sessions";
  const finding = n === 1 ? `The only session costs ${dollars(max)}` : `${most} accounts for ${percent(topShare)} of the spend`;
  const facts = `Half of the ${counted(n, "session")} cost at most ${dollars(p50)}, one in a hundred more than ${dollars(p99)}, with a mean of ${dollars(mean)}. ${finding}.`;
  return {
    name: "session_cost_curves",
    title: "How cost spreads over sessions",
    spec: grid(
      [
        sessionsTable(costs, summaries),
        panel(
          costs.flatMap(({ scope, usd }) => ecdfPoints(scope, usd).map((point) => clamped(point, domain))),
          "Sessions",
          "Sessions that cost up to each amount",
          false,
        ),
        panel(
          costs.flatMap(({ scope, usd }) => spendPoints(scope, usd).map((point) => clamped(point, domain))),
          "Spend",
          "Share of the spend that they make up",
          true,
        ),
      ],
      {
        title: finding,
        subtitle: `Cumulative shares of sessions and of what they cost together. Table: quantiles over sessions; means per session, request and step. ${sentence}`,
        spacing: 16,
      },
    ),
    caption: `Sessions below ${dollars(domain[0])} are drawn at the left end of the axis. Where the upper curve has flattened and the lower one still rises, few sessions make up the bill. ${facts}`,
    reading: CURVES_READING,
    alt: `A table and two panels of rising curves by provider over a log axis of dollars: share of sessions, and share of their summed cost, which rises later. ${facts}`,
  };
}

interface SessionCosts {
  readonly scope: Scope;
  /** Ascending. */
  readonly usd: Float64Array;
}

/** By provider; everything together when neither of the two has a session; none when nothing was spent. */
function sessionCosts(usage: Usage): SessionCosts[] {
  const costs = SCOPES.map((scope) => ({ scope, usd: sorted(valuesOf(amountsOf(usage, scope, "session"), "usd", "total")) }));
  const drawn = costs.filter(({ usd }) => sumInOrder(usd) > 0);
  if (drawn[0]?.scope !== "merged") return [];
  const providers = drawn.filter(({ scope }) => scope !== "merged");
  return providers.length > 0 ? providers : drawn;
}

/** The share of the summed cost that sessions up to each cost take, through all of them. */
function spendPoints(series: string, ascending: Float64Array): CurvePoint[] {
  const total = sumInOrder(ascending);
  let sum = 0;
  const points = Array.from(ascending, (x) => {
    sum += x;
    return { series, x, y: Math.max(0, sum / total) };
  });
  const first = points.slice(0, 1).map((point) => ({ ...point, y: 0 }));
  return [...first, ...points];
}

function clamped(point: CurvePoint, [low]: readonly [number, number]): CurvePoint {
  return { ...point, x: Math.max(point.x, low) };
}

function sessionsTable(costs: readonly SessionCosts[], summaries: readonly CostSummary[]) {
  const of = (scope: Scope, granularity: Granularity) => costSummaryOf(summaries, scope, granularity, "total");
  return textTable({
    columns: ["", "sessions", "p50", "p90", "p99", "per session", "per request", "per step"],
    rows: costs.map(({ scope }) => {
      const { n, p50, p90, p99, mean } = of(scope, "session");
      return {
        color: providerColor(
          scope,
          costs.map((each) => each.scope),
        ),
        cells: [scopeTitle(scope), grouped(n), ...[p50, p90, p99, mean, of(scope, "request").mean, of(scope, "step").mean].map(dollars)],
      };
    }),
    nameWidth: 130,
    columnWidth: 104,
  });
}

function dollarAxis(domain: readonly [number, number], title: string | null): Axis {
  return logAxis(domain, title, TICKS_USD, (usd) => `$${usd < 1 ? formatG(usd) : grouped(usd)}`);
}

function shareOf(summaries: readonly CostSummary[], scope: Scope, part: Part): number {
  return costSummaryOf(summaries, scope, "step", part).share ?? 0;
}
