/**
 * Rows of a Claude Code transcript. A message of the model is one step, however many records it is spread over; what the user or a
 * tool said before its first record is its input. The order of the file is the order of events.
 */

import { at } from "../stats/known.ts";
import { asInteger, asNumber, asText, chars, isObject, type Json, type JsonObject, LongString, RawNumber } from "../trace/exact-json.ts";
import { isKnownRecord, recordName, unknownKeys, unknownUsageKeys } from "./claude-known.ts";
import type { Extractor } from "./extractor.ts";
import type { Extracted, Reading, RoundFacts, SessionFacts, TimingEvent, Tool, TraceRow } from "./row.ts";
import { freeze, NO_FACTS, nonEmpty, SessionState, thaw } from "./session.ts";
import { inputSummary, wallMs, wholeMs } from "./summary.ts";

/** Where a transcript is. */
export interface ClaudeFile {
  /** Name of the project's folder. */
  readonly project: string;
  /** Path below the project's folder without the last extension, with `/`. */
  readonly sessionKey: string;
  /** Written to the rows as `session_file`. */
  readonly path: string;
}

/** @param saved what `save()` of an extractor of the same file gave */
export function createClaudeExtractor(file: ClaudeFile, reading: Reading, saved?: string): Extractor {
  return new Transcript(file, reading, saved === undefined ? new State() : thaw(new State(), saved));
}

/** All that is known after a record. */
class State extends SessionState {
  // What the rows depend on.
  rounds: Round[] = [];
  /** By id of the call: the place of the last call with this id. */
  calls = new Map<string, CallPlace>();
  /** Input that waits for the next message of the model. */
  pending: TimingEvent[] = [];

  // What is known beyond the rows.
  firstSessionId: string | null = null;
  forkedFrom: string | null = null;
  messageRecords = 0;
  sidechainRecords = 0;
  /** Calls that records name as the reason why they exist, in order of appearance. */
  sourceCalls = new Set<string>();
  agentCalls = new Map<string, string>();
  /** A boundary was seen, and the summary that belongs to it not yet. */
  awaitsCompactSummary = false;
}

/** One message of the model. */
interface Round {
  readonly row: TraceRow;
  readonly facts: RoundFacts;
  /** Of the usage that the row shows. */
  score: UsageScore | null;
}

/** Output tokens, input tokens, and 1 if the message had a stop reason. */
type UsageScore = [number, number, number];

/** Indexes of a step and of its tool call. */
interface CallPlace {
  readonly round: number;
  readonly tool: number;
}

const SYNTHETIC = "<synthetic>";

class Transcript implements Extractor {
  private readonly file: ClaudeFile;
  private readonly state: State;
  private readonly roundById = new Map<string, Round>();
  private readonly place: Place;

  constructor(file: ClaudeFile, _reading: Reading, state: State) {
    this.file = file;
    this.state = state;
    this.place = placeOf(file.sessionKey);
    for (const round of state.rounds) this.roundById.set(round.row.round_id, round);
  }

  push(record: JsonObject): void {
    this.note(record);
    const { message } = record;
    if (!isObject(message)) return;
    const timestamp = asText(record.timestamp) ?? null;
    if (record.type === "assistant" && message.role === "assistant") this.assistant(record, message, timestamp);
    else if (message.role === "user") this.user(record, message.content, timestamp);
  }

  private assistant(record: JsonObject, message: JsonObject, timestamp: string | null): void {
    const id = asText(message.id);
    if (id === undefined || id === SYNTHETIC || message.model === SYNTHETIC) return;
    this.state.awaitsCompactSummary = false;
    const round = this.roundById.get(id) ?? this.newRound(id);
    round.row.model ??= asText(message.model) ?? null;
    round.facts.requestId ??= asText(record.requestId) ?? null;
    if (hasStopReason(message)) round.facts.outputIsPlaceholder = false;
    this.usage(round, message);
    if (Array.isArray(message.content)) for (const block of message.content) if (isObject(block)) this.output(round, block, timestamp);
  }

  private newRound(id: string): Round {
    const { state, file } = this;
    const row: TraceRow = {
      provider: "claude",
      project: file.project,
      session_id: `claude:${file.sessionKey}`,
      session_file: file.path,
      round_index: state.rounds.length,
      round_id: id,
      model: null,
      input_tokens_total: 0,
      prefix_tokens: 0,
      newly_append_tokens: 0,
      claude_uncached_input_tokens: 0,
      claude_cache_creation_input_tokens: 0,
      claude_cache_read_input_tokens: 0,
      output_tokens: 0,
      reasoning_output_tokens: null,
      timing_events: state.pending,
      tools: [],
      ...inputSummary([]),
    };
    const round = { row, facts: { ...NO_FACTS, speakers: [], outputIsPlaceholder: true, responseId: id }, score: null };
    state.pending = [];
    state.rounds.push(round);
    this.roundById.set(id, round);
    return round;
  }

  /** Records of one message repeat its usage while it grows; the counters are always taken together from one of them. */
  private usage(round: Round, message: JsonObject): void {
    const { row, facts } = round;
    const usage = usageOf(message.usage);
    if (!usage) return;
    this.state.noteKeys(unknownUsageKeys(usage.logged));
    const score: UsageScore = [usage.output, usage.uncached + usage.write + usage.read, hasStopReason(message) ? 1 : 0];
    if (round.score !== null && isLower(score, round.score)) return;
    round.score = score;
    row.input_tokens_total = usage.uncached + usage.write + usage.read;
    row.prefix_tokens = usage.read;
    row.newly_append_tokens = usage.uncached + usage.write;
    row.claude_uncached_input_tokens = usage.uncached;
    row.claude_cache_creation_input_tokens = usage.write;
    row.claude_cache_read_input_tokens = usage.read;
    row.output_tokens = usage.output;
    Object.assign(facts, cacheWrites(usage.logged, usage.write));
    facts.serviceTier = asText(usage.logged.service_tier) ?? null;
    facts.speed = asText(usage.logged.speed) ?? null;
  }

  private output(round: Round, block: JsonObject, timestamp: string | null): void {
    const events = round.row.timing_events;
    if (block.type === "thinking") {
      const size = chars(block.thinking ?? null);
      events.push({ event_type: "reasoning", timestamp, source: "assistant.content.thinking", content_chars: size });
    } else if (block.type === "text") {
      events.push({ event_type: "text", timestamp, source: "assistant.content.text", content_chars: chars(block.text ?? null) });
    } else if (block.type === "tool_use") {
      this.toolCall(round, block, timestamp);
    }
  }

  private toolCall({ row }: Round, block: JsonObject, timestamp: string | null): void {
    const id = asText(block.id);
    if (id === undefined || this.holds(row, id)) return;
    const name = asText(block.name) ?? null;
    const tool: Tool = {
      tool_index: row.tools.length,
      tool_name: name,
      tool_call_id: id,
      emitted_at: timestamp,
      input: block.input ?? null,
      input_chars: chars(block.input ?? null),
      result_chars: null,
      tool_wall_latency_ms: null,
      tool_internal_latency_ms: null,
      is_error: null,
      result_at: null,
    };
    row.tools.push(tool);
    this.state.calls.set(id, { round: row.round_index, tool: tool.tool_index });
    row.timing_events.push({
      event_type: "tool_call",
      timestamp,
      source: "assistant.content.tool_use",
      tool_call_id: id,
      ...(name === null ? {} : { tool_name: name }),
      tool_index: tool.tool_index,
    });
  }

  private holds(row: TraceRow, callId: string): boolean {
    const latest = this.state.calls.get(callId);
    return latest !== undefined && (latest.round === row.round_index || row.tools.some((tool) => tool.tool_call_id === callId));
  }

  /** Whatever the user's side says is input, also what the client added by itself. */
  private user(record: JsonObject, content: Json | undefined, timestamp: string | null): void {
    if (record.isCompactSummary === true) this.compactSummary(record, timestamp);
    if (typeof content === "string" || content instanceof LongString) this.userMessage(content, timestamp);
    if (!Array.isArray(content)) return;
    const results = content.filter((block): block is JsonObject => isObject(block) && block.type === "tool_result");
    for (const result of results) this.toolResult(record, result, timestamp);
    // Text next to a result, as of an interruption, is not a message of its own.
    if (results.length === 0) this.userMessage(content, timestamp);
  }

  private userMessage(content: Json, timestamp: string | null): void {
    this.state.pending.push({ event_type: "user_message", timestamp, source: "user.message", content_chars: chars(content) });
  }

  private toolResult(record: JsonObject, result: JsonObject, timestamp: string | null): void {
    const id = asText(result.tool_use_id);
    if (id === undefined) return;
    const size = chars(result.content ?? null);
    const isError = isTruthy(result.is_error);
    this.state.pending.push({
      event_type: "tool_result",
      timestamp,
      source: "user.content.tool_result",
      tool_call_id: id,
      result_chars: size,
      is_error: isError,
    });
    this.agentCall(isObject(record.toolUseResult) ? record.toolUseResult.agentId : undefined, id);
    const place = this.state.calls.get(id);
    if (!place) return;
    const tool = at(at(this.state.rounds, place.round).row.tools, place.tool);
    tool.result_at = timestamp;
    tool.result_chars = size;
    tool.is_error = isError;
    tool.tool_wall_latency_ms = wallMs(tool.emitted_at, timestamp);
    tool.tool_internal_latency_ms = loggedDurationMs(record.toolUseResult);
  }

  private note(record: JsonObject): void {
    const { state } = this;
    const type = asText(record.type) ?? "";
    const name = recordName(type, asText(record.subtype) ?? "");
    state.noteRecord(isKnownRecord(name) ? null : name, asText(record.timestamp) ?? null);
    state.noteKeys(unknownKeys(type, record));
    this.noteClient(record);
    this.noteOrigin(record);
    if (name === "system/compact_boundary") this.compactBoundary(record);
    if (type === "progress" && isObject(record.data)) this.agentCall(record.data.agentId, record.parentToolUseID);
  }

  private noteClient(record: JsonObject): void {
    const { state } = this;
    state.noteVersion(nonEmpty(record.version));
    state.originator ??= nonEmpty(record.entrypoint);
    state.cwd = nonEmpty(record.cwd) ?? state.cwd;
    state.gitBranch = nonEmpty(record.gitBranch) ?? state.gitBranch;
  }

  private noteOrigin(record: JsonObject): void {
    const { state } = this;
    state.firstSessionId ??= nonEmpty(record.sessionId);
    state.forkedFrom ??= isObject(record.forkedFrom) ? nonEmpty(record.forkedFrom.sessionId) : null;
    if (isObject(record.message)) state.messageRecords++;
    if (isObject(record.message) && record.isSidechain === true) state.sidechainRecords++;
    for (const key of SOURCE_CALL_KEYS) {
      const id = asText(record[key]);
      if (id !== undefined && CALL_ID.test(id) && state.sourceCalls.size < NAMES_LIMIT) state.sourceCalls.add(id);
    }
  }

  private agentCall(agentId: Json | undefined, callId: Json | undefined): void {
    const agent = nonEmpty(agentId);
    const call = nonEmpty(callId);
    if (agent !== null && call !== null && !this.state.agentCalls.has(agent)) this.state.agentCalls.set(agent, call);
  }

  private compactBoundary(record: JsonObject): void {
    if (this.isCopied(record)) return;
    this.state.compactionTimes.push(asText(record.timestamp) ?? null);
    this.state.awaitsCompactSummary = true;
  }

  /** Early versions wrote only the summary. */
  private compactSummary(record: JsonObject, timestamp: string | null): void {
    if (this.isCopied(record)) return;
    if (!this.state.awaitsCompactSummary) this.state.compactionTimes.push(timestamp);
    this.state.awaitsCompactSummary = false;
  }

  /** From the transcript of the session that this one goes on from. */
  private isCopied(record: JsonObject): boolean {
    const sessionId = nonEmpty(record.sessionId);
    return isObject(record.forkedFrom) || (this.place.ownId !== null && sessionId !== null && sessionId !== this.place.ownId);
  }

  save(): string {
    return freeze(this.state);
  }

  result(): Extracted {
    const { rounds } = this.state;
    return {
      rows: rounds.map(({ row }) => ({
        ...row,
        timing_events: [...row.timing_events],
        tools: row.tools.map((tool) => ({ ...tool })),
        ...inputSummary(row.timing_events),
      })),
      facts: rounds.map(({ facts }) => ({ ...facts })),
      session: this.session(),
    };
  }

  private session(): SessionFacts {
    const { state, file } = this;
    const relation = this.relation();
    return {
      ...state.sessionFacts(),
      sessionId: `claude:${file.sessionKey}`,
      relation,
      parentSessionId: this.parent(relation),
      parentToolCallId: relation === "sub-agent" ? this.spawningCall() : null,
      agentCalls: Object.fromEntries(state.agentCalls),
    };
  }

  private relation(): SessionFacts["relation"] {
    const { state, place } = this;
    const isAllSidechain = state.sidechainRecords > 0 && state.sidechainRecords === state.messageRecords;
    if (place.isSubAgent || isAllSidechain) return "sub-agent";
    if (state.forkedFrom !== null) return "fork";
    return place.ownId !== null && state.firstSessionId !== null && state.firstSessionId !== place.ownId ? "resume" : "main";
  }

  private parent(relation: SessionFacts["relation"]): string | null {
    if (relation === "main") return null;
    if (relation === "fork") return `claude:${this.state.forkedFrom}`;
    if (this.place.parentKey !== null) return `claude:${this.place.parentKey}`;
    const { firstSessionId } = this.state;
    return firstSessionId === null || firstSessionId === this.place.ownId ? null : `claude:${firstSessionId}`;
  }

  /** The first call that records name and the file does not hold: it is the parent's. */
  private spawningCall(): string | null {
    for (const id of this.state.sourceCalls) if (!this.state.calls.has(id)) return id;
    return null;
  }
}

const NAMES_LIMIT = 1000;

const SOURCE_CALL_KEYS = ["sourceToolUseID", "parentToolUseID", "parent_tool_use_id"];

/** Hooks put other ids there. */
const CALL_ID = /^(?:toolu|tooluse|call)[_-]/;

interface Place {
  /** Id of the session that the file is named after. */
  readonly ownId: string | null;
  readonly isSubAgent: boolean;
  /** Session key of the parent. */
  readonly parentKey: string | null;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const SUB_AGENT_FOLDER = "/subagents/";

/** What the place of a transcript says about its session. */
function placeOf(sessionKey: string): Place {
  const name = sessionKey.slice(sessionKey.lastIndexOf("/") + 1);
  const folder = sessionKey.lastIndexOf(SUB_AGENT_FOLDER);
  return {
    ownId: UUID.test(name) && folder === -1 ? name : null,
    isSubAgent: folder !== -1 || name.startsWith("agent-"),
    parentKey: folder > 0 ? sessionKey.slice(0, folder) : null,
  };
}

interface Usage {
  readonly logged: JsonObject;
  readonly uncached: number;
  readonly write: number;
  readonly read: number;
  readonly output: number;
}

/** Null when no counter is a number; a single one that is missing counts as 0. */
function usageOf(logged: Json | undefined): Usage | null {
  if (!isObject(logged)) return null;
  const uncached = asInteger(logged.input_tokens);
  const write = asInteger(logged.cache_creation_input_tokens);
  const read = asInteger(logged.cache_read_input_tokens);
  const output = asInteger(logged.output_tokens);
  if (uncached === undefined && write === undefined && read === undefined && output === undefined) return null;
  return { logged, uncached: uncached ?? 0, write: write ?? 0, read: read ?? 0, output: output ?? 0 };
}

function isLower(score: UsageScore, other: UsageScore): boolean {
  const differing = score.findIndex((part, index) => part !== other[index]);
  return differing !== -1 && at(score, differing) < at(other, differing);
}

/** The split by lifetime, but only when it accounts for all that was written. */
function cacheWrites(usage: JsonObject, total: number): Pick<RoundFacts, "cacheWrite5mTokens" | "cacheWrite1hTokens"> {
  const split = isObject(usage.cache_creation) ? usage.cache_creation : {};
  const short = asInteger(split.ephemeral_5m_input_tokens) ?? null;
  const long = asInteger(split.ephemeral_1h_input_tokens) ?? null;
  const isWhole = short !== null && long !== null && short + long === total;
  return { cacheWrite5mTokens: isWhole ? short : null, cacheWrite1hTokens: isWhole ? long : null };
}

function hasStopReason(message: JsonObject): boolean {
  return (message.stop_reason ?? null) !== null;
}

/** The duration that the tool itself reported, rounded. */
function loggedDurationMs(result: Json | undefined): number | null {
  if (!isObject(result)) return null;
  const ms = duration(result.durationMs) ?? duration(result.duration_ms);
  const seconds = duration(result.durationSeconds) ?? duration(result.duration_seconds);
  return wholeMs(ms ?? (seconds ?? Number.NaN) * 1000);
}

function duration(value: Json | undefined): number | undefined {
  const number = asNumber(value);
  return number !== undefined && number >= 0 ? number : undefined;
}

/** As the reference (Python) sees it: empty strings, lists and objects are false. */
function isTruthy(value: Json | undefined): boolean {
  if (value instanceof RawNumber) return Number(value.text) !== 0;
  if (value instanceof LongString) return true;
  if (typeof value === "object" && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
}
