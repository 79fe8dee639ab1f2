/** What was left out of a trace, or should have been: one entry per kind and field, however often it occurs. */
import { printable } from "../files/printable.ts";
import { fieldName, type Place } from "./fields.ts";

/** `key`: it is not documented; `form`: the value isn't what the field may hold; `name`: it holds a name that is looked for. */
export type ProblemKind = "key" | "form" | "name";

export interface Problem {
  readonly kind: ProblemKind;
  /** Such as `tools[].tool_name`; of undocumented keys, the place that has them. */
  readonly field: string;
  count: number;
  /** Of the first. */
  readonly file: string;
  /** 1 is the first line of the file. */
  readonly line: number;
  /** A few of the undocumented keys. */
  readonly examples: string[];
}

const MAX_EXAMPLES = 3;
const MAX_EXAMPLE_LENGTH = 40;

export class Problems {
  /** How often something was noted. */
  total = 0;
  /** Values of private fields, by field. */
  readonly removed = new Map<string, number>();
  /** Values that another one takes the place of, by field. */
  readonly replaced = new Map<string, number>();
  private readonly all = new Map<string, Problem>();
  private file = "";
  private line = 0;

  /** The place of what is noted next. */
  at(file: string, line: number): void {
    this.file = file;
    this.line = line;
  }

  remove(place: Place, key: string): void {
    increase(this.removed, fieldName(place, key));
  }

  replace(place: Place, key: string): void {
    increase(this.replaced, fieldName(place, key));
  }

  key(place: Place, key: string): void {
    const { examples } = this.note("key", PLACE_NAMES[place]);
    if (examples.length < MAX_EXAMPLES && !examples.includes(key)) examples.push(key.slice(0, MAX_EXAMPLE_LENGTH));
  }

  form(place: Place, key: string): void {
    this.note("form", fieldName(place, key));
  }

  name(): void {
    this.note("name", "");
  }

  list(): Problem[] {
    return [...this.all.values()];
  }

  private note(kind: ProblemKind, field: string): Problem {
    const id = `${this.file}\0${kind}\0${field}`;
    let problem = this.all.get(id);
    if (!problem) {
      problem = { kind, field, count: 0, file: this.file, line: this.line, examples: [] };
      this.all.set(id, problem);
    }
    problem.count++;
    this.total++;
    return problem;
  }
}

function increase(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

const PLACE_NAMES: Readonly<Record<Place, string>> = {
  row: "rows",
  timing_events: "timing_events[]",
  tools: "tools[]",
  sessions: "sessions",
  details: "details",
  events: "events",
};

/** What was left out, for the person who has the trace. */
export function leftSentence({ kind, field, count, file, line, examples }: Problem): string {
  const what =
    kind === "key"
      ? `${grouped(count)} undocumented ${count === 1 ? "key" : "keys"} of ${field} (${shown(examples)})`
      : `${values(count)} of ${field} that ${count === 1 ? "does" : "do"} not fit the field`;
  return `Left out ${what}, first in ${file}:${line}.`;
}

/** What must not be published, without a period; no value is shown. */
export function findingText({ kind, field, count, file, line, examples }: Problem): string {
  const first = `${file}:${line}`;
  if (kind === "key") return `${first}: ${keys(count)} of ${field} must not be published (${shown(examples)})`;
  if (kind === "form") return `${first}: ${values(count)} of ${field} must not be published`;
  return `${first}: a name of a person, project or machine (${grouped(count)} in this file)`;
}

function shown(examples: readonly string[]): string {
  return examples.map(printable).join(", ");
}

function keys(count: number): string {
  return `${grouped(count)} ${count === 1 ? "key" : "keys"}`;
}

function values(count: number): string {
  return `${grouped(count)} ${count === 1 ? "value" : "values"}`;
}

function grouped(count: number): string {
  return count.toLocaleString("en-US");
}
