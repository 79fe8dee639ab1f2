/** The command `experiment`: one experiment into a folder of its own, without gallery. */

import path from "node:path";
import { experimentIds, isExperiment } from "../artifacts/experiment-folders.ts";
import { type Experiment, flag, text } from "../experiment.ts";
import { didYouMean } from "../files/did-you-mean.ts";
import { UserError } from "../files/errors.ts";
import { placeProblem } from "../files/place.ts";
import { loadExperiments, namesOf } from "../run/discover.ts";
import { parseFlags } from "../run/flags.ts";
import { at } from "../stats/known.ts";
import { command } from "./command.ts";
import { type DrawRequest, drawExperiments } from "./draw.ts";
import { flagOptions } from "./options.ts";
import { labelOptions, machineOptions, sourceOptions } from "./shared-options.ts";
import { exitStatus } from "./summary.ts";

const USAGE = "experiment <id>";

export const experimentCommand = command({
  usage: USAGE,
  says: "Runs one experiment; with --help, shows its flags.",
  words: { id: "category/name, or the folder of an experiment" },
  options: {
    ...sourceOptions,
    ...labelOptions,
    force: flag({ says: "Run it even if its results are fresh" }),
    out: { ...text({ says: "Folder for its tables and figures" }), short: "o", alias: "output-dir", defaultText: "out/<id>" },
    ...machineOptions,
  },
  more: ([id]) => (id === undefined || id.startsWith("-") ? {} : about(id)),
  async run(values, { words: [word = ""], raw }) {
    const experiments = await load(word);
    const { id } = at(experiments, -1);
    for (const { flags } of experiments) parseFlags(flags, raw);
    const folder = path.resolve(values.out ?? path.join("out", id));
    const { jobs, force } = values;
    const request: DrawRequest = {
      source: { ...values, inputs: values.input, out: path.dirname(folder) },
      out: folder,
      experiments,
      targets: [id],
      rawFlags: raw,
      folderOf: () => folder,
      jobs,
      force,
      stopOnFail: true,
      // Next to results only when there are none.
      logFolder: path.join(folder, ".logs"),
      logSuccess: false,
    };
    try {
      return exitStatus((await drawExperiments(request, async () => null)).outcomes);
    } catch (error) {
      throw placeProblem(error, folder) ?? error;
    }
  },
});

/** Flags and question of the experiment. */
async function about(word: string) {
  const experiments = await load(word);
  const { title, question } = at(experiments, -1);
  return { options: flagOptions(experiments), says: `${title}. ${question}` };
}

/** The experiment and, before it, those that it needs. */
async function load(word: string): Promise<Experiment[]> {
  const folder = path.resolve(word);
  if (isExperiment(folder)) {
    const root = path.dirname(path.dirname(folder));
    return loadExperiments([path.relative(root, folder).replaceAll(path.sep, "/")], [root]);
  }
  return loadExperiments([onlyId(word)]);
}

function onlyId(word: string): string {
  const ids = experimentIds();
  const [id, ...others] = ids.includes(word) ? [word] : ids.filter((each) => each.endsWith(`/${word}`));
  if (id !== undefined && others.length === 0) return id;
  if (id !== undefined) throw new UserError(`${word} is the name of ${[id, ...others].join(" and ")}. Add the category.`);
  throw new UserError(`Unknown experiment: ${word}.${didYouMean(word, namesOf(ids)) || " --list shows them all."}`);
}
