/** What replaces an identifier: a pseudonym of the same shape where that holds enough, else a prefix and 16 hex digits. */
import type { Pseudonyms } from "../trace/pseudonym.ts";

/** Digits of pseudonyms that have no shape to keep. */
const PLAIN_HEX_DIGITS = 16;
/** Shapes below are too few to keep a million ids apart. */
const MIN_HEX_DIGITS = 16;
const MIN_BASE62_LENGTH = 11;
const MAX_KEPT_LENGTH = 128;

const PREFIXED_HEX = /^(msg_|toolu_)([0-9a-f]+)$/;
const CALL = /^call_([A-Za-z0-9]+)$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const HEX = /^[0-9a-f]+$/i;
const NUMBERED = /^(.*):(\d+)$/s;
const PROVIDER = /^([a-z][a-z0-9_-]*):/;
const SUBAGENTS = "/subagents/";

/** @param prefix of a pseudonym that keeps no shape, such as `call_` */
export function shapedPseudonym(pseudonyms: Pseudonyms, kind: string, value: string, prefix: string): string {
  return pseudonyms.remembered(kind, value, () => {
    const shape = shapeOf(value) ?? { prefix, hexDigits: PLAIN_HEX_DIGITS };
    if ("uuid" in shape) return pseudonyms.uuid(kind, value);
    if ("base62" in shape) return shape.prefix + pseudonyms.base62(kind, value, shape.base62);
    return shape.prefix + pseudonyms.hex(kind, value, shape.hexDigits);
  });
}

type Shape =
  | { readonly prefix: string; readonly hexDigits: number }
  | { readonly prefix: string; readonly base62: number }
  | { readonly uuid: true };

/** Null when the value has none that is kept. */
function shapeOf(value: string): Shape | null {
  const [, prefix = "", digits = ""] = PREFIXED_HEX.exec(value) ?? [];
  if (isKept(digits, MIN_HEX_DIGITS)) return { prefix, hexDigits: digits.length };
  const [, symbols = ""] = CALL.exec(value) ?? [];
  if (isKept(symbols, MIN_BASE62_LENGTH)) return { prefix: "call_", base62: symbols.length };
  if (UUID.test(value)) return { uuid: true };
  return HEX.test(value) && isKept(value, MIN_HEX_DIGITS) ? { prefix: "", hexDigits: value.length } : null;
}

function isKept({ length }: string, least: number): boolean {
  return length >= least && length <= MAX_KEPT_LENGTH;
}

export function plainPseudonym(pseudonyms: Pseudonyms, kind: string, value: string, prefix: string): string {
  return pseudonyms.remembered(kind, value, () => prefix + pseudonyms.hex(kind, value, PLAIN_HEX_DIGITS));
}

/**
 * `<provider>:` and a UUID-like name; of a sub-agent's session the pseudonym of the session that it belongs to,
 * `/subagents/agent-` and 16 hex digits, so that the relation survives.
 */
export function sessionPseudonym(pseudonyms: Pseudonyms, provider: unknown, sessionId: string): string {
  const cut = sessionId.indexOf(SUBAGENTS);
  const base = cut < 0 ? sessionId : sessionId.slice(0, cut);
  const own = `${providerOf(provider, sessionId)}:${pseudonyms.remembered("session_id", base, () => pseudonyms.uuid("session_id", base))}`;
  return cut < 0 ? own : own + SUBAGENTS + plainPseudonym(pseudonyms, "subagent", sessionId, "agent-");
}

function providerOf(provider: unknown, sessionId: string): string {
  return typeof provider === "string" ? provider : (PROVIDER.exec(sessionId)?.[1] ?? "session");
}

export function turnPseudonym(pseudonyms: Pseudonyms, turnId: string): string {
  return shapedPseudonym(pseudonyms, "turn_id", turnId, "turn_");
}

/** Codex numbers the rounds of a turn, `<turn id>:<number>`; the number stays. */
export function roundPseudonym(pseudonyms: Pseudonyms, provider: unknown, roundId: string): string {
  const numbered = provider === "codex" ? NUMBERED.exec(roundId) : null;
  if (numbered) return `${turnPseudonym(pseudonyms, numbered[1] as string)}:${numbered[2]}`;
  return shapedPseudonym(pseudonyms, "round_id", roundId, "round_");
}

export function callPseudonym(pseudonyms: Pseudonyms, toolCallId: string): string {
  return shapedPseudonym(pseudonyms, "tool_call_id", toolCallId, "call_");
}

const UUID_SHAPE = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
const SESSION_SHAPE = `[a-z]+:${UUID_SHAPE}(?:${SUBAGENTS}agent-[0-9a-f]{16})?`;
const OTHER_SHAPE = `(?:(?:[a-z]+_)?(?:${UUID_SHAPE}|[0-9a-f]{8,${MAX_KEPT_LENGTH}})|call_[A-Za-z0-9]{${MIN_BASE62_LENGTH},${MAX_KEPT_LENGTH}})(?::\\d+)?`;
const SHAPES = new RegExp(`^(?:${OTHER_SHAPE}|${SESSION_SHAPE}|[a-z]+:${SESSION_SHAPE}:${OTHER_SHAPE})$`);

/** Whether an id looks as the functions above write it, or as other sanitizers of these traces do. */
export function looksLikePseudonym(id: string): boolean {
  return SHAPES.test(id);
}
