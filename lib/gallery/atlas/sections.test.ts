import { describe, expect, it } from "vitest";
import { reportOf, withRun } from "../../testing/finished-run.ts";
import { readAtlas } from "./atlas.ts";
import { sectionsOf } from "./sections.ts";

it("numbers experiments within their categories", () => {
  expect(sectionsOf(["b/y", "a/x", "b/x"])).toEqual([
    { category: "b", letter: "A", ids: ["b/y", "b/x"] },
    { category: "a", letter: "B", ids: ["a/x"] },
  ]);
});

it("goes on after Z", () => {
  const letters = sectionsOf(Array.from({ length: 54 }, (_, i) => `c${i}/x`)).map(({ letter }) => letter);
  expect([letters[25], letters[26], letters[27], letters[52]]).toEqual(["Z", "AA", "AB", "BA"]);
});

describe("the place of an experiment", () => {
  const ALL = ["session/a", "session/b", "tool_calls/a", "own/a"];

  it.each([
    ["all are run", ALL, ["A1", "A2", "B1", "C1"]],
    ["some are run", ["session/b", "tool_calls/a"], ["A2", "B1"]],
    ["one is run", ["own/a"], ["C1"]],
    ["one is run that has no folder", ["session/b", "session/gone"], ["A2", "A3"]],
  ])("is the same when %s", (_, selected, marks) =>
    withRun(async (run) => {
      for (const id of ALL) run.source(id, "README.md", "# Title\n");
      const report = reportOf(await Promise.all(selected.map((id) => run.add({ id }))));
      const { sheets } = await readAtlas({ ...run, report }, [], null, { bytes: 0, packed: 0 });
      expect(sheets.map(({ id, mark }) => [id, mark])).toEqual(selected.map((id, i) => [id, marks[i]]));
    }),
  );
});
