/** The last look at what will be published: reads it back and finds every key, value and word that no rule allows. */
import { textOf } from "../files/bytes.ts";
import { isObject, type Json, type JsonObject } from "../trace/exact-json.ts";
import { formOf, isListKey, type Place, PUBLIC_KEYS } from "./fields.ts";
import { isMadeUpOwner, isPublicModel, isPublicOriginator, isPublicTool, isPublicVersion } from "./forms.ts";
import { PATTERNS } from "./identifiers.ts";
import type { Problems } from "./problems.ts";
import type { NameSearch } from "./spellings.ts";
import { exactClock } from "./times.ts";
import { WORDS } from "./vocabulary.ts";

/** Notes what a line holds besides documented keys with values in the forms of their fields. */
export function checkLine(line: JsonObject, place: Place, kept: ReadonlySet<string>, found: Problems): void {
  for (const key of Object.keys(line)) {
    const value = line[key] ?? null;
    const form = formOf(place, key);
    if (place === "row" && isListKey(key)) checkList(value, key, kept, found);
    else if (!form) found.key(place, key);
    else if (value !== null && !form.isPublic(value, kept)) found.form(place, key);
  }
}

function checkList(list: Json, place: "timing_events" | "tools", kept: ReadonlySet<string>, found: Problems): void {
  if (!Array.isArray(list)) {
    if (list !== null) found.form("row", place);
    return;
  }
  for (const element of list)
    if (isObject(element)) checkLine(element, place, kept, found);
    else if (element !== null) found.form("row", `${place}[]`);
}

const PUBLIC_WORDS: ReadonlySet<string> = new Set([
  ...Object.values(WORDS).flatMap((words) => [...words]),
  ...PUBLIC_KEYS,
  "true",
  "false",
  "null",
]);
const PSEUDONYM = new RegExp(
  `^(?:${PATTERNS.traceKey}|${PATTERNS.session}|${PATTERNS.round}|${PATTERNS.turn}|${PATTERNS.call}|${PATTERNS.provider}|(?:(?:user|project|store|event|source|relation|tier|speed|effort|cache_miss|speaker|agent_type|ended_reason|known_from|kind|trigger)_)?${PATTERNS.hex})$`,
);
/** Texts between quotes with their escapes, and what is outside of quotes but no punctuation of JSON. */
const TOKEN = /"((?:[^"\\]|\\.)*)"|[^\s"{}[\]:,]+/gs;
const NUMBER = /^-?\d+$/;
/** Distinct texts that no rule knows; a file that has so many is not published, and more names would not help. */
const MAX_SEARCHED = 20_000;

/** Looks for names in the bytes of lines, whatever the lines mean. */
export class ByteScan {
  private readonly search: NameSearch;
  private readonly kept: ReadonlySet<string>;
  private readonly searched = new Map<string, boolean>();

  constructor(search: NameSearch, kept: ReadonlySet<string>) {
    this.search = search;
    this.kept = kept;
  }

  check(bytes: Uint8Array, found: Problems): void {
    for (const [token, quoted = token] of textOf(bytes).matchAll(TOKEN)) if (this.holdsName(quoted)) found.name();
  }

  private holdsName(token: string): boolean {
    if (this.isPublic(token) || token.split(" ").every((part) => this.isPublic(part))) return false;
    let holds = this.searched.get(token);
    if (holds === undefined && this.searched.size < MAX_SEARCHED) {
      holds = this.search.isIn(token);
      this.searched.set(token, holds);
    }
    return holds ?? false;
  }

  /** Words that are the same for everybody hold names of people too: `max` is in `gpt-5.1-codex-max`. Times hold digits alone. */
  private isPublic(token: string): boolean {
    const { kept } = this;
    if (PUBLIC_WORDS.has(token) || NUMBER.test(token) || PSEUDONYM.test(token) || exactClock(token, "") === token) return true;
    if (isMadeUpOwner(token)) return true;
    return isPublicTool(token, kept) || isPublicModel(token, kept) || isPublicVersion(token) || isPublicOriginator(token);
  }
}
