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
  const uncached = counter("assistant.usage.input_tokens", logged.input_tokens);
  const write = counter("assistant.usage.cache_creation_input_tokens", logged.cache_creation_input_tokens);
  const read = counter("assistant.usage.cache_read_input_tokens", logged.cache_read_input_tokens);
  const output = counter("assistant.usage.output_tokens", logged.output_tokens);
  const values = [uncached, write, read, output];
  const missing = values.filter((value) => value === undefined).length;
  if (missing === values.length) return null;
  const unreadable = missing === 0 ? [] : COUNTERS.filter((name, index) => (logged[name] ?? null) !== null && values[index] === undefined);
  return { logged, uncached: uncached ?? 0, write: write ?? 0, read: read ?? 0, output: output ?? 0, unreadable };
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
  for (let index = 0; index < score.length; index++) {
    const [part, otherPart] = [at(score, index), at(other, index)];
    if (part !== otherPart) return part < otherPart;
  }
  return false;
}

/** Counters of a row. Null where one that is part of it can't be read. */
export function rowCounters({ uncached, write, read, output, unreadable }: Usage) {
  const hasUncached = !unreadable.includes("input_tokens");
  const hasWrite = !unreadable.includes("cache_creation_input_tokens");
  const hasRead = !unreadable.includes("cache_read_input_tokens");
  return {
    input_tokens_total: hasUncached && hasWrite && hasRead ? uncached + write + read : null,
    prefix_tokens: hasRead ? read : null,
    newly_append_tokens: hasUncached && hasWrite ? uncached + write : null,
    claude_uncached_input_tokens: hasUncached ? uncached : null,
    claude_cache_creation_input_tokens: hasWrite ? write : null,
    claude_cache_read_input_tokens: hasRead ? read : null,
    output_tokens: unreadable.includes("output_tokens") ? null : output,
  };
}

/** What a row's facts take from its usage. */
export function usageFacts(
  usage: Usage,
  counter: CounterReader,
): Pick<RoundFacts, "cacheWrite5mTokens" | "cacheWrite1hTokens" | "serviceTier" | "speed" | "thinkingTokens"> {
  const { logged, write } = usage;
  const details = isObject(logged.output_tokens_details) ? logged.output_tokens_details : {};
  const { short, long } = cacheWrites(logged, write, counter);
  return {
    cacheWrite5mTokens: short,
    cacheWrite1hTokens: long,
    serviceTier: asText(logged.service_tier) ?? null,
    speed: asText(logged.speed) ?? null,
    thinkingTokens: counter("assistant.usage.output_tokens_details.thinking_tokens", details.thinking_tokens) ?? null,
  };
}

/** The split by lifetime, but only when it accounts for all that was written. */
function cacheWrites(logged: JsonObject, total: number, counter: CounterReader): { short: number | null; long: number | null } {
  const split = isObject(logged.cache_creation) ? logged.cache_creation : {};
  const short = counter("assistant.usage.cache_creation.ephemeral_5m_input_tokens", split.ephemeral_5m_input_tokens);
  const long = counter("assistant.usage.cache_creation.ephemeral_1h_input_tokens", split.ephemeral_1h_input_tokens);
  return short !== undefined && long !== undefined && short + long === total ? { short, long } : { short: null, long: null };
}

/** A call of a model inside a response whose tokens the counters of the response leave out. */
export interface InnerCall {
  readonly model: string | null;
  readonly usage: Usage;
}

/** Of the usage's iterations those of another model or of another kind than the message itself. */
export function innerCallsOf({ logged }: Usage, model: string | null, counter: CounterReader): InnerCall[] {
  if (!Array.isArray(logged.iterations)) return [];
  return logged.iterations.flatMap((iteration) => {
    if (!isObject(iteration)) return [];
    const own = asText(iteration.model) ?? model;
    const isPart = (asText(iteration.type) ?? "message") === "message" && own === model;
    const usage = isPart ? null : usageOf(iteration, counter);
    return usage === null ? [] : [{ model: own, usage }];
  });
}

/** Calls of tools that the provider ran inside the response, by the tool's name. */
export function serverCallsOf({ logged }: Usage, counter: CounterReader): Record<string, number> {
  const counts: [string, number][] = [];
  if (!isObject(logged.server_tool_use)) return {};
  for (const [name, value] of Object.entries(logged.server_tool_use)) {
    const count = counter(`assistant.usage.server_tool_use.${name}`, value) ?? 0;
    if (name.endsWith(REQUESTS) && count > 0) counts.push([name.slice(0, -REQUESTS.length), count]);
  }
  return Object.fromEntries(counts);
}

const REQUESTS = "_requests";
