/** What joins the context of each step of a session, as its file has it for the page to draw. Runs in browsers, too. */
import { sumInOrder } from "../../../stats/sum.ts";
import { type ContextStep, liveTokens, type Parts, partsOf, SOURCES, type Source } from "../../../trace/context.ts";
import type { TimelineData, TimelineStep } from "../../../trace/timeline.ts";

/** Numbers of steps are their places in the lists of tokens, from 0. */
export interface ContextData {
  /** Where each step is in the timeline; null where all are in its order. */
  readonly order: readonly number[] | null;
  /** The first steps after a context reset. */
  readonly resets: readonly number[];
  /** Steps before which results of tools were cleared. */
  readonly clears: readonly number[];
  /** Whole tokens of each step by source, without sources of none. */
  readonly tokens: Readonly<Partial<Record<Source, readonly number[]>>>;
}

/** A session in a file with others. */
export interface SessionData extends TimelineData {
  /** Null where it is not known. */
  readonly context: ContextData | null;
}

interface ContextRow extends Omit<ContextStep, "context_tokens"> {
  /** In the timeline. */
  readonly place: number;
}

/** @param rows in the order of the steps */
export function contextData(rows: readonly ContextRow[]): ContextData {
  const found = (holds: (row: ContextRow, before: ContextRow | undefined) => boolean) =>
    rows.flatMap((row, i) => (holds(row, rows[i - 1]) ? [i] : []));
  const tokens = SOURCES.map((source) => [source, rows.map((row) => Math.round(row[source]))] as const);
  return {
    order: rows.every(({ place }, i) => place === i) ? null : rows.map(({ place }) => place),
    resets: found((row, before) => before !== undefined && row.segment !== before.segment),
    clears: found((row) => row.clears_results),
    tokens: Object.fromEntries(tokens.filter(([, counts]) => counts.some((count) => count > 0))),
  };
}

/** Tokens that joined in all steps together, by source. */
export function grownBy({ tokens }: ContextData): { readonly source: Source; readonly tokens: number }[] {
  return SOURCES.map((source) => ({ source, tokens: sumInOrder(tokens[source] ?? []) })).filter((grown) => grown.tokens > 0);
}

/** What is in the context of each step of the timeline, by source; null where it is not known. */
export function liveContexts({ order, resets, clears, tokens }: ContextData, steps: readonly TimelineStep[]): (Parts | null)[] {
  const opens = new Set(resets);
  const clearing = new Set(clears);
  const count = Math.max(0, ...Object.values(tokens).map((counts) => counts.length));
  let segment = 0;
  const rows = Array.from({ length: count }, (_, i) => {
    const place = order?.[i] ?? i;
    const step = steps[place];
    if (opens.has(i)) segment += 1;
    return {
      ...partsOf((source) => tokens[source]?.[i] ?? 0),
      place,
      segment,
      clears_results: clearing.has(i),
      context_tokens: step ? step.prefixTokens + step.appendTokens : 0,
    };
  });
  const live = new Map(liveTokens(rows).map((parts, i) => [rows[i]?.place, parts]));
  return steps.map((_, i) => live.get(i) ?? null);
}
