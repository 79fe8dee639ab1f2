import { describe, expect, it } from "vitest";
import { UserError } from "../../files/errors.ts";
import { labelsOf, type StepLiteral, type TranscriptLiteral, withPool } from "../../testing/pool.ts";

const STEPS: StepLiteral[] = ["claude:abc1", "claude:abc2", "codex:abc", "codex:x", "y/subagents/1", "y"].map((session_id) => ({
  provider: "claude",
  session_id,
}));
/** Without steps of its own. */
const TRANSCRIPTS: TranscriptLiteral[] = [{ session_id: "told" }];

const SQL = (relation: string) => `-- uses: ${relation}\nSELECT session_id, key, value FROM ${relation} ORDER BY ALL`;

/** Lines of `session,key,value`. */
function labeled(lines: readonly string[], relation = "labels", shards = 1): Promise<unknown[][]> {
  return withPool(STEPS, async (pool) => (await pool.rows<object>(SQL(relation))).map((row) => Object.values(row)), TRANSCRIPTS, [], {
    labels: labelsOf(...lines),
    shards,
  });
}

describe("a session is named", () => {
  it.each([
    ["by its id", "claude:abc1", "claude:abc1"],
    ["by what follows the colon", "abc1", "claude:abc1"],
    ["by an id that is the beginning of others", "abc", "codex:abc"],
    ["by the beginning of its id", "codex:a", "codex:abc"],
    ["by a beginning behind the colon", "x", "codex:x"],
    ["even without steps", "tol", "told"],
  ])("%s", async (_, word, session) => {
    expect(await labeled([`${word},team,a`])).toEqual([[session, "team", "a"]]);
  });
});

it("a session has several keys", async () => {
  expect(await labeled(["x,team,a", "x,size,b"])).toEqual([
    ["codex:x", "size", "b"],
    ["codex:x", "team", "a"],
  ]);
});

it.each([1, 3])("what a session started has its labels, with %d shards", async (shards) => {
  expect(await labeled(["y,team,a", "y,size,b", "y/sub,size,c"], "session_labels", shards)).toEqual([
    ["y", "size", "b"],
    ["y", "team", "a"],
    ["y/subagents/1", "size", "c"],
    ["y/subagents/1", "team", "a"],
  ]);
});

it("without a file there are none", async () => {
  expect(await withPool(STEPS, (pool) => pool.rows(SQL("session_labels")))).toEqual([]);
});

it("the file is part of how a pool is read", async () => {
  const labels = labelsOf("x,team,a");
  expect(await withPool(STEPS, async (pool) => (await pool.summary()).labels, [], [], { labels })).toBe("f00d");
  expect(await withPool(STEPS, async (pool) => (await pool.summary()).labels)).toBeNull();
});

describe("a line is refused", () => {
  it.each<[string, string[], string]>([
    [
      "whose session isn't there",
      ["x,team,a", "nobody,team,a"],
      'labels.csv, line 3: no session of this pool is called "nobody" or begins like that; report session --json lists the ids.',
    ],
    [
      "whose session may be several",
      ["claude:a,team,a"],
      'labels.csv, line 2: "claude:a" is the beginning of 2 sessions: claude:abc1, claude:abc2. Give more of the id.',
    ],
    [
      "that repeats a key",
      ["x,team,a", "x,size,a", "codex:x,team,b"],
      "labels.csv, line 4 gives session codex:x a second team; line 2 has the first. Remove one of them.",
    ],
  ])("%s", async (_, lines, sentence) => {
    await expect(labeled(lines)).rejects.toThrow(new UserError(sentence));
  });
});
