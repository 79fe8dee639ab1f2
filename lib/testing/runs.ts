/** What tests of whole runs share. */
import fs from "node:fs";
import path from "node:path";
import { Pool } from "../db/open/pool.ts";
import { sha256 } from "../files/hash.ts";

/** What is only there while something is written: locks and half-written files. */
export function leftoversIn(folder: string): string[] {
  if (!fs.existsSync(folder)) return [];
  return (fs.readdirSync(folder, { recursive: true }) as string[]).filter((name) => /\.partial|\.lock$|\.leaving/.test(name));
}

/** SHA-256 by file. */
export function hashesOf(folder: string, files: readonly string[]): Record<string, string> {
  return Object.fromEntries(files.map((file) => [file, sha256(fs.readFileSync(path.join(folder, file)))]));
}

/** Of the contents of a database. */
export async function fingerprintOf(db: string): Promise<string> {
  const pool = await Pool.open(db);
  try {
    return (await pool.summary()).fingerprint;
  } finally {
    pool.close();
  }
}

/** A step of a trace that begins at an instant (milliseconds) and answers five seconds later. */
export function tracedStep(index: number, input: string, beginMs: number) {
  return {
    provider: "claude",
    session_id: "session",
    round_index: index,
    model: "claude-opus-4-7",
    input_tokens_total: 1000 + index,
    prefix_tokens: 900,
    newly_append_tokens: 100 + index,
    output_tokens: 50,
    first_input_event_type: input,
    timing_events: [
      { event_type: input, timestamp: new Date(beginMs).toISOString() },
      { event_type: "text", timestamp: new Date(beginMs + 5000).toISOString() },
    ],
    tools: [],
  };
}
