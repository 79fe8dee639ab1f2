/** The command `context`. */
import { flag, integer } from "../experiment.ts";
import { aboutSessionsOptions, GOES_WITH, ONE_SESSION, printAboutSessions } from "./about-sessions.ts";
import { command } from "./command.ts";
import { grouped } from "./options.ts";

const OPTIONS = {
  ...grouped("How:", {
    top: integer({ default: 8, min: 1, max: 1000, says: "Rows of each list: steps that added most, results that cost most" }),
    explain: flag({ says: "Also say how the numbers are made" }),
  }),
  ...aboutSessionsOptions,
};

export const contextCommand = command({
  usage: "context [session]",
  says: "Shows what fills the context of a session, at what cost.",
  words: ONE_SESSION,
  options: OPTIONS,
  goesWith: GOES_WITH,
  run: (values, call) =>
    printAboutSessions(values, call, async (pool) => {
      const [{ readSessionContext }, { summaryOf }, { contextLines }, { contextJson }] = await Promise.all([
        import("../report/context/read.ts"),
        import("../report/context/summary.ts"),
        import("../report/context/view.ts"),
        import("../report/context/json.ts"),
      ]);
      const session = await readSessionContext(pool, call.words[0]);
      if (session === null) return "Nothing to show: the history has no step of a named session.";
      const options = { top: values.top, explain: values.explain, accounting: pool.accounting };
      const summary = summaryOf(session);
      return { json: () => contextJson(summary, options), lines: (width) => contextLines(summary, options, width) };
    }),
});
