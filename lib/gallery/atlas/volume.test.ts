import { describe, expect, it } from "vitest";
import { volumeOf } from "./volume.ts";

describe("the volume over time", () => {
  const providers = [{ provider: "codex", title: "Codex", steps: [3, 0], output_tokens: [1, 0] }];

  it("is read from the experiment's document", () => {
    expect(volumeOf({ unit: "day", starts: ["2026-01-05", "2026-01-06"], providers, total: {} })).toEqual({
      unit: "day",
      starts: ["2026-01-05", "2026-01-06"],
      providers: [{ provider: "codex", title: "Codex", steps: [3, 0] }],
    });
  });

  it("of a pool without times is nothing", () => {
    expect(volumeOf({ unit: null, starts: [], providers: [] })).toBeNull();
  });

  it.each([
    [{ unit: "day", starts: ["<b>"], providers }, "no days in starts"],
    [{ unit: 1, starts: ["2026-01-05"], providers }, "no text unit"],
    [{ unit: "day", starts: ["2026-01-05"] }, "no list of providers"],
    [{ unit: "day", starts: ["2026-01-05"], providers }, "steps of codex don't fit the periods"],
    [{ unit: "day", starts: ["2026-01-05"], providers: [{ ...providers[0], steps: [-1] }] }, "steps of codex don't fit the periods"],
    [{ unit: "day", starts: ["2026-01-05"], providers: [{ steps: [1] }] }, "no text provider"],
  ])("%j is refused", (document, message) => {
    expect(() => volumeOf(document)).toThrow(message);
  });
});
