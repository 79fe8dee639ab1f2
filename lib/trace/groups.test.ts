import { describe, expect, it } from "vitest";
import { withPool } from "../testing/pool.ts";
import { largestGroups, rowGroups } from "./groups.ts";

describe("rowGroups", () => {
  it.each<[string[], [string, number, number][]]>([
    [[], [["all", 0, 0]]],
    [
      ["a"],
      [
        ["all", 0, 1],
        ["a", 0, 1],
      ],
    ],
    [
      ["", "a", "a", "b"],
      [
        ["all", 0, 4],
        ["", 0, 1],
        ["a", 1, 3],
        ["b", 3, 4],
      ],
    ],
    [
      ["all", "b"],
      [
        ["all", 0, 2],
        ["b", 1, 2],
      ],
    ],
  ])("%j", (labels, expected) => {
    expect(rowGroups(labels).map(({ label, from, to }) => [label, from, to])).toEqual(expected);
  });
});

describe("largestGroups", () => {
  it.each<[Record<string, number>, number, string[]]>([
    [{ all: 0 }, 8, []],
    [{ all: 3 }, 8, ["all"]],
    [{ all: 6, a: 1, b: 3, c: 2 }, 8, ["b", "c", "a"]],
    [{ all: 6, a: 1, b: 3, c: 2 }, 2, ["b", "c"]],
    [{ all: 2, b: 1, a: 1, empty: 0 }, 8, ["a", "b"]],
  ])("%j, at most %d", (sizes, most, expected) => {
    expect(largestGroups(new Map(Object.entries(sizes)), most)).toEqual(expected);
  });
});

describe("step_groups", () => {
  it.each([
    [{ provider: "codex", model: "gpt-5.5" }, ["codex", "gpt-5.5", "codex:gpt-5.5"]],
    [{}, ["<unknown-provider>", "<unknown-model>", "<unknown-provider>:<unknown-model>"]],
    [{ provider: "", model: "m" }, ["", "m", ":m"]],
  ])("labels %j", async (step, expected) => {
    const rows = await withPool([step], (pool) =>
      pool.rows<{ label: string }>(
        "-- uses: step_groups\nSELECT label FROM step_groups ORDER BY list_position(['provider', 'model', 'provider_model'], group_by)",
      ),
    );
    expect(rows.map(({ label }) => label)).toEqual(expected);
  });
});
