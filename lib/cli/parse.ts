/** How every command reads its words: strictly, with one sentence for what is wrong. */
import type { Argv } from "yargs";
import { UserError } from "../files/errors.ts";

/** Progress, reports and problems; data go to standard output. */
export const say = (line: string) => void process.stderr.write(`${line}\n`);

/** What `-` is called while words are parsed: yargs takes it neither in a list (`--input -`) nor alone. */
const DASH = "\0-";

/** Words for a parser whose options or positional words may be `-`; such values go through {@link restoreDash}. */
export function hideDash(argv: readonly string[]): string[] {
  return argv.map((word) => (word === "-" ? DASH : word));
}

export function restoreDash(word: string): string {
  return word === DASH ? "-" : word;
}

/** Parses strictly; a wrong flag is one sentence and exit status 2. `--help` prints and ends the program. */
export function parse<T>(parser: Argv<T>) {
  return parser
    .version(false)
    .strict()
    .wrap(Math.min(120, process.stdout.columns ?? 100))
    .epilogue("--debug shows where an error comes from.")
    .fail((message, error) => {
      throw error ?? new UserError(`${message}. See --help.`);
    })
    .parseSync();
}
