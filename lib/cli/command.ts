/** What a command of the program is: a yargs command that reads its words strictly. */

import type { Argv, CommandModule, Options } from "yargs";
import { didYouMean } from "../files/did-you-mean.ts";
import { UserError } from "../files/errors.ts";
import { flagName } from "../run/flags.ts";
import { at } from "../stats/known.ts";
import { type OptionSet, restoreDash, type ValuesOf, valuesOf, withDashes, wordsMissing, yargsOptions } from "./options.ts";

type Given = ReadonlyMap<string, string>;

/** A command line as it was typed. */
export interface Call {
  /** The words of the usage line, in order. */
  readonly words: readonly string[];
  /** The options that were given as they were typed, by name in camel case. */
  readonly given: Given;
  /** All values that yargs read, also of options that are not the command's own. */
  readonly raw: Readonly<Record<string, unknown>>;
}

export interface CommandSpec<O extends OptionSet> {
  /** As in usage lines: `sanitize <trace>`; `$0` runs when no command is named. */
  readonly usage: string;
  readonly says: string;
  /** What the words of the usage line are. */
  readonly words?: Readonly<Record<string, string>>;
  readonly options: O;
  /** Options that do nothing without another one, by that other one. */
  readonly goesWith?: { readonly [K in keyof O]?: readonly (keyof O & string)[] };
  /** The options that do something next to `--list`. */
  readonly listOnly?: readonly (keyof O & string)[];
  /** What depends on the words after the command, such as the flags of an experiment. */
  readonly more?: (words: readonly string[]) => More | Promise<More>;
  /** Shown below the options. */
  readonly epilogue?: string;
  /** The exit status. */
  run(values: ValuesOf<O>, call: Call): Promise<number>;
}

export interface More {
  readonly options?: Readonly<Record<string, Options>>;
  /** In place of the command's own. */
  readonly says?: string;
  /** What is wrong with an option that is not declared; null when nothing is known of it. */
  readonly explain?: (name: string) => Promise<string | null>;
}

export interface Command {
  readonly name: string;
  /**
   * @param words those of the command line, without the name of the command
   * @param depth how many words name the command
   */
  readonly module: (words: readonly string[], depth: number) => CommandModule;
}

/** Options of every command. */
const GLOBAL_OPTIONS: Readonly<Record<string, Options>> = { debug: { boolean: true }, help: { alias: "h" }, version: {} };

export function command<const O extends OptionSet>(spec: CommandSpec<O>): Command {
  const own = yargsOptions(spec.options);
  const module: Command["module"] = (words, depth) => {
    const declare = (parser: Argv, { options = {}, says }: More = {}) => {
      for (const [word, describe] of Object.entries(spec.words ?? {})) parser.positional(word, { type: "string", describe });
      parser.updateStrings(wordsMissing(spec.usage));
      if (says !== undefined) parser.usage(`$0 ${spec.usage}\n\n${says}`);
      if (spec.epilogue !== undefined) parser.epilogue(spec.epilogue);
      const all = { ...own, ...options };
      return parser.options(isHelp(words) ? all : withoutHelp(all));
    };
    const declareChecked = async (parser: Argv, more: More | Promise<More> | undefined) => {
      const { options, ...rest } = (await more) ?? {};
      const known = { ...GLOBAL_OPTIONS, ...own, ...options };
      await refuseUnknown(words, known, rest.explain);
      refuseValuesOfFlags(words, known);
      return declare(parser, { ...rest, ...(options ? { options } : {}) });
    };
    return {
      command: spec.usage,
      describe: spec.says,
      // The help of a default command is printed at once or, after a promise, too late.
      builder: ((parser: Argv) => {
        const more = spec.more?.(words);
        return isHelp(words) && !(more instanceof Promise) ? declare(parser, more) : declareChecked(parser, more);
      }) as (parser: Argv) => Argv,
      handler: async (raw) => {
        const given = givenIn(words, { ...GLOBAL_OPTIONS, ...own });
        refuseWithoutEffect(spec, given);
        raw.exitStatus = await spec.run(valuesOf(spec.options, raw), { words: wordsOf(spec, raw, depth), given, raw: withDashes(raw) });
      },
    };
  };
  return { name: at(spec.usage.split(" ", 1), 0), module };
}

/** A command that only has commands of its own. */
export function commandGroup(spec: { readonly name: string; readonly says: string; readonly commands: readonly Command[] }): Command {
  const { name, says, commands } = spec;
  return {
    name,
    module: (words, depth) => ({
      command: `${name} <command>`,
      describe: says,
      builder: (parser) => {
        if (!isHelp(words))
          refuseUnknownCommand(
            words[0],
            commands.map((each) => each.name),
            name,
          );
        return parser
          .command(commands.map((each) => each.module(without(words, each.name), depth + 1)))
          .usage(`$0 ${name} <command>\n\n${says}`);
      },
      handler: () => {},
    }),
  };
}

/** @param group the command whose commands these are */
export function refuseUnknownCommand(word: string | undefined, names: readonly string[], group?: string): void {
  if (word !== undefined && names.includes(word)) return;
  const all = names.join(", ");
  const of = group === undefined ? "" : ` of ${group}`;
  if (word === undefined || word.startsWith("-")) throw new UserError(`Name a command${of}: ${all}.`);
  throw new UserError(`Unknown command${of}: ${JSON.stringify(word)}.${didYouMean(word, names) || ` Commands: ${all}.`}`);
}

/** The parser writes the help of every command that runs; without its lines that takes no time. */
function withoutHelp(options: Readonly<Record<string, Options>>): Record<string, Options> {
  return Object.fromEntries(Object.entries(options).map(([name, option]) => [name, { ...option, hidden: true }]));
}

export function isHelp(words: readonly string[]): boolean {
  return ["--help", "-h", "--version"].some((word) => words.includes(word));
}

export function without(words: readonly string[], name: string): string[] {
  const at = words.indexOf(name);
  return words.filter((_, i) => i !== at);
}

/** Whether every option that is given is one of these. */
export function hasOnly(words: readonly string[], options: OptionSet): boolean {
  const declared = { ...GLOBAL_OPTIONS, ...yargsOptions(options) };
  return optionWords(words).every((word) => nameIn(word, declared) !== null);
}

async function refuseUnknown(words: readonly string[], known: Readonly<Record<string, Options>>, explain: More["explain"]): Promise<void> {
  for (const word of optionWords(words)) {
    if (nameIn(word, known) !== null) continue;
    const typed = word.replace(/^-+/, "");
    const names = Object.keys(known).filter((name) => !known[name]?.hidden);
    throw new UserError((await explain?.(typed)) ?? `Unknown option: ${word}.${didYouMean(typed, names, "--") || " See --help."}`);
  }
}

function givenIn(words: readonly string[], known: Readonly<Record<string, Options>>): Given {
  return new Map(optionWords(words).map((word) => [camelCase(nameIn(word, known) ?? word.replace(/^--(no-)?/, "")), word]));
}

/** yargs takes any value of a flag but true for false. */
function refuseValuesOfFlags(words: readonly string[], known: Readonly<Record<string, Options>>): void {
  for (const word of beforeEnd(words)) {
    const [, typed = "", value = ""] = /^(--[^=]+)=(.*)$/s.exec(word) ?? [];
    if (known[nameIn(typed, known) ?? ""]?.boolean && !["true", "false"].includes(value))
      throw new UserError(`${typed} takes no value, and was given ${JSON.stringify(value)}. Leave out the value.`);
  }
}

/** Options as they were typed, without values. */
function optionWords(words: readonly string[]): string[] {
  return beforeEnd(words).flatMap((word) => /^--[^=]+|^-[A-Za-z]/.exec(word)?.[0] ?? []);
}

/** Words after `--` are never options. */
function beforeEnd(words: readonly string[]): readonly string[] {
  const end = words.indexOf("--");
  return words.slice(0, end < 0 ? words.length : end);
}

/** The declared option that a word names; null when there is none. */
function nameIn(word: string, known: Readonly<Record<string, Options>>): string | null {
  const name = word.replace(/^-+/, "");
  const [aliased] = Object.entries(known).find(([, { alias = [] }]) => [alias].flat().includes(name)) ?? [null];
  if (!word.startsWith("--") || aliased !== null) return aliased;
  if (Object.hasOwn(known, name) && !name.startsWith("no-")) return name;
  const positive = name.replace(/^no-/, "");
  return positive !== name && known[positive]?.boolean ? positive : null;
}

function camelCase(name: string): string {
  return name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

interface Effects {
  readonly goesWith?: { readonly [needed: string]: readonly string[] | undefined };
  readonly listOnly?: readonly string[];
}

function refuseWithoutEffect({ goesWith = {}, listOnly = [] }: Effects, given: Given): void {
  const [other] = [...given].filter(([name]) => !["list", "debug", ...listOnly].includes(name));
  if (given.has("list") && other) throw new UserError(`${other[1]} does nothing with --list. Leave it out.`);
  for (const [needed, names = []] of Object.entries(goesWith)) {
    const idle = given.has(needed) ? undefined : names.map((name) => given.get(name)).find((word) => word !== undefined);
    if (idle !== undefined)
      throw new UserError(`${idle} does nothing without --${flagName(needed)}. Add --${flagName(needed)}, or leave it out.`);
  }
}

/** The words of the usage line. @throws UserError for words that the command doesn't take */
function wordsOf(
  spec: { readonly usage: string; readonly words?: Readonly<Record<string, string>> },
  raw: { readonly _: readonly (string | number)[]; readonly [name: string]: unknown },
  depth: number,
): string[] {
  const [extra] = raw._.slice(depth);
  if (extra !== undefined) throw new UserError(`${JSON.stringify(restoreDash(String(extra)))} is one word too many. See --help.`);
  return Object.keys(spec.words ?? {}).flatMap((word) =>
    raw[word] === undefined ? [] : [raw[word]].flat().map((each) => restoreDash(String(each))),
  );
}
