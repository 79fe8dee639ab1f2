/** Reads one transcript and leaves what it found in its state file, so that only counts go back to the main thread. */

import fs from "node:fs";
import { sha256 } from "../files/hash.ts";
import { readLines } from "../files/lines.ts";
import { readAt } from "../files/read.ts";
import type { Transcript } from "./finds.ts";
import { MAX_WHOLE_LINE_BYTES, Pass, type PassInput } from "./pass.ts";
import { openTranscript, whyUnreadable } from "./source.ts";
import { readSaved, readSummary, writeState } from "./state.ts";
import { type Progress, type Stamp, sameStamp, stampOf, type TranscriptSummary } from "./stored.ts";

export interface ReadJob extends PassInput {
  readonly stateFile: string;
  /** Version of the program's reading part, and the reading; states of others are not used. */
  readonly parser: string;
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

/**
 * A transcript with more than that in its rows is read from its start when it grew: to keep what its extractor knows would double the
 * memory that it takes. The rows of real transcripts take a tenth of their size.
 */
const MAX_SAVED_ROWS_BYTES = 64 << 20;

/** Never throws for what a transcript holds or lacks: the summary says what went wrong. Throws when the state can't be written. */
export default async function readTranscript(job: ReadJob): Promise<ReadOutcome> {
  const { transcript, stateFile, parser } = job;
  const earlier = job.resume ? readSummary(stateFile) : null;
  const usable = earlier?.parser === parser ? earlier : null;
  const stamp = currentStamp(transcript.path);
  if (typeof stamp === "string")
    return {
      how: "full",
      summary: keep(job, new Pass(job), emptyStamp(transcript), `${transcript.path}: ${stamp}.`),
      bytesRead: 0,
    };
  if (usable && usable.error === null && sameStamp(usable.stamp, stamp)) return { how: "unchanged", summary: usable, bytesRead: 0 };
  const maySave = stamp.bytes >= job.resumedBytes;
  const pass = (usable && continued(job, usable, maySave)) ?? new Pass(job, null, maySave);
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
function continued(job: ReadJob, earlier: TranscriptSummary, maySave: boolean): Pass | null {
  if (!earlier.progress || earlier.error !== null || !isGrown(job.transcript.path, earlier.progress)) return null;
  const saved = readSaved(job.stateFile, earlier);
  return saved === null ? null : new Pass(job, { summary: earlier, progress: earlier.progress, saved }, maySave);
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

function keep(job: ReadJob, pass: Pass, stamp: Stamp, error: string | null): TranscriptSummary {
  const { rows, session } = pass.result();
  const canGoOn = error === null && pass.isPlain && pass.maySave;
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
    { rows, saved: (rowsBytes) => (canGoOn && rowsBytes <= MAX_SAVED_ROWS_BYTES ? pass.save() : null) },
  );
}
