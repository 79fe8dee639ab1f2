/** One session, step by step: requests, model answers, tool calls, waits, and what goes wrong on the way. */
import { answeredCall, retriedCall, unansweredCall } from "./calls.ts";
import { Context, type InputTokens } from "./context.ts";
import type { Draws, Tool } from "./draws.ts";
import * as events from "./events.ts";
import {
  CHARS_PER_TOKEN,
  HAIKU,
  type ModelProfile,
  QUIRKS,
  REASONING,
  SPEED,
  SUBAGENT_BACKGROUND,
  SUBAGENT_HAIKU,
  TEXT_BEFORE_CALLS,
} from "./profile.ts";
import { type InputType, type Provider, type Row, rowOf, type TimingEvent, type ToolCall } from "./row.ts";

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

/** The rows of a session in order, as many as planned. */
export function walkSession(plan: SessionPlan, draws: Draws): Generator<TimedRow, void> {
  return new SessionWalk(plan, draws).rows();
}

/** What the next step will be given. */
interface PendingInput {
  readonly event: TimingEvent;
  readonly tokens: number;
}

interface Answer {
  readonly outputTokens: number;
  readonly reasoningTokens: number;
  /** When reasoning ended; null without. */
  readonly reasoningMs: number | null;
  readonly endMs: number;
}

interface Calls {
  readonly tools: readonly ToolCall[];
  readonly subagents: readonly Subagent[];
}

/** How a step ends: with calls that are answered, with a call that is not, or with the response. */
type StepKind = "calls" | "interrupted" | "response";

const NO_CALLS: Calls = { tools: [], subagents: [] };
/** A text before calls: where it ends in the answer, and its part of the visible output. */
const TEXT_ENDS_AT = 0.4;
const TEXT_PART = 0.3;
/** However full the context, decoding keeps some of its speed. */
const SLOWEST = 0.2;

class SessionWalk {
  private readonly plan: SessionPlan;
  private readonly draws: Draws;
  private readonly context: Context;
  private readonly provider: Provider;
  private roundIndex = 0;
  private turnId = "";
  private turnRound = 0;
  /** Whether tools take long in this request. */
  private isSlow = false;
  private pending: PendingInput[] = [];
  /** Tokens of inputs that a step without an answer has already shown. */
  private owedTokens = 0;
  /** When the next step can start: the last input, or what came last before it. */
  private nowMs: number;
  /** When the model last answered, which is when the cache was last used. */
  private answeredMs: number;
  private last: { input: InputTokens; answer: Pick<Answer, "outputTokens" | "reasoningTokens"> };
  private failed: ToolCall | null = null;

  constructor(plan: SessionPlan, draws: Draws) {
    this.plan = plan;
    this.draws = draws;
    this.provider = plan.provider;
    this.context = new Context(draws, plan.provider, plan.model);
    this.nowMs = plan.startMs;
    this.answeredMs = plan.startMs;
    this.last = { input: { prefix: 0, append: 0 }, answer: { outputTokens: 0, reasoningTokens: 0 } };
  }

  *rows(): Generator<TimedRow, void> {
    while (this.roundIndex < this.plan.steps) yield* this.request(this.requestSteps());
  }

  private requestSteps(): number {
    const left = this.plan.steps - this.roundIndex;
    return this.plan.singleRequest ? left : Math.min(left, this.draws.requestSteps[this.provider]());
  }

  private *request(steps: number): Generator<TimedRow, void> {
    const { random } = this.draws;
    const end = this.roundIndex + steps;
    this.turnId = random.uuid();
    this.turnRound = 0;
    this.isSlow = this.draws.isSlowRequest();
    if (this.roundIndex > 0) this.nowMs += milliseconds(this.draws.humanWaitS[this.provider]());
    this.hear();
    if (steps > 1 && this.losesMessage()) yield this.messageOnlyRound();
    while (this.roundIndex < end - 1) yield this.step("calls");
    yield this.step(random.chance(QUIRKS.interrupted) ? "interrupted" : "response");
  }

  /** The user writes, now. */
  private hear(): void {
    this.hearTokens(this.draws.userMessageTokens[this.provider]());
    if (this.provider !== "claude" || !this.draws.random.chance(QUIRKS.secondMessage)) return;
    this.nowMs += milliseconds(this.draws.random.between(0.3, 6));
    this.hearTokens(20);
  }

  private hearTokens(tokens: number): void {
    this.pending.push({ event: events.userMessage(this.provider, this.nowMs, tokens), tokens });
  }

  private losesMessage(): boolean {
    const chance = this.roundIndex === 0 ? QUIRKS.messageOnlyRound.first : QUIRKS.messageOnlyRound.later;
    return this.provider === "codex" && this.draws.random.chance(chance);
  }

  /** The usage report of the step before again, or zeros, with nothing but the user message. */
  private messageOnlyRound(): TimedRow {
    const reportMs = this.nowMs + this.draws.random.integer(100, 900);
    const inputs = this.takePending();
    this.owedTokens = sum(inputs.map((input) => input.tokens));
    this.nowMs = reportMs;
    const { input, answer } = this.last;
    return this.timed(input, answer, [...inputs.map((one) => one.event), events.usageReport(reportMs)], NO_CALLS, reportMs);
  }

  private step(kind: StepKind): TimedRow {
    const inputs = this.takePending();
    const input = this.ask(inputs);
    const answer = this.answer(input, kind);
    const calls = kind === "response" ? NO_CALLS : this.callTools(answer.endMs, kind);
    const outputs = this.outputEvents(answer, calls.tools);
    const outputMs = Math.max(answer.endMs, calls.tools.at(-1)?.emittedMs ?? 0);
    const answered = calls.tools.filter((call) => call.wallMs !== null);
    const resultsMs = Math.max(outputMs, ...answered.map(events.resultMs));
    const results = answered.map((call) => this.result(call)).sort(byTime);
    const inSameRound = results.length > 0 && this.provider === "codex" && this.draws.random.chance(QUIRKS.resultInSameRound);
    const reportMs = this.reportTime(inSameRound ? resultsMs : outputMs, inSameRound ? [] : answered);
    const shown = [...inputs, ...(inSameRound ? results : [])].map((one) => one.event);
    const reports = this.provider === "codex" ? [events.usageReport(reportMs)] : [];

    this.answeredMs = outputMs;
    this.nowMs = this.provider === "codex" ? Math.max(resultsMs, reportMs) : resultsMs;
    if (inSameRound) this.owedTokens = sum(results.map((result) => result.tokens));
    else this.pending = results;
    if (kind === "calls" && this.pending.length > 0 && this.draws.random.chance(QUIRKS.steering)) this.steer();
    return this.timed(input, answer, [...shown, ...outputs, ...reports], calls, outputMs);
  }

  /** A little after the answer, but before the first result that belongs to the next step. */
  private reportTime(afterMs: number, answered: readonly ToolCall[]): number {
    return Math.min(afterMs + this.draws.random.integer(1, 60), ...answered.map(events.resultMs));
  }

  private takePending(): PendingInput[] {
    const inputs = this.pending;
    this.pending = [];
    return inputs;
  }

  private ask(inputs: readonly PendingInput[]): InputTokens {
    const trigger: InputType = inputs.some((one) => one.event.event_type === "user_message") ? "user_message" : "tool_result";
    const tokens = this.owedTokens + sum(inputs.map((one) => one.tokens));
    this.owedTokens = 0;
    return this.context.next(trigger, tokens, (this.nowMs - this.answeredMs) / 1000);
  }

  private answer(input: InputTokens, kind: StepKind): Answer {
    const { random } = this.draws;
    const speed = SPEED[this.provider];
    const tokens = (kind === "response" ? this.draws.finalOutputTokens : this.draws.outputTokens)[this.provider]();
    const reasons = random.chance(REASONING[this.provider].chance);
    const reasoningPart = reasons ? random.between(...REASONING[this.provider].part) : 0;
    const firstTokenS = this.draws.firstTokenS[this.provider]() + input.append * speed.perAppendToken + input.prefix * speed.perPrefixToken;
    const pace = Math.max(SLOWEST, 1 - ((input.prefix + input.append) / 1e6) * speed.slowdownPerMillion);
    const decodeS = tokens / (this.draws.tokensPerS[this.provider]() * pace);
    const reasoningTokens = this.provider === "codex" ? Math.round(tokens * reasoningPart) : 0;
    this.context.answered(tokens, reasoningTokens);
    return {
      outputTokens: tokens,
      reasoningTokens,
      reasoningMs: reasons ? this.nowMs + milliseconds(firstTokenS + decodeS * reasoningPart) : null,
      endMs: this.nowMs + milliseconds(firstTokenS + decodeS),
    };
  }

  private outputEvents(answer: Answer, tools: readonly ToolCall[]): TimingEvent[] {
    const reasoning = answer.reasoningMs === null ? [] : [events.reasoning(this.provider, answer.reasoningMs)];
    const speaks = tools.length === 0 || this.draws.random.chance(TEXT_BEFORE_CALLS);
    const text = speaks ? [this.textEvent(answer, tools.length > 0)] : [];
    return [...reasoning, ...text, ...tools.map((call, index) => events.toolCall(this.provider, call, index))];
  }

  private textEvent(answer: Answer, beforeCalls: boolean): TimingEvent {
    const visible = answer.outputTokens - answer.reasoningTokens;
    if (!beforeCalls) return events.text(this.provider, answer.endMs, visible);
    const fromMs = answer.reasoningMs ?? this.nowMs;
    return events.text(this.provider, Math.round(fromMs + (answer.endMs - fromMs) * TEXT_ENDS_AT), visible * TEXT_PART);
  }

  /** The calls at the end of an answer. */
  private callTools(firstMs: number, kind: "calls" | "interrupted"): Calls {
    const { random } = this.draws;
    const { failed } = this;
    this.failed = null;
    if (failed && random.chance(QUIRKS.retry)) return { tools: [retriedCall(this.draws, failed, firstMs)], subagents: [] };
    const first = this.nextTool();
    if (kind === "interrupted") return { tools: [unansweredCall(this.draws, first, firstMs)], subagents: [] };
    if (first.subagent) return this.delegate(first, firstMs);
    const emitted = this.emissions(this.draws.callsPerStep[this.provider](), firstMs);
    const startMs = emitted.at(-1) as number;
    const tools = emitted.map((emittedMs, i) => this.call(i === 0 ? first : this.nextPlainTool(), emittedMs, startMs));
    this.failed = tools.find((call) => call.isError === true) ?? null;
    return { tools, subagents: [] };
  }

  /** When calls side by side are written. */
  private emissions(count: number, firstMs: number): number[] {
    const times = [firstMs];
    while (times.length < count) times.push((times.at(-1) as number) + this.draws.random.integer(0, 20));
    return times;
  }

  private nextTool(): Tool {
    return this.plan.isSubagent ? this.nextPlainTool() : this.draws.tool[this.provider]();
  }

  private nextPlainTool(): Tool {
    let tool = this.draws.tool[this.provider]();
    while (tool.subagent) tool = this.draws.tool[this.provider]();
    return tool;
  }

  private call(tool: Tool, emittedMs: number, startMs: number): ToolCall {
    const durationS = this.isSlow ? tool.nextSlowSeconds() : tool.nextSeconds();
    return answeredCall(this.draws, this.provider, tool, { emittedMs, startMs, durationS });
  }

  /** Sub-agents side by side: their sessions run from the call on, which ends with them or, in the background, at once. */
  private delegate(tool: Tool, firstMs: number): Calls {
    const { random } = this.draws;
    const tools: ToolCall[] = [];
    const subagents: Subagent[] = [];
    const emitted = this.emissions(this.draws.subagentsPerStep(), firstMs);
    const startMs = emitted.at(-1) as number;
    for (const emittedMs of emitted) {
      const subagent = this.startSubagent(startMs + random.integer(60, 900));
      const endMs = random.chance(SUBAGENT_BACKGROUND)
        ? startMs + random.integer(90, 400)
        : (subagent.rows.at(-1) as TimedRow).endMs + random.integer(20, 200);
      tools.push(answeredCall(this.draws, this.provider, tool, { emittedMs, startMs, durationS: (endMs - startMs) / 1000 }));
      subagents.push(subagent);
    }
    return { tools, subagents };
  }

  private startSubagent(startMs: number): Subagent {
    const { random } = this.draws;
    const plan: SessionPlan = {
      ...this.plan,
      model: random.chance(SUBAGENT_HAIKU) ? HAIKU : this.plan.model,
      sessionId: `${this.plan.sessionId}/subagents/agent-${random.hex(16)}`,
      startMs,
      steps: this.draws.subagentSteps(),
      singleRequest: true,
      isSubagent: true,
    };
    return { plan, rows: [...walkSession(plan, this.draws)] };
  }

  private result(call: ToolCall): PendingInput {
    return { event: events.toolResult(this.provider, call), tokens: Math.round((call.resultChars ?? 0) / CHARS_PER_TOKEN) };
  }

  /** The user speaks up while tools work: one more input for the next step. */
  private steer(): void {
    this.nowMs += milliseconds(this.draws.random.between(0.05, 4));
    this.hear();
  }

  private timed(
    input: InputTokens,
    answer: Pick<Answer, "outputTokens" | "reasoningTokens">,
    timingEvents: readonly TimingEvent[],
    { tools, subagents }: Calls,
    endMs: number,
  ): TimedRow {
    this.last = { input, answer };
    const { plan, provider } = this;
    const row = rowOf({
      provider,
      project: plan.project,
      user: plan.user,
      sessionId: plan.sessionId,
      roundIndex: this.roundIndex,
      roundId: provider === "claude" ? `round_${this.draws.random.hex(16)}` : `${this.turnId}:${this.turnRound}`,
      turnId: this.turnId,
      model: plan.model.name,
      prefixTokens: input.prefix,
      appendTokens: input.append,
      cacheWriteTokens: this.cacheWrite(input.append),
      outputTokens: answer.outputTokens,
      reasoningTokens: answer.reasoningTokens,
      events: timingEvents,
      tools,
    });
    this.roundIndex++;
    this.turnRound++;
    return { endMs, row, subagents };
  }

  /** Claude writes to the cache what it appends, but for a few tokens at the end. */
  private cacheWrite(append: number): number {
    if (this.provider === "codex" || this.draws.random.chance(QUIRKS.uncached)) return 0;
    return append - Math.min(append, this.draws.random.integer(1, 8));
  }
}

function milliseconds(s: number): number {
  return Math.round(s * 1000);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function byTime(a: PendingInput, b: PendingInput): number {
  return a.event.timestamp < b.event.timestamp ? -1 : a.event.timestamp > b.event.timestamp ? 1 : 0;
}
