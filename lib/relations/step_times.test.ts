import { describe, expect, it } from "vitest";
import { Pool } from "../db/open/pool.ts";
import { hasShared, shared } from "../testing/paths.ts";
import { type StepLiteral, withPool } from "../testing/pool.ts";

/** Seconds after this moment stand for timestamps below. */
const START = Date.UTC(2026, 0, 1);
const at = (second: number) => new Date(START + second * 1000).toISOString();
const event = (event_type: string | null, second: number | null, source?: string) => ({
  event_type,
  timestamp: second === null ? null : at(second),
  ...(source && { source }),
});

/** Times of a step in seconds after START. */
const stepTimes = `
-- uses: step_times
SELECT round_pk, first_event_type, has_user_message, has_tool_result, explicit_compaction,
  COLUMNS(['first_listed_us', 'first_us', 'last_us', 'first_output_us', 'last_output_us', 'last_input_before_output_us', 'request_start_us'])
    / 1e6 - ${START / 1000},
  generation_us / 1e6 AS generation_s
FROM step_times ORDER BY round_pk`;

const nothing = {
  first_event_type: null,
  first_listed_us: null,
  first_us: null,
  last_us: null,
  first_output_us: null,
  last_output_us: null,
  last_input_before_output_us: null,
  request_start_us: null,
  generation_s: null,
  has_user_message: false,
  has_tool_result: false,
  explicit_compaction: false,
};

const cases: [rule: string, events: StepLiteral["timing_events"], expected: Partial<typeof nothing> | object][] = [
  ["a step without events has no times", [], nothing],
  [
    "an ordinary answer to a user message",
    [event("user_message", 0), event("reasoning", 2), event("text", 5), event("usage_report", 6)],
    {
      ...nothing,
      first_event_type: "user_message",
      first_listed_us: 0,
      first_us: 0,
      last_us: 6,
      first_output_us: 2,
      last_output_us: 5,
      last_input_before_output_us: 0,
      request_start_us: 0,
      generation_s: 5,
      has_user_message: true,
    },
  ],
  [
    "list order decides what comes first, time decides what is earliest",
    [event("tool_result", 4), event("user_message", 3), event("text", 9)],
    { first_event_type: "tool_result", first_listed_us: 4, first_us: 3, last_input_before_output_us: 4, request_start_us: 3 },
  ],
  [
    "events without a time still name the trigger and set flags",
    [event("user_message", null), event("text", 7), event("tool_call", 6)],
    {
      first_event_type: "user_message",
      first_listed_us: 7,
      first_us: 6,
      has_user_message: true,
      request_start_us: null,
      generation_s: null,
    },
  ],
  [
    "a first event without a type stays unnamed",
    [event(null, 1), event("user_message", 2)],
    { first_event_type: null, first_us: 1, has_user_message: true },
  ],
  [
    "inputs after the first output don't count as what it answers",
    [event("tool_result", 1), event("reasoning", 3), event("user_message", 5), event("text", 8)],
    { last_input_before_output_us: 1, request_start_us: null, has_user_message: true, generation_s: 7 },
  ],
  [
    "an input at the very time of the first output counts",
    [event("user_message", 3), event("text", 3), event("text", 4)],
    { request_start_us: 3, generation_s: 1 },
  ],
  [
    "a span of zero is no generation time",
    [event("tool_result", 3), event("text", 3)],
    { last_input_before_output_us: 3, generation_s: null },
  ],
  [
    "output without input",
    [event("tool_call", 3), event("text", 5)],
    { last_input_before_output_us: null, first_output_us: 3, generation_s: null },
  ],
  ["compaction in the type", [event("Auto_COMPACT", null)], { explicit_compaction: true }],
  ["compaction in the source of an event without a type", [event(null, 1, "event_msg.context_compacted")], { explicit_compaction: true }],
];

describe("step_times", () => {
  it("has one row per step", async () => {
    const steps = cases.map(([, timing_events]) => ({ session_id: "s", timing_events: timing_events ?? [] }));
    const rows = await withPool(steps, (pool) => pool.rows(stepTimes));
    expect(rows).toMatchObject(cases.map((_, i) => ({ round_pk: i + 1 })));
  });

  it.each(cases)("%s", async (_rule, timing_events, expected) => {
    const [row] = await withPool([{ session_id: "s", timing_events: timing_events ?? [] }], (pool) => pool.rows(stepTimes));
    expect(row).toMatchObject(expected);
  });

  it.skipIf(!hasShared)("reproduces known generation times and request starts of a real pool", async () => {
    const pool = await Pool.open(shared("data/pool-a.reference.duckdb"));
    try {
      const [totals] = await pool.rows(
        "-- uses: step_times\nSELECT count(*) AS steps, count(generation_us) AS spans, (sum(generation_us) / 1e6)::DOUBLE AS seconds, count(request_start_us) AS requests FROM step_times",
      );
      expect(totals).toEqual({ steps: 13106, spans: 10817, seconds: 85647.155, requests: 1214 });
    } finally {
      pool.close();
    }
  });
});
