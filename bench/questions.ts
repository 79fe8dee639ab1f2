/**
 * How long each question takes as `ask` answers it, names, coverage and fingerprint included: in a pool that was just opened, and when it is
 * asked again.
 *
 *     npx tsx bench/questions.ts <pool.duckdb> [limit in seconds]
 *
 * On a busy machine processor time says more than time: two cores can't take longer than it, nor less than half of it. Exit status 1 when
 * a question that was just asked for the first time took more processor time than twice the limit.
 */
import { loadQuestions } from "../lib/assistant/questions/load.ts";
import { readNames } from "../lib/assistant/questions/names.ts";
import type { Question } from "../lib/assistant/questions/question.ts";
import { runQuestion } from "../lib/assistant/questions/run.ts";
import { Pool } from "../lib/db/open/pool.ts";

const CORES = 2;

interface Times {
  readonly s: number;
  readonly processor_s: number;
}

async function timed(work: () => Promise<unknown>): Promise<Times> {
  const [start, before] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(before);
  return { s: (performance.now() - start) / 1e3, processor_s: (user + system) / 1e6 };
}

async function measured(db: string, question: Question) {
  const pool = await Pool.open(db, { threads: CORES });
  try {
    const ask = async () => {
      await readNames(pool);
      await runQuestion(pool, question);
    };
    return { first: await timed(ask), again: await timed(ask) };
  } finally {
    pool.close();
  }
}

const [db, limit = "5"] = process.argv.slice(2);
if (db === undefined) throw new Error("name a database, and the limit in seconds if it is not 5");
console.log("| question | first, s | processor s | again, s | processor s |\n| :-- | --: | --: | --: | --: |");
for (const question of await loadQuestions()) {
  const { first, again } = await measured(db, question);
  const cells = [first.s, first.processor_s, again.s, again.processor_s].map((seconds) => seconds.toFixed(2));
  console.log(`| ${[question.id, ...cells].join(" | ")} |`);
  if (first.processor_s > CORES * Number(limit)) process.exitCode = 1;
}
