/** One session, step by step: requests, model answers, tool calls, waits, and what goes wrong on the way. */
import { Context, type InputTokens } from "./context.ts";
import type { Draws, Tool } from "./draws.ts";
import { CHARS_PER_TOKEN, HAIKU, type ModelProfile, QUIRKS, REASONING, SPEED, SUBAGENT_BACKGROUND, SUBAGENT_HAIKU } from "./profile.ts";
import { type InputType, isoTime, type Provider, type Row, rowOf, type TimingEvent, type ToolCall } from "./row.ts";

export interface SessionPlan {
  readonly provider: Provider;
  readonly model: ModelProfile;
  readonly user: string;
  readonly project: string;
  readonly sessionId: string;
  readonly startMs: number;
  readonly steps: number;
  readonly singleRequest: boolean;
  readonly isSubagent: boolean;
}

/** A row, when its step ended, and the sub-agents that it started, whole. */
export interface TimedRow {
  readonly endMs: number;
  readonly row: Row;
  readonly subagents: readonly Subagent[];
}

export interface Subagent {
  readonly plan: SessionPlan;
  readonly rows: readonly TimedRow[];
}

/** The rows of a session in order. At most `plan.steps`, at least one. */
export function walkSession(plan: SessionPlan, draws: Draws): Generator<TimedRow, void> {
  return new SessionWalk(plan, draws).rows();
}

/** What the next step will be given. */
interface PendingInput {
  readonly event: TimingEvent;
  readonly tokens: number;
}

/** Times of a step's outputs. */
interface Answer {
  readonly outputTokens: number;
  readonly reasoningTokens: number;
  /** When reasoning ended; null without. */
  readonly reasoningMs: number | null;
  readonly endMs: number;
}

const MIN_GAP_MS = 1;

class SessionWalk {
  private readonly context: Context;
  private readonly provider: Provider;
  private readonly id: string;
  private roundIndex = 0;
  private turnId = "";
  private turnRound = 0;
  private pending: PendingInput[] = [];
  /** When the next step can start: the last input, or what came last before it. */
  private nowMs: number;
  /** When the model last finished, which is when the cache was last used. */
  private askedMs: number;
  private lastInput: InputTokens = { prefix: 0, append: 0 };
  private lastAnswer: Answer | null = null;
  private failed: ToolCall | null = null;

  constructor(
    private readonly plan: SessionPlan,
    private readonly draws: Draws,
  ) {
    this.provider = plan.provider;
    this.id = plan.sessionId;
    this.context = new Context(draws, plan.provider, plan.model);
    this.nowMs = plan.startMs;
    this.askedMs = plan.startMs;
  }

  *rows(): Generator<TimedRow, void> {
    while (this.roundIndex < this.plan.steps) yield* this.request(this.requestSteps());
  }

  private requestSteps(): number {
    const left = this.plan.steps - this.roundIndex;
    return this.plan.singleRequest ? left : Math.min(left, this.draws.requestSteps());
  }

  private *request(steps: number): Generator<TimedRow, void> {
    const { random } = this.draws;
    this.turnId = random.uuid();
    this.turnRound = 0;
    if (this.roundIndex > 0) this.nowMs += seconds(this.draws.humanWaitS[this.provider]());
    this.hear();
    const last = this.roundIndex + steps;
    if (this.provider === "codex" && steps > 1 && random.chance(QUIRKS.messageOnlyRound)) yield this.messageOnlyRound();
    while (this.roundIndex < last - 1) yield this.step("tools");
    yield this.step(random.chance(QUIRKS.interrupted) ? "unanswered" : "final");
  }

  /** The user writes, now. */
  private hear(): void {
    const tokens = this.draws.userMessageTokens[this.provider]();
    this.pending.push({ event: this.userMessage(tokens), tokens });
    if (this.provider !== "claude" || !this.draws.random.chance(QUIRKS.secondMessage)) return;
    this.nowMs += seconds(this.draws.random.between(0.3, 6));
    this.pending.push({ event: this.userMessage(20), tokens: 20 });
  }

  private userMessage(tokens: number): TimingEvent {
    return {
      event_type: "user_message",
      timestamp: isoTime(this.nowMs),
      source: this.provider === "claude" ? "user.message" : "event_msg.user_message",
      content_chars: Math.round(tokens * CHARS_PER_TOKEN),
    };
  }

  private step(kind: "tools" | "final" | "unanswered"): TimedRow {
    const inputs = this.pending;
    this.pending = [];
    const input = this.ask(inputs);
    const answer = this.answer(input);
    const subagents: Subagent[] = [];
    const tools = kind === "final" ? [] : this.callTools(answer, kind === "tools", subagents);
    const outputs = this.outputEvents(answer, tools, kind === "final");
    const answered = tools.filter((call) => call.wallMs !== null);
    const outputEndMs = Math.max(answer.endMs, ...tools.map((call) => call.emittedMs));
    const resultsMs = Math.max(outputEndMs, ...answered.map((call) => call.emittedMs + (call.wallMs as number)));
    const sameRound = this.provider === "codex" && answered.length > 0 && this.draws.random.chance(QUIRKS.resultInSameRound);
    const usageMs = this.provider === "codex" ? (sameRound ? resultsMs : outputEndMs) + this.draws.random.integer(1, 60) : outputEndMs;
    const results = answered.map((call) => this.resultInput(call));
    const inputEvents = [...inputs, ...(sameRound ? results : [])].map((one) => one.event);
    const events = this.provider === "codex" ? [...inputEvents, ...outputs, usageReport(usageMs)] : [...inputEvents, ...outputs];
    this.askedMs = outputEndMs;
    this.nowMs = Math.max(resultsMs, usageMs);
    if (!sameRound) this.pending = results.sort((a, b) => compareText(a.event.timestamp, b.event.timestamp));
    if (sameRound) this.owedTokens = results.reduce((sum, one) => sum + one.tokens, 0);
    if (kind === "tools" && this.pending.length > 0 && this.draws.random.chance(QUIRKS.steering)) this.steer();
    return this.timed(input, answer, events, tools, usageMs, subagents);
  }

  /** Tokens of results that an earlier step already showed. */
  private owedTokens = 0;

  private ask(inputs: readonly PendingInput[]): InputTokens {
    const trigger: InputType = inputs.some((one) => one.event.event_type === "user_message") ? "user_message" : "tool_result";
    const tokens = inputs.reduce((sum, one) => sum + one.tokens, this.owedTokens);
    this.owedTokens = 0;
    return this.context.next(trigger, tokens, (this.nowMs - this.askedMs) / 1000);
  }

  private answer(input: InputTokens): Answer {
    const { random } = this.draws;
    const speed = SPEED[this.provider];
    const reasoning = REASONING[this.provider];
    const outputTokens = this.draws.outputTokens[this.provider]();
    const reasons = random.chance(reasoning.chance);
    const reasoningPart = reasons ? random.between(...reasoning.part) : 0;
    const firstTokenS = this.draws.firstTokenS[this.provider]() + input.append * speed.perAppendToken + input.prefix * speed.perPrefixToken;
    const slowdown = Math.max(0.2, 1 - ((input.prefix + input.append) / 1e6) * speed.slowdownPerMillion);
    const decodeS = outputTokens / (this.draws.tokensPerS[this.provider]() * slowdown);
    const reasoningMs = reasons ? this.nowMs + seconds(firstTokenS + decodeS * reasoningPart) : null;
    const reasoningTokens = this.provider === "codex" ? Math.round(outputTokens * reasoningPart) : 0;
    this.context.answered(outputTokens, reasoningTokens);
    return { outputTokens, reasoningTokens, reasoningMs, endMs: this.nowMs + seconds(firstTokenS + decodeS) };
  }

  private outputEvents(answer: Answer, tools: readonly ToolCall[], isFinal: boolean): TimingEvent[] {
    const claude = this.provider === "claude";
    const events: TimingEvent[] = [];
    if (answer.reasoningMs !== null)
      events.push({
        event_type: "reasoning",
        timestamp: isoTime(answer.reasoningMs),
        source: claude ? "assistant.content.thinking" : "response_item.reasoning",
        ...(claude ? { content_chars: 0 } : {}),
      });
    if (isFinal || this.draws.random.chance(0.35)) events.push(this.textEvent(answer, tools));
    for (const [index, call] of tools.entries())
      events.push({
        event_type: "tool_call",
        timestamp: isoTime(call.emittedMs),
        source: claude
          ? "assistant.content.tool_use"
          : call.toolName === "apply_patch"
            ? "response_item.custom_tool_call"
            : "response_item.function_call",
        tool_call_id: call.toolCallId,
        tool_name: call.toolName,
        tool_index: index,
      });
    return events;
  }

  private textEvent(answer: Answer, tools: readonly ToolCall[]): TimingEvent {
    const from = answer.reasoningMs ?? this.nowMs;
    const ms = tools.length === 0 ? answer.endMs : Math.round(from + (answer.endMs - from) * 0.4);
    const visible = answer.outputTokens - answer.reasoningTokens;
    return {
      event_type: "text",
      timestamp: isoTime(ms),
      source: this.provider === "claude" ? "assistant.content.text" : "response_item.message",
      content_chars: Math.max(1, Math.round((tools.length === 0 ? visible : visible * 0.3) * CHARS_PER_TOKEN)),
    };
  }

  /** The calls at the end of an answer. Starting sub-agents fills `subagents`. */
  private callTools(answer: Answer, isAnswered: boolean, subagents: Subagent[]): ToolCall[] {
    const { random } = this.draws;
    if (this.failed && random.chance(QUIRKS.retry)) return [this.retry(this.failed, answer.endMs)];
    const first = this.nextTool();
    const count = first.subagent ? this.draws.subagentsPerStep() : this.draws.callsPerStep[this.provider]();
    const calls: ToolCall[] = [];
    let emittedMs = answer.endMs;
    for (let i = 0; i < count; i++) {
      const tool = i === 0 || first.subagent ? first : this.nextTool();
      if (i > 0) emittedMs += random.integer(0, 40);
      calls.push(
        !isAnswered
          ? this.unanswered(tool, emittedMs)
          : tool.subagent
            ? this.delegate(tool, emittedMs, subagents)
            : this.call(tool, emittedMs, tool.nextSeconds()),
      );
    }
    this.failed = calls.find((call) => call.isError === true) ?? null;
    return calls;
  }

  private nextTool(): Tool {
    let tool = this.draws.tool[this.provider]();
    while (this.plan.isSubagent && tool.subagent) tool = this.draws.tool[this.provider]();
    return tool;
  }

  private call(tool: Tool, emittedMs: number, durationS: number): ToolCall {
    const { random } = this.draws;
    const reported = random.chance(tool.reported);
    const zero = reported && random.chance(tool.zero ?? 0);
    const runnerMs = zero ? 0 : Math.max(MIN_GAP_MS, seconds(durationS));
    const overheadMs = reported ? seconds(tool.nextOverheadS()) : 0;
    const isError = random.chance(tool.errors);
    const unknown = this.provider === "codex" && !isError && random.chance(QUIRKS.errorUnknown);
    return {
      toolName: tool.name,
      toolCallId: `call_${random.hex(16)}`,
      emittedMs,
      inputChars: this.draws.inputChars(),
      resultChars: Math.round(this.draws.toolResultTokens[this.provider]() * CHARS_PER_TOKEN),
      wallMs: Math.max(MIN_GAP_MS, runnerMs + overheadMs),
      internalMs: reported ? runnerMs : null,
      isError: unknown ? null : isError,
    };
  }

  private retry(failed: ToolCall, emittedMs: number): ToolCall {
    this.failed = null;
    const { random } = this.draws;
    return { ...failed, toolCallId: `call_${random.hex(16)}`, emittedMs, isError: random.chance(0.3) };
  }

  private unanswered(tool: Tool, emittedMs: number): ToolCall {
    return {
      toolName: tool.name,
      toolCallId: `call_${this.draws.random.hex(16)}`,
      emittedMs,
      inputChars: this.draws.inputChars(),
      resultChars: null,
      wallMs: null,
      internalMs: null,
      isError: null,
    };
  }

  /** A sub-agent's session runs from the call on; the call ends with it, or at once when it runs in the background. */
  private delegate(tool: Tool, emittedMs: number, subagents: Subagent[]): ToolCall {
    const { random } = this.draws;
    const plan: SessionPlan = {
      ...this.plan,
      model: random.chance(SUBAGENT_HAIKU) ? HAIKU : this.plan.model,
      sessionId: `${this.id}/subagents/agent-${random.hex(16)}`,
      startMs: emittedMs + random.integer(60, 900),
      steps: this.draws.subagentSteps(),
      singleRequest: true,
      isSubagent: true,
    };
    const rows = [...walkSession(plan, this.draws)];
    subagents.push({ plan, rows });
    const background = random.chance(SUBAGENT_BACKGROUND);
    const endMs = background ? emittedMs + random.integer(90, 400) : (rows.at(-1) as TimedRow).endMs + random.integer(20, 200);
    return this.call(tool, emittedMs, (endMs - emittedMs) / 1000);
  }

  private resultInput(call: ToolCall): PendingInput {
    const chars = call.resultChars as number;
    const event: TimingEvent = {
      event_type: "tool_result",
      timestamp: isoTime(call.emittedMs + (call.wallMs as number)),
      source: this.provider === "claude" ? "user.content.tool_result" : codexResultSource(call.toolName),
      tool_call_id: call.toolCallId,
      result_chars: chars,
      ...(call.isError === null ? {} : { is_error: call.isError }),
    };
    return { event, tokens: Math.round(chars / CHARS_PER_TOKEN) };
  }

  /** The user speaks up while tools work: one more input for the next step. */
  private steer(): void {
    this.nowMs += seconds(this.draws.random.between(0.05, 4));
    this.hear();
  }

  /** The usage report of an earlier step again, or zeros, with nothing but the user message. */
  private messageOnlyRound(): TimedRow {
    const events = [...this.pending.map((one) => one.event), usageReport(this.nowMs + this.draws.random.integer(100, 900))];
    this.owedTokens = this.pending.reduce((sum, one) => sum + one.tokens, 0);
    this.pending = [];
    const stale = this.lastAnswer ?? { outputTokens: 0, reasoningTokens: 0, reasoningMs: null, endMs: this.nowMs };
    return this.timed(this.lastInput, stale, events, [], this.nowMs, []);
  }

  private timed(
    input: InputTokens,
    answer: Answer,
    events: readonly TimingEvent[],
    tools: readonly ToolCall[],
    endMs: number,
    subagents: readonly Subagent[],
  ): TimedRow {
    this.lastInput = input;
    this.lastAnswer = answer;
    const { provider, project, user, model } = this.plan;
    const uncached =
      provider === "claude" && this.draws.random.chance(QUIRKS.uncached) ? input.append : Math.min(input.append, 1 + (this.roundIndex % 8));
    const row = rowOf({
      provider,
      project,
      user,
      sessionId: this.id,
      roundIndex: this.roundIndex,
      roundId: provider === "claude" ? `round_${this.draws.random.hex(16)}` : `${this.turnId}:${this.turnRound}`,
      turnId: this.turnId,
      model: model.name,
      prefixTokens: input.prefix,
      appendTokens: input.append,
      cacheWriteTokens: input.append - uncached,
      outputTokens: answer.outputTokens,
      reasoningTokens: answer.reasoningTokens,
      events,
      tools,
    });
    this.roundIndex++;
    this.turnRound++;
    return { endMs, row, subagents };
  }
}

function codexResultSource(toolName: string): string {
  if (toolName === "apply_patch") return "response_item.custom_tool_call_output";
  return toolName === "exec_command" ? "event_msg.exec_command_end" : "response_item.function_call_output";
}

function usageReport(ms: number): TimingEvent {
  return { event_type: "usage_report", timestamp: isoTime(ms), source: "event_msg.token_count" };
}

function seconds(s: number): number {
  return Math.round(s * 1000);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
