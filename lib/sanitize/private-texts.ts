/** The texts of a history that were not published, and a search for them in what was made of it. */
import { isObject, type Json } from "../trace/exact-json.ts";
import { learnNames, learnWords } from "./names.ts";
import { readRows } from "./read.ts";
import { unescapings } from "./spellings.ts";

/** Shorter names, such as `al` and `000z`, are words of too many texts. */
const LEAST_CHARACTERS_OF_NAME = 4;
const LEAST_LETTERS_OF_NAME = 3;
/** Shorter values, such as `npm test`, are what many would write. */
const LEAST_CHARACTERS = 8;
/** Of a longer text the beginning is looked for, line by line. */
const MOST_WORDS = 8;
const MOST_LINES = 50;
/** About 300 bytes of memory each. */
const MOST_TEXTS = 1_000_000;

const WORD = /[\p{L}\p{M}\p{N}]+/gu;
const TIME = /^\d{4}-\d\d-\d\dT/;
/** A part of a UUID: pseudonyms have the same by chance. */
const PART_OF_ID = /^(?:[0-9a-f]{4}|[0-9a-f]{8}|[0-9a-f]{12})$/i;

/**
 * Texts as sequences of words: letter case, and whatever separates words, make no difference. A search takes one pass over a text,
 * however many sequences there are.
 */
export class PrivateTexts {
  private readonly words = new Set<string>();
  /** The words from the third on, by the first and then the second. */
  private readonly sequences = new Map<string, Map<string, string[][]>>();
  private size = 0;

  /** Adds a name of one word or more. */
  addName(name: string): void {
    const letters = name.match(/\p{L}/gu)?.length ?? 0;
    const isLong = letters >= LEAST_LETTERS_OF_NAME && charactersIn(name) >= LEAST_CHARACTERS_OF_NAME;
    if (isLong && !PART_OF_ID.test(name)) this.add(wordsOf(name));
  }

  /** Adds a value: its lines, or what they begin with. */
  addValue(value: string): void {
    if (TIME.test(value)) return;
    for (const line of value.split("\n", MOST_LINES))
      if (charactersIn(line) >= LEAST_CHARACTERS) this.add(wordsOf(line).slice(0, MOST_WORDS));
  }

  /** Takes out what the text holds: it is known to be public. */
  forget(text: string): void {
    for (const found of this.in(text)) this.remove(found);
  }

  /**
   * The first of them in a text, however it is escaped; null when there is none.
   * @param least letters and digits; shorter ones are passed over
   */
  firstIn(text: string, least = 0): string | null {
    for (const words of this.in(text)) {
      const found = words.join(" ");
      if (charactersIn(found) >= least) return found;
    }
    return null;
  }

  private *in(text: string): Generator<readonly string[]> {
    const spellings = new Set([...unescapings(text), ...unescapings(withoutNamedEscapes(text))]);
    for (const spelling of spellings) yield* this.inWords(wordsOf(spelling));
  }

  private *inWords(words: readonly string[]): Generator<readonly string[]> {
    for (const [i, word] of words.entries()) {
      if (this.words.has(word)) yield [word];
      const rests = this.sequences.get(word)?.get(words[i + 1] ?? "");
      for (const rest of rests ?? []) if (rest.every((other, j) => words[i + 2 + j] === other)) yield words.slice(i, i + 2 + rest.length);
    }
  }

  private add(words: readonly string[]): void {
    const [first, second, ...rest] = words;
    if (first === undefined || this.size >= MOST_TEXTS) return;
    if (second === undefined) this.words.add(first);
    else {
      const seconds = this.sequences.get(first) ?? new Map<string, string[][]>();
      const rests = seconds.get(second) ?? [];
      if (rests.some((other) => isSame(other, rest))) return;
      this.sequences.set(first, seconds.set(second, [...rests, rest]));
    }
    this.size++;
  }

  private remove([first = "", second, ...rest]: readonly string[]): void {
    if (second === undefined) this.words.delete(first);
    else {
      const seconds = this.sequences.get(first);
      seconds?.set(
        second,
        (seconds.get(second) ?? []).filter((other) => !isSame(other, rest)),
      );
    }
  }
}

/**
 * What the files of a trace hold and the published ones don't.
 * @param files JSON lines
 * @param names lines with names that no row shows
 * @param published JSON lines of the same in their published form
 */
export async function privateTextsOf(files: readonly string[], names: string, published: readonly string[]): Promise<PrivateTexts> {
  const texts = new PrivateTexts();
  const learned = new Set<string>();
  for (const line of names.split("\n")) {
    learnWords(line, learned);
    texts.addValue(line);
  }
  for (const file of files)
    for await (const { row } of readRows(file)) {
      learnNames(row, learned);
      for (const value of textsIn(row)) texts.addValue(value);
    }
  for (const name of learned) texts.addName(name);
  for (const file of published) for await (const { row } of readRows(file)) for (const value of textsIn(row)) texts.forget(value);
  return texts;
}

function* textsIn(value: Json | undefined): Generator<string> {
  if (typeof value === "string") yield value;
  else if (Array.isArray(value)) for (const element of value) yield* textsIn(element);
  else if (isObject(value)) for (const key of Object.keys(value)) yield* textsIn(value[key]);
}

/** JSON's `\n`, which would begin the next word, and HTML's `&amp;`, which would be one. */
function withoutNamedEscapes(text: string): string {
  return text.replaceAll(/\\[nrtbf"]|&(?:amp|lt|gt|quot|apos);/g, " ");
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(WORD) ?? [];
}

function charactersIn(text: string): number {
  return text.match(/\p{L}|\p{N}/gu)?.length ?? 0;
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((word, i) => word === b[i]);
}
