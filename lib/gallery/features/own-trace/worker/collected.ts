/** The lines of a trace and of the tables next to it, in memory. */

import type { DroppedTable, DropSink } from "../../../../collect/dropped/index.ts";
import type { Source } from "../../../../db/build/ingest/decompress.ts";
import type { Companions, TraceFile } from "../../../../db/build/ingest/inputs.ts";

/** A file in memory. */
interface Kept {
  readonly chunks: Uint8Array[];
  bytes: number;
}

const NAMES: Readonly<Record<Exclude<DroppedTable, "rounds">, keyof Companions>> = {
  sessions: "sessions",
  session_events: "events",
  round_details: "details",
  tool_inputs: "inputs",
};

/** Traces that were dropped come first, then what transcripts became: two traces, each with its own tables next to it. */
export class CollectedLines implements DropSink {
  private readonly kept = new Map<string, Kept>();
  private origin: "dropped" | "collected" = "dropped";

  /** What comes now is from transcripts. */
  startTranscripts(): void {
    this.origin = "collected";
  }

  write(table: DroppedTable, lines: Uint8Array): void {
    const path = `${this.origin}.${table}.jsonl`;
    const kept = this.kept.get(path) ?? { chunks: [], bytes: 0 };
    this.kept.set(path, kept);
    kept.chunks.push(lines);
    kept.bytes += lines.length;
  }

  /** Traces that have lines, each with its companion files. */
  traces(): Companions[] {
    return ["dropped", "collected"].flatMap((origin) => {
      const trace = this.file(`${origin}.rounds.jsonl`);
      if (!trace) return [];
      const companions = Object.entries(NAMES).map(([table, name]) => [name, this.file(`${origin}.${table}.jsonl`)] as const);
      return [{ sessions: null, events: null, details: null, inputs: null, ...Object.fromEntries(companions), trace }];
    });
  }

  open(file: TraceFile): Source {
    const { chunks } = this.found(file.path);
    let consumed = 0;
    async function* read(): AsyncGenerator<Uint8Array> {
      for (const chunk of chunks) {
        consumed += chunk.length;
        yield chunk;
      }
    }
    return { chunks: read(), consumed: () => consumed };
  }

  /** All rows. */
  async *rows(): AsyncGenerator<Uint8Array> {
    for (const { trace } of this.traces()) yield* this.open(trace).chunks;
  }

  private file(path: string): TraceFile | null {
    const kept = this.kept.get(path);
    return kept ? { name: path, path, size: kept.bytes } : null;
  }

  private found(path: string): Kept {
    const kept = this.kept.get(path);
    if (!kept) throw new Error(`${path} was not kept`);
    return kept;
  }
}
