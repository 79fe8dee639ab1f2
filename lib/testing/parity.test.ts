/** The published tables of pool X that are in the repository: data/pool-x/README.md. */
import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import type { Result } from "../run/compute.ts";
import { loadExperiments } from "../run/discover.ts";
import { groupBy } from "../stats/group-by.ts";
import { csvDifferences, type Exception, jsonDifferences } from "./agreement.ts";
import { project } from "./paths.ts";
import { asPublished, csvOf, runOn, withReferencePool } from "./reference-pools.ts";

const GOLDEN = project("data", "pool-x", "golden");
const EXCEPTIONS = JSON.parse(fs.readFileSync(project(".ci", "parity-exceptions.json"), "utf8")) as readonly Exception[];

const files = (fs.readdirSync(GOLDEN, { recursive: true }) as string[]).filter((file) => /\.(csv|json)$/.test(file)).sort();
const byExperiment = groupBy(files, (file) => path.dirname(file));

describe("on pool X", () => {
  it.each([...byExperiment])("%s has the published values", async (id, golden) => {
    const [experiment] = (await loadExperiments([id])).slice(-1);
    if (!experiment) throw new Error(`there is no experiment ${id}`);
    const result = await withReferencePool("pool-x", (pool) => runOn(experiment, pool));
    expect(Object.fromEntries(golden.map((file) => [file, differences(file, result)]))).toEqual(
      Object.fromEntries(golden.map((file) => [file, []])),
    );
  });
});

function differences(file: string, result: Result): string[] {
  const excused = (column: string) => EXCEPTIONS.some((exception) => exception.file === file && [column, "*"].includes(exception.column));
  const published = fs.readFileSync(path.join(GOLDEN, file), "utf8");
  const name = path.basename(file);
  if (name.endsWith(".csv")) {
    const table = result.tables.find((candidate) => `${candidate.name}.csv` === name);
    return table ? csvDifferences(published, csvOf(table), excused).slice(0, 5) : [`there is no table ${name}`];
  }
  const document =
    name === "headline.json" ? { value: asPublished(result.headlines) } : result.documents.find((candidate) => candidate.name === name);
  return document
    ? jsonDifferences(JSON.parse(published), JSON.parse(JSON.stringify(document.value)), excused).slice(0, 5)
    : [`there is no document ${name}`];
}
