/** Figures of small and odd pools: none fails, cuts or overlaps its labels, or shows "All" next to the only provider. */
import fs from "node:fs";
import path from "node:path";
import { beforeAll, expect, it } from "vitest";
import { experimentIds } from "../artifacts/experiment-folders.ts";
import { headed } from "../chart/titles.ts";
import type { Experiment } from "../experiment.ts";
import { messageOf } from "../files/errors.ts";
import { figureProblems } from "../render/render.ts";
import type { Result } from "../run/compute.ts";
import { loadExperiments } from "../run/discover.ts";
import { ODD_POOLS } from "./odd-pools.ts";
import { withPool } from "./pool.ts";
import { runOn } from "./run-on.ts";

let experiments: readonly Experiment[];
beforeAll(async () => {
  experiments = await loadExperiments(experimentIds());
});

it.each(Object.entries(ODD_POOLS))("%s", async (name, steps) => {
  const isOfOneProvider = new Set(steps.map(({ provider }) => provider)).size === 1;
  const faults = await withPool(steps, async (pool) => {
    const found: string[] = [];
    for (const experiment of name.includes("tools") ? experiments.filter(namesTools) : experiments) {
      found.push(...(await faultsOf(await runOn(experiment, pool), isOfOneProvider)));
    }
    return found;
  });
  expect(faults).toEqual([]);
});

/** The others draw the same whatever tools are called. */
function namesTools({ folder }: Experiment): boolean {
  const queries = fs.readdirSync(folder).filter((file) => file.endsWith(".sql"));
  return queries.some((file) => fs.readFileSync(path.join(folder, file), "utf8").includes("tool_name"));
}

async function faultsOf({ figures }: Result, isOfOneProvider: boolean): Promise<string[]> {
  const faults: string[] = [];
  for (const figure of figures) {
    const { texts, problems } = await drawn(figure.name, headed(figure.spec, figure));
    faults.push(...problems.map((problem) => `${figure.name}: ${problem}`));
    const all = isOfOneProvider ? texts.find((text) => /^All($| \()/.test(text)) : undefined;
    if (all !== undefined) faults.push(`${figure.name}: ${JSON.stringify(all)} next to the only provider`);
  }
  return faults;
}

async function drawn(name: string, spec: Parameters<typeof figureProblems>[0]["spec"]) {
  try {
    return await figureProblems({ name, spec });
  } catch (error) {
    return { texts: [], problems: [messageOf(error)] };
  }
}
