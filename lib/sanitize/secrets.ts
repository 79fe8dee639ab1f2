/** What a published string may not hold. Rows hold identifiers, times and words of small vocabularies, so little is lost by being strict. */

export type ValueKind = "path" | "url" | "email" | "token" | "private-key" | "random-string" | "provider-id" | "text";

interface Detector {
  readonly kind: ValueKind;
  readonly pattern: RegExp;
}

/** Nothing that a longer word would end with. */
const FRESH = "(?<![A-Za-z0-9])";
/** Where a path in a text or a command begins. */
const START = "(?:^|[\\s\"'`=:(,;<>|[{])";

const PATHS: readonly string[] = [
  `${START}/[\\w.~@$%+-]`,
  `${START}~[\\w.-]*[/\\\\]`,
  `${FRESH}[A-Za-z]:[\\\\/](?!/)`,
  `\\\\\\\\[\\w.$?-]+\\\\`,
  `${START}//[\\w.-]+/[\\w$.-]`,
  "\\$\\{?HOME\\b|%(?:USERPROFILE|HOMEPATH|APPDATA)%",
  // As Claude names the folder of a project: the path with dashes.
  `${START}-(?:home|Users|root|mnt|media|Volumes|private|var|tmp|opt|srv|usr|data|work|workspaces?)-[\\w.-]`,
  "^[A-Za-z]--(?:Users|home)-",
];

const TOKENS: readonly string[] = [
  `${FRESH}sk-(?=[\\w-]*\\d)[\\w-]{16,}`,
  `${FRESH}[srp]k_(?:live|test)_[A-Za-z0-9]{10,}`,
  `${FRESH}gh[pousr]_[A-Za-z0-9]{20,}`,
  `${FRESH}github_pat_\\w{20,}`,
  `${FRESH}(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}(?![A-Za-z0-9])`,
  `${FRESH}xox[a-z]-[A-Za-z0-9-]{10,}`,
  `${FRESH}AIza[\\w-]{30,}`,
  `${FRESH}eyJ[\\w-]{8,}\\.[\\w-]{8,}`,
  `${FRESH}[Bb][Ee][Aa][Rr][Ee][Rr]\\s+[\\w.~+/=-]{8,}`,
  `${FRESH}glpat-[\\w-]{16,}`,
  `${FRESH}npm_[A-Za-z0-9]{30,}`,
  `${FRESH}hf_[A-Za-z0-9]{30,}`,
  `${FRESH}pypi-[\\w-]{30,}`,
];

const KEYS: readonly Detector[] = [
  { kind: "private-key", pattern: /-----BEGIN [A-Z ]*PRIVATE KEY/ },
  { kind: "token", pattern: new RegExp(TOKENS.join("|")) },
];

/** Ids of Anthropic are not hexadecimal digits, pseudonyms are. */
const PROVIDER_ID = /(?<![A-Za-z0-9])(?:msg|toolu|req)_0[A-Za-z0-9]{20,}(?![A-Za-z0-9])/;

const DETECTORS: readonly Detector[] = [
  ...KEYS,
  { kind: "url", pattern: /[A-Za-z][A-Za-z0-9+.-]*:\/\// },
  { kind: "path", pattern: new RegExp(PATHS.join("|")) },
  { kind: "email", pattern: /[\w.%+-]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}/ },
  { kind: "provider-id", pattern: PROVIDER_ID },
];

/** All kinds found in a string, each once. */
export function secretsIn(text: string): ValueKind[] {
  const kinds = DETECTORS.filter(({ pattern }) => pattern.test(text)).map(({ kind }) => kind);
  if (holdsRandomString(text)) kinds.push("random-string");
  if (isText(text)) kinds.push("text");
  return kinds;
}

/** Formats of keys only, for strings that are known to be random. */
export function keysIn(text: string): ValueKind[] {
  return KEYS.filter(({ pattern }) => pattern.test(text)).map(({ kind }) => kind);
}

/** In names of servers that tools belong to. */
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
const LONG_RUN = /[A-Za-z0-9+/_=-]{40,}/g;
const MIN_DIGITS = 2;
/** Share of neighbours that differ in kind (lower case, upper case, digit): 0.6 in random base62, 0.5 in hex, up to 0.2 in long names of tools. */
const MIN_CHANGE_SHARE = 0.25;

function holdsRandomString(text: string): boolean {
  if (text.length < 40) return false;
  return [...text.replaceAll(UUID, " ").matchAll(LONG_RUN)].some(([run]) => looksRandom(run));
}

function looksRandom(run: string): boolean {
  const kinds = [...run].map(kindOfCharacter);
  const changes = kinds.filter((kind, i) => i > 0 && kind !== "other" && kinds[i - 1] !== "other" && kind !== kinds[i - 1]).length;
  return kinds.filter((kind) => kind === "digit").length >= MIN_DIGITS && changes / run.length >= MIN_CHANGE_SHARE;
}

function kindOfCharacter(character: string): "lower" | "upper" | "digit" | "other" {
  if (character >= "a" && character <= "z") return "lower";
  if (character >= "A" && character <= "Z") return "upper";
  return character >= "0" && character <= "9" ? "digit" : "other";
}

const MAX_LENGTH = 300;
const MAX_WORDS = 5;
const WORD = /(?<![^\s])\p{L}{2,}/gu;

/** Rows describe texts and hold none: several words, or a string of many characters, are one that slipped in. */
function isText(text: string): boolean {
  return text.length > MAX_LENGTH || /[\r\n]/.test(text) || (text.match(WORD)?.length ?? 0) > MAX_WORDS;
}
