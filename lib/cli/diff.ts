/** The command `diff`. */
import { integer } from "../experiment.ts";
import { known } from "../stats/known.ts";
import { aboutSessionsOptions, GOES_WITH, printAboutSessions, SESSION_WORD } from "./about-sessions.ts";
import { command } from "./command.ts";
import { grouped } from "./options.ts";

const OPTIONS = {
  ...grouped("How:", {
    top: integer({ default: 20, min: 1, max: 1000, says: "Rows of each list: requests, edited files" }),
  }),
  ...aboutSessionsOptions,
};

const EXPERIMENT = "session/session_diff";

export const diffCommand = command({
  usage: "diff <a> <b> [c] [d]",
  says: "Compares two to four sessions, and says where they part.",
  words: {
    a: `${SESSION_WORD}; or run: and the id of a run`,
    b: "Another one",
    c: "A third one",
    d: "A fourth one",
  },
  options: OPTIONS,
  goesWith: GOES_WITH,
  run: (values, call) =>
    printAboutSessions(values, call, async (pool) => {
      const [{ loadExperiments }, { queriesOf }, { readComparison }, { readSessions }, { readEdits }, { diffLines }, { diffJson }] =
        await Promise.all([
          import("../run/discover.ts"),
          import("../run/compute.ts"),
          import("../trace/session-diff/read.ts"),
          import("../report/usage.ts"),
          import("../report/diff/edits.ts"),
          import("../report/diff/view.ts"),
          import("../report/diff/json.ts"),
        ]);
      const experiment = known((await loadExperiments([EXPERIMENT])).at(-1));
      const comparison = known(await readComparison(queriesOf(experiment, pool), call.words));
      const facts = { comparison, about: await readSessions(pool), edits: await readEdits(pool, comparison) };
      const options = { top: values.top, accounting: pool.accounting };
      return { json: () => diffJson(facts, options), lines: (width) => diffLines(facts, options, width) };
    }),
});
