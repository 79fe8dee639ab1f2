/** Figure: the measured mean response time, and the sum of mean generation and tool time. */

import { linearDurationAxis } from "../../../lib/chart/axes.ts";
import { figure } from "../../../lib/chart/grid.ts";
import { providerLabel } from "../../../lib/chart/palette.ts";
import { splitBars } from "../../../lib/chart/split-bars.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { durationCompact } from "../../../lib/format/durations.ts";
import { percent } from "../../../lib/format/numbers.ts";
import { sumsOf } from "../../../lib/stats/sum.ts";
import { ACTIVITY_COLORS, ACTIVITY_TITLES } from "../../../lib/trace/activities.ts";
import { LATENCIES, type Latency, type Sums } from "./formula.ts";

const PARTS = [
  { name: ACTIVITY_TITLES.generation, color: ACTIVITY_COLORS.generation },
  { name: ACTIVITY_TITLES.tool, color: ACTIVITY_COLORS.tool },
];

const READING = `Stacked bars show mean generation and tool time per request, one bar for each provider and kind of tool latency, with its share of the
measured mean response time, the dark line. A bar that extends past the line counts overlapping time more than once. A bar that ends before it misses time that
nothing in the trace accounts for.`;

const AND = new Intl.ListFormat("en-US");
/** As many providers have a place in the title. */
const MOST_TITLED = 3;

/** @param providers with at least one request each, at least one provider */
export function formulaFigure(providers: readonly Sums[]): Figure {
  const bars = providers.flatMap((each) =>
    LATENCIES.map((latency) => ({
      name: `${providerLabel(each.provider, 14)}, ${latency}: ${percent(shareOf(each, latency), 1)}`,
      mark: each.e2e_s / each.turns,
      values: { [ACTIVITY_TITLES.generation]: each.generation_s / each.turns, [ACTIVITY_TITLES.tool]: each[`${latency}_s`] / each.turns },
    })),
  );
  const longest = Math.max(...bars.flatMap(({ mark, values }) => [mark, Object.values(values).reduce((sum, value) => sum + value, 0)]));
  const x = linearDurationAxis(longest, { title: "Mean per request" });
  const finding = findingOf(providers);
  return {
    name: "e2e_formula",
    title: finding,
    subtitle: "Mean generation and tool time per request; the dark line is the measured mean response time.",
    coverage: coverageOf(providers),
    spec: figure(splitBars({ bars, parts: PARTS, x, label: durationCompact })),
    caption: `Two bars per provider, one for each way of timing tools. A bar past its line counts overlapping time more than once; a bar that ends before it misses unknown time. ${finding}.`,
    reading: READING,
    alt: `Stacked horizontal bars of mean generation and tool time per request by provider and kind of tool latency, each with a line at the measured mean response time. ${finding}.`,
  };
}

function coverageOf(providers: readonly Sums[]) {
  const { turns, dropped } = sumsOf(providers, ["turns", "dropped"]);
  return { shown: turns, of: turns + dropped, what: "requests", rest: "take no time" };
}

function shareOf(sums: Sums, latency: Latency): number {
  return (sums.generation_s + sums[`${latency}_s`]) / sums.e2e_s;
}

/** `Generation and tools add up to 105.9% (Claude) and 50.0% (Codex) of the response time` */
function findingOf(providers: readonly Sums[]): string {
  const shares = providers
    .slice(0, MOST_TITLED)
    .map((each) => `${percent(shareOf(each, "effective"), 1)} (${providerLabel(each.provider, 24)})`);
  return `Generation and tools add up to ${AND.format(shares)} of the response time`;
}
