/** The command `new`: a folder to start an experiment from. */
import fs from "node:fs";
import path from "node:path";
import { text } from "../experiment.ts";
import { BUILT, commandLine } from "../files/program.ts";
import { print } from "../files/say.ts";
import { command } from "./command.ts";

export const newCommand = command({
  usage: "new <id>",
  says: "Makes an experiment with its test, for you to change.",
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
    const [category = ""] = id.split("/");
    const isNew = !fs.existsSync(path.join(root, category));
    const folder = scaffold(id, root);
    const isOwn = root === EXPERIMENTS_FOLDER;
    const shown = path.relative(process.cwd(), folder);
    print(`Made ${shown}${isNew ? ` in the new category ${category}` : ""}. Change its query and experiment; then`);
    print(`  ${commandLine(["--only", id, ...(isOwn ? [] : ["--experiments", root])])}`);
    if (isOwn) {
      print(`  npx vitest run --project tests ${id}`);
      print(`  npm run readmes -- ${id}`);
    }
    return 0;
  },
});
