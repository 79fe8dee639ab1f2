/** `npm run readmes [-- <id> …]`: writes the generated parts of experiments' READMEs, from a run on the bundled sample. */
import fs from "node:fs";
import path from "node:path";
import { withGeneratedParts } from "../run/readme.ts";
import { withSample } from "./sample.ts";

const ids = process.argv.slice(2);
await withSample(
  async (results) => {
    for (const { experiment, result } of results.filter(({ experiment }) => ids.length === 0 || ids.includes(experiment.id))) {
      const file = path.join(experiment.folder, "README.md");
      fs.writeFileSync(file, withGeneratedParts(fs.readFileSync(file, "utf8"), experiment, result));
    }
  },
  ids.length > 0 ? ids : undefined,
);
