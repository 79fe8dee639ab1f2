/** Usage of a response of Claude, as its records repeat it while it grows. */
import { at } from "../stats/known.ts";
import { asInteger, asText, isObject, type Json, type JsonObject } from "../trace/exact-json.ts";
import type { RoundFacts } from "./row.ts";

export interface Usage {
  readonly logged: JsonObject;
  readonly uncached: number;
  readonly write: number;
  readonly read: number;
  readonly output: number;
  /** Counters that are there and can't be read; above they are 0. */
  readonly unreadable: readonly Counter[];
}

/** Reads a counter; undefined when it is missing or can't be read. */
export type CounterReader = (name: string, value: Json | undefined) => number | undefined;

/** The published extractor takes counters for missing that are not spelled as integers. */
export const publishedCounter: CounterReader = (_name, value) => asInteger(value);

/** Null when no counter is a number; a single one that is missing counts as 0. */
export function usageOf(logged: Json | undefined, counter: CounterReader): Usage | null {
  if (!isObject(logged)) return null;
  const values = COUNTERS.map((name) => counter(`assistant.usage.${name}`, logged[name]));
  if (values.every((value) => value === undefined)) return null;
  const [uncached = 0, write = 0, read = 0, output = 0] = values;
  const unreadable = COUNTERS.filter((name, index) => (logged[name] ?? null) !== null && values[index] === undefined);
  return { logged, uncached, write, read, output, unreadable };
}

const COUNTERS = ["input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens", "output_tokens"] as const;
type Counter = (typeof COUNTERS)[number];

export function tokensOf({ uncached, write, read, output }: Usage): number {
  return uncached + write + read + output;
}

/** 1 if all counters could be read, output tokens, input tokens, and 1 if the message had a stop reason. */
export type UsageScore = readonly [number, number, number, number];

export function scoreOf(usage: Usage, hasStopped: boolean): UsageScore {
  return [usage.unreadable.length > 0 ? 0 : 1, usage.output, usage.uncached + usage.write + usage.read, hasStopped ? 1 : 0];
}

/** Whether a counter of the usage could not be read. */
export function isPartial([hasAllCounters]: UsageScore): boolean {
  return hasAllCounters === 0;
}

export function isLower(score: UsageScore, other: UsageScore): boolean {
  const differing = score.findIndex((part, index) => part !== other[index]);
  return differing !== -1 && at(score, differing) < at(other, differing);
}

/** Counters of a row. Null where one that is part of it can't be read. */
export function rowCounters({ uncached, write, read, output, unreadable }: Usage) {
  const unlessUnreadable = (value: number, ...parts: Counter[]) => (parts.some((part) => unreadable.includes(part)) ? null : value);
  const append = ["input_tokens", "cache_creation_input_tokens"] as const;
  return {
    input_tokens_total: unlessUnreadable(uncached + write + read, ...append, "cache_read_input_tokens"),
    prefix_tokens: unlessUnreadable(read, "cache_read_input_tokens"),
    newly_append_tokens: unlessUnreadable(uncached + write, ...append),
    claude_uncached_input_tokens: unlessUnreadable(uncached, "input_tokens"),
    claude_cache_creation_input_tokens: unlessUnreadable(write, "cache_creation_input_tokens"),
    claude_cache_read_input_tokens: unlessUnreadable(read, "cache_read_input_tokens"),
    output_tokens: unlessUnreadable(output, "output_tokens"),
  };
}

/** What a row's facts take from its usage. */
export function usageFacts(
  usage: Usage,
  counter: CounterReader,
): Pick<RoundFacts, "cacheWrite5mTokens" | "cacheWrite1hTokens" | "serviceTier" | "speed" | "thinkingTokens"> {
  const { logged, write } = usage;
  const details = isObject(logged.output_tokens_details) ? logged.output_tokens_details : {};
  return {
    ...cacheWrites(logged, write, counter),
    serviceTier: asText(logged.service_tier) ?? null,
    speed: asText(logged.speed) ?? null,
    thinkingTokens: counter("assistant.usage.output_tokens_details.thinking_tokens", details.thinking_tokens) ?? null,
  };
}

/** The split by lifetime, but only when it accounts for all that was written. */
function cacheWrites(
  logged: JsonObject,
  total: number,
  counter: CounterReader,
): Pick<RoundFacts, "cacheWrite5mTokens" | "cacheWrite1hTokens"> {
  const split = isObject(logged.cache_creation) ? logged.cache_creation : {};
  const read = (name: string) => counter(`assistant.usage.cache_creation.${name}`, split[name]) ?? null;
  const [short, long] = [read("ephemeral_5m_input_tokens"), read("ephemeral_1h_input_tokens")];
  const isWhole = short !== null && long !== null && short + long === total;
  return { cacheWrite5mTokens: isWhole ? short : null, cacheWrite1hTokens: isWhole ? long : null };
}

/** A call of a model inside a response whose tokens the counters of the response leave out. */
export interface InnerCall {
  readonly model: string | null;
  readonly usage: Usage;
}

/** Of the usage's iterations those of another model or of another kind than the message itself. */
export function innerCallsOf({ logged }: Usage, model: string | null, counter: CounterReader): InnerCall[] {
  const iterations = Array.isArray(logged.iterations) ? logged.iterations : [];
  return iterations.flatMap((iteration) => {
    if (!isObject(iteration)) return [];
    const own = asText(iteration.model) ?? model;
    const isPart = (asText(iteration.type) ?? "message") === "message" && own === model;
    const usage = isPart ? null : usageOf(iteration, counter);
    return usage === null ? [] : [{ model: own, usage }];
  });
}

/** Calls of tools that the provider ran inside the response, by the tool's name. */
export function serverCallsOf({ logged }: Usage, counter: CounterReader): Record<string, number> {
  const requests = isObject(logged.server_tool_use) ? logged.server_tool_use : {};
  const counts = Object.entries(requests).flatMap(([name, value]): [string, number][] => {
    const count = counter(`assistant.usage.server_tool_use.${name}`, value) ?? 0;
    return name.endsWith(REQUESTS) && count > 0 ? [[name.slice(0, -REQUESTS.length), count]] : [];
  });
  return Object.fromEntries(counts);
}

const REQUESTS = "_requests";
