import { describe, expect, it } from "vitest";
import { type Choice, choiceIn, type Entry, matches, orderOf, searchOf } from "./choice.ts";

const ALL = choiceIn("");

describe("what the address of the list chooses", () => {
  it.each<[string, Partial<Choice>]>([
    ["", {}],
    ["?text=cache+miss&category=session&sort=title", { text: "cache miss", category: "session", sort: "title" }],
    ["?provider=codex&kind=tables&view=cards", { provider: "codex", kind: "tables", view: "cards" }],
  ])("%s, and back", (search, choice) => {
    expect(choiceIn(search)).toEqual({ ...ALL, ...choice });
    expect(searchOf({ ...ALL, ...choice })).toBe(search);
  });
});

const ENTRY: Entry = {
  text: "a1 waits of claude",
  title: "Waits",
  category: "session",
  kinds: "figures tables",
  providers: "claude codex",
};

describe("an entry of the list", () => {
  it.each<[string, Entry, Partial<Choice>, boolean]>([
    ["whatever is asked", ENTRY, {}, true],
    ["all words", ENTRY, { text: "Claude waits" }, true],
    ["one word of two", ENTRY, { text: "claude cost" }, false],
    ["its category", ENTRY, { category: "session" }, true],
    ["another category", ENTRY, { category: "tool_calls" }, false],
    ["a kind it has", ENTRY, { kind: "tables" }, true],
    ["a kind that it lacks", ENTRY, { kind: "checks" }, false],
    ["a provider that it names", ENTRY, { provider: "codex" }, true],
    ["another provider", ENTRY, { provider: "gemini" }, false],
    ["a provider, where it names none", { ...ENTRY, providers: "" }, { provider: "gemini" }, true],
  ])("matches %s: %s", (_, entry, choice, expected) => {
    expect(matches(entry, { ...ALL, ...choice })).toBe(expected);
  });
});

it.each([
  ["", ["b", "a", "c"]],
  ["title", ["a", "b", "c"]],
  ["figures", ["c", "b", "a"]],
  ["rows", ["a", "b", "c"]],
  ["nothing known", ["b", "a", "c"]],
])("sorted by %j", (sort, expected) => {
  const entries: Entry[] = [
    { text: "", title: "b", figures: "2", rows: "10" },
    { text: "", title: "a", figures: "1", rows: "100" },
    { text: "", title: "c", figures: "10", rows: "9" },
  ];
  expect(entries.toSorted(orderOf(sort)).map(({ title }) => title)).toEqual(expected);
});
