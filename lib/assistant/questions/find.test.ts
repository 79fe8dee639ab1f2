import fs from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { findQuestions, neighborsOf } from "./find.ts";
import { loadQuestions } from "./load.ts";
import type { Question } from "./question.ts";

let questions: readonly Question[];
beforeAll(async () => {
  questions = await loadQuestions();
});

/**
 * Ways to ask, by the questions that answer them; `none` can't be answered. Stop words, meanings and weights were chosen by looking at
 * `tuned`, and then at the failures of `people`, `second` and `third`, which were written before; nobody looked at the failures of `last`.
 */
type Phrasings = Readonly<Record<string, readonly string[]>>;
const SETS: Readonly<Record<"tuned" | "people" | "second" | "third" | "last", Phrasings>> = JSON.parse(
  fs.readFileSync(new URL("./golden/phrasings.golden.json", import.meta.url), "utf8"),
);
const { tuned, ...later } = SETS;

function ranks(sets: readonly Phrasings[]): { readonly words: string; readonly rank: number; readonly sure: boolean }[] {
  return sets.flatMap((phrasings) =>
    Object.entries(phrasings).flatMap(([ids, ways]) =>
      ids === "none" ? [] : ways.map((words) => ({ words, ...placeOf(words, ids.split(" or ")) })),
    ),
  );
}

function placeOf(words: string, ids: readonly string[]) {
  const found = findQuestions(questions, words);
  const place = found.findIndex(({ question }) => ids.includes(question.id));
  return { rank: place < 0 ? Number.POSITIVE_INFINITY : place, sure: found[0]?.sure ?? false };
}

function share<T>(all: readonly T[], has: (each: T) => boolean): number {
  return all.filter(has).length / all.length;
}

const unanswerable = Object.values(SETS).flatMap(({ none = [] }) => none);

describe("ways to ask", () => {
  it.each([
    ["tuned", [tuned], 115, 0.98],
    ["of later sets", Object.values(later), 300, 0.98],
    ["that nobody looked at", [later.last], 70, 0.96],
  ] as const)("find the right question: %s", (_, sets, least, amongThree) => {
    const all = ranks(sets);
    expect(all.length).toBeGreaterThanOrEqual(least);
    expect(share(all, ({ rank }) => rank < 1)).toBeGreaterThanOrEqual(0.9);
    expect(share(all, ({ rank }) => rank < 3)).toBeGreaterThanOrEqual(amongThree);
    expect(share(all, ({ rank, sure }) => sure && rank < 1)).toBeGreaterThanOrEqual(0.85);
    expect(share(all, ({ rank, sure }) => sure && rank > 0)).toBeLessThanOrEqual(0.07);
  });

  it("without an answer get none", () => {
    expect(unanswerable.length).toBeGreaterThanOrEqual(100);
    expect(unanswerable.filter((words) => findQuestions(questions, words).some(({ sure }) => sure))).toEqual([]);
  });
});

it("every question is found by its own title", () => {
  expect(questions.filter(({ id, title }) => findQuestions(questions, title)[0]?.question.id !== id).map(({ id }) => id)).toEqual([]);
  const ways = new Set(questions.flatMap(({ title, otherWays }) => [title, ...otherWays].map((way) => way.toLowerCase())));
  // A phrasing that a question lists would only show that texts are equal.
  const listed = Object.values(SETS).flatMap((phrasings) =>
    Object.values(phrasings)
      .flat()
      .filter((words) => ways.has(words.toLowerCase())),
  );
  expect(listed.length).toBeLessThanOrEqual(10);
});

it("neighbors are others, the most alike first", () => {
  const daily = questions.find(({ id }) => id === "cost/by_day");
  expect(daily && neighborsOf(questions, daily).map(({ id }) => id)).not.toContain("cost/by_day");
  expect(daily && neighborsOf(questions, daily)).toHaveLength(2);
});
