/** The figure: quantile ranges of each count, by provider. */
import { grid, withHeading } from "../../../lib/chart/grid.ts";
import { type QuantileRange, quantileRanges } from "../../../lib/chart/quantile-ranges.ts";
import { symlogCountAxis } from "../../../lib/chart/symlog-axis.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { INTERVALS_SENTENCE } from "../../../lib/format/intervals.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { scopeColor, scopeTitle } from "../../../lib/trace/scopes.ts";
import { type CountSummary, type Group, type MedianInterval, summaryOf } from "./measure.ts";
import { GROUP_TITLES, METRIC_TITLES } from "./tables.ts";

const UNITS: Readonly<Record<Group, string>> = { session: "sessions", request: "requests", step: "agent steps" };
/** Space beyond the largest value, as a factor. */
const HEADROOM = 1.2;

const READING = `One row for each count and provider, in three panels with one scale. The box runs from the 25th to the 75th percentile, the line in it is the median; the
dots are the 90th and 99th percentiles. Equal distances are equal factors, except below 1, where there is room for zero.

- Tool-initiated far to the right of user-initiated steps: after a question, the agent's own loop does most of the work.
- A median of requests near 1 with a p99 far away: most sessions are one question, a few go on for long.
- More tool calls than tool-initiated steps in a request: several calls were made at once and answered in one step.
- Tool calls per step close to 1: several calls at once are the exception.`;

/** Ranges by provider; at least one of them must have steps. */
export function countsFigure(summaries: readonly CountSummary[], intervalOf: MedianInterval): Figure {
  const drawn = summaries.filter(({ scope, n }) => scope !== "merged" && n > 0);
  const groups = [...new Set(drawn.map(({ group }) => group))];
  const x = symlogCountAxis(HEADROOM * Math.max(...drawn.map(({ p99 }) => p99)), { title: null });
  const panels = groups.map((group, i) => {
    const rows = drawn.filter((summary) => summary.group === group).sort(byMetric);
    const axis = i === groups.length - 1 ? { ...x, title: "Count (log scale, linear below 1)" } : x;
    return withHeading(quantileRanges({ ranges: rows.map((row) => range(row, intervalOf(row))), x: axis }), heading(group, rows), {
      over: "plot",
    });
  });
  const medians = drawn
    .filter(({ group, metric }) => group === "session" && metric === "tool_calls")
    .map(({ scope, p50 }) => `${grouped(p50)} (${scopeTitle(scope)})`);
  return {
    name: "session_internal_counts",
    title: `Tool calls in the median session: ${medians.join(", ")}`,
    subtitle: "Box from p25 to p75 with the median, dots at p90 and p99. Lines below boxes of sessions: intervals of their medians.",
    spec: grid(panels, { spacing: 20 }),
    caption: caption(summaries),
    reading: READING,
    alt: alt(summaries),
  };
}

function caption(summaries: readonly CountSummary[]): string {
  const requests = summaryOf(summaries, "merged", "session", "requests");
  const perRequest = summaryOf(summaries, "merged", "request", "tool_calls");
  const perStep = summaryOf(summaries, "merged", "step", "tool_calls");
  return (
    `Requests, agent steps and tool calls within each session, request and step, by provider. The median session holds ${grouped(requests.p50)} ` +
    `requests and the mean ${grouped(requests.mean, 1)}; a request takes ${grouped(perRequest.mean, 1)} tool calls on average but ${grouped(perRequest.p50)} in the median; ` +
    `a step makes ${grouped(perStep.mean, 1)}. The distance from the median to p99 is what averages hide. ${INTERVALS_SENTENCE}`
  );
}

function alt(summaries: readonly CountSummary[]): string {
  const tools = summaryOf(summaries, "merged", "session", "tool_steps");
  const users = summaryOf(summaries, "merged", "session", "user_steps");
  return (
    "Horizontal quantile ranges on a log axis of counts, in three panels: per session, per request, per step; one row for each count and provider. " +
    `Per session, tool-initiated steps (median ${grouped(tools.p50)}) outnumber user-initiated ones (median ${grouped(users.p50)}); per step, nearly all ranges end within a few calls.`
  );
}

function range({ scope, metric, p25, p50, p75, p90, p99 }: CountSummary, interval: ReturnType<MedianInterval>): QuantileRange {
  return {
    name: `${METRIC_TITLES[metric]}, ${scopeTitle(scope)}`,
    whiskers: [p25, p99],
    box: [p25, p75],
    median: p50,
    ...(interval && { interval }),
    dots: [p90, p99],
    color: scopeColor(scope),
  };
}

function heading(group: Group, rows: readonly CountSummary[]): string {
  const sizes = new Map(rows.map(({ scope, n }) => [scopeTitle(scope), grouped(n)]));
  return `${GROUP_TITLES[group]} (${UNITS[group]}: ${[...sizes].map(([scope, n]) => `${scope} ${n}`).join(", ")})`;
}

/** Rows of one count next to each other; the sort is stable, so that providers keep their order. */
function byMetric(a: CountSummary, b: CountSummary): number {
  const order = Object.keys(METRIC_TITLES);
  return order.indexOf(a.metric) - order.indexOf(b.metric);
}
