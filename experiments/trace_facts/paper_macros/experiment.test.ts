import { describe, expect, it } from "vitest";
import { hasShared } from "../../../lib/testing/paths.ts";
import { type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import { published, REFERENCE_POOLS, rowsOf, runOn, withReferencePool } from "../../../lib/testing/reference-pools.ts";
import experiment from "./experiment.ts";

const START = Date.UTC(2026, 0, 1);
const event = (event_type: string, second: number) => ({ event_type, timestamp: new Date(START + second * 1000).toISOString() });
const step = (provider: string, more: StepLiteral): StepLiteral => ({ session_id: provider, provider, ...more });

async function rawOf(steps: readonly StepLiteral[]) {
  const result = await withPool(steps, (pool) => runOn(experiment, pool));
  return { result, raw: Object.fromEntries(rowsOf(result).map(({ name, raw }) => [String(name), raw])) };
}

const calls = (...names: string[]) => names.map((tool_name, i) => ({ tool_name, tool_wall_latency_ms: i === 0 ? 60_000 : 20_000 }));

it("measures requests, steps, tools and cache", async () => {
  const { raw } = await rawOf([
    step("claude", {
      prefix_tokens: 0,
      newly_append_tokens: 100,
      output_tokens: 20,
      timing_events: [event("user_message", 0), event("text", 4)],
      tools: calls("a", "b", "c", "d"),
    }),
    step("claude", { prefix_tokens: 90, newly_append_tokens: 60, timing_events: [event("tool_result", 64), event("text", 120)] }),
    step("codex", {
      output_tokens: 30,
      reasoning_output_tokens: 10,
      timing_events: [event("user_message", 0), event("reasoning", 6), event("text", 8)],
      tools: calls("a"),
    }),
  ]);
  expect(raw).toEqual({
    avgstepperrequest: 1.5,
    avgtollcallsperrequest: 2.5,
    avgtimeperrequest: 64 / 60,
    pntimeperrequest: expect.closeTo((8 + 0.9 * 112) / 60, 9),
    mediancachedinputtokens: 45,
    medianuncachedinputtokens: 80,
    medianoutputtokens: 25,
    mediandecodespeed: (5 + 30 / 8) / 2,
    mediancodecdecodespeed: 10,
    mediancodecdecodespeedttft: 5,
    totaltoolcatetory: 4,
    topthreetoolpercent: 75,
    toolcalltoppercentage: 75,
    toolcalltoppercentagecodex: 100,
    toolcallslongerthanonemin: 40,
    toolcallslongerthanoneminpercent: expect.closeTo((120 / 180) * 100, 9),
    prefixcachehitrate: 36,
    prefillamplificationfactor: 160 / 50,
  });
});

it("leaves blanks where one provider is missing, and says so", async () => {
  const { result, raw } = await rawOf([step("claude", { prefix_tokens: 1, newly_append_tokens: 1, tools: calls("a") })]);
  expect(raw).toMatchObject({
    mediancodecdecodespeed: null,
    topthreetoolpercent: null,
    toolcalltoppercentage: 100,
    avgstepperrequest: null,
  });
  expect(result.notes).toEqual([expect.stringMatching(/^This pool has no data for \d+ of 18 numbers: /)]);
});

it("has all rows, no figure and a note for an empty pool", async () => {
  const { result } = await rawOf([]);
  expect(rowsOf(result)).toHaveLength(18);
  expect(result).toMatchObject({ figures: [], notes: [experiment.empty, expect.stringContaining("no data for 17 of 18")] });
  expect(JSON.stringify(result)).not.toMatch(/NaN|Infinity/);
});

const NUMBER = /\d[\d,]*(?:\.\d+)?/g;

describe.skipIf(!hasShared).each(REFERENCE_POOLS)("on %s", (name) => {
  it("quotes the published values, with the published figures behind them", async () => {
    const golden = published(name, experiment, "paper_macros.tex").split("\n").flatMap(macroLine);
    const result = await withReferencePool(name, (pool) => runOn(experiment, pool));
    const ours = (result.texts ?? [])
      .filter((text) => text.name.endsWith(".tex"))
      .flatMap(({ text }) => text.split("\n").flatMap(macroLine));
    expect(golden).toHaveLength(18);
    expect(ours.map(({ name: macro, value }) => [macro, value])).toEqual(golden.map(({ name: macro, value }) => [macro, value]));
    for (const [i, { numbers }] of ours.entries()) expect(golden[i]?.numbers).toEqual(expect.arrayContaining(numbers));
  });
});

function macroLine(line: string): { name: string; value: string; numbers: string[] }[] {
  const [, name, value, basis = ""] = /^\\newcommand\{\\(\w+)\}\{(.*)\\xspace\}\s*% (.*)$/.exec(line) ?? [];
  return name === undefined || value === undefined ? [] : [{ name, value, numbers: basis.match(NUMBER) ?? [] }];
}
