import { describe, expect, it } from "vitest";
import { renderFigure } from "../../../lib/render/render.ts";
import { prefillFigure } from "./charts.ts";
import { type PrefillRow, prefillByGroup } from "./prefill.ts";

const row = (append_tokens: number, growth_tokens: number, prior_output_tokens: number, more: Partial<PrefillRow> = {}): PrefillRow => ({
  provider: "claude",
  trigger: "user",
  steps: 1,
  append_tokens,
  growth_tokens,
  prior_output_tokens,
  ...more,
});

describe("the figure", () => {
  it.each<[string, PrefillRow[]]>([
    ["both triggers", [row(100, 40, 10), row(50, 40, 10, { trigger: "tool_result", provider: "codex" })]],
    ["no fresh tokens", [row(100, 10, 10)]],
    ["fewer than none", [row(100, 0, 70)]],
    ["growth beyond the append", [row(100, 150, 10)]],
    ["another provider", [row(100, 40, 10, { provider: null })]],
  ])("is drawn without fault for %s", async (_what, rows) => {
    const { name, spec } = prefillFigure(prefillByGroup(rows), () => null);
    expect((await renderFigure({ name, spec, scale: 1 })).problems).toEqual([]);
  });

  it("states the shares", () => {
    expect(prefillFigure(prefillByGroup([row(1000, 400, 100)]), () => null).alt).toContain("30.0% of the 1.0K append tokens are fresh");
  });
});
