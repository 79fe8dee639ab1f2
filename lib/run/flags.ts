/** Command-line flags of experiments: parsed from their declarations, checked at the door. */
import fs from "node:fs";
import type { Flag, Flags, GivenFile } from "../experiment.ts";
import { messageOf, UserError } from "../files/errors.ts";

type Raw = Readonly<Record<string, unknown>>;

/**
 * The options of one experiment, by camel-cased name, out of what yargs collected.
 * @throws UserError for a value that is no number, outside its bounds or not among the choices
 */
export function parseFlags(flags: Flags, raw: Raw): Record<string, unknown> {
  return Object.fromEntries(Object.entries(flags).map(([key, flag]) => [key, flagValue(flagName(key), flag, raw[flagName(key)])]));
}

/** The flags that differ from their defaults, as words of a command line. */
export function givenFlags(flags: Flags, options: Raw): string[] {
  return Object.entries(flags).flatMap(([key, flag]) => {
    const name = flagName(key);
    const value = options[key];
    if (value === undefined || JSON.stringify(value) === JSON.stringify(defaultValue(flag))) return [];
    if (isGivenFile(value)) return [`--${name}`, value.name];
    if (typeof value === "boolean") return [value ? `--${name}` : `--no-${name}`];
    return [`--${name}`, ...(Array.isArray(value) ? value.map(String) : [String(value)])];
  });
}

function flagValue(name: string, flag: Flag, raw: unknown): unknown {
  if (raw === undefined) return defaultValue(flag);
  if (flag.type === "boolean") return Boolean(raw);
  const words = [raw].flat().map(String);
  const values = words.map((word) => (flag.type === "number" ? numberValue(name, flag, word) : textValue(name, flag, word)));
  if (flag.array) return values;
  if (values.length > 1) throw new UserError(`--${name} was given ${values.length} times (${words.join(", ")}); give it once.`);
  return flag.isFile ? givenFile(name, words.join()) : values[0];
}

/** Contents of the files that flags name: what results depend on besides the words of the command line. */
export function textsOfFiles(options: Raw): string[] {
  return Object.values(options).flatMap((value) => (isGivenFile(value) ? [value.text] : []));
}

function givenFile(name: string, file: string): GivenFile {
  try {
    return { name: file, text: fs.readFileSync(file, "utf8") };
  } catch (error) {
    throw new UserError(`--${name}: ${file} can't be read (${messageOf(error)}).`, 2, { cause: error });
  }
}

function isGivenFile(value: unknown): value is GivenFile {
  return typeof value === "object" && value !== null && "name" in value && "text" in value;
}

function defaultValue(flag: Flag): unknown {
  return flag.default ?? (flag.type === "boolean" ? false : flag.array ? [] : undefined);
}

function numberValue(name: string, flag: Flag, word: string): number {
  const value = Number(word);
  if (word.trim() === "" || !Number.isFinite(value)) throw new UserError(`--${name} takes a number, not "${word}".`);
  if (flag.integer && !Number.isInteger(value)) throw new UserError(`--${name} takes a whole number, not ${word}.`);
  if (flag.min !== undefined && value < flag.min) throw new UserError(`--${name} must be at least ${flag.min}, not ${word}.`);
  if (flag.max !== undefined && value > flag.max) throw new UserError(`--${name} must be at most ${flag.max}, not ${word}.`);
  return value;
}

function textValue(name: string, flag: Flag, word: string): string {
  if (flag.choices && !flag.choices.includes(word))
    throw new UserError(`--${name} must be one of ${flag.choices.join(", ")}, not "${word}".`);
  return word;
}

/** `minDrop` is `min-drop` on the command line. */
export function flagName(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
