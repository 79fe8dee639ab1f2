/** Why a line of a trace cannot be taken. */
export type BadReason =
  | "not JSON"
  | "cut off"
  | "text after the object"
  | "not an object"
  | "not a step"
  | "duplicate key"
  | "wrong type"
  | "out of range"
  | "not UTF-8"
  | "too long";

/** Thrown by the checks of a line and caught where lines are read; `detail` says what was found, as the end of a sentence. */
export class BadLine extends Error {
  readonly reason: BadReason;
  readonly detail: string;
  /** What to do about it, a sentence; null when the line can be fixed. */
  readonly advice: string | null;

  constructor(reason: BadReason, detail: string, advice: string | null = null) {
    super(`${reason}: ${detail}`);
    this.reason = reason;
    this.detail = detail;
    this.advice = advice;
  }
}
