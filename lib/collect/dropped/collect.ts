/** Collects what was dropped into a page: what `collect` does with folders, with files as they come and all that is kept in memory. */
import { bytesOf, concat } from "../../files/bytes.ts";
import { readingProblem } from "../../files/damaged.ts";
import { FILE_START, MAX_LINE_BYTES, readLines } from "../../files/lines.ts";
import { counted } from "../../format/counts.ts";
import { at, known } from "../../stats/known.ts";
import { asText, isObject, type JsonObject, parseJson } from "../../trace/exact-json.ts";
import { Pseudonyms } from "../../trace/pseudonym.ts";
import type { Period } from "../days.ts";
import { byCodePoints, byParts, CLAUDE_STORES, CODEX_STORE, Finds, type Found, sessionKeyOf, type Transcript } from "../finds.ts";
import { type MergePlan, namesOf, planMerge, type ReadTranscript, writeMerged } from "../merge.ts";
import { MAX_WHOLE_LINE_BYTES, Pass } from "../pass.ts";
import { type CollectReport, fileProblems, foundLines, providerLines, providerReports, unknowns } from "../report.ts";
import { PROVIDERS, type Reading } from "../row.ts";
import type { ByteRange, RejectedLines, RowMark, StoredRows, TranscriptSummary } from "../stored.ts";
import { chunksOf, type DroppedFile, peek } from "./file.ts";
import { type DroppedTable, hasRecord, KEYS, kindOf, TABLES } from "./kind.ts";
import { ARCHIVED_CODEX, loosePlace, type Placed, placeOf } from "./place.ts";

export interface DropOptions {
  /** Called before each file, and when all are read. */
  readonly onStage?: (stage: DropStage) => void;
  readonly sink: DropSink;
  /** The rows of the published extractor. Default: the counted ones. */
  readonly asPublished?: boolean;
  /** Secret of the pseudonyms. Default: random bytes, so that two drops have nothing in common. */
  readonly key?: Uint8Array;
  /** Longer text, unpacked, ends the work. Default: none is too long. */
  readonly maxBytes?: number;
}

export interface DropStage {
  /** `write`: the rows of transcripts, which come when all files are read. */
  readonly stage: "read" | "write";
  /** The file that is read; null in other stages. */
  readonly path: string | null;
  /** Files so far, and the bytes of their text. */
  readonly files: number;
  readonly bytes: number;
}

export interface DropSink {
  /** Whole lines of a table, in order; bytes must not be changed. The next ones come when the promise is kept. */
  write(table: DroppedTable, lines: Uint8Array): void | Promise<void>;
}

/** A file whose lines were taken as they are. */
export interface TakenFile {
  readonly path: string;
  readonly table: DroppedTable;
  lines: number;
  /** Left out, because another file has the same. */
  repeated: number;
  readonly rejected: RejectedLines;
}

export interface DropReport extends Pick<CollectReport, "rowsAs" | "providers" | "problems" | "unknown" | "skipped"> {
  /** Files and bytes of text that were read. */
  readonly files: number;
  readonly bytes: number;
  readonly transcripts: number;
  readonly taken: readonly TakenFile[];
  /** Lines that the sink got. */
  readonly lines: Readonly<Record<DroppedTable, number>>;
  /** Files that are nothing of this, each with a sentence. */
  readonly refused: readonly { readonly path: string; readonly sentence: string }[];
  /** Private: names of people and projects, which a sanitized trace must not hold. */
  readonly names: readonly string[];
}

/** More text than was allowed; how much is in `bytes`. */
export class DropTooLarge extends Error {
  readonly bytes: number;

  constructor(bytes: number) {
    super(`more than ${bytes} bytes`);
    this.bytes = bytes;
  }
}

/**
 * Rows and companion lines of transcripts as `collect` writes them, and those of traces as they are, before these.
 * Nothing that a file holds or lacks ends the work; the report says what was wrong.
 *
 * @param files unpacked; each is read before the next one is asked for
 * @throws DropTooLarge
 */
export async function collectDropped(files: AsyncIterable<DroppedFile>, options: DropOptions): Promise<DropReport> {
  const drop = new Drop(options);
  for await (const file of files) await drop.take(file);
  return drop.finish();
}

const EVERYTHING: Period = { sinceMs: null, untilMs: null, timezone: "UTC" };
const KEY_BYTES = 32;
const SHOWN_REJECTS = 3;
const CHUNK_BYTES = 256 << 10;
const LINE_END = bytesOf("\n");

interface ReadFile {
  readonly placed: Placed;
  readonly found: Found;
  readonly summary: TranscriptSummary;
  readonly stored: StoredRows;
}

class Drop {
  private readonly options: DropOptions;
  private readonly reading: Reading;
  private readonly out: Lines;
  private readonly read = new Map<string, ReadFile>();
  private readonly taken: TakenFile[] = [];
  private readonly refused: { path: string; sentence: string }[] = [];
  private readonly finds = new Finds();
  /** By table, what identifies the lines that files before this one have. */
  private readonly held = new Map(TABLES.map((table) => [table, new Set<string>()]));
  private files = 0;
  private bytes = 0;

  constructor(options: DropOptions) {
    this.options = options;
    this.reading = options.asPublished ? "published" : "counted";
    this.out = new Lines(options.sink);
  }

  async take(file: DroppedFile): Promise<void> {
    const { path, refused } = file;
    if (refused !== undefined) {
      this.refused.push({ path, sentence: refused });
      return;
    }
    const placed = placeOf(path);
    if (placed === "elsewhere") return;
    this.options.onStage?.({ stage: "read", path, files: this.files, bytes: this.bytes });
    this.files++;
    const text = new Text(this.counted(chunksOf(file.stream())));
    if (placed) await this.takeTranscript(file, placed, text);
    else await this.takeUnplaced(file, text);
    await text.end();
  }

  private async *counted(chunks: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
    const { maxBytes = Number.POSITIVE_INFINITY } = this.options;
    for await (const chunk of chunks) {
      this.bytes += chunk.length;
      if (this.bytes > maxBytes) throw new DropTooLarge(maxBytes);
      yield chunk;
    }
  }

  private async takeUnplaced(file: DroppedFile, text: Text): Promise<void> {
    const { path } = file;
    const kind = kindOf(await text.head(hasRecord));
    if ("table" in kind) await this.takeTable(path, kind.table, text);
    else if ("transcript" in kind) await this.takeTranscript(file, loosePlace(kind.transcript, path), text);
    else this.refused.push({ path, sentence: `${path} was not read: ${text.problem ?? kind.problem}.` });
  }

  private async takeTranscript({ path, size }: DroppedFile, placed: Placed, text: Text): Promise<void> {
    const { place, parts } = placed;
    if (this.read.has(path)) {
      this.finds.skip("duplicate", place, path, "a file with the same path was read");
      return;
    }
    const found: Found = { parts, path, size, mtimeMs: 0, changedMs: 0 };
    try {
      const pass = new Pass({ transcript: transcriptOf(placed, found), sessionFile: path, reading: this.reading });
      for await (const lines of readLines(text.chunks, FILE_START, MAX_WHOLE_LINE_BYTES)) pass.takeAll(lines);
      this.read.set(path, { placed, found, ...readOf(pass, found, text.problem) });
    } catch (error) {
      if (error instanceof DropTooLarge) throw error;
      this.refused.push({ path, sentence: `${path}: ${readingProblem(error)}.` });
    }
  }

  /** The lines of a trace or of a table next to it. */
  private async takeTable(path: string, table: DroppedTable, text: Text): Promise<void> {
    const taken: TakenFile = { path, table, lines: 0, repeated: 0, rejected: { count: 0, first: [] } };
    this.taken.push(taken);
    const before = known(this.held.get(table));
    const own = new Set<string>();
    for await (const lines of readLines(text.chunks, FILE_START, MAX_LINE_BYTES))
      for (const { bytes, number, part } of lines) {
        const record = part === "whole" ? parseJson(bytes) : undefined;
        if (part === "whole" && record === undefined && bytes.every((byte) => byte <= 0x20)) continue;
        const id = isObject(record) ? idOf(table, record) : null;
        if (id === null) reject(taken, number, table);
        else if (before.has(id)) taken.repeated++;
        else {
          own.add(id);
          taken.lines++;
          await this.out.add(table, concat([bytes, LINE_END]), 1);
        }
      }
    for (const id of own) before.add(id);
    if (text.problem !== null) this.refused.push({ path, sentence: `${path}: ${text.problem}.` });
  }

  async finish(): Promise<DropReport> {
    const { options, files, bytes, taken, refused, reading } = this;
    options.onStage?.({ stage: "write", path: null, files, bytes });
    const transcripts = this.transcripts();
    const plan = planMerge(transcripts, EVERYTHING, known(this.held.get("rounds")));
    await this.merge(transcripts, plan);
    await this.out.flush();
    return {
      rowsAs: reading,
      files,
      bytes,
      transcripts: transcripts.length,
      taken,
      lines: this.out.counts,
      refused,
      providers: providerReports(transcripts, plan.counts),
      problems: fileProblems(transcripts),
      unknown: unknowns(transcripts),
      skipped: this.finds.skipped,
      names: namesOf(transcripts)
        .split("\n")
        .filter((name) => name !== ""),
    };
  }

  private async merge(transcripts: readonly ReadTranscript[], plan: MergePlan): Promise<void> {
    const { out } = this;
    const pseudonyms = new Pseudonyms(this.options.key ?? crypto.getRandomValues(new Uint8Array(KEY_BYTES)));
    const companion = (table: DroppedTable) => (line: string) => out.hold(table, bytesOf(line), 1);
    const rows = [...plan.counts.values()].reduce((sum, count) => sum + count.rows, 0);
    await writeMerged(transcripts, plan, {
      rows: (bytes) => out.add("rounds", bytes, 0),
      companions: {
        sessions: companion("sessions"),
        details: companion("round_details"),
        events: companion("session_events"),
        inputs: companion("tool_inputs"),
        pseudonyms,
      },
    });
    out.counts.rounds += rows;
  }

  /** Those to merge, in the order in which `collect` finds them: Claude's before Codex's, by home, store, project and path. */
  private transcripts(): (ReadTranscript & { path: string })[] {
    const read = [...this.read.values()].sort((a, b) => byParts(a.found, b.found));
    const byHome = groupedBy(read, ({ placed }) => placed.place.home);
    const homes = [...byHome]
      .sort(([a], [b]) => byCodePoints(a, b))
      .map(([, files]) => groupedBy(files, ({ placed }) => placed.place.label));
    for (const stores of homes) for (const label of CLAUDE_STORES) this.findClaude(stores.get(label) ?? []);
    for (const stores of homes) this.findCodex(stores.get(CODEX_STORE) ?? [], stores.get(ARCHIVED_CODEX) ?? []);
    return this.finds.transcripts.map(({ provider, user, store, project, path }) => {
      const { summary, stored } = known(this.read.get(path));
      return { provider, user, store, project, path, identity: path, summary, stored };
    });
  }

  private findClaude(ofStore: readonly ReadFile[]): void {
    const projects = groupedBy(ofStore, ({ placed }) => placed.project ?? "");
    for (const [project, files] of [...projects].sort(([a], [b]) => byCodePoints(a, b)))
      this.finds.claudeProject(at(files, 0).placed.place, project, foundIn(files));
  }

  private findCodex(sessions: readonly ReadFile[], archived: readonly ReadFile[]): void {
    const [first] = [...sessions, ...archived];
    if (!first) return;
    const { place } = first.placed;
    this.finds.codex({ ...place, label: CODEX_STORE }, { ...place, label: ARCHIVED_CODEX }, foundIn(sessions), foundIn(archived));
  }
}

function foundIn(files: readonly ReadFile[]): Found[] {
  return files.map(({ found }) => found);
}

function transcriptOf({ place, project, parts }: Placed, { path, size }: Found): Transcript {
  const { provider, label: store, home, user } = place;
  const name = provider === "codex" ? at(parts, -1) : parts.join("/");
  return { provider, store, home, user, project, sessionKey: sessionKeyOf(name), path, size, mtimeMs: 0 };
}

function groupedBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}

/** The chunks of a file up to where reading it failed. */
class Text {
  /** Why it ended early, as a clause; null while it did not. */
  problem: string | null = null;
  chunks: AsyncGenerator<Uint8Array>;

  constructor(source: AsyncGenerator<Uint8Array>) {
    this.chunks = this.untilProblem(source);
  }

  /** The beginning, which stays with the chunks. */
  async head(isEnough: (head: Uint8Array) => boolean): Promise<Uint8Array> {
    const { head, whole } = await peek(this.chunks, isEnough);
    this.chunks = whole;
    return head;
  }

  /** Leaves what was not read. */
  async end(): Promise<void> {
    await this.chunks.return(undefined);
  }

  private async *untilProblem(source: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      yield* source;
    } catch (error) {
      if (error instanceof DropTooLarge) throw error;
      this.problem = readingProblem(error);
    }
  }
}

function readOf(pass: Pass, { path, size }: Found, problem: string | null): Pick<ReadFile, "summary" | "stored"> {
  const { session, rows } = pass.result();
  const stored = new RowsInMemory(rows);
  const summary: TranscriptSummary = {
    stamp: { bytes: size, modifiedMs: 0 },
    parser: "",
    progress: null,
    session,
    rowCount: stored.count,
    rejected: pass.rejected,
    tornTailBytes: pass.tornTailBytes,
    error: problem === null ? null : `${path}: ${problem}.`,
    sections: { rowsBytes: 0, marksBytes: 0, savedBytes: 0 },
  };
  return { summary, stored };
}

/** The rows of a transcript, which are a tenth of its text. */
class RowsInMemory implements StoredRows {
  private readonly rows: Uint8Array;
  private readonly kept: RowMark[] = [];

  constructor(rows: Iterable<{ line: string; mark: Omit<RowMark, "bytes"> }>) {
    const lines: Uint8Array[] = [];
    for (const { line, mark } of rows) {
      const bytes = bytesOf(`${line}\n`);
      lines.push(bytes);
      this.kept.push({ ...mark, bytes: bytes.length });
    }
    this.rows = concat(lines);
  }

  get count(): number {
    return this.kept.length;
  }

  marks(): Iterable<RowMark> {
    return this.kept;
  }

  *bytes(ranges: readonly ByteRange[]): Generator<Uint8Array> {
    for (const { start, end } of ranges) yield this.rows.subarray(start, end);
  }
}

/** Gathers lines, so that the sink gets few and large chunks. */
class Lines {
  readonly counts: Record<DroppedTable, number> = { rounds: 0, sessions: 0, session_events: 0, round_details: 0, tool_inputs: 0 };
  private readonly sink: DropSink;
  private readonly held = new Map(TABLES.map((table) => [table, { parts: [] as Uint8Array[], bytes: 0 }]));

  constructor(sink: DropSink) {
    this.sink = sink;
  }

  /** Lines with their ends; they go out with the next ones that are added. */
  hold(table: DroppedTable, lines: Uint8Array, count: number): void {
    const held = known(this.held.get(table));
    this.counts[table] += count;
    held.parts.push(lines);
    held.bytes += lines.length;
  }

  async add(table: DroppedTable, lines: Uint8Array, count: number): Promise<void> {
    this.hold(table, lines, count);
    await this.flush(CHUNK_BYTES);
  }

  /** @param atLeast smaller chunks stay */
  async flush(atLeast = 1): Promise<void> {
    for (const [table, held] of this.held) {
      if (held.bytes < atLeast) continue;
      held.bytes = 0;
      await this.sink.write(table, concat(held.parts.splice(0)));
    }
  }
}

/** What makes a line of a table another one than all others; null when it is not a line of that table. */
function idOf(table: DroppedTable, record: JsonObject): string | null {
  const texts = KEYS[table].map((key) => asText(record[key]));
  if (texts.includes(undefined)) return null;
  switch (table) {
    case "rounds":
      return asText(record.trace_key) ?? texts.join(":");
    case "round_details":
      return texts[0] ?? null;
    case "tool_inputs":
      return `${record.trace_key} ${record.tool_index}`;
    case "session_events":
      return `${record.session_id} ${record.transcript_id} ${record.seq}`;
    case "sessions":
      return `${record.session_id} ${record.transcript_id}`;
  }
}

function reject({ rejected }: TakenFile, line: number, table: DroppedTable): void {
  rejected.count++;
  if (rejected.first.length < SHOWN_REJECTS) rejected.first.push({ line, reason: `not a line of ${table}` });
}

/** What was done, as lines for people. */
export function dropLines(report: DropReport): string[] {
  const { taken, refused, providers, lines } = report;
  return [
    ...PROVIDERS.flatMap((provider) => providerLines(provider, EVERYTHING, providers[provider])),
    ...taken.map(takenLine),
    `${counted(lines.rounds, "step")} in all`,
    ...foundLines(report, ""),
    ...refused.map(({ sentence }) => sentence),
  ];
}

function takenLine({ path, table, lines, repeated, rejected }: TakenFile): string {
  const what = table === "rounds" ? `a trace, its ${counted(lines, "step")} taken as they are` : `${counted(lines, "line")} of ${table}`;
  const [first] = rejected.first;
  return [
    `${path}: ${what}`,
    ...(repeated > 0 ? [`${counted(repeated, "line")} left out that another file has too`] : []),
    ...(first ? [`${counted(rejected.count, "line")} rejected (line ${first.line}: ${first.reason})`] : []),
  ].join("; ");
}
