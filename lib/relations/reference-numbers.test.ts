/** The relations of steps, calls and contexts on whole pools: printed numbers, conservation, and the same rows with any number of threads. */
import { describe, expect, it } from "vitest";
import { findCompactions } from "../../experiments/session/session_token_steps/compaction.ts";
import sessionTokenSteps from "../../experiments/session/session_token_steps/experiment.ts";
import { readSteps, type Step, totalInput } from "../../experiments/session/session_token_steps/steps.ts";
import { Pool } from "../db/open/pool.ts";
import { known } from "../stats/known.ts";
import { hasShared } from "../testing/paths.ts";
import { checkedQueries, REFERENCE_POOLS, referenceDatabase, withReferencePool } from "../testing/reference-pools.ts";

const RELATIONS = [
  "request_steps_all",
  "steps",
  "calls",
  "delivered",
  "context_resets",
  "context_use",
  "reset_costs",
  "result_costs",
  "rent",
  "emitted",
  "chars_per_token",
  "busy",
  "active_axis",
  "cost_range",
  "re_prefill",
  "cost_parts",
  "kept_cache",
  "context_parts",
  "carried_results",
  "failure_episodes",
  "repeated_calls",
  "failing_calls",
  "step_activity",
  "error_steps",
  "request_costs",
  "request_phases",
  "request_spans",
  "person_waits",
];

describe.each(REFERENCE_POOLS)("%s", (name) => {
  const skipped = name === "pool-a" && !hasShared;

  it.skipIf(skipped)("rent times growth is the input bill", async () => {
    const sql = `-- uses: rent
      SELECT sum(input_nano)::DOUBLE AS bill, list_sum(list(grown_tokens * rent_nano ORDER BY round_pk)) AS rent FROM rent`;
    const [sums] = await withReferencePool(name, (pool) => pool.rows<{ bill: number; rent: number }>(sql));
    expect(sums?.bill).toBeGreaterThan(0);
    expect((sums?.rent ?? 0) / (sums?.bill ?? 0)).toBeCloseTo(1, 9);
  });

  it.skipIf(skipped)("parts of the context add up to its growth, and results to those of their step", async () => {
    const sql = `-- uses: context_parts, carried_results
      SELECT
        max(abs(base_tokens + prior_output_tokens + result_tokens + user_tokens + client_tokens + unexplained_tokens - grown_tokens)) AS off,
        max(abs(result_tokens - coalesce(carried_tokens, 0))) AS results_off
      FROM context_parts
      LEFT JOIN (SELECT into_round_pk, sum(carried_tokens) AS carried_tokens FROM carried_results GROUP BY ALL) ON into_round_pk = round_pk`;
    const [most] = await withReferencePool(name, (pool) => pool.rows<{ off: number; results_off: number }>(sql));
    expect(most?.off).toBeLessThan(1e-6);
    expect(most?.results_off).toBeLessThan(1e-6);
  });

  it.skipIf(skipped)("what the active axis leaves out is what nothing spans, in the definition that searches all that runs", async () => {
    const found = await withReferencePool(name, (pool) => pool.rows<object>(IDLE_STRETCHES));
    expect(found.length).toBeGreaterThan(100);
    expect(found).toEqual(await withReferencePool(name, (pool) => pool.rows<object>(IDLE_STRETCHES_BY_SEARCH)));
  });

  it.skipIf(skipped)("resets are those of session_token_steps, in sessions whose round indexes are in file order", async () => {
    await withReferencePool(name, async (pool) => {
      const misplaced = new Set((await pool.rows<{ session_id: string }>(MISPLACED_SESSIONS)).map(({ session_id }) => session_id));
      const ids = (await pool.rows<{ session_id: string }>(SESSIONS)).map(({ session_id }) => session_id);
      const steps = await readSteps(checkedQueries(sessionTokenSteps, pool), ids);
      const resets = await pool.rows<{ session_id: string; tokens_before: number; tokens_after: number }>(RESETS);
      const inOrder = resets.filter(({ session_id }) => !misplaced.has(session_id));
      expect(inOrder).toEqual(ids.filter((id) => !misplaced.has(id)).flatMap((id) => dropsOf(id, known(steps.get(id)))));
      expect(inOrder.length).toBeGreaterThan(0);
      expect(misplaced.size).toBe({ "pool-a": 0, "pool-x": 27 }[name]);
    });
  });
});

const RESETS = `-- uses: context_resets
  SELECT session_id, tokens_before, tokens_after
  FROM context_resets JOIN (SELECT session_id, min(round_pk) AS first_pk FROM rounds GROUP BY session_id) USING (session_id)
  ORDER BY first_pk, round_pk`;

const IDLE_STRETCHES = `-- uses: active_axis
  SELECT session_id, from_us, to_us FROM active_axis WHERE kind <> 'running' ORDER BY ALL`;

const IDLE_STRETCHES_BY_SEARCH = `-- uses: steps, busy
  WITH moments AS (
    SELECT session_id, epoch_us(timestamp) AS us FROM timing_events JOIN steps USING (round_pk) WHERE timestamp IS NOT NULL
    UNION SELECT session_id, from_us FROM busy JOIN steps USING (round_pk) WHERE kind <> 'human'
    UNION SELECT session_id, to_us FROM busy JOIN steps USING (round_pk) WHERE kind <> 'human'
  ), stretches AS (
    SELECT session_id, us AS from_us, lead(us) OVER (PARTITION BY session_id ORDER BY us) AS to_us FROM moments
    QUALIFY to_us - us > 60000000
  )
  FROM stretches
  WHERE NOT EXISTS (
    FROM busy
    JOIN steps USING (round_pk)
    WHERE kind <> 'human' AND steps.session_id = stretches.session_id AND busy.from_us <= stretches.from_us AND busy.to_us >= stretches.to_us
  )
  ORDER BY ALL`;

const MISPLACED_SESSIONS = `-- uses: step_times
  WITH placed AS (
    SELECT
      session_id,
      row_number() OVER (PARTITION BY session_id ORDER BY round_pk) AS by_file,
      row_number() OVER (PARTITION BY session_id ORDER BY round_index NULLS LAST, first_us NULLS LAST, round_pk) AS by_index
    FROM rounds JOIN step_times USING (round_pk)
    WHERE session_id <> ''
  )
  SELECT DISTINCT session_id FROM placed WHERE by_file <> by_index`;

const SESSIONS = "SELECT session_id FROM rounds WHERE session_id <> '' GROUP BY session_id ORDER BY min(round_pk)";

function dropsOf(id: string, steps: readonly Step[]) {
  const unreported = steps.map((step) => ({ ...step, explicit_compaction: false }));
  const totals = steps.map(totalInput);
  return findCompactions(unreported).map(({ index }) => ({
    session_id: id,
    tokens_before: totals[index - 1],
    tokens_after: totals[index],
  }));
}

it("rows are the same with 1 and 7 threads", async () => {
  expect(await withThreads(7, digests)).toEqual(await withReferencePool("pool-x", digests));
});

async function withThreads<T>(threads: number, use: (pool: Pool) => Promise<T>): Promise<T> {
  const pool = await Pool.open(await referenceDatabase("pool-x"), { threads });
  try {
    return await use(pool);
  } finally {
    pool.close();
  }
}

/** Number of rows of each relation, and a digest over them in whatever order. */
async function digests(pool: Pool): Promise<object[]> {
  const of = RELATIONS.map(
    (relation) => `SELECT '${relation}' AS relation, count(*) AS rows, sum(hash(${relation}))::VARCHAR AS digest FROM ${relation}`,
  );
  return pool.rows<object>(`-- uses: ${RELATIONS.join(", ")}\n${of.join(" UNION ALL ")} ORDER BY relation`);
}

describe.skipIf(!hasShared)("pool A has", () => {
  it.each<[what: string, sql: string, expected: object[]]>([
    [
      "steps, and Codex steps before any request",
      "-- uses: steps\nSELECT count(*) AS steps, count(*) FILTER (request_no = 0 AND provider = 'codex') AS early FROM steps",
      [{ steps: 13_106, early: 52 }],
    ],
    [
      "requests of Codex by this rule and by the published one",
      `-- uses: request_steps, request_steps_all
      SELECT count(DISTINCT (session_pk, requests.request_no)) FILTER (requests.request_no > 0) AS requests,
        count(DISTINCT (session_pk, published.request_no)) FILTER (published.request_no > 0) AS published,
        count(*) FILTER (requests.request_no <> published.request_no) AS different,
        count(*) FILTER (published.request_no = 0) AS early
      FROM request_steps_all AS requests JOIN request_steps AS published USING (round_pk, session_pk) JOIN rounds USING (round_pk)
      WHERE provider = 'codex'`,
      [{ requests: 275, published: 273, different: 419, early: 471 }],
    ],
    [
      "calls, and results that the step of the call logged",
      "-- uses: calls\nSELECT count(*) AS calls, count(*) FILTER (result_round_pk = round_pk) AS own FROM calls",
      [{ calls: 15_379, own: 3_718 }],
    ],
    ["delivered results", "-- uses: delivered\nSELECT count(*) AS results FROM delivered", [{ results: 15_355 }]],
    [
      "context resets",
      `-- uses: context_resets, steps
      SELECT provider, count(*) AS resets, count(DISTINCT session_id) AS sessions
      FROM context_resets JOIN steps USING (round_pk, session_id) GROUP BY provider ORDER BY provider`,
      [
        { provider: "claude", resets: 42, sessions: 34 },
        { provider: "codex", resets: 11, sessions: 7 },
      ],
    ],
    [
      "characters per token",
      "-- uses: chars_per_token\nSELECT provider, round(chars_per_token, 4) AS chars, pairs FROM chars_per_token ORDER BY provider",
      [
        { provider: "claude", chars: 2.7296, pairs: 1_142 },
        { provider: "codex", chars: 3.686, pairs: 709 },
      ],
    ],
    [
      "outputs that are logged too small",
      `-- uses: emitted, steps
      SELECT provider, count(*) AS steps, count(*) FILTER (floor_tokens > 1.2 * (output_tokens - reasoning_tokens) + 20) AS placeholders,
        round(sum(output_tokens - reasoning_tokens) / 1e6, 2) AS logged_m, round(sum(visible_tokens) / 1e6, 2) AS visible_m
      FROM emitted JOIN steps USING (round_pk) GROUP BY provider ORDER BY provider`,
      [
        { provider: "claude", steps: 9_421, placeholders: 6_501, logged_m: 0.79, visible_m: 2.03 },
        { provider: "codex", steps: 3_685, placeholders: 97, logged_m: 0.85, visible_m: 0.88 },
      ],
    ],
    [
      "an input bill at the published prices",
      "-- uses: step_cost\nSELECT round(sum(cost_nano - output_nano) / 1e9, 3) AS usd FROM step_cost",
      [{ usd: 849.592 }],
    ],
    [
      "gaps over 5 minutes, and those inside a running call: for a person, and at work",
      `-- uses: active_axis
      SELECT count(*) AS gaps, count(*) FILTER (basis IN ('call', 'tool')) AS in_calls, count(*) FILTER (basis = 'call') AS human,
        count(*) FILTER (basis = 'tool') AS work, round(sum(to_us - from_us) / 3.6e9, 1) AS hours,
        round(sum(to_us - from_us) FILTER (basis IN ('call', 'tool')) / 3.6e9, 1) AS in_calls_hours,
        round(sum(to_us - from_us) FILTER (basis = 'tool') / 3.6e9, 1) AS work_hours
      FROM active_axis WHERE to_us - from_us > 300000000`,
      [{ gaps: 384, in_calls: 82, human: 36, work: 46, hours: 472.6, in_calls_hours: 76.2, work_hours: 51.1 }],
    ],
    [
      "approvals of edits",
      "-- uses: busy\nSELECT count(*) AS calls, round(sum(to_us - from_us) / 3.6e9, 1) AS hours FROM busy WHERE kind = 'human' AND tool = 'Edit'",
      [{ calls: 361, hours: 27.4 }],
    ],
  ])("%s", async (_, sql, expected) => {
    expect(await withReferencePool("pool-a", (pool) => pool.rows(sql))).toEqual(expected);
  });
});
