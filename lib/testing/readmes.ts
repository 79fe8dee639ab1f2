/** `npm run readmes [-- <id> …]`: writes the generated parts of experiments' READMEs, from a run on the bundled sample. */
import fs from "node:fs";
import path from "node:path";
import { experimentIds } from "../artifacts/experiment-folders.ts";
import { UserError } from "../files/errors.ts";
import { print, say } from "../files/say.ts";
import { counted } from "../format/counts.ts";
import { selectIds } from "../run/discover.ts";
import { withGeneratedParts } from "../run/readme.ts";
import { project } from "./paths.ts";
import { type SampleResult, withSample } from "./sample.ts";

try {
  const ids = selectIds(experimentIds(), process.argv.slice(2));
  await withSample(async (results) => {
    const changed = results.filter(({ experiment }) => ids.includes(experiment.id)).flatMap(updated);
    for (const file of changed) print(`changed ${path.relative(project(), file)}`);
    if (changed.length === 0) print(`${counted(ids.length, "README")} checked, all up to date`);
  }, ids);
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  say(error.message);
  process.exitCode = error.exitCode;
}

/** The README's path if it had to be written. */
function updated({ experiment, result }: SampleResult): string[] {
  const file = path.join(experiment.folder, "README.md");
  const before = fs.readFileSync(file, "utf8");
  const after = withGeneratedParts(before, experiment, result);
  if (after === before) return [];
  fs.writeFileSync(file, after);
  return [file];
}
