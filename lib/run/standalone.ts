/** An experiment as a program of its own: `npx tsx experiments/<category>/<name>/experiment.ts --db … -o …`. */

import { runAlone } from "../cli/main.ts";
import type { Experiment } from "../experiment.ts";

export async function runStandalone(experiment: Experiment): Promise<void> {
  process.exitCode = await runAlone(experiment, process.argv.slice(2));
}
