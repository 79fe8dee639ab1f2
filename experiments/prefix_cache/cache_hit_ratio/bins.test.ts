import { expect, it } from "vitest";
import { withPool } from "../../../lib/testing/pool.ts";
import { rowsOf, runOn } from "../../../lib/testing/reference-pools.ts";
import experiment from "./experiment.ts";

/** A step of a million tokens; with more prefix than input, the append is negative. */
const step = (ratio: number) => ({
  provider: "claude",
  prefix_tokens: Math.round(ratio * 1e9),
  newly_append_tokens: 1e9 - Math.round(ratio * 1e9),
  timing_events: [{ event_type: "tool_result" }],
});

it.each([
  [0, "0", "<10%", "lt_0_5"],
  [1e-9, "(0,.01]", "<10%", "lt_0_5"],
  [-0.5, "(0,.01]", "<10%", "lt_0_5"],
  [0.1, "(.05,.10]", "10-40%", "lt_0_5"],
  [0.4, "(.20,.40]", "40-80%", "lt_0_5"],
  [0.5, "(.40,.60]", "40-80%", "0_5_to_0_9"],
  [0.8, "(.60,.80]", "80%+", "0_5_to_0_9"],
  [0.9, "(.80,.90]", "80%+", "gte_0_9"],
  [0.995, "(.99,.995]", "80%+", "gte_0_9"],
  [1, "(.995,1]", "80%+", "gte_0_9"],
  [1.2, "(.995,1]", "80%+", "gte_0_9"],
])("a hit ratio of %s is in %s, %s and %s", async (ratio, fine, coarse, band) => {
  const result = await withPool([step(ratio)], (pool) => runOn(experiment, pool));
  const filled = (table: string, column: string) =>
    rowsOf(result, table)
      .filter(({ scope, trigger, rounds }) => scope === "merged" && trigger === "all" && rounds === 1)
      .map((row) => row[column]);
  expect(filled("cache_hit_ratio_bins", "bin")).toEqual([fine]);
  expect(filled("cache_hit_ratio_round_split", "hit_ratio_bucket")).toEqual([coarse]);
  const [summary] = rowsOf(result, "cache_hit_ratio_summary");
  const bands = ["lt_0_5", "0_5_to_0_9", "gte_0_9"].filter((name) => summary?.[`round_hit_${name}_pct`] === "100.00%");
  expect(bands).toEqual([band]);
});
