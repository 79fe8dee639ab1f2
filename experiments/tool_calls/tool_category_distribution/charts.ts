/** Figure: calls and time by category, a panel per provider. */
import { grid } from "../../../lib/chart/grid.ts";
import { providerLabel, providerOrder } from "../../../lib/chart/palette.ts";
import { providerColor } from "../../../lib/chart/theme.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { hoursCompact, MS_PER_H } from "../../../lib/format/durations.ts";
import { percent } from "../../../lib/format/numbers.ts";
import { at } from "../../../lib/stats/known.ts";
import { sumOf, sumsOf } from "../../../lib/stats/sum.ts";
import {
  BOXES_SUBTITLE,
  coverageHeading,
  coverageSentence,
  latencyAxisOf,
  latencyCoverage,
  latencyPanel,
} from "../../../lib/trace/latency-panels.ts";
import type { CategoryLatencies } from "./measure.ts";

/** Calls of a provider by category, most calls first. */
type Group = ReturnType<typeof groupOf>;

/** @param categories of each provider, some with a positive latency */
export function categoriesFigure(categories: readonly CategoryLatencies[]): Figure {
  const groups = providerOrder(categories.map(({ provider }) => provider))
    .map((provider) =>
      groupOf(
        provider,
        categories.filter((row) => row.provider === provider),
      ),
    )
    .filter(({ measured }) => measured > 0);
  const names = groups.map(({ provider }) => provider);
  const x = latencyAxisOf(groups.flatMap(({ rows }) => rows));
  const facts = groups.map((group) => `${percent(group.slow_ms / group.total_ms, 1)} (${providerLabel(group.provider)})`).join(", ");
  return {
    name: "tool_category_dashboard",
    title: `Most time: ${groups.map(leaderOf).join(", ")}`,
    subtitle: BOXES_SUBTITLE,
    coverage: latencyCoverage(groups),
    spec: grid(
      groups.map((group) =>
        latencyPanel({
          rows: group.rows,
          nameOf: ({ category }) => category.label,
          x,
          color: providerColor(group.provider, names),
          columns: [
            { heading: "of all", width: 52, texts: group.rows.map(({ total_ms }) => percent((total_ms ?? 0) / group.total_ms)) },
            {
              heading: "Over a minute",
              width: 106,
              texts: group.rows.map(({ slow_ms, total_ms }) => (total_ms === null ? "" : percent(slow_ms / total_ms))),
            },
          ],
          heading: `${coverageHeading(group)}, ${hoursCompact(group.total_ms / MS_PER_H)}`,
        }),
      ),
      { spacing: 40 },
    ),
    caption: `Seven categories, most calls first; what is in no list is Other. The last column is the share of a category's time in calls of a minute or more, over all categories ${facts}. ${groups.map(coverageSentence).join(" ")}`,
    reading: `Compare the number of calls of a category with its time: a category with few calls and much time is slow per call or waits for a person.
\`of all\` is its share of the provider's time. Where \`Over a minute\` is high, the time of the category is in its slow tail, which a median does not show.`,
    alt: `Box plots of latency by category on a log axis, a panel per provider, with the number of calls, the median and the summed time in columns. Most time: ${groups.map(leaderOf).join(", ")}.`,
  };
}

function groupOf(provider: string, rows: readonly CategoryLatencies[]) {
  return {
    provider,
    rows,
    ...sumsOf(rows, ["calls", "zero", "measured", "slow_ms"]),
    total_ms: sumOf(rows, ({ total_ms }) => total_ms ?? 0),
  };
}

/** `Shell / command 99% (Codex)`. */
function leaderOf({ provider, rows, total_ms }: Group): string {
  const most = at(
    rows.toSorted((a, b) => (b.total_ms ?? 0) - (a.total_ms ?? 0)),
    0,
  );
  return `${most.category.label} ${percent((most.total_ms ?? 0) / total_ms)} (${providerLabel(provider)})`;
}
