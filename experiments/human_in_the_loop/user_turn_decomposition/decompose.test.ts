import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decompose, type RequestTimes } from "./decompose.ts";
import { analysisText, summarizeResiduals } from "./tables.ts";

const request = (given: Partial<RequestTimes> = {}): RequestTimes => ({
  provider: "codex",
  response_s: 20,
  generation_s: 18,
  tool_effective_s: 2,
  tool_wall_s: 3,
  usage_gap_s: 0,
  ...given,
});

describe("decompose", () => {
  it("subtracts generation and tools from the response time", () => {
    const [all] = decompose([request({ usage_gap_s: 1 }), request({ response_s: 30 })]);
    expect(all).toEqual({
      provider: "all",
      opened: 2,
      kept: 2,
      droppedWithoutEnd: 0,
      droppedNonpositive: 0,
      response_s: 50,
      generation_s: 36,
      tool_s: { effective: 4, wall: 6 },
      residual_s: { effective: 10, wall: 8 },
      usageGap_s: 1,
      withUsageGap: 1,
      residuals_s: { effective: [0, 10], wall: [-1, 9] },
    });
  });

  it("counts requests that took no time, and leaves their times out", () => {
    const [all] = decompose([request({ response_s: 0 }), request({ response_s: -1 }), request()]);
    expect(all).toMatchObject({ opened: 3, kept: 1, droppedNonpositive: 2, generation_s: 18, residuals_s: { effective: [0] } });
  });

  it("puts providers in the order of code points behind all, also those without a kept request", () => {
    const names = ["codex", "claude", "<unknown-provider>", "Zeta", "\u{1F600}", "\uFF5E"];
    const rows = decompose(names.map((provider) => request({ provider, response_s: 0 })));
    expect(rows.map(({ provider }) => provider)).toEqual(["all", "<unknown-provider>", "Zeta", "claude", "codex", "\uFF5E", "\u{1F600}"]);
  });

  it("has a row for all of no requests", () => {
    expect(decompose([])).toEqual([expect.objectContaining({ provider: "all", opened: 0, kept: 0, response_s: 0 })]);
  });

  it("has parts that add up to the response time, and providers that add up to all", () => {
    const seconds = fc.double({ min: 0, max: 1e5, noNaN: true });
    const times = fc.record({
      provider: fc.constantFrom("claude", "codex", "other"),
      response_s: seconds,
      generation_s: seconds,
      tool_effective_s: seconds,
      tool_wall_s: seconds,
      usage_gap_s: seconds,
    });
    fc.assert(
      fc.property(fc.array(times, { maxLength: 20 }), (requests) => {
        const [all, ...providers] = decompose(requests);
        const sum = (of: (row: (typeof providers)[number]) => number) => providers.reduce((total, row) => total + of(row), 0);
        expect(sum(({ kept }) => kept)).toBe(all?.kept);
        expect(sum(({ residual_s }) => residual_s.wall)).toBeCloseTo(all?.residual_s.wall ?? 0, 5);
        for (const { response_s, generation_s, tool_s, residual_s } of providers)
          expect(generation_s + tool_s.effective + residual_s.effective).toBeCloseTo(response_s, 5);
      }),
    );
  });
});

describe("the text", () => {
  const textOf = (requests: readonly RequestTimes[]) => {
    const decompositions = decompose(requests);
    return analysisText(decompositions, summarizeResiduals(decompositions)).text;
  };

  it("leaves quantiles of no requests blank", () => {
    const text = textOf([]);
    expect(text).toContain("| all | 0 | 0 | 0.0h | 0.0h | 0.0h | 0.0h | 0.0h | 0.0h | 0.0h | 0 |");
    expect(text).toContain("| all | effective |  |  |  |  | 0 |");
  });

  it("groups thousands, keeps the sign of a small negative, and shows names as they are", () => {
    const text = textOf([request({ provider: "a|<b>", response_s: 8_640_000, generation_s: 8_640_000.01, tool_effective_s: 0 })]);
    expect(text).toContain("| a\\|\\<b> | 1 | 1 | 2,400.0h | 2,400.0h | 0.0h | 0.0h | -0.0h | -0.0h | 0.0h | 0 |");
    expect(text).toContain("| a\\|\\<b> | effective | -0.0s | -0.0s | -0.0s | -0.0s | 1 |");
  });
});
