/** Answers a question from a pool, with what a reader needs to judge the answer. */
import fs from "node:fs";
import type { Pool, PoolSummary } from "../../db/open/pool.ts";
import { withValues } from "../../db/with-values.ts";
import type { Row } from "../../experiment.ts";
import { at } from "../../stats/known.ts";
import { neighborsOf } from "./find.ts";
import { type Coverage, leftOutOf } from "./left-out.ts";
import { loadQuestions } from "./load.ts";
import { SHARED_DEFAULTS, valuesFor } from "./parameters.ts";
import type { Answer, ParameterValues, Question } from "./question.ts";

/** @throws UserError for a parameter that the question doesn't have, and for a value of another type */
export async function runQuestion(pool: Pool, question: Question, given: ParameterValues = {}): Promise<Answer> {
  const parameters = valuesFor(question, given);
  const sql = withValues(question.sql, parameters);
  const rows = await pool.rows<Row>(sql);
  const coverage = await coverageOf(pool, parameters);
  const { fingerprint } = await summaryOf(pool);
  return {
    question,
    parameters,
    sql,
    columns: question.columns,
    rows,
    window: { first: isoOf(coverage.first_us), last: isoOf(coverage.last_us) },
    accounting: pool.accounting,
    fingerprint,
    leftOut: leftOutOf(question.leavesOut, coverage, await hiddenRows(pool, question, parameters, rows.length)),
    neighbors: neighborsOf(await loadQuestions(), question),
  };
}

const COVERAGE = fs.readFileSync(new URL("./coverage.sql", import.meta.url), "utf8");

async function coverageOf(pool: Pool, parameters: ParameterValues): Promise<Coverage> {
  return at(await pool.rows<Coverage>(withValues(COVERAGE, { ...SHARED_DEFAULTS, ...parameters })), 0);
}

const summaries = new WeakMap<Pool, Promise<PoolSummary>>();

/** It reads every table, so once per pool. */
function summaryOf(pool: Pool): Promise<PoolSummary> {
  const summary = summaries.get(pool) ?? pool.summary();
  summaries.set(pool, summary);
  return summary;
}

const ALL_ROWS = 1_000_000_000;

/** How many rows there would be beyond `top`. */
async function hiddenRows(pool: Pool, question: Question, parameters: ParameterValues, shown: number): Promise<number> {
  if (parameters.top === undefined || shown < Number(parameters.top)) return 0;
  const all = withValues(question.sql, { ...parameters, top: ALL_ROWS });
  const [uses = ""] = /^-- uses:.*$/m.exec(all) ?? [];
  const { rows } = at(await pool.rows<{ rows: number }>(`${uses}\nSELECT count(*) AS rows FROM (\n${all}\n)`), 0);
  return rows - shown;
}

function isoOf(us: number | null): string | null {
  return us === null ? null : new Date(us / 1000).toISOString();
}
