/** The command `convert`. */
import fs from "node:fs";
import path from "node:path";
import { SOURCES } from "../convert/formats.ts";
import { choice, flag, text } from "../experiment.ts";
import { UserError } from "../files/errors.ts";
import { checkFolder } from "../files/place.ts";
import { printJson, say } from "../files/say.ts";
import { STDIN } from "../files/stdio.ts";
import { counted } from "../format/counts.ts";
import { command } from "./command.ts";
import { printLines } from "./print-lines.ts";

const DEFAULT_NAME = "converted.jsonl";

export const convertCommand = command({
  usage: "convert <files..>",
  says: "Makes a trace of files of OTLP, Langfuse or agent-trace.",
  words: { files: "Files of JSON lines or of JSON, also .gz and .zst; - is standard input" },
  epilogue: "The report lists what the trace lacks. What was said is not read: docs/convert.md.",
  options: {
    from: { ...choice(SOURCES, { says: "What the files are" }), defaultText: "what the first record is" },
    out: { ...text({ says: "The trace to write, or a folder for it", default: DEFAULT_NAME }), short: "o" },
    providerName: { ...text({ says: "Provider in rows whose record names none" }), defaultText: "the name of the format" },
    cachedApart: flag({ says: "OTLP: gen_ai.usage.input_tokens leaves out what was read from the cache or written to it" }),
    missingIsZero: flag({ says: "A count of cached tokens that is missing is 0; else it is unknown" }),
    json: flag({ says: "Print the report as JSON" }),
  },
  async run({ out, json, ...options }, { words: files }) {
    for (const file of files) checkInput(file);
    const trace = isFolder(out) ? path.join(out, DEFAULT_NAME) : out;
    checkOutput(trace, files);
    const [{ convert, reportFileOf }, { reportLines }] = await Promise.all([
      import("../convert/convert.ts"),
      import("../convert/lines.ts"),
    ]);
    const report = await convert({ ...options, files, out: trace });
    if (json) printJson(report);
    else printLines(reportLines(report, process.stdout.columns ?? null));
    const { format, rows, sessions, tool_calls } = report;
    say(
      `Wrote ${trace}: ${counted(rows, "step")} and ${counted(tool_calls, "tool call")} of ${counted(sessions, "session")}, from ${format}. The report is in ${reportFileOf(trace)}.`,
    );
    say("Private: session ids and names of tools are as recorded; sanitize makes a trace that may be passed on.");
    return 0;
  },
});

function checkInput(file: string): void {
  if (file === STDIN) return;
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  if (!stat) throw new UserError(`${file} was not found. Check the path; relative ones start at ${process.cwd()}.`);
  if (stat.isDirectory()) throw new UserError(`${file} is a folder. Name the files in it.`);
}

function checkOutput(trace: string, files: readonly string[]): void {
  if (/\.(gz|zst)$/.test(trace))
    throw new UserError(`--out ${trace}: the trace is written unpacked. Leave out the ${path.extname(trace)}.`);
  checkFolder(path.dirname(trace), "--out");
  const clash = files.find((file) => file !== STDIN && fs.existsSync(trace) && fs.realpathSync(file) === fs.realpathSync(trace));
  if (clash !== undefined) throw new UserError(`Writing ${trace} would replace ${clash}, which is input. Choose another name for --out.`);
}

function isFolder(out: string): boolean {
  return out.endsWith(path.sep) || (fs.statSync(out, { throwIfNoEntry: false })?.isDirectory() ?? false);
}
