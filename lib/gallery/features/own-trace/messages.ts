/** What the page and the worker that computes agree on. */
import type { MadeTable } from "../ask/client/api.ts";
import type { PackedSize } from "../ask/engine-files.ts";
import type { SessionData } from "../sessions/context.ts";
import type { ListEntry } from "../sessions/list.ts";

/** In their order. */
export const STAGES = {
  read: "Reading and unpacking",
  collect: "Collecting steps",
  load: "Loading them into a database",
  compute: "Computing",
  draw: "Drawing",
} as const;
export type Stage = keyof typeof STAGES;

export type View = { readonly kind: "dashboard" | "sessions" | "ask" } | { readonly kind: "session"; readonly name: string };

export interface GivenFile {
  /** From the folder that was dropped, separated by `/`. */
  readonly path: string;
  readonly file: File;
}

export interface Opening {
  readonly files: readonly GivenFile[];
  /** Absolute address of the engine. */
  readonly engine: string;
  /** Of the engine, for pages that say it. */
  readonly size: PackedSize;
  /** Ids of the site's experiments that have a page. */
  readonly experiments: readonly string[];
  /** Of the visitor's clock, such as `Europe/Berlin`. */
  readonly timezone: string;
}

/** What was found in the files. */
export interface Found {
  readonly steps: number;
  /** Lines for people: what was read, what was rejected and why. */
  readonly report: readonly string[];
}

/** A page, and what its scripts need. */
export interface Shown {
  readonly title: string;
  /** A `main` element. */
  readonly html: string;
  readonly entries: readonly ListEntry[] | null;
  readonly session: SessionData | null;
  /** For the console. */
  readonly tables: readonly MadeTable[] | null;
}

export interface Sanitized {
  /** JSON lines; null when the gate found something that may not be published. */
  readonly trace: Blob | null;
  readonly rows: number;
  readonly findings: readonly string[];
}

/** Questions to the worker with their answers. */
export interface Questions {
  open: { readonly asked: Opening; readonly answer: Found };
  view: { readonly asked: View; readonly answer: Shown };
  sanitize: { readonly asked: null; readonly answer: Sanitized };
}

export type Asked = { [Q in keyof Questions]: { readonly question: Q; readonly asked: Questions[Q]["asked"] } }[keyof Questions];

/** From the worker. It answers questions in their order. */
export type Reply =
  | { readonly kind: "stage"; readonly stage: Stage; readonly note: string }
  | { readonly kind: "answer"; readonly answer: Questions[keyof Questions]["answer"] }
  | { readonly kind: "failure"; readonly sentence: string };
