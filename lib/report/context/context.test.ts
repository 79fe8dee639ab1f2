import fs from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import type { Pool } from "../../db/open/pool.ts";
import { sumOf } from "../../stats/sum.ts";
import { project } from "../../testing/paths.ts";
import { type StepLiteral, withPool } from "../../testing/pool.ts";
import { POOL_M } from "../../testing/pool-m.ts";
import { SOURCES, type Source } from "../../trace/context.ts";
import { shortId } from "../../trace/sessions.ts";
import { sessionNamed } from "../chosen-session.ts";
import { adviceOf } from "./advice.ts";
import { contextJson } from "./json.ts";
import { readSessionContext } from "./read.ts";
import { type ContextSummary, summaryOf } from "./summary.ts";
import { shortTarget } from "./target.ts";
import { contextLines } from "./view.ts";

const OPTIONS = { top: 3, explain: false, accounting: "published" } as const;

async function summaryIn(pool: Pool, word?: string): Promise<ContextSummary> {
  const session = await readSessionContext(pool, word);
  if (session === null) throw new Error("the pool has no session");
  return summaryOf(session);
}

describe("session s1 of pool M", () => {
  let summary: ContextSummary;
  beforeAll(async () => {
    summary = await withPool(POOL_M, (pool) => summaryIn(pool, "s1"));
  });

  it("costs its input bill, source by source", () => {
    expect(summary.inputUsd).toBeCloseTo(0.4916125, 9);
    expect(sumOf(summary.sources, ({ usd }) => usd ?? 0)).toBeCloseTo(0.4916125, 8);
    expect(summary.sources.map(({ source, tokens, endTokens }) => [source, tokens, endTokens])).toEqual([
      ["session_base", 20_000, 20_000],
      ["tool_result", 8_125, 8_125],
      ["unexplained", 4_256, 4_256],
      ["prior_output", 1_375, 1_375],
      ["user_message", 94, 94],
    ]);
  });

  it("has tools, additions and results, the most expensive first", () => {
    expect(summary.tools.map(({ tool, results, tokens }) => [tool, results, tokens])).toEqual([
      ["Read", 1, 6_500],
      ["Bash", 3, 325],
      ["Task", 1, 1_300],
    ]);
    expect(summary.additions.slice(0, 3).map(({ step, leftAt }) => [step.step, leftAt])).toEqual([
      [1, null],
      [2, null],
      [3, null],
    ]);
    expect(summary.pieces[0]?.usd).toBeCloseTo(0.0767463, 6);
  });

  it("is shown as text", () => {
    expect(contextLines(summary, OPTIONS, null).map(({ text }) => text)).toEqual([
      "Context of s1 (accounting: published)",
      "8 steps of opus-4-6, from 2026-01-05 10:00 UTC, 35m 15s.",
      "At most 33.9K tokens, at step 8, 17% of a window of 200.0K (listed for the model); 33.9K at the end. No reset. The input cost $0.49 at list prices.",
      "What filled the context",
      "Source              Entered  Share      Cost  Share of cost  At the peak  At the end",
      "Session base          20.0K    59%     $0.36            73%        20.0K       20.0K",
      "Tool results           8.1K    24%     $0.08            16%         8.1K        8.1K",
      "  └─ Read (1)          6.5K    19%     $0.08            16%",
      "  └─ Bash (3)           325     1%   $0.0025             1%",
      "  └─ Task (1)          1.3K     4%   $0.0011            <1%",
      "Unexplained growth     4.3K    13%     $0.04             9%         4.3K        4.3K",
      "Model output           1.4K     4%   $0.0081             2%         1.4K        1.4K",
      "User messages            94    <1%  $0.00011            <1%           94          94",
      "Most expensive additions",
      "Step  Request  Added  Mostly                  Cost  Read again  Left at",
      "   1        1  20.0K  session base (100%)    $0.36     7 times  stayed",
      "   2        1  10.2K  Read (64%)             $0.12     6 times  stayed",
      "   3        1    500  model output (60%)   $0.0047     5 times  stayed",
      "Most expensive tool results",
      "Step  Tool           Tokens     Cost  Read again  Left at",
      "   2  Read             6.5K    $0.08     6 times  stayed",
      "   3  Bash (failed)     130  $0.0012     5 times  stayed",
      "   4  Bash (failed)     130  $0.0011     4 times  stayed",
      "What these numbers are",
      "Contexts and costs of steps are exact; how growth is split is an estimate. --explain says how.",
      "Characters per token can't be measured in this pool: 4 is the usual guess.",
      "At 1 step results and messages are longer than the context grew by: they were cut, or the ratio differs.",
      "What was in the context before anything was done, 20.0K tokens, cost $0.36 (73% of the input): remove the tools, MCP servers and instructions that this project doesn't need.",
    ]);
  });

  it("with --explain says how the numbers are made", () => {
    const more = contextLines(summary, { ...OPTIONS, explain: true }, null).map(({ text }) => text);
    expect(more).toContain("How the numbers are made");
    expect(more.join(" ")).toContain("at 4.00 characters per token (the usual guess, as only 2 pairs of steps could be measured)");
    expect(more).toContain("Priced as one cache read each, without the first step, all that was added would cost $0.0069.");
  });

  it("fits a terminal", () => {
    const tables = contextLines(summary, OPTIONS, 60).filter(({ kind }) => kind === "row" || kind === "head" || kind === "part");
    expect(tables.every(({ text }) => text.length <= 60)).toBe(true);
  });

  it("has the fields that docs/context.md lists, as JSON", () => {
    const documented = new Set([...fs.readFileSync(project("docs/context.md"), "utf8").matchAll(/`(\w+)`/g)].map(([, name]) => name));
    const json = contextJson(summary, OPTIONS);
    const names = [json, ...json.sources, ...json.tools, ...json.additions, ...json.results, ...json.resets].flatMap((part) =>
      Object.keys(part),
    );
    expect(names.filter((name) => !documented.has(name))).toEqual([]);
    expect(json).toMatchObject({
      sessionId: "s1",
      steps: 8,
      peakTokens: 33_850,
      inputUSD: 0.4916125,
      additions: { length: 3 },
      results: { length: 3 },
    });
  });
});

it("what was in the context before a reset left there", async () => {
  const summary = await withPool(POOL_M, (pool) => summaryIn(pool, "s3"));
  expect(summary.resets.map(({ step, freed_tokens }) => [step, freed_tokens])).toEqual([[3, 110_000]]);
  expect(summary.additions.map(({ step, leftAt }) => [step.step, leftAt])).toEqual([
    [1, 3],
    [3, null],
    [2, 3],
    [4, null],
  ]);
  expect(summary.sources.find(({ source }) => source === "tool_result")).toMatchObject({
    tokens: 45_000,
    peakTokens: 45_000,
    endTokens: 0,
  });
  const texts = contextLines(summary, OPTIONS, null).map(({ text }) => text);
  expect(texts).toContain("   3  110.0K                40.0K         $0.10");
  expect(texts.at(-1)).toMatch(/^What was in the context before anything was done, 100\.0K tokens, cost \$0\.35 /);
});

/** A step of Claude whose context is read from the cache. */
const step = (context: number, more: StepLiteral = {}): StepLiteral => ({
  session_id: "claude:s",
  provider: "claude",
  model: "claude-opus-4-6",
  prefix_tokens: context,
  newly_append_tokens: 0,
  timing_events: [{ event_type: "text", timestamp: "2026-06-01T00:00:00Z" }],
  ...more,
});
const result = (id: string) => [{ event_type: "tool_result", tool_call_id: id, timestamp: "2026-06-01T00:00:01Z" }];
const read = (tool_call_id: string, result_chars: number) => ({ tool_call_id, tool_name: "Read", result_chars, input_chars: 0 });
const message = (content_chars: number) => [{ event_type: "user_message", content_chars, timestamp: "2026-06-01T00:00:00Z" }];

it.each([
  ["is the logged one", 150_000, 258_400, { tokens: 258_400, basis: "logged" }],
  ["is else the one that is listed for the model", 150_000, null, { tokens: 200_000, basis: "listed" }],
  ["is unknown where more is in it", 250_000, null, null],
])("the window %s", async (_, context, context_window_tokens, expected) => {
  const transcripts = [{ session_id: "claude:s", transcript_id: "t", context_window_tokens }];
  const summary = await withPool([step(context)], (pool) => summaryIn(pool), transcripts);
  expect(summary.window).toEqual(expected);
});

describe("the sentence at the end", () => {
  const manyReads = Array.from({ length: 40 }, (_, i) =>
    step(10 + 100 * i, { tools: [read(`r${i}`, 400)], ...(i > 0 && { timing_events: result(`r${i - 1}`) }) }),
  );
  it.each<[source: Source, steps: StepLiteral[], sentence: RegExp]>([
    [
      "session_base",
      [step(100)],
      /^What was in the context before anything was done, 100 tokens, cost .* \(100% of the input\): remove the tools/,
    ],
    [
      "after_reset",
      [step(40_000), step(10_000), ...Array.from({ length: 9 }, () => step(10_000))],
      /^What resets left in the context, 10\.0K tokens in all, cost \$0\.05 \(71% of the input\): ask for a shorter summary/,
    ],
    [
      "tool_result",
      [
        step(10, { tools: [read("a", 4_000)], inputs: [{ target: "src/shop.ts" }] }),
        step(1_010, { timing_events: result("a") }),
        step(1_010),
      ],
      /^The result of Read at step 2 \(src\/shop\.ts\), 1\.0K tokens, cost .* because 1 later step read it again: read a part of it/,
    ],
    [
      "tool_result",
      manyReads,
      /^Results of Read, 39 results with 3\.9K tokens, cost .*: none of them costs much by itself, so limit what each call returns/,
    ],
    ["prior_output", [step(10, { output_tokens: 900 }), step(1_000)], /^What the model wrote, 900 tokens, cost .*: ask for edits/],
    [
      "user_message",
      [step(10), step(1_010, { timing_events: message(4_000), current_user_message_chars: 4_000 })],
      /^Your messages, 1\.0K tokens, .*: name files and lines/,
    ],
    [
      "client_message",
      [step(10), step(1_010, { timing_events: message(4_000), current_user_message_chars: 4_000, details: { speakers: "hook" } })],
      /^What hooks, notifications and other agents wrote, 1\.0K tokens, .*: make what hooks print shorter/,
    ],
    ["unexplained", [step(10), step(1_010)], /^No event accounts for 1\.0K tokens, cost .*: look at step 2, which added 1\.0K of them/],
    [
      "unexplained",
      [step(10, { model: "mystery" }), step(1_010, { model: "mystery" })],
      /^No event accounts for 1\.0K tokens, took 99% of all tokens/,
    ],
  ])("is about the source that cost most: %s", async (source, steps, sentence) => {
    const summary = await withPool(steps, (pool) => summaryIn(pool));
    expect(summary.sources[0]?.source).toBe(source);
    expect(adviceOf(summary)).toMatch(sentence);
  });

  it("covers every source", () => expect(SOURCES).toHaveLength(7));

  it("is missing where the context is empty", async () => {
    const summary = await withPool([step(0)], (pool) => summaryIn(pool));
    expect(adviceOf(summary)).toBeNull();
    expect(contextLines(summary, OPTIONS, null).map(({ kind }) => kind)).not.toContain("row");
  });
});

describe("a session is found", () => {
  const ids = ["claude:4cbe-1", "claude:4cbf-2", "codex:99"];
  const listed = ids.map((session_id) => ({ session_id, provider: "claude", last_us: null }));
  it.each([
    ["by its id", "claude:4cbe-1", 0],
    ["by its id without the agent", "4cbf-2", 1],
    ["by the beginning of either", "4cbe", 0],
    ["by its name on a page", shortId("codex:99"), 2],
    ["by the beginning of that", shortId("codex:99").slice(0, 9), 2],
  ])("%s", (_, word, index) => expect(sessionNamed(word, listed).session_id).toBe(ids[index]));

  it.each([
    ["nope", 'No session "nope" was found; report session --json lists the ids.'],
    ["", 'No session "" was found; report session --json lists the ids.'],
    ["4cb", '"4cb" is the beginning of 2 sessions: claude:4cbe-1, claude:4cbf-2. Give more of the id.'],
  ])("but not by %j", (word, message) => expect(() => sessionNamed(word, listed)).toThrow(message));

  it("as the latest one that is not a helper's", async () => {
    const at = (session_id: string, day: number) =>
      step(100, { session_id, timing_events: [{ event_type: "text", timestamp: `2026-06-0${day}T00:00:00Z` }] });
    const steps = [at("claude:a", 1), at("claude:b", 2), at("claude:b/subagents/h", 3)];
    expect((await withPool(steps, (pool) => summaryIn(pool))).session.sessionId).toBe("claude:b");
    expect((await withPool(steps.slice(2), (pool) => summaryIn(pool))).session.sessionId).toBe("claude:b/subagents/h");
    expect(await withPool([step(1, { session_id: null })], (pool) => readSessionContext(pool, undefined))).toBeNull();
  });
});

it.each([
  ["a path that fits", "src/shop.ts", "src/shop.ts"],
  ["a command on several lines", "a\n  b", "a b"],
  ["of a long path the end", `${"/folder".repeat(9)}/file.ts`, "…lder/folder/folder/folder/folder/folder/file.ts"],
  ["of a long command the beginning", `grep -rn ${"word ".repeat(12)}`, "grep -rn word word word word word word word wor…"],
])("%s is shown", (_, target, expected) => expect(shortTarget(target)).toBe(expected));
