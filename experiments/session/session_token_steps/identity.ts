/** Short, stable names for sessions: safe in titles and file names, the same in every run. */
import { createHash } from "node:crypto";

const MAX_STEM_CHARACTERS = 120;

/** `claude:985c…` becomes `claude-` and ten hex digits of the whole id's SHA-1; an id without a colon gets `session-`. */
export function shortId(sessionId: string): string {
  const colon = sessionId.indexOf(":");
  const prefix = colon < 0 ? "session" : sessionId.slice(0, colon);
  return `${prefix}-${createHash("sha1").update(sessionId, "utf8").digest("hex").slice(0, 10)}`;
}

/** The short id as a file name without extension: letters, digits, `_`, `.` and `-`, never starting with `.` or `-`. */
export function fileStem(sessionId: string): string {
  const stem = shortId(sessionId)
    .replace(/[^A-Za-z0-9_.-]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .slice(0, MAX_STEM_CHARACTERS);
  return /^[.-]/.test(stem) ? `session${stem}` : stem;
}
