/** Options of the program's commands: declared once, like the flags of experiments, and turned into those of yargs. */

import yargs, { type Argv, type Options } from "yargs";
import type { Experiment, Flag, OptionsOf } from "../experiment.ts";
import { UserError } from "../files/errors.ts";
import { flagName, parseFlags } from "../run/flags.ts";
import { known } from "../stats/known.ts";

/** By the sentence of yargs: ours, for one and for several where they differ. */
type Sentences = Readonly<Record<string, string | { readonly one: string; readonly other: string }>>;

declare module "yargs" {
  interface Argv<T> {
    updateStrings(sentences: Sentences): Argv<T>;
  }
}

/** A flag, and what else can be true of an option. */
export type Option<T = unknown> = Flag<T> & {
  /** One letter: `o` for `-o`. */
  readonly short?: string;
  /** Another name: `output-dir` for `--output-dir`. */
  readonly alias?: string;
  /** The command doesn't work without it. */
  readonly required?: boolean;
  /** Shown as the default where that differs from machine to machine. */
  readonly defaultText?: string;
  /** A flag that is there to be turned off: its help is that of `--no-name`. */
  readonly negative?: boolean;
  /** Of a list: one value each time the option is given. */
  readonly single?: boolean;
  /** Heading in `--help`. */
  readonly group?: string;
  /** Refuses a value that has the right type but makes no sense. @throws UserError */
  readonly check?: (value: string, name: string) => void;
};
/** By name in camel case: `skipBadLines` is `--skip-bad-lines`. */
export type OptionSet = Readonly<Record<string, Option>>;
export type ValuesOf<O extends OptionSet> = OptionsOf<O>;

/** The option `--no-name`, which is true unless given. */
export function negative({ says }: { readonly says: string }): Option<boolean> {
  return { type: "boolean", default: true, negative: true, says };
}

export function required<T>(option: Flag<T | undefined>): Option<T> {
  const { value: _, ...rest } = option;
  return { ...rest, required: true };
}

/** The same options under a heading of `--help`. */
export function grouped<O extends OptionSet>(group: string, options: O): O {
  return Object.assign({}, options, Object.fromEntries(Object.entries(options).map(([name, option]) => [name, { ...option, group }])));
}

/** What `-` is called while words are parsed: yargs takes it neither in a list (`--input -`) nor alone. */
const DASH = "\0-";

export function hideDash(words: readonly string[]): string[] {
  return words.map((word) => (word === "-" ? DASH : word));
}

export function restoreDash(word: string): string {
  return word === DASH ? "-" : word;
}

export function yargsOptions(options: OptionSet): Record<string, Options> {
  return Object.assign({}, ...Object.entries(options).map(([name, option]) => yargsOption(flagName(name), option)));
}

/**
 * The flags of several experiments. A flag of one name goes to all of them.
 * @throws when two experiments declare one name with different types
 */
export function flagOptions(experiments: readonly Experiment[]): Record<string, Options> {
  const owners = new Map<string, Experiment>();
  for (const experiment of experiments)
    for (const [name, flag] of Object.entries(experiment.flags)) {
      const owner = owners.get(name) ?? experiment;
      if (shape(owner.flags[name]) !== shape(flag))
        throw new Error(`--${flagName(name)} is declared differently by ${owner.id} and ${experiment.id}`);
      owners.set(name, owner);
    }
  return Object.assign(
    {},
    ...[...owners].map(([name, owner]) => yargsOptions({ [name]: { ...known(owner.flags[name]), group: `${owner.id}:` } })),
  );
}

function shape(flag: Flag | undefined): string {
  return JSON.stringify([flag?.type, flag?.array ?? false]);
}

/** Values stay words until {@link valuesOf}, so that a wrong one can be shown as it was typed; defaults are added there. */
function yargsOption(name: string, option: Option): Record<string, Options> {
  const { says, choices, group, short, alias } = option;
  const defaultDescription = option.defaultText ?? option.default?.toString();
  const shown: Options = {
    describe: choices ? `${says}: ${choices.join(", ")}` : says,
    ...(group ? { group } : {}),
    alias: [short, alias].filter((name) => name !== undefined),
    ...(defaultDescription && !option.negative ? { defaultDescription } : {}),
  };
  if (option.negative) return { [name]: { boolean: true, hidden: true }, [`no-${name}`]: { ...shown, boolean: true } };
  if (option.type === "boolean") return { [name]: { ...shown, boolean: true } };
  return {
    [name]: {
      ...shown,
      string: true,
      number: option.type === "number",
      array: option.array === true,
      ...(option.single ? { nargs: 1 } : { requiresArg: true }),
      ...(option.required ? { demandOption: true } : {}),
    },
  };
}

/**
 * The values of options out of what yargs read.
 * @throws UserError for a wrong value
 */
export function valuesOf<O extends OptionSet>(options: O, raw: Readonly<Record<string, unknown>>): ValuesOf<O> {
  const values = parseFlags(options, withDashes(raw));
  for (const [name, { check }] of Object.entries(options))
    if (raw[flagName(name)] !== undefined) check?.(String(values[name]), flagName(name));
  return values as ValuesOf<O>;
}

export function withDashes(raw: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const restored = (value: unknown): unknown =>
    Array.isArray(value) ? value.map(restored) : typeof value === "string" ? restoreDash(value) : value;
  return Object.fromEntries(Object.entries(raw).map(([name, value]) => [name, restored(value)]));
}

/** The values of options in words that may hold other options, too, which are not looked at. */
export function peek<O extends OptionSet>(options: O, words: readonly string[]): ValuesOf<O> {
  return valuesOf(options, parserOf(words).options(yargsOptions(options)).help(false).version(false).parseSync());
}

/** A parser that says what is wrong in a sentence and leaves the process alone. */
export function parserOf(words: readonly string[]): Argv {
  return yargs([...words])
    .locale("en")
    .updateStrings(SENTENCES)
    .exitProcess(false)
    .fail((message, error) => {
      throw message ? wrongCall(message) : error;
    });
}

/** What yargs throws, also where its own handler of failures is not asked: a wrong call or an error of ours. */
export function explained(error: unknown): unknown {
  return error instanceof Error && error.name === "YError" ? wrongCall(error.message) : error;
}

function wrongCall(message: string): UserError {
  return new UserError(`${message.replace(/--(?=\w )/, "-")} See --help.`);
}

const SENTENCES: Sentences = {
  "Missing required argument: %s": { one: "--%s is missing.", other: "Options are missing: %s." },
  "Not enough arguments following: %s": "--%s needs a value.",
};

export function wordsMissing(usage: string): Sentences {
  const sentence = `"${usage}" takes more words: %s of %s were given.`;
  return { "Not enough non-option arguments: got %s, need at least %s": { one: sentence, other: sentence } };
}

type Defined<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** Without what is undefined, for callees that have defaults of their own. */
export function defined<T extends object>(values: T): Defined<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>;
}
