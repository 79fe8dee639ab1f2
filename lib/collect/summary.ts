/** What the rows of both agents have in common. */
import { roundHalfEven } from "../format/numbers.ts";
import type { TimingEvent, TraceRow } from "./row.ts";

export type InputSummary = Pick<
  TraceRow,
  | "current_input_event_count"
  | "current_user_message_count"
  | "current_tool_result_count"
  | "current_user_message_chars"
  | "current_tool_result_chars"
  | "current_input_chars"
  | "first_input_event_type"
>;

/** Counts and sizes (code points) of the input among a row's events; only user messages and tool results are input. */
export function inputSummary(events: readonly TimingEvent[]): InputSummary {
  let [messages, messageChars, results, resultChars] = [0, 0, 0, 0];
  for (const event of events) {
    if (event.event_type === "user_message") {
      messages++;
      messageChars += event.content_chars ?? 0;
    } else if (event.event_type === "tool_result") {
      results++;
      resultChars += event.result_chars ?? 0;
    }
  }
  return {
    current_input_event_count: messages + results,
    current_user_message_count: messages,
    current_tool_result_count: results,
    current_user_message_chars: messageChars,
    current_tool_result_chars: resultChars,
    current_input_chars: messageChars + resultChars,
    first_input_event_type: events.find(isInput)?.event_type ?? null,
  };
}

/** When the response came, ms since 1970: the first time of its output, else of any event. Null without times. */
export function responseMs({ timing_events: events }: Pick<TraceRow, "timing_events">): number | null {
  return firstMs(events.filter((event) => !isInput(event))) ?? firstMs(events);
}

function firstMs(events: readonly TimingEvent[]): number | null {
  for (const { timestamp } of events) {
    const ms = timestampMs(timestamp);
    if (ms !== null) return ms;
  }
  return null;
}

function isInput(event: TimingEvent): boolean {
  return event.event_type === "user_message" || event.event_type === "tool_result";
}

const ISO_TIME =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?\s*(?:(Z)|([+-])(\d{2}):?(\d{2})(?::?(\d{2}))?)?)?$/i;

/** As agents write it, but for February 29. The engine's own parser is several times as fast, and takes days that no month has. */
const USUAL_TIME =
  /^\d{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

/** Milliseconds since 1970 of an ISO 8601 time, with microseconds as fraction; without offset it is UTC. Null when it is not a time. */
export function timestampMs(text: string | null): number | null {
  if (text !== null && USUAL_TIME.test(text)) return Date.parse(text);
  const parts = text === null || text.length > 64 ? null : ISO_TIME.exec(text);
  if (!parts) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = [1, 2, 3, 4, 5, 6].map((index) => Number(parts[index] ?? 0));
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  if (year < 100) date.setUTCFullYear(year);
  const isReal = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  if (!isReal) return null;
  const microseconds = Number((parts[7] ?? "").slice(0, 6).padEnd(6, "0"));
  return date.getTime() - offsetMs(parts) + microseconds / 1000;
}

function offsetMs(parts: RegExpExecArray): number {
  const [hours = 0, minutes = 0, seconds = 0] = [10, 11, 12].map((index) => Number(parts[index] ?? 0));
  return (parts[9] === "-" ? -1 : 1) * ((hours * 60 + minutes) * 60 + seconds) * 1000;
}

/** Whole milliseconds from one logged time to another, negative when they are in the wrong order; null when either is not a time. */
export function wallMs(from: string | null, to: string | null): number | null {
  const [start, end] = [timestampMs(from), timestampMs(to)];
  // Differences of microseconds are exact, those of fractions of milliseconds are not.
  return start === null || end === null ? null : roundHalfEven((Math.round(end * 1000) - Math.round(start * 1000)) / 1000);
}

/** Rounded half to even; null when there is no such safe integer. */
export function wholeMs(ms: number): number | null {
  const rounded = Number.isFinite(ms) ? roundHalfEven(ms) : ms;
  return Number.isSafeInteger(rounded) ? rounded : null;
}

const DISTINCT_NAMES = 500;
const NAME_CHARS = 100;

/** Counts a name that a transcript chose: long ones are cut, and when there are very many the rest counts as "(others)". */
export function countName(counts: Map<string, number>, name: string): void {
  const key = boundedName(counts, name);
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** What is kept under such a name. */
export function boundedEntry<V>(entries: Map<string, V>, name: string, empty: () => V): V {
  const key = boundedName(entries, name);
  const entry = entries.get(key) ?? empty();
  entries.set(key, entry);
  return entry;
}

function boundedName(names: ReadonlyMap<string, unknown>, name: string): string {
  const short = name.slice(0, NAME_CHARS);
  return names.has(short) || names.size < DISTINCT_NAMES ? short : "(others)";
}

/** Keys that are not known, named `prefix.key`. */
export function newKeys(prefix: string, value: object, known: ReadonlySet<string>): string[] {
  const found: string[] = [];
  for (const key of Object.keys(value)) if (!known.has(key)) found.push(`${prefix}.${key}`);
  return found;
}

export function keySets(lists: Record<string, readonly string[]>): Map<string, ReadonlySet<string>> {
  return new Map(Object.entries(lists).map(([name, keys]) => [name, new Set(keys)]));
}
