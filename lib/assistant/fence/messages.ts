/** What the fence and its process say to each other. */
import type { ReadingOptions } from "../../db/open/reading.ts";
import type { AnswerLimits, FenceAnswer } from "./answer.ts";

/** The pool of a process; comes first. */
export interface OpenRequest {
  readonly kind: "open";
  readonly db: string;
  readonly reading: ReadingOptions;
  readonly names: boolean;
}

export interface RunRequest extends AnswerLimits {
  readonly kind: "run";
  readonly sql: string;
}

export type Request = OpenRequest | RunRequest | { readonly kind: "interrupt" };

export type Reply =
  | { readonly kind: "open" }
  /** The tables are made: from now on it is the statement that takes time. */
  | { readonly kind: "running" }
  | { readonly kind: "answer"; readonly answer: FenceAnswer }
  | { readonly kind: "failed"; readonly message: string };
