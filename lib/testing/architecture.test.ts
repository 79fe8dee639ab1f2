/** The complete experiment that ARCHITECTURE.md shows, pasted into what `new` makes. */
import fs from "node:fs";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { loadExperiments } from "../run/discover.ts";
import { withGeneratedParts } from "../run/readme.ts";
import { scaffold } from "../run/scaffold.ts";
import { at } from "../stats/known.ts";
import { project } from "./paths.ts";
import { rowsOf, runOn } from "./reference-pools.ts";
import { samplePool } from "./sample.ts";

const ID = "trace_facts/model_share_by_week";

fs.mkdirSync(project("out"), { recursive: true });
const root = fs.mkdtempSync(project("out", "architecture-"));
afterAll(() => fs.rmSync(root, { recursive: true, force: true }));

const folder = scaffold(ID, root);
const text = fs.readFileSync(project("ARCHITECTURE.md"), "utf8");
const block = (language: string) => at(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(text) ?? [], 1);
fs.writeFileSync(path.join(folder, "query.sql"), block("sql"));
// One folder deeper than the experiments of the project.
fs.writeFileSync(path.join(folder, "experiment.ts"), block("ts").replaceAll("../../../lib/", "../../../../lib/"));

it("runs, draws and has a README that can be generated", async () => {
  const experiment = at(await loadExperiments([ID], [root]), -1);
  const pool = await samplePool();
  const result = await runOn(experiment, pool);
  expect(result.figures.map(({ title }) => title)).toEqual([expect.stringMatching(/^\S+ takes \d+% of the steps in the last week$/)]);
  expect(rowsOf(result).length).toBeGreaterThan(20);
  const readme = withGeneratedParts(fs.readFileSync(path.join(folder, "README.md"), "utf8"), experiment, result);
  expect(readme).toContain("| `share` | share | Share of the week's steps |");
});

describe("passes the test that `new` made", async () => {
  await import(path.join(folder, "experiment.test.ts"));
});
