/** A share of nothing is not 0 %: what experiments write about a pool without steps. */
import { expect, it } from "vitest";
import { experimentIds } from "../artifacts/experiment-folders.ts";
import type { Result } from "../run/compute.ts";
import { loadExperiments } from "../run/discover.ts";
import { withPool } from "./pool.ts";
import { runOn } from "./run-on.ts";

it("no experiment writes a percentage about an empty pool", async () => {
  const experiments = await loadExperiments(experimentIds());
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
