import { describe, expect, it } from "vitest";
import { hasShared } from "../../../lib/testing/paths.ts";
import { type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import { REFERENCE_POOLS, rowsOf, runOn, withReferencePool } from "../../../lib/testing/reference-pools.ts";
import { accountsOf, checksOf } from "./audit.ts";
import experiment from "./experiment.ts";

const START = Date.UTC(2026, 0, 1);
const event = (event_type: string | null, second: number | null) => ({
  event_type,
  timestamp: second === null ? null : new Date(START + second * 1000).toISOString(),
});
const user = (second: number | null) => event("user_message", second);
const text = (second: number | null) => event("text", second);
const step = (timing_events: StepLiteral["timing_events"], more: StepLiteral = {}): StepLiteral => ({
  session_id: "s",
  provider: "codex",
  timing_events: timing_events ?? [],
  ...more,
});

const audit = (steps: readonly StepLiteral[]) => withPool(steps, (pool) => runOn(experiment, pool));
/** The steps of cases in one pool: each is a provider, and has sessions of its own where they have a name. */
const asProviders = (cases: readonly (readonly [what: string, steps: readonly StepLiteral[], ...rest: unknown[]])[]): StepLiteral[] =>
  cases.flatMap(([provider, steps]) =>
    steps.map((each) => ({
      ...each,
      provider,
      session_id: each.session_id ? `${provider}: ${each.session_id}` : (each.session_id ?? null),
    })),
  );

describe("a step that shows a user message", () => {
  const cases: [fate: string, steps: StepLiteral[], reasons: [string, number][]][] = [
    ["opens a request", [step([user(0), text(1)])], []],
    ["opens one when message and output come at once", [step([user(1), text(1)])], []],
    ["needs a session", [step([user(0), text(1)], { session_id: null })], [["missing_session", 1]]],
    ["may be in the session without a name", [step([user(0), text(1)], { session_id: "" })], []],
    ["needs a time", [step([user(null), text(1)])], [["no_parseable_user_timestamp", 1]]],
    ["without a time counts as that first", [step([user(null)])], [["no_parseable_user_timestamp", 1]]],
    ["needs an output", [step([user(0), event("usage_report", 2)])], [["no_model_output", 1]]],
    ["needs an output with a time", [step([user(0), text(null)], { session_id: null })], [["no_model_output", 1]]],
    ["must not come after the output", [step([text(0), user(1)])], [["user_after_first_model_output", 1]]],
    ["is one that shows two", [step([user(0), user(2), text(1)])], []],
  ];

  it.each(cases)("%s", async (fate, _steps, reasons) => {
    const result = await audit(asProviders(cases));
    const own = (table: string) => rowsOf(result, table).filter(({ provider }) => provider === fate);
    expect(own("non_trigger_reasons").map(({ reason, rows }) => [reason, rows])).toEqual(reasons);
    expect(own("visible_user_rows")).toEqual([
      {
        provider: fate,
        visible_user_rows: 1,
        response_triggering_user_rows: 1 - reasons.length,
        non_trigger_rows: reasons.length,
      },
    ]);
  });
});

describe("a request", () => {
  const cases: [end: string, steps: StepLiteral[], counts: object][] = [
    [
      "is closed by the next",
      [step([user(0), text(1)]), step([user(5), text(6)])],
      { response_samples: 2, closed_by_next_user: 1, closed_by_eof: 1 },
    ],
    [
      "is not closed by that of another session",
      [step([user(0), text(1)]), step([user(5), text(6)], { session_id: "t" })],
      { closed_by_eof: 2 },
    ],
    [
      "that takes no time is dropped",
      [step([user(3), text(3)])],
      { response_triggering_user_rows: 1, response_samples: 0, dropped_nonpositive: 1, closed_by_eof: 0 },
    ],
    ["takes the time of later steps", [step([user(3), text(3)]), step([text(9)])], { response_samples: 1, dropped_nonpositive: 0 }],
  ];

  it.each(cases)("%s", async (end, _steps, counts) => {
    const rows = rowsOf(await audit(asProviders(cases)), "response_counts");
    expect(rows.find(({ provider }) => provider === end)).toMatchObject(counts);
  });

  it("is counted for all providers together, too", async () => {
    const rows = rowsOf(await audit(asProviders(cases)), "response_counts");
    expect(rows.at(-1)).toMatchObject({
      provider: "all",
      response_samples: 5,
      closed_by_next_user: 1,
      closed_by_eof: 4,
      dropped_nonpositive: 1,
    });
  });
});

it("lists what was dropped with its place and events", async () => {
  const steps = [step([text(0)]), step([user(3), event(null, null), text(3)]), step([user(4), text(4)], { round_id: "r3" })];
  expect(rowsOf(await audit(steps), "dropped_requests")).toEqual([
    {
      reason: "nonpositive",
      provider: "codex",
      session_id: "s",
      line: 2,
      row_id: "line:2",
      start: "2026-01-01T00:00:03.000000Z",
      events: "user_message <no-type> text",
    },
    {
      reason: "nonpositive",
      provider: "codex",
      session_id: "s",
      line: 3,
      row_id: "r3",
      start: "2026-01-01T00:00:04.000000Z",
      events: "user_message text",
    },
  ]);
});

it("lists 20 at most and says so", async () => {
  const result = await audit(Array.from({ length: 23 }, (_, i) => step([user(i), text(i)])));
  expect(rowsOf(result, "dropped_requests")).toHaveLength(20);
  expect(result.notes).toEqual(["The table lists the first 20 of 23 requests with a response time of 0."]);
});

it("counts first events, also those without a type", async () => {
  const steps = [step([event(null, 1), user(2)]), step([user(2)], { provider: null }), step([])];
  expect(rowsOf(await audit(steps), "first_event_types")).toEqual([
    { provider: "<unknown-provider>", event_type: "user_message", steps: 1 },
    { provider: "codex", event_type: "<no-type>", steps: 1 },
  ]);
});

describe("checks", () => {
  const SOUND = {
    steps: {
      provider: "p",
      visible: 7,
      triggers: 3,
      missing_session: 1,
      no_model_output: 1,
      no_parseable_user_timestamp: 1,
      user_after_first_model_output: 1,
    },
    requests: { provider: "p", opened: 3, samples: 2, dropped_no_output: 0, dropped_nonpositive: 1, closed_next: 1, closed_eof: 1 },
  };
  const violations = (steps: object, requests: object) =>
    checksOf(accountsOf(["p"], [{ ...SOUND.steps, ...steps }], [{ ...SOUND.requests, ...requests }]))
      .filter(({ level, count }) => level === "violation" && count > 0)
      .map(({ name }) => name);

  it.each<[string, object, object, string[]]>([
    ["hold", {}, {}, []],
    ["miss a trigger", { triggers: 4 }, {}, ["triggers_become_requests"]],
    ["miss a request", {}, { opened: 2 }, ["messages_are_classified"]],
    ["see a sample too many", {}, { closed_eof: 2 }, ["samples_are_closed"]],
    ["see a request without output", {}, { dropped_nonpositive: 0, dropped_no_output: 1 }, ["requests_have_output"]],
  ])("%s", (_, steps, requests, expected) => {
    expect(violations(steps, requests)).toEqual(expected);
  });
});

it("has zeros for an empty pool", async () => {
  const result = await audit([]);
  expect(result).toMatchObject({ figures: [], notes: [experiment.empty], documents: [{ value: { passed: true } }] });
  expect(rowsOf(result, "response_counts")).toHaveLength(1);
});

it.skipIf(!hasShared).each(REFERENCE_POOLS)("finds no violation in %s", async (name) => {
  const result = await withReferencePool(name, (pool) => runOn(experiment, pool));
  expect(result.documents).toMatchObject([{ value: { passed: true } }]);
});
