/** Which sessions started which, by what transcripts say, by ids, and by the times of calls. */
import { expect, it } from "vitest";
import { timesAfter } from "../testing/events.ts";
import { type StepLiteral, type TranscriptLiteral, withPool } from "../testing/pool.ts";

const { at, event } = timesAfter(Date.UTC(2026, 0, 5));

/** A step of a session at a second, with calls that start helpers at others. */
function step(session_id: string, second: number, starts: readonly number[] = [], more: StepLiteral = {}): StepLiteral {
  return {
    session_id,
    provider: "claude",
    user: "person-1",
    timing_events: [event("user_message", second)],
    tools: starts.map((start) => ({ tool_name: "Task", tool_call_id: `${session_id} ${start}`, emitted_at: at(start) })),
    ...more,
  };
}

const helper = (session_id: string, parent_session_id: string | null, parent_tool_call_id: string | null = null): TranscriptLiteral => ({
  session_id,
  relation: "sub-agent",
  parent_session_id,
  parent_tool_call_id,
});

type Link = [
  session: string,
  parent: string,
  basis: string,
  call: number | null,
  root: string,
  depth: number,
  caller: string,
  below: number,
];

it.each<[what: string, steps: StepLiteral[], transcripts: TranscriptLiteral[], expected: Link[]]>([
  [
    "the transcript names parent and call",
    [step("s", 0, [5, 6]), step("h", 100)],
    [helper("h", "s", "s 6")],
    [["h", "s", "declared", 1, "s", 1, "s", 1]],
  ],
  [
    "it names the parent alone: no call fits",
    [step("s", 0, [5]), step("h", 100)],
    [helper("h", "s")],
    [["h", "s", "parent", null, "s", 1, "s", 1]],
  ],
  [
    "it names the parent alone: one call fits",
    [step("s", 0, [5]), step("h", 6)],
    [helper("h", "s")],
    [["h", "s", "parent", 1, "s", 1, "s", 1]],
  ],
  ["the parent is not in the pool", [step("h", 100)], [helper("h", "s", "s 6")], [["h", "s", "orphan", null, "s", 1, "s", 1]]],
  [
    "the id names the parent, at any depth",
    [step("s", 0), step("s/subagents/a", 90), step("s/subagents/a/subagents/b", 95)],
    [],
    [
      ["s/subagents/a", "s", "path", null, "s", 1, "s", 1],
      ["s/subagents/a/subagents/b", "s/subagents/a", "path", null, "s", 2, "s", 2],
    ],
  ],
  ["a call that only one session fits", [step("s", 0, [5]), step("h", 35)], [], [["h", "s", "nested", 1, "s", 1, "s", 1]]],
  ["2 s before it", [step("s", 0, [5]), step("h", 3)], [], [["h", "s", "nested", 1, "s", 1, "s", 1]]],
  ["later than 30 s after it", [step("s", 0, [5]), step("h", 36)], [], []],
  ["two calls fit", [step("s", 0, [5, 6]), step("h", 10)], [], []],
  ["two sessions fit one call", [step("s", 0, [5]), step("h", 10), step("i", 11)], [], []],
  ["of another person", [step("s", 0, [5]), step("h", 10, [], { user: "person-2" })], [], []],
  ["of another provider", [step("s", 0, [5]), step("h", 10, [], { provider: "codex" })], [], []],
  [
    "a call that another helper is named for",
    [step("s", 0, [5]), step("h", 6), step("i", 7)],
    [helper("h", "s", "s 5")],
    [["h", "s", "declared", 1, "s", 1, "s", 1]],
  ],
  ["a session that its transcript calls main", [step("s", 0, [5]), step("h", 10)], [{ session_id: "h", relation: "main" }], []],
  [
    "a resumed session and its helper are of the first session, and the helper is below the resumed one",
    [step("s", 0), step("r", 100), step("h", 110)],
    [{ session_id: "r", relation: "resume", parent_session_id: "s" }, helper("h", "r")],
    [
      ["h", "r", "parent", null, "s", 2, "r", 1],
      ["r", "s", "parent", null, "s", 1, "r", 0],
    ],
  ],
  [
    "a circle ends at its first session",
    [step("a", 0), step("b", 1), step("c", 2)],
    [helper("a", "b"), helper("b", "a"), helper("c", "b")],
    [
      ["a", "b", "orphan", null, "a", 0, "a", 0],
      ["b", "a", "parent", null, "a", 1, "a", 1],
      ["c", "b", "parent", null, "a", 2, "a", 2],
    ],
  ],
])("%s", async (_what, steps, transcripts, expected) => {
  const sql = `-- uses: lineage
    SELECT session_id, parent_session_id, link_basis, call_round_pk, root_session_id, depth, caller_session_id, helper_depth
    FROM lineage ORDER BY session_id`;
  const found = await withPool(steps, (pool) => pool.rows<object>(sql), transcripts);
  expect(found.map(Object.values)).toEqual(expected);
});

it("a session fits from 2 s before a call to 30 s after it, whenever that is", async () => {
  const seconds = Array.from({ length: 64 }, (_, i) => i);
  const offsets = [-2.001, -2, 30, 30.001];
  const tried = seconds.flatMap((second) => offsets.map((offset) => ({ second, offset, user: `person ${second} ${offset}` })));
  const steps = tried.flatMap(({ second, offset, user }) => [
    step(`${user} s`, second - 100, [second], { user }),
    step(`${user} h`, second + offset, [], { user }),
  ]);
  const found = await withPool(steps, (pool) => pool.rows<{ session_id: string }>("-- uses: lineage\nSELECT session_id FROM lineage"));
  const fitting = tried.filter(({ offset }) => offset === -2 || offset === 30).map(({ user }) => `${user} h`);
  expect(found.map(({ session_id }) => session_id).sort()).toEqual(fitting.sort());
});
