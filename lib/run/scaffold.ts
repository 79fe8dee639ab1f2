/** `new <category>/<name>`: a folder with an experiment that runs, draws and passes its test, to be changed into another. */
import fs from "node:fs";
import path from "node:path";
import { UserError } from "../files/errors.ts";
import { makeFolder } from "../files/folder.ts";
import { projectFile } from "../files/program.ts";

/** Where a new experiment imports from: the checkout's own files, or the installed package. */
interface Imports {
  readonly contract: string;
  readonly axes: string;
  readonly grid: string;
  readonly rankedBars: string;
  readonly titles: string;
  readonly numbers: string;
  readonly pool: string;
  readonly runOn: string;
  readonly test: string;
}

/** From a folder to the files of this checkout. */
function importsFrom(folder: string): Imports {
  const lib = path.relative(folder, projectFile("lib")).replaceAll(path.sep, "/");
  return {
    contract: `${lib}/experiment.ts`,
    axes: `${lib}/chart/axes.ts`,
    grid: `${lib}/chart/grid.ts`,
    rankedBars: `${lib}/chart/ranked-bars.ts`,
    titles: `${lib}/chart/titles.ts`,
    numbers: `${lib}/format/numbers.ts`,
    pool: `${lib}/testing/pool.ts`,
    runOn: `${lib}/testing/reference-pools.ts`,
    test: "vitest",
  };
}

const ID = /^[a-z][a-z0-9_]*\/[a-z][a-z0-9_]*$/;

/**
 * Writes the folder below `root` and returns its path.
 * @throws UserError for a name that is not `category/name`, or a folder that exists
 */
export function scaffold(id: string, root: string): string {
  if (!ID.test(id))
    throw new UserError(
      `${JSON.stringify(id)} is not a name for an experiment; use category/name in lower-case letters, digits and _, e.g. session/steps_per_day.`,
    );
  const folder = path.join(root, id);
  if (fs.existsSync(folder)) throw new UserError(`${folder} exists; choose another name, or remove it first.`);
  makeFolder(folder);
  for (const [file, text] of Object.entries(filesOf(id, importsFrom(folder)))) fs.writeFileSync(path.join(folder, file), text);
  return folder;
}

function filesOf(id: string, imports: Imports): Record<string, string> {
  const name = id.split("/")[1] ?? id;
  const words = name.replaceAll("_", " ");
  const title = `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
  return {
    "query.sql": QUERY,
    "experiment.ts": experimentText(title, imports),
    "experiment.test.ts": testText(imports),
    "README.md": readmeText(title),
  };
}

const QUERY = `-- Agent steps by model.
--
-- Grain:   one row per model, most steps first.
-- Columns: model
--          steps   agent steps
SELECT model, count(*) AS steps
FROM rounds
WHERE model IS NOT NULL
GROUP BY model
ORDER BY steps DESC, model
`;

const QUESTION = "Which models take the most agent steps?";
const READING = "One bar per model, as long as its number of agent steps. A long first bar: one model does most of the work.";

function experimentText(title: string, imports: Imports): string {
  return `import { countAxis } from "${imports.axes}";
import { figure } from "${imports.grid}";
import { rankedBars } from "${imports.rankedBars}";
import { figureTitle } from "${imports.titles}";
import { defineExperiment, query, table } from "${imports.contract}";
import { grouped } from "${imports.numbers}";

const STEPS = query("query.sql", { model: "text", steps: "number" });
/** Bars that fit a figure. */
const MOST_BARS = 12;

export default defineExperiment(import.meta.url, {
  title: ${JSON.stringify(title)},
  question: "${QUESTION}",
  empty: "No agent step in this pool names its model.",
  async run({ db }) {
    const rows = await db.rows(STEPS);
    const tables = [
      table(
        "steps_by_model",
        rows,
        {
          model: { of: (row) => row.model, says: "Model of the steps" },
          steps: { of: (row) => row.steps, says: "Agent steps", unit: "steps" },
        },
        { title: "Steps by model", caption: "One row per model, most steps first." },
      ),
    ];
    const [first] = rows;
    if (!first) return { tables };
    const total = rows.reduce((sum, row) => sum + row.steps, 0);
    const finding = \`\${first.model} takes \${grouped(first.steps)} of \${grouped(total)} steps\`;
    const drawn = rows.slice(0, MOST_BARS);
    return {
      tables,
      figures: [
        {
          name: "steps_by_model",
          title: finding,
          spec: figure(
            rankedBars({
              bars: drawn.map(({ model, steps }) => ({ name: model, value: steps, label: grouped(steps) })),
              x: countAxis(1.1 * first.steps, { title: "Agent steps" }),
            }),
            figureTitle(finding, \`Agent steps by model; \${grouped(drawn.length)} of \${grouped(rows.length)} models are drawn\`),
          ),
          caption: \`Agent steps by model. \${finding}.\`,
          alt: \`Horizontal bars of agent steps by model. \${finding}.\`,
          reading: "${READING}",
        },
      ],
      headlines: [{ label: "agent steps with a model", value: grouped(total) }],
    };
  },
});
`;
}

function testText(imports: Imports): string {
  return `import { expect, it } from "${imports.test}";
import { withPool } from "${imports.pool}";
import { rowsOf, runOn } from "${imports.runOn}";
import experiment from "./experiment.ts";

it.each([
  ["counts steps by model", [{ model: "b" }, { model: "b" }], [["b", 2]]],
  ["leaves out steps without a model", [{ model: null }, { model: "a" }], [["a", 1]]],
  ["has a table without rows for an empty pool", [], []],
])("%s", async (_what, steps, expected) => {
  const result = await withPool(steps, (pool) => runOn(experiment, pool));
  expect(rowsOf(result).map(({ model, steps }) => [model, steps])).toEqual(expected);
  expect(result.figures).toHaveLength(expected.length > 0 ? 1 : 0);
});
`;
}

function readmeText(title: string): string {
  return `# ${title}

${QUESTION}

## Data

Every row of \`rounds\` with a \`model\` ([query.sql](query.sql)).

## Method

Steps are counted by model.

## Limits

Steps without a model are left out.

<!-- Generated from experiment.ts by \`npm run readmes\`: everything from here to the end. -->

## Figures

### \`steps_by_model.png\`

${READING}

## Tables

### \`steps_by_model.csv\`

Steps by model. One row per model, most steps first.

| column  | unit  | meaning            |
| ------- | ----- | ------------------ |
| \`model\` |       | Model of the steps |
| \`steps\` | steps | Agent steps        |
`;
}
