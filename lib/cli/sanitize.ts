/** `sanitize rounds.jsonl [-o public.jsonl]`: a trace that can be passed on, or the reasons why it can't. */

import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { flag, list, text } from "../experiment.ts";
import { UserError } from "../files/errors.ts";
import { dataOutput, say } from "../files/say.ts";
import { STDIN, STDOUT } from "../files/stdio.ts";
import type { Outcome } from "../sanitize/sanitize.ts";
import { detailsFileOf, sessionsFileOf } from "../trace/companions.ts";
import { command } from "./command.ts";

const KEY_BYTES = 32;
const MAX_SENTENCES = 10;

/** Exit status 1 also when something private was found. */
export const sanitizeCommand = command({
  usage: "sanitize <trace>",
  says: "Replaces identifiers in a trace (.jsonl, .gz, .zst) by pseudonyms, removes tool inputs and paths, and writes nothing that still looks private.",
  words: { trace: "The trace; - is standard input" },
  options: {
    output: { ...text({ says: "File to write, packed if it ends in .gz; without it standard output" }), short: "o" },
    keyFile: text({
      says: "Key of the pseudonyms, made when missing; without it the key is new each time. Keep it secret, and use it again for the same pseudonyms",
    }),
    check: flag({ says: "Only look for what is private in a trace that was sanitized before" }),
    allow: { ...list(text({ says: "Field whose values you have reviewed, such as tools[].tool_name; repeatable" })), single: true },
  },
  async run({ output = STDOUT, keyFile, check, allow }, { words: [input = ""], given }) {
    checkInput(input);
    const { checkTrace, sanitizeTrace } = await import("../sanitize/sanitize.ts");
    if (check) {
      if (given.has("output") || given.has("keyFile"))
        throw new UserError("--check writes nothing and needs no key; leave out --output and --key-file.");
      return reportCheck(input, await checkTrace({ input, allow }));
    }
    checkOutput(input, output);
    const [{ readOrMakeKey }, { Pseudonyms }] = await Promise.all([import("../collect/key.ts"), import("../trace/pseudonym.ts")]);
    const key = keyFile === undefined ? randomBytes(KEY_BYTES) : readOrMakeKey(keyFile, say);
    const outcome = await sanitizeTrace({ input, output, pseudonyms: new Pseudonyms(key), allow, stdout: dataOutput() });
    return report(input, output, outcome, keyFile);
  },
});

function checkInput(input: string): void {
  if (input === STDIN) return;
  const stat = fs.statSync(input, { throwIfNoEntry: false });
  if (!stat) throw new UserError(`There is no ${input}. Check the path; relative ones start at ${process.cwd()}.`);
  if (stat.isDirectory()) throw new UserError(`${input} is a folder. Name a trace in it.`);
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

async function report(input: string, output: string, outcome: Outcome, keyFile: string | undefined): Promise<number> {
  if (outcome.findings.length > 0) {
    await sayFindings(outcome);
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

async function reportCheck(input: string, outcome: Outcome): Promise<number> {
  if (outcome.findings.length === 0) {
    say(`${input}: ${count(outcome)}, nothing private found.`);
    return 0;
  }
  await sayFindings(outcome);
  say(`${input} should not be passed on. Sanitize the trace that it was made of; a field that you have reviewed passes with --allow.`);
  return 1;
}

async function sayFindings({ findings, omitted }: Outcome): Promise<void> {
  const { MEANING } = await import("../sanitize/gate.ts");
  for (const { file, line, path: field, kind } of findings.slice(0, MAX_SENTENCES)) say(`${file}:${line}: ${field} ${MEANING[kind]}.`);
  const further = findings.length - MAX_SENTENCES + omitted;
  if (further > 0) say(`... and ${further.toLocaleString("en-US")} more.`);
}

function count({ rows, tools }: Outcome): string {
  return `${rows.toLocaleString("en-US")} rows, ${tools.toLocaleString("en-US")} tools`;
}
