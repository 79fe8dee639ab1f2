import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SqlParams } from "../../experiment.ts";
import { withPool } from "../../testing/pool.ts";
import { type MergedQuery, mergeOf, mergeSql } from "./merge.ts";
import type { Pool } from "./pool.ts";

const COLUMNS = ["provider", "steps", "longest_us"].map((name) => ({ name, type: "BIGINT" }));

describe("a header is", () => {
  it.each([
    [
      "-- merge: key(provider) sum(steps) max(longest_us)",
      'SELECT "provider", sum("steps") AS "steps", max("longest_us") AS "longest_us" FROM parts GROUP BY "provider" ORDER BY "provider" NULLS FIRST',
    ],
    [
      "-- merge: key(provider) sum(\n--   steps)\n-- Steps.\n-- merge: min(longest_us) by steps DESC, provider",
      'SELECT "provider", sum("steps") AS "steps", min("longest_us") AS "longest_us" FROM parts GROUP BY "provider" ORDER BY steps DESC, provider',
    ],
    [
      "-- merge: key() sum(provider, steps, longest_us)",
      'SELECT sum("provider") AS "provider", sum("steps") AS "steps", sum("longest_us") AS "longest_us" FROM parts',
    ],
    ["-- merge: top 20 by steps DESC NULLS LAST, provider", "FROM parts ORDER BY steps DESC NULLS LAST, provider LIMIT 20"],
    ["-- merge: top $none by steps", "FROM parts ORDER BY steps"],
    ["-- merge: top $most by steps", "FROM parts ORDER BY steps LIMIT 7"],
    [
      "-- merge: top 5 of provider by steps DESC",
      'FROM parts QUALIFY row_number() OVER (PARTITION BY "provider" ORDER BY steps DESC) <= 5 ORDER BY "provider" NULLS FIRST, steps DESC',
    ],
    ["-- uses: steps\n--  merge:  all by provider, steps", "FROM parts ORDER BY provider, steps"],
    ["-- merge: same", "FROM parts"],
  ])("%s", (header, sql) => {
    const merge = mergeOf(`${header}\nSELECT 1`, "query.sql");
    expect(merge && mergeSql(merge, COLUMNS, "query.sql", { most: 7, none: null })).toBe(sql);
  });

  it("missing in a query without one", () => {
    expect(mergeOf("-- merges parts\nSELECT '-- merge: same'", "query.sql")).toBeNull();
  });
});

describe("a wrong header is named with its line:", () => {
  it.each([
    ["key provider", /^query\.sql:2: the merge "key provider" can't be read; write, for example, /],
    ["key(provider) sum(steps, steps)", /names the column steps twice/],
    ["key(provider) sum(provider)", /names the column provider twice/],
    ["key(provider) mean(steps)", /has mean\(\), but columns can be merged by sum\(\), max\(\), min\(\) only/],
    ["key(lower(provider)) sum(steps)", /can't be read/],
    ["key(a b) sum(steps)", /names "a b", which is not the name of a column/],
    ["top ten by steps", /can't be read/],
    ["key(provider) sum(steps", /the merge "key\(provider\) sum\(steps" can't be read/],
    ["all", /can't be read/],
  ])("%s", (words, message) => {
    expect(() => mergeOf(`-- uses: steps\n-- merge: ${words}\nSELECT 1`, "query.sql")).toThrow(message);
  });

  it.each([
    ["key(provider) sum(steps)", "query.sql: its merge does not name the column longest_us"],
    ["key(provider) sum(steps, calls) max(longest_us)", "query.sql does not return the column calls that its merge names"],
  ])("%s", (words, message) => {
    const merge = mergeOf(`-- merge: ${words}`, "query.sql");
    expect(() => merge && mergeSql(merge, COLUMNS, "query.sql")).toThrow(message);
  });

  it("a sum that depends on the order", () => {
    const merge = mergeOf("-- merge: key() sum(usd)", "query.sql");
    expect(() => merge && mergeSql(merge, [{ name: "usd", type: "DOUBLE" }], "query.sql")).toThrow(
      "query.sql: its merge sums usd, a DOUBLE; sums of floating-point numbers depend on their order",
    );
  });
});

/** Each with parameters. */
const QUERIES: Readonly<Record<string, { readonly query: string | MergedQuery; readonly params?: SqlParams }>> = {
  "rows by keys": {
    query: `-- merge: key(provider, model) sum(steps, tokens) max(most) min(least)
      SELECT provider, model, count(*) AS steps, sum(prefix_tokens) AS tokens, max(prefix_tokens) AS most, min(round_pk) AS least
      FROM rounds
      GROUP BY ALL`,
  },
  "a row": { query: "-- merge: key() sum(steps) max(most)\nSELECT count(*) AS steps, max(prefix_tokens) AS most FROM rounds" },
  "first rows": {
    query:
      "-- merge: top $most by prefix_tokens DESC, round_pk\nFROM rounds SELECT prefix_tokens, round_pk ORDER BY prefix_tokens DESC, round_pk LIMIT $most",
    params: { most: 3 },
  },
  "first rows of each group": {
    query: `-- merge: top 2 of provider by prefix_tokens, round_pk
      SELECT provider, prefix_tokens, round_pk
      FROM rounds
      QUALIFY row_number() OVER (PARTITION BY provider ORDER BY prefix_tokens, round_pk) <= 2`,
  },
  "all rows": { query: "-- merge: all by round_pk\nFROM rounds SELECT round_pk, session_id, conversation_id" },
  "what is the same everywhere": { query: "-- merge: same\nSELECT count(*) AS steps FROM stored.rounds" },
  "the whole pool": { query: "SELECT session_id, count(*) AS steps FROM rounds GROUP BY ALL ORDER BY ALL" },
  "a share by SQL of its own": {
    query: {
      sql: "SELECT count(*) AS steps, count(*) FILTER (provider = $provider) AS named FROM rounds;",
      merge: { file: "query.merge.sql", sql: "SELECT sum(named) / sum(steps) AS share FROM parts;" },
    },
    params: { provider: "claude" },
  },
  "relations of the pool and of steps": {
    query: `-- uses: step_times, response_copies, rates
      -- merge: key(is_copy) sum(steps, events) max(rates)
      SELECT is_copy, count(*) AS steps, count(first_us) AS events, (SELECT count(*) FROM rates) AS rates
      FROM response_copies
      JOIN step_times USING (round_pk)
      GROUP BY ALL`.replaceAll(/^ +/gm, ""),
  },
};

const step = fc.record({
  provider: fc.constantFrom("claude", "codex", null),
  model: fc.constantFrom("a", "b"),
  session_id: fc.constantFrom("s", "t", "t/subagents/u", "v", "w", "", null),
  prefix_tokens: fc.option(fc.integer({ min: 0, max: 5 })),
  round_id: fc.constantFrom("m1", "m2", null),
  timing_events: fc.array(fc.constant({ event_type: "text", timestamp: "2026-01-01T00:00:00Z" }), { maxLength: 2 }),
});

it("every answer is the same however many shards there are", async () => {
  const answers = async (pool: Pool) => {
    const found: Record<string, object[]> = {};
    for (const [name, { query, params }] of Object.entries(QUERIES)) found[name] = await pool.rows(query, params);
    return found;
  };
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.integer({ min: 2, max: 6 }), async (steps, shards) => {
      const whole = await withPool(steps, answers);
      expect(await withPool(steps, answers, [], [], { shards })).toEqual(whole);
    }),
    { numRuns: 6 },
  );
});

it("has the steps of a session and its helpers in one shard", async () => {
  const steps = ["a", "b", "b/subagents/x", "c", "d", "e"].map((session_id) => ({ session_id, details: { transcript_id: session_id } }));
  const transcripts = [
    { session_id: "c", parent_session_id: "a" },
    { session_id: "d", parent_session_id: "c" },
    { session_id: "e", parent_session_id: "b/subagents/x" },
  ];
  const query =
    "-- merge: all by sessions\nSELECT string_agg(session_id, ' ' ORDER BY session_id) AS sessions FROM rounds HAVING count(*) > 0";
  const found = await withPool(steps, (pool) => pool.rows(query), transcripts, [], { shards: 12 });
  expect(found).toEqual([{ sessions: "a c d" }, { sessions: "b b/subagents/x e" }]);
});

it("gives what belongs to no step to one shard", async () => {
  const query = `-- merge: key() sum(calls, events, sessions)
SELECT (SELECT count(*) FROM stored.tool_calls) AS calls, (SELECT count(*) FROM stored.timing_events) AS events, (SELECT count(*) FROM sessions) AS sessions`;
  const steps = [{ session_id: "a", tools: [{ round_pk: 77 }, { round_pk: null }, {}], timing_events: [{ round_pk: 78 }] }];
  const found = await withPool(steps, (pool) => pool.rows(query), [{ session_id: null }, { session_id: "other" }], [], { shards: 3 });
  expect(found).toEqual([{ calls: 3, events: 1, sessions: 2 }]);
});
