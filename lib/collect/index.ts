/** What is known of all transcripts of a state folder, in one file, so that a run with nothing new opens no other. */
import path from "node:path";
import { writeAtomically } from "../files/atomic.ts";
import { OWNER_ONLY_FILE } from "../files/place.ts";
import { readText } from "../files/read.ts";
import type { MergeCounts } from "./merge.ts";
import type { Provider } from "./row.ts";
import type { Stamp, TranscriptSummary } from "./stored.ts";

const FORMAT = 1;

/** What the last run wrote. */
export interface WrittenOutput {
  /** Hash over everything that decides its bytes. */
  readonly recipe: string;
  /** By absolute path. */
  readonly files: Readonly<Record<string, Stamp>>;
  readonly counts: readonly (readonly [Provider, MergeCounts])[];
}

export interface IndexEntry {
  /** The transcript's file. */
  readonly path: string;
  readonly summary: TranscriptSummary;
  /** Of the state file. */
  readonly stateBytes: number;
}

export interface Index {
  output: WrittenOutput | null;
  /** By the name of the state file. */
  readonly entries: Map<string, IndexEntry>;
}

/** An empty index when there is none or it is of another format. */
export function readIndex(folder: string): Index {
  const text = readText(indexFile(folder)) ?? "";
  const [head, ...lines] = text.split("\n").filter((line) => line !== "");
  try {
    const { format, output = null }: { format?: number; output?: WrittenOutput | null } = JSON.parse(head ?? "{}");
    if (format !== FORMAT) return { output: null, entries: new Map() };
    return { output, entries: new Map(lines.map((line): [string, IndexEntry] => JSON.parse(line))) };
  } catch (error) {
    if (error instanceof SyntaxError) return { output: null, entries: new Map() };
    throw error;
  }
}

export function writeIndex(folder: string, index: Index): void {
  const head = JSON.stringify({ format: FORMAT, output: index.output });
  const lines = [...index.entries].map((entry) => JSON.stringify(entry));
  writeAtomically(indexFile(folder), `${[head, ...lines].join("\n")}\n`, OWNER_ONLY_FILE);
}

export function indexFile(folder: string): string {
  return path.join(folder, "index.jsonl");
}
