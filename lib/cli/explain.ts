/** The command `explain`. */
import { integer } from "../experiment.ts";
import { aboutSessionsOptions, GOES_WITH, ONE_SESSION, printAboutSessions } from "./about-sessions.ts";
import { command } from "./command.ts";
import { grouped } from "./options.ts";
import { labelOptions } from "./shared-options.ts";

const OPTIONS = {
  ...grouped("How:", {
    top: integer({ default: 8, min: 1, max: 10_000, says: "Rows of each list: requests, and stretches of failures, that cost most" }),
  }),
  ...aboutSessionsOptions,
  ...labelOptions,
};

export const explainCommand = command({
  usage: "explain [session]",
  says: "Says what a session did, what failed, and what it cost.",
  words: ONE_SESSION,
  options: OPTIONS,
  goesWith: GOES_WITH,
  run: (values, call) =>
    printAboutSessions(values, call, async (pool) => {
      const [{ readSessionStory }, { explanationOf }, { explainLines }, { explainJson }] = await Promise.all([
        import("../report/explain/read.ts"),
        import("../report/explain/summary.ts"),
        import("../report/explain/view.ts"),
        import("../report/explain/json.ts"),
      ]);
      const story = await readSessionStory(pool, call.words[0]);
      if (story === null) return "Nothing to explain: the history has no step of a named session.";
      const options = { top: values.top, accounting: pool.accounting };
      const explanation = explanationOf(story);
      return { json: () => explainJson(explanation, options), lines: (width) => explainLines(explanation, options, width) };
    }),
});
