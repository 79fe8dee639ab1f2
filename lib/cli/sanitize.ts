/** `sanitize rounds.jsonl [-o public.jsonl]`: a trace that can be passed on, or the reasons why it can't. */
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import yargs from "yargs";
import { readOrMakeKey } from "../collect/key.ts";
import { STDIN } from "../db/build/ingest/inputs.ts";
import { UserError } from "../files/errors.ts";
import { PROGRAM } from "../files/program.ts";
import { MEANING } from "../sanitize/gate.ts";
import { checkTrace, type Outcome, STDOUT, sanitizeTrace } from "../sanitize/sanitize.ts";
import { detailsFileOf, sessionsFileOf } from "../trace/companions.ts";
import { Pseudonyms } from "../trace/pseudonym.ts";
import { parse, say } from "./parse.ts";

const KEY_BYTES = 32;
const MAX_SENTENCES = 10;
const TERMINATED = 143;
const USAGE =
  "Replaces identifiers in a trace (.jsonl, .gz, .zst; - is standard input) by pseudonyms, removes inputs of tools and paths, and lets nothing out that still looks private.";

/** Runs the command and returns its exit status: 0 done or clean, 1 something private was found or work failed. A wrong call throws. */
export async function runSanitizeCommand(argv: readonly string[]): Promise<number> {
  const options = parse(commandLine(argv));
  const input = onlyInput(options.trace.map(withDash));
  if (options.check) {
    if (options.output !== undefined || options.keyFile !== undefined)
      throw new UserError("--check writes nothing and needs no key; leave out --output and --key-file.");
    return reportCheck(input, await checkTrace({ input, allow: options.allow }));
  }
  const output = withDash(options.output ?? STDOUT);
  checkOutput(input, output);
  process.once("SIGTERM", exitAsTerminated);
  try {
    const key = options.keyFile === undefined ? randomBytes(KEY_BYTES) : readOrMakeKey(options.keyFile, say);
    const outcome = await sanitizeTrace({ input, output, pseudonyms: new Pseudonyms(key), allow: options.allow, stdout: process.stdout });
    return report(input, output, outcome, options.keyFile);
  } finally {
    process.off("SIGTERM", exitAsTerminated);
  }
}

function commandLine(argv: readonly string[]) {
  return yargs(argv.map((word) => (word === "-" ? DASH : word)))
    .scriptName(`${PROGRAM} sanitize`)
    .command("$0 [trace..]", USAGE)
    .options({
      trace: { type: "string", array: true, default: [] as string[], hidden: true },
      output: { alias: "o", type: "string", describe: "File to write, packed if it ends in .gz; without it standard output" },
      "key-file": {
        type: "string",
        describe:
          "Key of the pseudonyms, made when missing and else new each time. Keep it secret, and use it again for the same pseudonyms",
      },
      check: { type: "boolean", default: false, describe: "Only look for what is private in a trace that was sanitized before" },
      allow: {
        type: "string",
        array: true,
        nargs: 1,
        default: [] as string[],
        describe: "Field whose values you have reviewed, such as tools[].tool_name; repeatable",
      },
    });
}

/** What `-` is called while words are parsed: yargs 18 loses it among positional words. */
const DASH = "\0-";

function withDash(word: string): string {
  return word === DASH ? "-" : word;
}

/** Ends the process in a way that lets temporary files be removed. */
function exitAsTerminated(): void {
  process.exit(TERMINATED);
}

function onlyInput([input, ...others]: readonly string[]): string {
  if (input === undefined) throw new UserError("No trace was given. Name a file, or - for standard input.");
  if (others.length > 0) throw new UserError(`One trace at a time: ${others.join(", ")} ${others.length === 1 ? "is" : "are"} too many.`);
  if (input !== STDIN && !fs.existsSync(input))
    throw new UserError(`There is no ${input}. Check the path; relative ones start at ${process.cwd()}.`);
  if (input !== STDIN && fs.statSync(input).isDirectory()) throw new UserError(`${input} is a folder. Name a trace in it.`);
  return input;
}

function checkOutput(input: string, output: string): void {
  if (output === STDOUT) return;
  if (output.endsWith(".zst")) throw new UserError(`${output} can't be packed with zstd; name it .jsonl or .jsonl.gz.`);
  const present = fs.statSync(output, { throwIfNoEntry: false });
  if (present && !present.isFile()) throw new UserError(`${output} is not a plain file; leave out --output for standard output.`);
  if (input === STDIN) return;
  const inputs = [input, sessionsFileOf(input), detailsFileOf(input)].filter((file) => fs.existsSync(file)).map(realPath);
  const clash = [output, sessionsFileOf(output), detailsFileOf(output)].find((file) => inputs.includes(realPath(file)));
  if (clash !== undefined)
    throw new UserError(`Writing ${output} would replace ${clash}, which is input. Choose another name for --output.`);
}

function realPath(file: string): string {
  if (fs.existsSync(file)) return fs.realpathSync(file);
  const folder = path.dirname(path.resolve(file));
  return path.join(fs.existsSync(folder) ? fs.realpathSync(folder) : folder, path.basename(file));
}

function report(input: string, output: string, outcome: Outcome, keyFile: string | undefined): number {
  if (outcome.findings.length > 0) {
    sayFindings(outcome);
    say(
      "Nothing was written. Correct these values in the input; if you have reviewed a field and its values may be seen, let it pass with --allow, such as --allow tools[].tool_name.",
    );
    return 1;
  }
  for (const file of outcome.removed) say(`Removed ${file}, which described an earlier ${output}.`);
  const companions = [sessionsFileOf(input), detailsFileOf(input)].filter(
    (file) => output === STDOUT && input !== STDIN && fs.existsSync(file),
  );
  if (companions.length > 0) say(`Standard output has the rows alone; give --output to get ${companions.join(" and ")} as well.`);
  if (keyFile === undefined) say("The key was new, so these pseudonyms match those of no other run; --key-file keeps them stable.");
  say(`${count(outcome)} -> ${output === STDOUT ? "standard output" : outcome.written.join(", ")}`);
  return 0;
}

function reportCheck(input: string, outcome: Outcome): number {
  if (outcome.findings.length === 0) {
    say(`${input}: ${count(outcome)}, nothing private found.`);
    return 0;
  }
  sayFindings(outcome);
  say(`${input} should not be passed on. Sanitize the trace that it was made of; a field that you have reviewed passes with --allow.`);
  return 1;
}

function sayFindings({ findings, omitted }: Outcome): void {
  for (const { file, line, path: field, kind } of findings.slice(0, MAX_SENTENCES)) say(`${file}:${line}: ${field} ${MEANING[kind]}.`);
  const further = findings.length - MAX_SENTENCES + omitted;
  if (further > 0) say(`... and ${further.toLocaleString("en-US")} more.`);
}

function count({ rows, tools }: Outcome): string {
  return `${rows.toLocaleString("en-US")} rows, ${tools.toLocaleString("en-US")} tools`;
}
