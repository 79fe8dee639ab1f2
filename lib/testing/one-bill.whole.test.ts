/**
 * Five experiments divide the same bill: its anatomy, what fills contexts, tool results, repetitions and helpers. Here every billed
 * dollar is followed to the tokens that were in the context when it was paid, so that their totals add up to the bill and to what
 * more than one of them counts. docs/money.md has the result.
 */
import fs from "node:fs";
import { describe, expect, it } from "vitest";
import costAnatomy from "../../experiments/prefix_cache/cost_anatomy/experiment.ts";
import contextDeltas from "../../experiments/session/context_delta_attribution/experiment.ts";
import subagents from "../../experiments/session/subagent_attribution/experiment.ts";
import retryWaste from "../../experiments/tool_calls/retry_waste/experiment.ts";
import outputBloat from "../../experiments/tool_calls/tool_output_bloat/experiment.ts";
import type { Pool } from "../db/open/pool.ts";
import type { Experiment, Row } from "../experiment.ts";
import { money } from "../format/numbers.ts";
import { sumOf } from "../stats/sum.ts";
import type { Accounting } from "../trace/readings.ts";
import { hasShared, project } from "./paths.ts";
import { withPool } from "./pool.ts";
import { POOL_M } from "./pool-m.ts";
import { rowsOf, runOn, withReferencePool } from "./reference-pools.ts";
import { samplePool } from "./sample.ts";
import { withTranscripts } from "./transcripts.ts";

/** Tokens of a context by what they are. */
const KINDS = ["repeated", "result", "other"] as const;
type Kind = (typeof KINDS)[number] | "output";

interface Step extends Readonly<Record<(typeof KINDS)[number], number>> {
  readonly session_id: string | null;
  readonly segment: number | null;
  readonly context: number;
  /** 0 without a price. */
  readonly input_nano: number;
  readonly output_nano: number;
  readonly is_helper: boolean;
  readonly is_repetition: boolean;
}

/** Results of repetitions, and failed results before them, as `retry_waste` counts them; steps that are nothing but repetitions. */
const STEPS = `-- uses: step_cost, context_parts, carried_results, helpers, repeated_calls
  WITH certain AS (
    SELECT *, if(basis = 'size' AND input_chars < 16, class_if_short, class) AS judged, coalesce(sole_from_chars >= 16, false) AS is_sole
    FROM repeated_calls
  ), repeats AS (
    SELECT * FROM certain WHERE judged NOT IN ('new', 'recheck')
  ), counted AS (
    SELECT * FROM repeats WHERE judged <> 'redundant' OR basis = 'hash'
  ), results AS (
    SELECT session_pk, call_no FROM counted WHERE NOT is_sole
    UNION
    SELECT session_pk, previous_call_no
    FROM counted
    WHERE judged <> 'redundant' AND (session_pk, previous_call_no) NOT IN (SELECT (session_pk, call_no) FROM repeats)
  ), soles AS (
    SELECT round_pk
    FROM certain
    WHERE is_sole
    GROUP BY round_pk
    HAVING NOT bool_or(class = 'redundant' AND basis = 'size')
  ), carried AS (
    SELECT
      into_round_pk AS round_pk,
      sum(carried_tokens) FILTER ((session_pk, call_no) IN (SELECT (session_pk, call_no) FROM results)) AS repeated
    FROM carried_results
    GROUP BY into_round_pk
  )
  SELECT
    context_parts.session_id,
    segment,
    coalesce(context_tokens, 0)::DOUBLE AS context,
    coalesce(cost_nano - output_nano, 0)::DOUBLE AS input_nano,
    coalesce(output_nano, 0)::DOUBLE AS output_nano,
    context_parts.session_id IN (SELECT session_id FROM helpers) AS is_helper,
    round_pk IN (SELECT round_pk FROM soles) AS is_repetition,
    coalesce(repeated, 0) AS repeated,
    result_tokens - coalesce(repeated, 0) AS result,
    grown_tokens - result_tokens AS other
  FROM step_cost
  LEFT JOIN context_parts USING (round_pk)
  LEFT JOIN carried USING (round_pk)
  ORDER BY session_id, round_pk`;

/** The experiments, by what they ask about. */
const NAMES = ["anatomy", "contexts", "results", "repetitions", "helpers"] as const;
type Name = (typeof NAMES)[number];
/** Nano-dollars by the names of those that count them, separated by spaces; a name that is there twice counts them twice. */
type Ledger = ReadonlyMap<string, number>;

/** A repetition counts the whole step if that is nothing else, and its result in every step that reads it: a dollar can be both. */
function countedBy(kind: Kind, step: Step): string {
  const counts: readonly [Name, boolean][] = [
    ["anatomy", true],
    ["contexts", kind !== "output" && step.session_id !== null],
    ["results", kind === "repeated" || kind === "result"],
    ["repetitions", step.is_repetition],
    ["repetitions", kind === "repeated"],
    ["helpers", step.is_helper],
  ];
  return counts.flatMap(([name, does]) => (does ? [name] : [])).join(" ");
}

/** Follows tokens through the segments of sessions: what leaves a context takes the same share of all that is in it. */
function ledgerOf(steps: readonly Step[]): Ledger {
  const ledger = new Map<string, number>();
  const add = (kind: Kind, step: Step, nano: number) => {
    const key = countedBy(kind, step);
    ledger.set(key, (ledger.get(key) ?? 0) + nano);
  };
  const live = { repeated: 0, result: 0, other: 0 };
  let before: Step | undefined;
  for (const step of steps) {
    add("output", step, step.output_nano);
    if (step.session_id === null) {
      add("other", step, step.input_nano);
      continue;
    }
    const isSame = before !== undefined && before.session_id === step.session_id && before.segment === step.segment;
    const kept = isSame && before !== undefined && before.context > 0 ? Math.min(1, step.context / before.context) : 0;
    for (const kind of KINDS) {
      live[kind] = live[kind] * kept + step[kind];
      if (step.context > 0) add(kind, step, (step.input_nano * live[kind]) / step.context);
    }
    before = step;
  }
  return ledger;
}

async function totalsOf(pool: Pool): Promise<Record<Name, number>> {
  const rows = async (experiment: Experiment, name: string) => rowsOf(await runOn(experiment, pool), name);
  const usd = (found: readonly Row[], column: string) => sumOf(found, (row) => Number(row[column] ?? 0));
  const anatomy = (await rows(costAnatomy, "cost_components")).filter(({ by, component }) => by === "all" && component !== "unpriced");
  const sources = (await rows(contextDeltas, "context_sources")).filter(({ scope, tool }) => scope === "merged" && tool === null);
  const results = (await rows(outputBloat, "tool_output_summary")).filter(({ scope, tool }) => scope === "merged" && tool === "all");
  const certain = ["identical_after_error", "altered_after_error", "redundant"];
  const retries = (await rows(retryWaste, "retry_summary")).filter(
    (row) => row.provider === "all" && row.tool === null && certain.includes(String(row.class)),
  );
  return {
    anatomy: usd(anatomy, "usd_logged"),
    contexts: usd(sources, "rent_usd"),
    results: usd(results, "rent_usd"),
    repetitions: usd(retries, "existence_usd") + usd(retries, "size_usd"),
    helpers: usd(await rows(subagents, "subagent_coverage"), "helpers_usd"),
  };
}

function timesCounted(names: string, name: Name): number {
  return names.split(" ").filter((each) => each === name).length;
}

/** Checks the totals of all experiments, and returns dollars by who counts them. */
async function checkedLedger(pool: Pool): Promise<Map<string, number>> {
  const steps = await pool.rows<Step>(STEPS);
  const ledger = [...ledgerOf(steps)];
  const totals = await totalsOf(pool);
  for (const name of NAMES) {
    const counted = sumOf(ledger, ([names, nano]) => nano * timesCounted(names, name)) / 1e9;
    expect(counted, name).toBeCloseTo(totals[name], 5);
  }
  const [bill] = await pool.rows<{ usd: number }>("-- uses: step_cost\nSELECT sum(cost_nano) / 1e9 AS usd FROM step_cost");
  expect(sumOf(ledger, ([, nano]) => nano) / 1e9).toBeCloseTo(Number(bill?.usd), 5);
  return new Map(ledger.map(([names, nano]) => [names, nano / 1e9]));
}

/** To the cent, without what is less than that. */
const cents = (ledger: ReadonlyMap<string, number>) =>
  Object.fromEntries([...ledger].map(([names, usd]) => [names, Math.round(100 * usd) / 100] as const).filter(([, usd]) => usd > 0));

it("pool M: each dollar of s1, s2 and s3", async () => {
  expect(cents(await withPool(POOL_M, checkedLedger))).toEqual({
    anatomy: 0.07,
    "anatomy contexts": 0.7,
    "anatomy contexts results": 0.08,
    "anatomy contexts repetitions": 0.17,
    "anatomy contexts results repetitions": 0.05,
    "anatomy helpers": 0.02,
    "anatomy contexts helpers": 0.09,
    "anatomy contexts results helpers": 0.01,
  });
});

it("the sample, as docs/money.md has it", async () => {
  const pool = await samplePool();
  const ledger = await checkedLedger(pool);
  const rows = [...ledger].filter(([, usd]) => usd >= 0.005).toSorted((a, b) => b[1] - a[1]);
  const lines = rows.map(([names, usd]) =>
    [money(usd), ...NAMES.map((name) => ["", "once", "twice"][timesCounted(names, name)])].join(" | "),
  );
  const text = fs.readFileSync(project("docs", "money.md"), "utf8");
  const listed = text.split("\n").flatMap((line) =>
    line.startsWith("| $")
      ? [
          line
            .slice(1, -1)
            .split("|")
            .map((cell) => cell.trim()),
        ]
      : [],
  );
  expect(listed.map((cells) => cells.join(" | "))).toEqual(lines);
  for (const name of NAMES) expect(text).toContain(money(sumOf([...ledger], ([names, usd]) => usd * timesCounted(names, name))));
});

it.skipIf(!hasShared)("pool A", async () => {
  expect(cents(await withReferencePool("pool-a", checkedLedger))).toEqual({
    anatomy: 47.77,
    "anatomy contexts": 474.97,
    "anatomy contexts results": 337.84,
    "anatomy contexts results repetitions": 16.87,
    "anatomy contexts results repetitions repetitions": 0.34,
    "anatomy contexts repetitions": 11.99,
    "anatomy repetitions": 0.69,
    "anatomy helpers": 0.4,
    "anatomy contexts helpers": 6.8,
    "anatomy contexts results helpers": 0.66,
    "anatomy contexts results repetitions helpers": 0.03,
    "anatomy contexts repetitions helpers": 0.1,
  });
});

it("pool X", async () => {
  expect(cents(await withReferencePool("pool-x", checkedLedger))).toEqual({
    anatomy: 1_287.33,
    "anatomy contexts": 4_337.66,
    "anatomy contexts results": 235.14,
    "anatomy contexts results repetitions": 13.87,
    "anatomy contexts results repetitions repetitions": 0.2,
    "anatomy contexts repetitions": 54.99,
    "anatomy repetitions": 16.31,
  });
});

describe.skipIf(!hasShared)("the transcripts", () => {
  it.each<[Accounting, Record<string, number>]>([
    [
      "counted",
      {
        anatomy: 2.29,
        "anatomy contexts": 18.86,
        "anatomy contexts results": 8.33,
        "anatomy contexts results repetitions": 0.37,
        "anatomy contexts results repetitions repetitions": 0.01,
        "anatomy contexts repetitions": 0.28,
        "anatomy repetitions": 0.03,
        "anatomy helpers": 0.13,
        "anatomy contexts helpers": 1.28,
        "anatomy contexts results helpers": 0.43,
      },
    ],
    [
      "published",
      {
        anatomy: 2.28,
        "anatomy contexts": 15.08,
        "anatomy contexts results": 9.8,
        "anatomy contexts results repetitions": 0.68,
        "anatomy contexts results repetitions repetitions": 0.01,
        "anatomy contexts repetitions": 0.27,
        "anatomy repetitions": 0.03,
        "anatomy helpers": 0.13,
        "anatomy contexts helpers": 1.06,
        "anatomy contexts results helpers": 0.37,
        "anatomy contexts results repetitions helpers": 0.04,
        "anatomy contexts repetitions helpers": 0.02,
      },
    ],
  ])("as %s", async (accounting, expected) => {
    expect(cents(await withTranscripts("transcripts", accounting, checkedLedger, "counted"))).toEqual(expected);
  });
});
