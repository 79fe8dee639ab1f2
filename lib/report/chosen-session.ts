/** The session that a command is about. */
import fs from "node:fs";
import type { Pool } from "../db/open/pool.ts";
import { query, type RowOf } from "../experiment.ts";
import { UserError } from "../files/errors.ts";
import { known } from "../stats/known.ts";
import { shortId } from "../trace/sessions.ts";
import { readSessions, type Session } from "./usage.ts";

const LATEST = query("latest.sql", { session_id: "text", provider: "text", last_us: "number?" });
type Listed = RowOf<typeof LATEST>;

export interface ChosenSession extends Listed {
  /** Null where no transcript says it. */
  readonly about: Session | null;
}

/**
 * @param word the id of a session, its beginning, or its name on a page; undefined for the latest one that is not a helper's
 * @returns null for a pool without sessions
 * @throws UserError when the word names no session, or several
 */
export async function chosenSession(pool: Pool, word: string | undefined): Promise<ChosenSession | null> {
  const listed = await pool.rows(fs.readFileSync(new URL(LATEST.file, import.meta.url), "utf8"), undefined, LATEST);
  if (listed.length === 0) return null;
  const sessions = await readSessions(pool);
  const session = word === undefined ? latest(listed, sessions) : sessionNamed(word, listed);
  return { ...session, about: sessions.get(session.session_id) ?? null };
}

function latest(listed: readonly Listed[], sessions: ReadonlyMap<string, Session>): Listed {
  return listed.find(({ session_id }) => !sessions.get(session_id)?.is_helper) ?? known(listed[0]);
}

const MOST_NAMED = 5;

export function sessionNamed(word: string, listed: readonly Listed[]): Listed {
  const namesOf = ({ session_id }: Listed) => [session_id, session_id.slice(session_id.indexOf(":") + 1), shortId(session_id)];
  const exact = listed.filter((session) => namesOf(session).includes(word));
  const found =
    exact.length > 0 ? exact : listed.filter((session) => word !== "" && namesOf(session).some((name) => name.startsWith(word)));
  const [first, ...others] = found;
  if (!first) throw new UserError(`No session ${JSON.stringify(word)} was found; report session --json lists the ids.`);
  if (others.length === 0) return first;
  const named = found.slice(0, MOST_NAMED).map(({ session_id }) => session_id);
  const more = found.length > MOST_NAMED ? ` and ${found.length - MOST_NAMED} more` : "";
  throw new UserError(
    `${JSON.stringify(word)} is the beginning of ${found.length} sessions: ${named.join(", ")}${more}. Give more of the id.`,
  );
}
