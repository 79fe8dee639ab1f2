/**
 * Makes one trace of what was read of many transcripts, in two passes over what is kept of them: the first decides which rows
 * are written and who is the first holder of each response, the second copies the rows as they are.
 */

import { at, known } from "../stats/known.ts";
import type { Pseudonyms } from "../trace/pseudonym.ts";
import { rootOf } from "./claude-place.ts";
import { detailsLine, eventLines, inputLines, pseudonym, sessionLine } from "./companion-lines.ts";
import { isWithin, type Period } from "./days.ts";
import { PROVIDERS, type Provider, type SessionEvent, type SessionFacts } from "./row.ts";
import type { RowMark, StoredRows, TranscriptSummary } from "./stored.ts";
import { timestampMs } from "./summary.ts";

/** A transcript that was read, in the order of discovery. */
export interface ReadTranscript {
  readonly provider: Provider;
  readonly user: string;
  readonly store: string;
  readonly project: string | null;
  /** What its pseudonym is made of; no two transcripts of a trace have the same. */
  readonly identity: string;
  readonly summary: TranscriptSummary;
  readonly stored: StoredRows;
}

export interface Tokens {
  prefix: number;
  append: number;
  output: number;
}

export interface Amount {
  steps: number;
  tokens: number;
}

/** Counts over the transcripts of one provider. */
export interface MergeCounts {
  rows: number;
  /** With rows; of these, those of which no transcript is: their rows are in the transcripts of others. */
  sessions: number;
  sessionsElsewhere: number;
  /** Without a row in the trace. */
  transcriptsWithoutSteps: number;
  /** Rows left out because another one has the same trace key or, for a row at second hand, the same response. */
  duplicates: number;
  duplicateTokens: Tokens;
  /** Rows outside of the period that was asked for, and rows without a time, which no period has. */
  outside: Amount;
  untimed: Amount;
  /** Written rows that only progress records of a parent hold, and the sub-agents that these are of. */
  progressRows: number;
  progressSessions: number;
  progressTokens: Tokens;
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
  isRepeated: boolean;
}

export interface MergePlan {
  readonly period: Period;
  readonly counts: Map<Provider, MergeCounts>;
  /** For each transcript, its rows that are left out. */
  readonly leftOut: readonly ReadonlySet<number>[];
  /** For each transcript, the sessions that have lines: its own first. */
  readonly sessions: readonly (readonly SessionRows[])[];
  readonly holders: ReadonlyMap<string, Holder>;
}

export interface MergeSinks {
  /** The lines of the trace. */
  rows(bytes: Uint8Array): void | Promise<void>;
  /** Lines of the companions; null when the trace has none. */
  companions:
    | (Readonly<Record<"sessions" | "details" | "events" | "inputs", (text: string) => void>> & { readonly pseudonyms: Pseudonyms })
    | null;
}

/** On equal times, who started a conversation before who took it over. */
const RELATION_RANK: Readonly<Record<SessionFacts["relation"], number>> = { main: 0, resume: 1, fork: 1, "sub-agent": 2 };

/**
 * Which rows are written and who holds each response first.
 *
 * Of rows with the same trace key (`provider:session_id:round_id`) the first in discovery order is written. A response is the
 * same in all rows of a provider with the same response id; its first holder is the row of the transcript that
 * started first: by the time in the session's own id where it has one (UUIDv7, Codex), else by the first timestamp of the
 * transcript; on equal times main sessions come before resumed and forked ones and these before sub-agents; then the order of
 * discovery decides, and within a transcript that of its rows. Rows at second hand, from progress
 * records of a parent or from a history that a transcript repeats, are written only where no other row holds their response.
 * Rows outside of the period are not written, but they hold responses.
 *
 * @param held trace keys of rows that are written already
 */
export function planMerge(transcripts: readonly ReadTranscript[], period: Period, held: ReadonlySet<string> = new Set()): MergePlan {
  const planner = new Planner(transcripts, period, held);
  for (const index of transcripts.keys()) planner.add(index);
  return planner.plan();
}

/** Rows of a session in one transcript. */
interface SessionRows {
  readonly session: SessionFacts;
  read: number;
  written: number;
}

/** Where a row is. */
interface Place {
  readonly mark: RowMark;
  readonly transcript: number;
  readonly row: number;
  readonly of: SessionRows;
}

class Planner {
  private readonly transcripts: readonly ReadTranscript[];
  private readonly period: Period;
  private readonly ranks: readonly number[];
  private readonly seen: Set<string>;
  private readonly secondHand: Place[] = [];
  private readonly holders = new Map<string, Holder>();
  private readonly counts = new Map<Provider, MergeCounts>();
  private readonly leftOut: Set<number>[] = [];
  private readonly sessions: SessionRows[][] = [];
  /** Ids of sessions with rows. */
  private readonly withRows = new Map<Provider, Set<string>>(PROVIDERS.map((provider) => [provider, new Set()]));

  constructor(transcripts: readonly ReadTranscript[], period: Period, held: ReadonlySet<string>) {
    this.transcripts = transcripts;
    this.period = period;
    this.seen = new Set(held);
    this.ranks = startRanks(transcripts);
  }

  /** Transcripts come in their order. */
  add(index: number): void {
    const transcript = at(this.transcripts, index);
    const { session } = transcript.summary;
    const own: SessionRows = { session, read: 0, written: 0 };
    const helpers = (session.helpers ?? []).map((helper): SessionRows => ({ session: helper, read: 0, written: 0 }));
    const byId = new Map(helpers.map((rows) => [rows.session.sessionId, rows]));
    this.leftOut.push(new Set());
    this.sessions.push([own, ...helpers]);
    let row = 0;
    for (const mark of transcript.stored.marks()) {
      const place: Place = { mark, transcript: index, row: row++, of: byId.get(mark.sessionId) ?? own };
      place.of.read++;
      // A copy in a transcript of Claude has its own times and stays; `is_first_holder` distinguishes it.
      const isReplayed = transcript.provider === "codex" && mark.facts.isInherited === true;
      if (isFromProgress(place) || isReplayed) this.secondHand.push(place);
      else this.take(place, false);
    }
  }

  /** Writes the row unless it is held, one with its trace key is written, or it is outside of the period. */
  private take(place: Place, isHeld: boolean): void {
    const { mark, transcript, row, of } = place;
    const { provider } = at(this.transcripts, transcript);
    const count = countsOf(this.counts, provider);
    if (isHeld || this.seen.has(mark.traceKey)) {
      at(this.leftOut, transcript).add(row);
      count.duplicates++;
      addTokens(count.duplicateTokens, mark);
      return;
    }
    this.seen.add(mark.traceKey);
    this.hold(place);
    if (!isWithin(this.period, mark.atMs)) {
      at(this.leftOut, transcript).add(row);
      addAmount(mark.atMs === null ? count.untimed : count.outside, mark);
      return;
    }
    count.rows++;
    of.written++;
    known(this.withRows.get(provider)).add(mark.sessionId);
    if (mark.facts.outputIsPlaceholder === true) count.placeholderRows++;
    if (!isFromProgress(place)) return;
    count.progressRows++;
    addTokens(count.progressTokens, mark);
    if (of.written === 1) count.progressSessions++;
  }

  private isHeld({ mark, transcript }: Place): boolean {
    return mark.facts.responseId !== null && this.holders.has(responseKey(at(this.transcripts, transcript), mark));
  }

  private hold({ mark, transcript, row }: Place): void {
    if (mark.facts.responseId === null) return;
    const candidate = { transcript, row, rank: at(this.ranks, transcript), sessionId: mark.sessionId };
    const key = responseKey(at(this.transcripts, transcript), mark);
    const holder = this.holders.get(key);
    if (!holder) this.holders.set(key, { ...candidate, isRepeated: false });
    else if (candidate.rank < holder.rank) Object.assign(holder, candidate);
  }

  plan(): MergePlan {
    for (const place of this.secondHand.splice(0)) this.take(place, this.isHeld(place));
    const { period, counts, leftOut, holders } = this;
    const isWhole = period.sinceMs === null && period.untilMs === null;
    const sessions = this.sessions.map(([own, ...helpers]) => [
      ...(own && (isWhole || own.written > 0) ? [own] : []),
      ...helpers.filter(({ written }) => written > 0),
    ]);
    this.countSessions();
    return { period, counts, leftOut, holders, sessions };
  }

  private countSessions(): void {
    for (const provider of PROVIDERS) {
      const ofProvider = this.sessions.filter((_, index) => at(this.transcripts, index).provider === provider);
      if (ofProvider.length === 0) continue;
      const count = countsOf(this.counts, provider);
      const ids = known(this.withRows.get(provider));
      const ofTranscripts = new Set(ofProvider.flat().map(({ session }) => session.sessionId));
      count.sessions = ids.size;
      count.sessionsElsewhere = [...ids].filter((id) => !ofTranscripts.has(id)).length;
      count.transcriptsWithoutSteps = ofProvider.filter(([own]) => own?.written === 0).length;
    }
  }
}

function isFromProgress({ of }: Place): boolean {
  return of.session.knownFrom === "progress";
}

/** A sub-agent's transcript is called `agent-<id>`. */
function agentOf({ sessionId }: SessionFacts): string | null {
  return /(?:^|[/:])agent-([^/]+)$/.exec(sessionId)?.[1] ?? null;
}

function addTokens(sum: Tokens, mark: RowMark): void {
  sum.prefix += mark.prefixTokens;
  sum.append += mark.appendTokens;
  sum.output += mark.outputTokens;
}

function addAmount(amount: Amount, mark: RowMark): void {
  amount.steps++;
  amount.tokens += mark.prefixTokens + mark.appendTokens + mark.outputTokens;
}

/** Writes the rows that the plan keeps, and the companions. Adds repeated responses to the plan's counts. */
export async function writeMerged(
  transcripts: readonly ReadTranscript[],
  plan: MergePlan,
  { rows, companions }: MergeSinks,
): Promise<void> {
  const spawns = spawnsOf(transcripts);
  const copies = copiedEvents(transcripts);
  for (const [index, transcript] of transcripts.entries()) {
    const leftOut = at(plan.leftOut, index);
    const sessions = at(plan.sessions, index);
    const idOf = companions && transcriptIds(transcript, companions.pseudonyms);
    const kept: Range[] = [];
    let row = -1;
    let offset = 0;
    for (const mark of transcript.stored.marks()) {
      row++;
      offset += mark.bytes;
      if (leftOut.has(row)) continue;
      keep(kept, offset - mark.bytes, offset);
      const holder = holderOf(plan, transcript, mark);
      const isFirst = holder === null || (holder.transcript === index && holder.row === row);
      if (holder && !isFirst) countRepeated(countsOf(plan.counts, transcript.provider), holder, mark);
      if (!companions || !idOf) continue;
      const holding = { isFirst, firstSessionId: holder?.sessionId ?? mark.sessionId };
      companions.details(lineText(detailsLine(mark, idOf(mark.sessionId), holding, companions.pseudonyms)));
      for (const line of inputLines(mark, companions.pseudonyms)) companions.inputs(lineText(line));
    }
    for (const { session, read } of companions ? sessions : []) {
      if (!companions || !idOf) continue;
      const transcriptId = idOf(session.sessionId);
      const { callerId: parentSessionId, toolCallId: parentToolCallId, agentType } = spawnOf(session, spawns);
      const listed = { transcript, session: { ...session, parentSessionId, agentType }, transcriptId, parentToolCallId, roundCount: read };
      companions.sessions(lineText(sessionLine(listed, companions.pseudonyms)));
      const isWanted = (event: SessionEvent) => !copies.has(event) && isWithin(plan.period, timestampMs(event.timestamp));
      for (const line of eventLines(session, transcriptId, isWanted)) companions.events(lineText(line));
    }
    for (const bytes of transcript.stored.bytes(kept)) await rows(bytes);
  }
}

function lineText(line: object): string {
  return `${JSON.stringify(line)}\n`;
}

/** The id of what a session's rows are read from: a sub-agent that only its parent's records show has one of its own. */
function transcriptIds({ identity, summary }: ReadTranscript, pseudonyms: Pseudonyms): (sessionId: string) => string {
  const helpers = (summary.session.helpers ?? []).map(({ sessionId }): [string, string] => [
    sessionId,
    pseudonym(pseudonyms, "transcript", `${identity}\0${sessionId}`),
  ]);
  const ofHelpers = new Map(helpers);
  const own = pseudonym(pseudonyms, "transcript", identity);
  return (sessionId) => ofHelpers.get(sessionId) ?? own;
}

function countRepeated(count: MergeCounts, holder: Holder, mark: RowMark): void {
  if (!holder.isRepeated) count.repeatedResponses++;
  holder.isRepeated = true;
  count.repeatedRows++;
  addTokens(count.repeatedTokens, mark);
}

/**
 * What names people, projects and machines, for `sanitize` to look for: one a line, each once.
 * @param others names that no transcript has
 */
export function namesOf(transcripts: readonly ReadTranscript[], others: readonly string[] = []): string {
  const known = transcripts.flatMap(({ user, project, summary: { session } }) => [
    ...[user, project, session.cwd, session.gitBranch, session.gitRemote],
  ]);
  const names = new Set([...others, ...known]);
  return [...names].flatMap((name) => (name === null ? [] : `${name.replaceAll(/\s+/g, " ")}\n`)).join("");
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

function holderOf(plan: MergePlan, transcript: ReadTranscript, mark: RowMark): Holder | null {
  return mark.facts.responseId === null ? null : known(plan.holders.get(responseKey(transcript, mark)));
}

function responseKey(transcript: ReadTranscript, mark: RowMark): string {
  return `${transcript.provider}\0${mark.facts.responseId}`;
}

function countsOf(counts: Map<Provider, MergeCounts>, provider: Provider): MergeCounts {
  let count = counts.get(provider);
  if (!count) {
    count = noCounts();
    counts.set(provider, count);
  }
  return count;
}

export function noCounts(): MergeCounts {
  const none = () => ({ steps: 0, tokens: 0 });
  return {
    rows: 0,
    sessions: 0,
    sessionsElsewhere: 0,
    transcriptsWithoutSteps: 0,
    duplicates: 0,
    duplicateTokens: noTokens(),
    outside: none(),
    untimed: none(),
    progressRows: 0,
    progressSessions: 0,
    progressTokens: noTokens(),
    placeholderRows: 0,
    repeatedResponses: 0,
    repeatedRows: 0,
    repeatedTokens: noTokens(),
  };
}

function noTokens(): Tokens {
  return { prefix: 0, append: 0, output: 0 };
}

/** Events whose record a transcript that started earlier holds: clients copy what came before when a session goes on in another file. */
function copiedEvents(transcripts: readonly ReadTranscript[]): ReadonlySet<SessionEvent> {
  const seen = new Set<string>();
  const copies = new Set<SessionEvent>();
  const ranks = startRanks(transcripts);
  const inOrder = transcripts.map((transcript, index) => ({ transcript, rank: at(ranks, index) })).sort((a, b) => a.rank - b.rank);
  for (const event of inOrder.flatMap(({ transcript }) => sessionsOf(transcript)).flatMap(({ events }) => events)) {
    if (event.recordId === null) continue;
    const key = `${event.kind} ${event.recordId}`;
    if (seen.has(key)) copies.add(event);
    seen.add(key);
  }
  return copies;
}

/** How a session started a sub-agent. */
interface Spawn {
  readonly callerId: string | null;
  readonly toolCallId: string | null;
  readonly agentType: string | null;
}

/** By key of a calling session, or of the session at its root, and the agent. Only callers' transcripts name both. */
function spawnsOf(transcripts: readonly ReadTranscript[]): ReadonlyMap<string, Spawn> {
  const named = transcripts.flatMap(sessionsOf).flatMap(({ sessionId, agentCalls = {}, agentTypes = {} }) => {
    const types = new Map(Object.entries(agentTypes));
    return Object.entries(agentCalls).map(([agent, toolCallId]) => ({
      agent,
      spawn: { callerId: sessionId, toolCallId, agentType: types.get(agent) ?? null },
    }));
  });
  return new Map([
    ...named.map(({ agent, spawn }): [string, Spawn] => [spawnKey(rootOf(spawn.callerId), agent), spawn]),
    ...named.map(({ agent, spawn }): [string, Spawn] => [spawnKey(spawn.callerId, agent), spawn]),
  ]);
}

function sessionsOf({ summary: { session } }: ReadTranscript): SessionFacts[] {
  return [session, ...(session.helpers ?? [])];
}

function spawnKey(sessionId: string, agent: string): string {
  return `${sessionId}\0${agent}`;
}

/** Which call of which session started this one. A sub-agent that another one started is in the folder of the session at the root. */
function spawnOf(session: SessionFacts, spawns: ReadonlyMap<string, Spawn>): Spawn {
  const { parentToolCallId, parentSessionId, agentType } = session;
  const agent = agentOf(session);
  const spawn =
    parentSessionId === null || agent === null
      ? undefined
      : (spawns.get(spawnKey(parentSessionId, agent)) ?? spawns.get(spawnKey(rootOf(parentSessionId), agent)));
  return {
    callerId: spawn?.callerId ?? parentSessionId,
    toolCallId: parentToolCallId ?? spawn?.toolCallId ?? null,
    agentType: agentType ?? spawn?.agentType ?? null,
  };
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
