/**
 * Rows of a Codex rollout as the published extractor makes them, and facts about them. A usage report whose cumulative counters are new
 * closes a step; what was logged since the one before belongs to it. What the counted reading does differently is in `codex.ts`.
 */
import { sha256 } from "../files/hash.ts";
import { asInteger, asNumber, asText, chars, encode, isObject, type Json, type JsonObject } from "../trace/exact-json.ts";
import { isKnownRecord, isNotRead, notePayloadKeys, noteRecordKeys, noteUsageKeys, recordName } from "./codex-known.ts";
import { type ToolResult, toolResultOf } from "./codex-results.ts";
import type { Extractor } from "./extractor.ts";
import type { Extracted, RoundFacts, SessionEvent, SessionFacts, Speaker, TimingEvent, Tool, TraceRow } from "./row.ts";
import { freeze, NO_FACTS, nonEmpty, SessionState, wholeNumber } from "./session.ts";
import { inputSummary, wallMs } from "./summary.ts";

/** Where a rollout is. */
export interface RolloutFile {
  /** Written to the rows as `session_file`. */
  readonly path: string;
  /** File name without extension; replaces ids that the rollout does not name. */
  readonly stem: string;
}

/** All that is known after a record. */
export class State extends SessionState {
  // What the rows depend on.
  /** Id of the thread that the file holds: the first one it names. */
  fileId: string | null = null;
  /** Of a spawned sub-agent: the thread whose history it replays. */
  parentId: string | null = null;
  isSpawned = false;
  turnId: string | null = null;
  model: string | null = null;
  /** Spelling of the last cumulative usage. */
  lastTotal: string | null = null;
  /** By turn id, or by the file's stem while none is known. */
  turnCounts = new Map<string, number>();
  sessionCounts = new Map<string, number>();
  /** User messages and results of tools, for the next row. */
  pendingInputs: TimingEvent[] = [];
  outputs: TimingEvent[] = [];
  tools: Tool[] = [];
  rows: TraceRow[] = [];

  // What is known beyond the rows.
  facts: RoundFacts[] = [];
  /** Of the user messages among the pending inputs. */
  pendingSpeakers: Speaker[] = [];
  serviceTier: string | null = null;
  /** Of the last usage record that no row has claimed. */
  pendingResponse: { id: string; usage: string; tokens: number } | null = null;
  /** Of the last step: its counters, and how much of the context it took. */
  lastCounters: string | null = null;
  contextTokens: number | null = null;
  /** Cumulative counters of the last report. */
  totals = new Map<string, number>();
  isSubAgent = false;
  /** The parent, by the file's own header; else the thread that it was forked from; else the first other thread whose header it holds. */
  namedParentId: string | null = null;
  forkedFromId: string | null = null;
  replayedId: string | null = null;
  isContinued = false;
  /** While the history of the parent is replayed: the call that spawned a sub-agent, if its result came last. */
  spawnCallId: string | null = null;
  /** A compaction is logged as a record, an event or both; this one came first, and the other may follow. */
  openCompaction: CompactionSign | null = null;
  /** Position among the events of the last compaction, while no step followed. */
  lastCompaction: number | null = null;
  /** The limit of the account that the last report shows as used up. */
  reachedLimit: string | null = null;
}

type CompactionSign = "compacted" | "event_msg/context_compacted";

export class Rollout<S extends State = State> implements Extractor {
  protected readonly file: RolloutFile;
  protected readonly state: S;
  /** All tools of the file. They are in rows or in `state.tools` and are written to until the file ends. */
  protected readonly toolById = new Map<string, Tool>();

  constructor(file: RolloutFile, state: S) {
    this.file = file;
    this.state = state;
    for (const tool of [...state.rows.flatMap((row) => row.tools), ...state.tools]) this.toolById.set(tool.tool_call_id, tool);
  }

  push(record: JsonObject): void {
    const type = asText(record.type) ?? "";
    const payload = isObject(record.payload) ? record.payload : {};
    const payloadType = asText(payload.type) ?? "";
    const timestamp = asText(record.timestamp) ?? null;
    this.note(recordName(type, payloadType), record, payload);
    this.take({ type, payloadType, name: `${type}/${payloadType}`, payload, timestamp, ordinal: wholeNumber(record.ordinal) ?? null });
  }

  protected take(record: CodexRecord): void {
    const { payload, timestamp } = record;
    const kind = kindOf(record);
    switch (kind) {
      case "session_meta":
        this.header(payload);
        break;
      case "turn_context":
        this.turnContext(payload);
        break;
      case "task_started":
        this.turnStart(payload, timestamp);
        break;
      case "event_msg/task_complete":
        this.turnEnd("completed", timestamp);
        break;
      case "event_msg/turn_aborted":
        this.aborted(payload, timestamp);
        break;
      case "compacted":
      case "event_msg/context_compacted":
        this.compaction(kind, timestamp);
        break;
      case "token_usage_record":
        this.usageRecord(payload);
        break;
      case "event_msg/user_message":
        this.userMessage(payload, timestamp);
        break;
      case "response_item/reasoning":
        this.output({ event_type: "reasoning", timestamp, source: "response_item.reasoning" });
        break;
      case "response_item/message":
        this.message(payload, timestamp);
        break;
      case "response_item/function_call":
        this.functionCall(record, payload.arguments ?? null);
        break;
      case "response_item/custom_tool_call":
        this.functionCall(record, payload.input ?? null);
        break;
      case "event_msg/token_count":
        this.usageReport(payload, timestamp);
        break;
      case "event_msg/thread_settings_applied":
        this.settings(payload.thread_settings);
        break;
      case "event_msg/thread_name_updated":
        this.state.title = nonEmpty(payload.thread_name) ?? this.state.title;
        break;
      case "event_msg/error":
      case "event_msg/stream_error":
        this.event("api_error", timestamp, { trigger: errorName(payload.codex_error_info) });
        break;
      default:
        this.toolResult(record);
    }
  }

  private header(payload: JsonObject): void {
    const { state } = this;
    const id = nonEmpty(payload.id);
    if (id !== null && state.fileId === null) this.ownHeader(id, payload);
    else if (id !== null && id !== state.fileId) this.replayedHeader(id);
    if (id !== null && id === state.fileId) this.describe(payload);
    state.cwd = nonEmpty(payload.cwd) ?? state.cwd;
  }

  protected ownHeader(id: string, payload: JsonObject): void {
    const { state } = this;
    state.fileId = id;
    const subAgent = at(payload.source, "subagent");
    const spawn = at(subAgent, "thread_spawn");
    const spawner = nonEmpty(at(spawn, "parent_thread_id"));
    state.parentId = spawner;
    state.isSpawned = spawner !== null;
    state.namedParentId = spawner ?? nonEmpty(payload.parent_thread_id);
    state.isSubAgent = (subAgent ?? null) !== null || state.namedParentId !== null || payload.thread_source === "subagent";
    state.agentType =
      nonEmpty(payload.agent_role) ?? nonEmpty(payload.agent_type) ?? nonEmpty(at(spawn, "agent_role")) ?? nonEmpty(subAgent);
    const baseId = nonEmpty(at(payload.history_base, "thread_id"));
    state.forkedFromId = nonEmpty(payload.forked_from_id) ?? (baseId === id ? null : baseId);
    state.isContinued = baseId === id;
  }

  /** Parents of parents may follow, and the last one counts for the rows. */
  protected replayedHeader(id: string): void {
    this.state.replayedId ??= id;
    if (this.state.isSpawned) this.state.parentId = id;
  }

  private describe(payload: JsonObject): void {
    const { state } = this;
    state.noteVersion(nonEmpty(payload.cli_version));
    state.originator ??= nonEmpty(payload.originator);
    state.gitBranch = nonEmpty(at(payload.git, "branch")) ?? state.gitBranch;
    state.gitRemote = nonEmpty(at(payload.git, "repository_url")) ?? state.gitRemote;
  }

  protected turnContext(payload: JsonObject): void {
    const { state } = this;
    this.turn(payload);
    state.model = nonEmpty(payload.model) ?? state.model;
    state.cwd = nonEmpty(payload.cwd) ?? state.cwd;
    state.effort = nonEmpty(payload.effort) ?? state.effort;
    state.serviceTier = nonEmpty(payload.service_tier) ?? state.serviceTier;
  }

  private turnStart(payload: JsonObject, timestamp: string | null): void {
    this.turn(payload);
    this.live(timestamp);
    this.contextWindow(payload.model_context_window);
    this.state.endedReason = null;
  }

  private turnEnd(reason: string | null, timestamp: string | null): void {
    if (this.isReplaying()) return;
    this.live(timestamp);
    this.state.endedReason = reason;
  }

  private aborted(payload: JsonObject, timestamp: string | null): void {
    const reason = nonEmpty(payload.reason);
    this.turnEnd(reason ?? "aborted", timestamp);
    this.event("aborted", timestamp, { trigger: reason, toolCallIds: this.callsUnderWay() });
  }

  /** Calls of the turn without a result. */
  private callsUnderWay(): string[] {
    const { rows, turnId, tools } = this.state;
    const ofTurn = rows.slice(rows.findLastIndex((row) => row.turn_id !== turnId) + 1).flatMap((row) => row.tools);
    return [...ofTurn, ...tools].filter((tool) => tool.result_at === null).map((tool) => tool.tool_call_id);
  }

  private event(kind: SessionEvent["kind"], timestamp: string | null, more: Partial<SessionEvent>): void {
    if (this.isReplaying()) return;
    this.state.events.push({
      kind,
      timestamp,
      tokensBefore: null,
      tokensAfter: null,
      trigger: null,
      toolCallIds: [],
      recordId: null,
      ...more,
    });
  }

  /** Something of the file's own conversation happened. */
  private live(timestamp: string | null): void {
    if (!this.isReplaying()) this.state.noteTime(timestamp);
  }

  private contextWindow(tokens: Json | undefined): void {
    if (!this.isReplaying()) this.state.contextWindowTokens = wholeNumber(tokens) ?? this.state.contextWindowTokens;
  }

  protected turn(payload: JsonObject): void {
    const turnId = nonEmpty(payload.turn_id) ?? this.state.turnId;
    if (turnId !== this.state.turnId) this.state.openCompaction = null;
    this.state.turnId = turnId;
  }

  private settings(settings: Json | undefined): void {
    if (isObject(settings) && "service_tier" in settings) this.state.serviceTier = nonEmpty(settings.service_tier);
  }

  private userMessage(payload: JsonObject, timestamp: string | null): void {
    this.userInput("event_msg.user_message", timestamp, payload.message ?? null, speakerOf(payload));
  }

  protected userInput(source: string, timestamp: string | null, text: Json, speaker: Speaker): void {
    this.state.openCompaction = null;
    // To a sub-agent, its parent speaks.
    this.state.pendingSpeakers.push(this.state.isSubAgent && speaker === "typed" ? "meta" : speaker);
    this.input({ event_type: "user_message", timestamp, source, content_chars: chars(text) });
  }

  private input(event: TimingEvent): void {
    this.live(event.timestamp);
    this.state.pendingInputs.push(event);
  }

  private message(payload: JsonObject, timestamp: string | null): void {
    if (payload.role !== "assistant") return;
    // The size of the list of parts as JSON, not of its text.
    const size = chars(payload.content ?? null);
    this.output({ event_type: "text", timestamp, source: "response_item.message", content_chars: size });
  }

  private output(event: TimingEvent): void {
    this.live(event.timestamp);
    this.state.openCompaction = null;
    if (this.isReplaying()) this.state.spawnCallId = null;
    this.state.outputs.push(event);
  }

  private functionCall(record: CodexRecord, input: Json): void {
    const id = asText(record.payload.call_id);
    if (id !== undefined) this.toolCall(id, this.toolName(record.payload), input, record);
  }

  protected toolName(payload: JsonObject): string | null {
    return asText(payload.name) ?? null;
  }

  /** The new call; null when the file has it already. */
  protected toolCall(id: string, name: string | null, input: Json, { type, payloadType, timestamp }: CodexRecord): Tool | null {
    if (this.toolById.has(id)) return null;
    const tool: Tool = {
      tool_index: this.state.tools.length,
      tool_name: name,
      tool_call_id: id,
      emitted_at: timestamp,
      result_at: null,
      input,
      input_chars: chars(input),
      result_chars: null,
      tool_wall_latency_ms: null,
      tool_internal_latency_ms: null,
      is_error: null,
    };
    this.toolById.set(id, tool);
    this.state.tools.push(tool);
    this.output({
      event_type: "tool_call",
      timestamp,
      source: `${type}.${payloadType}`,
      tool_call_id: id,
      tool_name: tool.tool_name,
      tool_index: tool.tool_index,
    });
    return tool;
  }

  private toolResult(record: CodexRecord): void {
    const tool = this.toolOf(record);
    const result = tool && this.resultOf(record);
    if (!result) return;
    const isFirst = tool.result_chars === null && result.chars !== null;
    this.applyResult(tool, result, record.timestamp);
    if (this.isReplaying()) this.state.spawnCallId = tool.tool_name === "spawn_agent" ? tool.tool_call_id : null;
    if (!isFirst || result.chars === null) return;
    this.input({
      event_type: "tool_result",
      timestamp: record.timestamp,
      source: `${record.type}.${record.payloadType}`,
      tool_call_id: tool.tool_call_id,
      result_chars: result.chars,
      ...(result.isError === null ? {} : { is_error: result.isError }),
    });
  }

  /** The call that a record is about. */
  protected toolOf({ payload }: CodexRecord): Tool | undefined {
    const id = asText(payload.call_id);
    return id === undefined ? undefined : this.toolById.get(id);
  }

  protected resultOf({ name, payload }: CodexRecord): ToolResult | null {
    return toolResultOf(name, payload);
  }

  /** Several records may describe one call: time and size are those of the first, the verdict that of the last that has one. */
  protected applyResult(tool: Tool, result: ToolResult, timestamp: string | null): void {
    if (tool.result_chars === null && result.chars !== null) {
      tool.result_at = timestamp;
      tool.result_chars = result.chars;
    }
    if (result.chars !== null) tool.tool_wall_latency_ms ??= wallMs(tool.emitted_at, timestamp);
    tool.tool_internal_latency_ms ??= result.internalMs;
    tool.is_error = result.isError ?? tool.is_error;
  }

  /** `turn_token_usage` and `thread_token_usage` are running totals, and a usage report repeats `usage`: it gives only its id to a step. */
  private usageRecord(payload: JsonObject): void {
    const id = nonEmpty(payload.response_id);
    if (id !== this.state.pendingResponse?.id) this.dropResponse();
    if (id === null || !isObject(payload.usage)) this.state.pendingResponse = null;
    else this.state.pendingResponse = { id, usage: countersOf(payload.usage), tokens: tokensOf(payload.usage) };
  }

  /** Usage that no report repeats makes no row, and is counted. */
  private dropResponse(): void {
    const { pendingResponse: dropped, lastCounters } = this.state;
    this.state.pendingResponse = null;
    if (dropped === null || dropped.usage === lastCounters || this.isReplaying()) return;
    this.state.noteDroppedUsage(UNREPORTED, dropped.tokens);
  }

  private usageReport(payload: JsonObject, timestamp: string | null): void {
    this.rateLimits(payload.rate_limits, timestamp);
    const { info } = payload;
    if (!isObject(info) || !isObject(info.last_token_usage) || !isObject(info.total_token_usage)) return;
    this.noteUsageKeys(info, info.last_token_usage, info.total_token_usage);
    this.contextWindow(info.model_context_window);
    const total = encode(sortedKeys(info.total_token_usage));
    if (total === this.state.lastTotal || !this.closesStep(info.last_token_usage)) {
      this.contextAfterCompaction(info.last_token_usage);
      return;
    }
    const isFirst = this.state.lastTotal === null;
    this.state.lastTotal = total;
    if (isFirst && this.isStale(info.last_token_usage, info.total_token_usage))
      this.state.noteDroppedUsage(STALE, tokensOf(info.last_token_usage));
    else this.step(info.last_token_usage, info.total_token_usage, isFirst, timestamp);
    this.state.totals = totalsOf(info.total_token_usage);
  }

  private step(last: JsonObject, total: JsonObject, isFirst: boolean, timestamp: string | null): void {
    this.check(last, total);
    this.state.isContinued ||= isFirst && countsEarlierCalls(last, total);
    this.closeStep(last, total, timestamp);
  }

  protected isStale(_last: JsonObject, _total: JsonObject): boolean {
    return false;
  }

  private noteUsageKeys(info: JsonObject, last: JsonObject, total: JsonObject): void {
    notePayloadKeys("event_msg/token_count.info", info, this.state);
    noteUsageKeys("event_msg/token_count.last", last, this.state);
    noteUsageKeys("event_msg/token_count.total", total, this.state);
  }

  protected closesStep(_last: JsonObject): boolean {
    return true;
  }

  private rateLimits(limits: Json | undefined, timestamp: string | null): void {
    if (!isObject(limits)) return;
    const reached = reachedLimit(limits);
    if (reached !== null && reached !== this.state.reachedLimit) this.event("rate_limit", timestamp, { trigger: reached });
    this.state.reachedLimit = reached;
  }

  /** Counters that do not add up are counted, so that no usage is lost in silence. */
  private check(last: JsonObject, total: JsonObject): void {
    const { state } = this;
    const tokens = tokensOf(last);
    const said = asInteger(last.total_tokens) ?? tokens;
    if (said !== tokens) state.noteNotRead("event_msg/token_count.last.total_tokens other than input and output", said - tokens);
    const [before, after] = [state.totals.get("total_tokens"), wholeNumber(total.total_tokens)];
    const unreported = before === undefined || after === undefined ? 0 : after - before - said;
    if (unreported > 0 && !this.isReplaying()) state.noteDroppedUsage(BETWEEN_REPORTS, unreported);
  }

  private closeStep(last: JsonObject, total: JsonObject, timestamp: string | null): void {
    const { state } = this;
    this.live(timestamp);
    const sessionId = this.sessionOfStep();
    const turn = state.turnId ?? this.file.stem;
    const input = this.count("input_tokens", last, total);
    const cached = this.count("cached_input_tokens", last, total);
    const timingEvents: TimingEvent[] = [
      ...state.pendingInputs,
      ...state.outputs,
      { event_type: "usage_report", timestamp, source: "event_msg.token_count" },
    ];
    state.facts.push(this.factsOfStep(last));
    state.rows.push({
      provider: "codex",
      session_id: `codex:${sessionId}`,
      session_file: this.file.path,
      round_index: countUp(state.sessionCounts, sessionId),
      round_id: `${turn}:${countUp(state.turnCounts, turn)}`,
      turn_id: state.turnId,
      cwd: state.cwd,
      model: state.model,
      input_tokens_total: input,
      prefix_tokens: cached,
      newly_append_tokens: input === null || cached === null ? null : Math.max(0, input - cached),
      claude_uncached_input_tokens: null,
      claude_cache_creation_input_tokens: null,
      claude_cache_read_input_tokens: null,
      output_tokens: this.count("output_tokens", last, total),
      reasoning_output_tokens: this.count("reasoning_output_tokens", last, total),
      timing_events: timingEvents,
      tools: state.tools,
      ...inputSummary(timingEvents),
    });
    state.lastCompaction = null;
    state.lastCounters = countersOf(last);
    state.contextTokens = tokensOf(last);
    this.emptyBuffers();
  }

  protected emptyBuffers(): void {
    this.state.pendingInputs = [];
    this.state.pendingSpeakers = [];
    this.state.outputs = [];
    this.state.tools = [];
  }

  /** A counter that is missing or no integer counts as 0. */
  protected count(name: string, last: JsonObject, _total: JsonObject): number | null {
    return asInteger(last[name]) ?? 0;
  }

  /** A spawned sub-agent's file begins with turns of the parent; ids of threads and turns are ordered by time. */
  protected sessionOfStep(): string {
    const { fileId, parentId, isSpawned, turnId } = this.state;
    const isReplayed = isSpawned && !(turnId !== null && fileId !== null && turnId >= fileId);
    return (isReplayed ? parentId : null) ?? fileId ?? this.file.stem;
  }

  private factsOfStep(last: JsonObject): RoundFacts {
    const { outputs, serviceTier, pendingResponse, pendingSpeakers, effort } = this.state;
    const isClaimed = pendingResponse?.usage === countersOf(last);
    if (isClaimed) this.state.pendingResponse = null;
    else this.dropResponse();
    return {
      ...NO_FACTS,
      speakers: pendingSpeakers,
      responseId: this.responseId(this.state.lastTotal ?? ""),
      requestId: isClaimed ? pendingResponse.id : null,
      serviceTier,
      effort,
      cacheWriteTokens: this.state.counter("event_msg/token_count.last.cache_write_input_tokens", last.cache_write_input_tokens) ?? null,
      // A report without output repeats counters of an earlier response.
      outputIsPlaceholder: outputs.length === 0 ? null : false,
      isInherited: this.isInherited(),
    };
  }

  protected responseId(total: string): string | null {
    return this.state.turnId === null ? null : `${this.state.turnId}:${shortHash(total)}`;
  }

  /** Whether the step that closes is the history of another thread. Null: rows of this reading do not show it. */
  protected isInherited(): boolean | null {
    return null;
  }

  private compaction(sign: CompactionSign, timestamp: string | null): void {
    const { state } = this;
    if (this.isReplaying()) return;
    const isSecondSign = state.openCompaction !== null && state.openCompaction !== sign;
    state.openCompaction = isSecondSign ? null : sign;
    if (isSecondSign) return;
    state.compactionTimes.push(timestamp);
    state.lastCompaction = state.events.length;
    this.event("compact", timestamp, { tokensBefore: state.contextTokens });
  }

  /** After a compaction a report with the same cumulative counters says what is left of the context. */
  private contextAfterCompaction(last: JsonObject): void {
    const { events, lastCompaction } = this.state;
    const event = lastCompaction === null ? undefined : events[lastCompaction];
    const tokensAfter = asInteger(last.total_tokens);
    if (lastCompaction === null || !event || tokensAfter === undefined) return;
    if (tokensAfter !== event.tokensBefore) events[lastCompaction] = { ...event, tokensAfter };
  }

  /** In the history of another thread, which a fork or sub-agent repeats before its own first turn. */
  protected isReplaying(): boolean {
    const { fileId, turnId } = this.state;
    return this.mayReplay() && fileId !== null && turnId !== null && turnId < fileId;
  }

  protected mayReplay(): boolean {
    const { isSpawned, forkedFromId, replayedId } = this.state;
    return isSpawned || forkedFromId !== null || replayedId !== null;
  }

  private note(name: string, record: JsonObject, payload: JsonObject): void {
    const { state } = this;
    // Times are those of the conversation, not of what the client writes around it.
    state.noteRecord(isKnownRecord(name) ? null : name, null);
    if (isNotRead(name)) state.noteNotRead(name);
    noteRecordKeys(record, state);
    notePayloadKeys(name, payload, state);
  }

  save(): string {
    return freeze(this.state);
  }

  result(): Extracted {
    const { rows, facts } = this.state;
    return {
      rows: rows.map((row) => ({ ...row, tools: row.tools.map((tool) => ({ ...tool })) })),
      facts: [...facts],
      session: this.session(),
    };
  }

  private session(): SessionFacts {
    const { state } = this;
    const parentId = state.namedParentId ?? state.forkedFromId ?? state.replayedId;
    return {
      ...state.sessionFacts(),
      sessionId: `codex:${state.fileId ?? this.file.stem}`,
      relation: this.relation(),
      parentSessionId: parentId === null ? null : `codex:${parentId}`,
      parentToolCallId: state.isSpawned ? state.spawnCallId : null,
    };
  }

  private relation(): SessionFacts["relation"] {
    const { isSubAgent, forkedFromId, replayedId, isContinued } = this.state;
    if (isSubAgent) return "sub-agent";
    if (forkedFromId !== null || replayedId !== null) return "fork";
    return isContinued ? "resume" : "main";
  }
}

const UNREPORTED = "usage records that no usage report repeats";
const STALE = "usage reports that repeat the counters of another transcript";
const BETWEEN_REPORTS = "cumulative counters that grew by more than the report says";

export interface CodexRecord {
  readonly type: string;
  readonly payloadType: string;
  /** `type/payloadType`. */
  readonly name: string;
  readonly payload: JsonObject;
  readonly timestamp: string | null;
  /** Number of the record in its file, where logged. */
  readonly ordinal: number | null;
}

/** Which rule a record falls under; a turn starts whatever the type around it. */
function kindOf({ type, payloadType, name }: CodexRecord): string {
  if (type === "session_meta" || type === "turn_context") return type;
  if (payloadType === "task_started") return payloadType;
  return type === "compacted" || type === "token_usage_record" ? type : name;
}

const INJECTED = /^\s*(?:<(?:environment_context|user_instructions|INSTRUCTIONS|permissions|skill)\b|# AGENTS\.md instructions)/;

function speakerOf({ message, kind, images, local_images: localImages }: JsonObject): Speaker {
  const text = asText(message) ?? "";
  if (text.startsWith("<turn_aborted>")) return "interrupt";
  if (text.startsWith("<subagent_notification>")) return "task_notification";
  if (text.startsWith("<user_shell_command>")) return "command";
  if (kind === "environment_context" || kind === "user_instructions" || INJECTED.test(text)) return "meta";
  const hasImage = [images, localImages].some((list) => Array.isArray(list) && list.length > 0);
  return text.trim() === "" && hasImage ? "image" : "typed";
}

/** The limit that is used up: as named, or which of the two windows. */
function reachedLimit(limits: JsonObject): string | null {
  const isUsedUp = (window: string) => (asNumber(at(limits[window], "used_percent")) ?? 0) >= 100;
  return nonEmpty(limits.rate_limit_reached_type) ?? ["primary", "secondary"].find(isUsedUp) ?? null;
}

/** A word, or an object with details under it. */
function errorName(info: Json | undefined): string | null {
  return isObject(info) ? (Object.keys(info)[0] ?? null) : nonEmpty(info);
}

/** The first cumulative counters of a file exceed those of its first call. */
export function countsEarlierCalls(last: JsonObject, total: JsonObject): boolean {
  return count(total.input_tokens) > count(last.input_tokens);
}

function countersOf(usage: JsonObject): string {
  const { input_tokens: input, cached_input_tokens: cached, output_tokens: output, reasoning_output_tokens: reasoning } = usage;
  return `${count(input)} ${count(cached)} ${count(output)} ${count(reasoning)}`;
}

function totalsOf(total: JsonObject): Map<string, number> {
  const totals = new Map<string, number>();
  for (const name of TOTALS) {
    const counter = wholeNumber(total[name]);
    if (counter !== undefined) totals.set(name, counter);
  }
  return totals;
}

const TOTALS = ["input_tokens", "cached_input_tokens", "output_tokens", "reasoning_output_tokens", "total_tokens"];

/** Input and output. */
function tokensOf(usage: JsonObject): number {
  return count(usage.input_tokens) + count(usage.output_tokens);
}

function sortedKeys(value: Json): Json {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sortedKeys(item)]));
}

export function shortHash(text: string): string {
  return sha256(text).slice(0, 16);
}

/** A counter that is missing or no integer counts as 0. */
function count(value: Json | undefined): number {
  return asInteger(value) ?? 0;
}

export function at(value: Json | undefined, key: string): Json | undefined {
  return isObject(value) ? value[key] : undefined;
}

/** The count before. */
function countUp(counts: Map<string, number>, key: string): number {
  const before = counts.get(key) ?? 0;
  counts.set(key, before + 1);
  return before;
}
