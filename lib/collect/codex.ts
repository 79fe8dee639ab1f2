/**
 * Rows of a Codex rollout. A usage report whose cumulative counters are new closes a step; what was logged since the one before
 * belongs to it.
 */
import { sha256 } from "../files/hash.ts";
import { asInteger, asText, chars, encode, isObject, type Json, type JsonObject } from "../trace/exact-json.ts";
import { isKnownRecord, recordName, unknownPayloadKeys, unknownRecordKeys, unknownUsageInfoKeys, unknownUsageKeys } from "./codex-known.ts";
import { type ToolResult, toolResultOf } from "./codex-results.ts";
import type { Extractor } from "./extractor.ts";
import type { Extracted, Reading, RoundFacts, SessionFacts, TimingEvent, Tool, TraceRow } from "./row.ts";
import { freeze, NO_FACTS, nonEmpty, SessionState, thaw } from "./session.ts";
import { inputSummary, wallMs } from "./summary.ts";

/** Where a rollout is. */
export interface RolloutFile {
  /** Written to the rows as `session_file`. */
  readonly path: string;
  /** File name without extension; replaces ids that the rollout does not name. */
  readonly stem: string;
}

/** @param saved what `save()` of an extractor of the same file gave */
export function createCodexExtractor(file: RolloutFile, reading: Reading, saved?: string): Extractor {
  return new Rollout(file, reading, saved === undefined ? new State() : thaw(new State(), saved));
}

/** All that is known after a record. */
class State extends SessionState {
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
  serviceTier: string | null = null;
  /** Of the last usage record that no row has claimed. */
  pendingResponse: { id: string; usage: string } | null = null;
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
}

type CompactionSign = "compacted" | "event_msg/context_compacted";

class Rollout implements Extractor {
  private readonly file: RolloutFile;
  private readonly state: State;
  /** All tools of the file. They are in rows or in `state.tools` and are written to until the file ends. */
  private readonly toolById = new Map<string, Tool>();

  constructor(file: RolloutFile, _reading: Reading, state: State) {
    this.file = file;
    this.state = state;
    for (const tool of [...state.rows.flatMap((row) => row.tools), ...state.tools]) this.toolById.set(tool.tool_call_id, tool);
  }

  push(record: JsonObject): void {
    const type = asText(record.type) ?? "";
    const payload = isObject(record.payload) ? record.payload : {};
    const payloadType = asText(payload.type) ?? "";
    const timestamp = asText(record.timestamp) ?? null;
    this.note(recordName(type, payloadType), record, payload, timestamp);
    this.dispatch({ type, payloadType, name: `${type}/${payloadType}`, payload, timestamp });
  }

  private dispatch(record: CodexRecord): void {
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
        this.turn(payload);
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
        this.toolCall(record, payload.arguments ?? null);
        break;
      case "response_item/custom_tool_call":
        this.toolCall(record, payload.input ?? null);
        break;
      case "event_msg/token_count":
        this.usageReport(payload, timestamp);
        break;
      case "event_msg/thread_settings_applied":
        this.settings(payload.thread_settings);
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

  private ownHeader(id: string, payload: JsonObject): void {
    const { state } = this;
    state.fileId = id;
    const subAgent = at(payload.source, "subagent");
    const spawner = nonEmpty(at(at(subAgent, "thread_spawn"), "parent_thread_id"));
    state.parentId = spawner;
    state.isSpawned = spawner !== null;
    state.namedParentId = spawner ?? nonEmpty(payload.parent_thread_id);
    state.isSubAgent = (subAgent ?? null) !== null || state.namedParentId !== null || payload.thread_source === "subagent";
    const baseId = nonEmpty(at(payload.history_base, "thread_id"));
    state.forkedFromId = nonEmpty(payload.forked_from_id) ?? (baseId === id ? null : baseId);
    state.isContinued = baseId === id;
  }

  /** Parents of parents may follow, and the last one counts for the rows. */
  private replayedHeader(id: string): void {
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

  private turnContext(payload: JsonObject): void {
    this.turn(payload);
    this.state.model = nonEmpty(payload.model) ?? this.state.model;
    this.state.cwd = nonEmpty(payload.cwd) ?? this.state.cwd;
  }

  private turn(payload: JsonObject): void {
    const turnId = nonEmpty(payload.turn_id) ?? this.state.turnId;
    if (turnId !== this.state.turnId) this.state.openCompaction = null;
    this.state.turnId = turnId;
  }

  private settings(settings: Json | undefined): void {
    if (isObject(settings) && "service_tier" in settings) this.state.serviceTier = nonEmpty(settings.service_tier);
  }

  private userMessage(payload: JsonObject, timestamp: string | null): void {
    this.state.openCompaction = null;
    const size = chars(payload.message ?? null);
    this.state.pendingInputs.push({ event_type: "user_message", timestamp, source: "event_msg.user_message", content_chars: size });
  }

  private message(payload: JsonObject, timestamp: string | null): void {
    if (payload.role !== "assistant") return;
    // The size of the list of parts as JSON, not of its text.
    const size = chars(payload.content ?? null);
    this.output({ event_type: "text", timestamp, source: "response_item.message", content_chars: size });
  }

  private output(event: TimingEvent): void {
    this.state.openCompaction = null;
    if (this.isReplaying()) this.state.spawnCallId = null;
    this.state.outputs.push(event);
  }

  private toolCall({ payloadType, payload, timestamp }: CodexRecord, input: Json): void {
    const id = asText(payload.call_id);
    if (id === undefined || this.toolById.has(id)) return;
    const tool: Tool = {
      tool_index: this.state.tools.length,
      tool_name: asText(payload.name) ?? null,
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
      source: `response_item.${payloadType}`,
      tool_call_id: id,
      tool_name: tool.tool_name,
      tool_index: tool.tool_index,
    });
  }

  private toolResult({ type, payloadType, name, payload, timestamp }: CodexRecord): void {
    const id = asText(payload.call_id);
    const tool = id === undefined ? undefined : this.toolById.get(id);
    const result = tool && toolResultOf(name, payload);
    if (!result) return;
    const isFirst = tool.result_chars === null;
    applyResult(tool, result, timestamp);
    if (this.isReplaying()) this.state.spawnCallId = tool.tool_name === "spawn_agent" ? tool.tool_call_id : null;
    if (!isFirst) return;
    this.state.pendingInputs.push({
      event_type: "tool_result",
      timestamp,
      source: `${type}.${payloadType}`,
      tool_call_id: tool.tool_call_id,
      result_chars: result.chars,
      ...(result.isError === null ? {} : { is_error: result.isError }),
    });
  }

  /** Only its id is used: `turn_token_usage` and `thread_token_usage` are running totals, and a usage report repeats `usage`. */
  private usageRecord(payload: JsonObject): void {
    const id = nonEmpty(payload.response_id);
    this.state.pendingResponse = id !== null && isObject(payload.usage) ? { id, usage: countersOf(payload.usage) } : null;
  }

  private usageReport({ info }: JsonObject, timestamp: string | null): void {
    if (!isObject(info) || !isObject(info.last_token_usage) || !isObject(info.total_token_usage)) return;
    this.state.noteKeys(usageKeys(info, info.last_token_usage, info.total_token_usage));
    const total = encode(sortedKeys(info.total_token_usage));
    if (total === this.state.lastTotal) return;
    this.state.isContinued ||= this.state.lastTotal === null && countsEarlierCalls(info.last_token_usage, info.total_token_usage);
    this.state.lastTotal = total;
    this.closeStep(info.last_token_usage, total, timestamp);
  }

  private closeStep(last: JsonObject, total: string, timestamp: string | null): void {
    const { state } = this;
    const sessionId = this.sessionOfStep();
    const turn = state.turnId ?? this.file.stem;
    const input = count(last.input_tokens);
    const cached = count(last.cached_input_tokens);
    const timingEvents: TimingEvent[] = [
      ...state.pendingInputs,
      ...state.outputs,
      { event_type: "usage_report", timestamp, source: "event_msg.token_count" },
    ];
    state.facts.push(this.factsOfStep(last, total));
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
      newly_append_tokens: Math.max(0, input - cached),
      claude_uncached_input_tokens: null,
      claude_cache_creation_input_tokens: null,
      claude_cache_read_input_tokens: null,
      output_tokens: count(last.output_tokens),
      reasoning_output_tokens: count(last.reasoning_output_tokens),
      timing_events: timingEvents,
      tools: state.tools,
      ...inputSummary(timingEvents),
    });
    state.pendingInputs = [];
    state.outputs = [];
    state.tools = [];
  }

  /** A spawned sub-agent's file begins with turns of the parent; ids of threads and turns are ordered by time. */
  private sessionOfStep(): string {
    const { fileId, parentId, isSpawned, turnId } = this.state;
    const isReplayed = isSpawned && !(turnId !== null && fileId !== null && turnId >= fileId);
    return (isReplayed ? parentId : null) ?? fileId ?? this.file.stem;
  }

  private factsOfStep(last: JsonObject, total: string): RoundFacts {
    const { turnId, outputs, serviceTier, pendingResponse } = this.state;
    this.state.pendingResponse = null;
    return {
      ...NO_FACTS,
      speakers: [],
      responseId: turnId === null ? null : `${turnId}:${shortHash(total)}`,
      requestId: pendingResponse?.usage === countersOf(last) ? pendingResponse.id : null,
      serviceTier,
      // A report without output repeats counters of an earlier response.
      outputIsPlaceholder: outputs.length === 0 ? null : false,
    };
  }

  private compaction(sign: CompactionSign, timestamp: string | null): void {
    const { state } = this;
    if (this.isReplaying()) return;
    const isSecondSign = state.openCompaction !== null && state.openCompaction !== sign;
    state.openCompaction = isSecondSign ? null : sign;
    if (!isSecondSign) state.compactionTimes.push(timestamp);
  }

  /** In the history of another thread, which a fork or sub-agent repeats before its own first turn. */
  private isReplaying(): boolean {
    const { fileId, turnId, isSpawned, forkedFromId, replayedId } = this.state;
    const mayReplay = isSpawned || forkedFromId !== null || replayedId !== null;
    return mayReplay && fileId !== null && turnId !== null && turnId < fileId;
  }

  private note(name: string, record: JsonObject, payload: JsonObject, timestamp: string | null): void {
    const { state } = this;
    state.noteRecord(isKnownRecord(name) ? null : name, timestamp);
    state.noteKeys(unknownRecordKeys(record));
    state.noteKeys(unknownPayloadKeys(name, payload));
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

interface CodexRecord {
  readonly type: string;
  readonly payloadType: string;
  /** `type/payloadType`. */
  readonly name: string;
  readonly payload: JsonObject;
  readonly timestamp: string | null;
}

/** Which rule a record falls under; a turn starts whatever the type around it. */
function kindOf({ type, payloadType, name }: CodexRecord): string {
  if (type === "session_meta" || type === "turn_context") return type;
  if (payloadType === "task_started") return payloadType;
  return type === "compacted" || type === "token_usage_record" ? type : name;
}

/** Several records may describe one call: time and size are those of the first, the verdict that of the last that has one. */
function applyResult(tool: Tool, result: ToolResult, timestamp: string | null): void {
  if (tool.result_chars === null) {
    tool.result_at = timestamp;
    tool.result_chars = result.chars;
  }
  tool.tool_wall_latency_ms ??= wallMs(tool.emitted_at, timestamp);
  tool.tool_internal_latency_ms ??= result.internalMs;
  tool.is_error = result.isError ?? tool.is_error;
}

function usageKeys(info: JsonObject, last: JsonObject, total: JsonObject): string[] {
  const name = "event_msg/token_count";
  return [...unknownUsageInfoKeys(name, info), ...unknownUsageKeys(`${name}.last`, last), ...unknownUsageKeys(`${name}.total`, total)];
}

/** The first cumulative counters of a file exceed those of its first call. */
function countsEarlierCalls(last: JsonObject, total: JsonObject): boolean {
  return count(total.input_tokens) > count(last.input_tokens);
}

function countersOf(usage: JsonObject): string {
  return [usage.input_tokens, usage.cached_input_tokens, usage.output_tokens, usage.reasoning_output_tokens].map(count).join(" ");
}

function sortedKeys(value: Json): Json {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sortedKeys(item)]));
}

function shortHash(text: string): string {
  return sha256(text).slice(0, 16);
}

/** A counter that is missing or no integer counts as 0. */
function count(value: Json | undefined): number {
  return asInteger(value) ?? 0;
}

function at(value: Json | undefined, key: string): Json | undefined {
  return isObject(value) ? value[key] : undefined;
}

/** The count before. */
function countUp(counts: Map<string, number>, key: string): number {
  const before = counts.get(key) ?? 0;
  counts.set(key, before + 1);
  return before;
}
