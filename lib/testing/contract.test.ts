/** What every experiment promises, on the bundled sample: queries return what is declared, specs are valid, READMEs are true. */
import fs from "node:fs";
import path from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import { globSync } from "tinyglobby";
import type { TopLevelSpec } from "vega-lite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { experimentIds } from "../artifacts/experiment-folders.ts";
import type { Spec } from "../chart/spec.ts";
import type { Pool } from "../db/open/pool.ts";
import type { Experiment } from "../experiment.ts";
import { relationNames, relationsOf } from "../relations/relations.ts";
import { prepareSpec } from "../render/prepare-spec.ts";
import { compileSpec } from "../render/render.ts";
import type { Result } from "../run/compute.ts";
import { loadExperiments } from "../run/discover.ts";
import { README_HEADINGS, withGeneratedParts } from "../run/readme.ts";
import { project } from "./paths.ts";
import { openSample, shownOn } from "./sample.ts";
import { unreadableNumbers } from "./title-numbers.ts";
import { tooltipFaults } from "./tooltip-faults.ts";

let pool: Pool;
beforeAll(async () => {
  pool = await openSample();
});
afterAll(() => pool.close());

/** A validator for the JSON schema that a package ships; formats are for editors. */
function validator(file: string): ValidateFunction {
  const schema = JSON.parse(fs.readFileSync(project("node_modules", file), "utf8")) as object;
  return new Ajv({ strict: false, allErrors: false, validateFormats: false }).compile(schema);
}
const isVegaLite = validator("vega-lite/build/vega-lite-schema.json");
const isVega = validator("vega/build/vega-schema.json");

function problemOf(validate: ValidateFunction, spec: unknown): string | null {
  // The schema describes files: what a spec holds beyond JSON, such as undefined, is not in them.
  return validate(JSON.parse(JSON.stringify(spec))) ? null : `${validate.errors?.[0]?.instancePath} ${validate.errors?.[0]?.message}`;
}

/** Whether SQL reads a table of this name that it does not define itself. */
function readsTable(sql: string, name: string): boolean {
  const code = sql.replace(/--.*/g, "");
  const reads = new RegExp(`\\b(FROM|JOIN)\\s+${name}\\b`, "i");
  const defines = new RegExp(`\\b${name}\\s+AS\\s+((NOT\\s+)?MATERIALIZED\\s+)?\\(`, "i");
  return reads.test(code) && !defines.test(code);
}

it("every query names the relations that it reads: without that it depends on which experiments ran before", () => {
  const unnamed = globSync(["experiments/*/*/*.sql", "lib/relations/*.sql"], { cwd: project() }).flatMap((file) => {
    const sql = fs.readFileSync(project(file), "utf8");
    const missing = relationNames().filter((name) => readsTable(sql, name) && !relationsOf(sql).includes(name));
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

  it(`${id} has words for every mark that a reader can point at`, async () => {
    for (const { name, spec } of result.figures) expect(await tooltipFaults(name, spec), name).toEqual([]);
  });

  it(`${id} calls its figures what is drawn over them`, () => {
    const called = result.figures.map(({ title, spec }) => [
      title,
      "title" in spec && spec.title !== undefined ? titleText(spec.title) : title,
    ]);
    for (const [title, drawn] of called) expect(drawn).toBe(title);
  });

  it(`${id} has no number in a title that can't be read off the figure`, () => {
    const unreadable = result.figures.flatMap((figure) => {
      const numbers = unreadableNumbers(figure);
      return numbers.length === 0 ? [] : [[figure.name, numbers]];
    });
    expect(unreadable).toEqual([]);
  });

  it(`${id} draws specs that are valid before and after they are compiled`, () => {
    const problems = result.figures.flatMap(({ name, spec }) => [
      `${name}: ${problemOf(isVegaLite, spec)}`,
      `${name}: ${problemOf(isVega, compileSpec(name, prepareSpec({ name, spec: spec as TopLevelSpec })))}`,
    ]);
    expect(problems.filter((problem) => !problem.endsWith(": null"))).toEqual([]);
  });
});

function titleText(title: NonNullable<Spec["title"]>): unknown {
  return typeof title === "object" && "text" in title ? title.text : title;
}
