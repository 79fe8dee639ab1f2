/** What experiments draw and write about a pool without steps. */
import { expect, it } from "vitest";
import { experimentIds } from "../artifacts/experiment-folders.ts";
import type { Result } from "../run/compute.ts";
import { loadExperiments } from "../run/discover.ts";
import { withPool } from "./pool.ts";
import { runOn } from "./run-on.ts";

const experiments = await loadExperiments(experimentIds());
/** They draw how something works, whatever the pool. */
const SCHEMATIC = ["llm_generation/output_attribution_schematic", "prefix_cache/timeout_miss_pattern"];

it.each(experiments.map((experiment) => [experiment.id, experiment] as const))("%s draws nothing and says so", async (id, experiment) => {
  const { figures, notes } = await withPool([], (pool) => runOn(experiment, pool));
  expect([figures.length > 0, notes[0] === experiment.empty]).toEqual(SCHEMATIC.includes(id) ? [true, false] : [false, true]);
});

it("no experiment writes that a share of nothing is 0 %", async () => {
  await withPool([], async (pool) => {
    const found: string[] = [];
    for (const experiment of experiments) {
      const texts = textsOf(await runOn(experiment, pool));
      found.push(...texts.filter((text) => /(^|[^\d.])0(\.0+)?\s?\\?%/.test(text)).map((text) => `${experiment.id}: ${text}`));
    }
    expect(found).toEqual([]);
  });
});

function textsOf({ headlines, notes, figures, texts }: Result): string[] {
  return [
    ...headlines.map(({ label, value }) => `${label}: ${value}`),
    ...notes,
    ...figures.flatMap(({ title, caption, alt }) => [title, caption, alt]),
    ...texts.flatMap(({ text }) => text.split("\n")),
  ];
}
