/**
 * Makes one trace of what was read of many transcripts, in two passes over their state files: the first decides which rows
 * are written and who is the first holder of each response, the second copies the rows as they are.
 */

import fs from "node:fs";
import os from "node:os";
import { readAt } from "../files/read.ts";
import { at, known } from "../stats/known.ts";
import type { DetailsLine, SessionLine } from "../trace/companions.ts";
import type { Pseudonyms } from "../trace/pseudonym.ts";
import type { Provider, SessionFacts } from "./row.ts";
import { type RowMark, readMarks, type TranscriptSummary } from "./state.ts";
import { timestampMs } from "./summary.ts";

/** A transcript that was read, in the order of discovery. */
export interface ReadTranscript {
  readonly provider: Provider;
  readonly user: string;
  readonly store: string;
  readonly project: string | null;
  /** What its pseudonym is made of; no two transcripts of a trace have the same. */
  readonly identity: string;
  readonly stateFile: string;
  readonly summary: TranscriptSummary;
}

export interface Tokens {
  prefix: number;
  append: number;
  output: number;
}

/** Counts over the transcripts of one provider. */
export interface MergeCounts {
  rows: number;
  /** Rows left out because another one has the same trace key or, for a row at second hand, the same response. */
  duplicates: number;
  duplicateTokens: Tokens;
  /** Written rows that only progress records of a parent hold, and the sub-agents that these are of. */
  progressRows: number;
  progressSessions: number;
  /** Written rows whose output count was logged while the response was streaming. */
  placeholderRows: number;
  /** Responses that more than one written row holds, the rows beyond the first, and the tokens of these. */
  repeatedResponses: number;
  repeatedRows: number;
  repeatedTokens: Tokens;
}

/** Who holds a response. */
interface Holder {
  /** Position in the order of first holders. */
  rank: number;
  transcript: number;
  row: number;
  sessionId: string;
  rows: number;
}

export interface MergePlan {
  readonly counts: Map<Provider, MergeCounts>;
  /** For each transcript, its rows that are left out. */
  readonly duplicates: readonly ReadonlySet<number>[];
  readonly holders: ReadonlyMap<string, Holder>;
}

export interface MergeSinks {
  /** The lines of the trace. */
  rows(bytes: Uint8Array): void | Promise<void>;
  /** Lines of the companions; null when the trace has none. */
  companions: { sessions(text: string): void; details(text: string): void; pseudonyms: Pseudonyms } | null;
}

const COPY_BYTES = 1 << 20;
const PSEUDONYM_DIGITS = 16;
/** On equal times, who started a conversation before who took it over. */
const RELATION_RANK: Readonly<Record<SessionFacts["relation"], number>> = { main: 0, resume: 1, fork: 1, "sub-agent": 2 };

/**
 * Which rows are written and who holds each response first.
 *
 * Of rows with the same trace key (`provider:session_id:round_id`) the first in discovery order is written. A response is the
 * same in all written rows of a provider with the same response id; its first holder is the row of the transcript that
 * started first: by the time in the session's own id where it has one (UUIDv7, Codex), else by the first timestamp of the
 * transcript; on equal times main sessions come before resumed and forked ones and these before sub-agents; then the order of
 * discovery decides, and within a transcript that of its rows. Rows at second hand, from progress
 * records of a parent or from a history that a transcript repeats, are written only where no other row holds their response.
 */
export function planMerge(transcripts: readonly ReadTranscript[]): MergePlan {
  const plan = new Plan(transcripts);
  const secondHand: Place[] = [];
  for (const [index, transcript] of transcripts.entries()) {
    const helpers = helperIds(transcript);
    let row = 0;
    for (const mark of marksOf(transcript)) {
      const place: Place = { mark, transcript: index, row: row++, isFromProgress: helpers.has(mark.sessionId) };
      // A copy in a transcript of Claude has its own times and stays; `is_first_holder` distinguishes it.
      const isReplayed = transcript.provider === "codex" && mark.facts.isInherited === true;
      if (place.isFromProgress || isReplayed) secondHand.push(place);
      else plan.take(place, false);
    }
  }
  for (const place of secondHand) plan.take(place, plan.isHeld(place));
  plan.countRepeated();
  return plan;
}

/** Where a row is. */
interface Place {
  readonly mark: RowMark;
  readonly transcript: number;
  readonly row: number;
  readonly isFromProgress: boolean;
}

class Plan implements MergePlan {
  readonly counts = new Map<Provider, MergeCounts>();
  readonly duplicates: readonly Set<number>[];
  readonly holders = new Map<string, Holder>();
  private readonly transcripts: readonly ReadTranscript[];
  private readonly ranks: readonly number[];
  private readonly seen = new Set<string>();
  private readonly helpersWithRows = new Set<string>();

  constructor(transcripts: readonly ReadTranscript[]) {
    this.transcripts = transcripts;
    this.ranks = startRanks(transcripts);
    this.duplicates = transcripts.map(() => new Set<number>());
  }

  isHeld({ mark, transcript }: Place): boolean {
    return mark.facts.responseId !== null && this.holders.has(responseKey(at(this.transcripts, transcript), mark));
  }

  /** Writes the row unless it is held or one with its trace key is written. */
  take(place: Place, isHeld: boolean): void {
    const { mark, transcript, row, isFromProgress } = place;
    const holder = at(this.transcripts, transcript);
    const count = countsOf(this.counts, holder.provider);
    if (isHeld || this.seen.has(mark.traceKey)) {
      at(this.duplicates, transcript).add(row);
      count.duplicates++;
      addTokens(count.duplicateTokens, mark);
      return;
    }
    this.seen.add(mark.traceKey);
    count.rows++;
    if (mark.facts.outputIsPlaceholder === true) count.placeholderRows++;
    if (isFromProgress) this.countProgress(count, `${transcript}\0${mark.sessionId}`);
    if (mark.facts.responseId !== null)
      hold(this.holders, responseKey(holder, mark), { rank: at(this.ranks, transcript), transcript, row, sessionId: mark.sessionId });
  }

  private countProgress(count: MergeCounts, helper: string): void {
    count.progressRows++;
    if (!this.helpersWithRows.has(helper)) count.progressSessions++;
    this.helpersWithRows.add(helper);
  }

  countRepeated(): void {
    for (const holder of this.holders.values()) {
      const count = countsOf(this.counts, at(this.transcripts, holder.transcript).provider);
      count.repeatedResponses += holder.rows > 1 ? 1 : 0;
      count.repeatedRows += holder.rows - 1;
    }
  }
}

/** Session ids of the sub-agents that are known from progress records of the transcript. */
function helperIds({ summary }: ReadTranscript): ReadonlySet<string> {
  return new Set((summary.session.helpers ?? []).map(({ sessionId }) => sessionId));
}

/** Writes the rows that the plan keeps, and the companions. Adds the tokens of repeated responses to the plan's counts. */
export async function writeMerged(transcripts: readonly ReadTranscript[], plan: MergePlan, sinks: MergeSinks): Promise<void> {
  const spawns = spawningCalls(transcripts);
  const buffer = Buffer.allocUnsafe(COPY_BYTES);
  for (const [index, transcript] of transcripts.entries()) {
    const duplicates = at(plan.duplicates, index);
    const kept: Range[] = [];
    let row = -1;
    let offset = 0;
    const parts = partsOf(transcript, sinks.companions?.pseudonyms ?? null);
    for (const mark of marksOf(transcript)) {
      row++;
      offset += mark.bytes;
      if (duplicates.has(row)) continue;
      keep(kept, offset - mark.bytes, offset);
      const part = parts.get(mark.sessionId) ?? known(parts.get(""));
      part.rows++;
      const holder = holderOf(plan, transcript, mark);
      const isFirst = holder === null || (holder.transcript === index && holder.row === row);
      if (!isFirst) addTokens(countsOf(plan.counts, transcript.provider).repeatedTokens, mark);
      if (sinks.companions)
        sinks.companions.details(`${JSON.stringify(detailsLine(mark, part.id, isFirst, holder, sinks.companions.pseudonyms))}\n`);
    }
    if (sinks.companions)
      for (const { id, transcript: described } of partsWithRows(transcript, parts))
        sinks.companions.sessions(`${JSON.stringify(sessionLine(described, spawns, id, sinks.companions.pseudonyms))}\n`);
    await copyRows(transcript.stateFile, kept, buffer, sinks.rows);
  }
}

/** A transcript, or a sub-agent that is known from its progress records: each has a line in the table of sessions. */
interface Part {
  /** Pseudonym. */
  readonly id: string;
  readonly session: SessionFacts;
  /** Written. */
  rows: number;
}

/** The transcript itself under the empty name, and its sub-agents under their session ids. */
function partsOf({ identity, summary }: ReadTranscript, pseudonyms: Pseudonyms | null): ReadonlyMap<string, Part> {
  const partOf = (name: string, session: SessionFacts): Part => ({
    id: pseudonyms === null ? "" : pseudonym(pseudonyms, "transcript", name),
    session,
    rows: 0,
  });
  return new Map([
    ["", partOf(identity, summary.session)],
    ...(summary.session.helpers ?? []).map((session): [string, Part] => [
      session.sessionId,
      partOf(`${identity}\0${session.sessionId}`, session),
    ]),
  ]);
}

/** The transcript as a reader of each part sees it; a sub-agent of which no row is written has a transcript of its own. */
function partsWithRows(transcript: ReadTranscript, parts: ReadonlyMap<string, Part>): { id: string; transcript: ReadTranscript }[] {
  const { summary } = transcript;
  const helpers = helperIds(transcript);
  let ownRows = summary.rowCount;
  if (helpers.size > 0) for (const mark of marksOf(transcript)) if (helpers.has(mark.sessionId)) ownRows--;
  return [...parts].flatMap(([name, { id, session, rows }]) => {
    if (name === "") return [{ id, transcript: { ...transcript, summary: { ...summary, rowCount: ownRows } } }];
    const nothingElse = { stamp: { ...summary.stamp, bytes: 0 }, rejected: { count: 0, first: [] }, tornTailBytes: 0 };
    return rows === 0 ? [] : [{ id, transcript: { ...transcript, summary: { ...summary, ...nothingElse, session, rowCount: rows } } }];
  });
}

/** What names people, projects and machines, for `sanitize` to look for: one a line, each once. */
export function namesOf(transcripts: readonly ReadTranscript[]): string {
  const known = transcripts.flatMap(({ user, project, summary: { session } }) => [
    ...[user, project, session.cwd, session.gitBranch, session.gitRemote],
  ]);
  const names = new Set([os.hostname(), os.userInfo().username, ...known]);
  return [...names].flatMap((name) => (name === null ? [] : `${name.replaceAll(/\s+/g, " ")}\n`)).join("");
}

/** A transcript that could not be read may have no state file. */
function marksOf({ stateFile, summary }: ReadTranscript): Iterable<RowMark> {
  return summary.rowCount === 0 ? [] : readMarks(stateFile, summary);
}

/** Position of each transcript in the order in which their sessions started. */
function startRanks(transcripts: readonly ReadTranscript[]): number[] {
  const starts = transcripts.map(({ summary: { session } }, index) => ({
    index,
    ms: startedMs(session),
    relation: RELATION_RANK[session.relation],
  }));
  starts.sort((a, b) => compare(a.ms, b.ms) || a.relation - b.relation || a.index - b.index);
  const ranks = new Array<number>(starts.length);
  for (const [rank, { index }] of starts.entries()) ranks[index] = rank;
  return ranks;
}

/** Sessions without any time are taken for the last. */
function startedMs(session: SessionFacts): number {
  return timeInId(session.sessionId) ?? timestampMs(session.firstAt) ?? Number.POSITIVE_INFINITY;
}

/** The first 48 bits of a UUID of version 7 are its milliseconds since 1970. */
function timeInId(sessionId: string): number | null {
  const found = /^codex:([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.exec(sessionId);
  return found ? Number.parseInt(`${found[1]}${found[2]}`, 16) : null;
}

/** Infinities are equal. */
function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function hold(holders: Map<string, Holder>, key: string, candidate: Omit<Holder, "rows">): void {
  const holder = holders.get(key);
  if (!holder) holders.set(key, { ...candidate, rows: 1 });
  else {
    holder.rows++;
    if (candidate.rank < holder.rank) Object.assign(holder, candidate);
  }
}

function holderOf(plan: MergePlan, transcript: ReadTranscript, mark: RowMark): Holder | null {
  return mark.facts.responseId === null ? null : known(plan.holders.get(responseKey(transcript, mark)));
}

function responseKey(transcript: ReadTranscript, mark: RowMark): string {
  return `${transcript.provider}\0${mark.facts.responseId}`;
}

function countsOf(counts: Map<Provider, MergeCounts>, provider: Provider): MergeCounts {
  let count = counts.get(provider);
  if (!count) {
    count = {
      ...{ rows: 0, duplicates: 0, duplicateTokens: noTokens(), progressRows: 0, progressSessions: 0, placeholderRows: 0 },
      ...{ repeatedResponses: 0, repeatedRows: 0, repeatedTokens: noTokens() },
    };
    counts.set(provider, count);
  }
  return count;
}

export function noTokens(): Tokens {
  return { prefix: 0, append: 0, output: 0 };
}

function addTokens(sum: Tokens, mark: RowMark): void {
  sum.prefix += mark.prefixTokens;
  sum.append += mark.appendTokens;
  sum.output += mark.outputTokens;
}

function detailsLine(mark: RowMark, transcriptId: string, isFirst: boolean, holder: Holder | null, pseudonyms: Pseudonyms): DetailsLine {
  const { facts } = mark;
  return {
    trace_key: mark.traceKey,
    transcript_id: transcriptId,
    response_id: pseudonym(pseudonyms, "response", facts.responseId),
    request_id: pseudonym(pseudonyms, "request", facts.requestId),
    cache_write_5m_tokens: facts.cacheWrite5mTokens,
    cache_write_1h_tokens: facts.cacheWrite1hTokens,
    service_tier: facts.serviceTier,
    speed: facts.speed,
    output_is_placeholder: facts.outputIsPlaceholder,
    is_first_holder: isFirst,
    first_holder_session_id: holder?.sessionId ?? mark.sessionId,
  };
}

/** Calls that started agents: key of the calling session and the agent, to the call. Only callers' transcripts name both. */
function spawningCalls(transcripts: readonly ReadTranscript[]): ReadonlyMap<string, string> {
  return new Map(
    transcripts
      .flatMap(({ summary: { session } }) => [session, ...(session.helpers ?? [])])
      .flatMap(({ sessionId, agentCalls = {} }) =>
        Object.entries(agentCalls).map(([agent, call]): [string, string] => [spawnKey(sessionId, agent), call]),
      ),
  );
}

function spawnKey(sessionId: string, agent: string): string {
  return `${sessionId}\0${agent}`;
}

/** The call of its parent that started this session; an agent's transcript is called `agent-<id>`. */
function spawningCall(session: SessionFacts, spawns: ReadonlyMap<string, string>): string | null {
  const agent = /(?:^|[/:])agent-([^/]+)$/.exec(session.sessionId)?.[1];
  if (session.parentToolCallId !== null || session.parentSessionId === null || agent === undefined) return session.parentToolCallId;
  return spawns.get(spawnKey(session.parentSessionId, agent)) ?? null;
}

function sessionLine(
  transcript: ReadTranscript,
  spawns: ReadonlyMap<string, string>,
  transcriptId: string,
  pseudonyms: Pseudonyms,
): SessionLine {
  const { summary } = transcript;
  const { session } = summary;
  return {
    provider: transcript.provider,
    session_id: session.sessionId,
    transcript_id: transcriptId,
    project: transcript.project,
    user: transcript.user,
    store: transcript.store,
    client_version: joined(session.clientVersions),
    originator: session.originator,
    relation: session.relation,
    parent_session_id: session.parentSessionId,
    parent_tool_call_id: spawningCall(session, spawns),
    compaction_count: session.compactionTimes.length,
    compaction_times: joined(session.compactionTimes.filter((time) => time !== null)),
    first_at: session.firstAt,
    last_at: session.lastAt,
    cwd_pseudonym: pseudonym(pseudonyms, "cwd", session.cwd),
    git_branch_pseudonym: pseudonym(pseudonyms, "git_branch", session.gitBranch),
    byte_count: summary.stamp.bytes,
    record_count: session.recordCount,
    round_count: summary.rowCount,
    unknown_record_count: Object.values(session.unknownRecords).reduce((sum, count) => sum + count, 0),
    rejected_line_count: summary.rejected.count,
  };
}

function joined(values: readonly string[]): string | null {
  return values.length > 0 ? values.join(" ") : null;
}

function pseudonym(pseudonyms: Pseudonyms, kind: string, value: string): string;
function pseudonym(pseudonyms: Pseudonyms, kind: string, value: string | null): string | null;
function pseudonym(pseudonyms: Pseudonyms, kind: string, value: string | null): string | null {
  return value === null ? null : `${kind}_${pseudonyms.hex(kind, value, PSEUDONYM_DIGITS)}`;
}

interface Range {
  start: number;
  end: number;
}

/** Adjacent rows make one range. */
function keep(ranges: Range[], start: number, end: number): void {
  const last = ranges.at(-1);
  if (last?.end === start) last.end = end;
  else ranges.push({ start, end });
}

async function copyRows(file: string, ranges: readonly Range[], buffer: Buffer, write: MergeSinks["rows"]): Promise<void> {
  if (ranges.length === 0) return;
  const handle = fs.openSync(file, "r");
  try {
    for (const { start, end } of ranges)
      for (let position = start; position < end; ) {
        const bytes = readAt(handle, position, Math.min(COPY_BYTES, end - position), buffer);
        if (bytes.length === 0) throw new Error(`The state file ${file} became shorter while it was in use.`);
        await write(bytes);
        position += bytes.length;
      }
  } finally {
    fs.closeSync(handle);
  }
}
