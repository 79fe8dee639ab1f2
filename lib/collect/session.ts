/** What an extractor knows of the session, whichever agent wrote the transcript, and how it is kept between two runs. */
import { asText, encode, type Json, parseJson } from "../trace/exact-json.ts";
import type { SessionFacts } from "./row.ts";
import { countName, timestampMs } from "./summary.ts";

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

  /** Counts a record. Names of known records are passed as null. */
  noteRecord(unknownName: string | null, timestamp: string | null): void {
    this.recordCount++;
    if (unknownName !== null) countName(this.unknownRecords, unknownName);
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
    };
  }
}

export function nonEmpty(value: Json | undefined): string | null {
  return asText(value) || null;
}

/** Inputs of tools may hold numbers that plain JSON would change, and any depth; they are kept as texts of their own. */
export function freeze(state: SessionState): string {
  return JSON.stringify(state, (key, value) => {
    if (value instanceof Map) return { $map: [...value] };
    if (value instanceof Set) return { $set: [...value] };
    return key === "input" ? encode(value) : value;
  });
}

/** Gives a new state what `freeze` made of another. */
export function thaw<S extends SessionState>(state: S, saved: string): S {
  const read = JSON.parse(saved, (key, value) => {
    if (value?.$map) return new Map(value.$map);
    if (value?.$set) return new Set(value.$set);
    return key === "input" ? (parseJson(Buffer.from(value)) ?? null) : value;
  });
  return Object.assign(state, read);
}
