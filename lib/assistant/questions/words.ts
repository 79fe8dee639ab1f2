/** Words that people ask with, made into the terms that questions are found by: one term for words of one meaning, in three languages. */
import { distance } from "fastest-levenshtein";
import { stemmer } from "stemmer";
import { CHINESE, ELSEWHERE, EXPRESSIONS, MEANINGS, STOP_WORDS } from "./thesaurus.ts";

/** A word of a text. */
export interface Word {
  /** What it can mean, the usual meaning first; a word of no known meaning is its own. */
  readonly terms: Terms;
  /** Whether it is about something that no question is about, such as the future. */
  readonly isElsewhere: boolean;
}

type Terms = readonly [string, ...string[]];

/**
 * `Tokens per day` as `token`, `day`. Words that are neither known nor among the meanings are corrected to one that is, if they
 * differ by a letter or two, or have two letters the wrong way round.
 * @param known other terms that are right as they are
 */
export function wordsOf(text: string, known?: ReadonlySet<string>): Word[] {
  const words = rawWords(text);
  return words.flatMap((word, i): Word[] => {
    const stem = stemmer(word);
    if (STOPS.has(word) || STOPS.has(stem)) return [];
    const terms = ELSEWHERES.has(word) ? undefined : meaningsOf(word);
    if (terms) return [{ terms, isElsewhere: false }];
    if (ELSEWHERES.has(word) || ELSEWHERES.has(stem)) return [{ terms: [stem], isElsewhere: true }];
    if (!known || known.has(stem)) return [{ terms: [stem], isElsewhere: false }];
    const corrected = correctedWord(word, known);
    if (STOPS.has(corrected ?? "")) return [];
    if (corrected !== null) return [{ terms: meaningsOf(corrected) ?? [corrected], isElsewhere: false }];
    return [{ terms: [stem], isElsewhere: COUNTED.test(words.slice(Math.max(0, i - 2), i).join(" ")) }];
  });
}

/** What comes before the thing that is asked about: one of no known meaning is not in any question. */
const COUNTED = /(?:^| )(?:how (?:many|much)|which|wie viele?|welche[rsn]?|(?:what|which) (?:kind|type) of)$/;

const STOPS = new Set(STOP_WORDS);
const ELSEWHERES = new Set(ELSEWHERE.flatMap((word) => [word, stemmer(word)]));

/** Terms by the words that mean them, and by the stems of those. */
const BY_WORD = new Map<string, [string, ...string[]]>();
const BY_STEM = new Map<string, [string, ...string[]]>();
for (const line of MEANINGS) {
  const [term = "", others = ""] = line.split(":");
  for (const word of [term, ...others.split(",").filter(Boolean)]) {
    addTo(BY_WORD, word, term);
    addTo(BY_STEM, stemmer(word), term);
  }
}

function addTo(map: Map<string, [string, ...string[]]>, key: string, term: string): void {
  const terms = map.get(key);
  if (!terms) map.set(key, [term]);
  else if (!terms.includes(term)) terms.push(term);
}

function meaningsOf(word: string): Terms | undefined {
  return BY_WORD.get(word) ?? BY_STEM.get(stemmer(word)) ?? comparedMeaning(word);
}

/** Of `bigger` and `slowest`. */
function comparedMeaning(word: string): Terms | undefined {
  const [, root] = /^(.{3,}?)(?:er|est)$/.exec(word) ?? [];
  if (root === undefined) return undefined;
  return [root, root.slice(0, -1), `${root}e`].map((each) => BY_WORD.get(each)).find((terms) => terms !== undefined);
}

function rawWords(text: string): string[] {
  let english = text.normalize("NFKC").toLowerCase();
  for (const [expression, meaning] of EXPRESSIONS) english = english.replaceAll(expression, meaning);
  for (const [chinese, meaning] of CHINESE_WORDS) english = english.replaceAll(chinese, ` ${meaning} `);
  // What is left of a text in Chinese are the small words between those known.
  return english.split(/[^\p{L}\p{N}_%$€]+|[\p{Script=Han}]+/u).filter(Boolean);
}

const CHINESE_WORDS = Object.entries(CHINESE).sort(([a], [b]) => b.length - a.length);

/** The nearest word that it may have been meant to be: one of the meanings, one without meaning, or one of the known terms. */
function correctedWord(word: string, known: ReadonlySet<string>): string | null {
  if (word.length < LEAST_LETTERS || /\d/.test(word)) return null;
  let [nearest, least]: [string | null, number] = [null, Number.POSITIVE_INFINITY];
  for (const spelling of [word, ...[stemmer(word)].filter((stem) => stem.length > LEAST_LETTERS)])
    for (const words of [BY_WORD.keys(), STOPS, known])
      for (const candidate of words) {
        const apart = misspelling(spelling, candidate);
        if (apart < least) [nearest, least] = [candidate, apart];
      }
  return nearest;
}

/** How many letters differ; infinite if too many do. */
function misspelling(word: string, candidate: string): number {
  const most = word.length < LONG_WORD ? 1 : 2;
  if (candidate[0] !== word[0] || candidate.length < LEAST_LETTERS || Math.abs(candidate.length - word.length) > most)
    return Number.POSITIVE_INFINITY;
  const found = differences(word, candidate);
  return found > most ? Number.POSITIVE_INFINITY : found;
}

const LEAST_LETTERS = 4;
const LONG_WORD = 8;

/** As `distance`, but two neighbors the wrong way round are one difference. */
function differences(word: string, other: string): number {
  const swapped = [...word].some((_, i) => word.slice(0, i) + (word[i + 1] ?? "") + word[i] + word.slice(i + 2) === other);
  return swapped ? 1 : distance(word, other);
}

/** Whether a word is one that questions are asked with, whatever it may name besides. */
export function isPlainWord(word: string): boolean {
  return STOPS.has(word) || (meaningsOf(word) !== undefined && !NAMES.has(word)) || COMMON.has(word);
}

/** Words among the meanings that are names. */
const NAMES = new Set("opus sonnet haiku fable gpt bash grep glob exec_command apply_patch".split(" "));
/** Names of tools and parts of names that are words. */
const COMMON = new Set(
  "read edit write task agent skill wait exec shell search fetch test work code data home user users main src app api web site docs".split(
    " ",
  ),
);
