/** Which sessions of a pool the labels of a file belong to: the rows of the relation `labels`. */
import fs from "node:fs";
import { UserError } from "../../files/errors.ts";
import type { Label, Labels } from "../../trace/labels.ts";
import type { Engine } from "./engine.ts";

const NAMED_SESSIONS = new URL("./named-sessions.sql", import.meta.url);

interface NamedSession {
  readonly word: string;
  readonly sessions: number;
  readonly session_id: string;
  readonly others: string;
}

interface LabelRow {
  readonly session_id: string;
  readonly key: string;
  readonly value: string;
}

/**
 * In the order of the file.
 * @throws UserError that names file and line, for a session that the pool doesn't have, a name that fits several, and a second value of a key
 */
export async function labelRows(engine: Engine, labels: Labels | undefined): Promise<LabelRow[]> {
  if (!labels) return [];
  const words = JSON.stringify([...new Set(labels.rows.map(({ session }) => session))]);
  const found = await engine.rows<NamedSession>(fs.readFileSync(NAMED_SESSIONS, "utf8"), { words });
  const named = new Map(found.map((session) => [session.word, session]));
  const lines = new Map<string, number>();
  return labels.rows.map((label) => {
    const place = `${labels.file}, line ${label.line}`;
    const session_id = sessionOf(label, named, place);
    const { key, value } = label;
    const before = lines.get(`${session_id}\0${key}`);
    if (before !== undefined)
      throw new UserError(`${place} gives session ${session_id} a second ${key}; line ${before} has the first. Remove one of them.`);
    lines.set(`${session_id}\0${key}`, label.line);
    return { session_id, key, value };
  });
}

function sessionOf({ session }: Label, named: ReadonlyMap<string, NamedSession>, place: string): string {
  const found = named.get(session);
  if (!found)
    throw new UserError(
      `${place}: no session of this pool is called ${JSON.stringify(session)} or begins like that; report session --json lists the ids.`,
    );
  if (found.sessions === 1) return found.session_id;
  const more = found.sessions > 5 ? ", …" : "";
  throw new UserError(
    `${place}: ${JSON.stringify(session)} is the beginning of ${found.sessions} sessions: ${found.others}${more}. Give more of the id.`,
  );
}
