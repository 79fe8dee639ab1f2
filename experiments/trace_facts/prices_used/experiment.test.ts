import { describe, expect, it } from "vitest";
import { type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import { rowsOf, runOn } from "../../../lib/testing/run-on.ts";
import { parsePriceOverrides } from "../../../lib/trace/prices/overrides.ts";
import experiment from "./experiment.ts";

const step = (model: string, timestamp: string, more: StepLiteral = {}): StepLiteral => ({
  provider: "codex",
  model,
  session_id: "s",
  newly_append_tokens: 100_000,
  output_tokens: 10_000,
  timing_events: [{ event_type: "text", timestamp }],
  ...more,
});
const SOL = "gpt-5.6-sol";
const BEFORE = step(SOL, "2026-08-20T23:59:59Z");
const AFTER = step(SOL, "2026-08-21T00:00:00Z");
const UNKNOWN = step("no-such-model", "2026-08-22T10:00:00Z");

const run = (steps: readonly StepLiteral[], prices?: string) =>
  withPool(steps, (pool) => runOn(experiment, pool), [], [], {
    accounting: "counted",
    ...(prices === undefined ? {} : { prices: parsePriceOverrides(prices, "prices.json") }),
  });

describe("rates", () => {
  it("are one row for each time, with what they priced; what has no price comes last", async () => {
    const result = await run([UNKNOWN, BEFORE, AFTER, AFTER]);
    const rows = rowsOf(result).map(({ model, from, to, input_usd, output_usd, steps, usd }) => [
      model,
      from,
      to,
      input_usd,
      output_usd,
      steps,
      usd,
    ]);
    expect(rows).toEqual([
      [SOL, "2026-08-21", null, 4, 20, 2, 1.2],
      [SOL, null, "2026-08-21", 5, 30, 1, 0.8],
      ["no-such-model", null, null, null, null, 1, 0],
    ]);
    expect(result.notes).toEqual(["No price is known for no-such-model (1 step, 110,000 tokens). These steps are not in any cost."]);
    expect(result.headlines).toEqual([
      { label: "Total cost", value: "$2.00" },
      { label: "Steps with a price", value: "75.0%" },
    ]);
  });

  it("of the user's own name their source", async () => {
    const own = '{ "exact": { "codex:no-such-model": { "inputPerM": 2, "outputPerM": 10, "source": "contract" } } }';
    const result = await run([UNKNOWN], own);
    expect(rowsOf(result)).toMatchObject([{ basis: "override", source: "contract", input_usd: 2, output_usd: 10, usd: 0.3 }]);
    expect(result.notes).toEqual([]);
  });
});

it.each<[string, StepLiteral[]]>([
  ["an empty pool", []],
  ["a pool without prices", [UNKNOWN]],
])("%s has nothing to draw", async (_, steps) => {
  const result = await run(steps);
  expect(result.figures).toEqual([]);
  expect(result.notes[0]).toBe(experiment.empty);
});
