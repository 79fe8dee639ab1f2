/** An experiment as a program of its own: `npx tsx experiments/<category>/<name>/experiment.ts --db … -o …`. */
import type { Experiment } from "../experiment.ts";
import { runAlone } from "./cli.ts";

export async function runStandalone(experiment: Experiment): Promise<void> {
  process.exitCode = await runAlone(experiment, process.argv.slice(2));
}
