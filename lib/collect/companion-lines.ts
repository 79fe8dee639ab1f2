/** Lines of the files next to a trace, with pseudonyms for what must not be read there. */
import type { DetailsLine, EventLine, InputLine, SessionLine } from "../trace/companions.ts";
import type { Pseudonyms } from "../trace/pseudonym.ts";
import { projectOf } from "./project.ts";
import type { Provider, SessionEvent, SessionFacts } from "./row.ts";
import type { RowMark, TranscriptSummary } from "./stored.ts";

const PSEUDONYM_DIGITS = 16;

export function pseudonym(pseudonyms: Pseudonyms, kind: string, value: string): string;
export function pseudonym(pseudonyms: Pseudonyms, kind: string, value: string | null): string | null;
export function pseudonym(pseudonyms: Pseudonyms, kind: string, value: string | null): string | null {
  return value === null ? null : `${kind}_${pseudonyms.hex(kind, value, PSEUDONYM_DIGITS)}`;
}

/** Of a row, and the row that holds its response first. */
export interface Holding {
  readonly isFirst: boolean;
  readonly firstSessionId: string;
}

export function detailsLine(
  mark: RowMark,
  transcriptId: string,
  { isFirst, firstSessionId }: Holding,
  pseudonyms: Pseudonyms,
): DetailsLine {
  const { facts } = mark;
  return {
    trace_key: mark.traceKey,
    transcript_id: transcriptId,
    response_id: pseudonym(pseudonyms, "response", facts.responseId),
    request_id: pseudonym(pseudonyms, "request", facts.requestId),
    cache_write_5m_tokens: facts.cacheWrite5mTokens,
    cache_write_1h_tokens: facts.cacheWrite1hTokens,
    service_tier: facts.serviceTier,
    speed: facts.speed,
    output_is_placeholder: facts.outputIsPlaceholder,
    is_first_holder: isFirst,
    first_holder_session_id: firstSessionId,
    effort: facts.effort,
    thinking_tokens: facts.thinkingTokens,
    cache_miss_reason: facts.cacheMissReason,
    is_inherited: facts.isInherited,
    speakers: joined(facts.speakers),
    hook_ms: facts.hookMs,
    cache_write_tokens: facts.cacheWriteTokens,
    advisor_of: pseudonym(pseudonyms, "response", facts.advisorOf),
  };
}

/** A keyed hash: who knows an input can't look for it without the key. */
export function inputLines({ traceKey, inputs }: RowMark, pseudonyms: Pseudonyms): InputLine[] {
  return inputs.map(({ toolIndex, sha256, target, verb }) => ({
    trace_key: traceKey,
    tool_index: toolIndex,
    input_hash: pseudonyms.hex("tool_input", sha256, PSEUDONYM_DIGITS),
    target,
    verb,
  }));
}

/** A session of a transcript: its own, or a sub-agent that only its records show. */
export interface ListedSession {
  readonly transcript: {
    readonly provider: Provider;
    readonly user: string;
    readonly store: string;
    readonly project: string | null;
    readonly summary: TranscriptSummary;
  };
  readonly session: SessionFacts;
  readonly transcriptId: string;
  readonly parentToolCallId: string | null;
  readonly roundCount: number;
}

export function sessionLine(listed: ListedSession, pseudonyms: Pseudonyms): SessionLine {
  const { transcript, session, transcriptId, parentToolCallId, roundCount } = listed;
  const isOwn = session.knownFrom === "transcript";
  return {
    provider: transcript.provider,
    session_id: session.sessionId,
    transcript_id: transcriptId,
    project: projectOf(transcript),
    user: transcript.user,
    store: transcript.store,
    client_version: joined(session.clientVersions),
    originator: session.originator,
    relation: session.relation,
    parent_session_id: session.parentSessionId,
    parent_tool_call_id: parentToolCallId,
    compaction_count: session.compactionTimes.length,
    compaction_times: joined(session.compactionTimes.filter((time) => time !== null)),
    first_at: session.firstAt,
    last_at: session.lastAt,
    cwd_pseudonym: pseudonym(pseudonyms, "cwd", session.cwd),
    git_branch_pseudonym: pseudonym(pseudonyms, "git_branch", session.gitBranch),
    byte_count: isOwn ? transcript.summary.stamp.bytes : 0,
    record_count: session.recordCount,
    round_count: roundCount,
    unknown_record_count: Object.values(session.unknownRecords).reduce((sum, count) => sum + count, 0),
    rejected_line_count: isOwn ? transcript.summary.rejected.count : 0,
    title: session.title,
    agent_type: session.agentType,
    context_window_tokens: session.contextWindowTokens,
    effort: session.effort,
    ended_reason: session.endedReason,
    known_from: session.knownFrom,
  };
}

/** @param isWanted whether the event has a line */
export function eventLines(session: SessionFacts, transcriptId: string, isWanted: (event: SessionEvent) => boolean): EventLine[] {
  return session.events.flatMap((event, index) => {
    const { kind, timestamp, tokensBefore, tokensAfter, trigger, toolCallIds } = event;
    const line: EventLine = {
      session_id: session.sessionId,
      transcript_id: transcriptId,
      seq: index + 1,
      timestamp,
      kind,
      tokens_before: tokensBefore,
      tokens_after: tokensAfter,
      trigger,
      tool_call_ids: joined(toolCallIds),
    };
    return isWanted(event) ? [line] : [];
  });
}

function joined(values: readonly string[]): string | null {
  return values.length > 0 ? values.join(" ") : null;
}
