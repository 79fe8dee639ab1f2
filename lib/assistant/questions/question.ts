/** A question of `questions/`: words, SQL with parameters, and how to read the answer. Nothing of Node is imported here: pages read it, too. */
import type { Row } from "../../experiment.ts";
import type { Accounting } from "../../trace/readings.ts";
import type { Measured } from "./left-out.ts";

export interface Question {
  /** `<topic>/<name>`, as its folder. */
  readonly id: string;
  readonly title: string;
  readonly otherWays: readonly string[];
  /** How to read the answer: sentences. */
  readonly reading: string;
  /** Id of the experiment that it belongs to. */
  readonly experiment: string | null;
  readonly sql: string;
  readonly parameters: readonly Parameter[];
  readonly columns: readonly Column[];
  /** What the answer says was left out of it. */
  readonly leavesOut: readonly Measured[];
}

export type ParameterType = "text" | "integer" | "number" | "date";

/** A parameter without its explanation. */
export type TypedParameter = Omit<Parameter, "says">;

export interface Parameter {
  readonly name: string;
  /** A date is `2026-01-31`, or its default. A text of the shared parameters is a pattern, in which `*` is any text. */
  readonly type: ParameterType;
  readonly default: string | number | null;
  readonly says: string;
}

export interface Column {
  readonly name: string;
  /** As the ending of the name says: USD, tokens, s, share and so on; null for names and days. */
  readonly unit: string | null;
  readonly says: string;
}

export type ParameterValues = Readonly<Record<string, string | number | null>>;

export interface Answer {
  readonly question: Question;
  /** All parameters, with the values that were used. */
  readonly parameters: ParameterValues;
  /** With the parameters in place: it can be run as it is. */
  readonly sql: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** First and last step that was asked about; ISO 8601 in UTC, null without times. */
  readonly window: { readonly first: string | null; readonly last: string | null };
  readonly accounting: Accounting;
  /** Of the pool, 32 hex digits. */
  readonly fingerprint: string;
  /** Sentences. */
  readonly leftOut: readonly string[];
  /** Two questions that are asked next. */
  readonly neighbors: readonly Question[];
}

const MEASURES: Readonly<Record<string, string>> = {
  usd: "USD",
  chars: "characters",
  s: "s",
  hours: "h",
};
/** They are their own unit. */
const COUNTS = new Set(
  "tokens share steps calls requests sessions helpers errors messages days tools episodes results resets interrupts".split(" "),
);

/** The unit of a column, by the end of its name. */
export function unitOf(name: string): string | null {
  if (name.endsWith("_tokens_per_s")) return "tokens/s";
  const last = name.split("_").at(-1) ?? "";
  return COUNTS.has(last) ? last : (MEASURES[last] ?? null);
}
