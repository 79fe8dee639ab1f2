/** Figure: the mean response time as measured, and what the averages of generation and tools add up to. */

import { linearDurationAxis } from "../../../lib/chart/axes.ts";
import { figure } from "../../../lib/chart/grid.ts";
import { splitBars } from "../../../lib/chart/split-bars.ts";
import { providerTitle } from "../../../lib/chart/theme.ts";
import { figureTitle } from "../../../lib/chart/titles.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { durationCompact } from "../../../lib/format/durations.ts";
import { shortLabel } from "../../../lib/format/labels.ts";
import { percent } from "../../../lib/format/numbers.ts";
import { ACTIVITY_COLORS, ACTIVITY_TITLES } from "../../../lib/trace/activities.ts";
import { LATENCIES, type Sums } from "./formula.ts";

const PARTS = [
  { name: ACTIVITY_TITLES.generation, color: ACTIVITY_COLORS.generation },
  { name: ACTIVITY_TITLES.tool, color: ACTIVITY_COLORS.tool },
];

/** @param sums all first, with at least one request */
export function formulaFigure(sums: readonly Sums[]): Figure {
  const bars = sums
    .filter(({ turns }) => turns > 0)
    .flatMap((each) =>
      LATENCIES.map((latency) => ({
        name: `${shortLabel(providerTitle(each.provider), 24)}, ${latency}`,
        mark: each.e2e_s / each.turns,
        values: {
          [ACTIVITY_TITLES.generation]: each.generation_s / each.turns,
          [ACTIVITY_TITLES.tool]: each[`${latency}_s`] / each.turns,
        },
      })),
    );
  const longest = Math.max(...bars.flatMap(({ mark, values }) => [mark, Object.values(values).reduce((sum, value) => sum + value, 0)]));
  const x = linearDurationAxis(longest, { title: "Mean of a request" });
  const facts = factsOf(sums[0] as Sums);
  return {
    name: "e2e_formula",
    title: "What averages make of the response time",
    spec: figure(
      splitBars({ bars, parts: PARTS, x, label: durationCompact }),
      figureTitle(facts, "Bars: mean generation and tool time of a request. Dark line: mean response time as measured."),
    ),
    caption: `Two bars for all requests and for each provider, with the two ways of timing tools. A bar beyond its line counts time that ran side by side more than once; a bar that ends before it leaves time out that is not known. ${facts}.`,
    alt: `Stacked horizontal bars of mean generation and tool time per request by provider and kind of tool latency, each with a line at the measured mean response time. ${facts}.`,
  };
}

function factsOf(all: Sums): string {
  const [effective, wall] = LATENCIES.map((latency) => percent((all.generation_s + all[`${latency}_s`]) / all.e2e_s, 1));
  return `Generation and tools add up to ${effective} of the response time, with wall latencies to ${wall}`;
}
