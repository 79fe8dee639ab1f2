/** Figure: calls by tool, and how often they return an error. */

import { countAxis, shareAxis } from "../../../lib/chart/axes.ts";
import { grid, withHeading } from "../../../lib/chart/grid.ts";
import { MINIMUM } from "../../../lib/chart/minimum.ts";
import { kindColor, providerLabel } from "../../../lib/chart/palette.ts";
import { quantileRanges } from "../../../lib/chart/quantile-ranges.ts";
import { rankedBars } from "../../../lib/chart/ranked-bars.ts";
import { withSideColumns } from "../../../lib/chart/side-columns.ts";
import type { Panel } from "../../../lib/chart/spec.ts";
import { COLORS, providerColor } from "../../../lib/chart/theme.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { shortLabel } from "../../../lib/format/labels.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { wilsonInterval } from "../../../lib/stats/intervals.ts";
import { at, known } from "../../../lib/stats/known.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import type { ProviderTools, ToolCount } from "./measure.ts";

const CALLS_WIDTH = 380;
const RATES_WIDTH = 260;
/** Sums of several tools are gray. */
const COMBINED = /^Other \(<\d+ calls\/tool\)$/;

/** @param providers each with a tool */
export function countsFigure(providers: readonly ProviderTools[]): Figure {
  const tools = providers.flatMap(({ shown }) => shown);
  const names = providers.map(({ provider }) => provider);
  const scales = {
    calls: countAxis(Math.max(...tools.map(({ calls }) => calls)), { title: "Calls" }),
    rates: shareAxis({ title: "Calls that return an error", domain: [0, Math.max(0.01, ...tools.map((tool) => intervalOf(tool).hi))] }),
  };
  const leaders = providers.map(leaderOf).join(", ");
  return {
    name: "tool_call_counts",
    title: titleOf(providers),
    subtitle: `Left: calls by tool. Right: share of them that return an error, with Wilson's interval.${providers.length > 1 ? " The panels share their scales." : ""}`,
    coverage: {
      shown: sumOf(tools, ({ calls }) => calls),
      of: sumOf(providers, ({ split }) => split.total),
      what: "calls",
      rest: "are of tools that are called less",
    },
    spec: grid(
      providers.flatMap(({ provider, shown, split }) => [
        withHeading(
          rankedBars({
            bars: shown.map((tool) => ({
              name: tool.tool,
              value: tool.calls,
              label: `${grouped(tool.calls)} (${percent(tool.calls / split.total)})`,
              color: COMBINED.test(tool.tool) ? COLORS.light.neutral : providerColor(provider, names),
            })),
            x: scales.calls,
            width: CALLS_WIDTH,
          }),
          `${providerLabel(provider)}: ${grouped(split.total)} calls`,
          { over: "plot" },
        ),
        ratesPanel(shown, scales.rates),
      ]),
      { columns: 2, spacing: 30 },
    ),
    caption: `Calls by tool, most called first, and the share of them that return an error. The tools of an MCP server are combined, and so are rare tools, unless all are rare. ${leaders}.`,
    reading: `One command tool tends to have far more calls than all others. A dot is the share of a tool's calls that return an error; the line through it is
Wilson's interval, which is long where calls are few: tools whose lines overlap may fail equally often. A call that is not marked counts as no error.`,
    alt: `Horizontal bars of calls by tool, a panel per provider, each next to a dot plot of error rates with intervals. ${leaders}.`,
  };
}

function ratesPanel(tools: readonly ToolCount[], x: ReturnType<typeof shareAxis>): Panel {
  const names = tools.map(() => "");
  const panel = quantileRanges({
    ranges: tools.map((tool) => ({
      name: "",
      whiskers: [intervalOf(tool).lo, intervalOf(tool).hi],
      dots: [tool.errors / tool.calls],
      color: kindColor("error"),
    })),
    x,
    width: RATES_WIDTH,
  });
  return withSideColumns({ ...panel, width: RATES_WIDTH }, names, [
    { heading: "Errors", width: 56, texts: tools.map(({ errors }) => grouped(errors)) },
    { heading: "Rate", width: 56, texts: tools.map(rateOf) },
  ]);
}

function intervalOf({ errors, calls }: ToolCount) {
  return known(wilsonInterval(errors, calls));
}

function rateOf({ errors, calls }: ToolCount): string {
  return percent(errors / calls, 1);
}

function titleOf(providers: readonly ProviderTools[]): string {
  const failures = providers.flatMap(({ provider, shown }) => {
    const tool = at(shown, 0);
    return tool.calls < MINIMUM.share ? [] : [`${rateOf(tool)} of ${shortLabel(tool.tool)} calls (${providerLabel(provider)})`];
  });
  if (failures.length > 0) return `Errors: ${failures.join(", ")}`;
  return `Most called: ${providers.map(({ provider, shown }) => `${shortLabel(at(shown, 0).tool)} with ${grouped(at(shown, 0).calls)} calls (${providerLabel(provider)})`).join(", ")}`;
}

function leaderOf({ provider, shown, split }: ProviderTools): string {
  const tool = at(shown, 0);
  return `${providerLabel(provider)} calls ${shortLabel(tool.tool)} most: ${percent(tool.calls / split.total)} of ${grouped(split.total)} calls, ${rateOf(tool)} with an error`;
}
