import { describe, expect, it } from "vitest";
import { seriesFieldsOf } from "./linked-series.ts";

const panel = (field: string, channel: object = {}) => ({
  data: { values: [{ [field]: "claude" }, { [field]: "codex" }] },
  mark: "bar",
  encoding: { color: { field, type: "nominal", ...channel } },
});

describe("series that panels share", () => {
  it.each([
    [
      "by the names in their rows",
      { concat: [panel("series"), panel("provider")] },
      { series: ["claude", "codex"], provider: ["claude", "codex"] },
    ],
    [
      "by the names of their scale",
      { layer: [panel("series", { scale: { domain: ["other"] } })] },
      { series: ["other", "claude", "codex"] },
    ],
    ["not by colors that rows have", panel("color", { scale: null }), {}],
    ["not by numbers", { ...panel("n"), encoding: { color: { field: "n", type: "quantitative" } } }, {}],
  ])("%s", (_, spec, fields) => {
    expect(Object.fromEntries([...seriesFieldsOf(spec)].map(([field, names]) => [field, [...names]]))).toEqual(fields);
  });
});
