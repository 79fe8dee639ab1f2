/** What there is to collect, by names, sizes and times of files alone. */

import path from "node:path";
import { grouped } from "../format/numbers.ts";
import { at } from "../stats/known.ts";
import type { Period } from "./days.ts";
import type { Discovery, Store } from "./discover.ts";
import type { SkippedPath, Transcript } from "./finds.ts";
import { byteText } from "./report.ts";
import { PROVIDERS, type Provider } from "./row.ts";

export interface Count {
  /** Files. */
  readonly transcripts: number;
  /** Conversations of a user with an agent: names of transcripts, each once however many copies there are. Sub-agents are none. */
  readonly sessions: number;
  /** Claude's transcripts of sub-agents; those of Codex can only be recognized by their text. */
  readonly subAgentTranscripts: number;
  readonly bytes: number;
  /** Times of change, ISO 8601 in UTC; null without transcripts. */
  readonly firstChangedAt: string | null;
  readonly lastChangedAt: string | null;
}

export interface UserCount extends Count {
  readonly user: string;
  readonly home: string;
  readonly provider: Provider;
}

/** Plain data, to be written as JSON as it is. */
export interface Census {
  readonly scan: Discovery["scan"];
  readonly homes: readonly string[];
  readonly stores: readonly (Store & Count)[];
  /** By home in order of discovery, Claude before Codex; only those with transcripts. */
  readonly users: readonly UserCount[];
  readonly total: Count;
  readonly period: Period;
  readonly leftOut: Discovery["leftOut"];
  readonly skipped: readonly SkippedPath[];
}

const SHOWN_PATHS = 10;

export function takeCensus(discovery: Discovery): Census {
  const { scan, homes, stores, transcripts, skipped, leftOut, period } = discovery;
  const users = homes.flatMap((home) =>
    PROVIDERS.map((provider) => ({
      user: path.basename(home),
      home,
      provider,
      ...count(transcripts.filter((transcript) => transcript.home === home && transcript.provider === provider)),
    })),
  );
  return {
    scan,
    homes,
    stores: stores.map((store) => ({ ...store, ...count(transcripts.filter((transcript) => isIn(store, transcript))) })),
    users: users.filter((user) => user.transcripts > 0),
    total: sum(users),
    period,
    leftOut,
    skipped,
  };
}

function isIn(store: Store, transcript: Transcript): boolean {
  return transcript.path.startsWith(store.folder + path.sep);
}

/** Of one provider in one home. */
function count(transcripts: readonly Transcript[]): Count {
  const times = transcripts.map((transcript) => transcript.mtimeMs).sort((a, b) => a - b);
  const main = transcripts.filter((transcript) => !isSubAgent(transcript));
  return {
    transcripts: transcripts.length,
    sessions: new Set(main.map((transcript) => transcript.sessionKey)).size,
    subAgentTranscripts: transcripts.length - main.length,
    bytes: transcripts.reduce((sum, transcript) => sum + transcript.size, 0),
    firstChangedAt: isoTime(times[0] ?? null),
    lastChangedAt: isoTime(times.at(-1) ?? null),
  };
}

/** In a folder of its session, or, by older versions of the agent, next to it. */
function isSubAgent({ provider, sessionKey }: Transcript): boolean {
  return provider === "claude" && (sessionKey.includes("/") || sessionKey.startsWith("agent-"));
}

function sum(counts: readonly Count[]): Count {
  const add = (pick: (count: Count) => number) => counts.reduce((total, count) => total + pick(count), 0);
  const firsts = counts.flatMap((count) => count.firstChangedAt ?? []).sort();
  const lasts = counts.flatMap((count) => count.lastChangedAt ?? []).sort();
  return {
    transcripts: add((count) => count.transcripts),
    sessions: add((count) => count.sessions),
    subAgentTranscripts: add((count) => count.subAgentTranscripts),
    bytes: add((count) => count.bytes),
    firstChangedAt: firsts[0] ?? null,
    lastChangedAt: lasts.at(-1) ?? null,
  };
}

function isoTime(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

/** The census as text, columns aligned. */
export function censusLines(census: Census): string[] {
  return [
    ...(census.total.transcripts === 0 ? nothingLines(census) : tableLines(census)),
    ...leftOutLines(census),
    ...skippedLines(
      census.skipped.filter((skipped) => skipped.kind !== "duplicate"),
      "not read",
    ),
    ...skippedLines(
      census.skipped.filter((skipped) => skipped.kind === "duplicate"),
      "a second copy, left out",
    ),
  ];
}

function nothingLines({ stores, homes }: Census): string[] {
  const folders = stores.length > 0 ? stores.map((store) => store.folder) : homes;
  return ["No transcripts found. Looked in:", ...folders.map((folder) => `  ${folder}`)];
}

function tableLines({ users, total }: Census): string[] {
  const header = ["user", "agent", "transcripts", "sessions", "of sub-agents", "size", "changed (UTC)"];
  const rows = users.map((user) => [user.user, user.provider, ...cells(user)]);
  const totals = users.length > 1 ? [["total", "", ...cells(total)]] : [];
  return aligned([header, ...rows, ...totals]);
}

function cells({ transcripts, sessions, subAgentTranscripts, bytes, firstChangedAt, lastChangedAt }: Count): string[] {
  const changed = [firstChangedAt, lastChangedAt].map((time) => time?.slice(0, "2026-01-31".length)).join(" to ");
  return [grouped(transcripts), grouped(sessions), grouped(subAgentTranscripts), byteText(bytes), changed];
}

/** Texts to the left, numbers to the right. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = at(rows, 0).map((_, column) => Math.max(...rows.map((row) => [...at(row, column)].length)));
  const isText = (column: number) => column < 2 || column === widths.length - 1;
  const pad = (cell: string, column: number) => {
    const space = " ".repeat(at(widths, column) - [...cell].length);
    return isText(column) ? cell + space : space + cell;
  };
  return rows.map((row) => row.map(pad).join("  ").trimEnd());
}

function leftOutLines({ leftOut, period }: Census): string[] {
  return [
    ...(leftOut.since > 0 ? [`Left out by --since, not changed since ${isoTime(period.sinceMs)}: ${grouped(leftOut.since)}`] : []),
    ...(leftOut.projects > 0 ? [`Left out by --project, Claude Code's transcripts of other projects: ${grouped(leftOut.projects)}`] : []),
  ];
}

function skippedLines(skipped: readonly SkippedPath[], what: string): string[] {
  const shown = skipped.slice(0, SHOWN_PATHS).map(({ path, reason }) => `${what}: ${path}: ${reason}`);
  const rest = skipped.length - shown.length;
  return rest > 0 ? [...shown, `${what}: ${grouped(rest)} more`] : shown;
}
