/** Which files the sides of a comparison edited. Private: paths are in it. */
import fs from "node:fs";
import type { Pool } from "../../db/open/pool.ts";
import { query } from "../../experiment.ts";
import { groupBy } from "../../stats/group-by.ts";
import { sumOf } from "../../stats/sum.ts";
import type { Comparison, Letter } from "../../trace/session-diff/read.ts";
import { sessionHashes } from "../../trace/sessions.ts";

const EDITS = query("edits.sql", { session_id: "text", file: "text", edits: "number" });

export interface EditedFile {
  readonly file: string;
  /** Edits by side; a side without any is missing. */
  readonly edits: ReadonlyMap<Letter, number>;
}

/** Those that fewest sides edited first, then by edits. */
export async function readEdits(pool: Pool, { sides }: Comparison): Promise<EditedFile[]> {
  const sql = fs.readFileSync(new URL(EDITS.file, import.meta.url), "utf8");
  const rows = await pool.rows(sql, { sessions: sessionHashes(sides.flatMap(({ sessions }) => sessions)) }, EDITS);
  return [...groupBy(rows, ({ file }) => file)]
    .map(([file, own]) => {
      const editsOf = (sessions: readonly string[]) =>
        sumOf(
          own.filter(({ session_id }) => sessions.includes(session_id)),
          ({ edits }) => edits,
        );
      const edits = sides.map(({ letter, sessions }) => [letter, editsOf(sessions)] as const).filter(([, count]) => count > 0);
      return { file, edits: new Map(edits) };
    })
    .sort((a, b) => a.edits.size - b.edits.size || editsIn(b) - editsIn(a) || (a.file < b.file ? -1 : 1));
}

function editsIn({ edits }: EditedFile): number {
  return sumOf([...edits.values()], (count) => count);
}
