import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { comparisonTable, deviations, type Measured, measure, README_FILE, readmeWith } from "./calibration.ts";
import { SAMPLE_FILE, SAMPLE_SEED, writePool } from "./generate.ts";
import { PUBLISHED, SCOPES } from "./published.ts";

let sample: Measured;
beforeAll(async () => {
  sample = await measure(SAMPLE_FILE);
});

describe("the sample", () => {
  it("is as near to the published pool as is accepted", () => {
    expect(deviations(sample)).toEqual([]);
  });

  it("has its numbers in the README; if not, run npx tsx data/calibration.ts --write", () => {
    const readme = fs.readFileSync(README_FILE, "utf8");
    expect(readme).toBe(readmeWith(readme, sample));
  });

  it("has every quantity in every scope with a published number", () => {
    for (const { key, published } of PUBLISHED)
      for (const scope of SCOPES) if (published[scope] !== undefined) expect(sample[scope][key], `${key} of ${scope}`).toBeTypeOf("number");
  });
});

/** What a pool's size must not change, and by which factor it may; sums over long tails need more room. */
const SCALE_FREE: readonly (readonly [string, number])[] = [
  ["hit_share", 1.02],
  ["tool_hit_share", 1.02],
  ["prefix_p50_tokens", 1.25],
  ["append_p50_tokens", 1.15],
  ["output_p50_tokens", 1.05],
  ["output_p90_tokens", 1.1],
  ["generation_p50_s", 1.1],
  ["decode_p50_tokens_per_s", 1.1],
  ["tool_p50_ms", 1.2],
  ["wait_p50_s", 1.15],
  ["wait_within_5min_share", 1.05],
  ["request_steps_mean", 1.25],
  ["request_p50_s", 1.25],
  ["session_steps_p50", 1.4],
  ["session_steps_mean", 1.25],
  ["cost_per_step_usd", 1.25],
];

describe("a pool five times as large", () => {
  let large: Measured;
  beforeAll(async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "scale-"));
    const file = path.join(folder, "large.jsonl");
    await writePool(file, 25_000, SAMPLE_SEED);
    large = await measure(file);
    fs.rmSync(folder, { recursive: true });
  });

  it.each(SCALE_FREE)("has the same %s, up to a factor of %d", (key, factor) => {
    const ratio = (large.all[key] as number) / (sample.all[key] as number);
    expect(Math.max(ratio, 1 / ratio)).toBeLessThan(factor);
  });

  it("has the same shares of providers", () => {
    expect(large.claude.step_share as number).toBeCloseTo(0.393, 2);
  });
});

describe("deviations", () => {
  const zero = Object.fromEntries(PUBLISHED.map(({ key }) => [key, 0]));

  it("names what is too far away or missing", () => {
    const found = deviations({ ...sample, all: { ...sample.all, request_p50_s: 500, wait_p50_s: null } });
    expect(found.map(({ quantity, scope, measured }) => [quantity, scope, measured])).toEqual([
      ["request_p50_s", "all", 500],
      ["wait_p50_s", "all", null],
    ]);
  });

  it("accepts neither zero for a factor nor a distant share", () => {
    const found = deviations({ all: zero, claude: zero, codex: zero });
    for (const { key, within } of PUBLISHED) if ("factor" in within) expect(found.map((one) => one.quantity)).toContain(key);
  });
});

describe("the comparison", () => {
  it("has one row of eight cells per quantity, and dashes for what a pool does not have", () => {
    const empty = comparisonTable({ ...sample, codex: {} });
    const lines = empty.split("\n");
    expect(lines.length).toBe(PUBLISHED.length + 2);
    for (const line of lines) expect(line.split("|").length).toBe(10);
    expect(empty).toMatch(/\| +– \|/);
  });

  it("needs its place in the README", () => {
    expect(() => readmeWith("# no marks", sample)).toThrow("data/README.md needs");
  });
});
