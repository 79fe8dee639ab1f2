/** Figures: what money is spent on, and how cost is distributed over sessions. */
import { logAxis, shareAxis } from "../../../lib/chart/axes.ts";
import { type CurvePoint, curvesPanel } from "../../../lib/chart/cdf.ts";
import { figure, grid, withHeading } from "../../../lib/chart/grid.ts";
import { groupsToShow } from "../../../lib/chart/groups-to-show.ts";
import type { Axis } from "../../../lib/chart/spec.ts";
import { splitBars } from "../../../lib/chart/split-bars.ts";
import { textTable } from "../../../lib/chart/text-table.ts";
import { kindColor, providerColor } from "../../../lib/chart/theme.ts";
import type { Coverage, Figure } from "../../../lib/experiment.ts";
import { counted } from "../../../lib/format/counts.ts";
import { INTERVALS_SENTENCE } from "../../../lib/format/intervals.ts";
import { formatG, grouped, money, percent } from "../../../lib/format/numbers.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import type { PriceFacts } from "../../../lib/trace/prices/coverage.ts";
import { SCOPES, type Scope, scopeTitle } from "../../../lib/trace/scopes.ts";
import type { SessionCosts } from "./curves.ts";
import { type CostSummary, costSummaryOf } from "./measure.ts";
import { type Granularity, PARTS, type Part, type ShareIntervals } from "./usage.ts";

const PART_TITLES: Readonly<Record<Part, string>> = { append: "Append", prefix: "Prefix", output: "Output" };
const PART_COLORS: Readonly<Record<Part, string>> = {
  append: kindColor("append"),
  prefix: kindColor("prefix"),
  output: kindColor("output"),
};
const TICKS_USD = [0.0001, 0.001, 0.01, 0.1, 1, 10, 100, 1_000, 10_000, 100_000];
const PANEL_HEIGHT = 260;

const SHARES_READING = `What the steps were paid for. A large share of prefix is a matter of volume: cached input costs a tenth of fresh input, but is
read again at every step. A large share of append points to missed caches.`;
const CURVES_READING = `Above, the share of sessions that cost up to each amount; below, the share of the whole bill that these sessions make up. The
further the lower curve is to the right, the fewer sessions carry the bill.`;

/** Null when nothing was spent. */
export function sharesFigure(summaries: readonly CostSummary[], intervals: ShareIntervals, prices: PriceFacts): Figure | null {
  const scopes = groupsToShow(
    SCOPES.map((scope) => ({ scope })),
    ({ scope }) => costSummaryOf(summaries, scope, "step", "total").mean * costSummaryOf(summaries, scope, "step", "total").n,
  ).map(({ scope }) => scope);
  if (scopes.length === 0) return null;
  const panel = splitBars({
    bars: scopes.map((scope) => ({
      name: `${scopeTitle(scope)} (${counted(costSummaryOf(summaries, scope, "step", "total").n, "step")})`,
      values: Object.fromEntries(PARTS.map((part) => [PART_TITLES[part], shareOf(summaries, scope, part)])),
      intervals: boundariesOf(scope, intervals),
    })),
    parts: PARTS.map((part) => ({ name: PART_TITLES[part], color: PART_COLORS[part] })),
    x: shareAxis({ title: "Share of the cost at list prices" }),
    label: (share) => percent(share, 1),
  });
  const facts = PARTS.map((part) => `${percent(shareOf(summaries, "merged", part), 1)} for ${part}`).join(", ");
  return {
    name: "session_cost_shares",
    title: sharesFinding(scopes, summaries),
    subtitle: `Append is new input, prefix is input read from the cache, output includes reasoning. Lines below: intervals of append and output. List prices of ${prices.asOf}.`,
    coverage: pricedSteps(summaries, prices),
    spec: figure(panel),
    caption: `Cost of all steps that have a price, split by what was paid for, for all providers together and by provider: ${facts}. ${INTERVALS_SENTENCE} ${prices.sentence}`,
    reading: SHARES_READING,
    alt: `Stacked horizontal bars of shares of cost, one for all and one for each provider. All: ${facts}.`,
  };
}

/** Where the append may end, and where the output may begin. */
function boundariesOf(scope: Scope, intervals: ShareIntervals) {
  const [append, output] = [intervals(scope, "append_usd"), intervals(scope, "output_usd")];
  return [...(append ? [append] : []), ...(output ? [{ lo: 1 - output.hi, hi: 1 - output.lo }] : [])];
}

/** The largest part of each provider, or of all where there is none. */
function sharesFinding(scopes: readonly Scope[], summaries: readonly CostSummary[]): string {
  const providers = scopes.filter((scope) => scope !== "merged");
  const largest = (providers.length > 0 ? providers : scopes).map((scope) => {
    const part = PARTS.reduce((a, b) => (shareOf(summaries, scope, b) > shareOf(summaries, scope, a) ? b : a));
    return { part, of: scopeTitle(scope), share: percent(shareOf(summaries, scope, part), 1) };
  });
  const [first] = largest;
  if (first && largest.every(({ part }) => part === first.part))
    return `${PART_TITLES[first.part]} takes ${largest.map(({ of, share }) => `${share} (${of})`).join(" and ")} of the cost`;
  return `The largest part of the cost is ${largest.map(({ part, of, share }) => `${part} (${of}, ${share})`).join(" and ")}`;
}

function pricedSteps(summaries: readonly CostSummary[], { models }: PriceFacts): Coverage {
  const { n } = costSummaryOf(summaries, "merged", "step", "total");
  return { shown: n, of: sumOf(models, ({ steps }) => steps), what: "steps", rest: "have no price" };
}

/** What sessions cost, and how much of the spend they make up. */
export function sessionsFigure({ domain, groups }: SessionCosts, summaries: readonly CostSummary[], prices: PriceFacts): Figure {
  const { n, mean, p50, p99, max } = costSummaryOf(summaries, "merged", "session", "total");
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
  const shares = groups.map(({ scope, topShare }) => `${percent(topShare)} (${scopeTitle(scope)})`).join(", ");
  const tenth = n < 10 ? "The most expensive session" : "The most expensive tenth of the sessions";
  const finding = n === 1 ? `The only session costs ${money(max)}` : `${tenth} takes ${shares} of the spend`;
  const facts = `Half of the ${counted(n, "session")} cost at most ${money(p50)}, one in a hundred more than ${money(p99)}, with a mean of ${money(mean)}. ${finding}.`;
  return {
    name: "session_cost_curves",
    title: finding,
    subtitle: `Cumulative shares of sessions and of what they cost together. Table: quantiles over sessions; means per session, request and step. List prices of ${prices.asOf}.`,
    coverage: pricedSteps(summaries, prices),
    spec: grid(
      [
        sessionsTable(groups, summaries),
        panel(
          groups.flatMap(({ counts }) => counts),
          "Sessions",
          "Sessions that cost up to each amount",
          false,
        ),
        panel(
          groups.flatMap(({ spend }) => spend),
          "Spend",
          "Share of the spend that they make up",
          true,
        ),
      ],
      { spacing: 16 },
    ),
    caption: `Sessions below ${money(domain[0])} are drawn at the left end of the axis. Where the upper curve has flattened and the lower one still rises, few sessions make up the bill. ${facts} ${prices.sentence}`,
    reading: CURVES_READING,
    alt: `A table and two panels of rising curves by provider over a log axis of dollars: share of sessions, and share of their summed cost, which rises later. ${facts}`,
  };
}

function sessionsTable(groups: SessionCosts["groups"], summaries: readonly CostSummary[]) {
  const of = (scope: Scope, granularity: Granularity) => costSummaryOf(summaries, scope, granularity, "total");
  return textTable({
    columns: ["", "sessions", "p50", "p90", "p99", "top tenth", "per session", "per request", "per step"],
    rows: groups.map(({ scope, topShare }) => {
      const { n, p50, p90, p99, mean } = of(scope, "session");
      return {
        color: providerColor(
          scope,
          groups.map((each) => each.scope),
        ),
        cells: [
          scopeTitle(scope),
          grouped(n),
          ...[p50, p90, p99].map(money),
          percent(topShare),
          ...[mean, of(scope, "request").mean, of(scope, "step").mean].map(money),
        ],
      };
    }),
    nameWidth: 130,
    columnWidth: 91,
  });
}

function dollarAxis(domain: readonly [number, number], title: string | null): Axis {
  return logAxis(domain, title, TICKS_USD, (usd) => `$${usd < 1 ? formatG(usd) : grouped(usd)}`);
}

function shareOf(summaries: readonly CostSummary[], scope: Scope, part: Part): number {
  return costSummaryOf(summaries, scope, "step", part).share ?? 0;
}
