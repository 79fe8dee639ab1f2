/** The complete experiment that ARCHITECTURE.md shows is one. */
import fs from "node:fs";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { loadExperiments } from "../run/discover.ts";
import { project } from "./paths.ts";
import { rowsOf, runOn } from "./reference-pools.ts";
import { openSample } from "./sample.ts";

fs.mkdirSync(project("out"), { recursive: true });
const root = fs.mkdtempSync(project("out", "architecture-"));
afterAll(() => fs.rmSync(root, { recursive: true, force: true }));

it("runs and draws", async () => {
  const text = fs.readFileSync(project("ARCHITECTURE.md"), "utf8");
  const block = (language: string) => new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(text)?.[1] ?? "";
  const folder = path.join(root, "trace_facts", "model_share_by_week");
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, "query.sql"), block("sql"));
  // One folder deeper than the experiments of the project.
  fs.writeFileSync(path.join(folder, "experiment.ts"), block("ts").replaceAll("../../../lib/", "../../../../lib/"));
  const [experiment] = await loadExperiments(["trace_facts/model_share_by_week"], [root]);
  if (!experiment) throw new Error("not loaded");
  const pool = await openSample();
  try {
    const result = await runOn(experiment, pool);
    expect(result.figures.map(({ title }) => title)).toEqual([expect.stringMatching(/^\d+ models share the steps$/)]);
    expect(rowsOf(result).length).toBeGreaterThan(20);
  } finally {
    pool.close();
  }
});
