/** Reads one transcript and leaves what it found in its state file, so that only counts go back to the main thread. */

import fs from "node:fs";
import { sha256 } from "../files/hash.ts";
import { FILE_START, type Line, type Position, readLines } from "../files/lines.ts";
import { readAt } from "../files/read.ts";
import { at } from "../stats/known.ts";
import { encode, HugeRecordParser, isNative, isObject, type Json, parseJson } from "../trace/exact-json.ts";
import { createClaudeExtractor } from "./claude.ts";
import { createCodexExtractor } from "./codex.ts";
import type { Transcript } from "./discover.ts";
import type { Extractor } from "./extractor.ts";
import type { Extracted, Reading, TraceRow } from "./row.ts";
import { openTranscript, whyUnreadable } from "./source.ts";
import {
  type Progress,
  type RejectedLines,
  type RowMark,
  readSaved,
  readSummary,
  type Sample,
  type Stamp,
  sameStamp,
  stampOf,
  type TranscriptSummary,
  writeState,
} from "./state.ts";
import { responseMs } from "./summary.ts";
import { toolInputOf } from "./tool-input.ts";

export interface ReadJob {
  /** What to open. */
  readonly transcript: Transcript;
  /** `session_file` of the rows. */
  readonly sessionFile: string;
  readonly stateFile: string;
  /** Version of the program's reading part, and the reading; states of others are not used. */
  readonly parser: string;
  readonly reading: Reading;
  /** Go on from the state, if it fits. */
  readonly resume: boolean;
  /** Of transcripts with so many bytes the extractor is kept. */
  readonly resumedBytes: number;
}

export interface ReadOutcome {
  readonly how: "unchanged" | "grown" | "full";
  readonly summary: TranscriptSummary;
  readonly bytesRead: number;
}

/** Longer lines are parsed as they come; of their strings only the sizes are kept. */
const MAX_WHOLE_LINE_BYTES = 32 << 20;
/**
 * A transcript with more than that in its rows is read from its start when it grew: to keep what its extractor knows would double the
 * memory that it takes. The rows of real transcripts take a tenth of their size.
 */
const MAX_SAVED_ROWS_BYTES = 64 << 20;
/** The same where the rows are not known yet: of the transcript. */
const MAX_SAVED_BYTES = 640 << 20;
const SAMPLE_BYTES = 1 << 16;
const SHOWN_REJECTS = 3;

/** Never throws for what a transcript holds or lacks: the summary says what went wrong. Throws when the state can't be written. */
export default async function readTranscript(job: ReadJob): Promise<ReadOutcome> {
  const { transcript, stateFile, parser } = job;
  const earlier = job.resume ? readSummary(stateFile) : null;
  const usable = earlier?.parser === parser ? earlier : null;
  const stamp = currentStamp(transcript.path);
  if (typeof stamp === "string")
    return {
      how: "full",
      summary: keep(job, new Pass(job, null), emptyStamp(transcript), `${transcript.path}: ${stamp}.`),
      bytesRead: 0,
    };
  if (usable && usable.error === null && sameStamp(usable.stamp, stamp)) return { how: "unchanged", summary: usable, bytesRead: 0 };
  const pass = (usable && continued(job, usable)) ?? new Pass(job, null);
  const source = openTranscript(transcript.path, pass.from.offset);
  for await (const lines of readLines(source.chunks, pass.from, MAX_WHOLE_LINE_BYTES)) pass.takeAll(lines);
  pass.isPlain = source.packing() === "plain";
  return {
    how: pass.isContinued ? "grown" : "full",
    summary: keep(job, pass, stamp, source.problem()),
    bytesRead: source.consumed(),
  };
}

function currentStamp(file: string): Stamp | string {
  try {
    return stampOf(fs.statSync(file));
  } catch (error) {
    return whyUnreadable(error);
  }
}

function emptyStamp({ size, mtimeMs }: Transcript): Stamp {
  return stampOf({ size, mtimeMs });
}

/** Null when the file is not one that only grew, or the extractor was not kept. */
function continued(job: ReadJob, earlier: TranscriptSummary): Pass | null {
  if (!earlier.progress || earlier.error !== null || !isGrown(job.transcript.path, earlier.progress)) return null;
  const saved = readSaved(job.stateFile, earlier);
  return saved === null ? null : new Pass(job, { summary: earlier, progress: earlier.progress, saved });
}

function isGrown(file: string, { position, samples }: Progress): boolean {
  let handle: number | null = null;
  try {
    const opened = fs.openSync(file, "r");
    handle = opened;
    if (fs.fstatSync(opened).size < position.offset) return false;
    return samples.every((sample) => sha256(readAt(opened, sample.start, sample.bytes)) === sample.sha256);
  } catch {
    // Reading it from its start shows what is wrong with it.
    return false;
  } finally {
    if (handle !== null) fs.closeSync(handle);
  }
}

/** One pass over a transcript. */
class Pass {
  readonly from: Position;
  readonly isContinued: boolean;
  isPlain = true;
  readonly rejected: RejectedLines;
  tornTailBytes = 0;
  private readonly extractor: Extractor;
  private readonly resumedBytes: number;
  private position: Position;
  private firstLine: Sample | null;
  private lastLine: Line | null = null;
  private lastSample: Sample | null;
  private huge: HugeRecordParser | null = null;
  private hugeBytes = 0;
  /** The extractor before a last line without an end, which will be read again; null also where it is too much to keep. */
  private savedBeforeTail: string | null = null;
  private hasTail = false;

  constructor(job: ReadJob, earlier: { summary: TranscriptSummary; progress: Progress; saved: string } | null) {
    this.extractor = extractorOf(job, earlier?.saved);
    this.resumedBytes = job.resumedBytes;
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
    if (this.lastLine) this.lastSample = sampleOf(this.lastLine);
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
      this.firstLine ??= sampleOf(line);
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
    if (this.position.offset >= this.resumedBytes && this.position.offset <= MAX_SAVED_BYTES) this.savedBeforeTail = this.save();
    this.hasTail = true;
    this.extractor.push(record);
  }

  private reject(line: number, reason: string): void {
    this.rejected.count++;
    if (this.rejected.first.length < SHOWN_REJECTS) this.rejected.first.push({ line, reason });
  }

  result(): Extracted {
    return this.extractor.result();
  }

  save(): string | null {
    return this.hasTail ? this.savedBeforeTail : this.extractor.save();
  }

  progress(): Progress {
    return { position: this.position, samples: [this.firstLine, this.lastSample].filter((sample) => sample !== null) };
  }
}

function extractorOf({ transcript, sessionFile, reading }: ReadJob, saved: string | undefined): Extractor {
  const { provider, project, sessionKey } = transcript;
  if (provider === "codex") return createCodexExtractor({ path: sessionFile, stem: sessionKey }, reading, saved);
  return createClaudeExtractor({ path: sessionFile, project: project ?? "", sessionKey }, reading, saved);
}

function isBlank(bytes: Buffer): boolean {
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

function keep(job: ReadJob, pass: Pass, stamp: Stamp, error: string | null): TranscriptSummary {
  const { rows, facts, session } = pass.result();
  const canGoOn = error === null && pass.isPlain && stamp.bytes >= job.resumedBytes;
  const { home, user, store } = job.transcript;
  const place = encode({ home, user, store }).slice(1, -1);
  function* lines() {
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
  return writeState(
    job.stateFile,
    {
      stamp,
      parser: job.parser,
      progress: pass.progress(),
      session,
      rejected: pass.rejected,
      tornTailBytes: pass.tornTailBytes,
      error,
    },
    { rows: lines(), saved: (rowsBytes) => (canGoOn && rowsBytes <= MAX_SAVED_ROWS_BYTES ? pass.save() : null) },
  );
}
