import fs from "node:fs";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { sumOf } from "../../stats/sum.ts";
import { timesAfter } from "../../testing/events.ts";
import { hasShared, project } from "../../testing/paths.ts";
import { type StepLiteral, withPool } from "../../testing/pool.ts";
import { POOL_M } from "../../testing/pool-m.ts";
import { withReferencePool } from "../../testing/reference-pools.ts";
import { explainJson } from "./json.ts";
import { readSessionStory } from "./read.ts";
import { type Explanation, explanationOf } from "./summary.ts";
import { timeSplit } from "./time.ts";
import { explainLines } from "./view.ts";

const OPTIONS = { top: 8, accounting: "published" } as const;

async function explained(steps: readonly StepLiteral[], word?: string): Promise<Explanation> {
  const story = await withPool(steps, (pool) => readSessionStory(pool, word));
  if (story === null) throw new Error("the pool has no session");
  return explanationOf(story);
}
const textsOf = (explanation: Explanation) => explainLines(explanation, OPTIONS, null).map(({ text }) => text);

describe("session s1 of pool M", () => {
  let explanation: Explanation;
  beforeAll(async () => {
    explanation = await explained(POOL_M, "s1");
  });

  it("is explained in sentences", () => {
    expect(textsOf(explanation)).toEqual([
      "Session s1 (accounting: published)",
      "opus-4-6: 8 steps in 3 requests, 6 tool calls. From 2026-01-05 10:00 UTC, 35m 15s from the first event of a step to the last.",
      "What was asked",
      "3 requests of 400, 200 and 176 characters, in 4 messages.",
      "What was done",
      "Activity              Steps  Share  Phases  Calls  Failed    Time  Share   Cost  Share",
      "Running commands          3    38%       2      3       2  59.0 s     9%  $0.30    57%",
      "Exploring                 1    12%       1      1          6.00 s     1%  $0.13    25%",
      "Answering                 2    25%       2      0          10.0 s     1%  $0.06    11%",
      "Delegating                1    12%       1      1          6.00 s     1%  $0.02     4%",
      "Editing                   1    12%       1      1          5.00 s     1%  $0.02     4%",
      "Waiting for a person                                          10m    87%",
      "Tools: Bash 3 (2 failed), Edit 1, Read 1, Task 1.",
      "Files were edited in 1 request, never again after a command.",
      "It started 1 helper with 2 steps and $0.11: sessions of their own, in none of these numbers.",
      "Requests",
      "No.  Start (UTC)       Chars  Steps  Failed     Time  Waits   Cost  Share  Repair  Phases (steps; ! failed)",
      "  1  2026-01-05 10:00    400      6       2  11m 15s    10m  $0.47    90%     50%  explore 1, run 2!, edit 1, run 1, answer",
      "  2  2026-01-05 10:33    200      1           6.00 s         $0.02     4%          delegate 1",
      "  3  2026-01-05 10:35    176      1           5.00 s         $0.03     6%          answer",
      "What failed, and what followed",
      "2 of 6 calls failed (33%).",
      "Bash failed 2 times from step 2 on. It worked again at step 5, 10m 20s later.",
      "3 steps come between a failure and the next success of the same tool (38%), at $0.24 (45%). Other work was done there, too, so the failures cost at most that.",
      "Where the time of the requests went",
      "11m 26s in requests: generation 39.0 s (6%), tools 47.0 s (7%) and waiting for a person 10m (87%).",
      "The wait for a person seems to be 10m in Edit at step 4.",
      "Between an answer and the next message: 23m 49s more, in no request.",
      "What it cost",
      "$0.53 at list prices: cache reads $0.09 (17%), cache writes $0.40 (76%), other input $0.0050 (1%) and output $0.03 (6%).",
      "239.9K tokens of input, 73% of them read from the cache, and 1.4K of output.",
      "The context had at most 33.9K tokens.",
      "What these numbers are",
      "Steps, calls, tokens and times are as logged. What a step does follows from its calls, and its whole cost goes with it. A wait for a person is inferred: the tool asks, a quick tool took five seconds or more, or a tool took that much longer than it reports.",
    ]);
  });

  it("has the fields that docs/explain.md and docs/context.md list, as JSON", () => {
    const docs = ["docs/explain.md", "docs/context.md"].map((file) => fs.readFileSync(project(file), "utf8")).join("\n");
    const documented = new Set([...docs.matchAll(/`(\w+)`/g)].map(([, name]) => name));
    const json = explainJson(explanation, OPTIONS);
    const parts = [json, json.time, ...json.activities, ...json.tools, ...json.requests, ...json.failures, ...json.waits];
    const names = [...parts, ...json.requests.flatMap(({ phases }) => phases)].flatMap((part) => Object.keys(part));
    expect(names.filter((name) => !documented.has(name))).toEqual([]);
    expect(json).toMatchObject({
      ...{ sessionId: "s1", steps: 8, calls: 6, failedCalls: 2, helpers: 1, repairSteps: 3, costUSD: 0.5253625, repairUSD: 0.2376375 },
      time: { requestsS: 686, generationS: 39, toolS: 47, humanS: 600, unknownS: 0, betweenRequestsS: 1429 },
      failures: [{ tool: "Bash", outcome: "recovered", recoveredAtStep: 5, secondsToRecovery: 620 }],
      waits: [{ tool: "Edit", step: 4, seconds: 600 }],
    });
  });
});

const { event } = timesAfter(Date.UTC(2026, 0, 5));
const step = (...timing_events: NonNullable<StepLiteral["timing_events"]>): StepLiteral => ({
  ...{ session_id: "codex:s", provider: "codex", model: "mystery", newly_append_tokens: 1_000, timing_events },
});

it.each<[what: string, steps: StepLiteral[], sentences: RegExp[]]>([
  [
    "without a request",
    [step(event("text", 0))],
    [/^No message of a user is logged/, /^No step has a price\.$/, /^1 step with 0 calls belong to no request/],
  ],
  [
    "without a price, tokens are shown",
    [step(event("user_message", 0, { content_chars: 12 }), event("text", 5))],
    [
      /^1 request; how long they are is not known\.$/,
      /^Answering +1 +100% +1 +0 +5\.00 s +100% +1\.0K +100%$/,
      /^5\.00 s in requests: generation 5\.00 s \(100%\)\.$/,
    ],
  ],
  [
    "a failure that is never repaired",
    [
      {
        ...step(event("user_message", 0), event("text", 5)),
        tools: [{ tool_name: "Bash", tool_call_id: "a", is_error: true }],
      },
      { ...step(event("text", 9)), tools: [{ tool_name: "Grep", tool_call_id: "b", is_error: null }] },
    ],
    [
      /^1 of 2 calls failed \(50%\)\. The status of 1 is not known\.$/,
      /^Bash failed at step 1\. The next step called other tools, and it did not work again in the request\.$/,
      /^1 step comes between a failure .* at 1\.0K tokens \(50%\)\./,
      /^Generation is known of 1 of 2 steps; /,
    ],
  ],
  [
    "a long session",
    Array.from({ length: 10 }, (_, i) => ({
      ...step(event("user_message", 100 * i), event("text", 100 * i + 5)),
      current_user_message_chars: 10 * (i + 1),
      current_user_message_count: 1,
    })),
    [
      /^10 requests of 10 to 100 characters, 55 at the median\.$/,
      /^2 requests that took fewer tokens are not listed; --top 10 lists all\.$/,
    ],
  ],
])("%s", async (_, steps, sentences) => {
  const texts = textsOf(await explained(steps));
  for (const sentence of sentences) expect(texts).toContainEqual(expect.stringMatching(sentence));
});

it("calls that Codex runs one after the other are not waits for a person", async () => {
  const call = (tool_call_id: string, internal: number) => ({
    ...{ tool_name: "exec_command", tool_call_id, is_error: false },
    ...{ emitted_at: "2026-01-05T00:00:05Z", result_at: "2026-01-05T00:00:35Z" },
    ...{ tool_wall_latency_ms: 30_000, tool_internal_latency_ms: internal },
  });
  const events = step(event("user_message", 0), event("tool_call", 5));
  const end = step(event("tool_result", 35), event("text", 40));
  const { time } = await explained([{ ...events, tools: [call("a", 29_000), call("b", 40)] }, end]);
  expect(time).toMatchObject({ human: 0, tool: 30e6 });
  const alone = await explained([{ ...events, tools: [call("b", 40)] }, end]);
  expect(alone.time).toMatchObject({ human: 29_960_000, tool: 40_000 });
});

it("each moment of the requests counts once", () => {
  const stretch = fc
    .tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 20 }))
    .map(([from, length]) => ({ from_us: from, to_us: from + length }));
  const interval = fc
    .tuple(stretch, fc.constantFrom("human" as const, "generation" as const, "tool" as const))
    .map(([place, kind]) => ({ ...place, kind }));
  fc.assert(
    fc.property(fc.array(stretch), fc.array(interval), (within, intervals) => {
      const covers = (places: readonly { from_us: number; to_us: number }[], moment: number) =>
        places.some(({ from_us, to_us }) => from_us <= moment && moment < to_us);
      const moments = Array.from({ length: 90 }, (_, moment) => moment).filter((moment) => covers(within, moment));
      const kindOf = (moment: number) =>
        (["human", "generation", "tool"] as const).find((kind) =>
          covers(
            intervals.filter((each) => each.kind === kind),
            moment,
          ),
        ) ?? "unknown";
      const { total, ...parts } = timeSplit(within, intervals);
      expect(total).toBe(moments.length);
      for (const [kind, length] of Object.entries(parts)) expect(length).toBe(moments.filter((moment) => kindOf(moment) === kind).length);
    }),
  );
});

it.skipIf(!hasShared)("parts add up to the whole in sessions of pool A", async () => {
  await withReferencePool("pool-a", async (pool) => {
    const ids = await pool.rows<{ id: string }>(
      "SELECT min(session_id) AS id FROM rounds WHERE session_id <> '' GROUP BY hash(session_id) % 12 ORDER BY id",
    );
    for (const { id } of ids) {
      const story = await readSessionStory(pool, id);
      if (story === null) throw new Error("no session");
      const { totals, requests } = story;
      const { activities, time, inRequests } = explanationOf(story);
      expect(inRequests.cost_nano + totals.outside_nano).toBe(totals.cost_nano);
      expect(inRequests.steps + totals.outside_steps).toBe(totals.steps);
      expect(totals.read_nano + totals.write_nano + totals.fresh_nano + totals.output_nano).toBe(totals.cost_nano);
      expect(sumOf(activities, ({ cost_nano }) => cost_nano)).toBe(inRequests.cost_nano);
      expect(sumOf(activities, ({ work_us, human_us }) => work_us + human_us)).toBe(time.total);
      expect(sumOf(requests, ({ human_us }) => human_us)).toBe(time.human);
    }
  });
});
