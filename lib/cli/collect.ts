/** The command `collect`. */

import path from "node:path";
import { choice, flag, text } from "../experiment.ts";
import { UserError } from "../files/errors.ts";
import { checkFolder } from "../files/place.ts";
import { print, printJson, say } from "../files/say.ts";
import { STDOUT } from "../files/stdio.ts";
import { command } from "./command.ts";
import { defined, negative } from "./options.ts";
import { collectionProgress } from "./progress.ts";
import { discoveryOf, discoveryOptions, jobs } from "./shared-options.ts";

const DEFAULT_OUTPUT = "rounds.jsonl";

/** Problems of single transcripts are listed; they are not failures. */
export const collectCommand = command({
  usage: "collect",
  says: "Makes one trace of the transcripts of Claude Code and Codex; only reads, sends nothing.",
  options: {
    ...discoveryOptions,
    provider: choice(["claude", "codex"], { says: "Only transcripts of this agent" }),
    output: { ...text({ says: "The trace to write; - is standard output", default: DEFAULT_OUTPUT }), short: "o" },
    resume: negative({ says: "Read everything again, not only what is new since the last run" }),
    state: { ...text({ says: "Folder for what is kept between runs" }), defaultText: "<output>.state" },
    jobs: { ...jobs, says: "Transcripts read at once" },
    json: flag({ says: "Print the report as JSON; with -o - it is written to a file" }),
    dryRun: flag({ says: "Only count what is there" }),
  },
  goesWith: { allUsers: ["homeRoot"] },
  async run({ output, resume, state, jobs, json, dryRun, ...values }) {
    const where = discoveryOf(values);
    if (dryRun) return census(where, json);
    if (/\.(gz|zst)$/.test(output))
      throw new UserError(`--output ${output}: the trace is written unpacked. Leave out the ${path.extname(output)}.`);
    if (output !== STDOUT) checkFolder(path.dirname(output), "--output");
    const [{ collect, writeReportFile }, { PRIVATE_LINE, reportLines }, progress] = await Promise.all([
      import("../collect/collect.ts"),
      import("../collect/report.ts"),
      collectionProgress(),
    ]);
    const report = await collect({ ...where, output, resume, jobs, say, ...defined({ state, progress }) });
    const isStreamed = output === STDOUT;
    const reportFile = isStreamed && !json ? null : writeReportFile(isStreamed ? DEFAULT_OUTPUT : output, report);
    for (const line of reportLines(report, reportFile)) say(line);
    if (isStreamed && reportFile) say(`The report is in ${reportFile}.`);
    if (json && !isStreamed) printJson(report);
    if (!isStreamed) say(report.written === "unchanged" ? `Nothing new; ${output} is as it was.` : `Wrote ${output}.`);
    say(PRIVATE_LINE);
    return 0;
  },
});

async function census(where: ReturnType<typeof discoveryOf>, json: boolean): Promise<number> {
  const [{ censusLines, takeCensus }, { discover }] = await Promise.all([import("../collect/census.ts"), import("../collect/discover.ts")]);
  const found = takeCensus(discover(where));
  if (json) printJson(found);
  else for (const line of censusLines(found)) print(line);
  return 0;
}
