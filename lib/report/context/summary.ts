/** What the context of a session was filled with, and what that cost: numbers for people and for programs. */
import { sumOf } from "../../stats/sum.ts";
import { liveTokens, type Parts, SOURCES, type Source } from "../../trace/context.ts";
import { listedWindow } from "../../trace/windows.ts";
import type { ContextStepRow, ResultRow, SessionContext } from "./read.ts";

export interface SourceAmount {
  readonly source: Source;
  readonly tokens: number;
  /** Until they left; null without a price. */
  readonly usd: number | null;
  readonly steps: number;
  /** In the context of the step with the largest one, and of the last step. */
  readonly peakTokens: number;
  readonly endTokens: number;
}

export interface ToolAmount {
  readonly tool: string;
  readonly results: number;
  readonly tokens: number;
  readonly usd: number | null;
}

/** A step that added to the context. */
export interface Addition {
  readonly step: ContextStepRow;
  readonly usd: number | null;
  /** The first step without it; null: it is still there at the end. */
  readonly leftAt: number | null;
  /** Of its largest tool result, if results are the largest part of it; null when unknown. */
  readonly target: string | null;
}

export interface Piece {
  readonly result: ResultRow;
  readonly usd: number | null;
  readonly leftAt: number | null;
}

export interface ContextSummary {
  readonly session: SessionContext;
  /** Billed input of the steps with a price; null where none has one. */
  readonly inputUsd: number | null;
  readonly unpricedSteps: number;
  /** One cache read of each growth, as other tools price it. */
  readonly oneReadUsd: number | null;
  readonly peak: ContextStepRow;
  /** What fits into the context at the peak, and how that is known; null when it isn't, or when there is more in it. */
  readonly window: { readonly tokens: number; readonly basis: "logged" | "listed" } | null;
  readonly end: ContextStepRow;
  readonly resets: readonly ContextStepRow[];
  /** The most expensive first, or the largest without prices. */
  readonly sources: readonly SourceAmount[];
  readonly tools: readonly ToolAmount[];
  readonly additions: readonly Addition[];
  readonly pieces: readonly Piece[];
}

const NANO = 1e9;

export function summaryOf(session: SessionContext): ContextSummary {
  const { steps, results } = session;
  const live = liveTokens(steps);
  const peak = steps.reduce((a, b) => (b.context_tokens > a.context_tokens ? b : a));
  const end = steps.reduce((_, last) => last);
  const priced = steps.filter(({ input_nano }) => input_nano !== null);
  const ends = endsOf(steps);
  const piece = (result: ResultRow): Piece => ({
    result,
    usd: cost(result.carried_tokens, result.rent_nano),
    leftAt: ends.get(result.step) ?? null,
  });
  const pieces = results.filter(({ carried_tokens }) => carried_tokens >= 0.5).map(piece);
  return {
    session,
    inputUsd: priced.length === 0 ? null : sumOf(priced, ({ input_nano }) => input_nano ?? 0) / NANO,
    unpricedSteps: steps.length - priced.length,
    oneReadUsd: sumOfCosts(steps.map(({ one_read_nano }) => (one_read_nano === null ? null : nano(one_read_nano)))),
    peak,
    window: windowOf(session, peak),
    end,
    resets: steps.filter(({ is_base, segment }) => is_base && segment > 0),
    sources: SOURCES.map((source) => sourceAmount(source, steps, live[steps.indexOf(peak)], live.at(-1)))
      .filter(({ tokens }) => tokens > 0)
      .sort(byCost),
    tools: toolAmounts(pieces),
    additions: steps
      .filter(({ driver }) => driver !== null)
      .map((step) => ({
        step,
        usd: step.growth_nano === null ? null : nano(step.growth_nano),
        leftAt: ends.get(step.step) ?? null,
        target: targetOf(step, pieces),
      }))
      .sort((a, b) => (b.usd ?? 0) - (a.usd ?? 0) || addedBy(b.step) - addedBy(a.step) || a.step.step - b.step.step),
    pieces: pieces.sort(
      (a, b) => (b.usd ?? 0) - (a.usd ?? 0) || b.result.carried_tokens - a.result.carried_tokens || a.result.step - b.result.step,
    ),
  };
}

function windowOf({ provider, windowTokens }: SessionContext, { model, context_tokens }: ContextStepRow): ContextSummary["window"] {
  const listed = listedWindow(provider, model);
  if (windowTokens !== null) return { tokens: windowTokens, basis: "logged" };
  return listed === null || listed < context_tokens ? null : { tokens: listed, basis: "listed" };
}

/** Tokens that a step added: its whole context if that is a base. */
export function addedBy({ is_base, context_tokens, delta_tokens }: ContextStepRow): number {
  return is_base ? context_tokens : Math.max(0, delta_tokens);
}

function sourceAmount(source: Source, steps: readonly ContextStepRow[], atPeak: Parts | undefined, atEnd: Parts | undefined): SourceAmount {
  const added = steps.filter((step) => step[source] > 0);
  return {
    source,
    tokens: sumOf(added, (step) => step[source]),
    usd: sumOfCosts(added.map((step) => cost(step[source], step.rent_nano))),
    steps: added.length,
    peakTokens: atPeak?.[source] ?? 0,
    endTokens: atEnd?.[source] ?? 0,
  };
}

function toolAmounts(pieces: readonly Piece[]): ToolAmount[] {
  const tools = [...new Set(pieces.map(({ result }) => result.tool))];
  return tools
    .map((tool) => {
      const own = pieces.filter(({ result }) => result.tool === tool);
      return {
        tool,
        results: own.length,
        tokens: sumOf(own, ({ result }) => result.carried_tokens),
        usd: sumOfCosts(own.map(({ usd }) => usd)),
      };
    })
    .sort(byCost);
}

interface Cost {
  readonly usd: number | null;
  readonly tokens: number;
}

function byCost(a: Cost, b: Cost): number {
  return (b.usd ?? 0) - (a.usd ?? 0) || b.tokens - a.tokens;
}

function cost(tokens: number, nanoPerToken: number | null): number | null {
  return nanoPerToken === null ? null : nano(tokens * nanoPerToken);
}

function nano(amount: number): number {
  return Math.round(amount) / NANO;
}

/** Null where none is known. */
function sumOfCosts(costs: readonly (number | null)[]): number | null {
  const priced = costs.filter((usd) => usd !== null);
  return priced.length === 0 ? null : Math.round(sumOf(priced, (usd) => usd) * NANO) / NANO;
}

/** The first step after the reset at which the tokens of a step leave, by step; none where they stay. */
function endsOf(steps: readonly ContextStepRow[]): Map<number, number> {
  const bases = new Map(steps.filter(({ is_base }) => is_base).map(({ segment, step }) => [segment, step]));
  return new Map(
    steps.flatMap(({ step, segment }) => {
      const next = bases.get(segment + 1);
      return next === undefined ? [] : [[step, next] as const];
    }),
  );
}

function targetOf({ step, driver, driver_tool }: ContextStepRow, pieces: readonly Piece[]): string | null {
  if (driver !== "tool_result") return null;
  const own = pieces.filter(({ result }) => result.step === step && result.tool === driver_tool).map(({ result }) => result);
  const [first, ...others] = own;
  if (!first) return null;
  return others.reduce((a, b) => (b.carried_tokens > a.carried_tokens ? b : a), first).target;
}
