import { describe, expect, it } from "vitest";
import { dayGroups, isAskedFor, type ListChoice, type ListEntry, listChoiceIn, listOrder, listSearchOf } from "./list.ts";

const ALL = listChoiceIn("");
const entry = (name: string, more: Partial<ListEntry> = {}): ListEntry => ({
  name,
  provider: "claude",
  model: "opus",
  project: "atlas",
  title: null,
  start: "2026-01-30T10:00:00.000Z",
  durationS: 60,
  activeS: 60,
  steps: 1,
  usd: 1,
  usdMost: 1,
  isMarked: false,
  input: 10,
  output: 1,
  isPartial: false,
  calls: 0,
  failed: 0,
  helpers: 0,
  helpersUsd: null,
  isHelper: false,
  ...more,
});

describe("what the address of the list asks for", () => {
  it.each<[string, Partial<ListChoice>]>([
    ["", {}],
    ["?text=cache+miss&provider=claude&sort=cost", { text: "cache miss", provider: "claude", sort: "cost" }],
    ["?project=atlas&page=3", { project: "atlas", page: 3 }],
  ])("%s, and back", (search, choice) => {
    expect(listChoiceIn(search)).toEqual({ ...ALL, ...choice });
    expect(listSearchOf({ ...ALL, ...choice })).toBe(search);
  });

  it.each(["?page=-1", "?page=x", "?page=1.5"])("%s is the first page", (search) => expect(listChoiceIn(search).page).toBe(1));
});

it.each<[string, Partial<ListChoice>, boolean]>([
  ["anything", {}, true],
  ["all words, in any field", { text: "OPUS fix" }, true],
  ["one word of two", { text: "opus codex" }, false],
  ["its project", { project: "atlas" }, true],
  ["another provider", { provider: "codex" }, false],
])("a session is asked for by %s: %s", (_, choice, expected) => {
  expect(isAskedFor(entry("a", { title: "Fix the cache" }), { ...ALL, ...choice })).toBe(expected);
});

const SESSIONS = [
  entry("a", { start: "2026-01-30T10:00:00.000Z", usd: 1, steps: 3 }),
  entry("b", { start: "2026-01-31T10:00:00.000Z", usd: null, steps: 5 }),
  entry("c", { start: null, usd: 4, steps: 4 }),
  entry("d", { start: "2026-01-30T11:00:00.000Z", usd: 2, steps: 3 }),
];

it.each([
  ["", "bdac"],
  ["oldest", "adbc"],
  ["cost", "cdab"],
  ["steps", "bcad"],
  ["nothing known", "bdac"],
])("sorted by %j: %s", (sort, expected) => {
  expect(
    SESSIONS.toSorted(listOrder(sort))
      .map(({ name }) => name)
      .join(""),
  ).toBe(expected);
});

it("groups neighbors by day, with sums over all that are found", () => {
  const ordered = SESSIONS.toSorted(listOrder(""));
  const titles = (sort: string) => dayGroups(ordered.slice(0, 2), ordered, sort).map(({ title, entries }) => [title, entries.length]);
  expect(titles("")).toEqual([
    ["Jan 31, 2026: 1 session", 1],
    ["Jan 30, 2026: 2 sessions, $3.00", 1],
  ]);
  expect(titles("cost")).toEqual([["", 2]]);
});
