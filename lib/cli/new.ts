/** The command `new`: a folder to start an experiment from. */
import path from "node:path";
import { text } from "../experiment.ts";
import { BUILT, commandLine } from "../files/program.ts";
import { print } from "../files/say.ts";
import { command } from "./command.ts";

export const newCommand = command({
  usage: "new <id>",
  says: "Makes a folder with an experiment that runs, draws and passes its test, to change into your own.",
  words: { id: "category/name" },
  options: {
    experiments: {
      ...text({ says: "Folder to make it in; runs find it there with the same --experiments" }),
      defaultText: BUILT ? "experiments" : "the project's own",
    },
  },
  async run({ experiments }, { words: [id = ""] }) {
    const [{ scaffold }, { EXPERIMENTS_FOLDER }] = await Promise.all([
      import("../run/scaffold.ts"),
      import("../artifacts/experiment-folders.ts"),
    ]);
    const root = experiments ?? (BUILT ? "experiments" : EXPERIMENTS_FOLDER);
    const folder = scaffold(id, root);
    const found = root === EXPERIMENTS_FOLDER ? [] : ["--experiments", root];
    print(`Made ${path.relative(process.cwd(), folder)}. Change its query and experiment, and run it with`);
    print(`  ${commandLine(["--only", id, ...found])}`);
    return 0;
  },
});
