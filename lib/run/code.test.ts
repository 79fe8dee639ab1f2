import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { EXPERIMENTS_FOLDER } from "../artifacts/experiment-folders.ts";
import type { Experiment } from "../experiment.ts";
import { experimentSources, rendererHash } from "./code.ts";

const sourcesOf = async (folder: string) => {
  const experiment = { id: "category/name", folder } as Experiment;
  return ((await experimentSources([experiment])).get(experiment.id) ?? []).map((source) => source.path);
};

function elsewhere(files: Readonly<Record<string, string>>): string {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), "elsewhere-"));
  for (const [file, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(home, file)), { recursive: true });
    fs.writeFileSync(path.join(home, file), text);
  }
  return path.join(home, "mine/category/name");
}

describe("the sources of an experiment", () => {
  it("are its own modules and queries, the relations these read and the modules of the project it imports", async () => {
    const sources = await sourcesOf(path.join(EXPERIMENTS_FOLDER, "session/session_token_steps"));
    expect(sources).toEqual(
      expect.arrayContaining([
        "experiments/session/session_token_steps/experiment.ts",
        "experiments/session/session_token_steps/selection.ts",
        "lib/chart/theme.ts",
        "lib/experiment.ts",
      ]),
    );
    expect(sources.filter((file) => file.startsWith("lib/relations/")).length).toBeGreaterThan(0);
    expect(sources.filter((file) => /\.test\.ts$|node_modules|lib\/run|lib\/cli/.test(file))).toEqual([]);
  });

  it.each([
    ["TypeScript", "ts", 'import type { A } from "./types.ts";\nexport const x = (a: A): string => a.toString();\n'],
    ["JavaScript", "js", "export const x = (a) => a / 2 / /[/]/.exec('').length;\n"],
  ])("may be %s outside the project", async (_, ending, helper) => {
    const folder = elsewhere({
      [`mine/category/name/experiment.${ending}`]: `import { table } from "trace-atlas";\nimport { x } from "./helper.${ending}";\nexport * from "../shared.${ending}";\nawait import("./later.${ending}");\n`,
      [`mine/category/name/helper.${ending}`]: helper,
      [`mine/category/shared.${ending}`]: 'import "./name/helper.js";\n'.replace(".js", `.${ending}`),
      "mine/category/name/query.sql": "-- uses: step_times\nSELECT 1\n",
    });
    const sources = await sourcesOf(folder);
    expect(sources.filter((file) => !file.startsWith("lib/relations/")).sort()).toEqual([
      `mine/category/name/experiment.${ending}`,
      `mine/category/name/helper.${ending}`,
      "mine/category/name/query.sql",
      `mine/category/shared.${ending}`,
    ]);
    expect(sources).toContain("lib/relations/step_times.sql");
  });

  it.each([
    ["no module", { "mine/category/name/query.sql": "SELECT 1" }, "No experiment in"],
    ["a module that can't be read", { "mine/category/name/experiment.ts": 'import x from "./a.ts"; const y = `${' }, "The imports of"],
  ])("with %s are refused in one sentence", async (_, files, sentence) => expect(sourcesOf(elsewhere(files))).rejects.toThrow(sentence));
});

it("what draws has a hash", async () => expect(await rendererHash()).toMatch(/^[0-9a-f]{64}$/));
