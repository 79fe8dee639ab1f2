/** What traces of other programs say, in one form for all formats. No text of a prompt or an answer is ever part of it. */
import { bytesOf, textOf } from "../files/bytes.ts";
import type { Json } from "../trace/exact-json.ts";
import { RawNumber } from "../trace/exact-json.ts";

/** Times are epoch microseconds in UTC. */
export interface Fact {
  /** What belongs together: facts of one trace name each other as parents. */
  readonly trace: string;
  /** Unique within the trace. */
  readonly id: string;
  readonly parent: string | null;
  /** The conversation, where the record names it. */
  readonly conversation: string | null;
  readonly start: number | null;
  /** Null where it is not known when something ended. */
  readonly end: number | null;
  readonly what: Step | Call | Agent | Message | Half | Other;
}

/** A call of a model. */
export interface Step {
  readonly kind: "step";
  readonly provider: string | null;
  readonly responseId: string | null;
  readonly model: string | null;
  readonly firstOutput: number | null;
  readonly tokens: Tokens;
  /** Its place in the session, from 1, and the number of its request, 0 before the first: where the record has them. */
  readonly no: number | null;
  readonly request: number | null;
}

/** Null: not known. */
export interface Tokens {
  /** All input, with what came from the cache and what was written to it. */
  readonly input: number | null;
  readonly cacheRead: number | null;
  readonly cacheWrite: number | null;
  /** All output, with reasoning. */
  readonly output: number | null;
  readonly reasoning: number | null;
  /** The cache reads and writes are counted as Anthropic does. */
  readonly isAnthropic: boolean;
}

/** A call of a tool. */
export interface Call {
  readonly kind: "call";
  readonly name: string | null;
  readonly callId: string | null;
  readonly isError: boolean | null;
  readonly resultChars: number | null;
  /** Place of the step that made it, where the record has it. */
  readonly step: number | null;
}

/** An agent at work, from a request to its answer. */
export interface Agent {
  readonly kind: "agent";
}

/** From a person. */
export interface Message {
  readonly kind: "message";
}

/** The beginning or the end of a call of a model or a tool, to be joined with the other half. */
export interface Half {
  readonly kind: "half";
  readonly of: "step" | "call";
  readonly isEnd: boolean;
  /** Of the model or the tool. */
  readonly name: string | null;
  readonly callId: string | null;
  readonly input: number | null;
  readonly output: number | null;
  readonly isError: boolean;
}

/** Only there as the parent of others, or to name the conversation of its trace. */
export interface Other {
  readonly kind: "other";
}

/** Something that no row is made of. */
export interface Reject {
  /** In the plural, such as `calls of models without a time`. */
  readonly reason: string;
  /** Input and output that it counts. */
  readonly tokens: number;
}

export type Finding = { readonly fact: Fact } | { readonly reject: Reject };

export interface ReaderOptions {
  /** `gen_ai.usage.input_tokens` leaves out what was read from the cache or written to it. */
  readonly cachedApart: boolean;
  /** A count of cached tokens that is missing is 0. */
  readonly missingIsZero: boolean;
}

export const CONTRADICTORY = "input counts that contradict each other";

/** Names are kept up to this length. */
const MOST_CHARACTERS = 500;

/** A text that names something; null for anything else and for the empty text. */
export function nameOf(value: Json | undefined): string | null {
  // Halves of characters would not be JSON for the engine.
  return typeof value === "string" && value !== "" ? textOf(bytesOf(value.slice(0, MOST_CHARACTERS))) : null;
}

/** A count of tokens or the like in any spelling; null for what is not a whole number from 0. */
export function countOf(value: Json | undefined): number | null {
  if (value === null || value === undefined || typeof value === "boolean") return null;
  const text = value instanceof RawNumber ? value.text : value;
  const number = typeof text === "number" || (typeof text === "string" && text.trim() !== "") ? Number(text) : Number.NaN;
  return Number.isSafeInteger(number) && number >= 0 ? number : null;
}

/** The first count under one of the names. */
export function firstCount(values: Readonly<Record<string, Json | undefined>>, names: readonly string[]): number | null {
  for (const name of names) {
    const count = countOf(values[name]);
    if (count !== null) return count;
  }
  return null;
}

/** An ISO 8601 time, or one with a space in place of the T and without a zone, which is UTC. Null for anything else. */
export function timeOf(value: Json | undefined): number | null {
  if (typeof value !== "string") return null;
  const [, day, clock, fraction = "", zone = "Z"] = ISO.exec(value) ?? [];
  if (day === undefined) return null;
  const ms = Date.parse(`${day}T${clock}${zone}`);
  return Number.isNaN(ms) ? null : ms * 1000 + Number(fraction.padEnd(6, "0").slice(0, 6));
}

const ISO = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)?$/;

export function sumOfTokens({ input, output }: Pick<Tokens, "input" | "output">): number {
  return (input ?? 0) + (output ?? 0);
}
