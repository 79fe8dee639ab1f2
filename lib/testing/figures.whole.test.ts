/** What every experiment promises of its figures, on the bundled sample: specs are valid, marks have words, titles can be checked. */
import fs from "node:fs";
import { Ajv, type ValidateFunction } from "ajv";
import type { TopLevelSpec } from "vega-lite";
import { beforeAll, describe, expect, it } from "vitest";
import { experimentIds } from "../artifacts/experiment-folders.ts";
import type { Pool } from "../db/open/pool.ts";
import { prepareSpec } from "../render/prepare-spec.ts";
import { compileSpec } from "../render/render.ts";
import type { Result } from "../run/compute.ts";
import { loadExperiments } from "../run/discover.ts";
import { at } from "../stats/known.ts";
import { project } from "./paths.ts";
import { samplePool, shownOn } from "./sample.ts";
import { unreadableNumbers } from "./title-numbers.ts";
import { tooltipFaults } from "./tooltip-faults.ts";

let pool: Pool;
beforeAll(async () => {
  pool = await samplePool();
});

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

describe.each(experimentIds())("%s", (id) => {
  let result: Result;
  beforeAll(async () => {
    result = await shownOn(pool, at(await loadExperiments([id]), -1));
  });

  it(`${id} has words for every mark that a reader can point at`, async () => {
    for (const { name, spec } of result.figures) expect(await tooltipFaults(name, spec), name).toEqual([]);
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
