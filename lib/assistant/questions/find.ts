/** Ranks questions by the words that someone asks with. Runs in pages, too. */
import MiniSearch from "minisearch";
import { periodIn } from "./periods.ts";
import type { Question } from "./question.ts";
import { type Word, wordsOf } from "./words.ts";

/** What a question is found by. */
export type Findable = Pick<Question, "id" | "title" | "otherWays"> & { readonly columns: readonly { readonly name: string }[] };

export interface Found<Q extends Findable = Question> {
  readonly question: Q;
  /** Larger is better; only comparable within one ranking. */
  readonly score: number;
  /** Whether it may be answered without asking back. Then the best is sure, too. */
  readonly sure: boolean;
}

/** What a question must have to be sure: this share of the words, by their weight, and one wording that is so much like them. */
const SURE = { share: 0.55, likeness: 0.6 };
/** By how much the best must be better than the next when a single word asks. */
const SINGLE_MARGIN = 1.1;

/** A word that means the same in one of its less usual senses counts less. */
const OTHER_SENSE = 0.7;
/** Of words that no question has, compared with one that a single question has: unknown ones, and those about something else. */
const UNKNOWN = { word: 0.5, elsewhere: 2 };
/** Words that say how to answer rather than what to answer. */
const WEAK = new Set(["component", "typical", "frequent", "large", "single"]);
const WEAK_WEIGHT = 0.5;
/** What a question means that says nothing else. */
const IMPLIED = "total";
const IMPLIED_WEIGHT = 0.25;

const BOOST = { title: 3, ways: 2, columns: 0.5, topic: 1 };

/** Questions that share a word with `words`, the best first. Periods such as `last month` are none of the words. */
export function findQuestions<Q extends Findable>(questions: readonly Q[], words: string): readonly Found<Q>[] {
  const index = indexOf(questions);
  const { rest } = periodIn(words, new Date(0));
  const asked = distinct(wordsOf(rest, index.terms)).map((word) => ({ ...word, weight: index.weightOf(word) }));
  const total = sum(asked.map(({ weight }) => weight));
  const found = index.search
    .search(asked.flatMap(({ terms }) => terms).join(" "), { boost: BOOST })
    .flatMap(({ id, score, queryTerms }) => {
      const phrases = index.phrases.get(id);
      const question = questions.find((each) => each.id === id);
      if (!phrases || !question) return [];
      const share = commonWeight(asked, new Set(queryTerms)) / total;
      const likeness = Math.max(...phrases.map(({ terms, weight }) => (2 * commonWeight(asked, terms)) / (total + weight)));
      return [{ question, score: Math.sqrt(Math.sqrt(score) * share) * likeness, sure: share >= SURE.share && likeness >= SURE.likeness }];
    })
    .sort((a, b) => b.score - a.score);
  const [best, next] = found;
  const isOneOfMany = asked.length === 1 && best && next && best.score < SINGLE_MARGIN * next.score;
  return best?.sure && !isOneOfMany ? found : found.map((each) => ({ ...each, sure: false }));
}

/** Without words that mean in some sense what another word usually means. */
function distinct(words: readonly Word[]): Word[] {
  const single = [...new Map(words.map((word) => [word.terms[0], word])).values()];
  return single.filter(({ terms: [, ...senses] }) => !single.some(({ terms: [usual] }) => senses.includes(usual)));
}

type Weighted = Word & { readonly weight: number };

/** Of the words that mean one of the terms. */
function commonWeight(asked: readonly Weighted[], terms: ReadonlySet<string>): number {
  return sum(
    asked.map(({ terms: [usual, ...others], weight }) => {
      if (terms.has(usual)) return weight;
      return others.some((term) => terms.has(term)) ? weight * OTHER_SENSE : 0;
    }),
  );
}

const NEIGHBORS = 2;

/** The questions that are most like one; if there are too few, others of its topic. */
export function neighborsOf(questions: readonly Question[], question: Question): Question[] {
  const alike = findQuestions(questions, [question.title, ...question.otherWays].join(" ")).map((each) => each.question);
  const topic = (id: string) => id.split("/")[0];
  const ofTopic = questions.filter(({ id }) => topic(id) === topic(question.id));
  return [...new Set([...alike, ...ofTopic])].filter(({ id }) => id !== question.id).slice(0, NEIGHBORS);
}

interface Index {
  readonly search: MiniSearch;
  /** The title and each other wording, by question. */
  readonly phrases: ReadonlyMap<string, readonly Phrase[]>;
  readonly terms: ReadonlySet<string>;
  /** The rarer a word is among the questions, the more it weighs; see `UNKNOWN` for one that none has. */
  readonly weightOf: (word: Word) => number;
}

interface Phrase {
  readonly terms: ReadonlySet<string>;
  readonly weight: number;
}

const indexes = new WeakMap<readonly Findable[], Index>();

function indexOf(questions: readonly Findable[]): Index {
  const made = indexes.get(questions) ?? indexed(questions);
  indexes.set(questions, made);
  return made;
}

function indexed(questions: readonly Findable[]): Index {
  const search = new MiniSearch({
    fields: Object.keys(BOOST),
    tokenize: (text) => text.split(" ").filter(Boolean),
    processTerm: (term) => term,
  });
  const termsOf = (text: string) => wordsOf(text).flatMap(({ terms }) => terms);
  const documents = questions.map(({ id, title, otherWays, columns }) => ({
    id,
    title: termsOf(title).join(" "),
    ways: otherWays.flatMap((way) => termsOf(way)).join(" "),
    columns: columns.flatMap(({ name }) => termsOf(name.replaceAll("_", " "))).join(" "),
    topic: termsOf(id.replaceAll("_", " ")).join(" "),
  }));
  search.addAll(documents);
  const holders = new Map<string, number>();
  for (const { id: _, ...fields } of documents)
    for (const term of new Set(Object.values(fields).flatMap((text) => text.split(" ")))) holders.set(term, (holders.get(term) ?? 0) + 1);
  const weightOf = ({ terms: [usual, ...others], isElsewhere }: Word) => {
    const found = Math.max(...[usual, ...others].map((term) => holders.get(term) ?? 0));
    if (found === 0) return Math.log(1 + questions.length) * (isElsewhere ? UNKNOWN.elsewhere : UNKNOWN.word);
    return Math.log(1 + questions.length / found) * (WEAK.has(usual) ? WEAK_WEIGHT : 1);
  };
  const weightInPhrase = (word: Word) => weightOf(word) * (word.terms[0] === IMPLIED ? IMPLIED_WEIGHT : 1);
  const phraseOf = (text: string): Phrase => {
    const words = distinct(wordsOf(text));
    return { terms: new Set(words.flatMap(({ terms }) => terms)), weight: sum(words.map(weightInPhrase)) };
  };
  return {
    search,
    terms: new Set(holders.keys()),
    phrases: new Map(questions.map(({ id, title, otherWays }) => [id, [title, ...otherWays].map(phraseOf)])),
    weightOf,
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
