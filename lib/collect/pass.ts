/** Reads one transcript, line by line, into rows and what is known of them. */
import { sha256 } from "../files/hash.ts";
import { FILE_START, type Line, type Position } from "../files/lines.ts";
import { at } from "../stats/known.ts";
import { encode, HugeRecordParser, isNative, isObject, type Json, parseJson } from "../trace/exact-json.ts";
import { createClaudeExtractor } from "./claude.ts";
import { createCodexExtractor } from "./codex.ts";
import type { Extractor } from "./extractor.ts";
import type { Transcript } from "./finds.ts";
import type { Extracted, Reading, SessionFacts, TraceRow } from "./row.ts";
import type { Progress, RejectedLines, RowMark, Sample, TranscriptSummary } from "./stored.ts";
import { responseMs } from "./summary.ts";
import { toolInputOf } from "./tool-input.ts";

export interface PassInput {
  readonly transcript: Transcript;
  /** `session_file` of the rows. */
  readonly sessionFile: string;
  readonly reading: Reading;
}

/** What is kept of a pass over the beginning of the transcript. */
export interface EarlierPass {
  readonly summary: TranscriptSummary;
  readonly progress: Progress;
  readonly saved: string;
}

/** Longer lines are parsed as they come; of their strings only the sizes are kept. */
export const MAX_WHOLE_LINE_BYTES = 32 << 20;
/** Of a longer transcript the extractor is not kept while the rows are not known yet. */
const MAX_SAVED_BYTES = 640 << 20;
const SAMPLE_BYTES = 1 << 16;
const SHOWN_REJECTS = 3;

/** One pass over a transcript. */
export class Pass {
  readonly from: Position;
  readonly isContinued: boolean;
  isPlain = true;
  readonly rejected: RejectedLines;
  tornTailBytes = 0;
  private readonly input: PassInput;
  private readonly extractor: Extractor;
  readonly maySave: boolean;
  private position: Position;
  private firstLine: Sample | null;
  private lastLine: Line | null = null;
  private lastSample: Sample | null;
  private huge: HugeRecordParser | null = null;
  private hugeBytes = 0;
  /** The extractor before a last line without an end, which will be read again; null also where it is too much to keep. */
  private savedBeforeTail: string | null = null;
  private hasTail = false;

  /** @param maySave whether what the extractor knows may be kept, for a later pass to go on from */
  constructor(input: PassInput, earlier: EarlierPass | null = null, maySave = false) {
    this.input = input;
    this.extractor = extractorOf(input, earlier?.saved);
    this.maySave = maySave;
    this.isContinued = earlier !== null;
    this.from = earlier?.progress.position ?? FILE_START;
    this.position = this.from;
    this.firstLine = earlier?.progress.samples[0] ?? null;
    this.lastSample = earlier?.progress.samples.at(-1) ?? null;
    this.rejected = earlier ? structuredClone(earlier.summary.rejected) : { count: 0, first: [] };
  }

  /** The bytes of the lines are not used afterwards. */
  takeAll(lines: readonly Line[]): void {
    for (const line of lines) this.take(line);
    if (this.lastLine && this.maySave) this.lastSample = sampleOf(this.lastLine);
    this.lastLine = null;
  }

  private take(line: Line): void {
    if (line.part === "first") {
      this.huge = new HugeRecordParser();
      this.hugeBytes = 0;
    }
    this.hugeBytes += line.bytes.length;
    this.huge?.push(line.bytes);
    if (line.part === "first" || line.part === "middle") return;
    const record = this.huge ? this.huge.end() : parseJson(line.bytes);
    this.huge = null;
    if (line.terminated) this.position = { offset: line.end, lines: line.number };
    if (record === undefined && line.part === "whole" && isBlank(line.bytes)) return;
    if (line.terminated) this.takeWhole(line, record);
    else this.takeTail(record, line.part === "whole" ? line.bytes.length : this.hugeBytes);
  }

  private takeWhole(line: Line, record: Json | undefined): void {
    if (line.part === "whole") {
      if (this.maySave) this.firstLine ??= sampleOf(line);
      this.lastLine = line;
    }
    if (isObject(record)) this.extractor.push(record);
    else this.reject(line.number, record === undefined ? "not JSON" : "JSON, but not an object");
  }

  /** A record if it is one, and read again when more of the file is there. */
  private takeTail(record: Json | undefined, bytes: number): void {
    if (!isObject(record)) {
      this.tornTailBytes = bytes;
      return;
    }
    if (this.maySave && this.position.offset <= MAX_SAVED_BYTES) this.savedBeforeTail = this.save();
    this.hasTail = true;
    this.extractor.push(record);
  }

  private reject(line: number, reason: string): void {
    this.rejected.count++;
    if (this.rejected.first.length < SHOWN_REJECTS) this.rejected.first.push({ line, reason });
  }

  /** What was found so far, with a line for each row as it is written, without line end, and its mark but for the bytes. */
  result(): { session: SessionFacts; rows: Iterable<{ line: string; mark: Omit<RowMark, "bytes"> }> } {
    const extracted = this.extractor.result();
    return { session: extracted.session, rows: linesOf(extracted, this.input.transcript) };
  }

  save(): string | null {
    return this.hasTail ? this.savedBeforeTail : this.extractor.save();
  }

  progress(): Progress {
    return { position: this.position, samples: [this.firstLine, this.lastSample].filter((sample) => sample !== null) };
  }
}

function extractorOf({ transcript, sessionFile, reading }: PassInput, saved: string | undefined): Extractor {
  const { provider, project, sessionKey } = transcript;
  if (provider === "codex") return createCodexExtractor({ path: sessionFile, stem: sessionKey }, reading, saved);
  return createClaudeExtractor({ path: sessionFile, project: project ?? "", sessionKey }, reading, saved);
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d));
}

/** Of the end of the line. */
function sampleOf(line: Line): Sample {
  const bytes = line.bytes.subarray(-SAMPLE_BYTES);
  return { start: line.start + line.bytes.length - bytes.length, bytes: bytes.length, sha256: sha256(bytes) };
}

/** Only inputs of tools can hold what JavaScript would spell differently; to look at everything else takes as long as to write it. */
function textOf(row: TraceRow): string {
  return row.tools.every(({ input }) => isNative(input)) ? JSON.stringify(row) : encode(row);
}

function* linesOf(
  { rows, facts }: Extracted,
  { home, user, store }: Transcript,
): Generator<{ line: string; mark: Omit<RowMark, "bytes"> }> {
  const place = encode({ home, user, store }).slice(1, -1);
  for (const [index, row] of rows.entries()) {
    const traceKey = `${row.provider}:${row.session_id}:${row.round_id}`;
    // A `CollectedRow`: copying the row to add four keys would take longer than to encode it.
    const line = `${textOf(row).slice(0, -1)},${place},"trace_key":${JSON.stringify(traceKey)}}`;
    const mark: Omit<RowMark, "bytes"> = {
      traceKey,
      sessionId: row.session_id,
      prefixTokens: row.prefix_tokens ?? 0,
      appendTokens: row.newly_append_tokens ?? 0,
      outputTokens: row.output_tokens ?? 0,
      atMs: responseMs(row),
      facts: at(facts, index),
      inputs: row.tools.map(toolInputOf),
    };
    yield { line, mark };
  }
}
