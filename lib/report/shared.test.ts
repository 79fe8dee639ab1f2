/** Reports of real transcripts, against counts that know nothing of this program. */
import fs from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { periodOf } from "../collect/days.ts";
import { parseLines } from "../collect/fixture.ts";
import type { CollectedRow } from "../collect/row.ts";
import type { Pool } from "../db/open/pool.ts";
import { hasShared, shared } from "../testing/paths.ts";
import { transcriptsTrace, withTranscripts } from "../testing/transcripts.ts";
import { reportJson } from "./report.ts";
import { type PoolUsage, readUsage } from "./usage.ts";
import type { ViewName } from "./view-names.ts";

interface ExpectedModel {
  readonly responses: number;
  readonly final_output_counts: number;
  readonly input: number;
  readonly cache_read: number;
  readonly cache_write: number;
  readonly output: number;
}

const wholeUsage = (pool: Pool) => readUsage(pool, { period: periodOf({}), provider: undefined, projects: [] });

function reportOf(usage: PoolUsage, view: ViewName, timezone = "UTC") {
  const clock = { timezone, nowMs: 0 };
  return JSON.parse(
    JSON.stringify(
      reportJson({ ...usage, view, accounting: "counted", breakdown: false, order: undefined, clock }, periodOf({ timezone })),
    ),
  );
}

describe.skipIf(!hasShared)("transcripts of 2026", () => {
  let usage: PoolUsage;
  beforeAll(async () => {
    usage = await withTranscripts("transcripts-2026", "counted", wholeUsage, "counted");
  });

  it("have the tokens of each model that an independent count found", () => {
    const expected = JSON.parse(fs.readFileSync(shared("transcripts-2026", "expected_counts.json"), "utf8"));
    const models = new Map<string, number[]>();
    const add = (model: string, counts: number[]) =>
      models.set(
        model,
        counts.map((count, i) => count + (models.get(model)?.[i] ?? 0)),
      );
    for (const part of [expected.claude_from_transcripts, expected.claude_known_from_progress_records_only])
      for (const [model, counts] of Object.entries<ExpectedModel>(part))
        add(model, [counts.responses, counts.input, counts.cache_write, counts.cache_read, counts.output]);
    for (const { distinct_counts, total_token_usage } of Object.values<{
      distinct_counts: number;
      total_token_usage: { input_tokens: number; cached_input_tokens: number; output_tokens: number };
    }>(expected.codex)) {
      const { input_tokens, cached_input_tokens, output_tokens } = total_token_usage;
      add("gpt-5.3-codex", [distinct_counts, input_tokens - cached_input_tokens, 0, cached_input_tokens, output_tokens]);
    }
    const { rows, coverage } = reportOf(usage, "model");
    const reported = rows.map((row: Record<string, number>) => [
      row.model,
      [row.steps, row.inputTokens, row.cacheCreationTokens, row.cacheReadTokens, row.outputTokens],
    ]);
    expect(Object.fromEntries(reported)).toEqual(Object.fromEntries(models));
    expect(coverage).toMatchObject({ finalSteps: 38 + 145 + 7, progressHelpers: { helpers: 2, steps: 29 }, copies: { steps: 0 } });
  });
});

describe.skipIf(!hasShared)("shared transcripts", () => {
  let usage: PoolUsage;
  beforeAll(async () => {
    usage = await withTranscripts("transcripts", "counted", wholeUsage, "counted");
  });

  it("cost what was calculated by hand", () => {
    const nano = (chosen: (used: PoolUsage["usage"][number]) => boolean) =>
      usage.usage.filter(chosen).reduce((sum, { cost_nano }) => sum + cost_nano, 0);
    const isProgress = ({ session_id }: { session_id: string }) => usage.sessions.get(session_id)?.known_from === "progress";
    expect(nano((used) => used.provider === "claude" && !isProgress(used)) / 1e9).toBeCloseTo(17.8143, 4);
    expect(nano(({ model }) => model === "gpt-5.4") / 1e9).toBeCloseTo(4.567394, 6);
    expect(nano(({ model }) => model === "gpt-5.5") / 1e9).toBeCloseTo(8.694594, 6);
    const helpers = reportOf(usage, "helper").rows;
    expect(helpers.find(({ helperId }: { helperId: string }) => helperId.includes("019d7e2f"))?.costUSD).toBeCloseTo(0.3992, 4);
    expect(helpers.map(({ knownFrom }: { knownFrom: string }) => knownFrom).sort()).toEqual([
      "progress",
      "progress",
      "transcript",
      "transcript",
    ]);
  });

  it.each(["Asia/Tokyo", "America/Los_Angeles"])("have the tokens of their rows on each day of %s", async (timezone) => {
    const days = new Map<string | null, number>();
    const dates = new Intl.DateTimeFormat("sv-SE", { timeZone: timezone });
    for (const row of parseLines<CollectedRow>(await transcriptsTrace("transcripts", "counted"))) {
      const isReplay = row.session_file.includes("019d7e2f") && !row.session_id.includes("019d7e2f");
      const times = row.timing_events
        .filter(({ event_type }) => ["reasoning", "text", "tool_call"].includes(event_type))
        .map(({ timestamp }) => timestamp);
      const day = isReplay ? null : dates.format(new Date(times.sort()[0] ?? ""));
      days.set(day, (days.get(day) ?? 0) + (row.input_tokens_total ?? 0) + (row.output_tokens ?? 0));
    }
    const { rows, totals } = reportOf(usage, "day", timezone);
    expect(Object.fromEntries(rows.map(({ date, totalTokens }: { date: string; totalTokens: number }) => [date, totalTokens]))).toEqual(
      Object.fromEntries(days),
    );
    expect(totals.totalTokens).toBe([...days.values()].reduce((sum, tokens) => sum + tokens, 0));
  });
});
