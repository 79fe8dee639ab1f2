/** The command `context`. */
import { flag, integer } from "../experiment.ts";
import { print, printJson } from "../files/say.ts";
import { command } from "./command.ts";
import { grouped } from "./options.ts";
import { outOption, ownPoolOptions, refuseIdleHistory, terminalWidth, withOwnPool } from "./own-pool.ts";
import { printLines } from "./print-lines.ts";

const OPTIONS = {
  ...grouped("How:", {
    top: integer({ default: 8, min: 1, max: 1000, says: "Rows of each list: steps that added most, results that cost most" }),
    explain: flag({ says: "Also say how the numbers are made" }),
    json: flag({ says: "Print JSON" }),
    out: outOption,
  }),
  ...ownPoolOptions,
};

export const contextCommand = command({
  usage: "context [session]",
  says: "Shows what filled the context of a session, and what each piece cost until it left.",
  words: { session: "Id of a session, its beginning, or its name on a page (default: the latest that is not a helper's)" },
  options: OPTIONS,
  goesWith: { allUsers: ["homeRoot"] },
  async run(values, call) {
    refuseIdleHistory(values, call);
    await withOwnPool(values, async (pool) => {
      const [{ readSessionContext }, { summaryOf }, { contextLines }, { contextJson }] = await Promise.all([
        import("../report/context/read.ts"),
        import("../report/context/summary.ts"),
        import("../report/context/view.ts"),
        import("../report/context/json.ts"),
      ]);
      const session = await readSessionContext(pool, call.words[0]);
      if (session === null) return print("Nothing to show: the history has no step of a named session.");
      const { top, explain, json } = values;
      const options = { top, explain, accounting: pool.accounting };
      const summary = summaryOf(session);
      if (json) printJson(contextJson(summary, options));
      else printLines(contextLines(summary, options, terminalWidth()));
    });
    return 0;
  },
});
