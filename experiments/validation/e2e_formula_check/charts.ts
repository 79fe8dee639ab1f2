/** Figure: the measured mean response time, and the sum of mean generation and tool time. */

import { linearDurationAxis } from "../../../lib/chart/axes.ts";
import { figure } from "../../../lib/chart/grid.ts";
import { groupsToShow } from "../../../lib/chart/groups-to-show.ts";
import { providerLabel } from "../../../lib/chart/palette.ts";
import { splitBars } from "../../../lib/chart/split-bars.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { durationCompact } from "../../../lib/format/durations.ts";
import { percent } from "../../../lib/format/numbers.ts";
import { ACTIVITY_COLORS, ACTIVITY_TITLES } from "../../../lib/trace/activities.ts";
import { LATENCIES, type Sums } from "./formula.ts";

const PARTS = [
  { name: ACTIVITY_TITLES.generation, color: ACTIVITY_COLORS.generation },
  { name: ACTIVITY_TITLES.tool, color: ACTIVITY_COLORS.tool },
];

const READING = `Stacked bars show mean generation and tool time per request, one bar for each kind of tool latency. The dark line is the measured
mean response time. A bar that extends past the line counts overlapping time more than once. A bar that ends before it misses time that
nothing in the trace accounts for.`;

/** @param all with at least one request */
export function formulaFigure(all: Sums, sums: readonly Sums[]): Figure {
  const bars = groupsToShow(sums, ({ turns }) => turns).flatMap((each) =>
    LATENCIES.map((latency) => ({
      name: `${providerLabel(each.provider, 24)}, ${latency}`,
      mark: each.e2e_s / each.turns,
      values: { [ACTIVITY_TITLES.generation]: each.generation_s / each.turns, [ACTIVITY_TITLES.tool]: each[`${latency}_s`] / each.turns },
    })),
  );
  const longest = Math.max(...bars.flatMap(({ mark, values }) => [mark, Object.values(values).reduce((sum, value) => sum + value, 0)]));
  const x = linearDurationAxis(longest, { title: "Mean per request" });
  const facts = factsOf(all);
  return {
    name: "e2e_formula",
    title: "Response time rebuilt from averages",
    spec: figure(
      splitBars({ bars, parts: PARTS, x, label: durationCompact }),
      facts,
      "Bars: mean generation and tool time per request. Dark line: measured mean response time.",
    ),
    caption: `Two bars for all requests and for each provider, one for each way of timing tools. A bar past its line counts overlapping time more than once; a bar that ends before it misses unknown time. ${facts}.`,
    reading: READING,
    alt: `Stacked horizontal bars of mean generation and tool time per request by provider and kind of tool latency, each with a line at the measured mean response time. ${facts}.`,
  };
}

function factsOf(all: Sums): string {
  const [effective, wall] = LATENCIES.map((latency) => percent((all.generation_s + all[`${latency}_s`]) / all.e2e_s, 1));
  return `Generation and tools add up to ${effective} of the response time, or ${wall} with wall latencies`;
}
