/** Names of people, projects and machines, as private rows hold them. */
import { isObject, type Json, type JsonObject } from "../trace/exact-json.ts";
import { formOf } from "./fields.ts";

const PATH_KEYS: ReadonlySet<string> = new Set(["project", "user", "home", "cwd", "session_file"]);
const MAX_NAMES = 20_000;
const MIN_WORD = 2;
const MAX_WORD = 64;
/** More than this of a value or of an input is not looked at, and of the keys of a row. */
const MAX_TEXT = 1 << 16;
const MAX_UNKNOWN_KEYS = 50;
const MAX_DEPTH = 8;

/** Where inputs of tools name somebody: homes, accounts with their hosts, repositories of code hosts. */
const IN_TEXT = [
  /(?:\/(?:home|Users)\/|[A-Za-z]:[\\/]+Users[\\/]+)([^/\\\s"']{2,64})/g,
  /([\w.+-]{2,64}@[A-Za-z0-9-]{2,63}(?:\.[A-Za-z0-9-]{1,63}){0,5})/g,
  /(?:github|gitlab|bitbucket)\.[a-z]{2,8}[:/]([\w.-]{1,64}\/[\w.-]{1,64})/g,
];

/** Adds the names of a row that is not published yet. */
export function learnNames(row: JsonObject, names: Set<string>): void {
  if (names.size >= MAX_NAMES) return;
  let unknown = 0;
  for (const key of Object.keys(row)) {
    const value = row[key];
    if (key === "tools") for (const tool of Array.isArray(value) ? value : []) learnFromInput(isObject(tool) ? tool.input : null, names, 0);
    else if (typeof value !== "string") continue;
    else if (PATH_KEYS.has(key)) learnWords(value, names);
    else if (!formOf("row", key) && unknown++ < MAX_UNKNOWN_KEYS) learnWords(value, names);
  }
}

/** Adds a path, a branch, an address or a host with all words in it. */
export function learnWords(text: string, names: Set<string>): void {
  for (const part of text.slice(0, MAX_TEXT).split(/[/\\\s:@]+/)) {
    learn(part, names);
    for (const word of part.split(/[^\p{L}\p{M}\p{N}]+/u)) learn(word, names);
  }
}

function learn(word: string, names: Set<string>): void {
  const isName = word.length >= MIN_WORD && word.length <= MAX_WORD && /\p{L}/u.test(word) && !/^[0-9a-f-]{8,}$/i.test(word);
  if (isName && names.size < MAX_NAMES) names.add(word);
}

function learnFromInput(input: Json | undefined, names: Set<string>, depth: number): void {
  if (typeof input === "string")
    for (const pattern of IN_TEXT) for (const [, found = ""] of input.slice(0, MAX_TEXT).matchAll(pattern)) learnWords(found, names);
  else if (typeof input === "object" && input !== null && depth < MAX_DEPTH)
    for (const value of Object.values(input).slice(0, MAX_UNKNOWN_KEYS)) learnFromInput(value, names, depth + 1);
}
