/**
 * Rows of a Codex rollout in either reading. The counted one differs from the published one in these rules, and in nothing else:
 *
 * - A record that the file holds a second time is passed over.
 * - What the file of a child repeats of its parent's history makes rows of the parent, marked as inherited, and leaves nothing in the
 *   child's own steps: buffers are emptied where it ends, and later results of the parent's calls are not the child's. The merge drops
 *   inherited rows whose response a row that is not inherited holds; of several inherited rows of a response it keeps the first. Their
 *   times are those of the replay, so nothing may use them.
 * - Every record of a call is a call, under its full name; events that time a call are read; a cell of code mode failed when a
 *   command inside it did.
 * - Outputs and counters are read in any spelling seen. A report without tokens ends no step, nor does one that repeats the counters of
 *   another file.
 * - Steps before the first turn have the model of that turn, and their responses an identity.
 */
import { asText, chars, encode, isObject, type Json, type JsonObject, LongString } from "../trace/exact-json.ts";
import { isKnownTool } from "../trace/known-names.ts";
import { at, type CodexRecord, countsEarlierCalls, Rollout, type RolloutFile, State, shortHash } from "./codex-published.ts";
import { countedResultOf, errorOfStatus, type ToolResult } from "./codex-results.ts";
import type { Extractor } from "./extractor.ts";
import type { Reading, Tool } from "./row.ts";
import { nonEmpty, thaw, wholeNumber } from "./session.ts";
import { timestampMs, wallMs } from "./summary.ts";

/** @param saved what `save()` of an extractor of the same file and reading gave */
export function createCodexExtractor(file: RolloutFile, reading: Reading, saved?: string): Extractor {
  const restored = <S extends State>(state: S) => (saved === undefined ? state : thaw(state, saved));
  return reading === "published" ? new Rollout(file, restored(new State())) : new CountedRollout(file, restored(new CountedState()));
}

class CountedState extends State {
  /** Signs of all records so far. */
  seen = new Set<string>();
  /** Other threads whose headers the file holds, in their order. */
  threads: string[] = [];
  /** Time of the file's own header. */
  headerMs: number | null = null;
  /** Number of the first record after the history, where the header names it. */
  historyEnd: number | null = null;
  isInHistory = false;
  historyCalls = new Set<string>();
  /** User messages are logged as items, not as events. */
  isPaginated = false;
  /** The last call of code mode in this turn, which runs commands of its own. */
  cell: string | null = null;
  failedCells = new Set<string>();
  /** Calls whose internal time is that of an event. */
  measured = new Set<string>();
  /** By tool: calls that the provider runs, known from events only; an item without an id is the oldest of them. */
  withoutItem = new Map<string, string[]>();
  unnamedCalls = 0;
}

interface HostedRecord {
  readonly tool: string;
  readonly part: "begin" | "end" | "item";
}

/** Calls that the provider runs itself; begin, end and item may each be logged or not, in any order. */
const HOSTED: ReadonlyMap<string, HostedRecord> = new Map([
  ["event_msg/web_search_begin", { tool: "web_search", part: "begin" }],
  ["event_msg/web_search_end", { tool: "web_search", part: "end" }],
  ["response_item/web_search_call", { tool: "web_search", part: "item" }],
  ["event_msg/image_generation_begin", { tool: "image_generation", part: "begin" }],
  ["event_msg/image_generation_end", { tool: "image_generation", part: "end" }],
  ["response_item/image_generation_call", { tool: "image_generation", part: "item" }],
]);

/** Other names of the same events. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ["turn_started", "task_started"],
  ["turn_complete", "task_complete"],
]);

/** Events that say how a call, or a command inside a cell of code mode, ended. */
const ENDS: ReadonlySet<string> = new Set(
  ["exec_command_end", "mcp_tool_call_end", "patch_apply_end", "dynamic_tool_call_response", "item_completed"].map(
    (type) => `event_msg/${type}`,
  ),
);

const WITHOUT_IDENTITY: ReadonlySet<string> = new Set(["event_msg/user_message", "response_item/message", "response_item/reasoning"]);

/** History without turns is recognized by its time: it is written at once, right after the header. */
const REPLAY_MS = 1000;

class CountedRollout extends Rollout<CountedState> {
  protected override take(logged: CodexRecord): void {
    if (this.isRepeated(logged)) return;
    const record = withoutAlias(logged);
    const { name, payload } = record;
    this.moveHistory(record);
    if (record.type === "session_meta") this.noteHeader(record);
    const hosted = HOSTED.get(name);
    if (hosted) this.hostedCall(hosted, record);
    else if (name === "response_item/local_shell_call") this.clientCall("local_shell", payload.action ?? null, record);
    else if (name === "response_item/tool_search_call") this.clientCall("tool_search", payload.arguments ?? null, record);
    else if (name === "event_msg/item_completed" && isObject(payload.item) && this.isItemTaken(payload.item, record)) return;
    else if (ENDS.has(name) && !this.toolOf(record)) this.endedInCell(record);
    else super.take(record);
  }

  private isRepeated({ name, payload, timestamp }: CodexRecord): boolean {
    // A history has one time for everything, so what has no id and no counters there may well be equal to something else.
    if (this.state.isInHistory && WITHOUT_IDENTITY.has(name)) return false;
    const sign = shortHash(`${timestamp}\n${name}\n${sampleOf(payload)}`);
    const { size } = this.state.seen;
    return this.state.seen.add(sign).size === size;
  }

  private noteHeader({ payload, timestamp }: CodexRecord): void {
    const { state } = this;
    const id = nonEmpty(payload.id);
    if (id !== null && state.fileId !== null && id !== state.fileId) state.threads.push(id);
    if (id === null || state.fileId !== null) return;
    state.headerMs = timestampMs(timestamp);
    state.historyEnd = state.counter("session_meta.subagent_history_start_ordinal", payload.subagent_history_start_ordinal) ?? null;
    state.isPaginated = payload.history_mode === "paginated";
  }

  private moveHistory(record: CodexRecord): void {
    const isHistory = this.isHistory(record);
    if (this.state.isInHistory && !isHistory) this.leaveHistory();
    this.state.isInHistory = isHistory;
  }

  private isHistory({ ordinal, payload, payloadType, type, timestamp }: CodexRecord): boolean {
    const { fileId, historyEnd, turnId, replayedId, headerMs } = this.state;
    if (!this.mayReplay() || fileId === null) return false;
    if (historyEnd !== null && ordinal !== null) return ordinal < historyEnd;
    const startsTurn = type === "turn_context" || payloadType === "task_started";
    const turn = (startsTurn ? nonEmpty(payload.turn_id) : null) ?? turnId;
    if (turn !== null && isOrderedByTime(turn) && isOrderedByTime(fileId)) return turn < fileId;
    const ms = timestampMs(timestamp);
    return replayedId !== null && headerMs !== null && ms !== null && ms < headerMs + REPLAY_MS;
  }

  private leaveHistory(): void {
    const { state } = this;
    for (const id of this.toolById.keys()) state.historyCalls.add(id);
    for (const tool of state.tools) this.toolById.delete(tool.tool_call_id);
    this.emptyBuffers();
    state.pendingResponse = null;
    state.openCompaction = null;
    state.cell = null;
  }

  protected override isReplaying(): boolean {
    return this.state.isInHistory;
  }

  protected override isInherited(): boolean {
    return this.state.isInHistory;
  }

  protected override sessionOfStep(): string {
    return (this.state.isInHistory ? this.owner() : null) ?? this.state.fileId ?? this.file.stem;
  }

  /** The thread of a turn in the history: the last one that is older than the turn. */
  private owner(): string | null {
    const { threads, turnId, namedParentId, forkedFromId, replayedId } = this.state;
    const older = threads.filter((id) => turnId !== null && id <= turnId).sort();
    return older.at(-1) ?? namedParentId ?? forkedFromId ?? replayedId;
  }

  protected override responseId(total: string): string {
    return super.responseId(total) ?? `${this.sessionOfStep()}:${shortHash(total)}`;
  }

  protected override turnContext(payload: JsonObject): void {
    const { state } = this;
    const hadModel = state.model !== null;
    super.turnContext(payload);
    if (!hadModel && state.model !== null) for (const row of state.rows) row.model = state.model;
  }

  protected override turn(payload: JsonObject): void {
    const { state } = this;
    const { turnId } = state;
    super.turn(payload);
    if (state.turnId === turnId) return;
    state.cell = null;
    state.withoutItem.clear();
  }

  /** What can't be read is what the cumulative counter grew by; null if that can't be read either. */
  protected override count(name: string, last: JsonObject, total: JsonObject): number | null {
    const counter = this.state.counter(`event_msg/token_count.last.${name}`, last[name]);
    if (counter !== undefined || (last[name] ?? null) === null) return counter ?? 0;
    const whole = wholeNumber(total[name]);
    return whole === undefined ? null : Math.max(0, whole - (this.state.totals.get(name) ?? 0));
  }

  protected override closesStep(last: JsonObject): boolean {
    return COUNTERS.some((name) => (last[name] ?? 0) !== 0);
  }

  /** The client starts a child, or goes on in a new file, with a report of what it knows from the other file. */
  protected override isStale(last: JsonObject, total: JsonObject): boolean {
    const { outputs, isContinued, isInHistory } = this.state;
    return outputs.length === 0 && !isInHistory && (isContinued || this.mayReplay()) && countsEarlierCalls(last, total);
  }

  /** MCP servers and plugins name their tools for themselves, so the name of the server belongs to that of the tool. */
  protected override toolName(payload: JsonObject): string | null {
    const name = super.toolName(payload);
    const namespace = nonEmpty(payload.namespace);
    if (name === null || namespace === null) return name;
    // Connectors have names such as `_fetch`, which continue the name of the server.
    const prefix = namespace.endsWith("__") || name.startsWith("_") ? namespace : `${namespace}__`;
    const isFull = name.startsWith(prefix) || (!namespace.startsWith("mcp__") && isKnownTool(name));
    return isFull ? name : `${prefix}${name}`;
  }

  protected override toolCall(id: string, name: string | null, input: Json, record: CodexRecord): Tool | null {
    if (this.state.historyCalls.has(id)) return null;
    const tool = super.toolCall(id, name, input, record);
    if (tool && record.name === "response_item/custom_tool_call" && name === "exec") this.state.cell = id;
    return tool;
  }

  private clientCall(name: string, input: Json, record: CodexRecord): void {
    const id = nonEmpty(record.payload.call_id) ?? nonEmpty(record.payload.id) ?? this.newCallId(name);
    this.toolCall(id, name, input, record);
  }

  private newCallId(name: string): string {
    return `${name}:${this.state.unnamedCalls++}`;
  }

  private hostedCall({ tool: name, part }: HostedRecord, record: CodexRecord): void {
    const { payload, timestamp } = record;
    const id = this.hostedId(name, part, payload);
    const input = payload.action ?? payload.revised_prompt ?? null;
    const known = this.toolById.get(id);
    const tool = known ?? this.toolCall(id, name, input, record);
    if (!tool) return;
    if (!known && part !== "item") this.state.withoutItem.set(name, [...(this.state.withoutItem.get(name) ?? []), id]);
    if (tool.input === null) Object.assign(tool, { input, input_chars: chars(input) });
    if (part === "begin") return;
    // Where no begin is logged, the call is known when it is over.
    if (tool.result_at === null && known) tool.tool_wall_latency_ms = wallMs(tool.emitted_at, timestamp);
    tool.result_at ??= timestamp;
    tool.is_error = errorOfStatus(payload.status) ?? tool.is_error;
  }

  private hostedId(name: string, part: HostedRecord["part"], payload: JsonObject): string {
    const named = nonEmpty(payload.call_id) ?? nonEmpty(payload.id);
    const waiting = this.state.withoutItem.get(name) ?? [];
    const id = named ?? (part === "item" ? waiting[0] : undefined) ?? this.newCallId(name);
    if (part === "item")
      this.state.withoutItem.set(
        name,
        waiting.filter((other) => other !== id),
      );
    return id;
  }

  /** Items repeat what other records say but for a few. */
  private isItemTaken(item: JsonObject, record: CodexRecord): boolean {
    const { timestamp } = record;
    switch (item.type) {
      case "UserMessage":
        if (this.state.isPaginated) this.userInput("event_msg.item_completed", timestamp, textOf(item.content), "typed");
        return true;
      case "WebSearch":
        this.hostedCall({ tool: "web_search", part: "end" }, { ...record, payload: item });
        return true;
      case "ImageGeneration":
        this.hostedCall({ tool: "image_generation", part: "end" }, { ...record, payload: item });
        return true;
      default:
        return false;
    }
  }

  /** A command that no call of the model names was run by the cell of code mode. */
  private endedInCell(record: CodexRecord): void {
    const { cell, failedCells } = this.state;
    const tool = cell === null ? undefined : this.toolById.get(cell);
    if (!tool || this.resultOf(record)?.isError !== true) return;
    failedCells.add(tool.tool_call_id);
    tool.is_error = true;
  }

  protected override toolOf({ payload }: CodexRecord): Tool | undefined {
    const id = asText(payload.call_id) ?? asText(at(payload.item, "id"));
    if (id === undefined || (this.state.historyCalls.has(id) && !this.state.isInHistory)) return undefined;
    return this.toolById.get(id);
  }

  protected override resultOf({ name, payload }: CodexRecord): ToolResult | null {
    return countedResultOf(name, payload);
  }

  /** An output's own time goes before that of an event: it is the time of the call, where a command may run on. */
  protected override applyResult(tool: Tool, result: ToolResult, timestamp: string | null): void {
    const { measured, failedCells } = this.state;
    if (result.internalMs !== null && measured.delete(tool.tool_call_id)) tool.tool_internal_latency_ms = null;
    super.applyResult(tool, result, timestamp);
    if (result.measuredMs !== null && tool.tool_internal_latency_ms === null) {
      tool.tool_internal_latency_ms = result.measuredMs;
      measured.add(tool.tool_call_id);
    }
    if (failedCells.has(tool.tool_call_id)) tool.is_error = true;
  }
}

/** UUIDs of version 7 begin with their time. */
function isOrderedByTime(id: string): boolean {
  return /^[0-9a-f]{4}/.test(id) && (id.length !== UUID_LENGTH || id[VERSION_AT] === "7");
}

const UUID_LENGTH = 36;
const VERSION_AT = 14;

const COUNTERS = ["input_tokens", "cached_input_tokens", "cache_write_input_tokens", "output_tokens", "reasoning_output_tokens"];

function withoutAlias(record: CodexRecord): CodexRecord {
  const payloadType = ALIASES.get(record.payloadType);
  return payloadType === undefined ? record : { ...record, payloadType, name: `${record.type}/${payloadType}` };
}

function textOf(content: Json | undefined): Json {
  if (!Array.isArray(content)) return content ?? null;
  return content.flatMap((part) => asText(isObject(part) ? part.text : part) ?? []).join("\n");
}

const SAMPLED_VALUES = 200;
const SAMPLED_CHARS = 100;

/** Of a long record, as much as distinguishes it from another one of the same time. */
function sampleOf(payload: Json): string {
  let sample = "";
  const open: Json[] = [payload];
  for (let count = 0; open.length > 0 && count < SAMPLED_VALUES; count++) {
    const value = open.pop() ?? null;
    if (typeof value === "string") sample += sampleOfText(value);
    else if (Array.isArray(value)) open.push(...value.slice(0, SAMPLED_VALUES));
    else if (isObject(value)) for (const key of Object.keys(value)) open.push(value[key] ?? null);
    else sample += value instanceof LongString ? value.chars : encode(value);
    sample += "\n";
  }
  return sample;
}

function sampleOfText(text: string): string {
  if (text.length <= 2 * SAMPLED_CHARS) return text;
  return `${text.length} ${text.slice(0, SAMPLED_CHARS)} ${text.slice(-SAMPLED_CHARS)}`;
}
