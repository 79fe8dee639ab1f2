/** What every question answers of four pools: the number of rows, a hash of all of them, and the first two. */
import { describe, expect, it } from "vitest";
import type { Pool } from "../../db/open/pool.ts";
import { withValues } from "../../db/with-values.ts";
import type { Row } from "../../experiment.ts";
import { sha256 } from "../../files/hash.ts";
import { hasShared } from "../../testing/paths.ts";
import { withReferencePool } from "../../testing/reference-pools.ts";
import { samplePool } from "../../testing/sample.ts";
import { withTranscripts } from "../../testing/transcripts.ts";
import { loadQuestions } from "./load.ts";
import { valuesFor } from "./parameters.ts";
import type { Question } from "./question.ts";

const FIRST_ROWS = 2;

async function answersOf(pool: Pool): Promise<string> {
  const lines: string[] = [];
  for (const question of await loadQuestions()) lines.push(JSON.stringify([question.id, await answerOf(pool, question)]));
  return `[\n${lines.join(",\n")}\n]\n`;
}

async function answerOf(pool: Pool, question: Question) {
  const rows = (await pool.rows<Row>(withValues(question.sql, valuesFor(question, {})))).map((row) => cellsOf(question, row));
  return { rows: rows.length, sha256: sha256(JSON.stringify(rows)), first: rows.slice(0, FIRST_ROWS) };
}

/** In the order of the columns that the question declares; sums of floating-point numbers depend on their order in the last digits. */
function cellsOf({ id, columns }: Question, row: Row) {
  expect({ id, columns: Object.keys(row) }).toEqual({ id, columns: columns.map(({ name }) => name) });
  return Object.values(row).map((cell) => (typeof cell === "number" ? Number(cell.toPrecision(9)) : cell));
}

const golden = (name: string) => `golden/${name}.golden.json`;

it("the sample", async () => {
  const pool = await samplePool();
  await expect(await answersOf(pool)).toMatchFileSnapshot(golden("sample"));
});

it("pool X", async () => {
  await withReferencePool("pool-x", async (pool) => expect(await answersOf(pool)).toMatchFileSnapshot(golden("pool-x")));
});

describe.skipIf(!hasShared)("where ../shared is", () => {
  it("pool A", async () => {
    await withReferencePool("pool-a", async (pool) => expect(await answersOf(pool)).toMatchFileSnapshot(golden("pool-a")));
  });

  it("the shared transcripts, counted", async () => {
    const use = async (pool: Pool) => expect(await answersOf(pool)).toMatchFileSnapshot(golden("transcripts"));
    await withTranscripts("transcripts", "counted", use, "counted");
  });
});
