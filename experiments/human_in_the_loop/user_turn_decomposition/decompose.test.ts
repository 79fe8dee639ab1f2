import { describe, expect, it } from "vitest";
import { type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import { checkedQueries, runOn } from "../../../lib/testing/reference-pools.ts";
import { samplePool } from "../../../lib/testing/sample.ts";
import { decompose } from "./decompose.ts";
import experiment from "./experiment.ts";

const START = Date.UTC(2026, 0, 1);
const event = (event_type: string, second: number) => ({ event_type, timestamp: new Date(START + second * 1000).toISOString() });
/** A request of one step: answered after some seconds, all of them generation, with a tool that ran for some milliseconds. */
const request = (seconds: number, more: StepLiteral = {}, tool_wall_latency_ms = 0): StepLiteral => ({
  session_id: "s",
  provider: "codex",
  timing_events: [event("user_message", 0), event("text", seconds)],
  tools: [{ tool_wall_latency_ms }],
  ...more,
});
const decomposed = (steps: readonly StepLiteral[]) => withPool(steps, (pool) => decompose(checkedQueries(experiment, pool)));

describe("decompose", () => {
  it("subtracts generation and tools from the response time", async () => {
    const [all] = await decomposed([request(20), request(30, { session_id: "t" }, 2500)]);
    expect(all).toMatchObject({
      provider: "all",
      opened: 2,
      kept: 2,
      response_s: 50,
      generation_s: 50,
      tool_s: { effective: 2.5, wall: 2.5 },
      residual_s: { effective: -2.5, wall: -2.5 },
      negative: { effective: 1, wall: 1 },
      explained: { effective: 1, wall: 1 },
      rounding: 0,
    });
    expect(Array.from(all.residuals_s.wall)).toEqual([-2.5, 0]);
  });

  it("counts requests that took no time, and leaves their times out", async () => {
    const [all] = await decomposed([request(0, {}, 9000), request(7, { session_id: "t" })]);
    expect(all).toMatchObject({ opened: 2, kept: 1, droppedNonpositive: 1, generation_s: 7, tool_s: { wall: 0 } });
  });

  it("puts providers in the order of code points behind all, also those without a kept request", async () => {
    const names = ["codex", "claude", "", "Zeta", "\u{1F600}", "\uFF5E"];
    const rows = await decomposed(names.map((provider) => request(0, { provider, session_id: `s${provider}` })));
    expect(rows.map(({ provider }) => provider)).toEqual(["all", "<unknown-provider>", "Zeta", "claude", "codex", "\uFF5E", "\u{1F600}"]);
  });

  it("has a row for all of no requests", async () => {
    expect(await decomposed([])).toEqual([expect.objectContaining({ provider: "all", opened: 0, kept: 0, response_s: 0 })]);
  });

  it("has parts that add up to the response time, and providers that add up to all", async () => {
    const pool = await samplePool();
    const [all, ...providers] = await decompose(checkedQueries(experiment, pool));
    const sum = (of: (row: typeof all) => number) => providers.reduce((total, row) => total + of(row), 0);
    expect(providers.length).toBeGreaterThan(1);
    expect(sum(({ kept }) => kept)).toBe(all.kept);
    expect(sum(({ residual_s }) => residual_s.wall)).toBeCloseTo(all.residual_s.wall, 5);
    for (const { response_s, generation_s, tool_s, residual_s } of providers)
      expect(generation_s + tool_s.effective + residual_s.effective).toBeCloseTo(response_s, 5);
  });
});

describe("the text", () => {
  const textOf = async (steps: readonly StepLiteral[]) => (await withPool(steps, (pool) => runOn(experiment, pool))).texts[0]?.text;

  it("leaves quantiles of no requests blank", async () => {
    const text = await textOf([]);
    expect(text).toContain("| all | 0 | 0 | 0.0h | 0.0h | 0.0h | 0.0h | 0.0h | 0.0h | 0.0h | 0 |");
    expect(text).toContain("| all | effective |  |  |  |  | 0 |");
  });

  it("groups thousands, keeps the sign of a small negative, and shows names as they are", async () => {
    const text = await textOf([request(8_640_000, { provider: "a|<b>" }, 10)]);
    expect(text).toContain("| a\\|\\<b> | 1 | 1 | 2,400.0h | 2,400.0h | 0.0h | 0.0h | -0.0h | -0.0h | 0.0h | 0 |");
    expect(text).toContain("| a\\|\\<b> | effective | -0.0s | -0.0s | -0.0s | -0.0s | 1 |");
  });
});
