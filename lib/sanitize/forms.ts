/** What a published value may be: each form makes it from any value, and knows it again. */
import { asNumber, type Json, RawNumber } from "../trace/exact-json.ts";
import { isKnownModel, isKnownTool, modelKind } from "../trace/known-names.ts";
import type { Pseudonyms } from "../trace/pseudonym.ts";
import { SYNTHETIC_PREFIX } from "../trace/synthetic.ts";
import { callPseudonym, namePseudonym, PATTERNS, plainPseudonym, roundPseudonym, sessionPseudonym, turnPseudonym } from "./identifiers.ts";
import { type Clock, exactClock } from "./times.ts";
import { isKnownOriginator, WORDS } from "./vocabulary.ts";

export interface Rules {
  readonly pseudonyms: Pseudonyms;
  /** Names of tools, servers, models and providers that the user permits. */
  readonly kept: ReadonlySet<string>;
  readonly clock: Clock;
  /** Times and latencies have no digits below a second. */
  readonly coarse: boolean;
}

/** What the form of a value depends on besides the value; raw values of its line. */
export interface Line extends Rules {
  readonly provider: string;
  readonly sessionId: string;
  readonly roundIndex: number | null;
}

export interface Form {
  /** Undefined for a value that has no place in the field. */
  publish(value: Json, line: Line): Json | undefined;
  isPublic(value: Json, kept: ReadonlySet<string>): boolean;
}

/** Counts, sizes, tokens and milliseconds are far below; numbers of cards and accounts are not. */
const MOST = 1e12;

/** Fractions become whole numbers as the database would make them: halves away from zero. */
export const INTEGER: Form = {
  publish: (value) => wholeNumber(value),
  isPublic: (value) => wholeNumber(value) === value,
};

export function wholeNumber(value: Json | undefined): number | undefined {
  const number = asNumber(value);
  if (number === undefined || Math.abs(number) > MOST) return undefined;
  return Math.sign(number) * Math.round(Math.abs(number)) + 0;
}

export const BOOLEAN: Form = {
  publish: (value) => (typeof value === "boolean" ? value : undefined),
  isPublic: (value) => typeof value === "boolean",
};

/** The empty text stays: the tables take it for a missing value. */
function text(
  publish: (text: string, line: Line) => string | undefined,
  isPublic: (text: string, kept: ReadonlySet<string>) => boolean,
): Form {
  return {
    publish: (value, line) => {
      const given = textOf(value);
      return given === undefined || given === "" ? given : publish(given, line);
    },
    isPublic: (value, kept) => value === "" || (typeof value === "string" && isPublic(value, kept)),
  };
}

/** Numbers and booleans are texts as the tables have them; lists and objects are not. */
export function textOf(value: Json | undefined): string | undefined {
  if (value instanceof RawNumber) return value.text;
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

const matches = (pattern: string) => {
  const whole = new RegExp(`^(?:${pattern})$`);
  return (value: string) => whole.test(value);
};

/** A word of a list; any other becomes a pseudonym, so that equal ones stay equal. */
export function word(known: ReadonlySet<string>, kind: string): Form {
  const isPseudonym = matches(`${kind}_${PATTERNS.hex}`);
  return text(
    (value, { pseudonyms, kept }) => (known.has(value) || kept.has(value) ? value : plainPseudonym(pseudonyms, kind, value, `${kind}_`)),
    (value, kept) => known.has(value) || kept.has(value) || isPseudonym(value),
  );
}

/** Several values of a form, separated by spaces. */
export function each(form: Form): Form {
  return text(
    (values, line) =>
      values
        .split(" ")
        .flatMap((value) => textOf(form.publish(value, line)) ?? [])
        .join(" "),
    (values, kept) => values.split(" ").every((value) => form.isPublic(value, kept)),
  );
}

export function pseudonym(kind: string, prefix: string): Form {
  return text((value, { pseudonyms }) => plainPseudonym(pseudonyms, kind, value, prefix), matches(`${prefix}${PATTERNS.hex}`));
}

/** A user or project; the marks of a made-up pool stay, because figures say so. */
export function owner(kind: "user" | "project"): Form {
  const isMadeUp = matches(madeUp(kind));
  const isPseudonym = matches(`${kind}_${PATTERNS.hex}`);
  return text(
    (value, { pseudonyms }) => (isMadeUp(value) ? value : plainPseudonym(pseudonyms, kind, value, `${kind}_`)),
    (value) => isMadeUp(value) || isPseudonym(value),
  );
}

function madeUp(kind: string): string {
  return `${SYNTHETIC_PREFIX}${kind}_\\d{1,3}`;
}

/** A user or project of a made-up pool. */
export const isMadeUpOwner = matches(`${madeUp("user")}|${madeUp("project")}`);

export const SESSION = text(
  (value, { pseudonyms, provider }) => sessionPseudonym(pseudonyms, sessionPrefix(provider, value), value),
  matches(PATTERNS.session),
);

function sessionPrefix(provider: string, sessionId: string): string {
  return [provider, sessionId.split(":", 1)[0] ?? ""].find((name) => WORDS.provider.has(name)) ?? "session";
}

export const TURN = text((value, { pseudonyms }) => turnPseudonym(pseudonyms, value), matches(PATTERNS.turn));
export const ROUND = text((value, { pseudonyms, roundIndex }) => roundPseudonym(pseudonyms, value, roundIndex), matches(PATTERNS.round));
export const CALL = text((value, { pseudonyms }) => callPseudonym(pseudonyms, value), matches(PATTERNS.call));
/** Made again from its parts where they are known. */
export const TRACE_KEY = text(
  (value, { pseudonyms }) => plainPseudonym(pseudonyms, "trace_key", value, "trace_"),
  matches(PATTERNS.traceKey),
);

const isExactTime = (value: string) => exactClock(value, "") === value;
export const TIME = text((value, { clock, sessionId }) => clock(value, sessionId), isExactTime);
export const TIMES = each(TIME);

/** `mcp__`, pseudonyms of server and tool; each is the same wherever it occurs, so that calls can be grouped by either. */
export const TOOL = text(publicTool, isPublicTool);

const MCP = /^mcp__(.+?)__(.+)$/s;
const isOtherTool = matches(`(?:mcp|custom)_${PATTERNS.name}`);

function publicTool(name: string, { pseudonyms, kept }: Line): string {
  const trimmed = name.trim();
  if (trimmed === "" || isKnownTool(trimmed) || kept.has(trimmed)) return trimmed;
  const [, server, tool = ""] = MCP.exec(trimmed) ?? [];
  const made = (kind: string, part: string) => (kept.has(part) ? part : namePseudonym(pseudonyms, kind, part));
  if (server !== undefined) return `mcp__${made("mcp_server", server)}__${made("mcp_tool", tool)}`;
  return `${trimmed.startsWith("mcp_") ? "mcp" : "custom"}_${namePseudonym(pseudonyms, "tool", trimmed)}`;
}

const isNamePseudonym = matches(PATTERNS.name);

export function isPublicTool(name: string, kept: ReadonlySet<string>): boolean {
  if (isKnownTool(name) || kept.has(name) || isOtherTool(name)) return true;
  const [, ...parts] = MCP.exec(name) ?? [];
  return parts.length > 0 && parts.every((part) => kept.has(part) || isNamePseudonym(part));
}

/** A model that is not listed keeps who makes it and the family that it is priced by. */
export const MODEL = text(
  (name, { pseudonyms, kept }) =>
    isKnownModel(name) || kept.has(name) ? name : `${modelKind(name)}-${namePseudonym(pseudonyms, "model", name)}`,
  isPublicModel,
);

const MODEL_PSEUDONYM = new RegExp(`^(.+)-${PATTERNS.name}$`);

export function isPublicModel(name: string, kept: ReadonlySet<string>): boolean {
  const [, kind] = MODEL_PSEUDONYM.exec(name) ?? [];
  return isKnownModel(name) || kept.has(name) || (kind !== undefined && kind === modelKind(name));
}

export const ORIGINATOR = text(
  (name, { pseudonyms }) => (isKnownOriginator(name) ? name : plainPseudonym(pseudonyms, "originator", name, "originator_")),
  isPublicOriginator,
);

const isOriginatorPseudonym = matches(`originator_${PATTERNS.hex}`);

export function isPublicOriginator(name: string): boolean {
  return isKnownOriginator(name) || isOriginatorPseudonym(name);
}

/** Four numbers would be an address. */
const VERSION = "v?\\d{1,4}\\.\\d{1,4}(?:\\.\\d{1,5})?(?:-(?:alpha|beta|rc|dev|nightly|canary|preview)(?:[.-]?\\d{1,8}){0,2})?";
const isVersion = matches(VERSION);
export const isPublicVersion = matches(`${VERSION}|version_${PATTERNS.hex}`);

export const VERSIONS = text(
  (versions, { pseudonyms }) =>
    versions
      .split(" ")
      .map((version) => (isVersion(version) ? version : plainPseudonym(pseudonyms, "client_version", version, "version_")))
      .join(" "),
  (versions) => versions.split(" ").every(isPublicVersion),
);
