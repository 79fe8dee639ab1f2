/** What every experiment promises, on the bundled sample: queries return what is declared, READMEs are true. Of figures, see `figures.whole.test.ts`. */
import fs from "node:fs";
import path from "node:path";
import { globSync } from "tinyglobby";
import { beforeAll, describe, expect, it } from "vitest";
import { experimentIds } from "../artifacts/experiment-folders.ts";
import type { Spec } from "../chart/spec.ts";
import type { Pool } from "../db/open/pool.ts";
import type { Experiment } from "../experiment.ts";
import { relationNames, relationsOf } from "../relations/relations.ts";
import type { Result } from "../run/compute.ts";
import { loadExperiments } from "../run/discover.ts";
import { README_HEADINGS, withGeneratedParts } from "../run/readme.ts";
import { project } from "./paths.ts";
import { samplePool, shownOn } from "./sample.ts";

let pool: Pool;
beforeAll(async () => {
  pool = await samplePool();
});

/** Relations that SQL reads and does not define itself. */
function relationsRead(sql: string): string[] {
  const code = sql.replace(/--.*/g, "");
  return RELATIONS.filter(({ reads, defines }) => reads.test(code) && !defines.test(code)).map(({ name }) => name);
}

const RELATIONS = relationNames().map((name) => ({
  name,
  reads: new RegExp(`\\b(FROM|JOIN)\\s+${name}\\b`, "i"),
  defines: new RegExp(`\\b${name}\\s+AS\\s+((NOT\\s+)?MATERIALIZED\\s+)?\\(`, "i"),
}));

it("every query names the relations that it reads: without that it depends on which experiments ran before", () => {
  const unnamed = globSync(["experiments/*/*/*.sql", "lib/relations/*.sql"], { cwd: project() }).flatMap((file) => {
    const sql = fs.readFileSync(project(file), "utf8");
    const named = relationsOf(sql);
    const missing = relationsRead(sql).filter((name) => !named.includes(name));
    return missing.map((name) => `${file} needs -- uses: ${name}`);
  });
  expect(unnamed).toEqual([]);
});

describe.each(experimentIds())("%s", (id) => {
  let experiment: Experiment;
  let result: Result;
  beforeAll(async () => {
    experiment = (await loadExperiments([id])).at(-1) as Experiment;
    result = await shownOn(pool, experiment);
  });

  it(`${id} has a README with the required headings and the parts that its declarations generate`, () => {
    const readme = fs.readFileSync(path.join(experiment.folder, "README.md"), "utf8");
    expect(readme, `run npm run readmes -- ${id}`).toBe(withGeneratedParts(readme, experiment, result));
    expect(readme.split("\n").filter((line) => (README_HEADINGS as readonly string[]).includes(line))).toEqual(README_HEADINGS);
  });

  it(`${id} has a test`, () => expect(fs.readdirSync(experiment.folder)).toContain("experiment.test.ts"));

  it(`${id} says what is in every column and file, and how to read every figure`, () => {
    const unsaid = [
      ...result.tables.flatMap(({ name, columns }) => columns.filter(({ says }) => !says).map((column) => `${name}.${column.name}`)),
      ...[...result.documents, ...result.texts].filter(({ says }) => !says).map(({ name }) => name),
      ...result.figures.filter(({ reading }) => !reading).map(({ name }) => name),
      ...(experiment.empty ? [] : ["empty"]),
    ];
    expect(unsaid).toEqual([]);
  });

  it(`${id} calls its figures what is drawn over them`, () => {
    const called = result.figures.map(({ title, spec }) => [
      title,
      "title" in spec && spec.title !== undefined ? titleText(spec.title) : title,
    ]);
    for (const [title, drawn] of called) expect(drawn).toBe(title);
  });
});

function titleText(title: NonNullable<Spec["title"]>): unknown {
  return typeof title === "object" && "text" in title ? title.text : title;
}
