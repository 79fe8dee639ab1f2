/** What replaces an identifier: a keyed pseudonym in hex digits, with a prefix or shape that says what it stands for. */
import type { Pseudonyms } from "../trace/pseudonym.ts";

const DIGITS = 16;
/** A trace has hundreds of names, not millions, and short ones fit into figures: of a thousand, the chance that two meet is 1 in 500 million. */
const NAME_DIGITS = 12;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const NUMBERED = /^(.*):(0|[1-9]\d{0,8})$/s;
const SUBAGENTS = "/subagents/";

export function plainPseudonym(pseudonyms: Pseudonyms, kind: string, value: string, prefix: string): string {
  return pseudonyms.remembered(kind, value, () => prefix + pseudonyms.hex(kind, value, DIGITS));
}

export function namePseudonym(pseudonyms: Pseudonyms, kind: string, value: string): string {
  return pseudonyms.remembered(kind, value, () => pseudonyms.hex(kind, value, NAME_DIGITS));
}

/** Another UUID for a UUID, else `turn_` and hex digits. */
export function turnPseudonym(pseudonyms: Pseudonyms, turnId: string): string {
  if (!UUID.test(turnId)) return plainPseudonym(pseudonyms, "turn_id", turnId, "turn_");
  return pseudonyms.remembered("turn_id", turnId, () => pseudonyms.uuid("turn_id", turnId));
}

/** Codex numbers the steps of a turn, `<turn id>:<number>`. The number stays when it can be that: it is not above the step's number in its session. */
export function roundPseudonym(pseudonyms: Pseudonyms, roundId: string, roundIndex: number | null): string {
  const [, turn = "", number] = NUMBERED.exec(roundId) ?? [];
  if (number !== undefined && Number(number) <= (roundIndex ?? -1)) return `${turnPseudonym(pseudonyms, turn)}:${number}`;
  return plainPseudonym(pseudonyms, "round_id", roundId, "round_");
}

export function callPseudonym(pseudonyms: Pseudonyms, toolCallId: string): string {
  return plainPseudonym(pseudonyms, "tool_call_id", toolCallId, "call_");
}

/** The session itself, or the one that a sub-agent's session belongs to. */
export function baseSession(sessionId: string): string {
  const cut = sessionId.indexOf(SUBAGENTS);
  return cut < 0 ? sessionId : sessionId.slice(0, cut);
}

/**
 * `<prefix>:` and a UUID-like name; of a sub-agent's session the pseudonym of the session that it belongs to,
 * `/subagents/agent-` and hex digits, so that the relation survives.
 */
export function sessionPseudonym(pseudonyms: Pseudonyms, prefix: string, sessionId: string): string {
  const base = baseSession(sessionId);
  const own = `${prefix}:${pseudonyms.remembered("session_id", base, () => pseudonyms.uuid("session_id", base))}`;
  return base === sessionId ? own : own + SUBAGENTS + plainPseudonym(pseudonyms, "subagent", sessionId, "agent-");
}

/** Patterns of what the functions above write, and of what other sanitizers of these traces do (8 digits and more). */
const HEX = "[0-9a-f]{8,64}";
const UUID_LIKE = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
const TURN = `(?:${UUID_LIKE}|turn_${HEX})`;
const PROVIDER = `(?:claude|codex|provider_${HEX})`;
const SESSION = `(?:claude|codex|session):(?:${UUID_LIKE}|${HEX})(?:${SUBAGENTS}agent-${HEX})?`;
const ROUND = `(?:${TURN}:(?:0|[1-9]\\d{0,8})|round_${HEX})`;

export const PATTERNS = {
  hex: HEX,
  name: `[0-9a-f]{${NAME_DIGITS}}`,
  provider: PROVIDER,
  turn: TURN,
  session: SESSION,
  round: ROUND,
  call: `call_${HEX}`,
  traceKey: `(?:${PROVIDER}:${SESSION}:${ROUND}|trace_${HEX})`,
} as const;
