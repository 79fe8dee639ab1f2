import { beforeAll, describe, expect, it } from "vitest";
import { findQuestions, neighborsOf } from "./find.ts";
import { loadQuestions } from "./load.ts";
import { PHRASINGS } from "./phrasings-fixture.ts";
import type { Question } from "./question.ts";

let questions: readonly Question[];
beforeAll(async () => {
  questions = await loadQuestions();
});

const HELD_OUT = PHRASINGS.filter((_, i) => i % 3 === 2);
const OTHERS = PHRASINGS.filter((_, i) => i % 3 !== 2);

function places(phrasings: typeof PHRASINGS) {
  const answerable = phrasings.flatMap(([words, id]) => (id === null ? [] : [{ words, id }]));
  const ranks = answerable.map(({ words, id }) => findQuestions(questions, words).findIndex(({ question }) => question.id === id));
  const share = (most: number) => ranks.filter((rank) => rank >= 0 && rank < most).length / ranks.length;
  return { first: share(1), amongThree: share(3) };
}

describe("120 ways to ask", () => {
  it.each([
    ["held out", HELD_OUT],
    ["others", OTHERS],
  ] as const)("find the right question: %s", (_, phrasings) => {
    const { first, amongThree } = places(phrasings);
    expect(first).toBeGreaterThanOrEqual(0.9);
    expect(amongThree).toBeGreaterThanOrEqual(0.98);
  });

  it.each(PHRASINGS.filter(([, id]) => id === null))("no question is sure of %s", (words) => {
    expect(findQuestions(questions, words).filter(({ sure }) => sure)).toEqual([]);
  });

  it("most of those that are found first are sure", () => {
    const first = PHRASINGS.flatMap(([words, id]) => {
      const [best] = findQuestions(questions, words);
      return best && best.question.id === id ? [best.sure] : [];
    });
    expect(first.filter(Boolean).length / first.length).toBeGreaterThanOrEqual(0.9);
  });
});

it("every question is found by its own title", () => {
  expect(questions.filter(({ id, title }) => findQuestions(questions, title)[0]?.question.id !== id)).toEqual([]);
});

it("the set has 120 phrasings, and every question of it exists", () => {
  const ids = new Set(questions.map(({ id }) => id));
  expect(PHRASINGS.length).toBe(120);
  expect(PHRASINGS.filter(([, id]) => id !== null && !ids.has(id))).toEqual([]);
  expect(new Set(PHRASINGS.map(([words]) => words)).size).toBe(120);
  const ways = new Set(questions.flatMap(({ title, otherWays }) => [title, ...otherWays]).map((way) => way.toLowerCase()));
  // A phrasing that a question lists would only show that texts are equal.
  expect(PHRASINGS.filter(([words]) => ways.has(words.toLowerCase())).length).toBeLessThanOrEqual(6);
});

it("neighbors are others, the most alike first", () => {
  const daily = questions.find(({ id }) => id === "cost/by_day");
  expect(daily && neighborsOf(questions, daily).map(({ id }) => id)).not.toContain("cost/by_day");
  expect(daily && neighborsOf(questions, daily)).toHaveLength(2);
});
