import { describe, expect, it } from "vitest";
import { kindColor } from "../../../lib/chart/palette.ts";
import { prepareSpec } from "../../../lib/render/prepare-spec.ts";
import { compileSpec, renderFigure } from "../../../lib/render/render.ts";
import { paperChart, sessionChart, sessionsChart } from "./charts.ts";
import { session, step } from "./fixtures.ts";
import { openingOf, windowOf } from "./plan.ts";
import type { Step } from "./steps.ts";

const MINUTE_US = 60e6;

/** Steps that are as hard to label as can be: many user messages, gaps of all lengths, compactions next to each other. */
function crowded(count: number): Step[] {
  return Array.from({ length: count }, (_, i) =>
    step({
      prefix_tokens: i % 7 === 0 ? 0 : 90_000 + 500 * i,
      append_tokens: i % 7 === 0 ? 90_000 + 500 * i : 900,
      output_tokens: i,
      tool_calls: 2,
      has_user_message: i % 3 === 0,
      has_tool_result: i % 3 !== 0,
      explicit_compaction: i % 17 < 4,
      generation_us: 1e6 + i,
      first_us: i * i * MINUTE_US,
    }),
  );
}

const rated = (steps: readonly Step[], given = {}) => session("claude:1", { steps, ...given });

describe("charts", () => {
  it.each([
    ["a short session", sessionChart(windowOf(rated(crowded(12))))],
    ["a crowded session", sessionChart(windowOf(rated(crowded(220))))],
    ["a session with more steps than ticks", sessionChart(windowOf(rated(crowded(900))))],
    ["a window", sessionChart(windowOf(rated(crowded(150)), 60))],
    ["one step", sessionChart(windowOf(rated([step({ append_tokens: 40_000, first_us: 0 })])))],
    ["no tokens and no times", sessionChart(windowOf(rated([step(), step({ explicit_compaction: true })])))],
    ["odd names", sessionChart(windowOf(rated(crowded(30), { id: "<b>日本</b>\n:1", provider: "a\tb", model: "m".repeat(90) })))],
    ["several sessions", sessionsChart([12, 220, 1].map((count) => windowOf(rated(crowded(count)))))],
    ["an opening for a paper", paperChart(openingOf(rated(crowded(80)), 40))],
  ])("no label of %s is cut or overlaps another", async (name, spec) => {
    expect((await renderFigure({ name, spec, scale: 1 })).problems).toEqual([]);
  });

  it("draws output on a scale of its own, if any count is final", () => {
    const panels = (outputs: readonly (number | null)[]) => {
      const spec = sessionChart(windowOf(rated(outputs.map((output_tokens) => step({ append_tokens: 9, output_tokens })))));
      return JSON.stringify(spec).match(/"title":"Output"/g)?.length ?? 0;
    };
    expect([[4, 6], [4, null], [null]].map(panels)).toEqual([1, 1, 0]);
  });

  it("marks compactions in purple, but not in a paper", () => {
    const window = windowOf(rated(crowded(40)));
    const drawn = (spec: ReturnType<typeof sessionChart>) => JSON.stringify(compileSpec("test", prepareSpec({ name: "test", spec })));
    expect(drawn(sessionChart(window))).toContain(kindColor("generation"));
    expect(drawn(sessionChart(window))).toContain("compactions (");
    expect(drawn(paperChart(window))).not.toContain("compaction");
  });
});
