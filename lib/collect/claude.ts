/**
 * Rows of a Claude Code transcript. A message of the model is one step, however many records it is spread over; what the user or a
 * tool said before its first record is its input. The order of the file is the order of events.
 */

import { at } from "../stats/known.ts";
import { asNumber, asText, chars, isObject, type Json, type JsonObject, LongString, RawNumber } from "../trace/exact-json.ts";
import { apiError, cacheMissReason, compaction, eventOf, interruption, microCompaction, wordOf } from "./claude-events.ts";
import { isKnownRecord, recordName, unknownKeys, unknownMessageKeys, unknownUsageKeys, unreadOf } from "./claude-known.ts";
import { type Place, placeOf, subAgentKey } from "./claude-place.ts";
import { queuedMessage, speakerOf } from "./claude-speaker.ts";
import {
  type CounterReader,
  innerCallsOf,
  isLower,
  isPartial,
  publishedCounter,
  rowCounters,
  scoreOf,
  serverCallsOf,
  tokensOf,
  type Usage,
  type UsageScore,
  usageFacts,
  usageOf,
} from "./claude-usage.ts";
import type { Extractor } from "./extractor.ts";
import type { Extracted, Reading, RoundFacts, SessionFacts, Speaker, TimingEvent, Tool, TraceRow } from "./row.ts";
import { freeze, NO_FACTS, nonEmpty, SessionState, thaw, wholeNumber } from "./session.ts";
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

/** @param saved what `save()` of an extractor of the same file and reading gave */
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
  /** Of the user messages among it. */
  pendingSpeakers: Speaker[] = [];
  pendingHookMs: number | null = null;
  /** Of all records so far. */
  uuids = new Set<string>();
  /** By message id: indexes of responses that a record without request id may still be part of. */
  open = new Map<string, number>();
  /** By agent id: sub-agents whose messages are in progress records. */
  helpers = new Map<string, State>();

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
  customTitle: string | null = null;
  aiTitle: string | null = null;
  agentName: string | null = null;
}

/** One message of the model. */
interface Round {
  readonly row: TraceRow;
  readonly facts: RoundFacts;
  /** Null in a record without one, and of a call inside another response. */
  readonly messageId: string | null;
  /** Of the usage that the row shows. */
  score: UsageScore | null;
  /** When that was logged. */
  usageAt: string | null;
  /** Calls that the usage counts, by tool; blocks of the message show some or all of them. */
  serverCalls: Record<string, number>;
  /** Indexes of the steps of other models inside this response. */
  readonly inner: number[];
  /** Index of the response that this step is inside of. */
  readonly innerOf: number | null;
}

/** Indexes of a step and of its tool call. */
interface CallPlace {
  readonly round: number;
  readonly tool: number;
}

const SYNTHETIC = "<synthetic>";

/**
 * The readings differ in these methods and nowhere else:
 * `isRepeated`    counted: a record whose uuid the file held before is left out, whatever it is
 * `responseOf`    counted: a response is message id and request id; published: the message id alone
 * `nameOf`        counted: also a response without message id is one
 * `counter`       counted: whole numbers in any spelling, the rest is reported; published: others count as missing
 * `beyondMessage` counted: calls of other models and of the provider's tools are read from usage and blocks
 * `helperRecord`  counted: sub-agents are read from progress records
 * `queued`        counted: what the user said while the model worked is input
 */
class Transcript implements Extractor {
  readonly state: State;
  private readonly file: ClaudeFile;
  private readonly reading: Reading;
  private readonly isCounted: boolean;
  private readonly roundByKey = new Map<string, Round>();
  private readonly roundIds = new Set<string>();
  private readonly helpers = new Map<string, Transcript>();
  private readonly place: Place;

  constructor(file: ClaudeFile, reading: Reading, state: State) {
    this.file = file;
    this.reading = reading;
    this.isCounted = reading === "counted";
    this.state = state;
    this.place = placeOf(file.sessionKey);
    for (const round of state.rounds) this.register(round);
    for (const [agent, saved] of state.helpers) this.addHelper(agent, Object.assign(new State(), saved));
  }

  push(record: JsonObject): void {
    if (this.isRepeated(record)) this.repeated(record);
    else this.take(record);
  }

  /** Clients append records again, with all that is in them, when they compact or resume. */
  private isRepeated({ uuid }: JsonObject): boolean {
    const id = this.isCounted ? nonEmpty(uuid) : null;
    if (id === null) return false;
    const isKnown = this.state.uuids.has(id);
    this.state.uuids.add(id);
    return isKnown;
  }

  private repeated({ message, data }: JsonObject): void {
    this.state.noteRecord(null, null);
    const ofHelper = isObject(data) && isObject(data.message) ? data.message.message : undefined;
    this.drop("records that the client appended again", message ?? ofHelper);
  }

  private take(record: JsonObject): void {
    const before = this.state.events.length;
    this.read(record);
    for (const event of this.state.events.slice(before)) event.recordId = nonEmpty(record.uuid);
  }

  private read(record: JsonObject): void {
    this.note(record);
    this.helperRecord(record);
    this.queued(record);
    const { message } = record;
    if (!isObject(message)) return;
    const timestamp = asText(record.timestamp) ?? null;
    if (record.type === "assistant" && message.role === "assistant") this.assistant(record, message, timestamp);
    else if (message.role === "user") this.user(record, message.content, timestamp);
    else this.drop("messages that are neither the model's nor the user's", message);
  }

  /** Usage that no row shows. */
  private drop(reason: string, message: Json | undefined): void {
    const usage = isObject(message) ? usageOf(message.usage, (_name, value) => wholeNumber(value)) : null;
    if (usage) this.state.noteDroppedUsage(reason, tokensOf(usage));
  }

  private assistant(record: JsonObject, message: JsonObject, timestamp: string | null): void {
    const id = asText(message.id);
    const requestId = asText(record.requestId);
    const name = this.nameOf(id, requestId, record);
    const isSynthetic = id === SYNTHETIC || message.model === SYNTHETIC;
    if (isSynthetic || name === null) {
      this.drop(isSynthetic ? "messages that the client made itself" : "messages without an id", message);
      return;
    }
    this.state.awaitsCompactSummary = false;
    const round = this.responseOf(id, requestId) ?? this.newRound(name, id ?? null, record, timestamp);
    this.describe(round, record, message);
    this.usage(round, message, timestamp);
    if (Array.isArray(message.content)) for (const block of message.content) if (isObject(block)) this.output(round, block, timestamp);
  }

  private nameOf(id: string | undefined, requestId: string | undefined, record: JsonObject): string | null {
    if (!this.isCounted) return id ?? null;
    return id ?? requestId ?? nonEmpty(record.uuid) ?? UNNAMED;
  }

  /** Gateways give many responses one message id; only the request id, or else what is between them, distinguishes these. */
  private responseOf(id: string | undefined, requestId: string | undefined): Round | undefined {
    if (!this.isCounted) return this.roundByKey.get(id ?? "");
    const known = requestId === undefined ? undefined : this.roundByKey.get(requestKey(id ?? null, requestId));
    const open = this.state.open.get(id ?? "");
    const candidate = open === undefined ? undefined : at(this.state.rounds, open);
    return known ?? (candidate && (requestId === undefined || candidate.facts.requestId === null) ? candidate : undefined);
  }

  private register(round: Round): void {
    const { row, facts, messageId } = round;
    this.roundIds.add(row.round_id);
    if (round.innerOf !== null) return;
    if (!this.isCounted) this.roundByKey.set(row.round_id, round);
    else if (facts.requestId !== null) this.roundByKey.set(requestKey(messageId, facts.requestId), round);
  }

  private newRound(name: string, messageId: string | null, record: JsonObject, timestamp: string | null): Round {
    const { state } = this;
    const round = this.addRound(name, messageId, null);
    round.row.timing_events = state.pending;
    round.facts.responseId = this.isCounted ? namedAt(name, messageId, timestamp) : name;
    round.facts.requestId = asText(record.requestId) ?? null;
    round.facts.speakers = state.pendingSpeakers;
    round.facts.hookMs = state.pendingHookMs === null ? null : wholeMs(state.pendingHookMs);
    round.facts.isInherited = this.isCopied(record);
    state.pending = [];
    state.pendingSpeakers = [];
    state.pendingHookMs = null;
    if (messageId !== null) state.open.set(messageId, round.row.round_index);
    this.register(round);
    return round;
  }

  private addRound(name: string, messageId: string | null, innerOf: number | null): Round {
    const { state, file } = this;
    const row: TraceRow = {
      provider: "claude",
      project: file.project,
      session_id: `claude:${file.sessionKey}`,
      session_file: file.path,
      round_index: state.rounds.length,
      round_id: this.freeRoundId(name),
      model: null,
      input_tokens_total: 0,
      prefix_tokens: 0,
      newly_append_tokens: 0,
      claude_uncached_input_tokens: 0,
      claude_cache_creation_input_tokens: 0,
      claude_cache_read_input_tokens: 0,
      output_tokens: 0,
      reasoning_output_tokens: null,
      timing_events: [],
      tools: [],
      ...inputSummary([]),
    };
    const facts: RoundFacts = { ...NO_FACTS, speakers: [], outputIsPlaceholder: true };
    const round: Round = { row, facts, messageId, score: null, usageAt: null, serverCalls: {}, inner: [], innerOf };
    state.rounds.push(round);
    return round;
  }

  private freeRoundId(name: string): string {
    let id = name;
    for (let count = 2; this.roundIds.has(id); count++) id = `${name}:${count}`;
    return id;
  }

  private describe(round: Round, record: JsonObject, message: JsonObject): void {
    const { row, facts } = round;
    this.state.noteKeys(unknownMessageKeys(message));
    row.model ??= asText(message.model) ?? null;
    if (facts.requestId === null && typeof record.requestId === "string") {
      facts.requestId = record.requestId;
      this.register(round);
    }
    if (hasStopReason(message)) facts.outputIsPlaceholder = false;
    facts.effort ??= nonEmpty(record.effort);
    facts.cacheMissReason ??= cacheMissReason(message.diagnostics);
    this.state.effort = nonEmpty(record.effort) ?? this.state.effort;
    this.state.endedReason = nonEmpty(message.stop_reason) ?? this.state.endedReason;
  }

  /** Records of one message repeat its usage while it grows; the counters are always taken together from one of them. */
  private usage(round: Round, message: JsonObject, timestamp: string | null): void {
    const logged = usageOf(message.usage, this.counter);
    if (!logged) return;
    const usage = this.isCounted ? logged : { ...logged, unreadable: [] };
    this.state.noteKeys(unknownUsageKeys(usage.logged));
    const score = scoreOf(usage, hasStopReason(message));
    if (round.score !== null && isLower(score, round.score)) return;
    round.score = score;
    round.usageAt = timestamp;
    this.show(round, usage);
    this.beyondMessage(round, usage, timestamp);
  }

  private readonly counter: CounterReader = (name, value) =>
    this.isCounted ? this.state.counter(name, value) : publishedCounter(name, value);

  private show({ row, facts }: Round, usage: Usage): void {
    Object.assign(row, rowCounters(usage));
    Object.assign(facts, usageFacts(usage, this.counter));
  }

  private beyondMessage(round: Round, usage: Usage, timestamp: string | null): void {
    if (!this.isCounted) return;
    round.serverCalls = serverCallsOf(usage, this.counter);
    for (const [index, call] of innerCallsOf(usage, round.row.model, this.counter).entries()) {
      const known = round.inner[index];
      const step = known === undefined ? this.addInner(round) : at(this.state.rounds, known);
      step.row.model = call.model;
      step.row.timing_events = [{ event_type: "usage_report", timestamp, source: "assistant.usage.iterations" }];
      this.show(step, call.usage);
    }
  }

  private addInner(round: Round): Round {
    const step = this.addRound(`${round.row.round_id}:inner`, null, round.row.round_index);
    round.inner.push(step.row.round_index);
    this.register(step);
    return step;
  }

  private output(round: Round, block: JsonObject, timestamp: string | null): void {
    const events = round.row.timing_events;
    const type = asText(block.type) ?? "(no type)";
    if (type === "thinking") {
      const size = chars(block.thinking ?? null);
      events.push({ event_type: "reasoning", timestamp, source: "assistant.content.thinking", content_chars: size });
    } else if (type === "text") {
      events.push({ event_type: "text", timestamp, source: "assistant.content.text", content_chars: chars(block.text ?? null) });
    } else if (type === "tool_use" || (this.isCounted && type === "server_tool_use")) {
      this.toolCall(round, block, `assistant.content.${type}`, timestamp);
    } else if (this.isCounted && type.endsWith(SERVER_RESULT)) {
      this.serverResult(block, timestamp);
    } else {
      this.state.noteNotRead(`assistant.content.${type}`);
    }
  }

  private toolCall({ row }: Round, block: JsonObject, source: string, timestamp: string | null): void {
    const id = asText(block.id);
    if (id === undefined || this.holds(row, id)) return;
    const name = asText(block.name) ?? null;
    this.addTool(row, { id, name, input: block.input ?? null, source, timestamp });
    this.state.calls.set(id, { round: row.round_index, tool: row.tools.length - 1 });
  }

  private addTool(row: TraceRow, { id, name, input, source, timestamp }: LoggedCall): void {
    const tool: Tool = {
      tool_index: row.tools.length,
      tool_name: name,
      tool_call_id: id,
      emitted_at: timestamp,
      input,
      input_chars: chars(input),
      result_chars: null,
      tool_wall_latency_ms: null,
      tool_internal_latency_ms: null,
      is_error: null,
      result_at: null,
    };
    row.tools.push(tool);
    row.timing_events.push({
      event_type: "tool_call",
      timestamp,
      source,
      tool_call_id: id,
      ...(name === null ? {} : { tool_name: name }),
      tool_index: tool.tool_index,
    });
  }

  private holds(row: TraceRow, callId: string): boolean {
    const latest = this.state.calls.get(callId);
    return latest !== undefined && (latest.round === row.round_index || row.tools.some((tool) => tool.tool_call_id === callId));
  }

  /** The provider ran the tool inside the response, so that the result is not input of a step. */
  private serverResult(block: JsonObject, timestamp: string | null): void {
    const isError = isObject(block.content) && (asText(block.content.type) ?? "").endsWith("_error");
    const tool = this.calledTool(asText(block.tool_use_id));
    if (tool) answer(tool, chars(block.content ?? null), isError, timestamp);
  }

  private calledTool(id: string | undefined): Tool | null {
    const place = id === undefined ? undefined : this.state.calls.get(id);
    return place ? at(at(this.state.rounds, place.round).row.tools, place.tool) : null;
  }

  /** Whatever the user's side says is input, also what the client added by itself. */
  private user(record: JsonObject, content: Json | undefined, timestamp: string | null): void {
    this.state.open.clear();
    if (record.isCompactSummary === true) this.compactSummary(record, timestamp);
    this.interruption(record, content, timestamp);
    if (typeof content === "string" || content instanceof LongString) this.userMessage(record, content, timestamp);
    if (!Array.isArray(content)) return;
    const results = content.filter((block): block is JsonObject => isObject(block) && block.type === "tool_result");
    for (const result of results) this.toolResult(record, result, timestamp);
    // Text next to a result, as of an interruption, is not a message of its own.
    if (results.length === 0) this.userMessage(record, content, timestamp);
  }

  private userMessage(record: JsonObject, content: Json, timestamp: string | null): void {
    this.message({ content, speaker: speakerOf(record, content), source: "user.message", timestamp });
  }

  private message({ content, speaker, source, timestamp }: UserMessage): void {
    this.state.pending.push({ event_type: "user_message", timestamp, source, content_chars: chars(content) });
    this.state.pendingSpeakers.push(speaker);
  }

  private queued(record: JsonObject): void {
    const message = this.isCounted ? queuedMessage(record) : null;
    if (message) this.message({ ...message, source: "attachment.queued_command", timestamp: asText(record.timestamp) ?? null });
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
    const tool = this.calledTool(id);
    if (!tool) return;
    answer(tool, size, isError, timestamp);
    tool.tool_internal_latency_ms = loggedDurationMs(record.toolUseResult);
  }

  /** Sub-agents log into the transcript of their parent as well, and older transcripts of theirs are often gone. */
  private helperRecord(record: JsonObject): void {
    const { data } = record;
    const agent = isObject(data) ? nonEmpty(data.agentId) : null;
    if (!this.isCounted || record.type !== "progress" || agent === null || !isObject(data) || !isObject(data.message)) return;
    const { cwd = null, version = null, gitBranch = null, entrypoint = null } = record;
    const helper = this.helpers.get(agent) ?? this.addHelper(agent, new State());
    helper.take({ cwd, version, gitBranch, entrypoint, isSidechain: true, ...data.message });
  }

  private addHelper(agent: string, state: State): Transcript {
    const session = this.place.parentKey ?? this.file.sessionKey;
    const helper = new Transcript({ ...this.file, sessionKey: subAgentKey(session, agent) }, this.reading, state);
    this.state.helpers.set(agent, state);
    this.helpers.set(agent, helper);
    return helper;
  }

  private note(record: JsonObject): void {
    const { state } = this;
    const type = asText(record.type) ?? "";
    const name = recordName(type, asText(record.subtype) ?? "");
    const timestamp = asText(record.timestamp) ?? null;
    const isConversation = (type === "user" || type === "assistant") && isObject(record.message);
    state.noteRecord(isKnownRecord(name) ? null : name, isConversation ? timestamp : null);
    state.noteKeys(unknownKeys(type, record));
    for (const unread of unreadOf(type, name, record)) state.noteNotRead(unread.name, unread.amount);
    this.noteClient(record);
    this.noteOrigin(record);
    this.noteTitle(type, record);
    if (!this.isCopied(record)) this.noteEvent(type, name, record, timestamp);
    if (type === "progress" && isObject(record.data)) this.agentCall(record.data.agentId, record.parentToolUseID);
  }

  private noteEvent(type: string, name: string, record: JsonObject, timestamp: string | null): void {
    const { state } = this;
    if (name === "system/compact_boundary") this.compactBoundary(record, timestamp);
    else if (name === "system/microcompact_boundary")
      state.events.push(microCompaction(record, timestamp, (name, value) => state.counter(name, value)));
    else if (name === "system/api_error" || record.isApiErrorMessage === true) state.events.push(apiError(record, timestamp));
    else if (record.isAbortedMidStream === true) state.events.push(eventOf("aborted", timestamp, { trigger: "mid_stream" }));
    else if (name === "system/stop_hook_summary") this.hooks(record.hookInfos, "Stop", [], timestamp);
    else if (type === "attachment") this.hookAttachment(record.attachment, timestamp);
    else if (type === "ended-by-model") state.endedReason = "ended_by_model";
  }

  private noteTitle(type: string, record: JsonObject): void {
    const { state } = this;
    if (type === "custom-title") state.customTitle = nonEmpty(record.customTitle) ?? state.customTitle;
    if (type === "ai-title") state.aiTitle = nonEmpty(record.aiTitle) ?? state.aiTitle;
    if (type === "agent-name") state.agentName = nonEmpty(record.agentName) ?? state.agentName;
    state.title = state.customTitle ?? state.aiTitle ?? state.agentName;
  }

  private hookAttachment(attachment: Json | undefined, timestamp: string | null): void {
    if (!isObject(attachment) || !(asText(attachment.type) ?? "").startsWith("hook_")) return;
    const call = asText(attachment.toolUseID);
    this.hooks([attachment], wordOf(attachment.hookEvent), call !== undefined && CALL_ID.test(call) ? [call] : [], timestamp);
  }

  /** Their time belongs to the step that comes after them. */
  private hooks(hooks: Json | undefined, trigger: string | null, toolCallIds: string[], timestamp: string | null): void {
    const { state } = this;
    state.events.push(eventOf("hook", timestamp, { trigger, toolCallIds }));
    for (const hook of Array.isArray(hooks) ? hooks : []) {
      const ms = isObject(hook) ? duration(hook.durationMs) : undefined;
      if (ms !== undefined) state.pendingHookMs = (state.pendingHookMs ?? 0) + ms;
    }
  }

  private interruption(record: JsonObject, content: Json | undefined, timestamp: string | null): void {
    const event = interruption(record, content, timestamp);
    if (event === null || this.isCopied(record)) return;
    this.state.endedReason = event.trigger ?? event.kind;
    this.state.events.push(event);
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

  /** The first that is named, unless a later one is a call that the file holds. */
  private agentCall(agentId: Json | undefined, callId: Json | undefined): void {
    const agent = nonEmpty(agentId);
    const call = nonEmpty(callId);
    if (agent === null || call === null) return;
    const { agentCalls, calls } = this.state;
    const known = agentCalls.get(agent);
    if (known === undefined || (!calls.has(known) && calls.has(call))) agentCalls.set(agent, call);
  }

  private compactBoundary({ compactMetadata }: JsonObject, timestamp: string | null): void {
    this.compaction(timestamp, isObject(compactMetadata) ? compactMetadata : {});
    this.state.awaitsCompactSummary = true;
  }

  /** Early versions wrote only the summary. */
  private compactSummary(record: JsonObject, timestamp: string | null): void {
    if (this.isCopied(record)) return;
    if (!this.state.awaitsCompactSummary) this.compaction(timestamp, {});
    this.state.awaitsCompactSummary = false;
  }

  private compaction(timestamp: string | null, metadata: JsonObject): void {
    const { state } = this;
    state.compactionTimes.push(timestamp);
    state.events.push(compaction(metadata, timestamp, (name, value) => state.counter(name, value)));
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
    const own = this.state.rounds.map((round) => this.finished(round));
    const helpers = [...this.helpers].map(([agent, helper]) => ({ agent, ...helper.result() }));
    return {
      rows: [...own.map(({ row }) => row), ...helpers.flatMap(({ rows }) => rows)],
      facts: [...own.map(({ facts }) => facts), ...helpers.flatMap(({ facts }) => facts)],
      session: {
        ...this.session(),
        helpers: helpers.flatMap(({ agent, session: { helpers: nested = [], ...session } }) => [
          { ...session, ...this.spawnOf(agent), knownFrom: "progress" as const },
          ...nested,
        ]),
      },
    };
  }

  private spawnOf(agent: string): Pick<SessionFacts, "parentToolCallId" | "agentType"> {
    return { parentToolCallId: this.state.agentCalls.get(agent) ?? null, agentType: this.agentType(agent) };
  }

  private finished(round: Round): { row: TraceRow; facts: RoundFacts } {
    const row = { ...round.row, timing_events: [...round.row.timing_events], tools: round.row.tools.map((tool) => ({ ...tool })) };
    this.addServerCalls(row, round);
    return { row: { ...row, ...inputSummary(row.timing_events) }, facts: this.finishedFacts(round) };
  }

  /** Calls that are only counted have neither input nor result. */
  private addServerCalls(row: TraceRow, { serverCalls, usageAt }: Round): void {
    for (const [name, count] of Object.entries(serverCalls)) {
      const logged = row.tools.filter((tool) => tool.tool_name === name).length;
      for (let index = logged; index < Math.min(count, SERVER_CALLS_LIMIT); index++) {
        const id = `${row.round_id}:${name}:${index}`;
        this.addTool(row, { id, name, input: null, source: "assistant.usage.server_tool_use", timestamp: usageAt });
      }
    }
  }

  private finishedFacts({ row, facts, messageId, innerOf, score }: Round): RoundFacts {
    if (innerOf !== null) {
      const outer = this.finishedFacts(at(this.state.rounds, innerOf));
      const { requestId, outputIsPlaceholder, isInherited, responseId } = outer;
      const own = responseId === null ? null : `${responseId} ${row.round_id}`;
      return { ...facts, requestId, outputIsPlaceholder, isInherited, responseId: own, advisorOf: responseId };
    }
    const isNamedByRequest = this.isCounted && messageId !== null && facts.requestId !== null;
    return {
      ...facts,
      responseId: isNamedByRequest ? `${messageId} ${facts.requestId}` : facts.responseId,
      outputIsPlaceholder: facts.outputIsPlaceholder || (score !== null && isPartial(score)),
      speakers: [...facts.speakers],
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
      agentTypes: this.agentTypes(),
    };
  }

  private agentTypes(): Record<string, string> {
    const agents = [...this.state.agentCalls.keys()];
    return Object.fromEntries(
      agents.map((agent) => [agent, this.agentType(agent)]).filter((entry): entry is [string, string] => entry[1] !== null),
    );
  }

  private agentType(agent: string): string | null {
    const input = this.calledTool(this.state.agentCalls.get(agent))?.input;
    return isObject(input) ? nonEmpty(input.subagent_type) : null;
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
    const { sourceCalls, calls } = this.state;
    for (const id of sourceCalls) if (!calls.has(id)) return id;
    return null;
  }
}

const NAMES_LIMIT = 1000;

/** Name of responses that no id names. */
const UNNAMED = "unnamed";

const SOURCE_CALL_KEYS = ["sourceToolUseID", "parentToolUseID", "parent_tool_use_id"];

/** Hooks put other ids there. */
const CALL_ID = /^(?:toolu|tooluse|call)[_-]/;

/** A call as a block or a counter shows it. */
interface LoggedCall {
  readonly id: string;
  readonly name: string | null;
  readonly input: Json;
  readonly source: string;
  readonly timestamp: string | null;
}

interface UserMessage {
  readonly content: Json;
  readonly speaker: Speaker;
  readonly source: string;
  readonly timestamp: string | null;
}

/** End of the type of blocks such as `web_search_tool_result`. */
const SERVER_RESULT = "_tool_result";

/** Against counters that are broken. */
const SERVER_CALLS_LIMIT = 1000;

function requestKey(messageId: string | null, requestId: string): string {
  return `${messageId ?? ""}\0${requestId}`;
}

/** Identity of a response without request id: copies in other transcripts keep the time of its first record. */
function namedAt(name: string, messageId: string | null, timestamp: string | null): string | null {
  if (messageId !== null) return timestamp === null ? messageId : `${messageId} ${timestamp}`;
  return name === UNNAMED ? null : name;
}

function answer(tool: Tool, size: number, isError: boolean, timestamp: string | null): void {
  tool.result_at = timestamp;
  tool.result_chars = size;
  tool.is_error = isError;
  tool.tool_wall_latency_ms = wallMs(tool.emitted_at, timestamp);
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
