/** `new <category>/<name>`: a folder with an experiment that runs, draws and passes its test, to be changed into another. */
import fs from "node:fs";
import path from "node:path";
import { UserError } from "../files/errors.ts";
import { makeFolder } from "../files/folder.ts";
import { BUILT, projectFile } from "../files/program.ts";

/** What a new experiment and its test import, by module of `lib`. */
const OF_EXPERIMENT = {
  "chart/axes.ts": "countAxis",
  "chart/grid.ts": "figure",
  "chart/ranked-bars.ts": "rankedBars",
  "chart/titles.ts": "figureTitle",
  "experiment.ts": "defineExperiment, query, table",
  "format/numbers.ts": "grouped",
};
const OF_TEST = { "testing/pool.ts": "withPool", "testing/run-on.ts": "rowsOf, runOn" };

/** From the files of the checkout, or by the name of the installed package. */
function importLines(names: Readonly<Record<string, string>>, folder: string): string {
  const byModule = new Map<string, string[]>();
  for (const [file, list] of Object.entries(names)) {
    const from = BUILT ? exportOf(file) : path.relative(folder, projectFile(`lib/${file}`)).replaceAll(path.sep, "/");
    byModule.set(from, [...(byModule.get(from) ?? []), list]);
  }
  return [...byModule].map(([from, lists]) => `import { ${lists.join(", ")} } from "${from}";\n`).join("");
}

/** `trace-atlas/chart` for `chart/axes.ts` */
function exportOf(file: string): string {
  return file.includes("/") ? `trace-atlas/${path.posix.dirname(file)}` : "trace-atlas";
}

/** Node reads TypeScript from 22.18 on; a checkout brings a loader. */
const ENDING = !BUILT || ("typescript" in process.features && process.features.typescript) ? "ts" : "js";

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
  for (const [file, text] of Object.entries(filesOf(id, folder))) fs.writeFileSync(path.join(folder, file), text);
  return folder;
}

function filesOf(id: string, folder: string): Record<string, string> {
  const name = id.split("/")[1] ?? id;
  const words = name.replaceAll("_", " ");
  const title = `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
  return {
    "query.sql": QUERY,
    [`experiment.${ENDING}`]: importLines(OF_EXPERIMENT, folder) + experimentText(name, title),
    [`experiment.test.${ENDING}`]: `import { expect, it } from "vitest";\n${importLines(OF_TEST, folder)}${TEST}`,
    "README.md": readmeText(name, title),
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

function experimentText(name: string, title: string): string {
  return `
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
        "${name}",
        rows,
        {
          model: { says: "Model of the steps" },
          steps: { says: "Agent steps", unit: "steps" },
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
          name: "${name}",
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

const TEST = `import experiment from "./experiment.${ENDING}";

it.each([
  ["counts steps by model", ["b", "b"], [["b", 2]]],
  ["leaves out steps without a model", [null, "a"], [["a", 1]]],
  ["has a table without rows for an empty pool", [], []],
])("%s", async (_what, models, expected) => {
  const steps = models.map((model) => ({ model, timing_events: [{ event_type: "text", timestamp: "2026-01-05T00:00:00Z" }] }));
  const result = await withPool(steps, (pool) => runOn(experiment, pool));
  expect(rowsOf(result).map(({ model, steps }) => [model, steps])).toEqual(expected);
  expect(result.figures).toHaveLength(expected.length > 0 ? 1 : 0);
});
`;

const GENERATED = "<!-- Generated from experiment.ts by `npm run readmes`: everything from here to the end. -->\n\n";

function readmeText(name: string, title: string): string {
  return `# ${title}

${QUESTION}

## Data

Every row of \`rounds\` with a \`model\` ([query.sql](query.sql)).

## Method

Steps are counted by model.

## Limits

Steps without a model are left out.

${BUILT ? "" : GENERATED}## Figures

### \`${name}.png\`

${READING}

## Tables

### \`${name}.csv\`

Steps by model. One row per model, most steps first.

| column  | unit  | meaning            |
| ------- | ----- | ------------------ |
| \`model\` |       | Model of the steps |
| \`steps\` | steps | Agent steps        |
`;
}
