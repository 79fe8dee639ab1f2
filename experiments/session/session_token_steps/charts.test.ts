import { describe, expect, it } from "vitest";
import { prepareSpec } from "../../../lib/render/prepare-spec.ts";
import { compileSpec, renderFigure } from "../../../lib/render/render.ts";
import { paperChart, sessionChart } from "./charts.ts";
import { session, step } from "./fixtures.ts";
import { openingOf, windowOf } from "./plan.ts";
import { rateSession } from "./selection.ts";
import type { Step } from "./steps.ts";

const MINUTE_US = 60e6;

/** Steps that are as hard to label as can be: many user messages, gaps of all lengths, compactions next to each other. */
function crowded(count: number): Step[] {
  return Array.from({ length: count }, (_, i) =>
    step({
      prefixTokens: i % 7 === 0 ? 0 : 90_000 + 500 * i,
      appendTokens: i % 7 === 0 ? 90_000 + 500 * i : 900,
      outputTokens: i,
      toolCalls: 2,
      hasUserMessage: i % 3 === 0,
      hasToolResult: i % 3 !== 0,
      explicitCompaction: i % 17 < 4,
      generationUs: 1e6 + i,
      firstUs: i * i * MINUTE_US,
    }),
  );
}

const rated = (steps: readonly Step[], given = {}) => rateSession(session("claude:1", { steps, ...given }));

describe("charts", () => {
  it.each([
    ["a short session", sessionChart(windowOf(rated(crowded(12))))],
    ["a crowded session", sessionChart(windowOf(rated(crowded(220))))],
    ["a session with more steps than ticks", sessionChart(windowOf(rated(crowded(900))))],
    ["a window", sessionChart(windowOf(rated(crowded(150)), 60))],
    ["one step", sessionChart(windowOf(rated([step({ appendTokens: 40_000, firstUs: 0 })])))],
    ["no tokens and no times", sessionChart(windowOf(rated([step(), step({ explicitCompaction: true })])))],
    ["odd names", sessionChart(windowOf(rated(crowded(30), { id: "<b>日本</b>\n:1", provider: "a\tb", model: "m".repeat(90) })))],
    ["an opening for a paper", paperChart(openingOf(rated(crowded(80)), 40))],
  ])("no label of %s is cut or overlaps another", async (name, spec) => {
    expect((await renderFigure({ name, spec, scale: 1 })).problems).toEqual([]);
  });

  it("marks compactions in purple, but not in a paper", () => {
    const window = windowOf(rated(crowded(40)));
    const drawn = (spec: ReturnType<typeof sessionChart>) => JSON.stringify(compileSpec("test", prepareSpec({ name: "test", spec })));
    expect(drawn(sessionChart(window))).toContain("#7c3aed");
    expect(drawn(sessionChart(window))).toContain("compaction: reported, or input drop");
    expect(drawn(paperChart(window))).not.toContain("compaction");
  });
});
