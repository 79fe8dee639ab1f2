// A program that runs experiments, its own and a bundled one.
import { loadExperiments, openPool, runExperiments } from "trace-atlas";
import own from "./experiments/mine/steps_by_model/experiment.js";

const [database = "", out = ""] = process.argv.slice(2);
const pool = await openPool(database);
try {
  const experiments = [own, ...(await loadExperiments("volume_over_time"))];
  const outcomes = await runExperiments({ pool, experiments, out, onDone: ({ id, state }) => console.log(state, id) });
  process.exitCode = outcomes.every(({ state }) => state === "ran") ? 0 : 1;
} finally {
  pool.close();
}
