/** What calls are about. Private: only own traces know it, and only `--targets` asks for it. */
import { type QueryContext, query } from "../../../lib/experiment.ts";
import { sessionHashes } from "../../../lib/trace/sessions.ts";
import type { MapCall, SessionMap } from "./map.ts";

const TARGETS = query("targets.sql", { session_id: "text", step: "number", place: "number", target: "text", verb: "text?" });

export interface Targets {
  of(map: SessionMap, call: MapCall): string | null;
  /** The file that a call reads or changes; null for any other call. */
  fileOf(map: SessionMap, call: MapCall): string | null;
}

export async function readTargets(db: QueryContext, maps: readonly SessionMap[]): Promise<Targets> {
  const rows = await db.rows(TARGETS, { sessions: sessionHashes(maps.map(({ timeline }) => timeline.sessionId)) });
  const keyOf = (session: string, step: number, place: number) => JSON.stringify([session, step, place]);
  const found = new Map(rows.map((row) => [keyOf(row.session_id, row.step, row.place), row]));
  const rowOf = ({ timeline }: SessionMap, { step, place }: MapCall) => found.get(keyOf(timeline.sessionId, step, place));
  return {
    of: (map, call) => rowOf(map, call)?.target ?? null,
    fileOf: (map, each) => {
      const row = rowOf(map, each);
      const { activity } = each.call; // a command that reads a file is not named by the file
      return row && (row.verb === "read" || row.verb === "edit") && (activity === "explore" || activity === "edit") ? row.target : null;
    },
  };
}

/** How often a file was touched. */
export interface TouchedFile {
  readonly file: string;
  readonly reads: number;
  readonly edits: number;
}

/** Most touched first. */
export function touchedFiles(map: SessionMap, targets: Targets): TouchedFile[] {
  const files = new Map<string, { reads: number; edits: number }>();
  for (const call of map.calls) {
    const file = targets.fileOf(map, call);
    if (file === null) continue;
    const counts = files.get(file) ?? { reads: 0, edits: 0 };
    counts[call.call.activity === "edit" ? "edits" : "reads"]++;
    files.set(file, counts);
  }
  return [...files]
    .map(([file, counts]) => ({ file, ...counts }))
    .sort((a, b) => b.reads + b.edits - a.reads - a.edits || (a.file < b.file ? -1 : 1));
}
