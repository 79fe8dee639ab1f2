/** Reads the script that comes with a page of sessions. */
import { unpackedJson } from "../../../page/client/unpacked.ts";
import type { SessionData } from "../context.ts";

declare global {
  /** What a script with sessions leaves behind, packed. */
  var traceAtlasTimelines: string | undefined;
}

/** Null when the last script did not have that session. */
export async function loadedSession(name: string | undefined): Promise<SessionData | null> {
  const packed = globalThis.traceAtlasTimelines;
  if (packed === undefined) return null;
  const sessions = await unpackedJson<readonly SessionData[]>(packed);
  return sessions.find((session) => session.name === name) ?? null;
}
