import fc from "fast-check";
import { expect, it } from "vitest";
import { STEP_ACTIVITIES, TOOL_ACTIVITIES, type ToolActivity } from "./step-activities.ts";
import { readTimeline, type Timeline, timelineText } from "./timeline.ts";

const seconds = fc.option(fc.double({ min: 0, max: 1e6, noNaN: true }).map((value) => Math.round(value * 1e3) / 1e3));
const tokens = fc.nat();
/** A tool is for the same thing in all of its calls. */
const activityOf = (tool: string): ToolActivity => TOOL_ACTIVITIES[tool.length % TOOL_ACTIVITIES.length] ?? "other";
const call = fc
  .record({
    tool: fc.string({ unit: "grapheme" }),
    startS: seconds,
    durationS: seconds,
    wallS: seconds,
    waitS: seconds,
    failed: fc.option(fc.boolean()),
    retry: fc.constantFrom(null, "hash" as const, "size" as const),
  })
  .map((each) => ({ ...each, activity: activityOf(each.tool) }));
const step = fc.record({
  startS: seconds,
  prefixTokens: tokens,
  appendTokens: tokens,
  outputTokens: tokens,
  reasoningTokens: fc.option(tokens),
  generationStartS: seconds,
  generationS: seconds,
  user: fc.boolean(),
  request: fc.nat(),
  activity: fc.constantFrom(...STEP_ACTIVITIES),
  waitStartS: seconds,
  waitS: seconds,
  compaction: fc.constantFrom(null, "explicit" as const, "input_drop" as const),
  costUsd: fc.option(tokens.map((nano) => nano / 1e9)),
  callCount: tokens,
  calls: fc.array(call, { maxLength: 4 }),
});
const cost = fc.record({
  sessions: tokens,
  pricedSteps: tokens,
  usd: tokens.map((nano) => nano / 1e9),
  usdMost: tokens,
  prices: fc.option(fc.string()),
});
const timeline: fc.Arbitrary<Timeline> = fc.record({
  name: fc.string(),
  sessionId: fc.string({ unit: "grapheme" }),
  provider: fc.string(),
  model: fc.string(),
  stepCount: tokens,
  start: fc.option(fc.constant("2026-01-01T00:00:00.000Z")),
  durationS: seconds,
  cost,
  helpers: cost,
  windowTokens: fc.option(tokens),
  windowBasis: fc.constantFrom(null, "logged" as const, "listed" as const),
  gaps: fc.array(
    fc.record({ fromS: fc.nat(), toS: fc.nat(), kind: fc.constantFrom("running" as const, "human" as const, "silent" as const) }),
  ),
  helperSpans: fc.array(
    fc.record({
      name: fc.option(fc.string()),
      type: fc.option(fc.string()),
      basis: fc.constantFrom("declared" as const, "nested" as const, "call" as const),
      parent: fc.option(fc.nat()),
      step: fc.option(fc.nat()),
      startS: fc.nat(),
      endS: fc.nat(),
      steps: fc.option(fc.nat()),
      costUsd: fc.option(fc.nat()),
      returnedChars: fc.option(fc.nat()),
    }),
    { maxLength: 4 },
  ),
  steps: fc.array(step, { maxLength: 5 }),
});

it("reads what it wrote, a line per step", () => {
  fc.assert(
    fc.property(timeline, (given) => {
      const text = timelineText(given);
      expect(readTimeline(JSON.parse(text))).toEqual(given);
      expect(text.split("\n").filter((line) => line.startsWith("    ["))).toHaveLength(given.steps.length);
    }),
  );
});
