/** Experiments under way at once share the engine's memory. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Experiment } from "../experiment.ts";
import { loadExperiments, type Outcome, runExperiments } from "../index.ts";
import { withPool } from "../testing/pool.ts";

const IDS = ["trace_facts/paper_macros", "trace_facts/volume_over_time", "validation/integrity"];
const [POOR = ""] = IDS;
const root = fs.mkdtempSync(path.join(os.tmpdir(), "out-of-memory-"));
let experiments: Experiment[];
beforeAll(async () => {
  experiments = await loadExperiments(...IDS);
});
afterAll(() => fs.rmSync(root, { recursive: true }));

/** The first of the experiments, without memory so many times. */
function poor(times: number): Experiment[] {
  let left = times;
  return experiments.map((experiment) => ({
    ...experiment,
    run: async (context) => {
      if (experiment.id === POOR && left-- > 0) throw new Error("Out of Memory Error: could not allocate block");
      return experiment.run(context);
    },
  }));
}

it.each<[what: string, times: number, jobs: number, state: Outcome["state"]]>([
  ["runs again, after the others", 1, 2, "ran"],
  ["fails when it has too little alone, too", 2, 2, "failed"],
  ["fails where it was alone", 1, 1, "failed"],
])("an experiment without memory %s", async (what, times, jobs, state) => {
  const done: string[] = [];
  const outcomes = await withPool([{ prefix_tokens: 5 }], (pool) =>
    runExperiments({ pool, experiments: poor(times), out: path.join(root, what), jobs, onDone: ({ id }) => done.push(id) }),
  );
  const states = Object.fromEntries(outcomes.map((outcome) => [outcome.id, outcome.state]));
  expect(states).toEqual({ ...Object.fromEntries(IDS.map((id) => [id, "ran"])), [POOR]: state });
  expect(done.indexOf(POOR)).toBe(jobs === 1 ? 0 : IDS.length - 1);
});
