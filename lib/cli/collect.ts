/** The command `collect`. */
import os from "node:os";
import path from "node:path";
import cliProgress from "cli-progress";
import yargs from "yargs";
import { censusLines, takeCensus } from "../collect/census.ts";
import { type CollectProgress, collect, STDOUT, writeReportFile } from "../collect/collect.ts";
import { discover } from "../collect/discover.ts";
import { byteText, reportLines } from "../collect/report.ts";
import { UserError } from "../files/errors.ts";
import { PROGRAM } from "../files/program.ts";
import { discoveryOf, discoveryOptions } from "./discovery-options.ts";
import { parse, say } from "./parse.ts";

const DEFAULT_OUTPUT = "rounds.jsonl";

/** Runs the command and returns its exit status; problems of single transcripts are listed and not failures. */
export async function runCollectCommand(argv: readonly string[]): Promise<number> {
  const options = parse(
    yargs([...argv])
      .scriptName(`${PROGRAM} collect`)
      .usage(
        "$0 [-o rounds.jsonl]\n\nReads the transcripts of Claude Code and Codex and writes one trace. Reads only, sends nothing, and may run while an agent is writing.",
      )
      .options({
        ...discoveryOptions,
        output: { alias: "o", type: "string", default: DEFAULT_OUTPUT, describe: "The trace to write; - is standard output" },
        resume: { type: "boolean", default: true, describe: "Read only what is new since the last run; --no-resume reads all again" },
        state: { type: "string", describe: "Folder for what --resume needs [default: <output>.state]" },
        jobs: { alias: "j", type: "number", default: os.availableParallelism(), describe: "Transcripts read at once" },
        json: { type: "boolean", default: false, describe: "Print the report as JSON; with -o - it is written to a file" },
        "dry-run": { type: "boolean", default: false, describe: "Only count what is there" },
      }),
  );
  if (!Number.isInteger(options.jobs) || options.jobs < 1)
    throw new UserError(`--jobs ${options.jobs} is no number of threads; give 1 or more.`);
  const where = discoveryOf(options);
  if (options.dryRun) {
    const census = takeCensus(discover(where));
    for (const line of options.json ? [JSON.stringify(census, null, 2)] : censusLines(census)) console.log(line);
    return 0;
  }
  if (/\.(gz|zst)$/.test(options.output))
    throw new UserError(`--output ${options.output}: the trace is written unpacked. Leave out the ${path.extname(options.output)}.`);
  const report = await collect({
    ...where,
    output: options.output,
    resume: options.resume,
    jobs: options.jobs,
    say,
    ...(options.state === undefined ? {} : { state: options.state }),
    ...(process.stderr.isTTY ? { progress: barProgress() } : {}),
  });
  const isStreamed = options.output === STDOUT;
  const reportFile = isStreamed && !options.json ? null : writeReportFile(isStreamed ? DEFAULT_OUTPUT : options.output, report);
  for (const line of reportLines(report, reportFile)) say(line);
  if (isStreamed && reportFile) say(`The report is in ${reportFile}.`);
  if (options.json && !isStreamed) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  if (!isStreamed) say(report.written === "unchanged" ? `Nothing new; ${options.output} is as it was.` : `Wrote ${options.output}.`);
  return 0;
}

/** A bar on a terminal. */
function barProgress(): CollectProgress {
  const bar = new cliProgress.SingleBar(
    { format: "{bar} {done} of {all}  {eta_formatted} left", stream: process.stderr, hideCursor: true, clearOnComplete: true },
    cliProgress.Presets.shades_classic,
  );
  let done = 0;
  let all = 0;
  const payload = () => ({ done: byteText(done), all: byteText(all) });
  return {
    begin: (totalBytes) => {
      all = totalBytes;
      bar.start(totalBytes, 0, payload());
    },
    advance: (bytes) => {
      done += bytes;
      bar.update(done, payload());
    },
    end: () => bar.stop(),
  };
}
