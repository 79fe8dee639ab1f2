/** `sanitize rounds.jsonl [-o public.jsonl]`: a trace that can be passed on, or the reasons why it can't. */

import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { flag, text } from "../experiment.ts";
import { UserError } from "../files/errors.ts";
import { dataOutput, say } from "../files/say.ts";
import { STDIN, STDOUT } from "../files/stdio.ts";
import type { Checked } from "../sanitize/publish.ts";
import type { Outcome } from "../sanitize/sanitize.ts";
import { detailsFileOf, eventsFileOf, inputsFileOf, sessionsFileOf } from "../trace/companions.ts";
import { command } from "./command.ts";

const KEY_BYTES = 32;
/** Kinds of problems that are printed. */
const MAX_SENTENCES = 10;

/** Exit status 1 also when something private was found. */
export const sanitizeCommand = command({
  usage: "sanitize <trace>",
  says: "Makes a trace that can be passed on: documented fields and pseudonyms, and a check of the result.",
  words: { trace: "The trace (.jsonl, .gz, .zst); - is standard input" },
  options: {
    output: { ...text({ says: "File to write, packed if it ends in .gz; without it standard output" }), short: "o" },
    keyFile: text({
      says: "Key of the pseudonyms, made when missing; without it the key is new each time. Keep it secret, and use it again for the same pseudonyms",
    }),
    check: flag({ says: "Only look for what is private in a trace that was sanitized before" }),
    keepNames: text({
      says: "File with names of tools, MCP servers, models and providers that may be seen, one a line; without it only built-in tools and listed models keep their names",
    }),
    coarseTimes: flag({ says: "Move the times of each session by up to a week and drop what is below a second" }),
  },
  async run({ output = STDOUT, keyFile, keepNames, coarseTimes, check }, { words: [input = ""], given }) {
    checkInput(input);
    const [{ checkTrace, sanitizeTrace }, { readKeptNames }] = await Promise.all([
      import("../sanitize/sanitize.ts"),
      import("../sanitize/kept-names.ts"),
    ]);
    const kept = readKeptNames(keepNames);
    if (check) {
      if (given.has("output") || given.has("keyFile") || coarseTimes)
        throw new UserError("--check writes nothing and needs no key; leave out --output, --key-file and --coarse-times.");
      return reportCheck(input, await checkTrace({ input, kept }));
    }
    checkOutput(input, output);
    const [{ readOrMakeKey }, { Pseudonyms }] = await Promise.all([import("../collect/key.ts"), import("../trace/pseudonym.ts")]);
    const pseudonyms = new Pseudonyms(keyFile === undefined ? randomBytes(KEY_BYTES) : readOrMakeKey(keyFile, say));
    const outcome = await sanitizeTrace({ input, output, pseudonyms, kept, coarseTimes, stdout: dataOutput() });
    return report({ input, output, keyFile, coarseTimes }, outcome);
  },
});

function checkInput(input: string): void {
  if (input === STDIN) return;
  const stat = fs.statSync(input, { throwIfNoEntry: false });
  if (!stat) throw new UserError(`${input} was not found. Check the path; relative ones start at ${process.cwd()}.`);
  if (stat.isDirectory()) throw new UserError(`${input} is a folder. Name a trace in it.`);
}

function checkOutput(input: string, output: string): void {
  if (output === STDOUT) return;
  if (output.endsWith(".zst")) throw new UserError(`${output} can't be packed with zstd; name it .jsonl or .jsonl.gz.`);
  const present = fs.statSync(output, { throwIfNoEntry: false });
  if (present && !present.isFile()) throw new UserError(`${output} is not a plain file; leave out --output for standard output.`);
  if (input === STDIN) return;
  const filesOf = (trace: string) => [trace, sessionsFileOf(trace), detailsFileOf(trace), eventsFileOf(trace), inputsFileOf(trace)];
  const inputs = filesOf(input)
    .filter((file) => fs.existsSync(file))
    .map(realPath);
  const clash = filesOf(output).find((file) => inputs.includes(realPath(file)));
  if (clash !== undefined)
    throw new UserError(`Writing ${output} would replace ${clash}, which is input. Choose another name for --output.`);
}

function realPath(file: string): string {
  if (fs.existsSync(file)) return fs.realpathSync(file);
  const folder = path.dirname(path.resolve(file));
  return path.join(fs.existsSync(folder) ? fs.realpathSync(folder) : folder, path.basename(file));
}

interface Call {
  readonly input: string;
  readonly output: string;
  readonly keyFile: string | undefined;
  readonly coarseTimes: boolean;
}

async function report({ input, output, keyFile, coarseTimes }: Call, outcome: Outcome): Promise<number> {
  const { leftSentence } = await import("../sanitize/problems.ts");
  for (const problem of outcome.left.slice(0, MAX_SENTENCES)) say(leftSentence(problem));
  if (outcome.findings.length > 0) {
    await sayFindings(outcome);
    say("Nothing was written, because the result does not pass the check. Please report this: it is a fault of this program.");
    return 1;
  }
  for (const file of outcome.removed) say(`Removed ${file}, which described an earlier ${output}.`);
  const companions = [sessionsFileOf(input), detailsFileOf(input), eventsFileOf(input)].filter(
    (file) => output === STDOUT && input !== STDIN && fs.existsSync(file),
  );
  if (companions.length > 0) say(`Standard output has the rows alone; give --output to get ${companions.join(", ")} as well.`);
  if (keyFile === undefined) say("The key was new, so these pseudonyms match those of no other run; --key-file keeps them stable.");
  say(
    `The result still shows ${coarseTimes ? "moved times in seconds" : "exact times"}, durations, token counts, sizes, built-in tools, listed models and versions of the client. Anyone who has the transcripts can find their sessions by these.`,
  );
  say(`${counted(outcome)} -> ${output === STDOUT ? "standard output" : outcome.written.join(", ")}`);
  return 0;
}

async function reportCheck(input: string, checked: Checked): Promise<number> {
  if (checked.findings.length === 0) {
    say(`${input}: ${counted(checked)}, nothing private found.`);
    return 0;
  }
  await sayFindings(checked);
  say(`${input} should not be passed on. Run sanitize on it; names that may be seen go into a file for --keep-names.`);
  return 1;
}

async function sayFindings({ findings }: Checked): Promise<void> {
  const { findingText } = await import("../sanitize/problems.ts");
  for (const finding of findings.slice(0, MAX_SENTENCES)) say(`${findingText(finding)}.`);
  const further = findings.length - MAX_SENTENCES;
  if (further > 0) say(`... and ${further} more kinds of findings.`);
}

function counted({ rows, tools }: Checked): string {
  return `${rows.toLocaleString("en-US")} rows, ${tools.toLocaleString("en-US")} tools`;
}
