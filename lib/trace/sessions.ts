/** Sessions that one experiment chooses and others look at, and short names for them. */
import { md5, sha1 } from "../files/hash.ts";

/** A place where the context of a session was compacted. */
export interface Compaction {
  /** 0-based index of the first step after it. */
  readonly index: number;
  /** Reported by the trace, or inferred from a lasting drop of the total input. */
  readonly kind: "explicit" | "input_drop";
}

/** A chosen session. `provider` and `model` are those of most of its steps. */
export interface ChosenSession {
  readonly id: string;
  readonly provider: string;
  readonly model: string;
  readonly compactions: readonly Compaction[];
}

const MAX_STEM_CHARACTERS = 120;

/**
 * A short, stable name, the same in every run: `claude:985c…` becomes `claude-` and ten hex digits of the whole id's SHA-1; an id
 * without a colon gets `session-`.
 */
export function shortId(sessionId: string): string {
  const colon = sessionId.indexOf(":");
  const prefix = colon < 0 ? "session" : sessionId.slice(0, colon);
  return `${prefix}-${sha1(sessionId).slice(0, 10)}`;
}

/** The short id as a file name without extension: letters, digits, `_`, `.` and `-`, never starting with `.` or `-`. */
export function fileStem(sessionId: string): string {
  const stem = shortId(sessionId)
    .replace(/[^A-Za-z0-9_.-]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .slice(0, MAX_STEM_CHARACTERS);
  return /^[.-]/.test(stem) ? `session${stem}` : stem;
}

/** Session ids as a parameter of a query, which finds them with `list_contains(string_split($sessions, ' '), md5(session_id))`. */
export function sessionHashes(ids: readonly string[]): string {
  return ids.map(md5).join(" ");
}
