/** What an extractor knows of the session, whichever agent wrote the transcript, and how it is kept between two runs. */
import { bytesOf } from "../files/bytes.ts";
import { asNumber, asText, encode, type Json, parseJson } from "../trace/exact-json.ts";
import type { DroppedUsage, NotRead, RoundFacts, SessionEvent, SessionFacts } from "./row.ts";
import { boundedEntry, countName, timestampMs } from "./summary.ts";

interface Instant {
  readonly ms: number;
  readonly text: string;
}

const VERSIONS_LIMIT = 1000;

export class SessionState {
  clientVersions: string[] = [];
  originator: string | null = null;
  compactionTimes: (string | null)[] = [];
  first: Instant | null = null;
  last: Instant | null = null;
  cwd: string | null = null;
  gitBranch: string | null = null;
  gitRemote: string | null = null;
  recordCount = 0;
  unknownRecords = new Map<string, number>();
  unknownKeys = new Map<string, number>();
  title: string | null = null;
  agentType: string | null = null;
  contextWindowTokens: number | null = null;
  effort: string | null = null;
  endedReason: string | null = null;
  events: SessionEvent[] = [];
  notRead = new Map<string, NotRead>();
  droppedUsage = new Map<string, DroppedUsage>();
  rejectedCounters = new Map<string, number>();

  /** Counts a record. Names of known records are passed as null. */
  noteRecord(unknownName: string | null, timestamp: string | null): void {
    this.recordCount++;
    if (unknownName !== null) countName(this.unknownRecords, unknownName);
    this.noteTime(timestamp);
  }

  /** Widens the bounds of the session. */
  noteTime(timestamp: string | null): void {
    const ms = timestampMs(timestamp);
    if (timestamp === null || ms === null) return;
    if (this.first === null || ms < this.first.ms) this.first = { ms, text: timestamp };
    if (this.last === null || ms > this.last.ms) this.last = { ms, text: timestamp };
  }

  noteKeys(unknown: readonly string[]): void {
    for (const key of unknown) countName(this.unknownKeys, key);
  }

  noteVersion(version: string | null): void {
    if (version !== null && !this.clientVersions.includes(version) && this.clientVersions.length < VERSIONS_LIMIT)
      this.clientVersions.push(version);
  }

  /** Counts what says something and is not read. @param amount what its numbers come to */
  noteNotRead(name: string, amount: number | null = null): void {
    const known = boundedEntry(this.notRead, name, () => ({ count: 0, sum: null }));
    known.count++;
    if (amount !== null) known.sum = (known.sum ?? 0) + amount;
  }

  noteDroppedUsage(reason: string, tokens: number): void {
    const dropped = boundedEntry(this.droppedUsage, reason, () => ({ records: 0, tokens: 0 }));
    dropped.records++;
    dropped.tokens += tokens;
  }

  /**
   * A counter in any spelling of a whole number: `77`, `77.0`, `"77"`. Undefined when it is missing or null, and when it is
   * anything else, which is counted as rejected.
   */
  counter(name: string, value: Json | undefined): number | undefined {
    if (value === undefined || value === null) return undefined;
    const number = wholeNumber(value);
    if (number === undefined) countName(this.rejectedCounters, name);
    return number;
  }

  sessionFacts(): Omit<SessionFacts, "sessionId" | "relation" | "parentSessionId" | "parentToolCallId"> {
    return {
      clientVersions: [...this.clientVersions],
      originator: this.originator,
      compactionTimes: [...this.compactionTimes],
      firstAt: this.first?.text ?? null,
      lastAt: this.last?.text ?? null,
      cwd: this.cwd,
      gitBranch: this.gitBranch,
      gitRemote: this.gitRemote,
      recordCount: this.recordCount,
      unknownRecords: Object.fromEntries(this.unknownRecords),
      unknownKeys: Object.fromEntries(this.unknownKeys),
      title: this.title,
      agentType: this.agentType,
      contextWindowTokens: this.contextWindowTokens,
      effort: this.effort,
      endedReason: this.endedReason,
      knownFrom: "transcript",
      events: [...this.events],
      notRead: copied(this.notRead),
      droppedUsage: copied(this.droppedUsage),
      rejectedCounters: Object.fromEntries(this.rejectedCounters),
    };
  }
}

/** What a step is not known to have. */
export const NO_FACTS: Omit<RoundFacts, "speakers"> = {
  responseId: null,
  requestId: null,
  cacheWrite5mTokens: null,
  cacheWrite1hTokens: null,
  serviceTier: null,
  speed: null,
  outputIsPlaceholder: null,
  effort: null,
  thinkingTokens: null,
  cacheMissReason: null,
  isInherited: null,
  hookMs: null,
  cacheWriteTokens: null,
  advisorOf: null,
};

/** A number that is a whole one of any size up to 2^53, or a text that spells one. */
export function wholeNumber(value: Json | undefined): number | undefined {
  const number = typeof value === "string" && DECIMAL.test(value) ? Number(value) : asNumber(value);
  return number !== undefined && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}

const DECIMAL = /^\s*\+?\d{1,20}(?:\.\d{0,20})?(?:e[+-]?\d{1,2})?\s*$/i;

function copied<V extends object>(values: ReadonlyMap<string, V>): Record<string, V> {
  return Object.fromEntries([...values].map(([name, value]) => [name, { ...value }]));
}

export function nonEmpty(value: Json | undefined): string | null {
  return asText(value) || null;
}

/** Inputs of tools may hold numbers that plain JSON would change, and any depth; they are kept as texts of their own. */
export function freeze(state: SessionState): string {
  return JSON.stringify(state, function (this: Readonly<Record<string, unknown>>, key, value) {
    // Vega-Lite, where it is loaded, gives sets a `toJSON`, so `value` need not be the set.
    const held = this[key];
    if (held instanceof Map) return { $map: [...held] };
    if (held instanceof Set) return { $set: [...held] };
    return key === "input" ? encode(value) : value;
  });
}

/** Gives a new state what `freeze` made of another. */
export function thaw<S extends SessionState>(state: S, saved: string): S {
  const read = JSON.parse(saved, (key, value) => {
    if (value?.$map) return new Map(value.$map);
    if (value?.$set) return new Set(value.$set);
    return key === "input" ? (parseJson(bytesOf(value)) ?? null) : value;
  });
  return Object.assign(state, read);
}
