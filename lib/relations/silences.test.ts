import { expect, it } from "vitest";
import { timesAfter } from "../testing/events.ts";
import { type StepLiteral, type TranscriptLiteral, withPool } from "../testing/pool.ts";

const START = Date.UTC(2026, 0, 5);
const { event } = timesAfter(START);
const step = (session_id: string, ...seconds: number[]): StepLiteral => ({
  ...{ session_id, provider: "claude" },
  timing_events: seconds.map((second) => event("text", second)),
});
const resumed = (session_id: string, parent_session_id: string): TranscriptLiteral => ({
  session_id,
  relation: "resume",
  parent_session_id,
});

const SILENCES = `-- uses: silences
SELECT thread_id, session_id, from_us / 1e6 - ${START / 1e3} AS "from", to_us / 1e6 - ${START / 1e3} AS "to"
FROM silences ORDER BY thread_id, from_us`;

it.each<
  [what: string, steps: StepLiteral[], expected: [thread: string, session: string, from: number, to: number][], TranscriptLiteral[]?]
>([
  ["of ten seconds, not of less", [step("s", 0), step("s", 10), step("s", 19.999)], [["s", "s", 0, 10]]],
  ["within a step", [step("s", 0, 5, 30, 31)], [["s", "s", 5, 30]]],
  ["not within a step during which another one has events", [step("s", 0, 30), step("s", 8, 16, 24)], []],
  ["in order of time, not of the file", [step("s", 100), step("s", 0)], [["s", "s", 0, 100]]],
  ["of each session", [step("a", 0), step("b", 20), step("a", 40)], [["a", "a", 0, 40]]],
  [
    "between the parts of a session that was resumed twice",
    [step("a", 0), step("b", 20), step("c", 60)],
    [
      ["a", "b", 0, 20],
      ["a", "c", 20, 60],
    ],
    [resumed("b", "a"), resumed("c", "b")],
  ],
  ["not before a file whose first part is not there", [step("b", 20), step("b", 60)], [["b", "b", 20, 60]], [resumed("b", "gone")]],
])("silences: %s", async (_, steps, expected, transcripts) => {
  const found = await withPool(
    steps,
    (pool) => pool.rows<{ thread_id: string; session_id: string; from: number; to: number }>(SILENCES),
    transcripts,
  );
  expect(found.map((row) => [row.thread_id, row.session_id, Math.round(row.from * 1e3) / 1e3, Math.round(row.to * 1e3) / 1e3])).toEqual(
    expected,
  );
});
