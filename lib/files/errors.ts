/**
 * A failure that the caller can fix: printed as one plain sentence, without a stack.
 * `exitCode` is 2 for a wrong call (flag, missing file) and 1 for work that failed.
 */
export class UserError extends Error {
  readonly exitCode: 1 | 2;

  constructor(message: string, exitCode: 1 | 2 = 2, options?: ErrorOptions) {
    super(message, options);
    this.name = "UserError";
    this.exitCode = exitCode;
  }
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What a message says before details, such as the SQL of a query. */
export function firstLineOf(error: unknown): string {
  return messageOf(error).split("\n", 1).join();
}

/** The code of a system error, e.g. `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
