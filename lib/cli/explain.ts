/** The command `explain`. */
import { flag, integer } from "../experiment.ts";
import { print, printJson } from "../files/say.ts";
import { command } from "./command.ts";
import { grouped } from "./options.ts";
import { outOption, ownPoolOptions, refuseIdleHistory, terminalWidth, withOwnPool } from "./own-pool.ts";
import { printLines } from "./print-lines.ts";
import { labelOptions } from "./shared-options.ts";

const OPTIONS = {
  ...grouped("How:", {
    top: integer({ default: 8, min: 1, max: 10_000, says: "Rows of each list: requests, and stretches of failures, that cost most" }),
    json: flag({ says: "Print JSON" }),
    out: outOption,
  }),
  ...ownPoolOptions,
  ...labelOptions,
};

export const explainCommand = command({
  usage: "explain [session]",
  says: "Says what a session did, what failed, and what it cost.",
  words: { session: "Id of a session, its beginning, or its name on a page (default: the latest that is not a helper's)" },
  options: OPTIONS,
  goesWith: { allUsers: ["homeRoot"] },
  async run(values, call) {
    refuseIdleHistory(values, call);
    await withOwnPool(values, async (pool) => {
      const [{ readSessionStory }, { explanationOf }, { explainLines }, { explainJson }] = await Promise.all([
        import("../report/explain/read.ts"),
        import("../report/explain/summary.ts"),
        import("../report/explain/view.ts"),
        import("../report/explain/json.ts"),
      ]);
      const story = await readSessionStory(pool, call.words[0]);
      if (story === null) return print("Nothing to explain: the history has no step of a named session.");
      const options = { top: values.top, accounting: pool.accounting };
      const explanation = explanationOf(story);
      if (values.json) return printJson(explainJson(explanation, options));
      printLines(explainLines(explanation, options, terminalWidth()));
    });
    return 0;
  },
});
