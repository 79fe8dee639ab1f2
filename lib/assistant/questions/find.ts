/** Ranks questions by the words that someone asks with. Runs in pages, too. */
import MiniSearch from "minisearch";
import { periodIn } from "./periods.ts";
import type { Question } from "./question.ts";
import { termsOf } from "./words.ts";

/** What a question is found by. */
export type Findable = Pick<Question, "id" | "title" | "otherWays"> & { readonly columns: readonly { readonly name: string }[] };

export interface Found<Q extends Findable = Question> {
  readonly question: Q;
  /** Larger is better; only comparable within one ranking. */
  readonly score: number;
  /** Whether it may be answered without asking back: most of the weight of the words is in the question. */
  readonly sure: boolean;
}

/** Share of the words, weighted by how rare they are, that a question must have. */
const SURE_SHARE = 0.6;

const BOOST = { title: 3, ways: 2, columns: 0.5, topic: 1 };

/** Questions that share a word with `words`, the best first. Periods such as `last month` are none of the words. */
export function findQuestions<Q extends Findable>(questions: readonly Q[], words: string): readonly Found<Q>[] {
  const index = indexOf(questions);
  const { rest } = periodIn(words, new Date(0));
  const terms = new Set(termsOf(rest, index.terms));
  const weight = (some: Iterable<string>) => sum([...some].map((term) => index.weightOf(term)));
  const total = weight(terms);
  return index.search
    .search([...terms].join(" "), { boost: BOOST })
    .flatMap(({ id, score, queryTerms }) => {
      const phrases = index.phrases.get(id);
      const question = questions.find((each) => each.id === id);
      if (!phrases || !question) return [];
      const share = weight(queryTerms) / total;
      const likeness = Math.max(...phrases.map((phrase) => likenessOf(terms, phrase, weight)));
      return [{ question, score: Math.sqrt(score) * share * likeness, sure: share >= SURE_SHARE }];
    })
    .sort((a, b) => b.score - a.score);
}

/** What two sets of terms have in common: 1 when they are equal, 0 without any. */
function likenessOf(terms: ReadonlySet<string>, phrase: ReadonlySet<string>, weight: (some: Iterable<string>) => number): number {
  const common = weight([...terms].filter((term) => phrase.has(term)));
  return common === 0 ? 0 : (2 * common) / (weight(terms) + weight(phrase));
}

const NEIGHBORS = 2;

/** The questions that are most like one. */
export function neighborsOf(questions: readonly Question[], question: Question): Question[] {
  const found = findQuestions(questions, [question.title, ...question.otherWays].join(" "));
  return found
    .map((each) => each.question)
    .filter(({ id }) => id !== question.id)
    .slice(0, NEIGHBORS);
}

interface Index {
  readonly search: MiniSearch;
  /** The terms of the title and of each other wording, by question. */
  readonly phrases: ReadonlyMap<string, readonly ReadonlySet<string>[]>;
  readonly terms: ReadonlySet<string>;
  /** The rarer a term is among the questions, the more it weighs; one that none has weighs most. */
  readonly weightOf: (term: string) => number;
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
  const documents = questions.map(({ id, title, otherWays, columns }) => ({
    id,
    title: termsOf(title).join(" "),
    ways: otherWays.flatMap((way) => termsOf(way)).join(" "),
    columns: columns.flatMap(({ name }) => termsOf(name)).join(" "),
    topic: termsOf(id).join(" "),
  }));
  search.addAll(documents);
  const holders = new Map<string, number>();
  for (const { id: _, ...fields } of documents)
    for (const term of new Set(Object.values(fields).flatMap((text) => text.split(" ")))) holders.set(term, (holders.get(term) ?? 0) + 1);
  return {
    search,
    terms: new Set(holders.keys()),
    phrases: new Map(questions.map(({ id, title, otherWays }) => [id, [title, ...otherWays].map((phrase) => new Set(termsOf(phrase)))])),
    weightOf: (term) => Math.log(1 + questions.length / (holders.get(term) ?? 1)),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
