/** The last look at what will be published: finds what is private, by key and by value, and changes nothing. */
import { type Json, type JsonObject, LongString, RawNumber } from "../trace/exact-json.ts";
import { looksLikePseudonym } from "./identifiers.ts";
import { type KeyKind, kindOfKey } from "./keys.ts";
import { holdsName } from "./names.ts";
import { keysIn, secretsIn, type ValueKind } from "./secrets.ts";

export type FindingKind = "sensitive-key" | "tool-input" | "private-key-name" | "name" | ValueKind;

export interface Finding {
  /** Such as `tools[0].tool_name`. A key that is itself private reads `?`. */
  readonly path: string;
  readonly kind: FindingKind;
}

export interface LocatedFinding extends Finding {
  readonly file: string;
  /** 1 is the first of the file. */
  readonly line: number;
}

/** What a finding means, as the end of a sentence that begins with its field. */
export const MEANING: Readonly<Record<FindingKind, string>> = {
  "sensitive-key": "is a field that must not be published",
  "tool-input": "is the input of a tool",
  "private-key-name": "is a key that itself holds something private",
  name: "holds the name of a home folder or user",
  path: "holds an absolute path",
  url: "holds an address (URL)",
  email: "holds an e-mail address",
  token: "holds what looks like an access token",
  "private-key": "holds a private key",
  "random-string": "holds a long random string, as secrets are",
  "provider-id": "holds an id that was not replaced",
  text: "holds text",
};

/** All that is private in one row. `names` in lower case. Empty means clean. */
export function scan(row: JsonObject, names: Iterable<string> = []): Finding[] {
  const gate = new Gate();
  gate.add(row, "", 0);
  return gate.findings(new Set(names)).map(({ path, kind }) => ({ path, kind }));
}

/** A field of rows: every place with the same keys, whatever the positions in lists. */
class Field {
  /** Such as `tools[].tool_name`. */
  readonly pattern: string;
  readonly key: KeyKind;
  /** What is wrong with the key itself. */
  readonly problem: FindingKind | null;
  readonly members = new Map<string, Field>();
  private ofElements: Field | null = null;
  /** Distinct strings other than pseudonyms and times. */
  readonly seen = new Map<string, Seen>();

  constructor(pattern: string, key: KeyKind, problem: FindingKind | null) {
    this.pattern = pattern;
    this.key = key;
    this.problem = problem;
  }

  member(key: string): Field {
    let field = this.members.get(key);
    if (!field) {
      const isPrivate = secretsIn(key).length > 0;
      const name = isPrivate || !PLAIN_KEY.test(key) ? "?" : key;
      const pattern = this.pattern === "" ? name : `${this.pattern}.${name}`;
      field = new Field(pattern, kindOfKey(key), problemOf(this.pattern, key, isPrivate));
      this.members.set(key, field);
    }
    return field;
  }

  element(): Field {
    this.ofElements ??= new Field(`${this.pattern}[]`, this.key, null);
    return this.ofElements;
  }
}

const PLAIN_KEY = /^[\w-]{1,60}$/;

function problemOf(parent: string, key: string, isPrivate: boolean): FindingKind | null {
  if (kindOfKey(key) === "sensitive") return "sensitive-key";
  if (parent === "tools[]" && key === "input") return "tool-input";
  return isPrivate ? "private-key-name" : null;
}

interface Seen {
  readonly secrets: readonly ValueKind[];
  /** Where it was first. */
  readonly file: string;
  readonly line: number;
  readonly path: string;
}

const TIME = /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d)?$/;

/** Findings that are kept; further ones are only counted. */
const MAX_KEPT = 10_000;

/** Rows go in one by one; names may be known only when all have been. */
export class Gate {
  private readonly root = new Field("", "other", null);
  private readonly fields = new Set<Field>();
  private readonly found: LocatedFinding[] = [];
  private dropped = 0;
  private readonly allowed: ReadonlySet<string>;
  private file = "";
  private line = 0;
  /** Positions in the lists around the value that is looked at. */
  private readonly indices: number[] = [];

  /** @param allowed fields whose values were reviewed, such as `tools[].tool_name`; sensitive keys are never allowed */
  constructor(allowed: readonly string[] = []) {
    this.allowed = new Set(allowed.map((field) => field.replaceAll(/\[\d+\]/g, "[]")));
  }

  add(row: JsonObject, file: string, line: number): void {
    this.file = file;
    this.line = line;
    this.indices.length = 0;
    this.object(this.root, row);
  }

  /** What was found by now, in order of discovery, names last: each with the first place of the string that holds one. */
  findings(names: ReadonlySet<string>): LocatedFinding[] {
    return names.size === 0 ? [...this.found] : [...this.found, ...this.namesFound([...names])];
  }

  /** Findings beyond those that were kept. */
  get omitted(): number {
    return this.dropped;
  }

  private namesFound(names: readonly string[]): LocatedFinding[] {
    return [...this.fields].flatMap((field) =>
      [...field.seen]
        .filter(([text]) => names.some((name) => holdsName(field.pattern, text, name)))
        .map(([, { file, line, path }]) => ({ file, line, path, kind: "name" as const })),
    );
  }

  private value(field: Field, value: Json): void {
    if (typeof value === "string") this.text(field, value);
    else if (Array.isArray(value)) this.list(field.element(), value);
    else if (typeof value === "object" && value !== null) {
      if (value instanceof LongString) this.report(field, ["text"]);
      else if (!(value instanceof RawNumber)) this.object(field, value);
    }
  }

  private object(field: Field, object: JsonObject): void {
    for (const key of Object.keys(object)) {
      const member = field.member(key);
      if (member.problem !== null) this.keep(member, member.problem);
      if (member.problem !== "sensitive-key" && member.problem !== "tool-input") this.value(member, object[key] as Json);
    }
  }

  private list(element: Field, list: readonly Json[]): void {
    const depth = this.indices.length;
    this.indices.push(0);
    for (const [i, value] of list.entries()) {
      this.indices[depth] = i;
      this.value(element, value);
    }
    this.indices.pop();
  }

  private text(field: Field, text: string): void {
    if (field.key === "id") this.report(field, looksLikePseudonym(text) ? keysIn(text) : secretsIn(text));
    else if (field.key === "user") this.report(field, secretsIn(text));
    else if (!TIME.test(text)) this.report(field, this.seen(field, text).secrets);
  }

  private seen(field: Field, text: string): Seen {
    let seen = field.seen.get(text);
    if (!seen) {
      seen = { secrets: secretsIn(text), file: this.file, line: this.line, path: this.path(field) };
      if (!this.allowed.has(field.pattern)) this.fields.add(field);
      field.seen.set(text, seen);
    }
    return seen;
  }

  private report(field: Field, kinds: readonly ValueKind[]): void {
    if (kinds.length === 0 || this.allowed.has(field.pattern)) return;
    for (const kind of kinds) this.keep(field, kind);
  }

  private keep(field: Field, kind: FindingKind): void {
    if (this.found.length < MAX_KEPT) this.found.push({ file: this.file, line: this.line, path: this.path(field), kind });
    else this.dropped++;
  }

  private path(field: Field): string {
    let level = 0;
    return field.pattern.replaceAll("[]", () => `[${this.indices[level++]}]`);
  }
}
