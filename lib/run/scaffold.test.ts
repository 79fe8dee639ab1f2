import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { project } from "../testing/paths.ts";
import { runOn } from "../testing/reference-pools.ts";
import { samplePool } from "../testing/sample.ts";
import { loadExperiments } from "./discover.ts";
import { withGeneratedParts } from "./readme.ts";
import { scaffold } from "./scaffold.ts";

// Below the project, so that packages are found.
fs.mkdirSync(project("out"), { recursive: true });
const root = fs.mkdtempSync(project("out", "new-"));
const folder = scaffold("session/steps_made_here", root);
afterAll(() => fs.rmSync(root, { recursive: true, force: true }));

/** The status of the formatter, for a file that it would leave out where it is. */
function formatted(file: string): number | null {
  const words = ["format", "--stdin-file-path", "experiments/session/steps_made_here/experiment.ts"];
  const input = fs.readFileSync(file, "utf8");
  const { stdout, status } = spawnSync(project("node_modules", ".bin", "biome"), words, { cwd: project(), input, encoding: "utf8" });
  expect(stdout).toBe(input);
  return status;
}

describe("new", () => {
  it.each([
    ["nothing to split", "steps"],
    ["capitals", "Session/Steps"],
    ["a way out", "../steps"],
    ["three parts", "a/b/c"],
  ])("refuses a name with %s", (_what, id) => {
    expect(() => scaffold(id, root)).toThrow("is not a name for an experiment");
    expect(fs.readdirSync(root)).toEqual(["session"]);
  });

  it("makes a folder that runs, draws and has a true README; never over another", async () => {
    expect(fs.readdirSync(folder).sort()).toEqual(["README.md", "experiment.test.ts", "experiment.ts", "query.sql"]);
    expect(() => scaffold("session/steps_made_here", root)).toThrow(/exists; choose another name/);
    const experiment = (await loadExperiments(["session/steps_made_here"], [root])).at(-1);
    if (!experiment) throw new Error("not loaded");
    const pool = await samplePool();
    const result = await runOn(experiment, pool);
    expect([...result.figures, ...result.tables].map(({ name }) => name)).toEqual(["steps_made_here", "steps_made_here"]);
    const readme = fs.readFileSync(path.join(folder, "README.md"), "utf8");
    expect(withGeneratedParts(readme, experiment, result)).toBe(readme);
    for (const file of ["experiment.ts", "experiment.test.ts"]) expect(formatted(path.join(folder, file))).toBe(0);
  });

  describe("makes a test that passes:", () => import(path.join(folder, "experiment.test.ts")));
});
